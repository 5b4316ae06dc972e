// Chats as raw HTTP: what a client sees to the letter, whether the answer is a stream or whole.

import { MODEL, order, patience, startStack } from './stack.mjs';

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */

/**
 * What became of a chat.
 * @typedef {object} Outcome
 * @property {number} status 0 when the connection broke before an answer
 * @property {Headers} headers
 * @property {string} text what was said
 * @property {number} pieces chunks that said something
 * @property {string | null} finish
 * @property {{message: string, code: string} | null} error in the body or in the stream
 * @property {string[]} comments of the stream, without ": "
 * @property {boolean} complete the answer came to its proper end
 * @property {number} took ms
 */

/**
 * A whole chain that ends with the test.
 * @param {import('node:test').TestContext} t
 * @param {Parameters<typeof startStack>[0]} [options]
 */
export async function stackFor(t, options) {
  const stack = await startStack(options);
  t.after(stack.close);
  return stack;
}

/**
 * Asks, and gives what became of it; never rejects, but for `signal`.
 * @param {Stack} stack
 * @param {object} directive
 * @param {object} [options]
 * @param {boolean} [options.stream]
 * @param {string} [options.key] an API key
 * @param {string} [options.model]
 * @param {AbortSignal} [options.signal]
 * @param {(outcome: Outcome) => void} [options.onPiece] told of what has come so far, with every piece
 * @returns {Promise<Outcome>}
 */
export async function ask(stack, directive, { stream = true, key, model = MODEL, signal, onPiece = () => {} } = {}) {
  const begun = performance.now();
  /** @type {Outcome} */
  const outcome = {
    status: 0, headers: new Headers(), text: '', pieces: 0, finish: null, error: null, comments: [], complete: false, took: 0,
  };
  try {
    const response = await fetch(`${stack.daemon.baseUrl}/chat/completions`, {
      method: 'POST', signal,
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ model, stream, messages: order(directive) }),
    });
    outcome.status = response.status;
    outcome.headers = response.headers;
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) await readStream(response, outcome, onPiece);
    else readWhole(await response.json(), outcome);
  } catch (error) {
    if (signal?.aborted) throw error;
    outcome.error ??= { message: `${error} ${/** @type {any} */ (error).cause ?? ''}`, code: 'connection_broken' };
  }
  outcome.took = performance.now() - begun;
  return outcome;
}

/** @param {any} body @param {Outcome} outcome */
function readWhole(body, outcome) {
  outcome.error = body.error ?? null;
  outcome.text = body.choices?.[0].message.content ?? '';
  outcome.finish = body.choices?.[0].finish_reason ?? null;
  outcome.complete = outcome.error === null && outcome.finish !== null;
}

/** @param {Response} response @param {Outcome} outcome @param {(outcome: Outcome) => void} onPiece */
async function readStream(response, outcome, onPiece) {
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) readLine(line, outcome, onPiece);
  }
}

/** @param {string} line @param {Outcome} outcome @param {(outcome: Outcome) => void} onPiece */
function readLine(line, outcome, onPiece) {
  if (line.startsWith(':')) outcome.comments.push(line.slice(1).trim());
  if (!line.startsWith('data: ')) return;
  if (line === 'data: [DONE]') {
    outcome.complete = outcome.error === null && outcome.finish !== null;
    return;
  }
  const { error, choices = [] } = JSON.parse(line.slice(6));
  if (error) outcome.error = error;
  outcome.finish ??= choices[0]?.finish_reason ?? null;
  if (!choices[0]?.delta.content) return;
  outcome.text += choices[0].delta.content;
  outcome.pieces += 1;
  onPiece(outcome);
}

/** What `{"pieces": count, "mark": mark}` says. @param {string} mark @param {number} count */
export function marked(mark, count) {
  return Array.from({ length: count }, (_, i) => `${mark}:${i};`).join('');
}

/**
 * What GET /readyz says, with its HTTP status as `http`.
 * @typedef {object} Readiness
 * @property {number} http
 * @property {'ready' | 'not_ready' | 'needs_verification' | 'needs_sign_in' | 'crash_loop'} status
 * @property {string} reason when it is not ready
 * @property {{state: string, protocol: string, running: number, capacity: number}[]} contexts
 * @property {{pid: number, restarts: number}} browser
 * @property {{waiting: number, limit: number, requests: {id: string, place: number, waiting_ms: number}[]}} queue
 */

/**
 * @param {{daemon: Stack['daemon']}} stack
 * @param {string} [key] an API key, where there are any
 * @returns {Promise<Readiness>}
 */
export async function readiness(stack, key) {
  const headers = key ? { authorization: `Bearer ${key}` } : undefined;
  const response = await fetch(`${stack.daemon.origin}/readyz`, { headers });
  return { http: response.status, ...await response.json() };
}

/**
 * Resolves with GET /readyz once it is so; rejects after `limit` ms.
 * @param {{daemon: Stack['daemon']}} stack
 * @param {(state: Readiness) => boolean} condition
 * @param {number} [limit]
 * @param {string} [key]
 */
export async function untilReadiness(stack, condition, limit = 30_000 * patience, key = undefined) {
  const begun = performance.now();
  for (;;) {
    const state = await readiness(stack, key);
    if (condition(state)) return state;
    if (performance.now() - begun > limit) throw new Error(`in vain for ${limit} ms: ${JSON.stringify(state)}`);
    // Clients learn of readiness by asking.
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}

/**
 * Resolves once requests are answered again: some failures make the daemon look after the page, and nothing but an answer shows it that
 * all is well.
 * @param {{daemon: Stack['daemon']}} stack
 */
export async function untilAnswering({ daemon }) {
  const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'All well?' }] });
  while ((await untilReadiness({ daemon }, ({ status }) => status !== 'not_ready')).http !== 200) {
    const response = await fetch(`${daemon.baseUrl}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await response.text();
  }
}

/** @param {number[]} numbers */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
