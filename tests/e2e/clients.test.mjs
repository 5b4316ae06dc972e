// Other people's clients against the whole chain: the Vercel AI SDK and LangChain.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { APICallError, generateText, streamText } from 'ai';

import { untilReadiness } from './support/asking.mjs';
import { MODEL, order, sessionPool, startStack, WITHOUT_RETRIES } from './support/stack.mjs';

/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;
before(async () => {
  stack = await startStack({ protocol: 'https', config: { ...WITHOUT_RETRIES, enable_lmarena_reasoning: true }, ...sessionPool(20) });
});
// Some failures make the daemon look after the page.
beforeEach(() => untilReadiness(stack, ({ http }) => http === 200));
after(() => stack?.close());

const answer = { reasoning: 'First I think.', text: 'Then I speak 中文.', usage: { promptTokens: 12, completionTokens: 7 } };
/** @param {object} directive */
const prompt = (directive) => order(directive)[0].content;

describe('the Vercel AI SDK', () => {
  const model = () => createOpenAICompatible({ name: 'lmbridge', baseURL: /** @type {string} */ (stack.daemon.baseUrl), includeUsage: true })(MODEL);

  test('streams text and reasoning apart, and reads the usage', async () => {
    const result = streamText({ model: model(), prompt: prompt(answer), maxRetries: 0 });
    let text = '';
    let reasoning = '';
    let parts = 0;
    for await (const part of result.fullStream) {
      if (part.type === 'text-delta') text += part.text;
      if (part.type === 'reasoning-delta') reasoning += part.text;
      if (part.type === 'text-delta') parts += 1;
    }
    assert.equal(text, answer.text);
    assert.equal(reasoning, answer.reasoning);
    assert.ok(parts > 1, 'it comes in pieces');
    assert.equal(await result.finishReason, 'stop');
    const usage = await result.usage;
    assert.deepEqual([usage.inputTokens, usage.outputTokens, usage.totalTokens], [12, 7, 19]);
  });

  test('gets a whole answer with its reasoning and a finish reason', async () => {
    const result = await generateText({ model: model(), prompt: prompt({ ...answer, finish: 'length' }), maxRetries: 0 });
    assert.equal(result.text, answer.text);
    assert.equal(result.reasoningText, answer.reasoning);
    assert.equal(result.finishReason, 'length');
    assert.equal(result.usage.outputTokens, 7);
  });

  test('sends pictures', async () => {
    const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
    stack.arena.reset();
    await generateText({
      model: model(), maxRetries: 0,
      messages: [{ role: 'user', content: [{ type: 'text', text: prompt({ text: 'ok' }) }, { type: 'image', image: picture }] }],
    });
    const [attachment] = JSON.parse(stack.arena.requests({ bodies: true })[0].body).messages[0].experimental_attachments;
    assert.equal(attachment.contentType, 'image/png');
    assert.equal(attachment.url, `data:image/png;base64,${picture.toString('base64')}`);
  });

  for (const [fail, status, isRetryable] of /** @type {const} */ ([['rate_limit', 429, true], ['moderation', 400, false], ['server_error', 502, true]])) {
    test(`sees ${fail} as an API error of its status`, async () => {
      await assert.rejects(generateText({ model: model(), prompt: prompt({ fail }), maxRetries: 0 }), (/** @type {unknown} */ error) => {
        assert.ok(APICallError.isInstance(error));
        assert.equal(error.statusCode, status);
        assert.equal(error.isRetryable, isRetryable);
        assert.match(String(error.responseBody), /"code":"/);
        return true;
      });
    });
  }

  test('sees an error in the middle of a stream', async () => {
    const errors = [];
    const result = streamText({ model: model(), prompt: prompt({ text: 'one two', cut_after: 1 }), maxRetries: 0, onError: ({ error }) => { errors.push(error); } });
    let text = '';
    for await (const part of result.fullStream) {
      if (part.type === 'text-delta') text += part.text;
      if (part.type === 'finish') assert.notEqual(part.finishReason, 'stop');
    }
    assert.equal(text, 'one');
    assert.equal(errors.length, 1);
    assert.match(JSON.stringify(errors[0], Object.getOwnPropertyNames(Object(errors[0]))), /cut off/);
  });

  test('stops in the middle, and the site is told', async () => {
    stack.arena.reset();
    const controller = new AbortController();
    const result = streamText({ model: model(), prompt: prompt({ pieces: 1000, pace_ms: 20 }), maxRetries: 0, abortSignal: controller.signal });
    let pieces = 0;
    for await (const part of result.fullStream) {
      if (part.type !== 'text-delta') continue;
      pieces += 1;
      if (pieces === 3) controller.abort();
    }
    await stack.arena.wait({ aborted: 1, active: 0 });
  });
});

describe('LangChain', () => {
  const model = (/** @type {object} */ options = {}) => new ChatOpenAI({
    model: MODEL, apiKey: 'unused', maxRetries: 0, configuration: { baseURL: stack.daemon.baseUrl }, ...options,
  });

  test('streams text and reasoning apart, and reads the usage', async () => {
    let text = '';
    let reasoning = '';
    let usage;
    let parts = 0;
    for await (const chunk of await model().stream(prompt(answer))) {
      text += chunk.text;
      reasoning += chunk.additional_kwargs.reasoning_content ?? '';
      usage = chunk.usage_metadata ?? usage;
      parts += chunk.text === '' ? 0 : 1;
    }
    assert.equal(text, answer.text);
    assert.equal(reasoning, answer.reasoning);
    assert.ok(parts > 1, 'it comes in pieces');
    assert.deepEqual([usage?.input_tokens, usage?.output_tokens, usage?.total_tokens], [12, 7, 19]);
  });

  test('gets a whole answer with its reasoning', async () => {
    const message = await model().invoke([['system', 'Be brief.'], ['human', prompt(answer)]]);
    assert.equal(message.text, answer.text);
    assert.equal(message.additional_kwargs.reasoning_content, answer.reasoning);
    assert.equal(message.response_metadata.finish_reason, 'stop');
    assert.equal(message.usage_metadata?.output_tokens, 7);
  });

  test('has its limits honoured', async () => {
    const message = await model({ maxTokens: 2, stop: ['never'] }).invoke(prompt({ text: 'one two three', usage: null }));
    assert.equal(message.text.trim(), 'one two');
    assert.equal(message.response_metadata.finish_reason, 'length');
  });

  for (const [fail, status] of /** @type {const} */ ([['rate_limit', 429], ['moderation', 400], ['challenge', 503]])) {
    test(`sees ${fail} as an error of its status`, async () => {
      await assert.rejects(model().invoke(prompt({ fail })), (/** @type {any} */ error) => {
        assert.equal(error.status ?? error.cause?.status, status);
        return true;
      });
    });
  }

  test('sees an error in the middle of a stream', async () => {
    let text = '';
    await assert.rejects(async () => {
      for await (const chunk of await model().stream(prompt({ text: 'one two', cut_after: 1 }))) text += chunk.text;
    }, /cut off/);
    assert.equal(text, 'one');
  });
});
