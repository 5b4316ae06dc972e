// The yardstick: a page in the same Chromium that fetches the same answer and makes one binding call a
// read, with nothing of lmbridge in between.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXECUTABLE = '/usr/lib/chromium/chromium-headless-shell';

/** A file system in memory. */
const MEMORY = '/dev/shm';

/** In the page: fetches and reports every read as it is. */
const FETCH = `async function (path, body) {
  const response = await fetch(path, { method: 'PUT', body, headers: { 'content-type': 'text/plain;charset=UTF-8' } });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bareSend(decoder.decode(value, { stream: true }));
  }
  bareSend('');
}`;

export class BarePage {
  #id = 0;
  /** @type {Map<number, (result: any) => void>} */
  #calls = new Map();
  /** @type {(text: string) => void} */
  onText = () => {};

  /**
   * @param {string} origin of the arena
   * @param {string} spki
   */
  static async open(origin, spki) {
    const page = new BarePage();
    page.profile = await mkdtemp(join(tmpdir(), 'lmbridge-test-bare-'));
    page.browser = spawn(EXECUTABLE, ['--remote-debugging-pipe', `--user-data-dir=${page.profile}`, '--no-sandbox', '--disable-gpu',
      '--disable-software-rasterizer', '--disable-background-networking', '--disable-component-update',
      `--ignore-certificate-errors-spki-list=${spki}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    page.#listen();
    const { targetInfos } = await page.#call('Target.getTargets');
    const { targetId } = targetInfos.find((/** @type {any} */ target) => target.type === 'page');
    const { sessionId } = await page.#call('Target.attachToTarget', { targetId, flatten: true });
    page.session = sessionId;
    await page.#call('Runtime.enable');
    await page.#call('Runtime.addBinding', { name: 'bareSend' });
    await page.#call('Page.navigate', { url: `${origin}/` });
    await page.#call('Runtime.evaluate', { expression: 'document.readyState' });
    return page;
  }

  #listen() {
    let buffer = Buffer.alloc(0);
    this.browser.stdio[4].on('data', (/** @type {Buffer} */ chunk) => {
      buffer = Buffer.concat([buffer, chunk]);
      for (let end; (end = buffer.indexOf(0)) >= 0;) {
        this.#take(JSON.parse(buffer.subarray(0, end).toString()));
        buffer = buffer.subarray(end + 1);
      }
    });
  }

  /** @param {any} message */
  #take(message) {
    if (message.method === 'Runtime.bindingCalled') this.onText(message.params.payload);
    this.#calls.get(message.id)?.(message.result);
    this.#calls.delete(message.id);
  }

  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  #call(method, params = {}) {
    const id = ++this.#id;
    this.browser.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    return new Promise((resolve) => this.#calls.set(id, resolve));
  }

  /**
   * Fetches an answer; resolves with its whole text when the page has reported its end.
   * @param {string} path @param {string} body
   * @param {(text: string) => void} [onText]
   */
  async fetch(path, body, onText = () => {}) {
    const ended = new Promise((resolve) => {
      this.onText = (text) => (text === '' ? resolve(undefined) : onText(text));
    });
    const expression = `void (${FETCH})(${JSON.stringify(path)}, ${JSON.stringify(body)})`;
    await this.#call('Runtime.evaluate', { expression });
    await ended;
  }

  /**
   * Sends a body in one of the two ways that there are; resolves when the answer has been reported.
   * @param {string} path @param {string} body
   * @param {'argument' | 'file'} way as an argument of the call, or as a file in memory behind a file input
   */
  async send(path, body, way) {
    const ended = new Promise((resolve) => { this.onText = (text) => (text === '' ? resolve(undefined) : undefined); });
    const make = way === 'file' ? "Object.assign(document.createElement('input'), { type: 'file' })" : 'globalThis';
    const { result: { objectId } } = await this.#call('Runtime.evaluate', { expression: make });
    const call = { objectId, functionDeclaration: `function (path, body) { void (${FETCH})(path, body ?? this.files[0]) }` };
    if (way === 'file') {
      const file = join(MEMORY, `lmbridge-test-${this.browser.pid}`);
      await writeFile(file, body);
      await this.#call('DOM.setFileInputFiles', { files: [file], objectId });
      await this.#call('Runtime.callFunctionOn', { ...call, arguments: [{ value: path }] });
      await ended;
      await rm(file);
    } else {
      await this.#call('Runtime.callFunctionOn', { ...call, arguments: [{ value: path }, { value: body }] });
      await ended;
    }
  }

  async close() {
    this.browser.stdio[3].end();
    await once(this.browser, 'exit');
    await rm(this.profile, { recursive: true, force: true });
  }
}
