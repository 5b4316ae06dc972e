// What the benchmark and the performance test measure, on an arena in a process of its own.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { createInterface } from 'node:readline';

import { askBody, streamPath } from '../arena/testing/client.mjs';
import { Daemon } from '../e2e/support/daemon.mjs';
import { makeConfiguration, MODEL, order } from '../e2e/support/stack.mjs';
import { BarePage } from './bare_page.mjs';

/** Microseconds of the machine's monotonic clock, as the arena stamps pieces. */
const now = () => Number(process.hrtime.bigint() / 1000n);

/** @param {number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Arena, daemon and a bare page beside them. */
export class Bench {
  static async start() {
    const bench = new Bench();
    bench.arenaProcess = spawn(process.execPath, [new URL('../arena/main.mjs', import.meta.url).pathname, '--exit-with-stdin'],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: bench.arenaProcess.stdout }), 'line');
    bench.arena = JSON.parse(line);
    bench.configuration = await makeConfiguration({ arena: bench.arena, protocol: 'https' });
    bench.daemon = new Daemon(bench.configuration);
    await bench.daemon.ready();
    bench.bare = await BarePage.open(bench.arena.https, bench.arena.spki);
    bench.agent = new http.Agent({ keepAlive: true });
    return bench;
  }

  async close() {
    this.agent?.destroy();
    await this.bare?.close();
    await this.daemon?.stop();
    this.arenaProcess?.stdin.end();
    if (this.arenaProcess) await once(this.arenaProcess, 'exit');
    await this.configuration?.remove();
  }

  /**
   * A streamed chat; `onText` gets the network's chunks as they come.
   * @param {object} directive @param {(text: string) => void} onText
   */
  async chat(directive, onText) {
    const body = JSON.stringify({ model: MODEL, stream: true, messages: order(directive) });
    const request = http.request(`${this.daemon.baseUrl}/chat/completions`, {
      method: 'POST', agent: this.agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    request.end(body);
    const [response] = await once(request, 'response');
    response.setEncoding('utf8');
    response.on('data', onText);
    await once(response, 'end');
  }

  /**
   * Milliseconds until `pieces` small pieces, sent as fast as they go, have reached a client: through
   * the daemon and through the bare page, in turn; and microseconds of the daemon's processor time a piece.
   * @param {number} pieces @param {number} rounds
   * @param {boolean} burst many pieces a write of the arena, instead of each by itself
   */
  async throughput(pieces, rounds, burst) {
    const directive = burst ? { pieces, burst } : { pieces };
    const daemon = [];
    const bare = [];
    let cpu = 0;
    // One round before those that count, for caches and compilers.
    for (let round = -1; round < rounds; ++round) {
      const before = await this.#daemonCpu();
      const viaDaemon = await this.#timed((count) => this.chat(directive, (text) => count(text, '"content":"piece:')));
      const used = (await this.#daemonCpu()) - before;
      const body = JSON.stringify(askBody(order(directive)[0].content));
      const viaBare = await this.#timed((count) => this.bare.fetch(streamPath(), body, (text) => count(text, 'a0:"piece:')));
      if (round < 0) continue;
      daemon.push(viaDaemon);
      bare.push(viaBare);
      cpu += used;
    }
    return { daemon, bare, cpuPerPiece: cpu / pieces / rounds };
  }

  /** @param {(count: (text: string, needle: string) => void) => Promise<void>} run */
  async #timed(run) {
    let all = '';
    const begun = now();
    await run((text) => { all += text; });
    const took = (now() - begun) / 1000;
    if (!all.includes('finish')) throw new Error('the answer is not whole');
    return took;
  }

  /**
   * `streams` answers at once at 50 pieces a second; from the arena's write to the client's read.
   * @param {number} streams @param {number} seconds
   */
  async latency(streams, seconds) {
    const pieces = 50 * seconds;
    /** @type {number[]} microseconds */
    const delays = [];
    const before = await this.#daemonCpu();
    await Promise.all(Array.from({ length: streams }, () => this.chat({ pieces, stamp: true, pace_ms: 20 }, (text) => {
      const read = now();
      for (const [, stamp] of text.matchAll(/"content":"piece:\d+:(\d+);"/g)) delays.push(read - Number(stamp));
    })));
    const cpu = (await this.#daemonCpu()) - before;
    if (delays.length !== streams * pieces) throw new Error(`${delays.length} pieces of ${streams * pieces}`);
    return { delays, cpuPerPiece: cpu / delays.length };
  }

  /**
   * Microseconds of processor time a piece, of a program that makes the system calls which `streams` such answers
   * need and does nothing else: the least that any daemon takes on this machine, as busy as it is.
   * @param {number} streams @param {number} seconds
   */
  async bareRelay(streams, seconds) {
    const relay = spawn(/** @type {string} */ (process.env.LMBRIDGE_BARE_RELAY), [String(streams), String(seconds)],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: relay.stdout }), 'line');
    return Number(line);
  }

  /**
   * Milliseconds from a request of `bytes` to the end of its short answer in the bare page, for both ways of handing
   * over the body, in turn.
   * @param {number} bytes @param {number} rounds
   */
  async bodyWays(bytes, rounds) {
    const ask = askBody(order({ text: 'x' })[0].content);
    ask.messages.unshift({ ...ask.messages[0], role: 'system', content: 'x'.repeat(bytes), id: randomUUID(), participantPosition: 'b', status: 'success' });
    ask.messages[1].parentMessageIds = [ask.messages[0].id];
    const body = JSON.stringify(ask);
    const argument = [];
    const file = [];
    for (let round = -1; round < rounds; ++round) {
      for (const [way, times] of /** @type {const} */ ([['argument', argument], ['file', file]])) {
        const begun = now();
        await this.bare.send(streamPath(), body, way);
        if (round >= 0) times.push((now() - begun) / 1000);
      }
    }
    return { argument, file };
  }

  /** As latency(), for one answer in the bare page. @param {number} seconds */
  async bareLatency(seconds) {
    const pieces = 50 * seconds;
    const delays = [];
    const body = JSON.stringify(askBody(order({ pieces, stamp: true, pace_ms: 20 })[0].content));
    await this.bare.fetch(streamPath(), body, (text) => {
      const read = now();
      for (const [, stamp] of text.matchAll(/piece:\d+:(\d+);/g)) delays.push(read - Number(stamp));
    });
    return delays;
  }

  /** Microseconds of processor time that the daemon has used. */
  async #daemonCpu() {
    const text = await readFile(`/proc/${this.daemon.process.pid}/schedstat`, 'utf8');
    return Number(text.split(' ')[0]) / 1000;
  }

  /** Resident memory of the daemon, in MB. */
  async residentMemory() {
    const status = await readFile(`/proc/${this.daemon.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }
}
