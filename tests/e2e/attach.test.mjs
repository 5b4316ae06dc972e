// browser.mode "attach": the daemon works in a browser that the operator runs, and leaves it as it was.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import OpenAI from 'openai';

import { startArena } from '../arena/arena.mjs';
import { ask, marked, untilReadiness } from './support/asking.mjs';
import { ctl, socketOf } from './support/control.mjs';
import { Daemon, processesNaming } from './support/daemon.mjs';
import { pagesAt } from './support/devtools.mjs';
import { Visits } from './support/live.mjs';
import { OwnBrowser, Wire } from './support/own_browser.mjs';
import { makeConfiguration, patience } from './support/stack.mjs';

/** @typedef {import('node:test').TestContext} TestContext */

/**
 * An arena and a daemon that attaches to a browser.
 * @param {TestContext} t
 * @param {string} address
 * @param {object} [config]
 */
async function attached(t, address, config = {}) {
  const arena = await startArena();
  const configuration = await makeConfiguration({ arena, config: { ...config, browser: { mode: 'attach', address, .../** @type {any} */ (config).browser } } });
  const daemon = new Daemon(configuration);
  t.after(async () => {
    await daemon.stop();
    await arena.close();
    await configuration.remove();
  });
  daemon.baseUrl = /** @type {string} */ ((await daemon.logged('listening')).base_url);
  daemon.origin = new URL(daemon.baseUrl).origin;
  const stack = /** @type {any} */ ({ arena, daemon, configuration, openai: new OpenAI({ baseURL: daemon.baseUrl, apiKey: 'unused', maxRetries: 0 }) });
  return /** @type {import('./support/asking.mjs').Stack} */ (stack);
}

/** @param {TestContext} t @param {ConstructorParameters<typeof OwnBrowser>[0]} [options] */
async function ownBrowser(t, options) {
  const browser = await new OwnBrowser(options).start();
  t.after(() => browser.close());
  return browser;
}

/** @param {import('./support/asking.mjs').Stack} stack */
async function assertAnswers(stack) {
  const outcome = await ask(stack, { pieces: 5, mark: 'here' });
  assert.equal(outcome.error, null, outcome.error?.message);
  assert.equal(outcome.text, marked('here', 5));
}

describe('attached to a browser of the operator', () => {
  for (const build of /** @type {const} */ (['shell', 'headless'])) {
    test(`answers through it, and leaves it with its own pages (${build})`, async (t) => {
      const browser = await ownBrowser(t, { build });
      const stack = await attached(t, browser.address);
      await browser.open(`${stack.arena.http}/own`);
      await stack.daemon.ready();
      await assertAnswers(stack);
      assert.equal((await browser.pages()).length, 3);
      assert.deepEqual(await processesNaming(stack.daemon.stateDirectory), [], 'a browser of its own runs');
      await stack.daemon.stop();
      await browser.untilPagesAre('about:blank', `${stack.arena.http}/own`);
      assert.ok(browser.isRunning);
    });
  }

  test('goes and comes in one with windows that has no page but ours, and does not end it', async (t) => {
    const display = spawn('/usr/bin/Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
    t.after(async () => {
      display.kill();
      await once(display, 'exit');
    });
    const name = `:${String((await once(display.stdout, 'data'))[0]).trim()}`;
    const browser = await ownBrowser(t, { build: 'headed', display: name });
    const stack = await attached(t, browser.origin);
    await stack.daemon.ready();
    for (const { id, url } of await browser.pages()) if (url === 'about:blank') await fetch(`${browser.origin}/json/close/${id}`);
    await browser.untilPagesAre(`${stack.arena.http}/`);
    assert.equal((await ctl(['browser', 'restart'], { socket: socketOf(stack.daemon) })).code, 0);
    await untilReadiness(stack, ({ status }) => status === 'ready');
    await browser.untilPagesAre(`${stack.arena.http}/`);
    await assertAnswers(stack);
    await stack.daemon.stop();
    await browser.untilPagesAre('about:blank');
    assert.ok(browser.isRunning);
  });

  test('keeps its further contexts to itself, and takes them along', async (t) => {
    const browser = await ownBrowser(t);
    const stack = await attached(t, browser.origin, { browser: { contexts: 3 } });
    await untilReadiness(stack, ({ contexts }) => contexts.every(({ state }) => state === 'ready'));
    await assertAnswers(stack);
    assert.equal((await browser.pages()).length, 4);
    assert.equal((await ctl(['browser', 'restart'], { socket: socketOf(stack.daemon) })).code, 0);
    await untilReadiness(stack, ({ contexts }) => contexts.every(({ state }) => state === 'ready'));
    const site = `${stack.arena.http}/`;
    await browser.untilPagesAre('about:blank', site, site, site);
    await stack.daemon.stop();
    await browser.untilPagesAre('about:blank');
  });

  test('passes a request of many megabytes to it', async (t) => {
    const browser = await ownBrowser(t);
    const stack = await attached(t, browser.origin);
    await stack.daemon.ready();
    const text = 'x'.repeat(20 * 1024 * 1024);
    const answer = await stack.openai.chat.completions.create({
      model: 'heron-large', messages: [{ role: 'user', content: text }, { role: 'user', content: '@arena {"pieces": 5, "mark": "large"}' }],
    });
    assert.equal(answer.choices[0].message.content, marked('large', 5));
    assert.ok(!stack.daemon.log.some(({ level }) => level === 'warning'), stack.daemon.transcript());
  });

  test('says where it is attached to, in status, doctor and after a restart', async (t) => {
    const browser = await ownBrowser(t);
    const stack = await attached(t, browser.origin);
    await stack.daemon.ready();
    const socket = socketOf(stack.daemon);
    const { browser: told } = JSON.parse((await ctl(['status', '--json'], { socket })).stdout);
    assert.equal(told.address, browser.origin);
    assert.equal(told.pid, null);
    assert.match((await ctl(['status'], { socket })).stdout, new RegExp(`^ +Browser +\\S+Chrome/\\S+, attached at ${browser.origin}, up `, 'm'));
    const doctor = (await ctl(['doctor'], { socket })).stdout;
    assert.match(doctor, new RegExp(`^ok +browser: \\S+, attached at ${browser.origin}$`, 'm'));
    assert.doesNotMatch(doctor, /sandbox|shared memory|browser profile|^error/m);
    const restarted = await ctl(['browser', 'restart'], { socket });
    assert.match(restarted.stdout, new RegExp(`^attached again: \\S+ at ${browser.origin}\n$`));
    await untilReadiness(stack, ({ status }) => status === 'ready');
    await assertAnswers(stack);
    await browser.untilPagesAre('about:blank', `${stack.arena.http}/`);
  });

  test('works in its pages by command', async (t) => {
    const browser = await ownBrowser(t);
    const stack = await attached(t, browser.origin);
    await stack.daemon.ready();
    const socket = socketOf(stack.daemon);
    const { stdout } = await ctl(['page', 'eval', 'location.origin'], { socket });
    assert.match(stdout, new RegExp(stack.arena.http));
    assert.equal((await ctl(['page', 'screenshot', join(stack.configuration.directory, 'page.png')], { socket })).code, 0);
  });

  test('shows in a live view what is its own, and not what the operator does', async (t) => {
    const browser = await ownBrowser(t, { build: 'headless' });
    const stack = await attached(t, browser.origin);
    await browser.open(`${stack.arena.http}/private`);
    await stack.daemon.ready();
    const visits = new Visits(() => stack.daemon);
    t.after(() => visits.end());
    const { page } = await visits.look();
    const pages = await pagesAt(browser.origin);
    await pages.find(({ url }) => url === `${stack.arena.http}/`)?.call('Runtime.evaluate', { expression: "window.open('/popup')", userGesture: true });
    for (const each of pages) each.close();
    await page.locator('#pages-button').click();
    const items = page.locator('#page-list button');
    await items.filter({ hasText: '/popup' }).waitFor();
    const popup = (await pagesAt(browser.origin)).find(({ url }) => url.endsWith('/popup'));
    await popup?.call('Runtime.evaluate', { expression: "window.open('/second-popup')", userGesture: true });
    // The list is asked for anew when it is opened.
    for (let i = 0; i < 2; i += 1) await page.locator('#pages-button').click();
    await items.filter({ hasText: '/second-popup' }).waitFor();
    assert.equal(await items.count(), 3);
    assert.equal(await items.filter({ hasText: '/private' }).count(), 0);
  });

  test('leaves it the cookies that it has, and writes none down', async (t) => {
    const browser = await ownBrowser(t);
    const wire = await new Wire(browser.port).open();
    t.after(() => wire.close());
    const stack = await attached(t, `http://127.0.0.1:${wire.port}`);
    await stack.daemon.ready();
    const socket = socketOf(stack.daemon);
    await ctl(['page', 'eval', "document.cookie = 'mark=seen; max-age=1000'"], { socket });
    // It looks at the cookies before.
    await ctl(['browser', 'restart'], { socket });
    await untilReadiness(stack, ({ status }) => status === 'ready');
    wire.close();
    await untilReadiness(stack, ({ status }) => status !== 'ready');
    const pages = await pagesAt(browser.origin);
    const ours = pages.find(({ url }) => url.startsWith(stack.arena.http));
    await ours?.evaluate("document.cookie = 'mark=changed-meanwhile; max-age=1000'");
    for (const page of pages) page.close();
    await wire.open();
    await untilReadiness(stack, ({ status }) => status === 'ready');
    const { stdout } = await ctl(['page', 'eval', 'document.cookie'], { socket });
    assert.match(stdout, /mark=changed-meanwhile/);
    await assert.rejects(readFile(join(stack.daemon.stateDirectory, 'cookies.json')), { code: 'ENOENT' });
  });
});

describe('a browser of the operator that goes and comes', () => {
  test('is attached to when it is there at last, and until then the daemon says what it waits for', async (t) => {
    const browser = await ownBrowser(t);
    await browser.stop();
    const stack = await attached(t, browser.origin);
    const { reason } = await stack.daemon.logged('the browser could not be attached to; trying again and again');
    assert.match(reason, new RegExp(`^no browser listens at 127\\.0\\.0\\.1:${browser.port} \\(Connection refused\\): start it with --remote-debugging-port=${browser.port} `));
    await untilReadiness(stack, ({ reason: why }) => /the browser can't be reached/.test(why ?? ''));
    assert.match((await ctl(['status'], { socket: socketOf(stack.daemon) })).stdout, /Next +start the browser that is to be attached to/);
    const doctor = await ctl(['doctor'], { socket: socketOf(stack.daemon) });
    assert.match(doctor.stdout, /^error +browser: .*\n +-> start the browser that listens at http:/m);
    await browser.start();
    await stack.daemon.logged('the page is ready');
    await assertAnswers(stack);
    assert.equal(stack.daemon.log.filter(({ message }) => /could not be attached/.test(String(message))).length, 1, 'said once');
  });

  test('is attached to again when it was started anew, and requests wait for that', async (t) => {
    const browser = await ownBrowser(t);
    const stack = await attached(t, browser.origin);
    await stack.daemon.ready();
    await browser.stop();
    await untilReadiness(stack, ({ status }) => status !== 'ready');
    const waiting = ask(stack, { pieces: 5, mark: 'late' });
    await browser.start();
    assert.equal((await waiting).text, marked('late', 5));
  });

  test('has no page of ours twice when only the connection was cut', async (t) => {
    const browser = await ownBrowser(t);
    const wire = await new Wire(browser.port).open();
    t.after(() => wire.close());
    const stack = await attached(t, `ws://127.0.0.1:${wire.port}`);
    await stack.daemon.ready();
    const running = ask(stack, { pieces: 5, mark: 'cut' });
    wire.cut();
    assert.equal((await running).text, marked('cut', 5));
    await browser.untilPagesAre('about:blank', `${stack.arena.http}/`);
  });

  test('is let go when it does not answer any more, and attached to again when it does', async (t) => {
    const browser = await ownBrowser(t);
    const stack = await attached(t, browser.origin, { browser: { unresponsive_after_seconds: 3 } });
    await stack.daemon.ready();
    browser.process?.kill('SIGSTOP');
    await stack.daemon.logged('the browser does not answer any more; leaving it, to attach to it again');
    browser.process?.kill('SIGCONT');
    await untilReadiness(stack, ({ status }) => status === 'ready');
    await assertAnswers(stack);
    assert.ok(browser.isRunning);
    await browser.untilPagesAre('about:blank', `${stack.arena.http}/`);
  });

  test('does not hold up a daemon that stops while it is attaching', async (t) => {
    const browser = await ownBrowser(t);
    browser.process?.kill('SIGSTOP');
    const arena = await startArena();
    const configuration = await makeConfiguration({ arena, config: { browser: { mode: 'attach', address: browser.origin } } });
    const daemon = new Daemon(configuration);
    t.after(async () => {
      await arena.close();
      await configuration.remove();
    });
    await daemon.logged('the control socket is open');
    const begun = performance.now();
    assert.equal((await daemon.stop()).code, 0);
    assert.ok(performance.now() - begun < Math.min(10_000 * patience, 20_000));
    assert.ok(!daemon.log.some(({ message, level }) => message === 'listening' || level === 'error'), daemon.transcript());
  });

  test('is told apart from what is no browser, and from an id of an earlier start', async (t) => {
    const browser = await ownBrowser(t);
    const stale = await attached(t, browser.address.replace(/.{4}$/, 'ffff'));
    const message = 'the browser could not be attached to; trying again and again';
    assert.match((await stale.daemon.logged(message)).reason, /refused \/devtools\/browser\/\S+ with status 404: .*leave the path away/);
    const other = await attached(t, stale.arena.http);
    assert.match((await other.daemon.logged(message)).reason, /was asked for \/json\/version: .*; is it a browser with DevTools open\?$/);
  });
});

test('the address of a browser is refused when it can be none, with what is wrong', async (t) => {
  for (const [address, problem] of /** @type {const} */ ([
    ['wss://example.org/devtools', /browser\.address: found "wss:.*ssh -L/], ['127.0.0.1:9222', /must begin with ws:/],
    ['http://127.0.0.1:9222/json', /has no path here/], ['ws://:9222', /no host/], ['', /browser\.address: found ""/],
  ])) {
    const configuration = await makeConfiguration({ config: { browser: { mode: 'attach', address } } });
    t.after(configuration.remove);
    const daemon = new Daemon(configuration, { args: ['--check-config'] });
    assert.equal((await daemon.exited).code, 1, address);
    assert.match(daemon.text, problem);
  }
});
