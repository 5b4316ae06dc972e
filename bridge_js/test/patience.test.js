import assert from 'node:assert/strict';
import { test } from 'node:test';

import { framesOf, until } from '../src/patience.js';

/** Time that passes only while somebody waits, 10 ms a look. */
function pace() {
  let time = 0;
  return { now: () => time, next: async () => { time += 10; } };
}

test('what is there at once is not waited for', async () => {
  const clock = pace();
  assert.equal(await until(clock, 1000, () => 'there'), 'there');
  assert.equal(clock.now(), 0);
});

test('looks until nothing is in the way any more', async () => {
  const clock = pace();
  const seen = await until(clock, 1000, () => (clock.now() < 50 ? { problem: 'not yet' } : { x: 1 }));
  assert.deepEqual(seen, { x: 1 });
  assert.equal(clock.now(), 50);
});

test('says in the end what was in the way last', async () => {
  const clock = pace();
  const seen = await until(clock, 35, () => ({ problem: `at ${clock.now()}` }));
  assert.deepEqual(seen, { problem: 'at 40' });
});

test('looks twice even where there is no time', async () => {
  let looks = 0;
  await until(pace(), 0, () => { looks++; return { problem: 'p' }; });
  assert.equal(looks, 2);
});

/** A page whose frames and timers come when the test says so. */
function pageOf() {
  /** @type {(() => void)[]} */
  const frames = [];
  /** @type {Map<number, () => void>} */
  const timers = new Map();
  const page = {
    performance: { now: () => 7 },
    setTimeout: (/** @type {() => void} */ run) => timers.set(timers.size + 1, run).size,
    clearTimeout: (/** @type {number} */ id) => timers.delete(id),
    requestAnimationFrame: (/** @type {() => void} */ run) => frames.push(run),
  };
  return { page: /** @type {any} */ (page), frames, timers };
}

test('the next look comes when the next frame has been drawn', async () => {
  const { page, frames, timers } = pageOf();
  let looked = false;
  const next = framesOf(page).next().then(() => { looked = true; });
  frames[0]();
  await Promise.resolve();
  assert.equal(looked, false);
  assert.equal(timers.size, 2);
  timers.get(2)?.();
  await next;
  assert.equal(timers.has(1), false);
});

test('the next look comes without a frame, too', async () => {
  const { page, timers } = pageOf();
  const next = framesOf(page).next();
  timers.get(1)?.();
  await next;
});
