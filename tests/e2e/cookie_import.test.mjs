// A sign-in that comes from a browser elsewhere, and goes to one: lmbridgectl browser cookies.

import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { COOKIE } from '../arena/arena.mjs';
import { ask, untilReadiness } from './support/asking.mjs';
import { ctl, socketOf } from './support/control.mjs';
import { startStack } from './support/stack.mjs';

describe('lmbridgectl browser cookies', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  /** @type {string} */
  let socket;
  /** @type {(name: string) => string} */
  let file;
  before(async () => {
    stack = await startStack({ config: { retry_timeout_seconds: 30 } });
    socket = socketOf(stack.daemon);
    file = (name) => join(stack.configuration.directory, name);
  });
  after(() => stack?.close());

  test('exports them as JSON and as cookies.txt, to a file that nobody else can read', async () => {
    const { code, stdout } = await ctl(['browser', 'cookies', 'export', file('out.txt'), '--format', 'netscape'], { socket });
    assert.equal(code, 0);
    assert.match(stdout, /out\.txt holds 1 cookie: whoever has it is signed in as you are\n/);
    assert.match(await readFile(file('out.txt'), 'utf8'), new RegExp(`^(#HttpOnly_)?127\\.0\\.0\\.1\tFALSE\t/\t.*\t${COOKIE}\t`, 'm'));
    assert.equal((await stat(file('out.txt'))).mode & 0o777, 0o600);
    const [cookie] = JSON.parse((await ctl(['browser', 'cookies', 'export'], { socket })).stdout);
    assert.deepEqual([cookie.name, cookie.domain], [COOKIE, '127.0.0.1']);
    assert.equal(JSON.parse((await ctl(['browser', 'cookies', 'export', '--json'], { socket })).stdout).cookies[0].name, COOKIE);
  });

  test('imports those of a browser that has signed in, and what waited for a sign-in is answered', async () => {
    stack.arena.mode({ signed_out: true, require_sign_in: true });
    const waiting = ask(stack, { text: 'Signed in.' });
    await untilReadiness(stack, ({ status }) => status === 'needs_sign_in');
    const signedIn = await fetch(`${stack.arena.http}/__arena/signin`, { method: 'POST' });
    const [pair] = (signedIn.headers.get('set-cookie') ?? '').split(';');
    const [name, value] = pair.split('=');
    await writeFile(file('in.txt'), `# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\t${name}\t${value}\n`);
    const { code, stdout, stderr } = await ctl(['browser', 'cookies', 'import', file('in.txt')], { socket });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '1 cookie imported, 1 of which the site gets\n');
    assert.equal((await waiting).text, 'Signed in.');
    stack.arena.reset();
  });

  test('takes what it has exported, from standard input, too', async () => {
    const { stdout: exported } = await ctl(['browser', 'cookies', 'export'], { socket });
    const { code, stdout, stderr } = await ctl(['browser', 'cookies', 'import', '-'], { socket, input: exported });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\d+ cookies? imported, \d of which the site gets\n$/);
  });

  test('says what is wrong with a file, and when it has nothing for the site', async () => {
    await writeFile(file('bad.txt'), 'name=value; other=thing\n');
    const bad = await ctl(['browser', 'cookies', 'import', file('bad.txt')], { socket });
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /line 1: 7 fields with tabs/);
    await writeFile(file('other.json'), JSON.stringify([{ name: 'a', value: 'b', domain: 'elsewhere.example', path: '/' }]));
    const other = await ctl(['browser', 'cookies', 'import', file('other.json')], { socket });
    assert.equal(other.stdout, "1 cookie imported, but none of them is the site's\n");
    await writeFile(file('refused.json'), JSON.stringify([{ name: '__Host-a', value: 'b', domain: '.elsewhere.example', path: '/' }]));
    const refused = await ctl(['browser', 'cookies', 'import', file('refused.json')], { socket });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /does not take the cookie __Host-a of \.elsewhere\.example/);
    const missing = await ctl(['browser', 'cookies', 'import', '/nowhere/cookies.txt'], { socket });
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /\/nowhere\/cookies\.txt can't be used: No such file or directory/);
    assert.equal((await ctl(['browser', 'cookies', 'export', '/nowhere/x'], { socket })).code, 1);
  });

  test('tells the log that it was done, and no cookie', async () => {
    const { stdout } = await ctl(['browser', 'cookies', 'export', '--json'], { socket });
    const { value } = JSON.parse(stdout).cookies.find((/** @type {any} */ { name }) => name === COOKIE);
    assert.ok(stack.daemon.log.some(({ path }) => path === '/browser/cookies'));
    assert.ok(!stack.daemon.transcript().includes(value));
  });
});
