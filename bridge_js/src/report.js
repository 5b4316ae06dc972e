/**
 * What the daemon must know of the document itself: where the page has ended up, how the site answered
 * it, by which protocol it speaks, and whether the page is awake.
 */

/** @typedef {import('./outbox.js').Outbox} Outbox */

/** So much of a document's source tells what kind of page it is. */
export const EXCERPT = 4096;

/**
 * Says `hello` at once, `loaded` when the document is there, and `protocol` whenever another one than
 * before is seen in use with the page's own origin.
 * @param {Outbox} outbox
 * @param {Window & typeof globalThis} page
 */
export function reportDocument(outbox, page) {
  const { document, location, performance } = page;
  const navigation = performance.getEntriesByType('navigation')[0];
  const { nextHopProtocol = '', responseStatus = 0 } = /** @type {Partial<PerformanceNavigationTiming>} */ (navigation ?? {});
  outbox.add(['hello', location.href, responseStatus, nextHopProtocol]);

  // The daemon's JSON knows no lone surrogates, and a cut may leave one.
  const excerpt = () => document.documentElement.outerHTML.slice(0, EXCERPT).toWellFormed();
  const loaded = () => outbox.add(['loaded', excerpt()]);
  if (document.readyState === 'loading') {
    document.addEventListener('DOMContentLoaded', loaded, { once: true });
  } else {
    loaded();
  }

  let protocol = nextHopProtocol;
  const observer = new page.PerformanceObserver((list) => {
    for (const entry of /** @type {PerformanceResourceTiming[]} */ (list.getEntries())) {
      if (!entry.name.startsWith(`${location.origin}/`)) continue;
      if (entry.nextHopProtocol === '' || entry.nextHopProtocol === protocol) continue;
      protocol = entry.nextHopProtocol;
      outbox.add(['protocol', protocol]);
    }
  });
  observer.observe({ type: 'resource' });
}

/** Whether the browser has frozen the page: then it still answers, but nothing in it goes on. */
export class Wakefulness {
  #frozen = false;

  /** @param {Document} document */
  constructor(document) {
    document.addEventListener('freeze', () => { this.#frozen = true; });
    document.addEventListener('resume', () => { this.#frozen = false; });
  }

  /** @returns {'awake' | 'frozen'} */
  ping() {
    return this.#frozen ? 'frozen' : 'awake';
  }
}
