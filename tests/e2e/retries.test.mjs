// Rate limits and empty answers.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { ask, stackFor } from './support/asking.mjs';
import { patience, sessionPool, startStack } from './support/stack.mjs';

/** @typedef {import('./support/asking.mjs').Stack} Stack */

describe('a rate limit of the site', () => {
  test('rests the session that it meets until the site says, and the others of the pool go on', async (t) => {
    const pool = sessionPool(3);
    const stack = await stackFor(t, pool);
    const [{ sessionId }] = pool.arenaOptions.sessions;
    stack.arena.mode({ outage: '429', session_id: sessionId, retry_after: 10 });
    for (let i = 0; i < 9; ++i) {
      const { text, took, error } = await ask(stack, { text: 'on' }, { stream: i % 2 === 0 });
      assert.equal(text, 'on', error?.message);
      assert.ok(took < 5000 * patience, 'another session took it at once');
    }
    const limited = stack.arena.requests().filter(({ session_id: id }) => id === sessionId);
    assert.equal(limited.length, 1);
    stack.arena.mode({ outage: false });
    const used = () => stack.arena.requests().filter(({ session_id: id, outcome }) => id === sessionId && outcome === 'answered');
    while (used().length === 0) await ask(stack, { text: 'on' });
    assert.ok(used()[0].time - limited[0].time >= 10_000, 'it rested as long as the site said');
  });

  test('is handed on at once when no session can serve in time', async (t) => {
    const stack = await stackFor(t, { config: { retry_timeout_seconds: 5 } });
    for (const stream of [true, false]) {
      const { status, error, headers, took } = await ask(stack, { fail: 'rate_limit', retry_after: 30 }, { stream });
      assert.deepEqual([status, error?.code], [429, 'rate_limited'], error?.message);
      const seconds = Number(headers.get('retry-after'));
      assert.ok(seconds >= 20 && seconds <= 30, `retry-after: ${seconds}`);
      assert.ok(took < 4000 * patience, `${took.toFixed(0)} ms`);
    }
    assert.equal(stack.arena.counters().requests, 1, 'while the session rests the site is left alone');
  });

  test('is waited for when the session can serve in time', async (t) => {
    const stack = await stackFor(t, { config: { retry_timeout_seconds: 10 } });
    for (const stream of [true, false]) {
      stack.arena.reset();
      const { text, error } = await ask(stack, { fail: 'rate_limit', retry_after: 2, fail_times: 1, key: `${stream}`, text: 'on' }, { stream });
      assert.equal(text, 'on', error?.message);
      const [refused, answered, ...more] = stack.arena.requests();
      assert.ok(answered.time - refused.time >= 2000, `${answered.time - refused.time} ms`);
      assert.ok(answered.time - refused.time <= 6000 * patience, `${answered.time - refused.time} ms`);
      assert.equal(more.length, 0);
    }
  });
});

describe('an empty answer', () => {
  const RETRY = { enabled: true, max_retries: 3, base_delay_ms: 200, max_delay_ms: 300 };
  /** The pauses that this makes. */
  const PAUSES = [200, 300, 300];

  /** The pauses between the requests that the arena has seen, in ms. @param {Stack} stack */
  const pauses = (stack) => stack.arena.requests().slice(1).map(({ time }, i) => time - stack.arena.requests()[i].ended_at);

  /** @param {number[]} measured @param {number[]} expected */
  function assertPauses(measured, expected) {
    assert.equal(measured.length, expected.length, `pauses of ${measured.join(', ')} ms`);
    for (const [i, pause] of expected.entries()) {
      // The arena notes the end of an answer after the daemon may have had it.
      assert.ok(measured[i] >= pause - 50 && measured[i] <= pause + 2000 * patience, `pauses of ${measured.join(', ')} ms`);
    }
  }

  describe('with retries', () => {
    /** @type {Stack} */
    let stack;
    before(async () => { stack = await startStack({ config: { empty_response_retry: RETRY } }); });
    beforeEach(() => stack.arena.reset());
    after(() => stack?.close());

    test('is asked for again as often and after as long as configured, then it is 502', async () => {
      const { status, error } = await ask(stack, { empty: true }, { stream: false });
      assert.deepEqual([status, error?.code], [502, 'empty_response'], error?.message);
      assertPauses(pauses(stack), PAUSES);
    });

    test('fails a stream with the same error, which is never passed off as an answer', async () => {
      const { error, complete, text } = await ask(stack, { empty: true });
      assert.deepEqual([error?.code, complete, text], ['empty_response', false, '']);
      assertPauses(pauses(stack), PAUSES);
    });

    test('is not seen when the next one has content, but for comments of the stream', async () => {
      for (const stream of [true, false]) {
        stack.arena.reset();
        const { text, complete, comments, error } = await ask(stack, { empty: true, fail_times: 2, key: 'twice', text: 'at last' }, { stream });
        assert.deepEqual([text, complete], ['at last', true], error?.message);
        assertPauses(pauses(stack), PAUSES.slice(0, 2));
        assert.deepEqual(comments.map((comment) => comment.slice(0, 9)), stream ? ['retry 1/3', 'retry 2/3'] : []);
      }
    });
  });

  test('is told of in the text when show_retry_info_to_client says so', async (t) => {
    const stack = await stackFor(t, { config: { empty_response_retry: { ...RETRY, show_retry_info_to_client: true } } });
    const { text, complete, error } = await ask(stack, { empty: true, fail_times: 2, key: 'shown', text: 'at last' });
    assert.equal(complete, true, error?.message);
    assert.match(text, /1\/3.*2\/3.*at last$/s);
  });

  test('is 502 at once without retries', async (t) => {
    const stack = await stackFor(t, { config: { empty_response_retry: { ...RETRY, enabled: false } } });
    for (const stream of [true, false]) {
      const { status, error } = await ask(stack, { empty: true }, { stream });
      assert.deepEqual([status, error?.code], [502, 'empty_response'], error?.message);
    }
    assert.equal(stack.arena.counters().requests, 2);
  });
});
