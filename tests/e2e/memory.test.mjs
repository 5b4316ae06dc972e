// What a daemon and its browser keep after many requests, and when pages and browsers are renewed.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { sendShortRequests } from '../chaos/short_requests.mjs';
import { ask, marked, readiness, stackFor, untilReadiness } from './support/asking.mjs';
import { patience } from './support/stack.mjs';

const REQUESTS = process.env.LMBRIDGE_SANITIZED ? 1500 : 3000;
const MEGABYTE = 1024 * 1024;

test(`${REQUESTS} short requests leave neither memory nor descriptors in use`, async (t) => {
  const stack = await stackFor(t, { protocol: 'https' });
  const { first, last, seconds } = await sendShortRequests(stack, REQUESTS);
  const grown = (last.rss - first.rss) / MEGABYTE;
  console.log(`${REQUESTS} requests in ${seconds.toFixed(1)} s: RSS ${(last.rss / MEGABYTE).toFixed(1)} MB, +${grown.toFixed(2)} MB since the `
    + `first ${first.requests}; ${last.descriptors} descriptors; browser ${(last.browser / MEGABYTE).toFixed(0)} MB`);
  assert.equal(last.descriptors, first.descriptors);
  // Sanitizers keep what was freed.
  if (!process.env.LMBRIDGE_SANITIZED) assert.ok(grown <= 2, `${grown.toFixed(2)} MB`);
});

describe('a page with more memory than browser.memory_limit_mb', () => {
  test('is renewed between answers, never under one, and costs no request', async (t) => {
    // Less than any page has: always too much.
    const stack = await stackFor(t, { protocol: 'https', config: { browser: { memory_limit_mb: 1 } } });
    stack.arena.reset();
    const running = ask(stack, { pieces: 60, mark: 'run', pace_ms: 50 * patience });
    await stack.arena.wait({ active: 1, bytes_sent_min: 20 });
    const before = stack.arena.counters().page_loads;
    const { text, complete, error } = await running;
    assert.deepEqual([text, complete], [marked('run', 60), true], error?.message);
    await stack.arena.wait({ page_loads_min: before + 1 }, 60_000);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(stack, { pieces: 2, mark: `m${i}` }, { stream: i % 2 === 0 })));
    for (const [i, answer] of answers.entries()) assert.equal(answer.text, marked(`m${i}`, 2), answer.error?.message);
  });
});

describe('a browser that is idle for idle_restart_timeout_seconds', () => {
  const IDLE = { enable_idle_restart: true, idle_restart_timeout_seconds: 2 };

  test('is started anew, and not while an answer runs', async (t) => {
    const stack = await stackFor(t, { config: IDLE });
    const { browser } = await readiness(stack);
    const { text, complete, error } = await ask(stack, { pieces: 2, mark: 'slow', pace_ms: 4000 });
    assert.deepEqual([text, complete], [marked('slow', 2), true], error?.message);
    assert.equal((await readiness(stack)).browser.pid, browser.pid, 'it was not idle');
    const idle = performance.now();
    await untilReadiness(stack, (state) => state.http === 200 && state.browser.pid !== browser.pid);
    assert.ok(performance.now() - idle >= 1500, 'not before the time');
    assert.equal((await ask(stack, { text: 'fresh' })).text, 'fresh');
  });

  test('stays when enable_idle_restart is off', async (t) => {
    const stack = await stackFor(t, { config: { ...IDLE, idle_restart_timeout_seconds: 1, enable_idle_restart: false } });
    const { browser } = await readiness(stack);
    await sleep(2500); // the time in which nothing may happen
    assert.equal((await readiness(stack)).browser.pid, browser.pid);
  });
});
