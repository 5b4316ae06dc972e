// Counters, the log of requests, and waiting for them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_ID, MODELS, SESSION_ID } from '../arena.mjs';
import { askBody, order, whole } from '../testing/client.mjs';
import { PROTOCOLS, withArena } from '../testing/setup.mjs';

const up = withArena();

/** @param {string} path @param {string} [method] */
const control = async (path, method) => {
  const { status, text } = await up.h1.get(`/__arena/${path}`, method);
  return { status, value: JSON.parse(text) };
};

test('every request is counted once, by how it ended', async () => {
  await up.h1.get('/');
  await up.h1.ask({ text: 'one two' });
  await up.h2.ask({ fail: 'server_error' });
  await up.h2.ask({ empty: true });
  await up.h1.send({ body: '{}' });
  await up.arena.wait({ active: 0 });
  const { bytes_sent, ...rest } = (await control('counters')).value;
  assert.deepEqual(rest, {
    requests: 3, h1: 1, h2: 2, active: 0, most_at_once: 1, answered: 1, aborted: 0, failed: 2, validation_errors: 1, page_loads: 1,
  });
  assert.ok(bytes_sent > 0);
});

for (const protocol of PROTOCOLS) {
  test(`${protocol}: a client that goes is seen at once, wherever the answer is`, async () => {
    for (const directive of [{ pieces: 9, pace_ms: 3_000 }, { text: 'x', body_delay_ms: 3_600_000 }, { pieces: 9, stall_after: 0 }]) {
      up.arena.reset();
      const answer = await up[protocol].start(directive);
      answer.on('error', () => {});
      await up.arena.wait({ active: 1 });
      const left = Date.now();
      answer.leave();
      await up.arena.wait({ active: 0, aborted: 1 });
      const [entry] = up.arena.requests();
      assert.deepEqual([entry.outcome, entry.aborted], ['aborted', true]);
      assert.ok(entry.aborted_at - left < 500, `${entry.aborted_at - left} ms`);
    }
  });

  test(`${protocol}: a client that goes before the headers is seen as well`, async () => {
    const gone = assert.rejects(up[protocol].start({ text: 'x', first_delay_ms: 3_600_000 }));
    await up.arena.wait({ active: 1 });
    up[protocol].reconnect();
    await gone;
    await up.arena.wait({ active: 0, aborted: 1 });
    assert.equal(up.arena.requests()[0].status, null);
  });
}

test('the log tells of each request, refused ones too', async () => {
  await up.h2.ask({ pieces: 3, mark: 'm', key: 'k' }, { around: { modelId: MODELS[0].id } });
  await up.h1.send({ body: '{}' });
  await up.arena.wait({ active: 0 });
  const [answered, refused] = (await control('requests')).value;
  const { id, time, ended_at, bytes, ...rest } = answered;
  assert.deepEqual(rest, {
    protocol: 'h2', session_id: SESSION_ID, message_id: MESSAGE_ID, model_id: MODELS[0].id, mark: 'm', key: 'k',
    status: 200, outcome: 'answered', pieces: 3, aborted: false, aborted_at: null,
  });
  assert.ok(id < refused.id && time <= ended_at && bytes > 0);
  assert.deepEqual([refused.protocol, refused.status, refused.outcome], ['h1', 400, 'refused']);
});

test('the log holds bodies as they came, and gives them when asked', async () => {
  const body = JSON.stringify(askBody(order({ text: 'é' })));
  await up.h1.send({ body });
  assert.equal((await control('requests?bodies=1')).value[0].body, body);
  assert.ok(!('body' in (await control('requests')).value[0]));
});

test('the log keeps the last 200', async () => {
  await Promise.all(Array.from({ length: 205 }, (_, n) => up.h2.ask({ empty: true, mark: `n${n}` })));
  const log = up.arena.requests();
  assert.equal(log.length, 200);
  assert.ok(log.every(({ id }, index) => index === 0 || id > log[index - 1].id));
});

test('a reset zeroes all, and what still runs is not counted any more', async () => {
  const answer = await up.h1.start({ pieces: 9, stall_after: 1 });
  const ended = whole(answer);
  await up.arena.wait({ active: 1 });
  const { status, value } = await control('reset', 'POST');
  assert.equal(status, 200);
  assert.ok(Object.values(value).every((count) => count === 0));
  answer.leave();
  await ended;
  await up.h1.ask({ text: 'x' });
  await up.arena.wait({ active: 0, answered: 1 });
  assert.equal(up.arena.counters().aborted, 0);
  assert.equal(up.arena.requests().length, 1);
});

test('waiting ends when the condition holds', async () => {
  const waiting = control('wait?requests_min=2&active=0&timeout_ms=5000');
  await up.h2.ask({ text: 'x' });
  await up.h2.ask({ text: 'x' });
  const { status, value } = await waiting;
  assert.equal(status, 200);
  assert.equal(value.requests, 2);
});

test('waiting in vain is 408, for what is no counter 400', async () => {
  const { status, value } = await control('wait?requests_min=1&timeout_ms=20');
  assert.equal(status, 408);
  assert.match(value.error, /in vain for \{"requests_min":1\}/);
  assert.equal((await control('wait?request=1')).status, 400);
  assert.equal((await control('wait?requests=many')).status, 400);
  await assert.rejects(up.arena.wait({ nothing: 1 }), /no counter is called "nothing"/);
});

test('what is not there is 404', async () => {
  assert.equal((await control('nothing')).status, 404);
  assert.equal((await control('reset')).status, 404);
});
