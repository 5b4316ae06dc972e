/**
 * The requests that run in this page. Each is one fetch whose response is passed on as it arrives.
 *
 * Back-pressure: a request may have `credit` UTF-16 units on their way to the daemon. When they are
 * used up the page stops reading, so that the network stack stops the server; the daemon grants more
 * as its client takes what it has. Whatever was read is never held back.
 */

import { SLICE } from './outbox.js';

/** @typedef {import('./outbox.js').Outbox} Outbox */

/**
 * @typedef {object} Order
 * @property {number} id chosen by the daemon, never used twice in a document
 * @property {string} path with its query, on the page's own origin
 * @property {string} method
 * @property {Record<string, string>} headers
 * @property {string} [body] absent when it comes as a file
 * @property {number} credit in UTF-16 units
 */

/** Bytes a read; their text, and what was left of a character before, fits one call. */
const READ_SIZE = SLICE - 4;

/** @typedef {{controller: AbortController, credit: number, wake: () => void}} Running */

export class Fetches {
  /** @type {Outbox} */
  #outbox;
  /** @type {string} */
  #origin;
  /** @type {typeof fetch} */
  #fetch;
  /** @type {Map<number, Running>} */
  #running = new Map();

  /**
   * @param {Outbox} outbox
   * @param {string} origin of the page; orders are fetched from it, wherever the page has ended up
   * @param {typeof fetch} fetchFunction
   */
  constructor(outbox, origin, fetchFunction) {
    this.#outbox = outbox;
    this.#origin = origin;
    this.#fetch = fetchFunction;
  }

  /**
   * @param {Order} order
   * @param {Blob | string} [body] in place of the order's own
   */
  start(order, body = order.body) {
    const running = { controller: new AbortController(), credit: order.credit, wake() {} };
    this.#running.set(order.id, running);
    void this.#run(order, body, running);
  }

  /**
   * A body that is too large to come with the order: as a file, which the browser hands to the network
   * without the script ever holding it.
   * @param {Order} order
   * @param {File | undefined} file
   * @param {number} size of the whole body, in bytes
   * @returns {boolean} false, and nothing was started, when the browser could not read the file
   */
  startWithFile(order, file, size) {
    if (file?.size !== size) return false;
    this.start(order, file);
    return true;
  }

  /**
   * @param {number} id
   * @param {number} units
   */
  grant(id, units) {
    const running = this.#running.get(id);
    if (!running) return;
    running.credit += units;
    if (running.credit > 0) running.wake();
  }

  /**
   * The daemon wants to hear no more of this request.
   * @param {number} id
   */
  abort(id) {
    const running = this.#running.get(id);
    if (!running) return;
    running.controller.abort();
    running.wake();
  }

  /** How many requests run. */
  get size() {
    return this.#running.size;
  }

  /**
   * @param {Order} order
   * @param {Blob | string | undefined} body
   * @param {Running} running
   */
  async #run(order, body, running) {
    const { signal } = running.controller;
    try {
      const fetchPage = this.#fetch;
      const response = await fetchPage(new URL(order.path, this.#origin), {
        method: order.method,
        headers: order.headers,
        body,
        credentials: 'include',
        cache: 'no-store',
        // The site's API does not redirect; when it does the site has moved, which must be told.
        redirect: 'manual',
        signal,
      });
      if (response.type === 'opaqueredirect') {
        this.#outbox.add(['fail', order.id, 'redirected', 'the site redirected the request']);
        return;
      }
      this.#outbox.add(['head', order.id, response.status, [...response.headers]]);
      if (response.body) await this.#forward(order.id, running, response.body);
      if (!signal.aborted) this.#outbox.add(['end', order.id]);
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#outbox.add(['fail', order.id, 'network', message]);
    } finally {
      this.#running.delete(order.id);
    }
  }

  /**
   * @param {number} id
   * @param {Running} running
   * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
   */
  async #forward(id, running, body) {
    const { signal } = running.controller;
    const reader = body.getReader({ mode: 'byob' });
    const decoder = new TextDecoder();
    // Read into again and again: a new buffer for every chunk would wait for the garbage collector.
    let buffer = new ArrayBuffer(READ_SIZE);
    while (!signal.aborted) {
      if (running.credit <= 0) {
        await new Promise((resolve) => {
          running.wake = () => resolve(undefined);
        });
        continue;
      }
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (value) buffer = value.buffer;
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      if (text !== '') {
        running.credit -= text.length;
        this.#outbox.addText(id, text);
      }
      if (done) return;
    }
  }
}
