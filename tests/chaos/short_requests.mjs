// A great many short requests, and what they leave behind in the daemon: memory and descriptors before and after.

import { readdir, readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';

import { MODEL, order, startStack } from '../e2e/support/stack.mjs';

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */
/** @typedef {{requests: number, rss: number, descriptors: number, browser: number}} Sample bytes; memory of the browser's own */

/** Requests after which the daemon has all that it keeps. */
export const WARM_UP = 1000;
const CLIENTS = 40;

/**
 * Sends `count` requests, half of them streams, and measures after the first WARM_UP, after each tenth and at the end, always
 * without a connection open.
 * @param {Stack} stack
 * @param {number} count
 * @param {(sample: Sample) => void} [onSample]
 * @returns {Promise<{first: Sample, last: Sample, seconds: number}>}
 */
export async function sendShortRequests(stack, count, onSample = () => {}) {
  const begun = performance.now();
  const idle = await descriptorsOf(stack);
  const marks = [WARM_UP, ...Array.from({ length: 10 }, (_, i) => Math.ceil(((i + 1) * count) / 10)).filter((mark) => mark > WARM_UP)];
  /** @type {Sample[]} */
  const samples = [];
  let sent = 0;
  for (const mark of marks) {
    await sendSome(stack, sent, mark);
    sent = mark;
    const sample = await measure(stack, sent, idle);
    samples.push(sample);
    onSample(sample);
  }
  return { first: samples[0], last: /** @type {Sample} */ (samples.at(-1)), seconds: (performance.now() - begun) / 1000 };
}

/** @param {Stack} stack @param {number} from @param {number} to */
async function sendSome(stack, from, to) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  let next = from;
  const client = async () => {
    while (next < to) await sendOne(stack, agent, next++);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
}

/** Rejects when the answer is not the one that was ordered. @param {Stack} stack @param {Agent} agent @param {number} number */
async function sendOne(stack, agent, number) {
  const mark = `q${number}`;
  const stream = number % 2 === 0;
  const body = JSON.stringify({ model: MODEL, stream, messages: order({ pieces: 3, mark }) });
  const text = await post(stack, agent, body);
  const whole = [0, 1, 2].every((piece) => text.includes(`${mark}:${piece};`)) && text.includes('"finish_reason":"stop"');
  if (!whole) throw new Error(`request ${number} was answered ${text.slice(0, 500)}`);
}

/** @param {Stack} stack @param {Agent} agent @param {string} body @returns {Promise<string>} */
function post(stack, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sending = request(`${stack.daemon.baseUrl}/chat/completions`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
      response.once('end', () => resolve(text)).once('error', reject);
    });
    sending.once('error', reject).end(body);
  });
}

/** @param {Stack} stack @param {number} requests @param {number} idle descriptors without a client @returns {Promise<Sample>} */
async function measure(stack, requests, idle) {
  // The daemon sees the connections close a moment after we close them.
  for (let tries = 0; tries < 100 && await descriptorsOf(stack) > idle; ++tries) await new Promise((resolve) => { setTimeout(resolve, 20); });
  const { browser } = await stack.daemon.memory();
  return { requests, rss: await residentMemory(stack), descriptors: await descriptorsOf(stack), browser };
}

/** Resident memory of the daemon, in bytes. @param {Stack} stack */
export async function residentMemory(stack) {
  const status = await readFile(`/proc/${stack.daemon.process.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** How many descriptors the daemon has open. @param {Stack} stack */
export async function descriptorsOf(stack) {
  return (await readdir(`/proc/${stack.daemon.process.pid}/fd`)).length;
}
