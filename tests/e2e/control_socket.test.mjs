// The control socket, as scripts and strangers use it.

import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { ask, marked, stackFor } from './support/asking.mjs';
import { call, ctl, sendRaw, socketOf } from './support/control.mjs';
import { Daemon } from './support/daemon.mjs';
import { makeConfiguration, startStack } from './support/stack.mjs';

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */

describe('the control socket', () => {
  /** @type {Stack} */
  let stack;
  /** @type {string} */
  let socket;
  before(async () => {
    stack = await startStack({ config: { server: { body_limit_mb: 1, header_timeout_seconds: 2 } } });
    socket = socketOf(stack.daemon);
  });
  after(() => stack?.close());

  test('knows no other paths and methods, and says so in its own shape', async () => {
    const unknown = await call(socket, 'GET', '/v1/models');
    assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'not_found']);
    const wrong = await call(socket, 'DELETE', '/status');
    assert.deepEqual([wrong.status, wrong.body.error.code, wrong.headers.allow], [405, 'method_not_allowed', 'GET, HEAD, OPTIONS']);
    for (const path of ['/keys', '/models']) {
      for (const body of [undefined, [], { name: 7 }, { nmae: 'x' }]) {
        const bad = await call(socket, 'POST', path, body);
        assert.deepEqual([bad.status, bad.body.error.code], [400, 'invalid_request'], JSON.stringify(body));
      }
    }
    for (const query of ['', '?for=rain', '?for=ready&timeout=x', '?for=ready&timeout=-1']) {
      assert.equal((await call(socket, 'GET', `/wait${query}`)).status, 400, query);
    }
  });

  test('has the calls that its documentation lists, and no others', async () => {
    const documentation = await readFile(new URL('../../docs/control-socket.md', import.meta.url), 'utf8');
    const source = await readFile(new URL('../../daemon/control/control.cpp', import.meta.url), 'utf8');
    const documented = [...documentation.matchAll(/`(GET|PUT|POST|DELETE) (\/[^`]+)`/g)].map(([, method, path]) => `${method} ${path}`);
    const routes = [...source.matchAll(/router_\.add\("(\w+)", "([^"]+)"/g)].map(([, method, path]) => `${method} ${path}`);
    assert.deepEqual([...new Set(documented)].sort(), [...routes, 'POST /v1/chat/completions'].sort());
  });

  test('is not there on TCP', async () => {
    for (const path of ['/status', '/config', '/keys', '/drain']) {
      const response = await fetch(stack.daemon.origin + path);
      assert.equal(response.status, 404, path);
      await response.text();
    }
  });

  const GARBAGE = {
    'no HTTP at all': '\x00\x01\x02 garbage\r\n\r\n',
    'TLS': '\x16\x03\x01\x02\x00',
    'bare line feeds': 'GET /status HTTP/1.1\nHost: x\n\n',
    'no host': 'GET /status HTTP/1.1\r\n\r\n',
    'two lengths': 'POST /keys HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
    'a path that is none': 'GET status HTTP/1.1\r\nHost: x\r\n\r\n',
  };
  for (const [name, bytes] of Object.entries(GARBAGE)) {
    test(`refuses garbage: ${name}`, async () => {
      const answer = await sendRaw(socket, Buffer.from(bytes, 'latin1'));
      assert.match(answer, /^HTTP\/1\.1 (400|408) /);
      const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
      assert.ok(body.error.code && body.error.message);
      assert.equal((await call(socket, 'GET', '/status')).status, 200);
    });
  }

  test('refuses what is too large before it is read', async () => {
    const head = await sendRaw(socket, `GET /status HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    assert.match(head, /^HTTP\/1\.1 431 /);
    const announced = await sendRaw(socket, `POST /keys HTTP/1.1\r\nHost: x\r\nContent-Length: ${2 ** 40}\r\n\r\n`);
    assert.match(announced, /^HTTP\/1\.1 413 /);
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const endless = await sendRaw(socket, `POST /keys HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`);
    assert.match(endless, /^HTTP\/1\.1 413 /);
    assert.equal((await call(socket, 'PUT', '/config/server.hosts', 'x'.repeat(3000))).status, 422);
  });

  test('changes nothing when a value is refused', async () => {
    const before = await readFile(stack.configuration.file, 'utf8');
    for (const [key, value] of [['server.hosts', 7], ['nothing.at.all', 1], ['server', 'x'], ['api_keys', [{ name: 'a' }]], ['', 1]]) {
      const { status } = await call(socket, 'PUT', `/config/${key}`, value);
      assert.ok([404, 422].includes(status), `${key}: ${status}`);
    }
    assert.equal(await readFile(stack.configuration.file, 'utf8'), before);
  });

  test('takes up what an editor has written, or says why not', async () => {
    const good = await readFile(stack.configuration.file, 'utf8');
    await writeFile(stack.configuration.file, '{ "server": 7 }');
    const refused = await call(socket, 'POST', '/reload');
    assert.deepEqual([refused.status, refused.body.error.code], [422, 'invalid_configuration']);
    assert.match(refused.body.error.message, /config\.jsonc:1:13: server: found 7, allowed: an object/);
    const checked = await call(socket, 'POST', '/config/check');
    assert.deepEqual([checked.status, checked.body.ok, checked.body.errors.length], [200, false, 1]);
    assert.equal((await ctl(['config', 'check'], { socket })).code, 1);
    const { body } = await call(socket, 'GET', '/status');
    assert.equal(body.configuration.errors.length, 1);
    assert.match(body.next, /config check/);
    await writeFile(stack.configuration.file, good);
    assert.equal((await call(socket, 'POST', '/reload')).status, 200);
    assert.deepEqual((await call(socket, 'GET', '/status')).body.configuration.errors, []);
  });

  test('lets what has come be answered while it refuses what comes', async () => {
    /** @type {() => void} */
    let begin = () => {};
    const begun = new Promise((resolve) => { begin = () => resolve(undefined); });
    const running = ask(stack, { pieces: 20, mark: 'd', pace_ms: 200 }, { onPiece: begin });
    await begun;
    const drained = await call(socket, 'POST', '/drain');
    assert.deepEqual(drained.body, { state: 'draining', running: 1, waiting: 0 });
    const refused = await ask(stack, { text: 'x' }, { stream: false });
    assert.deepEqual([refused.status, refused.error?.code, refused.headers.get('retry-after')], [503, 'draining', '5']);
    const ready = await fetch(`${stack.daemon.origin}/readyz`);
    assert.deepEqual([ready.status, (await ready.json()).status], [503, 'draining']);
    const { text, complete: whole } = await running;
    assert.deepEqual([text, whole], [marked('d', 20), true]);
    const waiting = call(socket, 'GET', '/wait?for=ready');
    assert.equal((await call(socket, 'POST', '/resume')).body.state, 'ready');
    assert.equal((await waiting).body.state, 'ready');
    assert.equal((await ask(stack, { text: 'x' }, { stream: false })).status, 200);
  });

  test('a browser that is started does not keep connections of clients open', async () => {
    // Resolves when the daemon's end has been closed everywhere.
    const answer = await sendRaw(socket, 'POST /browser/restart HTTP/1.0\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.0 200 /);
    await call(socket, 'GET', '/wait?for=ready');
  });

  test('a browser that is started anew loses no request that can be asked again', async () => {
    const before = (await call(socket, 'GET', '/status')).body.browser.pid;
    const running = ask(stack, { text: 'late', first_delay_ms: 1500 });
    const restarted = await call(socket, 'POST', '/browser/restart');
    assert.equal(restarted.status, 200);
    assert.notEqual(restarted.body.pid, before);
    assert.equal((await running).text, 'late');
    assert.equal((await call(socket, 'GET', '/status')).body.browser_restarts, 2);
  });
});

test('a daemon that finds no page says what it waits for, and waiting ends in time', async (t) => {
  const configuration = await makeConfiguration();
  const daemon = new Daemon(configuration);
  t.after(async () => {
    await daemon.stop();
    await configuration.remove();
  });
  await daemon.logged('listening');
  const socket = socketOf(daemon);
  const waited = await ctl(['wait', '--ready', '--timeout', '0'], { socket });
  assert.equal(waited.code, 4);
  assert.match(waited.stderr, /^lmbridgectl: not ready after 0 s: not_ready: /);
  const status = await ctl(['status'], { socket });
  assert.equal(status.code, 4);
  assert.match(status.stdout, /^ {2}Next {6}wait: lmbridgectl wait --ready$/m);
  const waiting = ctl(['wait', '--ready', '--json'], { socket });
  await daemon.stop();
  const ended = await waiting;
  assert.ok([3, 4].includes(ended.code), JSON.stringify(ended));
  await assert.rejects(stat(socket), { code: 'ENOENT' });
});

test('two daemons do not share a socket', async (t) => {
  const { daemon, configuration } = await stackFor(t);
  const second = await makeConfiguration({ config: { control: { socket: socketOf(daemon) } } });
  t.after(second.remove);
  const late = new Daemon(second);
  assert.equal((await late.exited).code, 4);
  assert.match(late.transcript(), /is in use by another program/);
  assert.equal((await ctl(['wait', '--ready'], { socket: join(configuration.directory, 'state', 'control.sock') })).code, 0);
});
