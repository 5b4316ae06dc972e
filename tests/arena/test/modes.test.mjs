// What ails the whole site for a while: challenge, lost sign-in, outages.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { COOKIE, MESSAGE_ID, SESSION_ID, startArena } from '../arena.mjs';
import { askBody, Client, order, streamPath, whole } from '../testing/client.mjs';
import { PROTOCOLS, withArena } from '../testing/setup.mjs';

const OTHER = { sessionId: randomUUID(), messageId: randomUUID() };
const up = withArena({ sessions: [{ sessionId: SESSION_ID, messageId: MESSAGE_ID }, OTHER] });

// A drop in the test before broke them.
beforeEach(() => PROTOCOLS.forEach((protocol) => up[protocol].reconnect()));

/** @param {unknown} body */
const setMode = (body) => up.h1.send({
  method: 'POST', path: '/__arena/mode', body: JSON.stringify(body), headers: { 'content-type': 'application/json' },
});

/** The sum always holds. */
function checkSum() {
  const { requests, active, answered, failed, aborted } = up.arena.counters();
  assert.equal(requests, active + answered + failed + aborted);
}

for (const protocol of PROTOCOLS) {
  test(`${protocol}: a challenge meets streams, pages or both`, async () => {
    for (const [challenge, stream, page] of [['fetch', 403, 200], ['page', 200, 403], ['all', 403, 403], [false, 200, 200]]) {
      up.arena.mode({ challenge });
      const answer = await up[protocol].ask({ text: 'x' });
      const look = await up[protocol].get('/');
      assert.deepEqual([answer.status, look.status], [stream, page], `${challenge}`);
      for (const { text } of [answer, look].filter(({ status }) => status === 403)) assert.match(text, /<title>Just a moment\.\.\.<.*id="human"/s);
    }
    await up.arena.wait({ active: 0, failed: 2, answered: 2, page_loads: 4 });
    checkSum();
  });

  test(`${protocol}: a lost sign-in is 401 and a page with a button, which signs in anew`, async () => {
    const client = await new Client(up.arena, protocol).signIn();
    up.arena.mode({ signed_out: true });
    assert.equal((await client.ask({ text: 'x' })).status, 401);
    const page = await client.get('/');
    assert.match(page.text, /<button id="signin"[^>]*>Sign in<.*"initialUser\\":null/s);
    assert.equal(page.headers['set-cookie'], undefined);
    const { headers } = await client.send({ method: 'POST', path: '/__arena/signin' });
    assert.match(headers['set-cookie'][0], new RegExp(`^${COOKIE}=[^;]+; Path=/; HttpOnly; SameSite=Lax$`));
    assert.equal((await client.ask({ text: 'x' })).status, 401, 'the cookie of before is gone for good');
    client.cookie = headers['set-cookie'][0].split(';')[0];
    assert.equal((await client.ask({ text: 'x' })).status, 200);
    assert.ok(!(await client.get('/')).text.includes('signin"'));
    client.end();
    for (const each of PROTOCOLS) await up[each].signIn();
  });

  test(`${protocol}: an outage of all connections ends them and takes no new one until it is over`, async () => {
    const running = whole(await up[protocol].start({ pieces: 9, stall_after: 1 }));
    const begun = performance.now();
    up.arena.mode({ outage: 'drop', for_ms: 300 });
    assert.ok((await running).broken);
    up[protocol].reconnect();
    await assert.rejects(up[protocol].get('/'));
    while (up.arena.mode({ require_sign_in: false }).outage) await new Promise(setImmediate);
    assert.ok(performance.now() - begun >= 295);
    up[protocol].reconnect();
    assert.equal((await up[protocol].ask({ text: 'x' })).status, 200);
    await up.arena.wait({ active: 0, aborted: 1, answered: 1 });
    checkSum();
  });

  test(`${protocol}: outages of requests answer 500, 429 or nothing, or do not answer`, async () => {
    up.arena.mode({ outage: '500' });
    assert.equal((await up[protocol].ask({ text: 'x' })).status, 500);
    up.arena.mode({ outage: '429', retry_after: 7 });
    const limited = await up[protocol].ask({ text: 'x' });
    assert.deepEqual([limited.status, limited.headers['retry-after']], [429, '7']);
    up.arena.mode({ outage: '429' });
    assert.equal((await up[protocol].ask({ text: 'x' })).headers['retry-after'], undefined);
    up.arena.mode({ outage: 'empty' });
    const empty = await up[protocol].ask({ text: 'x' });
    assert.deepEqual([empty.status, empty.text], [200, '']);
    up.arena.mode({ outage: 'drop', probability: 1 });
    await assert.rejects(up[protocol].ask({ text: 'x' }));
    await up.arena.wait({ active: 0, failed: 5 });
    checkSum();
    up[protocol].reconnect();
    up.arena.mode({ outage: 'stall', for_ms: 100 });
    const begun = performance.now();
    assert.equal((await up[protocol].ask({ text: 'late' })).status, 200);
    assert.ok(performance.now() - begun >= 95);
  });

  test(`${protocol}: a client may leave a request that stalls`, async () => {
    up.arena.mode({ outage: 'stall' });
    const gone = assert.rejects(up[protocol].ask({ text: 'x' }));
    await up.arena.wait({ active: 1 });
    up[protocol].reconnect();
    await gone;
    await up.arena.wait({ active: 0, aborted: 1 });
  });

  test(`${protocol}: a network flash ends the connections of now only`, async () => {
    const running = whole(await up[protocol].start({ pieces: 9, stall_after: 1 }));
    await up[protocol].send({ method: 'POST', path: '/__arena/drop' });
    assert.ok((await running).broken);
    up[protocol].reconnect();
    assert.equal((await up[protocol].ask({ text: 'x' })).status, 200);
    await up.arena.wait({ active: 0, aborted: 1, answered: 1 });
  });
}

test('an outage may meet one session only', async () => {
  up.arena.mode({ outage: '429', session_id: OTHER.sessionId });
  assert.equal((await up.h1.ask({ text: 'x' })).status, 200);
  const body = JSON.stringify(askBody(order({ text: 'x' }), { evaluationSessionId: OTHER.sessionId }));
  assert.equal((await up.h1.send({ path: streamPath(OTHER.sessionId, OTHER.messageId), body })).status, 429);
});

test('an outage meets as many requests as its probability says', async () => {
  up.arena.mode({ outage: '500', probability: 0.5 });
  const answers = await Promise.all(Array.from({ length: 200 }, () => up.h2.ask({ text: 'x' })));
  const failed = answers.filter(({ status }) => status === 500).length;
  assert.ok(failed > 50 && failed < 150, `${failed} of 200`);
  up.arena.mode({ outage: '500', probability: 0 });
  assert.equal((await up.h2.ask({ text: 'x' })).status, 200);
});

test('a challenge may go only when somebody says to be human', async () => {
  assert.deepEqual(JSON.parse((await setMode({ challenge: 'all', challenge_until_solved: true, for_ms: 1 })).text),
    { challenge: 'all', signed_out: false, require_sign_in: false, outage: false });
  await new Promise((resolve) => { setTimeout(resolve, 20); }); // the time that does not count
  assert.equal((await up.h1.get('/')).status, 403);
  assert.equal((await up.h1.get('/__arena/solve', 'POST')).status, 200);
  assert.equal((await up.h1.get('/')).status, 200);
});

test('a visitor may have to sign in, and one who is known does not', async () => {
  up.arena.mode({ require_sign_in: true });
  const stranger = await up.h1.send({ method: 'GET', path: '/', headers: { cookie: '' } });
  assert.equal(stranger.headers['set-cookie'], undefined);
  assert.ok(stranger.text.includes('id="signin"'));
  assert.ok(!(await up.h1.get('/')).text.includes('id="signin"'));
  assert.equal((await up.h1.ask({ text: 'x' })).status, 200);
});

test('when the time of a lost sign-in is over, the cookie of before is good again', async () => {
  up.arena.mode({ signed_out: true, for_ms: 50 });
  assert.equal((await up.h1.ask({ text: 'x' })).status, 401);
  while (up.arena.mode({ challenge: false }).signed_out) await new Promise(setImmediate);
  assert.equal((await up.h1.ask({ text: 'x' })).status, 200);
});

test('a reset ends every mode', async () => {
  await setMode({ challenge: 'all', signed_out: true, outage: '500', require_sign_in: true });
  await up.h1.get('/__arena/reset', 'POST');
  assert.deepEqual(JSON.parse((await up.h1.get('/__arena/mode')).text),
    { challenge: false, signed_out: false, require_sign_in: false, outage: false });
});

test('a mode that makes no sense is 400 and changes nothing', async () => {
  for (const [body, complaint] of [
    [{}, /name one of/], [[], /JSON object/], [{ challange: 'all' }, /unknown field "challange"/], [{ challenge: 'some' }, /"challenge" must be/],
    [{ outage: 'drop' }, /needs "for_ms"/], [{ challenge: 'all', retry_after: 1 }, /"retry_after" belongs to/],
    [{ outage: '500', probability: 2 }, /"probability" must be a number from 0 to 1/],
  ]) {
    const { status, text } = await setMode(body);
    assert.equal(status, 400);
    assert.match(JSON.parse(text).error, complaint);
  }
  assert.equal((await up.h1.send({ method: 'POST', path: '/__arena/mode', body: '{' })).status, 400);
  assert.ok(Object.values(up.arena.mode({ outage: false })).every((value) => value === false));
});

test('300 streams run at once over three connections of 100', async () => {
  const arena = await startArena({ maxStreams: 100 });
  const clients = await Promise.all([1, 2, 3].map(() => new Client(arena, 'h2').signIn()));
  const ask = (client) => client.start({ pieces: 1, stall_after: 1 }).then(whole);
  const answers = Promise.allSettled(clients.flatMap((client) => Array.from({ length: 100 }, () => ask(client))));
  assert.equal((await arena.wait({ active: 300 })).most_at_once, 300);
  for (const client of clients) client.end();
  await answers;
  await arena.close();
});
