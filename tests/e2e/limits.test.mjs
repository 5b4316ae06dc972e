// The end of requests that are held: their own age, and the end of the daemon.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask, marked, stackFor, untilReadiness } from './support/asking.mjs';
import { patience } from './support/stack.mjs';

const PLACES = 6;

/** Requests that take all places for a while. @param {import('./support/asking.mjs').Stack} stack @param {number} forMs */
async function takeAllPlaces(stack, forMs) {
  const answers = Array.from({ length: PLACES }, () => ask(stack, { pieces: 3, mark: 'run', body_delay_ms: forMs }));
  await stack.arena.wait({ active: PLACES });
  return answers;
}

/**
 * What the log says of the failure of one request; others fail beside it.
 * @param {import('./support/asking.mjs').Stack} stack @param {string | null} id @param {number} from
 */
async function failureLogged({ daemon }, id, from) {
  for (let at = from; ;) {
    const entry = await daemon.logged('a chat failed', at);
    if (entry.id === id) return entry;
    at = daemon.log.indexOf(entry, at) + 1;
  }
}

test('a request that is held longer than metadata_timeout_minutes is ended and reported', async (t) => {
  const stack = await stackFor(t, { config: { metadata_timeout_minutes: 0.1, retry_timeout_seconds: 60 } });
  const leaving = new AbortController();
  const holders = Array.from({ length: PLACES }, () => (
    ask(stack, { pieces: 2, stall_after: 1 }, { signal: leaving.signal, stream: false }).catch(() => undefined)
  ));
  await stack.arena.wait({ active: PLACES });
  stack.arena.mode({ outage: 'stall' });
  const from = stack.daemon.log.length;
  const { status, headers, error, took } = await ask(stack, { text: 'x' }, { stream: false });
  assert.equal(error?.code, 'upstream_timeout', `${status} ${error?.message}`);
  assert.match(error.message, /metadata_timeout_minutes/);
  assert.ok(took >= 5900 && took <= 9500 * patience, `${took.toFixed(0)} ms`);
  const report = await failureLogged(stack, headers.get('x-request-id'), from);
  assert.equal(report.code, 'upstream_timeout');
  assert.ok(report.total_ms >= 5900 && report.total_ms <= 9500 * patience, `its age in the log: ${report.total_ms} ms`);
  leaving.abort();
  await Promise.all(holders);
});

test('SIGTERM refuses the held requests at once and lets the running ones finish', async (t) => {
  const stack = await stackFor(t, {});
  const running = await takeAllPlaces(stack, 6000);
  const held = [true, false, true].map((stream) => ask(stack, { text: 'x' }, { stream }));
  await untilReadiness(stack, ({ queue }) => queue.waiting === 3);
  const told = performance.now();
  stack.daemon.process.kill('SIGTERM');
  for (const { status, error, headers } of await Promise.all(held)) {
    assert.deepEqual([status, error?.code], [503, 'shutting_down'], error?.message);
    assert.ok(Number(headers.get('retry-after')) > 0);
  }
  assert.ok(performance.now() - told <= 4000 * patience, `${(performance.now() - told).toFixed(0)} ms`);
  for (const { text, complete, error } of await Promise.all(running)) {
    assert.deepEqual([text, complete], [marked('run', 3), true], error?.message);
  }
  assert.equal((await stack.daemon.exited).code, 0);
});

test('SIGTERM refuses a request at once that was to be asked again later', async (t) => {
  const stack = await stackFor(t, {});
  stack.arena.mode({ outage: '429', retry_after: 40 });
  const from = stack.daemon.log.length;
  const paused = ask(stack, { text: 'x' });
  await stack.daemon.logged('a try failed; asking again', from);
  const told = performance.now();
  stack.daemon.process.kill('SIGTERM');
  const { status, error } = await paused;
  assert.deepEqual([status, error?.code], [503, 'shutting_down'], error?.message);
  assert.ok(performance.now() - told <= 4000 * patience, `${(performance.now() - told).toFixed(0)} ms`);
  assert.equal((await stack.daemon.exited).code, 0);
});

test('SIGTERM while the page is being mended refuses what waits for it, and leaves no process', async (t) => {
  const stack = await stackFor(t, {});
  stack.arena.mode({ outage: 'drop', for_ms: 60_000 });
  await stack.daemon.killBrowserProcess('browser');
  const held = [true, false].map((stream) => ask(stack, { text: 'x' }, { stream }));
  await untilReadiness(stack, ({ queue }) => queue.waiting === 2);
  stack.daemon.process.kill('SIGTERM');
  for (const { status, error } of await Promise.all(held)) {
    assert.deepEqual([status, error?.code], [503, 'shutting_down'], error?.message);
  }
  assert.equal((await stack.daemon.exited).code, 0);
  assert.deepEqual(await stack.daemon.browserProcesses(), []);
});
