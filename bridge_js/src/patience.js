/**
 * Waiting for what a page is about to show. Nothing tells when a page has settled, so it is looked at
 * after every frame that it draws, and where none are drawn (in a tab that is not shown) after 500 ms. What has
 * not been drawn since the last look still looks the same, and a click before the first frame is thrown away.
 */

/** @typedef {{problem: string}} NotYet what stands in the way, for a person */

/** @typedef {object} Pace
 * @property {() => number} now in ms
 * @property {() => Promise<void>} next the next moment at which something may have changed
 */

const LONGEST_PAUSE = 500;

/** @param {Window & typeof globalThis} page @returns {Pace} */
export function framesOf(page) {
  return {
    now: () => page.performance.now(),
    next: () => new Promise((resolve) => {
      const timer = page.setTimeout(resolve, LONGEST_PAUSE);
      // Called before the frame is drawn; a timer runs when it has been.
      page.requestAnimationFrame(() => page.setTimeout(() => {
        page.clearTimeout(timer);
        resolve();
      }));
    }),
  };
}

/**
 * Looks until there is nothing in the way, or for `limit` ms; at least twice, because what is looked at
 * may need a second look.
 * @template T
 * @param {Pace} pace
 * @param {number} limit
 * @param {() => T | NotYet} look
 * @returns {Promise<T | NotYet>} what it saw last
 */
export async function until(pace, limit, look) {
  const deadline = pace.now() + limit;
  for (let looks = 1; ; ++looks) {
    const seen = look();
    const isOver = pace.now() >= deadline && looks > 1;
    if (isOver || !isNotYet(seen)) return seen;
    await pace.next();
  }
}

/** @param {unknown} seen @returns {seen is NotYet} */
export function isNotYet(seen) {
  return typeof seen === 'object' && seen !== null && 'problem' in seen;
}
