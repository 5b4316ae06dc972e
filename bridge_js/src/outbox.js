/**
 * Collects what the page has to say and hands it to the daemon in as few binding calls as possible:
 * a call costs tens of microseconds, whatever it carries.
 *
 * A payload is one line of JSON, an array of events, and behind its line feed the texts of the
 * `text` events, one after the other. An event is an array:
 *
 *   ["hello", href, status, protocol]      the script runs in a new document, which came with that HTTP
 *                                          status by that protocol ("h2", "http/1.1"); 0 and "" when unknown
 *   ["loaded", source]                     the document is complete; the beginning of its source
 *   ["protocol", protocol]                 another protocol has been seen in use
 *   ["head", id, status, headers]          a response began; headers are [name, value] pairs
 *   ["text", id, units]                    that many UTF-16 units of the response's text
 *   ["end", id]                            the response is complete
 *   ["fail", id, kind, message]            it is not; kind is "network" or "redirected"
 *
 * Texts stay outside the JSON because the binding's payload is encoded once more on its way.
 */

/** @typedef {[string, ...unknown[]]} Event */

/** Calls of about this many UTF-16 units cost least; far larger ones stall the browser. */
export const SLICE = 64 * 1024;

export class Outbox {
  /** @type {(payload: string) => void} */
  #send;
  /** @type {MessagePort} */
  #port;
  /** @type {Event[]} */
  #events = [];
  #texts = '';
  #scheduled = false;

  /**
   * @param {(payload: string) => void} send the binding
   * @param {MessageChannel} channel whose turn of the event loop flushes: it comes after every read
   *   that is ready, and unlike a timer it is never throttled in a hidden page
   */
  constructor(send, channel = new MessageChannel()) {
    this.#send = send;
    this.#port = channel.port2;
    channel.port1.onmessage = () => {
      this.#scheduled = false;
      this.#flush();
    };
  }

  /** @param {Event} event */
  add(event) {
    this.#events.push(event);
    this.#schedule();
  }

  /**
   * @param {number} id
   * @param {string} text at most SLICE units, well-formed, as a TextDecoder makes it
   */
  addText(id, text) {
    // A full call gains nothing by waiting for its turn.
    if (this.#texts.length + text.length > SLICE) this.#flush();
    const last = this.#events.at(-1);
    if (last && last[0] === 'text' && last[1] === id) {
      last[2] = /** @type {number} */ (last[2]) + text.length;
    } else {
      this.#events.push(['text', id, text.length]);
    }
    this.#texts += text;
    this.#schedule();
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#port.postMessage(null);
  }

  #flush() {
    if (this.#events.length === 0) return;
    const payload = JSON.stringify(this.#events) + '\n' + this.#texts;
    this.#events = [];
    this.#texts = '';
    this.#send(payload);
  }
}
