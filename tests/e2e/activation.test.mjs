// Sockets that a service manager has opened before: systemd-socket-activate plays it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { startArena } from '../arena/arena.mjs';
import { call } from './support/control.mjs';
import { Daemon } from './support/daemon.mjs';
import { makeConfiguration } from './support/stack.mjs';

/** A port that was free a moment ago. */
async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * A daemon that starts when somebody connects.
 * @param {import('node:test').TestContext} t
 * @param {(control: string) => string[]} sockets options of systemd-socket-activate
 * @param {object} [config]
 */
async function activated(t, sockets, config) {
  const arena = await startArena();
  const configuration = await makeConfiguration({ arena, config });
  const control = join(configuration.directory, 'manager.sock');
  // It passes on nothing of the environment but what is named.
  const wrapper = ['systemd-socket-activate', '-E', 'TMPDIR', '-E', 'ASAN_OPTIONS', '-E', 'TSAN_OPTIONS', ...sockets(control)];
  const daemon = new Daemon(configuration, { wrapper });
  t.after(async () => {
    await daemon.stop();
    await arena.close();
    await configuration.remove();
  });
  await daemon.wrote(/Listening on/);
  return { arena, daemon, control };
}

/** @param {number} pid */
async function socketsOf(pid) {
  const directory = `/proc/${pid}/fd`;
  const names = await readdir(directory);
  const links = await Promise.all(names.map((name) => readlink(join(directory, name)).catch(() => '')));
  return links.filter((link) => link.startsWith('socket:'));
}

/** The inode of the socket that listens on a port of loopback. @param {number} port */
async function listenerOn(port) {
  const table = await readFile('/proc/net/tcp', 'utf8');
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const line = table.split('\n').map((each) => each.trim().split(/\s+/))
    .find((fields) => fields[1] === address && fields[3] === '0A');
  assert.ok(line, `nobody listens on ${port}`);
  return `socket:[${line[9]}]`;
}

test('requests that come before the daemon runs are answered by it, on both sockets', async (t) => {
  const port = await freePort();
  const { daemon, control } = await activated(t, (path) => ['-l', `127.0.0.1:${port}`, '-l', path, '--fdname=http:control']);
  const [health, status] = await Promise.all([fetch(`http://127.0.0.1:${port}/healthz`), call(control, 'GET', '/status')]);
  assert.equal(health.status, 200);
  assert.equal(status.status, 200);
  assert.deepEqual(status.body.listening, { api: `http://127.0.0.1:${port}/v1`, control });
  await daemon.ready();
  assert.equal(daemon.baseUrl, `http://127.0.0.1:${port}/v1`);
});

test('the browser gets neither the sockets nor the variables that tell of them', async (t) => {
  const port = await freePort();
  const { daemon, control } = await activated(t, (path) => ['-l', `127.0.0.1:${port}`, '-l', path, '--fdname=http:control']);
  await fetch(`http://127.0.0.1:${port}/healthz`);
  await daemon.ready();
  const listener = await listenerOn(port);
  assert.ok((await socketsOf(/** @type {number} */ (daemon.process.pid))).includes(listener));
  const table = await readFile('/proc/net/unix', 'utf8');
  const unixListener = table.split('\n').map((line) => line.split(/\s+/)).find((fields) => fields[7] === control);
  assert.ok(unixListener);
  const processes = await daemon.browserProcesses();
  assert.ok(processes.length >= 3);
  for (const pid of processes) {
    const held = await socketsOf(pid).catch(() => []);
    assert.ok(!held.includes(listener) && !held.includes(`socket:[${unixListener[6]}]`), `process ${pid} holds a listener`);
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    assert.doesNotMatch(environment, /LISTEN_/);
  }
});

test('a control socket that was handed over stays when the daemon goes, and the other one is its own', async (t) => {
  const { daemon, control } = await activated(t, (path) => ['-l', path, '--fdname=control']);
  assert.equal((await call(control, 'GET', '/status')).status, 200);
  await daemon.ready();
  assert.match(String(daemon.baseUrl), /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  assert.equal((await daemon.stop()).code, 0, daemon.transcript());
  assert.ok((await stat(control)).isSocket());
});

test('a socket that others can reach needs a key, whatever server.listen says', async (t) => {
  const port = await freePort();
  const { daemon } = await activated(t, () => ['-l', `0.0.0.0:${port}`, '--fdname=http']);
  net.connect(port, '127.0.0.1').on('error', () => {});
  assert.equal((await daemon.exited).code, 3);
  assert.match(daemon.text, /server\.listen is 0\.0\.0\.0, which others can reach/);
});

test('sockets without a name that it knows, or of the wrong kind, are a mistake of the configuration', async (t) => {
  const port = await freePort();
  for (const [name, complaint] of [['other', /named "other".*FileDescriptorName=/], ['control', /no unix socket/]]) {
    const { daemon } = await activated(t, () => ['-l', `127.0.0.1:${port}`, `--fdname=${name}`]);
    net.connect(port, '127.0.0.1').on('error', () => {});
    assert.equal((await daemon.exited).code, 3);
    assert.match(daemon.transcript(), /** @type {RegExp} */ (complaint));
  }
});
