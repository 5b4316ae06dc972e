// The way out to one client: writes that honour back-pressure, and waiting that ends when the client goes.

import { constants } from 'node:http2';

/** @typedef {import('node:http').ServerResponse | import('node:http2').ServerHttp2Stream} Sink */

export class Outlet {
  #sink;
  #onBytes;
  #unwritten = 0;
  #wake = () => {};
  #flushed = () => {};

  /** @param {Sink} sink @param {(bytes: number) => void} onBytes told of every write */
  constructor(sink, onBytes) {
    this.#sink = sink;
    this.#onBytes = onBytes;
    this.gone = sink.destroyed;
    this.isCut = false;
    sink.once('close', () => {
      this.gone = true;
      this.#wake();
    });
    sink.on('error', () => {}); // a client that goes is no error here: 'close' tells it
  }

  /** One write of its own. @param {string | Buffer} bytes @returns {Promise<void> | undefined} to wait for, when the client is slow */
  write(bytes) {
    if (this.gone) return undefined;
    this.#unwritten++;
    this.#onBytes(Buffer.byteLength(bytes));
    const ready = this.#sink.write(bytes, () => this.#written());
    return ready ? undefined : this.#pause((wake) => { this.#sink.once('drain', wake); });
  }

  /** @param {Promise<void>} event */
  wait(event) {
    return this.#pause((wake) => { event.then(wake); });
  }

  /** @param {number} time of performance.now() @returns {Promise<void> | undefined} nothing, when it has come already */
  until(time) {
    const left = time - performance.now();
    if (left <= 0) return undefined;
    return this.#pause((wake) => {
      const timer = setTimeout(wake, left);
      return () => clearTimeout(timer);
    });
  }

  /** The next turn of the event loop: what was written before it goes out by itself. */
  turn() {
    return this.#pause((wake) => {
      const immediate = setImmediate(wake);
      return () => clearImmediate(immediate);
    });
  }

  clientGone() {
    return this.#pause(() => {});
  }

  end() {
    if (!this.gone) this.#sink.end();
  }

  /**
   * What was written goes out, but no proper end: HTTP/2 resets the stream, HTTP/1.1 closes the connection. The client
   * is given time to take what came: browsers throw away what a page has not read yet when a stream breaks.
   * @param {number} graceMs
   */
  async cut(graceMs) {
    if (this.#unwritten > 0) await this.#pause((wake) => { this.#flushed = wake; });
    await this.until(performance.now() + graceMs);
    if (this.gone) return;
    this.isCut = true;
    if ('rstCode' in this.#sink) this.#sink.close(constants.NGHTTP2_INTERNAL_ERROR);
    else this.#sink.destroy();
  }

  /** Ends the connection, with all that goes over it. */
  drop() {
    if (this.gone) return;
    this.isCut = true;
    if ('rstCode' in this.#sink) this.#sink.session?.destroy();
    else this.#sink.destroy();
  }

  #written() {
    if (--this.#unwritten === 0) this.#flushed();
  }

  /** @param {(wake: () => void) => (() => void) | void} arm may give what undoes it @returns {Promise<void> | undefined} */
  #pause(arm) {
    if (this.gone) return undefined;
    return new Promise((resolve) => {
      const disarm = arm(resolve);
      this.#wake = () => {
        disarm?.();
        resolve();
      };
    });
  }
}
