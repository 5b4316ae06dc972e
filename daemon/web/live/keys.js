// Keys and texts as the daemon takes them. Pure.

/** Bits of `modifiers`. */
const ALT = 1;
const CONTROL = 2;
const META = 4;
const SHIFT = 8;

/** Code units of one message: even if each has to be escaped, it stays below the 64 KB that the daemon takes. */
const PIECE = 8000;
/** Of one paste. Chromium takes a text line by line, each slower than the one before: some thousand would hold it up for long. */
const LONGEST_PASTE = 1_000_000;
const MOST_LINES = 1000;

/**
 * The fields of a KeyboardEvent or MouseEvent that say which modifiers are down.
 * @typedef {{altKey: boolean, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean}} Modifiers
 * @typedef {Modifiers & {key: string, code: string, keyCode: number, location: number, repeat: boolean,
 *   getModifierState?: (name: string) => boolean}} KeyFields
 */

/** @param {Modifiers} event */
export function modifiersOf({ altKey, ctrlKey, metaKey, shiftKey }) {
  return (altKey ? ALT : 0) + (ctrlKey ? CONTROL : 0) + (metaKey ? META : 0) + (shiftKey ? SHIFT : 0);
}

/** Whether a key has a name of its own, such as "Enter", and writes no character. @param {string} key */
function isNamed(key) {
  return [...key].length !== 1;
}

/**
 * Keys with which people write characters of other layouts: AltGr, and Option on a Mac.
 * @param {KeyFields} event
 * @param {boolean} isMac
 */
function writesWithAlt(event, isMac) {
  if (isNamed(event.key)) return false;
  if (event.getModifierState?.('AltGraph')) return true;
  return isMac && event.altKey && !event.ctrlKey && !event.metaKey;
}

/**
 * The daemon's message for a key, down or up.
 * @param {KeyFields} event
 * @param {boolean} isDown
 * @param {boolean} isMac the viewer's machine; the browser that we steer has Ctrl where a Mac has Command
 */
export function keyMessage(event, isDown, isMac) {
  const { key, code, keyCode, location, repeat } = event;
  const writes = writesWithAlt(event, isMac);
  let modifiers = writes ? modifiersOf(event) & SHIFT : modifiersOf(event);
  if (isMac && modifiers & META) modifiers = (modifiers & ~META) | CONTROL;
  const isCommand = (modifiers & (ALT | CONTROL | META)) !== 0;
  let text = isNamed(key) || isCommand ? '' : key;
  if (key === 'Enter' && !isCommand) text = '\r';
  return { key: { down: isDown, key, code, text, key_code: Math.min(keyCode, 255), location: Math.min(location, 3), modifiers, repeat } };
}

/**
 * Whether the viewer's own browser keeps this key: it pastes, and with Shift and Escape people leave the page.
 * @param {KeyFields} event
 */
export function isKept({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  const isPaste = (key.toLowerCase() === 'v' && (ctrlKey || metaKey) && !altKey) || (key === 'Insert' && shiftKey);
  return isPaste || (key === 'Escape' && shiftKey);
}

/** Why a text can't be pasted; empty when it can. @param {string} text */
export function problemOfPaste(text) {
  if (text.length > LONGEST_PASTE) return 'That is too much to paste: a million characters at most.';
  if (text.split('\n', MOST_LINES + 1).length > MOST_LINES) return 'Those are too many lines to paste at once: a thousand at most.';
  return '';
}

/** A key that is pressed and let go at once. @param {string} key @param {number} keyCode @param {number} [modifiers] */
export function tapMessages(key, keyCode, modifiers = 0) {
  const fields = { key, code: key, text: key === 'Enter' ? '\r' : '', key_code: keyCode, location: 0, modifiers, repeat: false };
  return [{ key: { down: true, ...fields } }, { key: { ...fields, down: false, text: '' } }];
}

/**
 * A text as messages, none of them too long, cut between characters.
 * @param {string} text
 */
export function textMessages(text) {
  const messages = [];
  // Lone surrogates are no text.
  const wellFormed = text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
  for (let start = 0; start < wellFormed.length;) {
    let end = Math.min(start + PIECE, wellFormed.length);
    const last = wellFormed.charCodeAt(end - 1);
    if (end < wellFormed.length && last >= 0xD800 && last <= 0xDBFF) end -= 1;
    messages.push({ text: { text: wellFormed.slice(start, end) } });
    start = end;
  }
  return messages;
}
