// A storm: clients and faults together for a while, and what is counted and measured of it.

import { readFile, readdir } from 'node:fs/promises';

import { readiness, untilReadiness } from '../e2e/support/asking.mjs';
import { VULNERABLE } from '../e2e/support/faults.mjs';
import { runClient } from './clients.mjs';
import { seededRandom } from './random.mjs';
import { descriptorsOf, residentMemory } from './short_requests.mjs';
import { makeWeather } from './weather.mjs';

/** @typedef {import('../e2e/support/asking.mjs').Stack} Stack */
/** @typedef {import('./clients.mjs').Case} Case */
/** @typedef {import('./clients.mjs').Verdict} Verdict */
/** @typedef {import('./weather.mjs').Fault} Fault */
/** What is there while nothing happens; memory in bytes. @typedef {{processes: number, zombies: number, descriptors: number, rss: number, browser: number}} Sample */
/**
 * @typedef {object} Report
 * @property {Record<Verdict, number>} verdicts
 * @property {Case[]} wrong the first of those that are not as they should be
 * @property {Fault[]} faults
 * @property {string[]} missed faults for which there was nothing to break
 * @property {string[]} problems of the whole: what did not come to rest, counters that do not add up
 * @property {Sample} before
 * @property {Sample} after
 * @property {Record<string, number>} arena its counters
 * @property {number} longestWaitMs from a request to the first piece of a stream or to the whole answer
 * @property {number} restarts of the browser
 */

/** The configuration for a storm. */
export const STORM = {
  protocol: /** @type {const} */ ('https'),
  config: {
    browser: { ...VULNERABLE.browser, contexts: 2 },
    empty_response_retry: { enabled: true, max_retries: 8, base_delay_ms: 200, max_delay_ms: 2000 },
  },
};

/** The verdicts that must not occur. @type {Verdict[]} */
export const WRONG = ['lost', 'mixed', 'cut', 'hung', 'early', 'unfounded'];

const KEPT_CASES = 10;
const SETTLED_AFTER_MS = 90_000;

/**
 * @param {Stack} stack started with STORM
 * @param {object} options
 * @param {number} options.seconds
 * @param {number} options.clients
 * @param {number} options.seed
 * @param {number} options.everySeconds how far apart faults are on average
 * @param {number} [options.calmSeconds] without faults before it, so that all is there that will stay
 * @param {(report: Report, elapsed: number) => void} [options.onFault] told of the figures so far with every fault
 * @returns {Promise<Report>}
 */
export async function storm(stack, { seconds, clients, seed, everySeconds, calmSeconds = 5, onFault = () => {} }) {
  const random = seededRandom(seed);
  const report = newReport();
  const idle = await descriptorsOf(stack);
  await runClients(stack, { report, clients, seconds: calmSeconds, random, names: 'calm' });
  report.before = await settled(stack, report, (now) => now.descriptors <= idle);
  const begun = performance.now();
  await runClients(stack, {
    report, clients, seconds, random, names: 'storm',
    beside: (signal) => makeWeather(stack, {
      random, signal, everyMs: everySeconds * 1000,
      onFault: (fault) => {
        report.faults.push(fault);
        onFault(report, performance.now() - begun);
      },
      onMiss: (fault, error) => {
        report.faults.splice(report.faults.indexOf(fault), 1);
        report.missed.push(`${fault.what}: ${error.message}`);
      },
    }),
  });
  const { before } = report;
  report.after = await settled(stack, report, (now) => (
    now.descriptors <= before.descriptors && now.processes <= before.processes && now.zombies === 0
  ));
  report.restarts = (await readiness(stack)).browser?.restarts ?? 0;
  report.arena = stack.arena.counters();
  const { requests, active, answered, failed, aborted } = report.arena;
  if (requests !== active + answered + failed + aborted) report.problems.push('the counters of the arena do not add up');
  return report;
}

/** @returns {Report} */
function newReport() {
  const nothing = { processes: 0, zombies: 0, descriptors: 0, rss: 0, browser: 0 };
  return {
    verdicts: { answered: 0, told: 0, vanished: 0, lost: 0, mixed: 0, cut: 0, hung: 0, early: 0, unfounded: 0 },
    wrong: [], faults: [], missed: [], problems: [], before: nothing, after: nothing, arena: {}, longestWaitMs: 0, restarts: 0,
  };
}

/**
 * Clients for so long; resolves when the last of them has its answer.
 * @param {Stack} stack
 * @param {object} options
 * @param {Report} options.report
 * @param {number} options.clients
 * @param {number} options.seconds
 * @param {import('./random.mjs').Random} options.random
 * @param {string} options.names how the clients' names begin
 * @param {(signal: AbortSignal) => Promise<void>} [options.beside]
 */
async function runClients(stack, { report, clients, seconds, random, names, beside = async () => {} }) {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), seconds * 1000);
  const running = Array.from({ length: clients }, (_, i) => runClient(stack, {
    name: `${names}${i}`, random: random.fork(), signal: over.signal, faults: report.faults, onCase: (one) => count(report, one),
  }));
  await Promise.all([...running, beside(over.signal)]);
  clearTimeout(timer);
}

/** @param {Report} report @param {Case} one */
function count(report, one) {
  report.verdicts[one.verdict] += 1;
  if (WRONG.includes(one.verdict) && report.wrong.length < KEPT_CASES) report.wrong.push(one);
  if (one.verdict === 'answered') report.longestWaitMs = Math.max(report.longestWaitMs, Math.min(one.firstPiece, one.ended) - one.begun);
}

/**
 * What is there once all is well and quiet again and `atRest` says so, or else when that does not come.
 * @param {Stack} stack
 * @param {Report} report
 * @param {(sample: Sample) => boolean} atRest
 */
async function settled(stack, report, atRest) {
  stack.arena.mode({ challenge: false, signed_out: false, outage: false });
  await untilReadiness(stack, ({ http, contexts }) => http === 200 && contexts.every(({ state }) => state === 'ready'), SETTLED_AFTER_MS)
    .catch((error) => report.problems.push(`the daemon is not well again: ${error.message}`));
  await stack.arena.wait({ active: 0 }, SETTLED_AFTER_MS)
    .catch((error) => report.problems.push(`the arena still answers: ${error.message}`));
  const begun = performance.now();
  let sample = await measure(stack);
  // Connections that nobody uses close after some seconds, and a browser that has just started is not done with it.
  while (!atRest(sample) && performance.now() - begun < SETTLED_AFTER_MS) {
    await new Promise((resolve) => { setTimeout(resolve, 250); });
    sample = await measure(stack);
  }
  return sample;
}

/** @param {Stack} stack @returns {Promise<Sample>} */
async function measure(stack) {
  const [processes, descriptors, rss, memory, zombies] = await Promise.all([
    stack.daemon.browserProcesses(), descriptorsOf(stack), residentMemory(stack), stack.daemon.memory(), zombiesOf(stack),
  ]);
  return { processes: processes.length, zombies, descriptors, rss, browser: memory.browser };
}

/** Children of the daemon that ended and were not taken note of. @param {Stack} stack */
async function zombiesOf(stack) {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.filter((stat) => {
    // The command stands in parentheses and may hold anything.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' && Number(parent) === stack.daemon.process.pid;
  }).length;
}
