// Stand-ins for the public file beds that the shipped configuration names: each answers as the real one is documented
// to, on a loopback port of its own, and tells what it got.

import { once } from 'node:events';
import { createServer } from 'node:http';

import { olderBed } from './older_bed.mjs';
import { bashupload, nullPointer, tempSh, uguu } from './open_beds.mjs';
import { freeimage, imgbb } from './picture_beds.mjs';

/** @typedef {import('./form.mjs').Reply} Reply */
/** @typedef {import('./form.mjs').Upload} Upload */
/** @typedef {(request: import('node:http').IncomingMessage, keep: (upload: Upload) => string) => Promise<Reply>} Answer */

/** By the names in the shipped configuration; "older" is for file_bed_upload_url. @type {Record<string, Answer>} */
const ANSWERS = {
  ImgBB: imgbb, 'Freeimage.host': freeimage, '0x0.st': nullPointer, 'uguu.se': uguu, 'bashupload.com': bashupload, 'temp.sh': tempSh,
  older: olderBed,
};

export class StandIn {
  /** What was uploaded, in the order in which it came. @type {Upload[]} */
  uploads = [];
  /** Requests that came. */
  requests = 0;
  /** Requests that their client broke off. */
  broken = 0;
  /** Requests that wait for their answer. */
  waiting = 0;
  /** Answers in place of the proper ones. @type {Reply | undefined} */
  refusal;
  #answer;
  #server;
  /** @type {Promise<void>} */
  #gate = Promise.resolve();
  #open = () => {};
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /** @param {Answer} answer */
  constructor(answer) {
    this.#answer = answer;
    this.#server = createServer((request, response) => { this.#serve(request, response); });
  }

  async start() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    this.origin = `http://127.0.0.1:${port}`;
  }

  async close() {
    this.#open();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** From now on answers wait for release(). */
  hold() {
    this.#gate = new Promise((resolve) => { this.#open = resolve; });
  }

  release() {
    this.#open();
  }

  /** Forgets what came, and answers properly again. */
  reset() {
    this.uploads = [];
    this.requests = 0;
    this.broken = 0;
    this.refusal = undefined;
  }

  /** Resolves once `condition` holds. @param {(bed: StandIn) => boolean} condition */
  async until(condition) {
    while (!condition(this)) await new Promise((resolve) => { this.#watchers.add(() => resolve(undefined)); });
  }

  #notify() {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async #serve(request, response) {
    this.requests += 1;
    response.on('close', () => {
      if (!response.writableFinished) this.broken += 1;
      this.#notify();
    });
    const reply = await this.#reply(request).catch((error) => ({ status: 500, body: String(error) }));
    this.waiting += 1;
    this.#notify();
    await this.#gate;
    this.waiting -= 1;
    const { status = 200, headers = {}, body } = /** @type {Reply} */ (reply);
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  }

  /** @param {import('node:http').IncomingMessage} request @returns {Promise<Reply>} */
  async #reply(request) {
    const { refusal } = this;
    const keep = (/** @type {Upload} */ upload) => {
      if (!refusal) this.uploads.push(upload);
      return `k${this.uploads.length}`;
    };
    if (request.method !== 'POST') return { status: 405, body: 'only POST is answered' };
    // It reads the request in any case: what is refused has been uploaded, too.
    const proper = await this.#answer(request, keep);
    return refusal ?? proper;
  }
}

/** All of them, by name. */
export async function startFileBeds() {
  const beds = Object.fromEntries(Object.entries(ANSWERS).map(([name, answer]) => [name, new StandIn(answer)]));
  await Promise.all(Object.values(beds).map((bed) => bed.start()));
  return {
    beds,
    reset() { for (const bed of Object.values(beds)) bed.reset(); },
    async close() { await Promise.all(Object.values(beds).map((bed) => bed.close())); },
  };
}
