// The page: cookie, content policy, model list.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import https from 'node:https';
import { test } from 'node:test';
import { COOKIE, MESSAGE_ID, MODELS, SESSION_ID } from '../arena.mjs';
import { PROTOCOLS, withArena } from '../testing/setup.mjs';
import { askBody, streamPath, whole } from '../testing/client.mjs';

const up = withArena();

/** What the page's scripts push, as a browser would see it. @param {string} html */
function payload(html) {
  const [, literal] = /<script>self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*")\]\)<\/script>/.exec(html);
  return JSON.parse(literal);
}

for (const protocol of PROTOCOLS) {
  test(`${protocol}: a page is HTML with a content policy and is never stored`, async () => {
    const { status, headers, text } = await up[protocol].get('/c/some-chat?mode=direct');
    assert.equal(status, 200);
    assert.match(headers['content-type'], /^text\/html/);
    assert.match(headers['content-security-policy'], /connect-src 'self'/);
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(text, /__fetchCalls\+\+/);
    assert.equal(up.arena.counters().page_loads, 1);
  });

  test(`${protocol}: HEAD, the icon and unknown interfaces`, async () => {
    const head = await up[protocol].get('/', 'HEAD');
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal((await up[protocol].get('/favicon.ico')).status, 204);
    for (const path of ['/nextjs-api/stream/create-evaluation', '/api/x', '/_next/static/x.js']) {
      const { status, headers } = await up[protocol].get(path);
      assert.deepEqual([status, headers['content-type']], [404, 'application/json'], path);
    }
    assert.equal((await up[protocol].send({ method: 'POST', path: '/', body: 'x' })).status, 404);
  });
}

test('who has no cookie, or one that is not known, gets one for the session; who has one keeps it', async () => {
  const cookieFor = async (cookie) => (await up.h1.send({ method: 'GET', path: '/', headers: { cookie } })).headers['set-cookie'];
  for (const cookie of ['', `${COOKIE}=from-another-life`]) {
    const [set] = await cookieFor(cookie);
    assert.match(set, new RegExp(`^${COOKIE}=[^;]+; Path=/; HttpOnly; SameSite=Lax$`));
  }
  assert.equal(await cookieFor(up.h1.cookie), undefined);
});

test('the model list stands in a script as JSON inside of a string', async () => {
  const { text } = await up.h1.get('/');
  assert.ok(text.includes('\\"publicName\\":\\"heron-large\\"'));
  const line = payload(text);
  const properties = JSON.parse(line.slice(line.indexOf(':') + 1)).at(-1);
  assert.deepEqual(properties.initialModels, MODELS);
});

test('the model list has the oddities of the real one', () => {
  const names = MODELS.map(({ publicName }) => publicName);
  assert.equal(new Set(MODELS.map(({ id }) => id)).size, MODELS.length);
  assert.equal(names.length - new Set(names).size, 1);
  assert.ok(MODELS.some((model) => !model.name) && MODELS.some((model) => !model.organization));
  assert.ok(MODELS.some(({ name }) => /[{}"\\]/.test(name ?? '')));
  const outputs = MODELS.map(({ capabilities }) => capabilities.outputCapabilities);
  for (const kind of ['image', 'search']) {
    assert.deepEqual(new Set(outputs.map((output) => typeof output[kind])), new Set(['undefined', 'boolean', 'object']));
  }
});

test('the Retry button carries the ids of the account that looks', async () => {
  assert.ok((await up.h1.get('/')).text.includes(`data-session="${SESSION_ID}" data-message="${MESSAGE_ID}"`));
  assert.ok((await up.h1.get('/?account=without-any')).text.includes('data-session="" data-message=""'));
});

for (const protocol of PROTOCOLS) {
  test(`${protocol}: a chat that was begun can be retried by who began it`, async () => {
    const id = randomUUID();
    const chat = { id, mode: 'battle', modelAMessageId: randomUUID(), modelBMessageId: randomUUID(), messages: [{ content: 'Hello' }] };
    const begin = (body) => up[protocol].send({ method: 'POST', path: '/nextjs-api/stream/create-evaluation', body });
    const begun = await begin(JSON.stringify(chat));
    assert.equal(begun.status, 200);
    assert.match(begun.text, /^a0:"You said: Hello"\nad:.*\nb0:"You said: Hello"\nbd:.*\n$/);
    for (const messageId of [chat.modelAMessageId, chat.modelBMessageId]) {
      const body = JSON.stringify(askBody('Again', { evaluationSessionId: id }));
      assert.equal((await up[protocol].send({ path: streamPath(id, messageId), body })).status, 200);
    }
    for (const bad of ['no JSON', '{}', JSON.stringify({ ...chat, modelBMessageId: 'x' })]) {
      assert.equal((await begin(bad)).status, 400, bad);
    }
  });
}

test('HTTPS serves HTTP/1.1 too', async () => {
  const answer = await new Promise((resolve, reject) => {
    https.get(up.arena.https, { rejectUnauthorized: false, ALPNProtocols: ['http/1.1'], agent: false }, resolve).on('error', reject);
  });
  assert.equal(answer.httpVersion, '1.1');
  assert.match((await whole(answer)).text, /initialModels/);
});
