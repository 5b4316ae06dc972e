// A Debian with a systemd of its own, booted in a container. It shares the network of whoever boots it.

import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const BOOT = new URL('boot.sh', import.meta.url).pathname;

/**
 * @typedef {object} Outcome
 * @property {number} code
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * @param {string} command @param {string[]} args
 * @returns {Promise<Outcome>}
 */
function execute(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code: code ?? -1, ...output }));
  });
}

export class Machine {
  /** @param {string} root */
  constructor(root) {
    this.root = root;
    this.console = '';
  }

  /** A copy of `base`, booted. @param {string} base */
  static async boot(base) {
    const machine = new Machine(await mkdtemp(join(dirname(base), 'root-')));
    await execute('cp', ['--archive', '--reflink=auto', `${base}/.`, machine.root]);
    machine.process = spawn(BOOT, [machine.root], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [machine.process.stdout, machine.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { machine.console += text; });
    }
    machine.ended = new Promise((resolve) => { machine.process?.on('close', resolve); });
    await machine.#findLeader();
    await machine.#untilBooted();
    return machine;
  }

  /** The pid of its process 1, as we see it. */
  async #findLeader() {
    const deadline = performance.now() + 30_000;
    for (;;) {
      if (this.process?.exitCode != null) throw new Error(`the container did not start: ${this.console}`);
      if (performance.now() > deadline) throw new Error(`no systemd in the container: ${this.console}`);
      for (const name of await readdir('/proc')) {
        if (!/^\d+$/.test(name)) continue;
        const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
        // Process 1 of another namespace, whose root is ours.
        if (!/^NSpid:\s+\d+\s+1$/m.test(status) || !/^Name:\s+systemd$/m.test(status)) continue;
        if ((await execute('test', [`/proc/${name}/root`, '-ef', this.root])).code === 0) {
          this.leader = name;
          return;
        }
      }
      // Nobody tells when it is there.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #untilBooted() {
    for (;;) {
      const { stdout } = await this.run('systemctl is-system-running --wait');
      if (/running|degraded/.test(stdout)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What runs a line of shell in it, as root. @param {string} line */
  #inside(line) {
    return ['--target', String(this.leader), '--all', '--wdns=/', 'env', '-i',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive', 'HOME=/root',
      'sh', '-c', line];
  }

  /** Runs a line of shell as root. @param {string} line @returns {Promise<Outcome>} */
  run(line) {
    return execute('nsenter', this.#inside(line));
  }

  /** The same for a program that goes on: its objects, a line each, as they come. @param {string} line */
  start(line) {
    const child = spawn('nsenter', this.#inside(line), { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = new Promise((resolve) => { child.on('close', resolve); });
    return {
      ended,
      next: async () => JSON.parse((await lines.next()).value),
      // A signal to the process that entered would not reach it.
      stop: async () => {
        await this.run('kill -INT $(pidof lmbridgectl)');
        return ended;
      },
    };
  }

  /** The same, for lines that must succeed; gives what they print. @param {string} line */
  async must(line) {
    const { code, stdout, stderr } = await this.run(line);
    if (code !== 0) throw new Error(`${line}: exit code ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Every so often until it holds. @param {string} line @param {(stdout: string) => boolean} holds @param {number} [limit] ms */
  async until(line, holds, limit = 20_000) {
    const deadline = performance.now() + limit;
    for (;;) {
      const { stdout } = await this.run(line);
      if (holds(stdout)) return stdout;
      if (performance.now() > deadline) {
        throw new Error(`after ${limit} ms ${line} still says:\n${stdout}\n${(await this.run('journalctl -u lmbridged -n 40 --no-pager')).stdout}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** @param {string} path @param {string} text @param {number} [mode] */
  async write(path, text, mode = 0o644) {
    await writeFile(join(this.root, path), text, { mode });
  }

  /** @param {string} path */
  read(path) {
    return readFile(join(this.root, path), 'utf8');
  }

  /** Puts a file of ours in. @param {string} file @param {string} path */
  async put(file, path) {
    await cp(file, join(this.root, path));
  }

  async close() {
    await this.run('systemctl poweroff --no-block');
    const timer = setTimeout(() => this.process?.kill('SIGKILL'), 20_000);
    await this.ended;
    clearTimeout(timer);
    await rm(this.root, { recursive: true, force: true });
  }
}
