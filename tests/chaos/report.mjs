// A storm as a table that a person reads, and whether it was weathered.

import { WRONG } from './storm.mjs';

/** @typedef {import('./storm.mjs').Report} Report */

const MEGABYTE = 1024 * 1024;

/** What memory may differ by: buffers and caches as they happen to be, not what grows with the time. */
const RSS_MARGIN = 8 * MEGABYTE;

/** @type {[keyof Report['verdicts'], string][]} */
const ROWS = [
  ['answered', 'answered in full'],
  ['told', 'ended by an error that says how far it came'],
  ['vanished', 'left by the client'],
  ['lost', 'lost: ended without an answer and without an error'],
  ['mixed', "mixed: another answer's pieces, or some twice"],
  ['cut', 'cut: incomplete and not said so'],
  ['hung', 'hung: no end after two minutes'],
  ['early', 'failed before a first piece'],
  ['unfounded', 'failed without a fault'],
];

/**
 * What is not as it must be, a sentence each.
 * @param {Report} report
 * @param {{rssMargin?: number}} [options]
 * @returns {string[]}
 */
export function complaints({ verdicts, before, after, problems }, { rssMargin = RSS_MARGIN } = {}) {
  const found = WRONG.filter((verdict) => verdicts[verdict] > 0).map((verdict) => `${verdicts[verdict]} requests: ${verdict}`);
  if (verdicts.answered === 0) found.push('no request was answered');
  if (after.processes > before.processes) found.push(`${after.processes - before.processes} processes more than before`);
  if (after.zombies > 0) found.push(`${after.zombies} processes ended and nobody took note`);
  if (after.descriptors > before.descriptors) found.push(`${after.descriptors - before.descriptors} descriptors more than before`);
  if (after.rss > before.rss + rssMargin) found.push(`${megabytes(after.rss - before.rss)} MB more memory than before`);
  return [...found, ...problems];
}

/**
 * @param {Report} report
 * @param {{seconds: number, clients: number, seed: number, rssMargin?: number}} options
 */
export function table(report, { seconds, clients, seed, rssMargin = RSS_MARGIN }) {
  const { verdicts, faults, missed, before, after, longestWaitMs, restarts } = report;
  const total = Object.values(verdicts).reduce((sum, each) => sum + each, 0);
  const lines = [
    `${seconds} s, ${clients} clients, seed ${seed}`,
    '',
    row('faults', faults.length),
    ...countsOf(faults.map(({ what }) => what)).map(([what, count]) => row(`  ${what}`, count)),
    ...(missed.length > 0 ? [row('  nothing there to break', missed.length)] : []),
    '',
    row('requests', total),
    ...ROWS.map(([verdict, words]) => row(`  ${words}`, verdicts[verdict], WRONG.includes(verdict) ? verdicts[verdict] === 0 : undefined)),
    row('  longest wait for a first piece, s', (longestWaitMs / 1000).toFixed(1)),
    '',
    `${'left behind'.padEnd(52)}${'before'.padStart(9)}${'after'.padStart(9)}`,
    pair('  processes of the browser', before.processes, after.processes, after.processes <= before.processes),
    pair('  ended, but not taken note of', before.zombies, after.zombies, after.zombies === 0),
    pair('  descriptors of the daemon', before.descriptors, after.descriptors, after.descriptors <= before.descriptors),
    pair('  memory of the daemon, MB', megabytes(before.rss), megabytes(after.rss), after.rss <= before.rss + rssMargin),
    pair('  memory of the browser, MB', megabytes(before.browser), megabytes(after.browser)),
    row('  restarts of the browser', restarts),
  ];
  return lines.join('\n');
}

/** The cases that went wrong, each with the faults of its time. @param {Report} report */
export function details({ wrong, faults }) {
  return wrong.map(({ verdict, mark, stream, begun, ended, outcome }) => {
    const around = faults.filter((fault) => fault.begun <= ended && fault.ended + 1000 >= begun);
    const times = around.map((fault) => `${fault.what} at ${((fault.begun - begun) / 1000).toFixed(1)} s`);
    const said = outcome && `status ${outcome.status}, ${outcome.pieces} pieces, ${JSON.stringify(outcome.error)}, "...${outcome.text.slice(-60)}"`;
    return `${verdict}: ${mark}, ${stream ? 'stream' : 'whole'}, ${((ended - begun) / 1000).toFixed(1)} s, ${said ?? 'no answer'}\n`
      + `    ${times.join('; ') || 'no fault then'}`;
  }).join('\n');
}

/** @param {string} words @param {number | string} value @param {boolean} [good] */
function row(words, value, good) {
  return `${words.padEnd(61)}${String(value).padStart(9)}${mark(good)}`;
}

/** @param {string} words @param {number | string} before @param {number | string} after @param {boolean} [good] */
function pair(words, before, after, good) {
  return `${words.padEnd(52)}${String(before).padStart(9)}${String(after).padStart(9)}${mark(good)}`;
}

/** @param {boolean} [good] */
function mark(good) {
  return good === undefined ? '' : good ? '  ok' : '  WRONG';
}

/** @param {string[]} names @returns {[string, number][]} */
function countsOf(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return (bytes / MEGABYTE).toFixed(1);
}
