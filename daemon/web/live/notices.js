// What the person is told: the state of the connection, what the daemon waits for, and passing messages.

import { byId, make } from './elements.js';

const MESSAGE_MS = 10_000;
const MOST_MESSAGES = 3;

/** Why it is over, and what to do. @type {Record<string, [string, string]>} */
const OVER = {
  unknown: ['This link does not open anything', 'Run lmbridgectl live on the server, and open the link that it prints.'],
  wrong: ['This link does not open anything', 'Perhaps its end is missing. Run lmbridgectl live on the server for another one.'],
  used: ['This link has been used', 'A link opens the live view once. Run lmbridgectl live on the server for another one.'],
  expired: ['This link has expired', 'Run lmbridgectl live on the server for another one.'],
  replaced: ['Somebody else looks now', 'The live view was opened elsewhere with a newer link, and only one person can look at a time.'],
  ended: ['The live view has ended', 'The command that opened it has ended. Run lmbridgectl live on the server for another link.'],
  idle: ['The live view has ended', 'Nothing was done here for a long time. Run lmbridgectl live on the server for another link.'],
  refused: ['The connection was refused', 'The daemon did not understand this page. Load it again.'],
};

export class Notices {
  #state = byId('state', HTMLElement);
  #notice = byId('notice', HTMLElement);
  #button = byId('notice-button', HTMLButtonElement);
  #banner = byId('banner', HTMLElement);
  #messages = byId('messages', HTMLElement);

  /** @param {() => void} onRetry */
  constructor(onRetry) {
    this.#button.addEventListener('click', onRetry);
  }

  live() {
    this.#setState('open', 'Live');
    this.#notice.hidden = true;
  }

  /** @param {number} tries */
  connecting(tries) {
    this.#setState('connecting', tries === 0 ? 'Connecting' : 'Reconnecting');
    const text = tries === 0 ? 'The daemon is being asked for its page.' : 'The connection is gone. It is tried again by itself.';
    this.#show('wait', tries === 0 ? 'Connecting' : 'Reconnecting', text);
    this.#button.hidden = tries === 0;
  }

  withoutPage() {
    this.#setState('connecting', 'Waiting');
    this.#show('wait', 'There is no page to show yet', 'The browser is on its way. The page appears here by itself.');
  }

  /** @param {string} reason */
  over(reason) {
    const [title, text] = OVER[reason] ?? OVER.ended;
    this.#setState('over', 'Ended');
    this.#show('over', title, text);
    this.waitingFor('');
    this.#messages.replaceChildren();
  }

  /** @param {string} text empty: nothing */
  waitingFor(text) {
    this.#banner.textContent = text;
    this.#banner.hidden = text === '';
  }

  /** @param {string} text a sentence; the daemon's have neither a capital letter nor a full stop */
  say(text) {
    const sentence = text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
    const message = make('div', '', 'message');
    const button = /** @type {HTMLButtonElement} */ (make('button', 'Close'));
    button.type = 'button';
    button.addEventListener('click', () => message.remove());
    message.append(make('span', sentence), button);
    this.#messages.append(message);
    while (this.#messages.children.length > MOST_MESSAGES) this.#messages.firstElementChild?.remove();
    setTimeout(() => message.remove(), MESSAGE_MS);
  }

  /** @param {string} state @param {string} text */
  #setState(state, text) {
    this.#state.dataset.state = state;
    const words = /** @type {HTMLElement} */ (this.#state.firstElementChild);
    words.textContent = text;
    this.#state.title = text;
  }

  /** @param {'wait' | 'over'} kind @param {string} title @param {string} text */
  #show(kind, title, text) {
    this.#notice.hidden = false;
    this.#notice.dataset.kind = kind;
    byId('notice-title', HTMLElement).textContent = title;
    byId('notice-text', HTMLElement).textContent = text;
    this.#button.hidden = true;
  }
}
