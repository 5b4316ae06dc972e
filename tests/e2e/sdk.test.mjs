// The official OpenAI SDK against the whole chain.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import OpenAI from 'openai';

import { untilAnswering } from './support/asking.mjs';
import { MODEL, order, sessionPool, startStack, WITHOUT_RETRIES } from './support/stack.mjs';

describe('the openai SDK', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  before(async () => { stack = await startStack({ protocol: 'https', config: WITHOUT_RETRIES, ...sessionPool(100) }); });
  after(() => stack?.close());

  test('streams an answer piece by piece and ends it', async () => {
    const stream = await stack.openai.chat.completions.create({
      model: MODEL, stream: true, stream_options: { include_usage: true },
      messages: order({ pieces: 5, mark: 'p', usage: { promptTokens: 11, completionTokens: 5 } }),
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);

    assert.equal(chunks.length, 8, 'role, five pieces, finish, usage');
    assert.deepEqual(chunks[0].choices[0].delta, { role: 'assistant', content: '' });
    const text = chunks.slice(1, 6).map((chunk) => chunk.choices[0].delta.content);
    assert.deepEqual(text, ['p:0;', 'p:1;', 'p:2;', 'p:3;', 'p:4;']);
    assert.ok(chunks.slice(1, 7).every((chunk) => !('role' in chunk.choices[0].delta)), 'the role comes once');
    assert.ok(chunks.slice(0, 7).every((chunk) => typeof chunk.choices[0].delta.content === 'string'));
    assert.deepEqual(chunks.map((chunk) => chunk.choices[0]?.finish_reason ?? null), [null, null, null, null, null, null, 'stop', null]);
    assert.ok(chunks.slice(0, 7).every((chunk) => chunk.usage === null));
    assert.deepEqual(chunks[7].choices, []);
    assert.deepEqual(chunks[7].usage, { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 });
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
  });

  test('gets a whole answer as JSON with its usage', async () => {
    const { data, response } = await stack.openai.chat.completions.create({
      model: MODEL, messages: order({ text: 'one two three', finish: 'length', usage: { inputTokens: 3, outputTokens: 3 }, usage_style: 'input' }),
    }).withResponse();
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
    assert.equal(data.object, 'chat.completion');
    assert.equal(data.choices[0].message.role, 'assistant');
    assert.equal(data.choices[0].message.content, 'one two three');
    assert.equal(data.choices[0].finish_reason, 'length');
    assert.deepEqual(data.usage, { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 });
  });

  test('lists models and retrieves one', async () => {
    const list = await stack.openai.models.list();
    const ids = list.data.map((model) => model.id);
    assert.ok(ids.includes(MODEL) && ids.includes('finch-image'));
    const image = await stack.openai.models.retrieve('finch-image');
    assert.equal(image.object, 'model');
    assert.deepEqual(/** @type {any} */ (image).architecture.output_modalities, ['image']);
    await assert.rejects(stack.openai.models.retrieve('no/such:model.1'), OpenAI.NotFoundError);
  });

  test('aborts in the middle of a stream, and the site is told', async () => {
    stack.arena.reset();
    const stream = await stack.openai.chat.completions.create({
      model: MODEL, stream: true, messages: order({ pieces: 1000, pace_ms: 20 }),
    });
    let pieces = 0;
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) pieces += 1;
      if (pieces === 3) stream.controller.abort();
    }
    assert.equal(pieces, 3);
    await stack.arena.wait({ aborted: 1, active: 0 });
  });

  test('knows which fields had no effect', async () => {
    const { response } = await stack.openai.chat.completions.create({
      model: MODEL, temperature: 0.5, seed: 7, messages: order({ text: 'hi' }),
    }).withResponse();
    assert.equal(response.headers.get('x-lmbridge-ignored'), 'seed, temperature');
  });

  /** @type {[string, object, new (...args: any) => Error, number, string][]} */
  const failures = [
    ['a rate limit', { fail: 'rate_limit', retry_after: 7 }, OpenAI.RateLimitError, 429, 'rate_limited'],
    ['a broken site', { fail: 'server_error' }, OpenAI.InternalServerError, 502, 'site_unavailable'],
    ['a gateway page', { fail: 'bad_gateway' }, OpenAI.InternalServerError, 502, 'site_unavailable'],
    ['stale session ids', { fail: 'stale_ids' }, OpenAI.InternalServerError, 503, 'stale_session_ids'],
    ['unknown ids', { fail: 'not_found' }, OpenAI.InternalServerError, 503, 'stale_session_ids'],
    ['a changed schema', { fail: 'zod' }, OpenAI.InternalServerError, 502, 'site_changed'],
    ['a foreign session', { fail: 'foreign_session' }, OpenAI.InternalServerError, 503, 'foreign_session'],
    ['a lost sign-in', { fail: 'signed_out' }, OpenAI.InternalServerError, 503, 'sign_in_required'],
    ['a challenge page', { fail: 'challenge' }, OpenAI.InternalServerError, 503, 'verification_required'],
    ['a challenge with 503', { fail: 'challenge_503' }, OpenAI.InternalServerError, 503, 'verification_required'],
    ['a failed captcha', { fail: 'recaptcha' }, OpenAI.InternalServerError, 503, 'verification_required'],
    ['too large attachments', { fail: 'too_large' }, OpenAI.APIError, 413, 'attachment_too_large'],
    ['moderation', { fail: 'moderation' }, OpenAI.BadRequestError, 400, 'content_blocked'],
    ['moderation behind 429', { fail: 'moderation_429' }, OpenAI.BadRequestError, 400, 'content_blocked'],
    ['a moved site', { fail: 'moved' }, OpenAI.InternalServerError, 502, 'site_moved'],
    ['a refused method', { fail: 'method_not_allowed' }, OpenAI.InternalServerError, 502, 'site_moved'],
    ['an error object', { fail: 'error_object' }, OpenAI.InternalServerError, 502, 'site_error'],
    ['a web page', { fail: 'html' }, OpenAI.InternalServerError, 502, 'site_changed'],
    ['an error in place of text', { fail: 'arena_error' }, OpenAI.InternalServerError, 502, 'site_error'],
    ['an error record', { fail: 'error_record' }, OpenAI.InternalServerError, 502, 'site_error'],
    ['a failed step', { fail: 'step_error' }, OpenAI.InternalServerError, 502, 'site_error'],
    ['an empty answer', { empty: true }, OpenAI.InternalServerError, 502, 'empty_response'],
    ['a cut connection', { pieces: 9, cut_after: 0 }, OpenAI.InternalServerError, 502, 'network_error'],
  ];
  for (const [what, directive, type, status, code] of failures) {
    test(`throws the right error for ${what}, streaming or not`, async () => {
      for (const stream of [true, false]) {
        await untilAnswering(stack);
        const failure = stack.openai.chat.completions.create({ model: MODEL, stream, messages: order(directive) });
        await assert.rejects(/** @type {Promise<unknown>} */ (failure), (error) => {
          assert.ok(error instanceof type, `${error}`);
          const { status: seen, code: name, message } = /** @type {any} */ (error);
          assert.deepEqual([seen, name], [status, code], message);
          return true;
        });
      }
    });
  }

  test('throws NotFoundError for an unknown model', async () => {
    await assert.rejects(stack.openai.chat.completions.create({ model: 'nobody', messages: order({ text: 'x' }) }),
      (error) => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found' && error.param === 'model');
  });

  test('throws BadRequestError that names the field', async () => {
    const messages = /** @type {any} */ ([{ role: 'user', content: [{ type: 'hologram' }] }]);
    await assert.rejects(stack.openai.chat.completions.create({ model: MODEL, messages }),
      (error) => error instanceof OpenAI.BadRequestError && /^messages\[0\]\.content\[0\]/.test(error.param ?? ''));
  });

  test('throws in the middle of a stream that breaks', async () => {
    for (const directive of [{ pieces: 6, cut_after: 3 }, { pieces: 6, end_after: 3 }]) {
      const stream = await stack.openai.chat.completions.create({ model: MODEL, stream: true, messages: order(directive) });
      let pieces = 0;
      await assert.rejects(async () => {
        for await (const chunk of stream) {
          assert.equal(chunk.choices[0].finish_reason, null, 'a broken answer is never passed off as complete');
          pieces += chunk.choices[0].delta.content ? 1 : 0;
        }
      }, (error) => error instanceof OpenAI.APIError && error.code === 'incomplete_answer');
      assert.equal(pieces, 3);
    }
  });
});

describe('the openai SDK and the API key', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  before(async () => { stack = await startStack({ config: { api_key: 'sk-right' } }); });
  after(() => stack?.close());

  test('throws AuthenticationError with the wrong key and works with the right one', async () => {
    await assert.rejects(stack.openai.models.list(),
      (error) => error instanceof OpenAI.AuthenticationError && error.code === 'invalid_api_key');
    const right = new OpenAI({ baseURL: stack.daemon.baseUrl, apiKey: 'sk-right', maxRetries: 0 });
    const answer = await right.chat.completions.create({ model: MODEL, messages: order({ text: 'let in' }) });
    assert.equal(answer.choices[0].message.content, 'let in');
    assert.ok(!stack.daemon.transcript().includes('sk-right'), 'keys stay out of the log');
  });
});
