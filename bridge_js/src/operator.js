/**
 * Runs in an isolated world of its own in pages that an operator has commands for (`lmbridgectl page`,
 * files of steps), and finds what they are about. Clicks and keys come from the browser, as a person's do.
 *
 * The daemon calls `lmbridgeOperator.*`. What is found comes back as JSON, `{"problem": "..."}` when it
 * was not found in time; texts come back as they are.
 */
import { candidates, describeTarget, isVisible } from './elements.js';
import { Aim } from './hand.js';
import { framesOf, until } from './patience.js';

/** @typedef {import('./elements.js').Target} Target */

/** UTF-16 units of what is read at most. */
const READ_LIMIT = 16 * 1024 * 1024;

const pace = framesOf(window);
/** @type {Element | undefined} */
let last;

/** @param {unknown} value without lone surrogates, which the daemon's JSON does not know */
const told = (value) => JSON.stringify(value, (_, each) => (typeof each === 'string' ? each.toWellFormed() : each));

/** A selector that is none is no matter of time. @param {Target} target */
function check({ selector }) {
  if (selector) document.createDocumentFragment().querySelector(selector);
}

/** @param {Target} target @param {import('./hand.js').Purpose} purpose @param {number} limit ms */
async function find(target, purpose, limit) {
  try {
    check(target);
  } catch {
    return told({ problem: `${describeTarget(target)} is not a CSS selector`, isFinal: true });
  }
  const aim = new Aim(document, target, purpose);
  const seen = await until(pace, limit, () => aim.look());
  last = aim.element;
  return told(seen);
}

/** Waits until nothing of it can be seen any more. @param {Target} target @param {number} limit ms */
async function gone(target, limit) {
  return told(await until(pace, limit, () => {
    const seen = candidates(document, target).filter(isVisible);
    return seen.length >= (target.nth ?? 1) ? { problem: `${describeTarget(target)} is still there` } : {};
  }));
}

/** @param {string} part of the address @param {number} limit ms */
async function at(part, limit) {
  return told(await until(pace, limit, () => (
    location.href.includes(part) ? {} : { problem: `the page is at ${location.href}, which has no "${part}" in it` }
  )));
}

/** Waits for the document to be complete but for its pictures. @param {number} limit ms */
async function loaded(limit) {
  return told(await until(pace, limit, () => (
    document.readyState === 'loading' ? { problem: 'the document has not been read to its end' } : { url: location.href }
  )));
}

/** Whether what was found last, or something in it, has the focus. */
function isFocused() {
  const active = document.activeElement;
  if (!last || !active || active === document.body) return false;
  return last.contains(active) || active.contains(last);
}

/** @param {'text' | 'html'} kind @param {boolean} ofLast of what was found last, else of the document */
function read(kind, ofLast) {
  const element = /** @type {HTMLElement} */ (ofLast ? last : kind === 'text' ? document.body : document.documentElement);
  const text = kind === 'text' ? element?.innerText : element?.outerHTML;
  return (text ?? '').slice(0, READ_LIMIT).toWellFormed();
}

/** Of what was found last, in CSS pixels of the document. @returns {string} */
function box() {
  const { x, y, width, height } = /** @type {Element} */ (last).getBoundingClientRect();
  return told({ x: x + scrollX, y: y + scrollY, width, height });
}

/** @param {string} address perhaps a relative one */
function resolve(address) {
  return URL.canParse(address, location.href) ? new URL(address, location.href).href : address;
}

Reflect.set(globalThis, 'lmbridgeOperator', { find, gone, at, loaded, isFocused, read, box, resolve });
