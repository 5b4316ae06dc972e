// Faults in the site's page, made through a debugging port that the browser opens beside the daemon's own pipe: the daemon
// does not know of them.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The option of the browser that opens the port, for `browser.args`. */
export const DEBUGGING_PORT = '--remote-debugging-port=0';

/** A page of the site, under somebody else's hand. */
export class Page {
  #socket;
  #lastId = 0;
  /** @type {Map<number, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
  #waiting = new Map();
  #crashed = Promise.withResolvers();

  /** @param {WebSocket} socket @param {string} url where the page is now */
  constructor(socket, url) {
    this.#socket = socket;
    this.url = url;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data))));
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the page is gone'));
      this.#waiting.clear();
    });
  }

  /** @param {{id?: number, method?: string, result?: any, error?: {message: string}}} message */
  #take({ id, method, result, error }) {
    if (method === 'Inspector.targetCrashed') this.#crashed.resolve(undefined);
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  /**
   * Sends a command and gives its result; rejects when the page goes first.
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<any>}
   */
  call(method, params = {}) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /**
   * Sends a command that may never be answered; resolves when that is certain, too. A connection that is closed earlier can take the
   * command with it.
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<unknown>}
   */
  tell(method, params) {
    return this.#settled(this.call(method, params));
  }

  /** @param {Promise<unknown>} outcome */
  #settled(outcome) {
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(resolve, 2000); });
    return Promise.race([outcome.catch(() => {}), late]).finally(() => clearTimeout(timer));
  }

  /** @param {string} expression in the site's own world; a promise is awaited @returns {Promise<any>} */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** The page's event loop stands still from now on. */
  block() {
    return this.tell('Runtime.evaluate', { expression: 'setTimeout(() => { for (;;); })' });
  }

  /** @param {'frozen' | 'active'} state */
  setLifecycle(state) {
    return this.call('Page.setWebLifecycleState', { state });
  }

  /** @param {string} url */
  navigate(url) {
    return this.tell('Page.navigate', { url });
  }

  reload() {
    return this.tell('Page.reload');
  }

  async crash() {
    await this.tell('Inspector.enable');
    this.call('Page.crash').catch(() => {}); // never answered
    await this.#settled(this.#crashed.promise);
  }

  closeTarget() {
    return this.tell('Page.close');
  }

  /** @param {string} selector */
  click(selector) {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  /** Sets a session cookie that no script sees. @param {string} name @param {string} value */
  setCookie(name, value) {
    return this.call('Network.setCookie', { name, value, url: this.url, httpOnly: true });
  }

  /**
   * Every cookie that the page's requests carry.
   * @returns {Promise<{name: string, value: string, httpOnly: boolean, session: boolean}[]>}
   */
  async cookies() {
    return (await this.call('Network.getCookies', { urls: [this.url] })).cookies;
  }

  close() {
    this.#socket.close();
  }
}

/**
 * The site's pages, one a browser context, each to be closed. A browser that is just starting is waited for.
 * @param {import('./daemon.mjs').Daemon} daemon started with DEBUGGING_PORT
 */
export function openPages(daemon) {
  return whileStarting(async () => {
    const pages = await pagesAt(await debuggingOrigin(daemon));
    if (pages.length === 0) throw new Error('the browser has no page');
    return pages;
  });
}

/** All pages of the browser whose port this is, each to be closed. @param {string} origin */
export async function pagesAt(origin) {
  const targets = await (await fetch(`${origin}/json/list`)).json();
  return connected(targets.filter(({ type }) => type === 'page'));
}

/** @param {{webSocketDebuggerUrl: string, url: string}[]} targets @returns {Promise<Page[]>} */
function connected(targets) {
  return Promise.all(targets.map(async ({ webSocketDebuggerUrl, url }) => {
    const socket = new WebSocket(webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error(`the page at ${url} is gone`)), { once: true });
    });
    return new Page(socket, url);
  }));
}

/**
 * Does something to one page of the site.
 * @template T
 * @param {import('./daemon.mjs').Daemon} daemon
 * @param {(page: Page) => Promise<T> | T} act
 * @param {number} [index]
 * @returns {Promise<T>}
 */
export async function withPage(daemon, act, index = 0) {
  const pages = await openPages(daemon);
  try {
    return await act(pages[index % pages.length]);
  } finally {
    for (const page of pages) page.close();
  }
}

/** @param {import('./daemon.mjs').Daemon} daemon */
async function debuggingOrigin(daemon) {
  const text = await readFile(join(daemon.stateDirectory, 'profile', 'DevToolsActivePort'), 'utf8');
  return `http://127.0.0.1:${text.split('\n')[0]}`;
}

/**
 * Tries again while the browser has not told its port yet, or an earlier browser's port is still written down.
 * @template T
 * @param {() => Promise<T>} attempt
 * @returns {Promise<T>}
 */
async function whileStarting(attempt) {
  const begun = performance.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() - begun > 15_000) throw error;
    }
    // Nobody tells that a port is open.
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
