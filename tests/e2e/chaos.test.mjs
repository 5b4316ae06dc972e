// The storm of `./dev chaos` in short: everything breaks, one thing after the other, while clients ask.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { complaints, details, table } from '../chaos/report.mjs';
import { STORM, storm } from '../chaos/storm.mjs';
import { stackFor } from './support/asking.mjs';

const OPTIONS = process.env.LMBRIDGE_SANITIZED
  // Sanitizers keep what was freed.
  ? { seconds: 90, clients: 6, everySeconds: 4, seed: 4, rssMargin: Infinity }
  : { seconds: 90, clients: 16, everySeconds: 1.8, seed: 4 };
const FEWEST_FAULTS = process.env.LMBRIDGE_SANITIZED ? 15 : 40;

test(`no request is lost in a storm of at least ${FEWEST_FAULTS} faults`, async (t) => {
  const stack = await stackFor(t, STORM);
  const report = await storm(stack, OPTIONS);
  console.log(table(report, OPTIONS));
  const wrong = complaints(report, OPTIONS);
  if (wrong.length > 0) console.log(`${details(report)}\n${stack.daemon.transcript().slice(-20_000)}`);
  assert.deepEqual(wrong, []);
  assert.ok(report.faults.length >= FEWEST_FAULTS, `only ${report.faults.length} faults`);
});
