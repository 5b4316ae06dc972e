// Dialogs of the page, which stands still until they are answered.

import { byId } from './elements.js';

/** @type {Record<string, {title: string, yes: string, no: string}>} */
const WORDS = {
  alert: { title: 'The page says', yes: 'OK', no: '' },
  confirm: { title: 'The page asks', yes: 'OK', no: 'Cancel' },
  prompt: { title: 'The page asks', yes: 'OK', no: 'Cancel' },
  beforeunload: { title: 'Leave this page?', yes: 'Leave', no: 'Stay' },
};

export class Dialogs {
  #dialog = byId('dialog', HTMLDialogElement);
  #input = byId('dialog-input', HTMLInputElement);
  #send;

  /** @param {(message: object) => void} send */
  constructor(send) {
    this.#send = send;
    byId('dialog-yes', HTMLButtonElement).addEventListener('click', () => this.#answer(true));
    byId('dialog-no', HTMLButtonElement).addEventListener('click', () => this.#answer(false));
    this.#input.addEventListener('keydown', ({ key, isComposing }) => { if (key === 'Enter' && !isComposing) this.#answer(true); });
    // Escape.
    this.#dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#answer(false);
    });
  }

  /** @param {{type: string, message: string, text: string}} dialog */
  show({ type, message, text }) {
    const words = WORDS[type] ?? WORDS.confirm;
    byId('dialog-title', HTMLElement).textContent = words.title;
    byId('dialog-text', HTMLElement).textContent = message || (type === 'beforeunload' ? 'What you have entered may be lost.' : '');
    byId('dialog-yes', HTMLButtonElement).textContent = words.yes;
    const no = byId('dialog-no', HTMLButtonElement);
    no.textContent = words.no;
    no.hidden = !words.no;
    this.#input.hidden = type !== 'prompt';
    this.#input.value = text;
    if (!this.#dialog.open) this.#dialog.showModal();
    if (type === 'prompt') this.#input.select();
    else byId('dialog-yes', HTMLButtonElement).focus();
  }

  close() {
    this.#dialog.close();
  }

  /** @param {boolean} accept */
  #answer(accept) {
    this.#send({ answer: { accept, text: accept ? this.#input.value : '' } });
    this.close();
  }
}
