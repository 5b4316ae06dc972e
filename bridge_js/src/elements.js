/**
 * Finds the element that an operator means, by CSS selector or by the text that a person sees.
 * Elements in frames and in shadow trees are not looked at.
 */

/**
 * @typedef {object} Target
 * @property {string} [selector]
 * @property {string} [text] compared without regard to case and to how blanks are spread; where no element
 *   says just that, those that say it among other words are meant. Labels of fields count, too.
 * @property {number} [nth] of those that can be seen, from 1
 */

/** @typedef {import('./patience.js').NotYet} NotYet */

/** What has no text for people in it. */
const SILENT = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'HEAD']);
const LABELLED = '[aria-label],[placeholder],[title],[alt],input[type=button],input[type=submit],input[type=reset]';
/** So many of several matches are shown. */
const SHOWN = 3;

/** @param {string} text */
export const folded = (text) => text.replace(/\s+/g, ' ').trim().toLowerCase();

/** @param {Target} target */
export function describeTarget({ selector, text, nth }) {
  const which = nth ? ` (number ${nth})` : '';
  return (selector ? `"${selector}"` : `the text "${text}"`) + which;
}

/** As it begins in the source: enough to tell it from others. @param {Element} element */
export function describeElement(element) {
  const name = element.tagName.toLowerCase();
  const id = element.id ? ` id="${element.id}"` : '';
  const classes = element.getAttribute('class')?.trim();
  return `<${name}${id}${classes ? ` class="${classes.slice(0, 60)}"` : ''}>`;
}

/** @param {Element} element */
export function isVisible(element) {
  if (!element.checkVisibility({ visibilityProperty: true })) return false;
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0;
}

/** What can be clicked as a whole when a part of it is: the button around a text. @param {Element} element */
export function isEnabled(element) {
  const control = element.closest('button,input,select,textarea,option,optgroup,fieldset');
  return !control?.matches(':disabled') && !element.closest('[aria-disabled="true"]');
}

/** @param {Element} element */
export function takesText(element) {
  if (/** @type {HTMLElement} */ (element).isContentEditable) return true;
  if (!element.matches('textarea,input')) return false;
  const field = /** @type {HTMLInputElement} */ (element);
  return !field.readOnly && !element.matches('[type=button],[type=submit],[type=reset],[type=checkbox],[type=radio],[type=file],[type=image]');
}

/**
 * The one element that is meant and can be seen.
 * @param {Document} document
 * @param {Target} target
 * @returns {Element | NotYet}
 */
export function choose(document, target) {
  const named = describeTarget(target);
  const matching = candidates(document, target);
  if (matching.length === 0) return { problem: `no element matches ${named}` };
  const visible = matching.filter(isVisible);
  if (visible.length === 0) {
    return { problem: matching.length === 1 ? `the element that matches ${named} is not visible` : `none of the ${matching.length} elements that match ${named} is visible` };
  }
  if (target.nth) {
    return visible[target.nth - 1] ?? { problem: `only ${visible.length} visible elements match ${named}` };
  }
  if (visible.length === 1) return visible[0];
  const shown = visible.slice(0, SHOWN).map(describeElement).join(', ');
  const more = visible.length > SHOWN ? ', ...' : '';
  return { problem: `${visible.length} elements match ${named}: ${shown}${more}; say which with "nth", or with a narrower selector` };
}

/**
 * @param {Document} document
 * @param {Target} target
 * @returns {Element[]} in the order of the document
 */
export function candidates(document, { selector, text = '' }) {
  if (selector) return [...document.querySelectorAll(selector)];
  const wanted = folded(text);
  /** @type {Element[]} */
  const saying = [];
  if (document.body) collect(document.body, wanted, saying);
  const labelled = [...document.querySelectorAll(LABELLED)].filter((element) => isLabel(element, wanted));
  const exact = [...saying.filter((element) => textOf(element) === wanted), ...labelled];
  return [...new Set(exact.length > 0 ? exact : saying)];
}

/**
 * The innermost elements that say `wanted`.
 * @param {Element} element
 * @param {string} wanted
 * @param {Element[]} found
 * @returns {boolean} whether it or anything in it is among them
 */
function collect(element, wanted, found) {
  // What is in the source costs less to look at than what can be seen.
  if (SILENT.has(element.tagName) || !folded(element.textContent ?? '').includes(wanted)) return false;
  let isInside = false;
  for (const child of element.children) isInside = collect(child, wanted, found) || isInside;
  if (isInside) return true;
  if (!textOf(element).includes(wanted) || !isVisible(element)) return false;
  found.push(element);
  return true;
}

/** @param {Element} element */
function textOf(element) {
  return folded(/** @type {HTMLElement} */ (element).innerText ?? '');
}

/** @param {Element} element @param {string} wanted */
function isLabel(element, wanted) {
  const names = ['aria-label', 'placeholder', 'title', 'alt'].map((name) => element.getAttribute(name));
  const value = element.matches('input[type=button],input[type=submit],input[type=reset]') ? /** @type {HTMLInputElement} */ (element).value : null;
  return [...names, value].some((name) => name !== null && folded(name) === wanted);
}
