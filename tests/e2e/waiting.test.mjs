// Requests that find no free place: they wait their turn, visibly, and not for ever.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { ask, marked, readiness, stackFor, untilReadiness } from './support/asking.mjs';
import { patience, startStack } from './support/stack.mjs';

/** @typedef {import('./support/asking.mjs').Stack} Stack */

/** What a browser allows a site over HTTP/1.1. */
const PLACES = 6;
const QUEUE_PLACE = 'x-lmbridge-queue-place';

/**
 * Takes all places with requests that run until they are released, which frees so many places; at the end of the test all.
 * @param {import('node:test').TestContext} t
 * @param {Stack} stack
 * @param {string} [key]
 */
async function takeAllPlaces(t, stack, key) {
  const holders = Array.from({ length: PLACES }, () => {
    const leaving = new AbortController();
    const gone = ask(stack, { pieces: 2, mark: 'holder', stall_after: 1 }, { signal: leaving.signal, key }).catch(() => {});
    return () => {
      leaving.abort();
      return gone;
    };
  });
  const release = (count = PLACES) => Promise.all(holders.splice(0, count).map((leave) => leave()));
  t.after(() => release());
  await stack.arena.wait({ active: PLACES });
  return release;
}

/** Until so many wait. @param {Stack} stack @param {number} count @param {string} [key] */
const untilWaiting = (stack, count, key) => untilReadiness(stack, ({ queue }) => queue.waiting === count, undefined, key);

/** The marks that the arena saw, in its order, without those that held the places. @param {Stack} stack */
const marksSeen = (stack) => stack.arena.requests().map(({ mark }) => mark).filter((mark) => mark !== 'holder');

describe('over HTTP/1.1 with one context', () => {
  /** @type {Stack} */
  let stack;
  before(async () => {
    stack = await startStack({ config: { retry_timeout_seconds: 30, server: { max_waiting: 8 } } });
  });
  beforeEach(async () => {
    await stack.arena.wait({ active: 0 });
    stack.arena.reset();
  });
  after(() => stack?.close());

  test(`${PLACES} requests run and the rest wait their turn in order`, async (t) => {
    const release = await takeAllPlaces(t, stack);
    const answers = [];
    for (let i = 0; i < 8; ++i) {
      answers.push(ask(stack, { pieces: 2, mark: `w${i}` }, { stream: i % 2 === 0 }));
      await untilWaiting(stack, i + 1);
    }
    assert.equal(stack.arena.counters().most_at_once, PLACES);
    // One place for all of them: the site sees them in the order in which they go.
    await release(1);
    const outcomes = await Promise.all(answers);
    assert.deepEqual(outcomes.map(({ text }) => text), outcomes.map((_, i) => marked(`w${i}`, 2)));
    assert.deepEqual(outcomes.map(({ headers }) => headers.get(QUEUE_PLACE)), ['1', '2', '3', '4', '5', '6', '7', '8']);
    assert.deepEqual(marksSeen(stack), ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7']);
    assert.equal(stack.arena.counters().most_at_once, PLACES);
    await release();
  });

  test('a request that need not wait has no place in a queue', async () => {
    const { headers, text } = await ask(stack, { text: 'at once' });
    assert.equal(text, 'at once');
    assert.equal(headers.get(QUEUE_PLACE), null);
  });

  test('GET /readyz shows the places, who waits, at which place and for how long', async (t) => {
    const release = await takeAllPlaces(t, stack);
    const answers = [ask(stack, { text: 'one' })];
    await untilWaiting(stack, 1);
    answers.push(ask(stack, { text: 'two' }));
    const { http, status, contexts, browser, queue } = await untilWaiting(stack, 2);
    await release();
    assert.deepEqual([http, status], [200, 'ready']);
    assert.equal(contexts.length, 1);
    assert.match(contexts[0].protocol, /1\.1/);
    assert.deepEqual([contexts[0].state, contexts[0].running, contexts[0].capacity], ['ready', PLACES, PLACES]);
    assert.ok((await stack.daemon.browserProcesses()).includes(browser.pid));
    assert.equal(browser.restarts, 0);
    assert.equal(queue.limit, 8);
    assert.deepEqual(queue.requests.map(({ place }) => place), [1, 2]);
    assert.ok(queue.requests[0].waiting_ms >= queue.requests[1].waiting_ms);
    const ids = (await Promise.all(answers)).map(({ headers }) => headers.get('x-request-id'));
    assert.deepEqual(queue.requests.map(({ id }) => id), ids);
  });

  test('a queue that is full refuses with 429 and says when to come back', async (t) => {
    const release = await takeAllPlaces(t, stack);
    const waiting = Array.from({ length: 8 }, () => ask(stack, { text: 'patient' }));
    await untilWaiting(stack, 8);
    for (const stream of [true, false]) {
      const { status, error, headers } = await ask(stack, { text: 'x' }, { stream });
      assert.deepEqual([status, error?.code], [429, 'queue_full'], error?.message);
      assert.ok(Number(headers.get('retry-after')) > 0);
    }
    await release();
    for (const { text } of await Promise.all(waiting)) assert.equal(text, 'patient');
  });

  test('a client that leaves while it waits gives its place to the next, and the site never hears of it', async (t) => {
    const release = await takeAllPlaces(t, stack);
    const leaving = new AbortController();
    const gone = assert.rejects(ask(stack, { pieces: 2, mark: 'gone' }, { signal: leaving.signal }));
    await untilWaiting(stack, 1);
    const answer = ask(stack, { pieces: 2, mark: 'next' });
    await untilWaiting(stack, 2);
    leaving.abort();
    await gone;
    const { queue } = await untilWaiting(stack, 1);
    assert.equal(queue.requests[0].place, 1);
    await release();
    assert.equal((await answer).text, marked('next', 2));
    assert.deepEqual(marksSeen(stack), ['next']);
  });
});

test('a request that waits longer than retry_timeout_seconds is 503 then and not before', async (t) => {
  const stack = await stackFor(t, { config: { retry_timeout_seconds: 1.5 } });
  const release = await takeAllPlaces(t, stack);
  for (const { status, error, took } of await Promise.all([true, false].map((stream) => ask(stack, { text: 'x' }, { stream })))) {
    assert.deepEqual([status, error?.code], [503, 'overloaded'], error?.message);
    assert.ok(took >= 1500 && took <= 10_000 * patience, `${took.toFixed(0)} ms`);
  }
  await release();
});

test('a key with 20 requests that wait does not hold up the first one of another key', async (t) => {
  const stack = await stackFor(t, { config: { api_keys: [{ name: 'many', key: 'sk-many' }, { name: 'one', key: 'sk-one' }] } });
  const release = await takeAllPlaces(t, stack, 'sk-many');
  const answers = [];
  for (let i = 0; i < 20; ++i) answers.push(ask(stack, { pieces: 2, mark: `m${i}`, pace_ms: 50 }, { key: 'sk-many' }));
  await untilWaiting(stack, 20, 'sk-many');
  const other = ask(stack, { pieces: 2, mark: 'other' }, { key: 'sk-one' });
  await untilWaiting(stack, 21, 'sk-many');
  await release(1);
  assert.equal((await other).text, marked('other', 2));
  await Promise.all(answers);
  assert.ok(marksSeen(stack).indexOf('other') <= 1, marksSeen(stack).join(' '));
  await release();
});

test('300 requests at once over HTTP/2 with three contexts run at the same time and stay apart', async (t) => {
  const stack = await stackFor(t, {
    protocol: 'https', arenaOptions: { maxStreams: 128 }, config: { browser: { contexts: 3, max_requests_per_context: 100 } },
  });
  await untilReadiness(stack, ({ contexts }) => contexts.length === 3 && contexts.every(({ state }) => state === 'ready'));
  const answers = Array.from({ length: 300 }, (_, i) => (
    ask(stack, { pieces: 20, mark: `a${i}`, first_delay_ms: Math.max(8000, 2000 * patience), pace_ms: 20 })
  ));
  await stack.arena.wait({ active: 300 }, 20_000 * patience);
  const { contexts } = await readiness(stack);
  for (const { state, protocol, running, capacity } of contexts) {
    assert.deepEqual({ state, protocol, running, capacity }, { state: 'ready', protocol: 'h2', running: 100, capacity: 100 });
  }
  for (const [i, { text, complete, error }] of (await Promise.all(answers)).entries()) {
    assert.deepEqual([text, complete], [marked(`a${i}`, 20), true], error?.message);
  }
  const { most_at_once: mostAtOnce, h2, answered } = stack.arena.counters();
  assert.deepEqual({ mostAtOnce, h2, answered }, { mostAtOnce: 300, h2: 300, answered: 300 });
});
