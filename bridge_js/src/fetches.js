/**
 * The requests that run in this page. Each is one fetch whose response is passed on as it arrives.
 *
 * Back-pressure: a request may have `credit` UTF-16 units on their way to the daemon. When they are
 * used up the page stops reading, so that the network stack stops the server; the daemon grants more
 * as its client takes what it has. Whatever was read is never held back.
 */

import { Base64Encoder } from './base64.js';
import { SLICE } from './outbox.js';

/** @typedef {import('./outbox.js').Outbox} Outbox */

/**
 * @typedef {object} Order
 * @property {number} id chosen by the daemon, never used twice in a document
 * @property {string} path with its query, on the page's own origin; of a file it may be a link to anywhere
 * @property {string} method
 * @property {Record<string, string>} headers
 * @property {string} [body] absent when it comes as a file
 * @property {boolean} [file] the response is a file: it comes in base64, and may come from where it was moved to
 * @property {number} credit in UTF-16 units
 */

/** Bytes a read; their text, and what was left of a character before, fits one call. */
const READ_SIZE = SLICE - 4;
/** The same for base64. */
const FILE_READ_SIZE = (SLICE / 4) * 3 - 3;

/** @typedef {(bytes: Uint8Array | undefined) => string} ToText of the next bytes, undefined = of the end */

/** @returns {ToText} */
function plainText() {
  const decoder = new TextDecoder();
  return (bytes) => (bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode());
}

/** @returns {ToText} */
function base64Text() {
  const encoder = new Base64Encoder();
  return (bytes) => (bytes ? encoder.encode(bytes) : encoder.end());
}

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
        redirect: order.file ? 'follow' : 'manual',
        signal,
      });
      if (response.type === 'opaqueredirect') {
        this.#outbox.add(['fail', order.id, 'redirected', 'the site redirected the request']);
        return;
      }
      this.#outbox.add(['head', order.id, response.status, [...response.headers]]);
      if (response.body) await this.#forward(order, running, response.body);
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
   * @param {Order} order
   * @param {Running} running
   * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
   */
  async #forward(order, running, body) {
    const { signal } = running.controller;
    const reader = body.getReader({ mode: 'byob' });
    const toText = order.file ? base64Text() : plainText();
    // Read into again and again: a new buffer for every chunk would wait for the garbage collector.
    let buffer = new ArrayBuffer(order.file ? FILE_READ_SIZE : READ_SIZE);
    while (!signal.aborted) {
      if (running.credit <= 0) {
        await new Promise((resolve) => {
          running.wake = () => resolve(undefined);
        });
        continue;
      }
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (value) buffer = value.buffer;
      const text = toText(done ? undefined : value);
      if (text !== '') {
        running.credit -= text.length;
        this.#outbox.addText(order.id, text);
      }
      if (done) return;
    }
  }
}
