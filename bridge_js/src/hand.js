/** Where a click on an element must go, and whether it would get there. */

import { choose, describeElement, describeTarget, isEnabled, takesText } from './elements.js';
import { isNotYet } from './patience.js';

/** @typedef {import('./elements.js').Target} Target */
/** @typedef {import('./patience.js').NotYet} NotYet */
/** @typedef {{x: number, y: number, width: number, height: number}} Box in CSS pixels of the viewport */
/** @typedef {{x: number, y: number}} Spot */

/**
 * What a target must be before something is done to it.
 * @typedef {'seen' | 'clicked' | 'typed'} Purpose
 */

/** Looks at one target again and again; it is at rest when two looks find it in the same place. */
export class Aim {
  #document;
  #target;
  #purpose;
  /** @type {Box | undefined} */
  #before;
  /** @type {Element | undefined} */
  element;

  /**
   * @param {Document} document
   * @param {Target} target
   * @param {Purpose} purpose
   */
  constructor(document, target, purpose) {
    this.#document = document;
    this.#target = target;
    this.#purpose = purpose;
  }

  /** @returns {Spot | NotYet} */
  look() {
    const chosen = choose(this.#document, this.#target);
    if (isNotYet(chosen)) return chosen;
    this.element = chosen;
    const named = `the element that matches ${describeTarget(this.#target)}`;
    if (this.#purpose !== 'seen' && !isEnabled(chosen)) return { problem: `${named} is disabled` };
    if (this.#purpose === 'typed' && !takesText(chosen)) return { problem: `${named} takes no text: it is ${describeElement(chosen)}` };
    if (this.#purpose === 'seen') return { x: 0, y: 0 };
    const box = this.#bringIntoView(chosen);
    const isAtRest = this.#before && sameBox(this.#before, box);
    this.#before = box;
    if (!isAtRest) return { problem: `${named} does not come to rest` };
    return this.#spotOn(chosen, box, named);
  }

  /** @param {Element} element @returns {Box} */
  #bringIntoView(element) {
    const { clientWidth, clientHeight } = this.#document.documentElement;
    const { x, y } = middle(boxOf(element));
    const isInView = x >= 0 && y >= 0 && x < clientWidth && y < clientHeight;
    if (!isInView) element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    return boxOf(element);
  }

  /** @param {Element} element @param {Box} box @param {string} named @returns {Spot | NotYet} */
  #spotOn(element, box, named) {
    const spot = middle(box);
    const hit = this.#document.elementFromPoint(spot.x, spot.y);
    if (hit === null) return { problem: `${named} is outside of what can be seen` };
    const isHit = element.contains(hit) || hit.closest('label')?.control === element;
    return isHit ? spot : { problem: `${named} is covered by ${describeElement(hit)}` };
  }
}

/** The first of its boxes: a link that is broken into lines has several. @param {Element} element @returns {Box} */
function boxOf(element) {
  const first = [...element.getClientRects()].find(({ width, height }) => width > 0 && height > 0);
  const { x, y, width, height } = first ?? element.getBoundingClientRect();
  return { x, y, width, height };
}

/** @param {Box} box @returns {Spot} */
function middle({ x, y, width, height }) {
  return { x: x + width / 2, y: y + height / 2 };
}

/** @param {Box} a @param {Box} b */
function sameBox(a, b) {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
