// A browser that somebody else than the daemon has started, and works with.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** By what each is started. */
const BUILDS = {
  shell: ['/usr/lib/chromium/chromium-headless-shell'],
  headed: ['/usr/lib/chromium/chromium', '--ozone-platform=x11', '--disable-features=SpareRendererForSitePerProcess'],
  headless: ['/usr/lib/chromium/chromium', '--headless=new', '--disable-features=SpareRendererForSitePerProcess'],
};

/** With a profile of its own, which outlives restarts. */
export class OwnBrowser {
  /** @param {{build?: keyof typeof BUILDS, display?: string}} [options] */
  constructor({ build = 'shell', display } = {}) {
    this.command = BUILDS[build];
    this.env = { ...process.env, DISPLAY: display };
    /** Taken by the first start. */
    this.port = 0;
  }

  async start() {
    this.profile ??= await mkdtemp(join(tmpdir(), 'lmbridge-test-own-'));
    const [program, ...words] = this.command;
    this.process = spawn(program, [
      ...words, `--remote-debugging-port=${this.port}`, `--user-data-dir=${this.profile}`, '--no-sandbox', '--disable-gpu',
      '--disable-background-networking', '--no-first-run', 'about:blank',
    ], { stdio: ['ignore', 'ignore', 'pipe'], env: this.env });
    this.exited = once(this.process, 'close');
    this.address = await this.#printedAddress();
    this.port = Number(new URL(this.address).port);
    return this;
  }

  /** As it tells whoever starts it. @returns {Promise<string>} */
  async #printedAddress() {
    for await (const line of createInterface({ input: /** @type {any} */ (this.process).stderr })) {
      const [, address] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (address) return address;
    }
    throw new Error('the browser ended without an address');
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Its pages: what each is called and where it is. @returns {Promise<{id: string, url: string}[]>} */
  async pages() {
    const targets = await (await fetch(`${this.origin}/json/list`)).json();
    return targets.filter(({ type }) => type === 'page');
  }

  /** @param {string} url */
  async open(url) {
    return (await fetch(`${this.origin}/json/new?${url}`, { method: 'PUT' })).json();
  }

  /** Once it has exactly these pages, in any order; rejects when that takes long. @param {string[]} urls */
  async untilPagesAre(...urls) {
    const wanted = JSON.stringify(urls.sort());
    const begun = performance.now();
    for (;;) {
      const now = JSON.stringify((await this.pages()).map(({ url }) => url).sort());
      if (now === wanted) return;
      if (performance.now() - begun > 30_000) throw new Error(`the pages are ${now}, not ${wanted}`);
      // Nobody tells that a page is gone.
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  }

  get isRunning() {
    return this.process?.exitCode === null && this.process.signalCode === null;
  }

  async stop() {
    // One that a test has stopped hears of nothing.
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGCONT'])) if (this.isRunning) this.process?.kill(signal);
    await this.exited;
  }

  /** Leaves nothing behind. */
  async close() {
    await this.stop();
    if (this.profile) await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A way to a port of this machine that can be cut. */
export class Wire {
  /** @type {Set<net.Socket>} */
  #sockets = new Set();

  /** @param {number} port where it leads */
  constructor(port) {
    this.port = 0;
    this.server = net.createServer((near) => {
      const far = net.connect(port, '127.0.0.1');
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => {}).on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
  }

  /** Again on the same port. */
  async open() {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = /** @type {net.AddressInfo} */ (this.server.address()).port;
    return this;
  }

  /** What is connected is not any more; later connections work. */
  cut() {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  close() {
    this.cut();
    this.server.close();
  }
}
