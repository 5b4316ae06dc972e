// What becomes of an answer on its way to the client where time, several answers or several sessions play a part. What is the
// same every time is written down in golden/.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { MESSAGE_ID, SESSION_ID } from '../arena/arena.mjs';
import { MODEL, order, patience, startStack, WITHOUT_RETRIES } from './support/stack.mjs';

/**
 * A whole chain that ends with the test.
 * @param {import('node:test').TestContext} t
 * @param {Parameters<typeof startStack>[0]} [options]
 */
async function stackFor(t, options) {
  const stack = await startStack(options);
  t.after(stack.close);
  return stack;
}

/**
 * The raw answer to a streamed chat.
 * @param {Awaited<ReturnType<typeof startStack>>} stack @param {object} directive @param {object} [more]
 */
const ask = (stack, directive, more = {}) => fetch(`${stack.daemon.baseUrl}/chat/completions`, {
  method: 'POST', headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: MODEL, stream: true, messages: order(directive), ...more }),
});

describe('several answers of one request', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  before(async () => { stack = await startStack({ protocol: 'https' }); });
  after(() => stack?.close());

  test('are streamed side by side, each whole and by its index', async () => {
    stack.arena.reset();
    const stream = await stack.openai.chat.completions.create({
      model: MODEL, stream: true, n: 8, stream_options: { include_usage: true },
      messages: order({ pieces: 20, pace_ms: 5, usage: { promptTokens: 11, completionTokens: 20 } }),
    });
    const answers = Array.from({ length: 8 }, () => ({ roles: 0, text: '', finishes: 0 }));
    const usages = [];
    for await (const chunk of stream) {
      if (chunk.usage) usages.push(chunk.usage);
      for (const { index, delta, finish_reason: finish } of chunk.choices) {
        assert.equal(answers[index].finishes, 0, 'nothing comes behind a finish');
        if (delta.role) answers[index].roles += 1;
        if (finish) answers[index].finishes += 1;
        answers[index].text += delta.content;
      }
    }
    const whole = Array.from({ length: 20 }, (_, i) => `piece:${i};`).join('');
    for (const answer of answers) assert.deepEqual(answer, { roles: 1, text: whole, finishes: 1 });
    assert.deepEqual(usages, [{ prompt_tokens: 11, completion_tokens: 160, total_tokens: 171 }], 'the prompt counts once');
    assert.equal(stack.arena.counters().most_at_once, 8, 'the site was asked for all of them at once');
  });

  test('end together when one fails, and the site is told', async () => {
    stack.arena.reset();
    // The first request with the key is cut; the other two would go on for long.
    const response = await ask(stack, { pieces: 1000, pace_ms: 50, cut_after: 2, fail_times: 1, key: 'one-of-three' }, { n: 3 });
    const text = await response.text();
    assert.match(text, /"code":"incomplete_answer"/);
    assert.ok(!/"finish_reason":"/.test(text) && !text.includes('[DONE]'));
    await stack.arena.wait({ active: 0, aborted: 2 });
  });
});

describe('a client that has heard enough', () => {
  for (const [what, more, reason] of /** @type {const} */ ([['a stop sequence', { stop: ':3;' }, 'stop'], ['max_tokens', { max_tokens: 9 }, 'length']])) {
    test(`ends the request to the site with ${what}`, async (t) => {
      const stack = await stackFor(t);
      for (const stream of [true, false]) {
        stack.arena.reset();
        const response = await ask(stack, { pieces: 1000, pace_ms: 20 }, { ...more, stream });
        assert.match(await response.text(), new RegExp(`"finish_reason":"${reason}"`));
        await stack.arena.wait({ aborted: 1, active: 0 });
      }
    });
  }
});

describe('a site that takes its time', () => {
  test('has its stream opened after ten seconds and kept alive every fifteen', async (t) => {
    const stack = await stackFor(t);
    const begun = performance.now();
    const response = await ask(stack, { text: 'at last', first_delay_ms: 27_000 });
    const opened = (performance.now() - begun) / 1000;
    assert.equal(response.status, 200);
    assert.ok(opened >= 9.9 && opened < 10 + 3 * patience, `opened after ${opened.toFixed(1)} s`);
    const events = (await response.text()).split('\n\n');
    assert.match(events[0], /"delta":{"role":"assistant","content":""}/);
    assert.equal(events[1], ': keep-alive');
    assert.match(events[2], /"content":"at"/);
    assert.equal(events.at(-2), 'data: [DONE]');
  });

  test('that fails after the stream was opened ends it in an error event', async (t) => {
    const stack = await stackFor(t, { config: WITHOUT_RETRIES });
    const response = await ask(stack, { fail: 'server_error', first_delay_ms: 15_000 });
    assert.equal(response.status, 200);
    const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('data: '));
    assert.equal(events.length, 2);
    assert.match(events[1], /^data: {"error":{.*"code":"site_unavailable"}}$/);
  });

  for (const [key, config, directive] of /** @type {const} */ ([
    ['stream_response_timeout_seconds', { stream_response_timeout_seconds: 3 }, { pieces: 5, stall_after: 2 }],
    ['metadata_timeout_minutes', { metadata_timeout_minutes: 0.05 }, { pieces: 1000, pace_ms: 20 }],
  ])) {
    test(`is given up after ${key}`, async (t) => {
      const stack = await stackFor(t, { config });
      const text = await (await ask(stack, directive)).text();
      const last = text.split('\n\n').at(-2) ?? '';
      assert.match(last, /^data: {"error":{.*"code":"upstream_timeout"}}$/);
      assert.ok(last.includes(`(${key})`), last);
      await stack.arena.wait({ aborted: 1, active: 0 });
    });
  }
});

describe('a pool of sessions', () => {
  const sessions = Array.from({ length: 3 }, () => ({ sessionId: randomUUID(), messageId: randomUUID() }));
  const entries = sessions.map(({ sessionId, messageId }) => ({ session_id: sessionId, message_id: messageId }));
  /** @param {Awaited<ReturnType<typeof startStack>>} stack */
  const used = (stack) => stack.arena.requests().map((request) => sessions.findIndex(({ sessionId }) => sessionId === request.session_id));

  test('is used in turn, and a busy session is passed over', async (t) => {
    const stack = await stackFor(t, { map: { [MODEL]: entries }, arenaOptions: { sessions } });
    for (let i = 0; i < 6; ++i) await (await ask(stack, { text: 'x' })).text();
    assert.deepEqual(used(stack), [0, 1, 2, 0, 1, 2]);
    stack.arena.reset();
    const long = await ask(stack, { pieces: 3, stall_after: 1 });
    for (let i = 0; i < 4; ++i) await (await ask(stack, { text: 'x' })).text();
    assert.deepEqual(used(stack), [0, 1, 2, 1, 2]);
    await long.body?.cancel();
  });

  test('spreads the answers of one request', async (t) => {
    const stack = await stackFor(t, { map: { [MODEL]: entries }, arenaOptions: { sessions } });
    await (await ask(stack, { text: 'x' }, { n: 3 })).text();
    assert.deepEqual(used(stack).sort(), [0, 1, 2]);
  });

  test('lets a session with stale ids rest, and the others answer what it was asked', async (t) => {
    const stack = await stackFor(t, { map: { [MODEL]: entries }, arenaOptions: { sessions: sessions.slice(1) } });
    for (let i = 0; i < 5; ++i) {
      const response = await ask(stack, { text: 'x' });
      assert.equal(response.status, 200, await response.text());
    }
    assert.deepEqual(used(stack), [0, 1, 2, 1, 2, 1]);
  });
});

describe('a daemon without ids', () => {
  test('says what is missing', async (t) => {
    const stack = await stackFor(t, { config: { session_id: 'YOUR_SESSION_ID', message_id: MESSAGE_ID } });
    const response = await ask(stack, { text: 'x' });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('x-should-retry'), 'false');
    assert.equal((await response.json()).error.code, 'session_ids_missing');
    const { data } = await (await fetch(`${stack.daemon.baseUrl}/models`)).json();
    assert.ok(data.length > 0, 'the models are listed all the same');
  });
});

describe('the log of an answer', () => {
  const long = `https://pictures.example/${'a'.repeat(300)}.png`;

  test('has one line and neither prompt nor answer, whatever happens', async (t) => {
    const stack = await stackFor(t);
    const secret = 'The secret garden lies behind the old mill.';
    await (await ask(stack, { text: secret })).text();
    await (await ask(stack, { fail: 'moderation', body: { error: `Request rejected: ${secret}` } }, {
      messages: [{ role: 'system', content: secret }, ...order({ fail: 'moderation', body: { error: `Request rejected: ${secret}` } })],
    })).text();
    await stack.daemon.logged('a chat failed');
    assert.ok(!stack.daemon.transcript().includes('secret garden'), stack.daemon.transcript());
    assert.equal(stack.daemon.log.filter(({ message }) => message === 'a chat was answered').length, 1);
  });

  test('names the request, its model, its status, its pieces and its times', async (t) => {
    const stack = await stackFor(t, { config: WITHOUT_RETRIES });
    const response = await ask(stack, { pieces: 3, pace_ms: 1000 });
    await response.text();
    const { id, level, model, status, pieces, first_piece_ms: first, total_ms: total } = await stack.daemon.logged('a chat was answered');
    assert.deepEqual([id, level, model, status], [response.headers.get('x-request-id'), 'info', MODEL, 200]);
    assert.ok(pieces >= 3 && first >= 0 && total >= first + 200, JSON.stringify({ pieces, first, total }));
    const refused = await ask(stack, { fail: 'moderation' });
    await refused.text();
    assert.equal((await stack.daemon.logged('a chat failed')).status, refused.status);
    assert.ok(refused.status >= 400);
    const at = stack.daemon.log.length;
    const cut = await ask(stack, { pieces: 9, cut_after: 3 });
    await cut.text();
    assert.deepEqual([cut.status, (await stack.daemon.logged('a chat failed', at)).status], [200, 200]);
  });

  test('tells once which fields have no effect', async (t) => {
    const stack = await stackFor(t);
    for (const more of [{ temperature: 1 }, { temperature: 1, seed: 2 }, { seed: 2 }]) {
      const response = await ask(stack, { text: 'x' }, more);
      assert.ok(response.headers.get('x-lmbridge-ignored'));
      await response.text();
    }
    const named = stack.daemon.log.filter(({ fields }) => fields).map(({ fields }) => fields);
    assert.deepEqual(named, ['temperature', 'seed']);
  });

  for (const [what, config, shown] of /** @type {const} */ ([
    ['200 bytes of a link', {}, `${long.slice(0, 200)}... (${long.length} bytes)`],
    ['as much of a link as url_display_length says', { url_display_length: 20 }, `${long.slice(0, 20)}... (${long.length} bytes)`],
    ['all of a link with debug_show_full_urls', { debug_show_full_urls: true, url_display_length: 20 }, long],
  ])) {
    test(`shows ${what}`, async (t) => {
      const stack = await stackFor(t, { config });
      await (await ask(stack, { images: [long] })).text();
      assert.equal((await stack.daemon.logged('a picture has come')).url, shown);
    });
  }

  test('tells with debug_stream_timing where the time went', async (t) => {
    const stack = await stackFor(t, { config: { debug_stream_timing: true } });
    await (await ask(stack, { pieces: 5, pace_ms: 1000 })).text();
    const timing = await stack.daemon.logged('stream timing');
    assert.ok(timing.longest_pause_ms >= 100 && timing.mean_pause_ms >= 100 && timing.mean_pause_ms <= timing.longest_pause_ms, JSON.stringify(timing));
    assert.ok(timing.last_piece_ms > timing.first_piece_ms);
  });

  test('says nothing of it otherwise', async (t) => {
    const stack = await stackFor(t);
    await (await ask(stack, { text: 'x' })).text();
    await stack.daemon.logged('a chat was answered');
    assert.equal(stack.daemon.log.find(({ message }) => message === 'stream timing'), undefined);
  });

  test('holds a sample of a reply that fits nothing, without what may be secret', async (t) => {
    const stack = await stackFor(t);
    const token = 'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0';
    // In pieces, because what the prompt holds as well is taken out of the log.
    const raw = `Unexpected greeting for ada@example.org with ${token} inside`.match(/.{1,9}/g);
    const reply = await ask(stack, { raw });
    assert.equal((await reply.json()).error.code, 'site_changed');
    const { reason } = await stack.daemon.logged('a chat failed');
    assert.match(reason, /Unexpected greeting/);
    assert.ok(!reason.includes(token) && !reason.includes('ada@example.org'), reason);
  });
});

test('the default session is the one of the configuration', async (t) => {
  const stack = await stackFor(t);
  await (await ask(stack, { text: 'x' })).text();
  assert.equal(stack.arena.requests()[0].session_id, SESSION_ID);
});
