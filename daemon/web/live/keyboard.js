// What is typed, by whatever means: keys, keyboards on a screen, input methods, the clipboard. It all arrives in a text box that
// is hardly seen.

import { byId } from './elements.js';
import { isKept, keyMessage, problemOfPaste, tapMessages, textMessages } from './keys.js';

/** Stands in the box so that a keyboard on a screen has something to delete. */
const FILLING = '  ';

/** What keyboards on a screen do instead of pressing keys. @type {Record<string, {key: string, code: number, modifiers?: number}>} */
const EDITS = {
  deleteContentBackward: { key: 'Backspace', code: 8 },
  deleteContentForward: { key: 'Delete', code: 46 },
  deleteWordBackward: { key: 'Backspace', code: 8, modifiers: 2 },
  insertLineBreak: { key: 'Enter', code: 13 },
  insertParagraph: { key: 'Enter', code: 13 },
};

export class Keyboard {
  #box = byId('typing', HTMLTextAreaElement);
  #button = byId('keyboard', HTMLButtonElement);
  #isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  #isComposing = false;
  /** Keys that the page takes to be down, by code. @type {Map<string, KeyboardEvent>} */
  #down = new Map();
  #send;
  #say;

  /**
   * @param {(message: object) => void} send
   * @param {(text: string) => void} say tells the person something
   */
  constructor(send, say) {
    this.#send = send;
    this.#say = say;
    this.#reset();
    const box = this.#box;
    box.addEventListener('keydown', (event) => this.#onKeyDown(event));
    box.addEventListener('keyup', (event) => this.#onKeyUp(event));
    box.addEventListener('beforeinput', (event) => this.#onEdit(event));
    box.addEventListener('input', () => { if (!this.#isComposing) this.#reset(); });
    box.addEventListener('compositionstart', () => this.#onCompositionStart());
    box.addEventListener('compositionend', (event) => this.#onCompositionEnd(event));
    box.addEventListener('paste', (event) => this.#onPaste(event));
    box.addEventListener('focus', () => this.#button.setAttribute('aria-pressed', 'true'));
    box.addEventListener('blur', () => this.#onBlur());
    // A press would take the focus, and with it the keyboard, before the click can.
    this.#button.addEventListener('pointerdown', (event) => event.preventDefault());
    this.#button.addEventListener('click', () => (document.activeElement === box ? this.leave() : this.focus()));
  }

  focus() {
    this.#box.focus({ preventScroll: true });
  }

  leave() {
    this.#box.blur();
  }

  /** Where an input method shows its choices. @param {{left: number, top: number}} place in the stage */
  moveTo({ left, top }) {
    this.#box.style.left = `${Math.round(Math.min(left, innerWidth * 0.3))}px`;
    this.#box.style.top = `${Math.round(top)}px`;
  }

  #reset() {
    this.#box.value = FILLING;
    this.#box.setSelectionRange(FILLING.length, FILLING.length);
  }

  /** @param {KeyboardEvent} event */
  #onKeyDown(event) {
    if (event.key === 'Escape' && event.shiftKey) {
      byId('address', HTMLInputElement).focus();
      return;
    }
    // 229: an input method, or a keyboard on a screen, has it and tells by other events.
    if (event.isComposing || event.keyCode === 229 || event.key === 'Unidentified' || event.key === 'Dead' || isKept(event)) return;
    event.preventDefault();
    this.#down.set(event.code, event);
    this.#send(keyMessage(event, true, this.#isMac));
    // A Mac never tells when a key goes up while Command is down.
    if (this.#isMac && event.metaKey && event.key !== 'Meta') this.#onKeyUp(event);
  }

  /** @param {KeyboardEvent} event */
  #onKeyUp(event) {
    if (!this.#down.delete(event.code)) return;
    this.#send(keyMessage(event, false, this.#isMac));
  }

  /** @param {InputEvent} event */
  #onEdit(event) {
    if (this.#isComposing || event.inputType === 'insertCompositionText' || event.inputType === 'insertFromPaste') return;
    const edit = EDITS[event.inputType];
    const text = edit ? '' : event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
    if (!edit && !text) return;
    if (event.cancelable) event.preventDefault();
    const messages = edit ? tapMessages(edit.key, edit.code, edit.modifiers) : textMessages(text);
    for (const message of messages) this.#send(message);
  }

  #onCompositionStart() {
    this.#isComposing = true;
    this.#box.classList.add('composing');
  }

  /** @param {CompositionEvent} event */
  #onCompositionEnd({ data }) {
    this.#isComposing = false;
    this.#box.classList.remove('composing');
    for (const message of textMessages(data)) this.#send(message);
    // Some browsers still change the box behind this.
    queueMicrotask(() => this.#reset());
  }

  /** @param {ClipboardEvent} event */
  #onPaste(event) {
    event.preventDefault();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const problem = problemOfPaste(text);
    if (problem) {
      this.#say(problem);
      return;
    }
    for (const message of textMessages(text)) this.#send(message);
  }

  #onBlur() {
    this.#button.setAttribute('aria-pressed', 'false');
    // Otherwise a key would stay down for ever in the page.
    for (const event of this.#down.values()) this.#send(keyMessage(event, false, this.#isMac));
    this.#down.clear();
  }
}
