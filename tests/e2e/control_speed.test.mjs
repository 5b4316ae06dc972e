// The control socket holds up nobody, and its client is there at once. A plain build on a machine that does nothing else.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';

import { Bench, quantile } from '../bench/measure.mjs';
import { CTL, socketOf } from './support/control.mjs';

const CALLS = 1000;
const SECONDS = 4;

describe('beside 50 streams', { skip: process.env.LMBRIDGE_SANITIZED && 'figures of a sanitized build mean nothing' }, () => {
  /** @type {Bench} */
  let bench;
  /** @type {string} */
  let socket;
  before(async () => {
    bench = await Bench.start();
    socket = socketOf(bench.daemon);
  });
  after(() => bench?.close());

  /** The streams with CALLS status calls spread over their time, by a process of its own: this one measures. */
  async function latencyBesideCalls() {
    const script = new URL('support/status_caller.mjs', import.meta.url).pathname;
    const caller = spawn(process.execPath, [script, socket, String(CALLS), String(SECONDS * 1000)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const closed = once(caller, 'close');
    const lines = createInterface({ input: caller.stdout });
    await once(lines, 'line');
    caller.stdin.write('go\n');
    const [figures, [answered]] = await Promise.all([bench.latency(50, SECONDS), once(lines, 'line')]);
    await closed;
    assert.equal(answered, String(CALLS));
    return figures;
  }

  test(`${CALLS} status calls move their p99 by no more than 2 ms`, async () => {
    const p99 = (/** @type {{delays: number[]}} */ { delays }) => quantile(delays, 0.99) / 1000;
    // One round before those that count.
    await bench.latency(50, 1);
    let moved = Infinity;
    // What else the machine does moves a series, too: a socket that holds up answers fails all three.
    for (let series = 0; series < 3 && moved > 2; ++series) {
      const alone = [];
      const beside = [];
      // In turn, because the machine's pace changes. The best of each is the one that nobody else's load has touched.
      for (let round = 0; round < 3; ++round) {
        alone.push(p99(await bench.latency(50, SECONDS)));
        beside.push(p99(await latencyBesideCalls()));
      }
      const shown = (/** @type {number[]} */ figures) => figures.map((each) => each.toFixed(2)).join(', ');
      console.log(`p99 alone ${shown(alone)} ms, beside ${shown(beside)} ms`);
      moved = Math.min(...beside) - Math.min(...alone);
    }
    assert.ok(moved <= 2, `by ${moved.toFixed(2)} ms`);
  });

  test('lmbridgectl status takes at most 15 ms', () => {
    const times = Array.from({ length: 30 }, () => {
      const begun = performance.now();
      const { status } = spawnSync(CTL, ['--socket', socket, 'status']);
      assert.equal(status, 0);
      return performance.now() - begun;
    });
    console.log(`median ${quantile(times, 0.5).toFixed(1)} ms, the quickest ${Math.min(...times).toFixed(1)} ms`);
    assert.ok(quantile(times, 0.5) <= 15, `${quantile(times, 0.5).toFixed(1)} ms`);
  });
});
