// A newer version: the daemon asks for it and tells of it, and leaves everything as it is.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { call, ctl, socketOf } from './support/control.mjs';
import { Daemon } from './support/daemon.mjs';
import { makeConfiguration } from './support/stack.mjs';

test('a newer version is asked for once and shown in the status and in the log', async (t) => {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    // As the releases of GitHub are told of.
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ tag_name: 'v99.1.0', assets: [{ browser_download_url: 'http://127.0.0.1/lmbridge.deb' }] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const configuration = await makeConfiguration({ config: { update: { address: `http://127.0.0.1:${port}/releases/latest` } } });
  const daemons = [new Daemon(configuration)];
  t.after(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    server.closeAllConnections();
    server.close();
    await configuration.remove();
  });
  const told = await daemons[0].logged('there is a newer version');
  assert.equal(told.newest, '99.1.0');
  const { body } = await call(socketOf(daemons[0]), 'GET', '/status');
  assert.equal(body.newest_version, '99.1.0');
  assert.match((await ctl(['status'], { socket: socketOf(daemons[0]) })).stdout, /^ {2}Update {4}version 99\.1\.0 is there$/m);
  await daemons[0].stop();

  daemons.push(new Daemon(configuration));
  await daemons[1].logged('there is a newer version');
  assert.deepEqual(asked, ['GET /releases/latest'], 'the next start on the same day knows it still');
});

test('nobody is asked unless there is an address', async (t) => {
  const configuration = await makeConfiguration({ config: { enable_auto_update: true } });
  const daemon = new Daemon(configuration);
  t.after(async () => {
    await daemon.stop();
    await configuration.remove();
  });
  await daemon.logged('listening');
  assert.equal((await call(socketOf(daemon), 'GET', '/status')).body.newest_version, null);
});
