// A page that sleeps or hangs, and a browser that stays away.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';

import { ask, marked, readiness, stackFor, untilReadiness } from './support/asking.mjs';
import { withPage } from './support/devtools.mjs';
import { removableBrowser, VULNERABLE } from './support/faults.mjs';
import { patience, WITHOUT_RETRIES } from './support/stack.mjs';

describe('a tab that is frozen for 5 s', () => {
  test('costs no request that had seen nothing, and none is passed off as whole', async (t) => {
    const stack = await stackFor(t, { protocol: 'https', config: VULNERABLE });
    const early = [true, false].map((stream) => ask(stack, { pieces: 3, mark: 'early', first_delay_ms: 3000 }, { stream }));
    const running = ask(stack, { pieces: 60, mark: 'run', pace_ms: 50 });
    await stack.arena.wait({ active: 3, bytes_sent_min: 1 });
    await withPage(stack.daemon, (page) => page.setLifecycle('frozen'));
    const late = [true, false].map((stream) => ask(stack, { pieces: 3, mark: 'late' }, { stream }));
    await sleep(5000); // the time that is looked at
    // It may have been replaced, and then there is nothing to thaw.
    await withPage(stack.daemon, (page) => page.setLifecycle('active').catch(() => {}));
    for (const { text, error } of await Promise.all(early)) assert.equal(text, marked('early', 3), error?.message);
    for (const { text, error } of await Promise.all(late)) assert.equal(text, marked('late', 3), error?.message);
    const { text, complete, error, pieces } = await running;
    assert.ok(marked('run', 60).startsWith(text));
    if (complete) assert.equal(pieces, 60);
    else assert.match(error?.message ?? '', new RegExp(`\\b${pieces} pieces?\\b`));
  });
});

describe('a page whose event loop is blocked', () => {
  const STUCK = { protocol: /** @type {const} */ ('http'), config: { browser: { ...VULNERABLE.browser, contexts: 2 } } };

  test('is noticed within 5 s and replaced', async (t) => {
    const stack = await stackFor(t, { config: VULNERABLE });
    await withPage(stack.daemon, (page) => page.block());
    const blocked = performance.now();
    const from = stack.daemon.log.length;
    const answer = ask(stack, { text: 'on' });
    await stack.daemon.logged('the page does not react any more; replacing it', from);
    assert.ok(performance.now() - blocked <= 7500 * patience);
    console.log(`a blocked page was noticed after ${(performance.now() - blocked).toFixed(0)} ms`);
    const { text, took, error } = await answer;
    assert.equal(text, 'on', error?.message);
    assert.ok(took <= 9000 * patience, `${took.toFixed(0)} ms`);
  });

  test('ends its own answers honestly while those of the other context go on', async (t) => {
    const stack = await stackFor(t, STUCK);
    await untilReadiness(stack, ({ contexts }) => contexts.length === 2 && contexts.every(({ state }) => state === 'ready'));
    const STREAMS = 8;
    /** @type {() => void} */
    let begun = () => {};
    const allBegun = new Promise((resolve) => { begun = () => resolve(undefined); });
    const started = new Set();
    const gaps = Array.from({ length: STREAMS }, () => ({ last: 0, longest: 0 }));
    const answers = gaps.map((gap, i) => ask(stack, { pieces: 90, mark: `b${i}`, pace_ms: 100 }, {
      onPiece: () => {
        const now = performance.now();
        if (gap.last > 0) gap.longest = Math.max(gap.longest, now - gap.last);
        gap.last = now;
        if (started.add(i).size === STREAMS) begun();
      },
    }));
    await Promise.race([allBegun, Promise.all(answers)]);
    const { contexts } = await readiness(stack);
    assert.deepEqual(contexts.map(({ running }) => running), [4, 4], 'the least loaded page takes the next one');
    await withPage(stack.daemon, (page) => page.block());
    const outcomes = await Promise.all(answers);
    const whole = outcomes.map(({ complete, text }, i) => complete && text === marked(`b${i}`, 90));
    assert.equal(whole.filter(Boolean).length, 4);
    for (const [i, { error, pieces }] of outcomes.entries()) {
      if (whole[i]) assert.ok(gaps[i].longest < 3500 * patience, `a gap of ${gaps[i].longest.toFixed(0)} ms`);
      else assert.match(error?.message ?? '', new RegExp(`\\b${pieces} pieces?\\b`));
    }
    await untilReadiness(stack, (state) => state.contexts.every(({ state: one }) => one === 'ready'));
  });
});

describe('a browser that is away', () => {
  /** @param {import('node:test').TestContext} t @param {number} holdSeconds */
  async function withoutBrowser(t, holdSeconds) {
    const browser = await removableBrowser();
    const stack = await stackFor(t, { config: { retry_timeout_seconds: holdSeconds, browser: { executable: browser.executable } } });
    t.after(browser.remove);
    await browser.takeAway();
    await stack.daemon.killBrowserProcess('browser');
    return { stack, browser };
  }

  test('longer than requests are held fails them then and not before', async (t) => {
    const { stack } = await withoutBrowser(t, 3);
    for (const { status, error, took } of await Promise.all([true, false].map((stream) => ask(stack, { text: 'x' }, { stream })))) {
      assert.equal(status, 503, error?.message);
      assert.ok(['browser_gone', 'page_not_ready', 'overloaded'].includes(error?.code ?? ''), error?.code);
      assert.ok(took >= 3000 && took <= 10_000 * patience, `${took.toFixed(0)} ms`);
    }
  });

  test('fails requests at once where nothing is held', async (t) => {
    const away = await removableBrowser();
    t.after(() => away.remove());
    const stack = await stackFor(t, { config: { ...WITHOUT_RETRIES, browser: { executable: away.executable } } });
    await away.takeAway();
    await stack.daemon.killBrowserProcess('browser');
    await untilReadiness(stack, ({ http }) => http === 503);
    for (const stream of [true, false]) {
      const { status, error, took } = await ask(stack, { text: 'x' }, { stream });
      assert.deepEqual([status, error?.code], [503, 'page_not_ready'], error?.message);
      assert.ok(took <= 5000 * patience, `${took.toFixed(0)} ms`);
    }
  });

  test('because it does not answer any more is started again, and no request is lost', async (t) => {
    const stack = await stackFor(t, { protocol: 'https' });
    const { browser } = await readiness(stack);
    process.kill(browser.pid, 'SIGSTOP');
    const { text, error } = await ask(stack, { text: 'on' });
    assert.equal(text, 'on', error?.message);
    assert.notEqual((await readiness(stack)).browser.pid, browser.pid);
  });

  test('shorter than that costs no request', async (t) => {
    const { stack, browser } = await withoutBrowser(t, 20);
    const answers = [true, false].map((stream) => ask(stack, { text: 'held' }, { stream }));
    await untilReadiness(stack, ({ queue }) => queue.waiting === 2);
    await sleep(1000); // how long it is away
    await browser.bringBack();
    for (const { text, error } of await Promise.all(answers)) assert.equal(text, 'held', error?.message);
  });

  test('again and again is called a crash loop, is not started in a frenzy, and is well once it starts', async (t) => {
    const { stack, browser } = await withoutBrowser(t, 1);
    const before = await browser.starts();
    const { http, reason } = await untilReadiness(stack, ({ status }) => status === 'crash_loop', 30_000);
    assert.equal(http, 503);
    assert.ok(reason.length > 10);
    assert.match(stack.daemon.transcript(), /libremoved\.so: cannot open shared object file/, 'its last words are in the log');
    const attempts = await browser.starts() - before;
    assert.ok(attempts >= 2 && attempts <= 12, `${attempts} starts`);
    await browser.bringBack();
    await untilReadiness(stack, ({ status }) => status === 'ready', 60_000);
    assert.equal((await ask(stack, { text: 'back' })).text, 'back');
  });
});
