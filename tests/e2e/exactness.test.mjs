// What the model wrote is what the client reads, however the network cuts it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { MODEL, order, startStack } from './support/stack.mjs';

const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('');

/** @type {Record<string, string>} */
const texts = {
  'quotes and backslashes': 'He said "no", then \'yes\', C:\\new\\table and \\" and \\\\u0041 and \\n.',
  'control characters': `start${controls}\u007f\u0085\u2028\u2029end`,
  'emoji and their joiners': '😀 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪 a\u0301 ‼️',
  'Chinese, Japanese and Korean': '你好,世界!この文章は日本語です。한국어 문장입니다. 𠜎𠜱𡿺',
  'right-to-left text': 'مرحبا بالعالم שלום עולם \u200f\u202bRTL\u202c',
  'records of the protocol': 'a0:"not a record"\nb0:"nor this"\nad:{"finishReason":"stop"}\nae:{"message":"x"}\na3:"error"\n',
  'server-sent events': 'data: [DONE]\n\ndata: {"choices":[]}\n\nevent: error\n: comment\nid: 1\nretry: 1\n\n',
  'chunked encoding': '5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
  'a quoted challenge page': '<!DOCTYPE html><title>Just a moment...</title> Enable JavaScript and cookies to continue',
  'a quoted error object': 'The site sends {"error":"recaptcha validation failed"} or the word hasArenaError in its text.',
  'JSON in text': '{"finishReason":"stop","text":"\\ud83d\\ude00"} \u0000 null true [1,2]',
  'noncharacters and the ends of planes': '\ufffe\uffff\u{1fffe}\u{10ffff}\ufeff\ufffd',
};

/** @type {[string, object][]} */
const cuts = [
  ['record by record', {}],
  ['one byte at a time', { split: 1 }],
  ['at random', { split: 'random', seed: 11 }],
  ['three bytes at a time with escapes', { split: 3, ascii_escapes: true }],
  ['code point by code point', { piece_chars: 1, burst: true }],
  ['with CRLF, heartbeats and unknown records', { crlf: true, heartbeats: 2, unknown_records: true, step_records: true, no_final_newline: true }],
];

for (const protocol of /** @type {const} */ (['http', 'https'])) {
  describe(`over ${protocol === 'http' ? 'HTTP/1.1' : 'HTTP/2'}`, () => {
    /** @type {Awaited<ReturnType<typeof startStack>>} */
    let stack;
    before(async () => { stack = await startStack({ protocol }); });
    after(() => stack?.close());

    for (const [what, text] of Object.entries(texts)) {
      test(`${what} arrive exactly, streamed and whole`, async () => {
        for (const [how, cut] of cuts) {
          const stream = await stack.openai.chat.completions.create({
            model: MODEL, stream: true, messages: order({ text, ...cut }),
          });
          let received = '';
          for await (const chunk of stream) received += chunk.choices[0].delta.content ?? '';
          assert.equal(received, text, `streamed, cut ${how}`);
        }
        const whole = await stack.openai.chat.completions.create({ model: MODEL, messages: order({ text, split: 2 }) });
        assert.equal(whole.choices[0].message.content, text);
      });
    }

    test('what the client wrote reaches the site exactly', async () => {
      const messages = Object.values(texts).map((content, i) => ({
        role: /** @type {'user' | 'assistant'} */ (i % 2 ? 'assistant' : 'user'), content,
      }));
      const answer = await stack.openai.chat.completions.create({
        model: MODEL, messages: [...messages, ...order({ echo: true })],
      });
      const seen = JSON.parse(answer.choices[0].message.content ?? '');
      assert.equal(seen.method, 'PUT');
      assert.equal(seen.headers['content-type'], 'text/plain;charset=UTF-8');
      const body = typeof seen.body === 'string' ? JSON.parse(seen.body) : seen.body;
      assert.deepEqual(body.messages.slice(0, -1).map((/** @type {any} */ message) => message.content), Object.values(texts));
    });

    test('what is too large for a call reaches the site exactly as well, and leaves nothing behind', async () => {
      stack.arena.reset();
      const unit = `${Object.values(texts).join('')}\n`;
      // Below, at and far above the size from which bodies go to the page as files.
      for (const bytes of [60_000, 70_000, 4_000_000]) {
        const text = unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit)));
        await stack.openai.chat.completions.create({
          model: MODEL, messages: [{ role: 'system', content: text }, ...order({ text: 'ok' })],
        });
        const request = stack.arena.requests({ bodies: true }).at(-1);
        assert.equal(JSON.parse(request.body).messages[0].content, text);
      }
      assert.deepEqual(stack.daemon.log.filter(({ message }) => /can't read files/.test(String(message))), []);
      const files = await stack.daemon.openFiles();
      assert.deepEqual(files.filter((file) => file.includes('memfd:lmbridge')), []);
    });

    test('a record of ten megabytes arrives whole', async () => {
      const stream = await stack.openai.chat.completions.create({
        model: MODEL, stream: true, messages: order({ line_bytes: 10_000_000 }),
      });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0].delta.content ?? '';
      assert.equal(Buffer.byteLength(`a0:${JSON.stringify(text)}`), 10_000_000, 'the line that the arena sent');
    });
  });
}
