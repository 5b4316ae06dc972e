// Pictures and files on their way from a client to the site.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import OpenAI from 'openai';

import { MODEL, startStack } from './support/stack.mjs';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64');

describe('attachments', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  before(async () => { stack = await startStack(); });
  after(() => stack?.close());

  /** @param {any[]} messages */
  async function sent(messages) {
    stack.arena.reset();
    await stack.openai.chat.completions.create({ model: MODEL, messages });
    const [request] = stack.arena.requests({ bodies: true });
    return JSON.parse(request.body).messages;
  }

  test('arrive with a name and the type that their bytes have', async () => {
    const messages = await sent([{
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${PNG}` } },
        { type: 'file', file: { filename: 'a/b.md', file_data: Buffer.from('# Title').toString('base64') } },
        { type: 'image_url', image_url: { url: 'https://example.org/cat.webp' } },
      ],
    }]);
    assert.equal(messages[0].content, 'What is this?');
    const [picture, file, link] = messages[0].experimental_attachments;
    assert.match(picture.name, /^image_[0-9a-f]{8}\.png$/);
    assert.equal(picture.contentType, 'image/png');
    assert.equal(picture.url, `data:image/png;base64,${PNG}`);
    assert.deepEqual([file.name, file.contentType], ['a_b.md', 'text/plain']);
    assert.deepEqual([link.contentType, link.url], ['image/webp', 'https://example.org/cat.webp']);
  });

  test('are taken out of the Markdown of earlier answers', async () => {
    const messages = await sent([
      { role: 'user', content: 'Draw a cat.' },
      { role: 'assistant', content: `![image](data:image/png;base64,${PNG})` },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }] },
    ]);
    assert.deepEqual(messages.map((message) => message.content), ['Draw a cat.', '', ' ']);
    assert.deepEqual(messages.map((message) => message.experimental_attachments.length), [0, 1, 1]);
  });

  test('that are too large are refused before anything is sent', async () => {
    stack.arena.reset();
    const data = 'A'.repeat(6 * 1024 * 1024);
    await assert.rejects(
      stack.openai.chat.completions.create({
        model: MODEL,
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }] }],
      }),
      (error) => {
        assert.ok(error instanceof OpenAI.APIError);
        assert.equal(error.status, 413);
        assert.equal(error.code, 'attachment_too_large');
        assert.match(error.message, /6291456 bytes.*at most 5242880/);
        return true;
      });
    assert.equal(stack.arena.counters().requests, 0);
  });
});
