// lmbridgectl live as a child process, and a person's browser in which its link is opened.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { chromium } from 'playwright-core';

import { CTL, socketOf } from './control.mjs';
import { openPages } from './devtools.mjs';

/** @typedef {import('./daemon.mjs').Daemon} Daemon */

/** The command, whose events are read one after the other. */
export class LiveCommand {
  /** @type {Record<string, any>[]} */
  #events = [];
  /** @type {(() => void) | undefined} */
  #wake;
  #ended = false;

  /** @param {Daemon} daemon @param {...string} args */
  constructor(daemon, ...args) {
    this.process = spawn(CTL, ['--socket', socketOf(daemon), 'live', '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.#events.push(JSON.parse(line));
      this.#wake?.();
    });
    this.exited = new Promise((resolve) => {
      this.process.on('close', (code) => {
        this.#ended = true;
        this.#wake?.();
        resolve(code);
      });
    });
  }

  /** The next event; it must be of this kind. @param {string} kind */
  async next(kind) {
    while (this.#events.length === 0) {
      if (this.#ended) throw new Error(`lmbridgectl live ended without ${kind}`);
      await new Promise((resolve) => { this.#wake = () => resolve(undefined); });
    }
    const event = /** @type {Record<string, any>} */ (this.#events.shift());
    if (event.event !== kind) throw new Error(`${kind} was expected, this came: ${JSON.stringify(event)}`);
    return event;
  }

  /** The link. @returns {Promise<string>} */
  async link() {
    return (await this.next('link')).url;
  }

  /** As Ctrl-C does. */
  async stop() {
    if (!this.#ended) this.process.kill('SIGINT');
    return this.exited;
  }
}

/**
 * A browser of a person.
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openViewerBrowser(options = {}) {
  const browser = await chromium.launch({
    executablePath: '/usr/lib/chromium/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  return { browser, context };
}

/**
 * What both drivers of browsers have.
 * @typedef {object} ViewerPage
 * @property {(act: any, argument?: any) => Promise<any>} evaluate
 * @property {{click: (x: number, y: number) => Promise<void>}} mouse
 */

/**
 * Waits until the viewer's picture is as it shall be: its data-* attributes.
 * @param {ViewerPage} page
 * @param {(dataset: Record<string, string>) => boolean} isGood
 */
async function picture(page, isGood) {
  const begun = performance.now();
  for (;;) {
    const dataset = await page.evaluate(() => ({ .../** @type {HTMLElement} */ (document.querySelector('#picture')).dataset }));
    if (isGood(dataset)) return;
    if (performance.now() - begun > 20_000) throw new Error(`the picture is not as it shall be: ${JSON.stringify(dataset)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until a sharp picture is shown that came after `since` others. @param {ViewerPage} page @param {number} [since] */
export const sharpPicture = (page, since = 0) => picture(page, ({ pictures, sharp }) => Number(pictures) > since && sharp === 'true');

/** Until more than so many pictures have been shown, sharp ones or not. @param {ViewerPage} page @param {number} since */
export const pictureAfter = (page, since) => picture(page, ({ pictures }) => Number(pictures) > since);

/** How many pictures have been shown. @param {ViewerPage} page */
export const picturesOf = (page) => page.evaluate(
  () => Number(/** @type {HTMLElement} */ (document.querySelector('#picture')).dataset.pictures));

/** The page of the daemon's browser, seen from behind: where things are in it, and what has become of it. */
export class SteeredPage {
  /** @param {Daemon} daemon @param {ViewerPage} viewer */
  constructor(daemon, viewer) {
    this.daemon = daemon;
    this.viewer = viewer;
    /** Of the page that is meant. */
    this.address = /^http/;
  }

  /** @param {string} expression in the page whose address matches @param {RegExp} [address] @returns {Promise<any>} */
  async evaluate(expression, address = this.address) {
    const pages = await openPages(this.daemon);
    try {
      const page = pages.find(({ url }) => address.test(url));
      if (!page) throw new Error(`no page is at ${address}`);
      return await page.evaluate(expression);
    } finally {
      for (const page of pages) page.close();
    }
  }

  /** Waits until an expression is true in it; it may be loaded anew meanwhile. @param {string} expression */
  async until(expression, limit = 30_000) {
    const begun = performance.now();
    for (;;) {
      if (await this.evaluate(`Boolean(${expression})`).catch(() => false)) return;
      if (performance.now() - begun > limit) throw new Error(`not true in the page after ${limit} ms: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Where the middle of an element is on the person's screen. @param {string} selector */
  async placeOf(selector) {
    const [x, y, width, size] = await this.evaluate(`(() => {
      const { left, top, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return [left + width / 2, top + height / 2, innerWidth, innerWidth + 'x' + innerHeight];
    })()`);
    // The first pictures may be of the size that the page had before.
    await picture(this.viewer, (dataset) => dataset.size === size);
    const canvas = await this.viewer.evaluate(() => {
      const { x, y, width } = /** @type {Element} */ (document.querySelector('#picture')).getBoundingClientRect();
      return { x, y, width };
    });
    const scale = canvas.width / width;
    return { x: canvas.x + x * scale, y: canvas.y + y * scale };
  }

  /** A click of the person's. @param {string} selector */
  async click(selector) {
    const { x, y } = await this.placeOf(selector);
    await this.viewer.mouse.click(x, y);
  }
}

/** Persons and commands of one test, all of which end with it. */
export class Visits {
  /** @type {LiveCommand[]} */
  #commands = [];
  /** @type {import('playwright-core').Browser[]} */
  #browsers = [];
  #daemon;

  /** @param {() => Daemon} daemon the one that runs then */
  constructor(daemon) {
    this.#daemon = daemon;
  }

  /** @param {...string} args of lmbridgectl live */
  command(...args) {
    const command = new LiveCommand(this.#daemon(), ...args);
    this.#commands.push(command);
    return command;
  }

  /** A page of a fresh browser. @param {import('playwright-core').BrowserContextOptions} [options] */
  async page(options) {
    const { browser, context } = await openViewerBrowser(options);
    this.#browsers.push(browser);
    return context.newPage();
  }

  /**
   * A person with a fresh link and a picture.
   * @param {{options?: import('playwright-core').BrowserContextOptions, args?: string[]}} [options]
   */
  async look({ options, args = [] } = {}) {
    // Some links are not good for as long as a browser takes to start.
    const page = await this.page(options);
    const command = this.command(...args);
    const link = await command.link();
    await page.goto(link);
    await sharpPicture(page);
    await command.next('viewer_came');
    return { command, page, link, steered: new SteeredPage(this.#daemon(), page) };
  }

  async end() {
    await Promise.all(this.#browsers.map((browser) => browser.close()));
    await Promise.all(this.#commands.map((command) => command.stop()));
    this.#browsers = [];
    this.#commands = [];
  }
}

/** @param {import('playwright-core').Page} page @param {string | RegExp} text of what lies over the picture */
export const untilNotice = (page, text) => page.locator('#notice').filter({ hasText: text }).waitFor();
