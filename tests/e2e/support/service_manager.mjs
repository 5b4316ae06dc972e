// Plays the service manager that a daemon reports to (sd_notify(3)).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export class ServiceManager {
  /** @type {{ms: number, fields: string[]}[]} what it was told, and when, by the monotonic clock */
  told = [];
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /** @param {string} directory */
  constructor(directory) {
    this.directory = directory;
    this.path = join(directory, 'notify');
    // Node has no datagram sockets of that family.
    this.process = spawn('python3', [new URL('notify_socket.py', import.meta.url).pathname, this.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  static async start() {
    const manager = new ServiceManager(await mkdtemp(join(tmpdir(), 'lmbridge-test-')));
    const lines = createInterface({ input: manager.process.stdout });
    await once(lines, 'line');
    lines.on('line', (line) => {
      manager.told.push(JSON.parse(line));
      for (const watcher of [...manager.#watchers]) watcher();
    });
    return manager;
  }

  /** Everything it was told so far, field by field, without signs of life. */
  get fields() {
    return this.told.flatMap(({ fields }) => fields).filter((field) => field !== 'WATCHDOG=1');
  }

  /** The status lines so far. */
  get lines() {
    return this.fields.filter((field) => field.startsWith('STATUS=')).map((field) => field.slice('STATUS='.length));
  }

  /**
   * Resolves once `condition` holds for what it was told.
   * @param {() => unknown} condition
   */
  async until(condition) {
    while (!condition()) {
      await /** @type {Promise<void>} */ (new Promise((resolve) => {
        const watcher = () => {
          this.#watchers.delete(watcher);
          resolve();
        };
        this.#watchers.add(watcher);
      }));
    }
  }

  async close() {
    this.process.kill();
    await once(this.process, 'close');
    await rm(this.directory, { recursive: true, force: true });
  }
}
