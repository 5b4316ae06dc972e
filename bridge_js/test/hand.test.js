import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Aim } from '../src/hand.js';

/**
 * A document with one element in it, and what is hit at its middle.
 * @param {{boxes?: {x: number, y: number, width: number, height: number}[], hit?: any, matches?: (selector: string) => boolean}} [options]
 *   boxes: one a look, the last one stays
 */
function documentWith({ boxes = [{ x: 10, y: 20, width: 100, height: 40 }], hit, matches = () => false } = {}) {
  let looks = 0;
  const element = {
    tagName: 'BUTTON', id: 'b', scrolls: 0,
    checkVisibility: () => true,
    getAttribute: () => null,
    getBoundingClientRect: () => boxes[0],
    // Asked for twice a look: before and behind the scrolling.
    getClientRects: () => [boxes[Math.min(Math.floor(looks++ / 2), boxes.length - 1)]],
    scrollIntoView() { this.scrolls++; },
    contains: (/** @type {any} */ other) => other === element,
    matches,
    closest: (/** @type {string} */ selector) => (selector.startsWith('button') ? element : null),
  };
  /** @type {any} */
  const document = {
    documentElement: { clientWidth: 800, clientHeight: 600 },
    querySelectorAll: () => [element],
    elementFromPoint: () => (hit === undefined ? element : hit),
  };
  return { document, element };
}

test('an element at rest is aimed at in its middle, at the second look', () => {
  const aim = new Aim(documentWith().document, { selector: 'b' }, 'clicked');
  assert.match(/** @type {any} */ (aim.look()).problem, /does not come to rest/);
  assert.deepEqual(aim.look(), { x: 60, y: 40 });
});

test('one that moves is not clicked', () => {
  const boxes = [0, 1, 2, 2].map((x) => ({ x, y: 0, width: 10, height: 10 }));
  const aim = new Aim(documentWith({ boxes }).document, { selector: 'b' }, 'clicked');
  const seen = [aim.look(), aim.look(), aim.look(), aim.look()];
  assert.deepEqual(seen.map((each) => 'problem' in each), [true, true, true, false]);
});

test('one that is out of sight is scrolled to', () => {
  const { document, element } = documentWith({ boxes: [{ x: 0, y: 5000, width: 10, height: 10 }, { x: 0, y: 300, width: 10, height: 10 }] });
  const aim = new Aim(document, { selector: 'b' }, 'clicked');
  aim.look();
  aim.look();
  assert.equal(element.scrolls, 1);
});

test('one that something else lies upon is not clicked', () => {
  const hit = { tagName: 'DIV', id: 'over', getAttribute: () => null, closest: () => null };
  const aim = new Aim(documentWith({ hit }).document, { selector: 'b' }, 'clicked');
  aim.look();
  assert.match(/** @type {any} */ (aim.look()).problem, /is covered by <div id="over">/);
});

test('a label lets clicks through to its field', () => {
  const parts = documentWith();
  const hit = { tagName: 'LABEL', closest: () => ({ control: parts.element }) };
  parts.document.elementFromPoint = () => hit;
  const aim = new Aim(parts.document, { selector: 'b' }, 'clicked');
  aim.look();
  assert.deepEqual(aim.look(), { x: 60, y: 40 });
});

test('what is only looked at may be disabled, covered and on the move', () => {
  const { document } = documentWith({ hit: null, matches: () => true });
  assert.deepEqual(new Aim(document, { selector: 'b' }, 'seen').look(), { x: 0, y: 0 });
  assert.match(/** @type {any} */ (new Aim(document, { selector: 'b' }, 'clicked').look()).problem, /is disabled/);
});

test('text is typed into fields only', () => {
  const aim = new Aim(documentWith().document, { selector: 'b' }, 'typed');
  assert.match(/** @type {any} */ (aim.look()).problem, /takes no text: it is <button id="b">/);
});
