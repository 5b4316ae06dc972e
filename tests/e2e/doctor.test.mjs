// What an operator asks on a bad day: lmbridgectl doctor, logs and bugreport.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { SESSION_ID } from '../arena/arena.mjs';
import { untilReadiness } from './support/asking.mjs';
import { CTL, call, ctl, socketOf } from './support/control.mjs';
import { order, startStack } from './support/stack.mjs';

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */

describe('on a bad day', () => {
  /** @type {Stack} */
  let stack;
  /** @type {string} */
  let socket;
  before(async () => {
    stack = await startStack();
    socket = socketOf(stack.daemon);
  });
  after(() => stack?.close());

  /** The findings by what was looked at. @param {string[]} args */
  async function examine(...args) {
    const { code, stdout } = await ctl(['doctor', '--json', ...args], { socket });
    const events = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
    const done = events.pop();
    return { code, done, findings: new Map(events.map((finding) => [finding.check, finding])) };
  }

  test('doctor looks at all that an answer needs', async () => {
    const { code, done, findings } = await examine('--ask');
    for (const check of ['configuration', 'listening', 'state directory', 'browser profile', 'disk', 'shared memory', 'fonts', 'browser',
      'way into a page', 'page 1', 'default ids', 'answer']) {
      assert.equal(findings.get(check)?.status, 'ok', `${check}: ${JSON.stringify(findings.get(check))}`);
    }
    assert.match(findings.get('answer').message, /^"You asked: .*" after \d+ ms$/);
    assert.equal(done.errors, 0);
    // The clock and, for root, the sandbox depend on who runs the tests.
    assert.equal(code, done.warnings > 0 ? 6 : 0);
  });

  test('doctor says truly whether the sandbox is on', async () => {
    const { findings } = await examine();
    const { status, message, fix } = findings.get('sandbox');
    assert.equal(status, process.getuid?.() === 0 ? 'warning' : 'ok', message);
    if (status === 'warning') assert.match(fix, /user of its own/);
  });

  test('doctor leaves no page behind', async () => {
    assert.equal((await call(socket, 'GET', '/pages')).body.pages.length, 1);
  });

  test('doctor says how to mend what is wrong, and its exit code is the worst', async (t) => {
    const text = await readFile(stack.configuration.file, 'utf8');
    t.after(async () => {
      await writeFile(stack.configuration.file, text);
      await ctl(['reload'], { socket });
    });
    await ctl(['config', 'set', 'account', 'somebody'], { socket });
    await writeFile(stack.configuration.file, `${await readFile(stack.configuration.file, 'utf8')} }`);
    await ctl(['reload'], { socket });
    const { stdout, code } = await ctl(['doctor'], { socket });
    assert.equal(code, 1);
    assert.match(stdout, /^error {4}configuration: it has 1 error, so an older state is in force: .*\n {9}-> lmbridgectl config check$/m);
    assert.match(stdout, /^warning {2}default ids: captured as another account \(somebody\); .*\n {9}-> lmbridgectl ids capture$/m);
    assert.match(stdout, /\n1 error, \d+ warnings?, \d+ well\n$/);
  });

  test('doctor names a page that waits for a person', async (t) => {
    t.after(async () => {
      stack.arena.reset();
      await ctl(['browser', 'restart'], { socket });
      await untilReadiness(stack, ({ status }) => status === 'ready');
    });
    stack.arena.mode({ challenge: 'all' });
    await ctl(['browser', 'restart'], { socket });
    await untilReadiness(stack, ({ status }) => status === 'needs_verification');
    const { code, findings } = await examine();
    assert.equal(code, 1);
    assert.equal(findings.get('page 1').status, 'error');
    assert.match(findings.get('page 1').message, /^needs_verification/);
    assert.match(findings.get('page 1').fix, /lmbridgectl live/);
  });

  test('logs has the last lines, of one level and above, also for scripts', async () => {
    const { stdout } = await ctl(['logs', '--lines', '1000'], { socket });
    assert.match(stdout, /^\S+Z info browser started product=HeadlessChrome/m);
    const one = await ctl(['logs', '-n', '1', '--json'], { socket });
    assert.deepEqual(one.stdout.trimEnd().split('\n').map((line) => JSON.parse(line).event), ['line', 'end']);
    const loud = await ctl(['logs', '-n', '1000', '--level', 'warning'], { socket });
    assert.doesNotMatch(loud.stdout, / info /);
    assert.equal((await ctl(['logs', '--level', 'loud'], { socket })).code, 2);
    assert.equal((await call(socket, 'GET', '/logs?level=loud')).status, 400);
    assert.equal((await call(socket, 'GET', '/logs?lines=1001')).status, 400);
  });

  test('logs goes on with the lines that come', async () => {
    const child = spawn(CTL, ['--socket', socket, 'logs', '--follow', '--lines', '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    const lines = new EventEmitter();
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      lines.emit('more');
    });
    // The line that it begins with is of its own call; from there on it misses none.
    while (!/path=\/logs/.test(text)) await once(lines, 'more');
    await ctl(['drain'], { socket });
    while (!/path=\/drain/.test(text)) await once(lines, 'more');
    child.kill('SIGINT');
    await ctl(['resume'], { socket });
    assert.doesNotMatch(text, /browser started/);
  });

  test('bugreport gathers it all, without secrets, prompts and whole ids', async () => {
    await ctl(['config', 'set', 'file_bed_api_key', 'SECRET-OF-THE-BED'], { socket });
    const key = (await ctl(['keys', 'add', 'alice'], { socket })).stdout.trim();
    await ctl(['chat', order({ text: 'an answer that is private' })[0].content], { socket });
    const file = join(stack.configuration.directory, 'report.txt');
    const { code, stdout, stderr } = await ctl(['bugreport', file], { socket });
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /read it before you send it/);
    const report = await readFile(file, 'utf8');
    for (const title of ['lmbridgectl', 'status', 'doctor', 'configuration, without secrets', 'models', 'ids', 'pages', 'log']) {
      assert.match(report, new RegExp(`^== ${title}$`, 'm'));
    }
    for (const secret of ['SECRET-OF-THE-BED', key, SESSION_ID, 'an answer that is private']) assert.ok(!report.includes(secret), secret);
    assert.ok(report.includes(`${SESSION_ID.slice(0, 8)}-...`));
    const asJson = JSON.parse((await ctl(['bugreport', '--json'], { socket })).stdout);
    assert.match(asJson.report, /^== lmbridgectl/);
    assert.equal((await ctl(['bugreport', '/nowhere/report.txt'], { socket })).code, 1);
    await ctl(['keys', 'remove', 'alice'], { socket });
  });
});
