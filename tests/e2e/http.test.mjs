// The manners of the HTTP front end, seen from outside.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';

import { MODEL, order, startStack } from './support/stack.mjs';

describe('the HTTP interface', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  /** @type {string} */
  let origin;
  before(async () => {
    stack = await startStack({ config: { server: { body_limit_mb: 1, allowed_origins: ['https://chat.example.org'] } } });
    origin = /** @type {string} */ (stack.daemon.origin);
  });
  after(() => stack?.close());

  /** @param {string} path @param {RequestInit} [init] */
  const get = (path, init) => fetch(origin + path, init);
  /** @param {unknown} body @param {Record<string, string>} [headers] */
  const chat = (body, headers = {}) => get('/v1/chat/completions', {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

  test('says what it is, that it lives, and that it is ready', async () => {
    assert.equal((await (await get('/')).json()).name, 'lmbridge');
    assert.deepEqual(await (await get('/healthz')).json(), { status: 'ok' });
    const readiness = await get('/readyz');
    assert.deepEqual([readiness.status, (await readiness.json()).status], [200, 'ready']);
  });

  test('curl -N shows words while the answer is still being written', async () => {
    const curl = spawn('curl', ['-sN', `${origin}/v1/chat/completions`, '-H', 'content-type: application/json',
      '-d', JSON.stringify({ model: MODEL, stream: true, messages: order({ pieces: 5, mark: 'w', stall_after: 3 }) })]);
    const words = [];
    for await (const line of createInterface({ input: curl.stdout })) {
      const content = line.startsWith('data: ') && JSON.parse(line.slice(6)).choices[0].delta.content;
      if (content) words.push(content);
      // The arena says nothing more until we go: whatever was held back would never come.
      if (words.length === 3) break;
    }
    assert.deepEqual(words, ['w:0;', 'w:1;', 'w:2;']);
    assert.equal(stack.arena.counters().active, 1);
    curl.kill();
    await stack.arena.wait({ active: 0 });
  });

  test('streams with the headers that proxies and clients look for', async () => {
    const response = await chat({ model: MODEL, stream: true, messages: order({ text: 'x' }) });
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.equal(response.headers.get('cache-control'), 'no-cache');
    assert.equal(response.headers.get('x-accel-buffering'), 'no');
    assert.match(response.headers.get('x-request-id') ?? '', /^req_\w+$/);
    assert.ok((await response.text()).endsWith('data: [DONE]\n\n'));
  });

  /** @type {[string, () => Promise<Response>, number, string][]} */
  const refusals = [
    ['an unknown path', () => get('/v1/nothing'), 404, 'not_found'],
    ['a wrong method', () => get('/v1/chat/completions'), 405, 'method_not_allowed'],
    ['an unknown model', () => chat({ model: 'nobody', messages: order({}) }), 404, 'model_not_found'],
    ['broken JSON', () => chat('{"model":'), 400, 'invalid_request'],
    ['a duplicate key', () => chat('{"model":"a","model":"b","messages":[]}'), 400, 'invalid_request'],
    ['an empty conversation', () => chat({ model: MODEL, messages: [] }), 400, 'invalid_request'],
    ['tools', () => chat({ model: MODEL, messages: order({}), tools: [{ type: 'function', function: { name: 'f' } }] }), 400, 'invalid_request'],
    ['a form', () => chat('model=x', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type'],
    ['a body over the limit', () => chat({ model: MODEL, messages: [{ role: 'user', content: 'x'.repeat(2_000_000) }] }), 413, 'payload_too_large'],
    ['a foreign web page', () => chat({ model: MODEL, messages: order({}) }, { origin: 'https://evil.example' }), 403, 'forbidden'],
    ['an endless header', () => get('/healthz', { headers: { 'x-long': 'x'.repeat(20_000) } }), 431, 'header_too_large'],
  ];
  for (const [what, send, status, code] of refusals) {
    test(`refuses ${what} with ${status} in OpenAI's shape`, async () => {
      const response = await send();
      assert.equal(response.status, status);
      const { error } = await response.json();
      assert.equal(error.code, code);
      assert.equal(typeof error.message, 'string');
      assert.ok(error.message.length > 10 && !error.message.includes('/work/') && !error.message.includes('<'));
      assert.equal(typeof error.type, 'string');
      assert.ok('param' in error);
      assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
    });
  }

  test('names the allowed methods', async () => {
    assert.equal((await get('/v1/models', { method: 'DELETE' })).headers.get('allow'), 'GET, HEAD, OPTIONS');
  });

  test('answers preflights on every route and echoes what is asked for', async () => {
    for (const path of ['/v1/chat/completions', '/v1/models', '/anything']) {
      const response = await get(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://chat.example.org', 'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization, x-stainless-os',
        },
      });
      assert.equal(response.status, 204);
      assert.equal(response.headers.get('access-control-allow-origin'), 'https://chat.example.org');
      assert.equal(response.headers.get('access-control-allow-headers'), 'authorization, x-stainless-os');
      assert.equal(response.headers.get('access-control-allow-credentials'), null);
    }
    const foreign = await get('/v1/models', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    assert.equal(foreign.status, 204);
    assert.equal(foreign.headers.get('access-control-allow-origin'), null);
  });

  test('lets allowed web pages read the answers', async () => {
    const response = await chat({ model: MODEL, messages: order({ text: 'page' }) }, { origin: 'https://chat.example.org' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('access-control-allow-origin'), 'https://chat.example.org');
  });

  test('keeps prompts and answers out of the log', async () => {
    const from = stack.daemon.log.length;
    await chat({ model: MODEL, messages: [{ role: 'user', content: 'my secret prompt' }] });
    await stack.daemon.logged('a chat was answered', from);
    assert.ok(!stack.daemon.transcript().includes('secret prompt'));
  });

  test('the page script stays unseen by the page and unpatched', async () => {
    const answer = await stack.openai.chat.completions.create({ model: MODEL, messages: order({ echo: true }) });
    const seen = JSON.parse(answer.choices[0].message.content ?? '');
    assert.match(seen.headers.cookie ?? '', /arena-auth-prod-v1=/, 'HttpOnly cookies go along');
    assert.equal(seen.headers.origin, stack.arena.http);
  });
});
