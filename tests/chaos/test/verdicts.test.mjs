// A storm that overlooked a lost answer would be worth nothing: each verdict, and what the report makes of it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { marked } from '../../e2e/support/asking.mjs';
import { judge } from '../clients.mjs';
import { seededRandom } from '../random.mjs';
import { complaints, table } from '../report.mjs';
import { WRONG } from '../storm.mjs';

const EXPECTED = marked('m', 4);
const FAULT = { what: 'the renderer is killed', begun: 150, ended: 160 };

/** An answer that came to its end, but for the changes. @param {object} changes */
const outcome = (changes) => ({
  status: 200, headers: new Headers(), text: EXPECTED, pieces: 4, finish: 'stop', error: null, comments: [], complete: true, took: 100,
  ...changes,
});

/** An answer that broke off. @param {number} pieces @param {string | null} message @param {object} [changes] */
const broken = (pieces, message, changes) => outcome({
  text: marked('m', pieces), pieces, finish: null, complete: false, error: message && { message, code: 'page_gone' }, ...changes,
});

/** @param {object} seen @param {object[]} [faults] */
const verdictOn = (seen, faults = [FAULT]) => (
  judge({ firstPiece: 100, ended: 200 }, /** @type {any} */ (seen), EXPECTED, /** @type {any} */ (faults))
);

const TOLD = broken(2, 'the page crashed after 2 pieces');

/** @type {[string, string, object, object[]?][]} */
const CASES = [
  ['an answer in full', 'answered', outcome({})],
  ['an error that says how far the answer came', 'told', TOLD],
  ['the same without a fault', 'unfounded', TOLD, []],
  ['the same with a fault that came too late', 'unfounded', TOLD, [{ ...FAULT, begun: 201, ended: Infinity }]],
  ['an error that says how far, but wrongly', 'cut', broken(2, 'the page crashed after 12 pieces')],
  ['an error that does not say how far', 'cut', broken(2, 'the page crashed')],
  ['an answer that is called complete and is not', 'cut', outcome({ text: marked('m', 3), pieces: 3 })],
  ['a connection that just ends', 'lost', broken(2, null)],
  ['a connection that breaks', 'lost', broken(2, 'terminated', { error: { message: 'terminated', code: 'connection_broken' } })],
  ['no connection at all', 'lost', broken(0, 'refused', { status: 0 })],
  ['pieces of another answer', 'mixed', outcome({ text: marked('other', 4) })],
  ['a piece that came twice', 'mixed', outcome({ text: `m:0;${marked('m', 3)}` })],
  ['a piece behind the last one', 'mixed', outcome({ text: `${EXPECTED}m:4;` })],
  ['an error before any piece', 'early', broken(0, 'the site is away', { status: 503 })],
];

describe('a verdict', () => {
  for (const [what, verdict, seen, faults] of CASES) {
    test(`on ${what} is "${verdict}"`, () => assert.equal(verdictOn(seen, faults), verdict));
  }
});

describe('a report', () => {
  const sample = { processes: 6, zombies: 0, descriptors: 15, rss: 10_000_000, browser: 100_000_000 };
  const verdicts = { answered: 9, told: 1, vanished: 1, lost: 0, mixed: 0, cut: 0, hung: 0, early: 0, unfounded: 0 };
  /** @param {object} changes */
  const report = (changes) => /** @type {any} */ ({
    verdicts, wrong: [], faults: [FAULT], missed: [], problems: [], before: sample, after: sample, arena: {}, longestWaitMs: 1500,
    restarts: 1, ...changes,
  });
  /** @param {object} changes */
  function assertOneComplaint(changes) {
    assert.equal(complaints(report(changes)).length, 1);
    assert.equal(table(report(changes), OPTIONS).match(/WRONG/g)?.length, 1);
  }
  const OPTIONS = { seconds: 60, clients: 5, seed: 1 };

  test('has nothing to say against a storm that was weathered', () => {
    assert.deepEqual(complaints(report({})), []);
    assert.ok(!table(report({}), OPTIONS).includes('WRONG'));
  });

  for (const verdict of WRONG) {
    test(`complains of one request that is "${verdict}"`, () => assertOneComplaint({ verdicts: { ...verdicts, [verdict]: 1 } }));
  }
  for (const [what, more] of Object.entries({ processes: 1, zombies: 1, descriptors: 1, rss: 9 * 1024 * 1024 })) {
    test(`complains of ${what} that stay`, () => assertOneComplaint({ after: { ...sample, [what]: sample[what] + more } }));
  }

  test('complains of a storm in which nothing was answered, and of what did not come to rest', () => {
    assert.equal(complaints(report({ verdicts: { ...verdicts, answered: 0 } })).length, 1);
    assert.deepEqual(complaints(report({ problems: ['it is not well'] })), ['it is not well']);
  });
});

test('the same seed makes the same choices', () => {
  /** @param {number} seed */
  const choices = (seed) => {
    const random = seededRandom(seed);
    return Array.from({ length: 20 }, () => [random.between(1, 6), random.oneOf(['a', 'b', 'c']), random.chance(0.5), random.fork().next()]);
  };
  assert.deepEqual(choices(7), choices(7));
  assert.notDeepEqual(choices(7), choices(8));
  assert.ok(choices(7).every(([die]) => Number(die) >= 1 && Number(die) <= 6));
});
