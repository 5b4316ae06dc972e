// lmbridgectl, to the letter. UPDATE_GOLDEN=1 writes the golden files anew; look at the difference before it is committed.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { cases, commands, complete } from './golden/control_cases.mjs';
import { marked, untilReadiness } from './support/asking.mjs';
import { CTL, ctl, ctlOnTerminal, socketOf } from './support/control.mjs';
import { MODEL, order, startStack } from './support/stack.mjs';

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
  [/\b[0-9A-F]{32}\b/g, 'PAGE'],
  [/^[0-9A-F]{8}  /gm, 'PAGE      '],
  [/\b[0-9A-F]{8} \(http/g, 'PAGE (http'],
  [/\b\d+ ms\b/g, 'TIME'],
  [/\d+ MB, /g, ''],
  [/"(milliseconds|pid|uptime_seconds|memory_mb|waited_ms|first_piece_ms|total_ms|created|pieces)":(\d+|null)/g, '"$1":0'],
  [/\d+ pieces?/g, 'N pieces'],
  [/sk-[A-Za-z0-9]{48}/g, 'sk-KEY'],
  [/\b[0-9A-F]{8}\b/g, 'PAGE'],
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
      if (args.includes('--json') && code !== 2) lines(stdout).forEach((line) => JSON.parse(line));
      await compare({ code, stdout: lines(normal(stdout, stack)), stderr: lines(normal(stderr, stack)) }, 'control', name);
      // The page of a fresh browser needs a moment.
      if (args[0] === 'browser') await untilReadiness(stack, ({ status }) => status === 'ready');
    });
  }

  test('no golden answer is without its command', async () => {
    const golden = JSON.parse(await readFile(new URL('golden/control.json', import.meta.url), 'utf8'));
    assert.deepEqual(Object.keys(golden), Object.keys(cases));
  });

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
      if (text.split('\n').length > 2) resolve(undefined);
    });
    await promise;
    child.kill('SIGINT');
    for (const line of text.split('\n').slice(0, 2)) assert.equal(JSON.parse(line).state, 'ready');
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
    const question = order({ pieces: 6, mark: 'p', pace_ms: 500 })[0].content;
    const child = spawn(CTL, ['--socket', socket, 'chat', question], { stdio: ['ignore', 'pipe', 'inherit'] });
    /** @type {string[]} */
    const pieces = [];
    for await (const piece of child.stdout.setEncoding('utf8')) pieces.push(piece);
    assert.equal(pieces.join(''), `${marked('p', 6)}\n`);
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
