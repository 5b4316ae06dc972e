// How long a crash keeps clients waiting.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { BarePage } from '../bench/bare_page.mjs';
import { ask, marked, median, untilReadiness } from './support/asking.mjs';
import { patience, startStack } from './support/stack.mjs';

const RUNNING = 20;
/** A bare browser with its page is there within that on a machine that is not busy. */
const USUAL_START_MS = 500;
const ROUNDS = process.env.LMBRIDGE_SANITIZED ? 3 : 10;

describe('the next answer', () => {
  /** @type {import('./support/asking.mjs').Stack} */
  let stack;
  before(async () => { stack = await startStack({ protocol: 'https' }); });
  after(() => stack?.close());

  /** From the kill to the answer of a request that was sent then, while others run, which all get theirs. @param {'browser' | 'renderer'} kind */
  async function round(kind) {
    await untilReadiness(stack, ({ http }) => http === 200);
    stack.arena.reset();
    const running = Array.from({ length: RUNNING }, (_, i) => (
      ask(stack, { pieces: 3, mark: `r${i}`, first_delay_ms: patience > 1 ? 4000 : 2000 }, { stream: i % 2 === 0 })
    ));
    await stack.arena.wait({ active: RUNNING });
    assert.equal(await stack.daemon.killBrowserProcess(kind), 1);
    const next = await ask(stack, { text: 'next' });
    assert.deepEqual([next.text, next.complete], ['next', true], next.error?.message);
    for (const [i, outcome] of (await Promise.all(running)).entries()) {
      assert.deepEqual([outcome.text, outcome.complete], [marked(`r${i}`, 3), true], outcome.error?.message);
    }
    return next.took;
  }

  /** How long this machine takes for a browser with a page of the site, without the daemon. */
  async function bareStart() {
    const begun = performance.now();
    const page = await BarePage.open(stack.arena.https, stack.arena.spki);
    const took = performance.now() - begun;
    await page.close();
    return took;
  }

  for (const [kind, limit] of /** @type {const} */ ([['renderer', 500], ['browser', 1000]])) {
    test(`comes within ${limit} ms after the ${kind} was killed under ${RUNNING} requests, and they are all answered`, async () => {
      const times = [];
      const starts = [];
      for (let i = 0; i < ROUNDS; ++i) {
        times.push(await round(kind));
        starts.push(await bareStart());
      }
      console.log(`${kind} killed, next answer after ms: ${times.map((time) => time.toFixed(0)).join(' ')}, median ${median(times).toFixed(0)}; `
        + `a bare browser starts in ${median(starts).toFixed(0)} ms`);
      // A machine that is slower than usual is given more in proportion.
      const allowed = limit * Math.max(1, median(starts) / USUAL_START_MS) * patience;
      assert.ok(median(times) <= allowed, `${median(times).toFixed(0)} ms of ${allowed.toFixed(0)}`);
    });
  }
});
