// Clients that leave, and clients that do not read.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import { quantile } from '../bench/measure.mjs';
import { MODEL, order, patience, startStack } from './support/stack.mjs';

/**
 * A chat request on a socket that reads only when told to.
 * @param {string} origin
 * @param {object} directive
 */
async function rawChat(origin, directive) {
  const { hostname, port, host } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.pause();
  const body = JSON.stringify({ model: MODEL, stream: true, messages: order(directive) });
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`
    + `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return socket;
}

/** @param {import('node:net').Socket} socket @param {string} text resolves once it has been received */
async function received(socket, text) {
  const chunks = [];
  for await (const chunk of socket) {
    chunks.push(chunk);
    if (Buffer.concat(chunks.slice(-2)).includes(text)) return Buffer.concat(chunks).toString();
  }
  throw new Error(`the connection ended without ${text}`);
}

describe('back-pressure', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  before(async () => { stack = await startStack({ protocol: 'https' }); });
  after(() => stack?.close());

  test('the site sees a request aborted within 250 ms of its client leaving', async () => {
    for (const directive of [
      { pieces: 100_000, pace_ms: 10, mark: 'paced' }, { pieces: 10, stall_after: 1, mark: 'stalled' },
      { first_delay_ms: 60_000, text: 'never', mark: 'no head yet' },
    ]) {
      let took = Infinity;
      // The machine may pause as well: who is slow is so three times.
      for (let attempt = 0; attempt < 3 && took > 250 * patience; ++attempt) {
        stack.arena.reset();
        const socket = await rawChat(stack.daemon.origin, directive);
        await stack.arena.wait({ active: 1 });
        const left = performance.now();
        socket.destroy();
        await stack.arena.wait({ aborted: 1, active: 0 });
        took = performance.now() - left;
      }
      assert.ok(took <= 250 * patience, `${directive.mark}: ${took.toFixed(0)} ms`);
    }
  });

  test('a client that reads nothing for 10 s of a 50 MB answer costs no memory and disturbs nobody', async () => {
    stack.arena.reset();
    // The same load first with a client that reads: what is looked at is the cost of not reading.
    const large = { bytes: 50_000_000, piece_bytes: 1000, burst: true, mark: 'slow' };
    const quick = await rawChat(stack.daemon.origin, large);
    await received(quick, 'data: [DONE]');
    quick.destroy();
    for (let round = 0; round < 10; ++round) await steadyStream(stack, 10);
    const before = await stack.daemon.memory();
    const slow = await rawChat(stack.daemon.origin, large);
    await stack.arena.wait({ active_min: 1 });
    const peaks = { daemon: 0, browser: 0 };
    const begun = performance.now();
    /** @type {number[]} the longest gap of each stream */
    const gaps = [];
    // Ten seconds in which other clients are served and memory is looked at.
    while (performance.now() - begun < 10_000) {
      gaps.push(await steadyStream(stack, 10));
      const now = await stack.daemon.memory();
      peaks.daemon = Math.max(peaks.daemon, now.daemon - before.daemon);
      peaks.browser = Math.max(peaks.browser, now.browser - before.browser);
    }
    const total = (peaks.daemon + peaks.browser) / 1024 / 1024;
    console.log(`memory with a stuck client: daemon +${(peaks.daemon / 1024 / 1024).toFixed(1)} MB, `
      + `browser +${(peaks.browser / 1024 / 1024).toFixed(1)} MB; longest gap beside it ${Math.max(...gaps).toFixed(0)} ms`);
    if (!process.env.LMBRIDGE_SANITIZED) assert.ok(total <= 16, `${total.toFixed(1)} MB`);
    // The longest of all may be a pause of the machine.
    const [gap, longest] = [quantile(gaps, 0.9), Math.max(...gaps)];
    assert.ok(gap <= 150 * patience && longest <= 2000 * patience, `gaps of ${gap.toFixed(0)} ms in streams of one piece every 20 ms`);
    assert.equal(stack.arena.counters().active, 1, 'the slow answer still waits');

    // Then it reads, and gets all of it.
    slow.resume();
    const all = await received(slow, 'data: [DONE]');
    const text = [...all.matchAll(/"delta":\{"content":("(?:[^"\\]|\\.)*")/g)].map((match) => JSON.parse(match[1])).join('');
    assert.equal(Buffer.byteLength(text), 50_000_000);
    slow.destroy();
  });

  test('500 clients that do not read leave the daemon serving the next one', { skip: Boolean(process.env.LMBRIDGE_SANITIZED) }, async () => {
    const begun = (await stack.daemon.memory()).daemon;
    const stuck = await Promise.all(Array.from({ length: 500 }, async () => {
      const { hostname, port, host } = new URL(stack.daemon.origin);
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.pause();
      socket.write(`GET /v1/models HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(50));
      return socket;
    }));
    const answer = await stack.openai.chat.completions.create({ model: MODEL, messages: order({ text: 'still here' }) });
    assert.equal(answer.choices[0].message.content, 'still here');
    const cost = ((await stack.daemon.memory()).daemon - begun) / 1024 / 1024;
    assert.ok(cost < 64, `${cost.toFixed(1)} MB for 500 clients`);
    for (const socket of stuck) socket.destroy();
  });
});

/**
 * A stream of one piece every 20 ms; returns its longest gap in ms.
 * @param {Awaited<ReturnType<typeof startStack>>} stack
 * @param {number} pieces
 */
async function steadyStream(stack, pieces) {
  const stream = await stack.openai.chat.completions.create({
    model: MODEL, stream: true, messages: order({ pieces, pace_ms: 20 }),
  });
  let last = 0;
  let worst = 0;
  for await (const chunk of stream) {
    if (!chunk.choices[0]?.delta.content) continue;
    const now = performance.now();
    if (last) worst = Math.max(worst, now - last);
    last = now;
  }
  return worst;
}
