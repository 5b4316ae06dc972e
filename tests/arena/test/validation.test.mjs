// What the endpoint does not accept.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { MESSAGE_ID, MODELS, SESSION_ID } from '../arena.mjs';
import { askBody, streamPath } from '../testing/client.mjs';
import { withArena } from '../testing/setup.mjs';

const FOREIGN = { sessionId: randomUUID(), messageId: randomUUID(), account: 'somebody-else' };
const up = withArena({ sessions: [{ sessionId: SESSION_ID, messageId: MESSAGE_ID }, FOREIGN] });

const FAST = '@arena {"text":"fine"}';
const IMAGE_MODEL = MODELS.find(({ publicName }) => publicName === 'finch-image').id;

/** @param {any} body @param {object} [request] */
async function send(body, request = {}) {
  const isReady = typeof body === 'string' || Buffer.isBuffer(body);
  const { status, text } = await up.h1.send({ body: isReady ? body : JSON.stringify(body), ...request });
  return { status, error: status === 200 ? undefined : JSON.parse(text).error };
}

/** The body is refused for exactly this. @param {any} body @param {(string | number)[]} path */
async function refusedAt(body, path) {
  const { status, error } = await send(body);
  assert.equal(status, 400, `accepted although wrong at ${path.join('.')}`);
  assert.equal(error.name, 'ZodError');
  assert.deepEqual(error.issues.map((issue) => issue.path), [path], JSON.stringify(error.issues));
  assert.equal(typeof error.issues[0].message, 'string');
}

/** A conversation of three messages. @param {(messages: any[]) => void} [change] */
function conversation(change = () => {}) {
  const [system, assistant, user] = [
    askBody('', { role: 'system', status: 'success', participantPosition: 'b' }),
    askBody('', { role: 'assistant', status: 'success' }),
    askBody(FAST),
  ].map(({ messages }) => messages[0]);
  assistant.parentMessageIds = [system.id];
  user.parentMessageIds = [assistant.id];
  const messages = [system, assistant, user];
  change(messages);
  return { messages, modelId: MODELS[0].id };
}

describe('who asks, and for what', () => {
  test('no cookie, or one that nobody was given, is 401', async () => {
    for (const cookie of ['', 'arena-auth-prod-v1=made-up', 'other=1']) {
      const { status, error } = await send(askBody(FAST), { headers: { cookie } });
      assert.deepEqual([status, error], [401, 'Unauthorized']);
    }
    assert.equal((await send(askBody(FAST), { headers: { cookie: `other=1; ${up.h1.cookie}` } })).status, 200);
  });

  test('ids that are no UUIDs are 400, an unknown session 404, an unknown message 400', async () => {
    const to = async (...ids) => (await send(askBody(FAST), { path: streamPath(...ids) }));
    assert.deepEqual((await to('session', 'message')).error.issues.map(({ path }) => path), [['sessionId'], ['messageId']]);
    assert.equal((await to(randomUUID())).status, 404);
    assert.equal((await to(SESSION_ID, randomUUID())).status, 400);
  });

  test('a session of another account is 401, and that account may use it', async () => {
    const path = streamPath(FOREIGN.sessionId, FOREIGN.messageId);
    const body = askBody(FAST, { evaluationSessionId: FOREIGN.sessionId });
    const { status, error } = await send(body, { path });
    assert.equal(status, 401);
    assert.match(error, /does not have access to evaluation session/);
    const page = await up.h1.get('/?account=somebody-else');
    const cookie = page.headers['set-cookie'][0].split(';')[0];
    assert.equal((await send(body, { path, headers: { cookie } })).status, 200);
  });

  test('the path knows PUT alone', async () => {
    const { status, headers } = await up.h1.send({ method: 'POST', body: '{}' });
    assert.deepEqual([status, headers.allow], [405, 'PUT']);
  });
});

describe('the body as a whole', () => {
  test('its content type is text/plain in UTF-8', async () => {
    assert.equal((await send(askBody(FAST), { headers: { 'content-type': 'application/json' } })).status, 400);
    assert.equal((await send(askBody(FAST), { headers: { 'content-type': 'text/plain; charset=utf-8' } })).status, 200);
  });

  test('what is not JSON in UTF-8 is refused', async () => {
    for (const body of ['', '{', 'null', '[]', Buffer.from([0x22, 0xff, 0x22])]) await refusedAt(body, []);
  });

  test('it has messages and modelId and nothing else', async () => {
    await refusedAt({ messages: askBody(FAST).messages }, ['modelId']);
    await refusedAt(askBody(FAST, {}, { modelId: randomUUID() }), ['modelId']);
    await refusedAt(askBody(FAST, {}, { more: 1 }), ['more']);
    await refusedAt({ modelId: null }, ['messages']);
    await refusedAt({ modelId: null, messages: [] }, ['messages']);
    await refusedAt({ modelId: null, messages: ['hello'] }, ['messages', 0]);
  });

  test('attachments of more than 5 MB of base64 are 413', async () => {
    const attached = (size) => askBody(FAST, {
      experimental_attachments: [{ name: 'a.png', contentType: 'image/png', url: `data:image/png;base64,${'A'.repeat(size)}` }],
    });
    assert.equal((await send(attached(5 * 1024 * 1024))).status, 200);
    const { status, error } = await send(attached(5 * 1024 * 1024 + 4));
    assert.equal(status, 413);
    assert.match(error, /too large/);
  });
});

describe('every message', () => {
  /** Values that are wrong, by field. @type {Record<string, any[]>} */
  const WRONG = {
    role: ['User', null],
    content: ['', 1],
    id: ['x', null, 5],
    evaluationId: [randomUUID()],
    evaluationSessionId: [randomUUID(), null],
    parentMessageIds: [[randomUUID()], null],
    experimental_attachments: [null, {}],
    failureReason: [''],
    metadata: [{}],
    participantPosition: ['A', 'c', null],
    createdAt: ['today', 1, '2026-13-01T00:00:00Z'],
    updatedAt: ['2026-01-01', null],
    status: ['success', 'done'],
  };

  test('a right one is accepted', async () => {
    assert.equal((await send(askBody(FAST))).status, 200);
    assert.equal((await send(askBody(FAST, {}, { modelId: MODELS[0].id }))).status, 200);
  });

  test('a wrong value of any field is refused, and so is its absence', async () => {
    assert.deepEqual(Object.keys(WRONG).sort(), Object.keys(askBody(FAST).messages[0]).sort());
    for (const [field, values] of Object.entries(WRONG)) {
      for (const value of [...values, undefined]) await refusedAt(askBody(FAST, { [field]: value }), ['messages', 0, field]);
    }
  });

  test('a field too many is refused', async () => {
    await refusedAt(askBody(FAST, { more: 1 }), ['messages', 0, 'more']);
  });

  test('its attachments are links or data with a name and a type', async () => {
    const attached = (attachment) => askBody(FAST, { experimental_attachments: [{ name: 'a', contentType: 'image/png', ...attachment }] });
    const at = (field) => ['messages', 0, 'experimental_attachments', 0, field];
    for (const url of ['https://example.org/a.png', 'http://127.0.0.1:8080/a.png', 'data:image/png;base64,AAAA']) {
      assert.equal((await send(attached({ url }))).status, 200, url);
    }
    for (const url of ['http://example.org/a.png', 'http://127.0.0.1.example.org/', 'blob:x', 'data:image/png,raw', '', undefined]) {
      await refusedAt(attached({ url }), at('url'));
    }
    const url = 'https://example.org/a.png';
    await refusedAt(attached({ url, name: '' }), at('name'));
    await refusedAt(attached({ url, contentType: 'png' }), at('contentType'));
    await refusedAt(attached({ url, size: 3 }), at('size'));
  });
});

describe('a conversation', () => {
  test('is accepted as a chain in which the last message is pending', async () => {
    assert.equal((await send(conversation())).status, 200);
  });

  test('needs every message to name the one before', async () => {
    await refusedAt(conversation((messages) => { messages[2].parentMessageIds = [messages[0].id]; }), ['messages', 2, 'parentMessageIds']);
    await refusedAt(conversation((messages) => { messages[1].parentMessageIds = []; }), ['messages', 1, 'parentMessageIds']);
  });

  test('has no id twice', async () => {
    await refusedAt(conversation((messages) => { messages[2].id = messages[0].id; }), ['messages', 2, 'id']);
  });

  test('has nothing pending before its end', async () => {
    await refusedAt(conversation((messages) => { messages[0].status = 'pending'; }), ['messages', 0, 'status']);
  });

  test('may be all success for an image model', async () => {
    const body = conversation((messages) => { messages[2].status = 'success'; });
    await refusedAt(body, ['messages', 2, 'status']);
    assert.equal((await send({ ...body, modelId: IMAGE_MODEL })).status, 200);
  });

  test('is answered by the directive in its last user message', async () => {
    const { status } = await send(conversation((messages) => { messages[1].content = '@arena {"status":500}'; }));
    assert.equal(status, 200);
  });
});
