// The faults of a storm: which there are, and one after the other by chance.

import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { withPage } from '../e2e/support/devtools.mjs';
import { BREAKING } from '../e2e/support/faults.mjs';

/** @typedef {import('../e2e/support/asking.mjs').Stack} Stack */
/** @typedef {import('./random.mjs').Random} Random */
/**
 * A fault that was made; times of performance.now().
 * @typedef {{what: string, begun: number, ended: number}} Fault
 */
/** Makes a fault; gives for how many ms it lasts. @typedef {(stack: Stack, random: Random) => Promise<number | void> | number | void} Maker */

/** A fault of the site for a while. @param {object} mode @param {number} min ms @param {number} max ms @returns {Maker} */
const siteFault = (mode, min, max) => (stack, random) => {
  const forMs = random.between(min, max);
  stack.arena.mode({ ...mode, for_ms: forMs });
  return forMs;
};

/**
 * A fault that is made in a moment, whatever follows from it.
 * @param {(stack: Stack, random: Random) => unknown} make gives 0 when there was nothing to kill
 * @returns {Maker}
 */
const moment = (make) => async (stack, random) => {
  if (await make(stack, random) === 0) throw new Error('there is no such process');
};

/** Something is changed that changes no answer, and SIGHUP. @type {Maker} */
async function reloadConfiguration({ configuration, daemon }, random) {
  await writeFile(configuration.file, JSON.stringify({ ...configuration.config, url_display_length: random.between(50, 500) }));
  daemon.process.kill('SIGHUP');
}

/** @type {Maker} */
async function freezeAPage({ daemon }, random) {
  const forMs = random.between(500, 3000);
  await withPage(daemon, async (page) => {
    await page.setLifecycle('frozen');
    await sleep(forMs);
    await page.setLifecycle('active').catch(() => {}); // replaced meanwhile
  }, random.between(0, 1));
}

/** @type {Record<string, Maker>} */
const MAKERS = {
  ...Object.fromEntries(Object.entries(BREAKING).map(([what, make]) => [what, moment(make)])),
  'the GPU process is killed': moment((stack) => stack.daemon.killBrowserProcess('gpu')),
  'a page is frozen': freezeAPage,
  'a page hangs': moment((stack, random) => withPage(stack.daemon, (page) => page.block(), random.between(0, 1))),
  'some answers are empty': siteFault({ outage: 'empty', probability: 0.5 }, 300, 1500),
  'the site answers 500': siteFault({ outage: '500' }, 300, 1500),
  'the site answers 429': siteFault({ outage: '429', retry_after: 1 }, 300, 1500),
  'the site stalls': siteFault({ outage: 'stall' }, 500, 3000),
  'the site drops some requests': siteFault({ outage: 'drop', probability: 0.3 }, 300, 1500),
  'the site asks for a human': siteFault({ challenge: 'all' }, 500, 3000),
  'streams alone ask for a human': siteFault({ challenge: 'fetch' }, 500, 2000),
  'the site asks for a sign-in': siteFault({ signed_out: true }, 500, 2000),
  'the configuration is reloaded': reloadConfiguration,
};

/**
 * Makes faults until it is told to stop, each kind equally often in the long run.
 * @param {Stack} stack
 * @param {object} options
 * @param {Random} options.random
 * @param {number} options.everyMs how far apart they are on average
 * @param {AbortSignal} options.signal
 * @param {(fault: Fault) => void} options.onFault told when it begins; `ended` is filled in later
 * @param {(fault: Fault, error: Error) => void} options.onMiss told of one for which there was nothing to break after all
 */
export async function makeWeather(stack, { random, everyMs, signal, onFault, onMiss }) {
  /** @type {string[]} */
  let deck = [];
  const running = [];
  while (!signal.aborted) {
    await sleep(everyMs * (0.5 + random.next()), undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    if (deck.length === 0) deck = shuffled(Object.keys(MAKERS), random);
    const what = /** @type {string} */ (deck.pop());
    /** @type {Fault} */
    const fault = { what, begun: performance.now(), ended: Infinity };
    onFault(fault);
    running.push(makeFault(stack, fault, random.fork()).catch((error) => onMiss(fault, error)));
  }
  await Promise.all(running);
}

/** @param {Stack} stack @param {Fault} fault @param {Random} random */
async function makeFault(stack, fault, random) {
  try {
    await sleep(await MAKERS[fault.what](stack, random) ?? 0);
  } finally {
    fault.ended = performance.now();
  }
}

/** @param {readonly string[]} names @param {Random} random */
function shuffled(names, random) {
  return names.map((name) => ({ name, key: random.next() })).sort((a, b) => a.key - b.key).map(({ name }) => name);
}
