// When answers come, in which writes, and how they end before their time.

import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { sendItems } from '../send.mjs';
import { records, said, whole } from '../testing/client.mjs';
import { PROTOCOLS, withArena } from '../testing/setup.mjs';

const up = withArena();

/** When each chunk came, in ms since the request. @param {any} answer @param {number} started */
async function arrivals(answer, started) {
  const times = [];
  answer.on('data', () => times.push(performance.now() - started));
  await whole(answer);
  return times;
}

/** Until nothing more is sent, for the client does not read. @returns {Promise<number>} the bytes that were sent */
async function sentWhenStuck() {
  let sent = -1;
  for (let quiet = 0; quiet < 200; quiet++) {
    const now = up.arena.counters().bytes_sent;
    if (now !== sent) quiet = 0;
    sent = now;
    await turn();
  }
  return sent;
}

test('paced pieces are due at fixed times from the start, however late the ones before were', async () => {
  const due = [];
  const lateOutlet = {
    gone: false,
    until: (time) => { due.push(time); },
    write: () => { for (const late = performance.now() + 3; performance.now() < late;); },
    turn: () => undefined,
  };
  const items = Array.from({ length: 5 }, () => ({ bytes: 'x', piece: true, paced: true }));
  assert.equal(await sendItems(lateOutlet, items, { pace_ms: 10 }, () => {}), 'end');
  assert.deepEqual(due.map((time) => Math.round(time - due[0])), [0, 10, 20, 30, 40]);
});

for (const protocol of PROTOCOLS) {
  const client = () => up[protocol];

  test(`${protocol}: a stamped piece tells when it was written, not when it was made`, async () => {
    const before = Number(process.hrtime.bigint() / 1000n);
    const { text } = await client().ask({ pieces: 3, stamp: true, pace_ms: 20 });
    const stamps = [...said(text).matchAll(/piece:\d:(\d+);/g)].map((match) => Number(match[1]) - before);
    assert.equal(stamps.length, 3);
    // Made at once they would say the same; the first one may be late, the last one is not early.
    assert.ok(stamps[0] >= 0 && stamps[2] - stamps[0] >= 20_000, `${stamps}`);
  });

  test(`${protocol}: each piece is a write of its own, even without a pace`, async () => {
    const { chunks } = await client().ask({ pieces: 50 });
    const lines = chunks.map(String).filter(Boolean);
    assert.equal(lines.length, 51);
    assert.equal(lines[7], 'a0:"piece:7;"\n');
  });

  test(`${protocol}: a pace is kept, no piece comes before it is due`, async () => {
    const started = performance.now();
    const answer = await client().start({ pieces: 10, pace_ms: 20 });
    const times = await arrivals(answer, started);
    times.slice(0, 10).forEach((time, index) => assert.ok(time >= index * 20 - 2, `piece ${index} at ${time} ms`));
  });

  test(`${protocol}: a hundred paced streams at once all say everything`, async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => client().ask({ pieces: 20, pace_ms: 10, mark: `s${n}` })));
    const expected = (n) => Array.from({ length: 20 }, (_, index) => `s${n}:${index};`).join('');
    answers.forEach(({ text }, n) => assert.equal(said(text), expected(n)));
  });

  test(`${protocol}: a burst of 20,000 records is complete and comes in few writes`, async () => {
    const { text, chunks } = await client().ask({ pieces: 20_000, burst: true });
    assert.equal(records(text).length, 20_001);
    assert.ok(said(text).endsWith('piece:19999;'));
    assert.ok(chunks.length < 200, `${chunks.length} chunks`);
  });

  test(`${protocol}: first_delay_ms holds the headers back, body_delay_ms the first piece`, async () => {
    const started = performance.now();
    const answer = await client().start({ text: 'x', first_delay_ms: 60, body_delay_ms: 50 });
    const headersAt = performance.now() - started;
    const [firstAt] = await arrivals(answer, started);
    assert.ok(headersAt >= 58, `headers at ${headersAt}`);
    assert.ok(firstAt - headersAt >= 45, `piece ${firstAt - headersAt} after`);
  });

  test(`${protocol}: split cuts the bytes wherever it falls`, async () => {
    for (const split of [1, 7]) {
      const { chunks, text } = await client().ask({ text: 'é中🦊', split });
      const sizes = chunks.map(({ length }) => length).filter(Boolean);
      assert.ok(sizes.slice(0, -1).every((size) => size === split), sizes.join(' '));
      assert.equal(said(text), 'é中🦊');
    }
  });

  test(`${protocol}: random splits are the same for the same seed`, async () => {
    const sizes = async (seed) => {
      const { chunks } = await client().ask({ bytes: 3000, split: 'random', seed });
      return chunks.map(({ length }) => length).filter(Boolean);
    };
    const first = await sizes(5);
    assert.ok(new Set(first).size > 3, first.join(' '));
    assert.deepEqual(await sizes(5), first);
    assert.notDeepEqual(await sizes(6), first);
  });

  test(`${protocol}: cut_after breaks the answer off behind that many pieces`, async () => {
    const { text, broken } = await client().ask({ pieces: 9, cut_after: 3, cut_grace_ms: 0 });
    assert.ok(broken);
    assert.equal(said(text), 'piece:0;piece:1;piece:2;');
    // Some versions of Node tell the client of the reset before they tell it of the head.
    const { text: nothing } = await client().ask({ pieces: 9, cut_after: 0, cut_grace_ms: 0 }).catch(() => ({ text: '' }));
    assert.equal(nothing, '');
    assert.equal(up.arena.counters().failed, 2);
  });

  test(`${protocol}: cut_after waits a moment, so that a browser has taken what came`, async () => {
    const started = performance.now();
    await client().ask({ pieces: 2, cut_after: 1 });
    assert.ok(performance.now() - started >= 95);
  });

  test(`${protocol}: end_after ends properly and says no finish`, async () => {
    const { text, broken } = await client().ask({ pieces: 9, end_after: 2, burst: true });
    assert.ok(!broken);
    assert.deepEqual(records(text), [['a0', 'piece:0;'], ['a0', 'piece:1;']]);
  });

  test(`${protocol}: an answer shorter than its cut ends as usual`, async () => {
    const { text, broken } = await client().ask({ pieces: 2, cut_after: 3 });
    assert.ok(!broken);
    assert.equal(records(text).at(-1)[0], 'ad');
  });

  test(`${protocol}: stall_after says nothing more until the client goes`, async () => {
    const answer = await client().start({ pieces: 9, stall_after: 2, mark: 'silent' });
    const text = whole(answer);
    await up.arena.wait({ bytes_sent_min: 2 * 'a0:"silent:0;"\n'.length });
    assert.equal(await sentWhenStuck(), 2 * 'a0:"silent:0;"\n'.length);
    answer.leave();
    await up.arena.wait({ active: 0, aborted: 1 });
    assert.equal(said((await text).text), 'silent:0;silent:1;');
  });

  test(`${protocol}: a client that does not read holds the answer back`, async () => {
    const answer = await client().start({ bytes: 200_000_000, burst: true });
    answer.on('error', () => {});
    await up.arena.wait({ bytes_sent_min: 1 });
    assert.ok(await sentWhenStuck() < 100_000_000);
    answer.leave();
    await up.arena.wait({ active: 0, aborted: 1 });
  });
}
