import assert from 'node:assert/strict';
import { test } from 'node:test';

import { choose, describeElement, describeTarget, folded, isEnabled } from '../src/elements.js';

/**
 * As much of an element as is looked at; its text is its own and that of its children.
 * @param {string} tag
 * @param {{text?: string, children?: any[], visible?: boolean, attributes?: Record<string, string>, disabled?: boolean}} [options]
 */
function element(tag, { text = '', children = [], visible = true, attributes = {}, disabled = false } = {}) {
  const textContent = text + children.map((child) => child.textContent).join('');
  const seen = visible && tag !== 'SCRIPT';
  return {
    tagName: tag, id: attributes.id ?? '', children, textContent,
    innerText: text + children.map((child) => (child.checkVisibility() ? child.innerText : '')).join(''),
    checkVisibility: () => seen,
    getBoundingClientRect: () => ({ width: seen ? 10 : 0, height: 10 }),
    getAttribute: (/** @type {string} */ name) => attributes[name] ?? null,
    matches: (/** @type {string} */ selector) => selector === ':disabled' && disabled,
    closest(/** @type {string} */ selector) { return selector.startsWith('button') ? this : null; },
  };
}

/** @param {any[]} children @param {any[]} [selected] what selectors find @returns {any} */
const documentWith = (children, selected = []) => ({ body: element('BODY', { children }), querySelectorAll: () => selected });

test('a text is compared without regard to case and blanks', () => {
  assert.equal(folded('  Send \n\t IT '), 'send it');
});

test('a text means the innermost element that says it, rather than one that says more', () => {
  const inner = element('B', { text: 'Send' });
  const document = documentWith([element('P', { text: 'Send it off' }), element('BUTTON', { children: [inner] })]);
  assert.equal(choose(document, { text: 'send' }), inner);
});

test('a text may be a part of what an element says', () => {
  const paragraph = element('P', { text: 'Send it off' });
  assert.equal(choose(documentWith([paragraph]), { text: 'it off' }), paragraph);
});

test('what cannot be seen says nothing', () => {
  const document = documentWith([element('SCRIPT', { text: 'Send' }), element('P', { text: 'Send', visible: false })]);
  assert.deepEqual(choose(document, { text: 'Send' }), { problem: 'no element matches the text "Send"' });
});

test('a label counts as a text', () => {
  const field = element('INPUT', { attributes: { 'aria-label': 'Your  message' } });
  assert.equal(choose(documentWith([], [field]), { text: 'your message' }), field);
});

test('of several elements the one that can be seen is meant', () => {
  const visible = element('A');
  assert.equal(choose(documentWith([], [element('A', { visible: false }), visible]), { selector: 'a' }), visible);
});

test('several that can be seen are named, and one of them can be chosen', () => {
  const list = ['one', 'two', 'three', 'four'].map((id) => element('A', { attributes: { id } }));
  const document = documentWith([], list);
  assert.match(
    /** @type {{problem: string}} */ (choose(document, { selector: 'a' })).problem,
    /^4 elements match "a": <a id="one">, <a id="two">, <a id="three">, \.\.\.; say which/,
  );
  assert.equal(choose(document, { selector: 'a', nth: 2 }), list[1]);
  assert.deepEqual(choose(document, { selector: 'a', nth: 9 }), { problem: 'only 4 visible elements match "a" (number 9)' });
});

test('elements that are all hidden are not said to be missing', () => {
  const hidden = element('A', { visible: false });
  assert.deepEqual(choose(documentWith([], [hidden]), { selector: 'a' }), { problem: 'the element that matches "a" is not visible' });
  assert.match(/** @type {any} */ (choose(documentWith([], [hidden, hidden]), { selector: 'a' })).problem, /^none of the 2 elements/);
});

test('an element is described by what tells it from others', () => {
  assert.equal(describeElement(/** @type {any} */ (element('DIV', { attributes: { id: 'x', class: ' a b ' } }))), '<div id="x" class="a b">');
  assert.equal(describeTarget({ text: 'Send', nth: 2 }), 'the text "Send" (number 2)');
});

test('a part of a button that is disabled is disabled', () => {
  assert.equal(isEnabled(/** @type {any} */ (element('B', { disabled: true }))), false);
  assert.equal(isEnabled(/** @type {any} */ (element('B'))), true);
});
