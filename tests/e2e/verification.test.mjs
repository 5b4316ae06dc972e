// A site that asks for a human or for a sign-in: running answers go on, new requests are held, somebody is told.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { startArena } from '../arena/arena.mjs';
import { ask, marked, readiness, stackFor, untilReadiness } from './support/asking.mjs';
import { Daemon } from './support/daemon.mjs';
import { openPages } from './support/devtools.mjs';
import { VULNERABLE } from './support/faults.mjs';
import { makeConfiguration, patience, startStack } from './support/stack.mjs';

/** @typedef {import('./support/asking.mjs').Stack} Stack */

/**
 * A person who looks at the browser until there is such a button, and presses it; not quicker than the daemon finds out
 * that the site, whose page it has just loaded anew, still refuses.
 * @param {{daemon: Daemon}} stack
 * @param {string} selector
 * @param {string} status what the daemon calls that
 */
async function press(stack, selector, status) {
  const find = `document.querySelector('${selector}')`;
  const begun = performance.now();
  for (;;) {
    assert.ok(performance.now() - begun < 15_000 * patience, `no page shows ${selector}`);
    const pages = await openPages(stack.daemon);
    const shown = await Promise.all(pages.map((page) => page.evaluate(`Boolean(${find})`).catch(() => false))); // it may just be loading
    const page = pages[shown.indexOf(true)];
    if (page) await untilReadiness(stack, (now) => now.status === status);
    await page?.evaluate(`${find}.click()`);
    for (const each of pages) each.close();
    if (page) return;
  }
}

/** Both kinds of requests. @param {Stack} stack @param {object} directive */
const askBoth = (stack, directive) => [true, false, true, false].map((stream) => ask(stack, directive, { stream }));

/**
 * What the site can ask for: how it begins, what the daemon calls it, and what a person does about it.
 * @type {{what: string, mode: object, timed: object, status: string, code: string, button: string, word: RegExp}[]}
 */
const DEMANDS = [
  {
    what: 'a human', mode: { challenge: 'all', challenge_until_solved: true }, timed: { challenge: 'all' },
    status: 'needs_verification', code: 'verification_required', button: '#human', word: /verif|human/i,
  },
  {
    what: 'a sign-in', mode: { signed_out: true }, timed: { signed_out: true },
    status: 'needs_sign_in', code: 'sign_in_required', button: '#signin', word: /sign/i,
  },
];

for (const { what, mode, timed, status, code, button, word } of DEMANDS) {
  describe(`a site that asks for ${what}`, () => {
    /** @type {Stack} */
    let stack;
    before(async () => { stack = await startStack({ protocol: 'https', config: { ...VULNERABLE, retry_timeout_seconds: 30 } }); });
    beforeEach(async () => {
      stack.arena.reset();
      await untilReadiness(stack, ({ http }) => http === 200);
    });
    after(() => stack?.close());

    test('lets what runs go on, holds the rest, says what it waits for, and goes on when it has it', async () => {
      /** @type {() => void} */
      let begun = () => {};
      const hasBegun = new Promise((resolve) => { begun = () => resolve(undefined); });
      const running = ask(stack, { pieces: 60, mark: 'run', pace_ms: 50 }, { onPiece: () => begun() });
      await hasBegun;
      const from = stack.daemon.log.length;
      stack.arena.mode(mode);
      const held = askBoth(stack, { pieces: 2, mark: 'held' });
      const state = await untilReadiness(stack, (now) => now.status === status);
      assert.equal(state.http, 503);
      assert.match(state.reason, word);
      assert.equal(state.contexts[0].state, status);
      const told = stack.daemon.log.slice(from).find(({ level, message }) => /warn|error/.test(String(level)) && word.test(String(message)));
      assert.ok(told?.hint || /:|;/.test(String(told?.message)), `the log says what to do: ${JSON.stringify(told)}`);
      const { text, complete, error } = await running;
      assert.deepEqual([text, complete], [marked('run', 60), true], error?.message);

      await press(stack, button, status);
      for (const outcome of await Promise.all(held)) {
        assert.deepEqual([outcome.text, outcome.complete], [marked('held', 2), true], outcome.error?.message);
      }
      assert.equal((await readiness(stack)).status, 'ready');
      assert.ok(stack.arena.counters().page_loads <= 4, `${stack.arena.counters().page_loads} page loads`);
    });

    test('is not taken for satisfied because of what it had let through before', async () => {
      const slow = ask(stack, { pieces: 2, mark: 'slow', body_delay_ms: 1500 });
      await stack.arena.wait({ active: 1 });
      stack.arena.mode(mode);
      const held = askBoth(stack, { pieces: 2, mark: 'held' });
      await untilReadiness(stack, (now) => now.status === status);
      const from = stack.daemon.log.length;
      assert.equal((await slow).text, marked('slow', 2));
      const told = stack.daemon.log.slice(from).filter(({ message }) => /past it/.test(String(message)));
      assert.deepEqual(told, [], 'nobody was there yet');
      await press(stack, button, status);
      for (const outcome of await Promise.all(held)) assert.equal(outcome.text, marked('held', 2), outcome.error?.message);
    });

    test('brings the page there once, however many requests find it out', async () => {
      stack.arena.mode({ ...timed, for_ms: 8000 });
      const held = Array.from({ length: 20 }, () => ask(stack, { pieces: 2, mark: 'held' }));
      await untilReadiness(stack, (now) => now.status === status);
      await untilReadiness(stack, ({ queue }) => queue.waiting === 20);
      await stack.arena.wait({ page_loads_min: 1 });
      for (const outcome of await Promise.all(held)) {
        assert.deepEqual([outcome.text, outcome.complete], [marked('held', 2), true], outcome.error?.message);
        assert.ok(outcome.took >= 7900, 'not before the site was satisfied');
      }
      // Once to show it, once by the challenge itself, once more to look.
      assert.ok(stack.arena.counters().page_loads <= 4, `${stack.arena.counters().page_loads} page loads`);
    });
  });

  test(`a site that asks for ${what} in vain fails the held requests when their time is over`, async (t) => {
    const stack = await stackFor(t, { protocol: 'https', config: { retry_timeout_seconds: 2 } });
    stack.arena.mode(mode);
    for (const outcome of await Promise.all(askBoth(stack, { text: 'x' }))) {
      assert.deepEqual([outcome.status, outcome.error?.code], [503, code], outcome.error?.message);
      assert.equal(outcome.headers.get('x-should-retry'), 'false');
      assert.ok(outcome.took >= 2000 && outcome.took <= 10_000 * patience, `${outcome.took.toFixed(0)} ms`);
    }
  });
}

test('a challenge of streams alone, behind a page that looks well, is no reason to load it again and again', async (t) => {
  const stack = await stackFor(t, { protocol: 'https' });
  stack.arena.reset();
  stack.arena.mode({ challenge: 'fetch', for_ms: 3000 });
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => ask(stack, { text: 'on' })));
  for (const { text, error } of outcomes) assert.equal(text, 'on', error?.message);
  const { page_loads: pageLoads, failed } = stack.arena.counters();
  assert.ok(pageLoads <= 5, `${pageLoads} page loads in 3 s`);
  assert.ok(failed <= 30, `${failed} requests found the challenge`);
});

test('a challenge that is there at the start is told of, and the daemon is ready when it is solved', async (t) => {
  const arena = await startArena();
  t.after(() => arena.close());
  arena.mode({ challenge: 'all', challenge_until_solved: true });
  const configuration = await makeConfiguration({ arena, config: VULNERABLE });
  const daemon = new Daemon(configuration);
  t.after(async () => {
    await daemon.stop();
    await configuration.remove();
  });
  const { base_url: baseUrl } = await daemon.logged('listening');
  const stack = /** @type {Stack} */ (/** @type {unknown} */ ({ daemon, arena }));
  Object.assign(daemon, { baseUrl, origin: new URL(baseUrl).origin });
  const held = ask(stack, { text: 'patient' });
  await untilReadiness(stack, ({ status }) => status === 'needs_verification');
  await press({ daemon }, '#human', 'needs_verification');
  assert.equal((await held).text, 'patient');
  assert.equal((await readiness(stack)).http, 200);
});
