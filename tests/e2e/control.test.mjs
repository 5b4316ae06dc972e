// lmbridgectl and the control socket. Golden answers: UPDATE_GOLDEN=1 writes them anew; look at the difference before it is
// committed.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { cases, commands, complete } from './golden/control_cases.mjs';
import { ask, marked, stackFor, untilReadiness } from './support/asking.mjs';
import { CTL, call, ctl, ctlOnTerminal, sendRaw, socketOf } from './support/control.mjs';
import { Daemon } from './support/daemon.mjs';
import { makeConfiguration, MODEL, order, startStack } from './support/stack.mjs';

const UPDATE = process.env.UPDATE_GOLDEN === '1';
/** nobody */
const OTHER_USER = 65534;

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */

/** What differs from run to run, in this order. @type {[RegExp, string][]} */
const CHANGING = [
  [/\bin \d+\.\d s\b/g, 'in TIME'],
  [/HeadlessChrome\/[\d.]+/g, 'HeadlessChrome/BUILD'],
  [/lmbridge(ctl|d)("?[: ]"?)\d+\.\d+\.\d+/g, 'lmbridge$1$2VERSION'],
  [/"version":"[\d.]+"/g, '"version":"VERSION"'],
  [/\bpid \d+/g, 'pid PID'],
  [/\b(up )?\d+ (s|min)\b( ago)?/g, '$1TIME$3'],
  [/[\d-]+T[\d:.]+Z/g, 'TIME'],
  [/\d+ MB, /g, ''],
  [/"(pid|uptime_seconds|memory_mb|waited_ms|first_piece_ms|total_ms|created|pieces)":(\d+|null)/g, '"$1":0'],
  [/\d+ pieces?/g, 'N pieces'],
  [/sk-[A-Za-z0-9]{48}/g, 'sk-KEY'],
  [/(req_|chatcmpl-)[A-Za-z0-9]{24}/g, '$1ID'],
  [/(\.jsonc):\d+:\d+:/g, '$1:PLACE:'],
];

/**
 * Without what differs from run to run.
 * @param {string} text
 * @param {Stack} stack
 */
function normal(text, { daemon, configuration, arena }) {
  const places = [
    [daemon.stateDirectory, 'STATE'], [configuration.directory, 'DIRECTORY'], [daemon.origin, 'http://DAEMON'], [arena.http, 'http://SITE'],
  ];
  const known = places.reduce((soFar, [place, name]) => soFar.replaceAll(place, name), text);
  return CHANGING.reduce((soFar, [pattern, name]) => soFar.replace(pattern, name), known);
}

/**
 * @param {Record<string, unknown>} outcome
 * @param {string} file
 * @param {string} name
 */
async function compare(outcome, file, name) {
  const url = new URL(`golden/${file}.json`, import.meta.url);
  const golden = JSON.parse(await readFile(url, 'utf8').catch((error) => (UPDATE ? '{}' : Promise.reject(error))));
  if (UPDATE) {
    await writeFile(url, `${JSON.stringify({ ...golden, [name]: outcome }, null, 1)}\n`);
  } else {
    assert.deepEqual(outcome, golden[name]);
  }
}

/** Lines are easier to read. @param {string} text */
const lines = (text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

describe('lmbridgectl', () => {
  /** @type {Stack} */
  let stack;
  /** @type {string} */
  let socket;
  before(async () => {
    stack = await startStack({ config: { logging: { level: 'debug' } } });
    socket = socketOf(stack.daemon);
  });
  after(() => stack?.close());

  for (const [name, { args, input }] of Object.entries(cases)) {
    test(`answers as it always did: ${name}`, async () => {
      const { code, stdout, stderr } = await ctl(args, { socket, input });
      if (args.includes('--json') && code !== 2) JSON.parse(stdout);
      await compare({ code, stdout: lines(normal(stdout, stack)), stderr: lines(normal(stderr, stack)) }, 'control', name);
      // The page of a fresh browser needs a moment.
      if (args[0] === 'browser') await untilReadiness(stack, ({ status }) => status === 'ready');
    });
  }

  test('shows every key of the configuration that is shipped, and no secret', async () => {
    await ctl(['config', 'set', 'file_bed_api_key', 'SECRET'], { socket });
    const { code, stdout } = await ctl(['config', 'show'], { socket });
    assert.equal(code, 0);
    assert.ok(!stdout.includes('SECRET'));
    const shown = JSON.parse(stdout);
    assert.equal(shown.server.listen, '127.0.0.1:0');
    assert.equal(shown.file_bed_api_key, '(not shown)');
    assert.equal(shown.stream_response_timeout_seconds, 360);
  });

  test('finds the socket by LMBRIDGE_SOCKET, and below the state home of its user', async () => {
    const byName = await ctl(['wait', '--ready'], { env: { LMBRIDGE_SOCKET: socket } });
    assert.deepEqual(byName, { code: 0, stdout: 'ready\n', stderr: '' });
    const absent = await ctl(['status'], { env: { XDG_STATE_HOME: '/nowhere' } });
    assert.match(absent.stderr, /\/nowhere\/lmbridge\/control\.sock/);
  });

  test('keeps colours and spinners for terminals', async () => {
    const { stdout, stderr } = await ctl(['status'], { socket, env: { TERM: 'xterm-256color' } });
    assert.ok(!(stdout + stderr).includes('\x1b'));
  });

  test('uses colours and a spinner on a terminal, and no colours where NO_COLOR is set', async () => {
    assert.match(await ctlOnTerminal(['status'], { socket }), /\x1b\[32mready\x1b\[0m/);
    assert.ok(!(await ctlOnTerminal(['status'], { socket, env: { NO_COLOR: '1' } })).includes('\x1b'));
    const slow = await ctlOnTerminal(['chat', order({ text: 'late', first_delay_ms: 500 })[0].content], { socket });
    assert.match(slow, /waiting for the answer .*\r\x1b\[Klate\r\n$/s);
  });

  test('holds a conversation on a terminal, in which the model hears what was said before', async () => {
    const questions = [order({ text: 'First answer.' }), order({ echo: true })].map(([{ content }]) => content);
    const shown = await ctlOnTerminal(['chat', '--model', MODEL], { socket, input: `${questions.join('\n')}\n\x04` });
    assert.match(shown, /Talking to heron-large; Ctrl-D ends it\./);
    assert.match(shown, /First answer\.\r\n/);
    // The second one repeats what the site was sent.
    assert.ok(shown.slice(shown.indexOf('First answer.') + 10).includes('First answer.'), shown);
  });

  test('lets nothing in an answer act on a terminal', async () => {
    const question = order({ text: 'a\x1b[2Jb' })[0].content;
    assert.match(await ctlOnTerminal(['chat', question], { socket }), /a\[2Jb\r\n$/);
    assert.equal((await ctl(['chat', question], { socket })).stdout, 'a\x1b[2Jb\n');
  });

  test('shows the state again and again until it is told to stop', async () => {
    const { promise, resolve } = Promise.withResolvers();
    const child = spawn(CTL, ['--socket', socket, 'status', '--watch', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      if (lines(text).length === 2) resolve(undefined);
    });
    await promise;
    child.kill('SIGINT');
    for (const line of lines(text)) assert.equal(JSON.parse(line).state, 'ready');
  });

  test('makes keys of which the file has only the hash, and which work until they are removed', async () => {
    const { stdout, stderr } = await ctl(['keys', 'add', 'carol'], { socket });
    const key = stdout.trimEnd();
    assert.match(stderr, /only time/);
    const text = await readFile(stack.configuration.file, 'utf8');
    assert.ok(!text.includes(key) && text.includes('sha256:'));
    /** @param {string} given */
    async function status(given) {
      const headers = { authorization: `Bearer ${given}` };
      return (await fetch(`${stack.daemon.baseUrl}/models`, { headers })).status;
    }
    assert.equal(await status(key), 200);
    assert.equal(await status(`${key}x`), 401);
    assert.equal(await status('sha256:' + key), 401);
    // Who may use the socket needs no key.
    assert.equal((await ctl(['chat', '--model', MODEL, order({ text: 'x' })[0].content], { socket })).stdout, 'x\n');
    await ctl(['keys', 'remove', 'carol'], { socket });
    assert.equal(await status('anything'), 200);
    assert.ok(!stack.daemon.transcript().includes(key));
  });

  test('prints an answer as it comes', async () => {
    const question = order({ pieces: 3, mark: 'p', pace_ms: 300 })[0].content;
    const child = spawn(CTL, ['--socket', socket, 'chat', question], { stdio: ['ignore', 'pipe', 'inherit'] });
    /** @type {string[]} */
    const pieces = [];
    for await (const piece of child.stdout.setEncoding('utf8')) pieces.push(piece);
    assert.equal(pieces.join(''), `${marked('p', 3)}\n`);
    assert.ok(pieces.length >= 3, `${pieces.length} writes`);
  });

  test('says what went wrong in the middle of an answer, and that it did', async () => {
    await ctl(['config', 'set', 'stream_error_style', 'event'], { socket });
    const { code, stderr } = await ctl(['chat', '--model', MODEL, order({ pieces: 4, cut_after: 2 })[0].content], { socket });
    assert.equal(code, 1);
    assert.match(stderr, /^lmbridgectl: /);
  });

  test('the socket is for its user and group, and everything done over it is in the log, with who did it', async () => {
    assert.equal((await stat(socket)).mode & 0o777, 0o660);
    const from = stack.daemon.log.length;
    await ctl(['reload'], { socket });
    const entry = await stack.daemon.logged('control call', from);
    assert.deepEqual([entry.method, entry.path, entry.status, entry.uid], ['POST', '/reload', 200, process.getuid?.()]);
    assert.ok(entry.pid > 0 && typeof entry.user === 'string');
  });
});

describe('lmbridgectl without a daemon', () => {
  for (const args of complete) {
    test(`says so, and how to start it: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await ctl(args, { socket: '/nowhere/control.sock' });
      assert.equal(code, 3);
      assert.equal(stdout, '');
      assert.match(stderr, /^lmbridgectl: lmbridged is not running: nobody answers at \/nowhere\/control\.sock .*systemctl start lmbridged/);
      const asJson = await ctl([...args, '--json'], { socket: '/nowhere/control.sock' });
      assert.equal(asJson.code, 3);
      assert.equal(JSON.parse(asJson.stdout).error.code, 'not_running');
    });
  }

  test('says so when something else answers at the socket', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'lmbridge-test-'));
    const socket = join(directory, 'socket');
    let answer = '';
    const server = net.createServer((client) => client.end(answer)).listen(socket);
    t.after(async () => {
      server.close();
      await rm(directory, { recursive: true });
    });
    for (const [bytes, code, message] of /** @type {[string, number, RegExp][]} */ ([
      ['SSH-2.0-OpenSSH_9.2\r\n\r\n', 1, /is not lmbridged/],
      ['HTTP/1.0 200 OK\r\n\r\n<html>', 1, /is not lmbridged/],
      ['HTTP/1.0 200 OK\r\ncontent-length: 99\r\n\r\n{', 1, /broke off/],
      ['HTTP/1.0 500 Oops\r\n\r\n', 1, /status 500/],
      ['', 3, /ended before it answered/],
    ])) {
      answer = bytes;
      const said = await ctl(['status'], { socket });
      assert.equal(said.code, code, bytes);
      assert.match(said.stderr, message);
    }
  });

  test('tells its own version all the same', async () => {
    const { code, stdout } = await ctl(['version'], { socket: '/nowhere/control.sock' });
    assert.equal(code, 0);
    assert.match(stdout, /^lmbridgectl \d+\.\d+\.\d+\nlmbridged can't be asked\n$/);
  });

  for (const command of commands) {
    test(`helps with: ${command.join(' ')}`, async () => {
      const { code, stdout, stderr } = await ctl([...command, '--help']);
      await compare({ code, stdout: lines(stdout), stderr }, 'control_help', command.join(' '));
    });
  }

  test('helps with everything', async () => {
    const { code, stdout } = await ctl(['--help']);
    await compare({ code, stdout: lines(stdout) }, 'control_help', '');
  });

  for (const shell of ['bash', 'zsh', 'fish']) {
    test(`completes commands in ${shell}`, async () => {
      const { code, stdout } = await ctl(['completion', shell]);
      await compare({ code, stdout: lines(stdout) }, 'control_completion', shell);
      const asJson = JSON.parse((await ctl(['completion', shell, '--json'])).stdout);
      assert.deepEqual(asJson, { shell, script: stdout });
    });
  }
});

describe('a control socket that is not for everybody', { skip: process.getuid?.() !== 0 && 'only root can be somebody else' }, () => {
  /** @type {Stack} */
  let stack;
  before(async () => { stack = await startStack(); });
  after(() => stack?.close());

  for (const args of complete) {
    test(`is refused with what to do: ${args.join(' ')}`, async () => {
      const socket = socketOf(stack.daemon);
      const { code, stdout, stderr } = await ctl(args, { socket, uid: OTHER_USER });
      assert.equal(code, 5);
      assert.equal(stdout, '');
      assert.match(stderr, /^lmbridgectl: you may not use .*control\.sock: .* may\. Try it with sudo/);
      const asJson = await ctl([...args, '--json'], { socket, uid: OTHER_USER });
      assert.equal(JSON.parse(asJson.stdout).error.code, 'permission_denied');
    });
  }
});

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
    const running = ask(stack, { pieces: 20, mark: 'd', pace_ms: 50 }, { onPiece: begin });
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
