// The bar: going back and on, the address, and which page is shown.

import { byId, make } from './elements.js';

/** @typedef {{id: string, url: string, title: string, state: string}} Page */

/** What people call the states of a page in which the daemon works. @type {Record<string, string>} */
const STATES = { ready: 'ready', loading: 'loading', needs_sign_in: 'sign-in needed', needs_verification: 'check waits' };

export class Toolbar {
  #back = byId('back', HTMLButtonElement);
  #forward = byId('forward', HTMLButtonElement);
  #reload = byId('reload', HTMLButtonElement);
  #address = byId('address', HTMLInputElement);
  #menu = byId('pages', HTMLElement);
  #list = byId('page-list', HTMLUListElement);
  #url = '';
  #isLive = false;
  #history = { back: false, forward: false };
  /** @type {Page[]} */
  #pages = [];
  #shown = '';
  #send;

  /** @param {(message: object) => void} send @param {() => void} onDone the person turns to the page */
  constructor(send, onDone) {
    this.#send = send;
    this.#back.addEventListener('click', () => send({ back: {} }));
    this.#forward.addEventListener('click', () => send({ forward: {} }));
    this.#reload.addEventListener('click', () => send({ reload: {} }));
    this.#address.addEventListener('focus', () => {
      this.#address.value = this.#url;
      this.#address.select();
    });
    // What was typed and not gone to must not look like where the page is.
    this.#address.addEventListener('blur', () => this.#showUrl());
    this.#address.addEventListener('keydown', ({ key }) => { if (key === 'Escape') onDone(); });
    byId('address-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      send({ navigate: { address: this.#address.value } });
      this.#address.blur();
      onDone();
    });
    this.#menu.addEventListener('toggle', () => { if (this.#menu.matches(':popover-open')) send({ pages: {} }); });
    this.#onDone = onDone;
  }
  #onDone;

  /** Whether there is a page to do something with. @param {boolean} isLive */
  setLive(isLive) {
    this.#isLive = isLive;
    this.#update();
  }

  /** @param {{url: string, title: string, back: boolean, forward: boolean}} address */
  showAddress({ url, title, back, forward }) {
    this.#url = url;
    this.#history = { back, forward };
    // What the person is writing stays.
    if (document.activeElement !== this.#address) this.#showUrl();
    document.title = title ? `${title} – lmbridge live view` : 'lmbridge live view';
    this.#update();
  }

  /** @param {string} id */
  showPage(id) {
    this.#shown = id;
    this.#fill();
  }

  /** @param {Page[]} pages */
  showPages(pages) {
    this.#pages = pages;
    this.#fill();
  }

  #showUrl() {
    this.#address.value = this.#url.replace(/^https:\/\//, '');
  }

  #update() {
    this.#back.disabled = !this.#isLive || !this.#history.back;
    this.#forward.disabled = !this.#isLive || !this.#history.forward;
    this.#reload.disabled = !this.#isLive;
    this.#address.disabled = !this.#isLive;
    byId('pages-button', HTMLButtonElement).disabled = !this.#isLive;
    if (!this.#isLive) this.#menu.hidePopover();
  }

  #fill() {
    byId('page-count', HTMLElement).textContent = String(this.#pages.length || '');
    byId('pages-button', HTMLButtonElement).setAttribute('aria-label', `Pages: ${this.#pages.length}`);
    this.#list.replaceChildren(...this.#pages.map((page) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(make('span', page.title || 'Without a title', 'title'), make('span', page.url, 'url'));
      const chip = make('span', page.state ? STATES[page.state] ?? page.state : 'opened', 'chip');
      chip.dataset.state = page.state;
      button.append(chip);
      if (page.id === this.#shown) button.setAttribute('aria-current', 'page');
      button.addEventListener('click', () => {
        this.#menu.hidePopover();
        if (page.id !== this.#shown) this.#send({ show: { page: page.id } });
        this.#onDone();
      });
      const item = document.createElement('li');
      item.append(button);
      return item;
    }));
  }
}
