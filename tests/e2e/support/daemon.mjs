// lmbridged as a child process: its log as events, its end, and what it leaves behind.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

/** The binary under test. */
export const BINARY = process.env.LMBRIDGED ?? new URL('../../../build/bin/lmbridged', import.meta.url).pathname;

/** By what in their command lines the browser's processes are known; the browser itself has no type. */
const KINDS = {
  browser: /^(?!.*--type=)./s, renderer: /--type=renderer\b/, gpu: /--type=gpu-process\b/,
  network: /--utility-sub-type=network\.mojom\.NetworkService\b/,
};

/** @param {number} pid @returns {boolean} whether it was still there */
function kill(pid) {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

export class Daemon {
  /** @type {Record<string, unknown>[]} what it logged, parsed */
  log = [];
  /** Lines on stderr that are not JSON: problems of the configuration. */
  text = '';
  /** @type {Set<() => void>} */
  #watchers = new Set();
  #ended = false;

  /**
   * @param {{file: string, directory: string}} configuration
   * @param {{args?: string[], env?: Record<string, string | undefined>, wrapper?: string[]}} [options] a wrapper is a command that
   *   becomes the daemon
   */
  constructor({ file, directory }, { args = [], env = {}, wrapper = [] } = {}) {
    this.stateDirectory = join(directory, 'state');
    const [command, ...words] = [...wrapper, BINARY, '--config', file, '--state-dir', this.stateDirectory, ...args];
    this.process = spawn(command, words, {
      stdio: ['ignore', 'ignore', 'pipe'],
      // A service's own directory is not for daemons under test.
      env: { ...process.env, RUNTIME_DIRECTORY: undefined, ...env },
    });
    createInterface({ input: this.process.stderr }).on('line', (line) => this.#take(line));
    this.exited = once(this.process, 'close').then(([code, signal]) => {
      this.#ended = true;
      this.#notify();
      return { code, signal };
    });
  }

  /** @param {string} line */
  #take(line) {
    try {
      this.log.push(JSON.parse(line));
    } catch {
      this.text += `${line}\n`;
    }
    this.#notify();
  }

  #notify() {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /**
   * The first entry of the log, from `from` on, with this message.
   * @param {string} message
   * @param {number} [from]
   * @returns {Promise<Record<string, any>>}
   */
  async logged(message, from = 0) {
    return this.#await(`"${message}"`, () => this.log.slice(from).find((entry) => entry.message === message));
  }

  /**
   * The first match in what it wrote that is no JSON.
   * @param {RegExp} pattern
   */
  async wrote(pattern) {
    return this.#await(String(pattern), () => pattern.exec(this.text));
  }

  /**
   * @template T
   * @param {string} what
   * @param {() => T | null | undefined} find
   * @returns {Promise<T>}
   */
  async #await(what, find) {
    for (;;) {
      const found = find();
      if (found) return found;
      if (this.#ended) throw new Error(`lmbridged ended without ${what}:\n${this.transcript()}`);
      await new Promise((resolve) => {
        const watcher = () => {
          this.#watchers.delete(watcher);
          resolve(undefined);
        };
        this.#watchers.add(watcher);
      });
    }
  }

  transcript() {
    return this.text + this.log.map((entry) => JSON.stringify(entry)).join('\n');
  }

  /** Resolves when the page takes requests. */
  async ready() {
    this.baseUrl = /** @type {string} */ ((await this.logged('listening')).base_url);
    this.origin = new URL(this.baseUrl).origin;
    await this.logged('the page is ready');
  }

  /** Ends it in order, if it still runs. */
  async stop() {
    if (!this.#ended) this.process.kill('SIGTERM');
    return this.exited;
  }

  /** Pids of the browser's processes: those that name our profile or descend from one that does. */
  async browserProcesses() {
    return processesNaming(this.stateDirectory);
  }

  /**
   * SIGKILL to the browser's processes of one kind.
   * @param {'browser' | 'renderer' | 'network' | 'gpu'} kind
   * @returns {Promise<number>} how many there were
   */
  async killBrowserProcess(kind) {
    let killed = 0;
    for (const pid of await this.browserProcesses()) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (!KINDS[kind].test(command) || !kill(pid)) continue;
      killed += 1;
    }
    return killed;
  }

  /** What the daemon's descriptors stand for. */
  async openFiles() {
    const directory = `/proc/${this.process.pid}/fd`;
    const names = await readdir(directory);
    return Promise.all(names.map((name) => readlink(join(directory, name)).catch(() => '')));
  }

  /** Resident memory of the daemon and of its browser, in bytes. */
  async memory() {
    const browser = await Promise.all((await this.browserProcesses()).map(privateMemory));
    return {
      daemon: await privateMemory(/** @type {number} */ (this.process.pid)),
      browser: browser.reduce((sum, each) => sum + each, 0),
    };
  }
}

/** @param {string} text @returns {Promise<number[]>} */
export async function processesNaming(text) {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const commands = await Promise.all(pids.map(async (pid) => {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // The daemon itself names the directory as a word of its own.
    return { pid, named: command.includes(`=${text}`) };
  }));
  const found = new Set(commands.filter(({ named }) => named).map(({ pid }) => pid));
  // Zygotes and renderers do not all name the profile; they descend from the one that does.
  const parents = new Map(await Promise.all(pids.map(async (pid) => /** @type {[number, number]} */ ([pid, await parentOf(pid)]))));
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, parent] of parents) {
      if (found.has(parent) && !found.has(pid)) {
        found.add(pid);
        grown = true;
      }
    }
  }
  return [...found];
}

/** @param {number} pid */
async function parentOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The command stands in parentheses and may hold anything.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

/**
 * Memory that belongs to the process alone: what it would give back.
 * @param {number} pid
 */
async function privateMemory(pid) {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kilobytes = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map((match) => Number(match[1]));
  return kilobytes.reduce((sum, each) => sum + each, 0) * 1024;
}

/**
 * Resolves once no process names `text` any more; rejects after `limit` ms with those that do.
 * @param {string} text
 * @param {number} limit
 */
export async function allGone(text, limit) {
  const begun = performance.now();
  for (;;) {
    const left = await processesNaming(text);
    const elapsed = performance.now() - begun;
    if (left.length === 0) return elapsed;
    if (elapsed > limit) throw new Error(`still there after ${limit} ms: ${left.join(', ')}`);
    // Processes that are not our children tell nobody when they end.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
