import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EXCERPT, reportDocument, Wakefulness } from '../src/report.js';

/**
 * As much of a window as is looked at.
 * @param {{status?: number, protocol?: string, readyState?: string, source?: string, navigation?: boolean}} [options]
 */
function windowWith({ status = 200, protocol = 'h2', readyState = 'loading', source = '<html></html>', navigation = true } = {}) {
  const document = Object.assign(new EventTarget(), { readyState, documentElement: { outerHTML: source } });
  /** @type {(list: {getEntries(): object[]}) => void} */
  let observe = () => {};
  const page = {
    document,
    location: { href: 'https://site.example/c/1', origin: 'https://site.example' },
    performance: {
      getEntriesByType: () => (navigation ? [{ nextHopProtocol: protocol, responseStatus: status }] : []),
    },
    PerformanceObserver: class {
      /** @param {typeof observe} callback */
      constructor(callback) { observe = callback; }

      observe() {}
    },
  };
  /** @type {unknown[][]} */
  const events = [];
  const report = () => reportDocument(
    /** @type {any} */ ({ add: (/** @type {unknown[]} */ event) => events.push(event) }),
    /** @type {any} */ (page),
  );
  /** @param {object[]} entries */
  const load = (...entries) => observe({ getEntries: () => entries });
  return { document, events, report, load };
}

test('a document says at once where it is, how it was answered and by which protocol', () => {
  const { events, report } = windowWith({ status: 403, protocol: 'http/1.1' });
  report();
  assert.deepEqual(events, [['hello', 'https://site.example/c/1', 403, 'http/1.1']]);
});

test('a document without a navigation says that it knows nothing', () => {
  const { events, report } = windowWith({ navigation: false });
  report();
  assert.deepEqual(events, [['hello', 'https://site.example/c/1', 0, '']]);
});

test('a document that is complete shows the beginning of its source', () => {
  const { document, events, report } = windowWith({ source: `<html>${'x'.repeat(EXCERPT)}` });
  report();
  assert.equal(events.length, 1);
  document.dispatchEvent(new Event('DOMContentLoaded'));
  document.dispatchEvent(new Event('DOMContentLoaded'));
  assert.equal(events.length, 2);
  assert.equal(events[1][0], 'loaded');
  assert.equal(events[1][1], `<html>${'x'.repeat(EXCERPT - 6)}`);
});

test('a document that was complete before the script ran says so, too', () => {
  const { events, report } = windowWith({ readyState: 'complete' });
  report();
  assert.deepEqual(events.map(([kind]) => kind), ['hello', 'loaded']);
});

test('half a character at the cut becomes a replacement character', () => {
  const { events, report } = windowWith({ readyState: 'complete', source: `${'x'.repeat(EXCERPT - 1)}\u{1F98A}` });
  report();
  assert.equal(/** @type {string} */ (events[1][1]).at(-1), '\uFFFD');
});

test('another protocol in use with the own origin is told once', () => {
  const { events, report, load } = windowWith({ protocol: 'http/1.1' });
  report();
  load(
    { name: 'https://elsewhere.example/a', nextHopProtocol: 'h3' },
    { name: 'https://site.example.evil.example/', nextHopProtocol: 'h3' },
    { name: 'https://site.example/a', nextHopProtocol: '' },
    { name: 'https://site.example/a', nextHopProtocol: 'http/1.1' },
    { name: 'https://site.example/a', nextHopProtocol: 'h2' },
  );
  load({ name: 'https://site.example/b', nextHopProtocol: 'h2' });
  assert.deepEqual(events.slice(1), [['protocol', 'h2']]);
});

test('a page that is frozen says so when it is asked, until it goes on', () => {
  const document = new EventTarget();
  const wakefulness = new Wakefulness(/** @type {any} */ (document));
  assert.equal(wakefulness.ping(), 'awake');
  document.dispatchEvent(new Event('freeze'));
  assert.equal(wakefulness.ping(), 'frozen');
  document.dispatchEvent(new Event('resume'));
  assert.equal(wakefulness.ping(), 'awake');
});
