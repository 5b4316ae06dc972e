// What breaks before a client has seen a piece is mended behind its back; what breaks later is told.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ask, marked, untilReadiness } from './support/asking.mjs';
import { BREAKING, VULNERABLE } from './support/faults.mjs';
import { startStack } from './support/stack.mjs';

/** @typedef {import('./support/asking.mjs').Stack} Stack */
/** @typedef {import('./support/asking.mjs').Outcome} Outcome */

const STREAMS = [true, false, true, false, true, false];

describe('a client', () => {
  /** @type {Stack} */
  let stack;
  before(async () => { stack = await startStack({ protocol: 'https', config: { ...VULNERABLE, stream_response_timeout_seconds: 30 } }); });
  after(() => stack?.close());

  /** Answers to both kinds of requests that had no piece yet when the fault came. @param {(stack: Stack) => unknown} fault */
  async function askThrough(fault) {
    await untilReadiness(stack, ({ http }) => http === 200);
    stack.arena.reset();
    const answers = STREAMS.map((stream, i) => ask(stack, { pieces: 3, mark: `f${i}`, first_delay_ms: 3000 }, { stream }));
    await stack.arena.wait({ active: STREAMS.length });
    await fault(stack);
    return Promise.all(answers);
  }

  /** @param {Outcome[]} outcomes */
  function assertUnseen(outcomes) {
    for (const [i, outcome] of outcomes.entries()) {
      assert.equal(outcome.error, null, `${i}: ${outcome.error?.code}: ${outcome.error?.message}`);
      assert.deepEqual([outcome.status, outcome.text, outcome.complete], [200, marked(`f${i}`, 3), true]);
    }
  }

  for (const [what, fault] of Object.entries(BREAKING)) {
    test(`that has seen nothing yet sees nothing of it when ${what}`, async () => {
      assertUnseen(await askThrough(fault));
      assert.ok(stack.arena.counters().requests > STREAMS.length, 'the site was asked again');
    });
  }

  test('sees nothing of it when the GPU process is killed, and the site is not asked again', async () => {
    const outcomes = await askThrough(async () => assert.ok(await stack.daemon.killBrowserProcess('gpu') > 0));
    assertUnseen(outcomes);
    assert.equal(stack.arena.counters().requests, STREAMS.length);
  });

  for (const [what, fail] of [['a broken site', 'server_error'], ['a gateway page', 'bad_gateway']]) {
    test(`sees nothing of ${what} that is back soon, and gets what the site says then`, async () => {
      for (const stream of [true, false]) {
        stack.arena.reset();
        const outcome = await ask(stack, { fail, fail_times: 2, key: fail, text: 'at last' }, { stream });
        assert.deepEqual([outcome.status, outcome.text, outcome.complete], [200, 'at last', true], outcome.error?.message);
        assert.equal(stack.arena.counters().requests, 3);
      }
    });
  }

  test('of a whole answer sees nothing of it even when the site had begun', async () => {
    stack.arena.reset();
    const answer = ask(stack, { pieces: 20, mark: 'w', pace_ms: 40 }, { stream: false });
    await stack.arena.wait({ active: 1, bytes_sent_min: 20 });
    await stack.daemon.killBrowserProcess('renderer');
    const { text, complete, error } = await answer;
    assert.deepEqual([text, complete], [marked('w', 20), true], error?.message);
  });

  for (const [what, fault] of Object.entries(BREAKING)) {
    test(`that has seen three pieces is told how far it came when ${what}`, async () => {
      await untilReadiness(stack, ({ http }) => http === 200);
      stack.arena.reset();
      const outcome = await ask(stack, { pieces: 9, mark: 's', stall_after: 3 }, {
        onPiece: ({ pieces }) => { if (pieces === 3) fault(stack); },
      });
      assert.equal(outcome.text, marked('s', 3), 'neither more nor again');
      assert.deepEqual([outcome.complete, outcome.finish], [false, null]);
      assert.match(outcome.error?.message ?? '', /\b3 pieces\b/);
      assert.notEqual(outcome.error?.code, 'upstream_timeout', 'it was the fault that ended it');
      assert.equal(stack.arena.counters().requests, 1, 'nothing is repeated into an open stream');
    });
  }

  test('that has seen pieces gets the rest when the GPU process is killed', async () => {
    await untilReadiness(stack, ({ http }) => http === 200);
    const outcome = await ask(stack, { pieces: 20, mark: 'g', pace_ms: 40 }, {
      onPiece: ({ pieces }) => { if (pieces === 3) stack.daemon.killBrowserProcess('gpu'); },
    });
    assert.deepEqual([outcome.text, outcome.complete], [marked('g', 20), true]);
  });
});
