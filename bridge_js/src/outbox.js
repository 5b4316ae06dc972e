/**
 * Collects what the page has to say and hands it to the daemon in as few binding calls as possible:
 * a call costs tens of microseconds, whatever it carries.
 *
 * A payload is one line of JSON, an array of events, and behind its line feed the texts of the
 * `text` events, one after the other. An event is an array:
 *
 *   ["hello", href]                        the script runs in a new document
 *   ["head", id, status, headers]          a response began; headers are [name, value] pairs
 *   ["text", id, units]                    that many UTF-16 units of the response's text
 *   ["end", id]                            the response is complete
 *   ["fail", id, kind, message]            it is not; kind is "network" or "redirected"
 *
 * Texts stay outside the JSON because the binding's payload is encoded once more on its way.
 */

/** @typedef {[string, ...unknown[]]} Event */
/** @typedef {{event: Event, text: string}} Entry */

/** Calls of about this many UTF-16 units cost least; far larger ones stall the browser. */
const SLICE = 64 * 1024;

export class Outbox {
  /** @type {(payload: string) => void} */
  #send;
  /** @type {MessagePort} */
  #port;
  /** @type {Entry[]} */
  #entries = [];
  #scheduled = false;

  /**
   * @param {(payload: string) => void} send the binding
   * @param {MessageChannel} channel whose turn of the event loop flushes: it comes after every read
   *   that is ready, and unlike a timer it is never throttled in a hidden page
   */
  constructor(send, channel = new MessageChannel()) {
    this.#send = send;
    this.#port = channel.port2;
    channel.port1.onmessage = () => this.#flush();
  }

  /** @param {Event} event */
  add(event) {
    this.#entries.push({ event, text: '' });
    this.#schedule();
  }

  /**
   * @param {number} id
   * @param {string} text well-formed, as a TextDecoder makes it
   */
  addText(id, text) {
    const last = this.#entries.at(-1);
    if (last && last.event[0] === 'text' && last.event[1] === id && last.text.length < SLICE) {
      last.text += text;
    } else {
      this.#entries.push({ event: ['text', id, 0], text });
    }
    this.#schedule();
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#port.postMessage(null);
  }

  #flush() {
    this.#scheduled = false;
    const entries = this.#entries;
    this.#entries = [];
    for (const slice of slices(entries)) this.#send(encode(slice));
  }
}

/**
 * @param {Entry[]} entries
 * @returns {string}
 */
function encode(entries) {
  let texts = '';
  const events = entries.map(({ event, text }) => {
    if (event[0] !== 'text') return event;
    texts += text;
    return ['text', event[1], text.length];
  });
  return JSON.stringify(events) + '\n' + texts;
}

/**
 * Cuts the entries into runs of about SLICE units of text.
 * @param {Entry[]} entries
 * @returns {Generator<Entry[]>}
 */
function* slices(entries) {
  /** @type {Entry[]} */
  let slice = [];
  let units = 0;
  for (const { event, text } of entries) {
    let rest = text;
    while (units + rest.length > SLICE) {
      const cut = codePointBoundary(rest, SLICE - units);
      if (cut > 0) slice.push({ event, text: rest.slice(0, cut) });
      if (slice.length > 0) yield slice;
      slice = [];
      units = 0;
      rest = rest.slice(cut);
    }
    slice.push({ event, text: rest });
    units += rest.length;
  }
  if (slice.length > 0) yield slice;
}

/**
 * The largest index up to `index` that does not part a surrogate pair.
 * @param {string} text
 * @param {number} index
 */
function codePointBoundary(text, index) {
  const unit = text.charCodeAt(index);
  return index > 0 && unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}
