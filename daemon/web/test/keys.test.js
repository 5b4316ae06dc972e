import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isKept, keyMessage, modifiersOf, problemOfPaste, tapMessages, textMessages } from '../live/keys.js';

const NOTHING = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

/** @param {Partial<import('../live/keys.js').KeyFields>} fields */
const press = (fields) => ({ ...NOTHING, key: 'a', code: 'KeyA', keyCode: 65, location: 0, repeat: false, ...fields });

/** @param {Partial<import('../live/keys.js').KeyFields>} fields @param {boolean} [isMac] */
function told(fields, isMac = false) {
  const { text, modifiers } = keyMessage(press(fields), true, isMac).key;
  return [text, modifiers];
}

test('modifiers are the bits of the DevTools protocol', () => {
  assert.equal(modifiersOf(NOTHING), 0);
  assert.equal(modifiersOf({ altKey: true, ctrlKey: true, metaKey: true, shiftKey: true }), 15);
  assert.equal(modifiersOf({ ...NOTHING, shiftKey: true }), 8);
});

test('keys write their character, but with Ctrl, Alt and Meta they are commands', () => {
  assert.deepEqual(told({}), ['a', 0]);
  assert.deepEqual(told({ key: 'A', shiftKey: true }), ['A', 8]);
  assert.deepEqual(told({ key: '🦊' }), ['🦊', 0]);
  assert.deepEqual(told({ ctrlKey: true }), ['', 2]);
  assert.deepEqual(told({ altKey: true }), ['', 1]);
  assert.deepEqual(told({ metaKey: true }), ['', 4]);
  assert.deepEqual(told({ key: 'ArrowUp' }), ['', 0]);
  assert.deepEqual(told({ key: 'Enter' }), ['\r', 0]);
  assert.deepEqual(told({ key: 'Enter', ctrlKey: true }), ['', 2]);
});

test('AltGr, and Option on a Mac, write characters of their own', () => {
  assert.deepEqual(told({ key: '@', altKey: true, ctrlKey: true, getModifierState: (name) => name === 'AltGraph' }), ['@', 0]);
  assert.deepEqual(told({ key: 'å', altKey: true }, true), ['å', 0]);
  assert.deepEqual(told({ key: 'å', altKey: true }), ['', 1]);
});

test('Command of a Mac is Ctrl where the page is', () => {
  assert.deepEqual(told({ metaKey: true }, true), ['', 2]);
  assert.deepEqual(told({ metaKey: true, shiftKey: true }, true), ['', 10]);
});

test('what other keyboards number otherwise stays within what the daemon takes', () => {
  assert.equal(keyMessage(press({ keyCode: 1000, location: 9 }), true, false).key.key_code, 255);
  assert.equal(keyMessage(press({ keyCode: 1000, location: 9 }), true, false).key.location, 3);
});

test('pasting, and leaving the page, is left to the browser', () => {
  for (const kept of [{ key: 'v', ctrlKey: true }, { key: 'V', metaKey: true, shiftKey: true }, { key: 'Insert', shiftKey: true }, { key: 'Escape', shiftKey: true }]) {
    assert.ok(isKept(press(kept)), JSON.stringify(kept));
  }
  for (const sent of [{ key: 'v' }, { key: 'Escape' }, { key: 'Insert' }, { key: 'c', ctrlKey: true }]) {
    assert.ok(!isKept(press(sent)), JSON.stringify(sent));
  }
});

test('a key that is tapped goes down and up', () => {
  assert.deepEqual(tapMessages('Enter', 13).map(({ key }) => [key.down, key.text]), [[true, '\r'], [false, '']]);
});

test('texts are cut between characters, into messages of less than 64 KB, and lose nothing', () => {
  for (const text of ['', 'a', '🦊'.repeat(9000), `x${'🦊'.repeat(9000)}`, '\u0001'.repeat(30_000), '中'.repeat(30_000)]) {
    const messages = textMessages(text);
    assert.equal(messages.map((message) => message.text.text).join(''), text);
    for (const message of messages) {
      assert.ok(Buffer.byteLength(JSON.stringify(message)) < 64 * 1024);
      assert.ok(message.text.text.isWellFormed());
    }
  }
});

test('halves of characters become replacement characters', () => {
  assert.equal(textMessages('a\ud83eb\udd8a')[0].text.text, 'a\ufffdb\ufffd');
});

test('pastes are bounded in length and lines', () => {
  assert.equal(problemOfPaste('x'.repeat(1_000_000)), '');
  assert.equal(problemOfPaste('x\n'.repeat(999)), '');
  assert.match(problemOfPaste('x'.repeat(1_000_001)), /a million/);
  assert.match(problemOfPaste('x\n'.repeat(1000)), /a thousand/);
});
