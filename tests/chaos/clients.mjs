// Clients that ask and ask, and know of each answer whether it is the one that they should have had.

import { setTimeout as sleep } from 'node:timers/promises';

import { ask, marked } from '../e2e/support/asking.mjs';

/** @typedef {import('../e2e/support/asking.mjs').Stack} Stack */
/** @typedef {import('../e2e/support/asking.mjs').Outcome} Outcome */
/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./weather.mjs').Fault} Fault */

/**
 * What can become of a request. The first three are as they should be: answered in full; an error after pieces had been seen
 * and a fault had come; the client went by itself.
 * @typedef {'answered' | 'told' | 'vanished' | 'lost' | 'mixed' | 'cut' | 'hung' | 'early' | 'unfounded'} Verdict
 */
/**
 * @typedef {{verdict: Verdict, mark: string, stream: boolean, begun: number, ended: number, firstPiece: number, outcome?: Outcome}} Case
 */

/** Longer than the daemon may hold a request and the longest answer takes. */
const HUNG_AFTER_MS = 120_000;

/** For so long after its end a fault can still break an answer: until it is noticed. */
const AFTERMATH_MS = 7000;

/**
 * One client in a loop.
 * @param {Stack} stack
 * @param {object} options
 * @param {string} options.name
 * @param {Random} options.random
 * @param {AbortSignal} options.signal ends the loop; what runs is waited for
 * @param {readonly Fault[]} options.faults those so far
 * @param {(one: Case) => void} options.onCase told of every request that is over
 */
export async function runClient(stack, { name, random, signal, faults, onCase }) {
  for (let round = 0; !signal.aborted; ++round) {
    onCase(await oneRequest(stack, `${name}r${round}`, random, faults));
    await sleep(random.between(0, 150));
  }
}

/** @param {Stack} stack @param {string} mark @param {Random} random @param {readonly Fault[]} faults @returns {Promise<Case>} */
async function oneRequest(stack, mark, random, faults) {
  const pieces = random.between(1, 30);
  const directive = { pieces, mark, pace_ms: random.between(0, 60), first_delay_ms: random.oneOf([0, 0, 50, 300]) };
  const stream = random.chance(0.65);
  const leaving = new AbortController();
  const vanishing = random.chance(0.12);
  const timer = setTimeout(() => leaving.abort(), vanishing ? random.between(5, 800) : HUNG_AFTER_MS);
  /** @type {Case} */
  const one = { verdict: 'answered', mark, stream, begun: performance.now(), ended: 0, firstPiece: Infinity };
  try {
    one.outcome = await ask(stack, directive, {
      stream, signal: leaving.signal, onPiece: () => { one.firstPiece = Math.min(one.firstPiece, performance.now()); },
    });
  } catch {
    one.verdict = vanishing ? 'vanished' : 'hung';
  }
  clearTimeout(timer);
  one.ended = performance.now();
  if (one.outcome) one.verdict = judge(one, one.outcome, marked(mark, pieces), faults);
  return one;
}

/**
 * @param {Pick<Case, 'firstPiece' | 'ended'>} one
 * @param {Outcome} outcome
 * @param {string} expected the whole text
 * @param {readonly Fault[]} faults
 * @returns {Verdict}
 */
export function judge(one, { text, complete, error, pieces, status }, expected, faults) {
  if (!expected.startsWith(text)) return 'mixed';
  if (complete) return text === expected ? 'answered' : 'cut';
  if (!error || status === 0 || error.code === 'connection_broken') return 'lost';
  if (pieces === 0) return 'early';
  const saysHowFar = new RegExp(`\\b${pieces} pieces?\\b`).test(error.message);
  if (!saysHowFar) return 'cut';
  const hasReason = faults.some(({ begun, ended }) => begun <= one.ended && ended + AFTERMATH_MS >= one.firstPiece);
  return hasReason ? 'told' : 'unfounded';
}
