// Many answers at once through one page: nothing lost, mixed, doubled or reordered.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { MODEL, order, patience, startStack } from './support/stack.mjs';

const ANSWERS = 100;
const PIECES = 200;

for (const mode of /** @type {const} */ (['shell', 'headless'])) {
  describe(`one page in Chromium's ${mode} mode`, () => {
    /** @type {Awaited<ReturnType<typeof startStack>>} */
    let stack;
    before(async () => {
      stack = await startStack({ protocol: 'https', mode, config: { browser: { max_requests_per_context: ANSWERS } } });
    });
    after(() => stack?.close());

    test(`runs ${ANSWERS} answers of ${PIECES} pieces at once over HTTP/2 and keeps them apart`, async () => {
      stack.arena.reset();
      await Promise.all(Array.from({ length: ANSWERS }, async (_, number) => {
        const mark = `r${number}`;
        const stream = await stack.openai.chat.completions.create({
          model: MODEL, stream: true,
          // The last answer begins before the first one ends: they all overlap.
          messages: order({ pieces: PIECES, mark, pace_ms: 10, first_delay_ms: patience > 1 ? 5000 : 1500 }),
        });
        let text = '';
        let finishes = 0;
        for await (const chunk of stream) {
          text += chunk.choices[0].delta.content ?? '';
          finishes += chunk.choices[0].finish_reason === 'stop' ? 1 : 0;
        }
        const expected = Array.from({ length: PIECES }, (__, piece) => `${mark}:${piece};`).join('');
        assert.equal(text, expected, mark);
        assert.equal(finishes, 1);
      }));
      const counters = stack.arena.counters();
      assert.equal(counters.answered, ANSWERS);
      assert.equal(counters.h2, ANSWERS);
      assert.equal(counters.most_at_once, ANSWERS, 'they really ran at the same time');
    });

    test('answers the next client after all that as if nothing had been', async () => {
      const answer = await stack.openai.chat.completions.create({ model: MODEL, messages: order({ text: 'fresh' }) });
      assert.equal(answer.choices[0].message.content, 'fresh');
    });
  });
}
