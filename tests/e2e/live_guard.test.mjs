// The live view against those who may not look: guessed, used and expired secrets, foreign pages, garbage.

import assert from 'node:assert/strict';
import net from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';

import WebSocket from 'ws';

import { withPage } from './support/devtools.mjs';
import { VULNERABLE } from './support/faults.mjs';
import { LiveCommand } from './support/live.mjs';
import { startStack } from './support/stack.mjs';

/** @typedef {{code: number, said: any[], reason: string, took: number}} Outcome */

const GUESS = 'A'.repeat(43);

describe('the door of the live view', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  /** @type {LiveCommand} */
  let command;
  before(async () => { stack = await startStack({ config: VULNERABLE }); });
  afterEach(async () => { await command?.stop(); });
  after(() => stack?.close());

  /** @returns {Promise<string>} a token */
  async function openDoor() {
    command = new LiveCommand(stack.daemon);
    return new URL(await command.link()).hash.slice(1);
  }

  /** @param {object} [options] @returns {WebSocket} */
  function connect({ origin = stack.daemon.origin, ...options } = {}) {
    return new WebSocket(`${stack.daemon.origin.replace('http', 'ws')}/live/socket`, { origin, ...options });
  }

  /**
   * What becomes of a connection over which this is sent.
   * @param {...(string | Buffer | object)} messages objects as JSON
   * @returns {Promise<Outcome>}
   */
  function send(...messages) {
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      const socket = connect();
      /** @type {any[]} */
      const said = [];
      socket.on('open', () => {
        for (const message of messages) {
          const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
          socket.send(isRaw ? message : JSON.stringify(message));
        }
      });
      socket.on('message', (data, isBinary) => said.push(isBinary ? data : JSON.parse(String(data))));
      socket.on('error', (error) => { if (!/Invalid|RSV|mask/.test(error.message)) reject(error); });
      socket.on('close', (code, reason) => resolve({ code, said, reason: String(reason), took: performance.now() - begun }));
    });
  }

  /**
   * A viewer that has been let in.
   * @param {object} introduction @param {(data: WebSocket.RawData, isBinary: boolean) => void} [onMessage] @returns {Promise<WebSocket>}
   */
  async function enter(introduction, onMessage = () => {}) {
    const socket = connect();
    // Before anything can come: a welcome and a picture may arrive together.
    socket.on('message', onMessage);
    await new Promise((resolve, reject) => {
      socket.on('error', reject).on('open', () => socket.send(JSON.stringify(introduction)));
      socket.on('message', (data, isBinary) => { if (!isBinary && JSON.parse(String(data)).welcome) resolve(undefined); });
    });
    return socket;
  }

  /** @param {WebSocket} socket @returns {Promise<number>} */
  const closed = (socket) => new Promise((resolve) => { socket.on('close', resolve); });

  /** @param {string} reason @returns {Promise<number>} */
  async function refusals(reason) {
    const text = await (await fetch(`${stack.daemon.origin}/metrics`)).text();
    return Number(new RegExp(`lmbridge_live_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
  }

  /** @param {string} reason @param {() => Promise<unknown>} act @param {number} count */
  async function counted(reason, act, count = 1) {
    const before = await refusals(reason);
    const from = stack.daemon.log.length;
    await act();
    assert.equal(await refusals(reason), before + count, reason);
    assert.equal((await stack.daemon.logged('a viewer was refused', from)).reason, reason);
  }

  /** @param {object} options @returns {Promise<number>} the status with which a WebSocket is refused */
  const refusedStatus = (options) => new Promise((resolve, reject) => {
    const socket = connect(options);
    socket.on('unexpected-response', (_, response) => { resolve(response.statusCode ?? 0); socket.terminate(); });
    socket.on('open', () => { socket.terminate(); reject(new Error('it was let in')); });
    socket.on('error', () => {});
  });

  test('is closed to pages of other origins, and to those that name none', async () => {
    await openDoor();
    const { port } = new URL(stack.daemon.origin);
    const origins = [
      'http://evil.example', `http://127.0.0.1:${Number(port) + 1}`, `http://localhost:${port}`, 'null', `http://127.0.0.1:${port}.evil.example`, '',
    ];
    await counted('origin', async () => {
      for (const origin of origins) assert.equal(await refusedStatus({ origin }), 403, origin);
    }, origins.length);
  });

  test('answers a request for no WebSocket, and one for a wrong one, as what it is', async () => {
    await openDoor();
    const headers = { origin: stack.daemon.origin };
    await counted('handshake', async () => {
      const response = await fetch(`${stack.daemon.origin}/live/socket`, { headers });
      assert.equal(response.status, 400);
      assert.equal((await response.json()).error.code, 'invalid_request');
    });
    assert.equal((await fetch(`${stack.daemon.origin}/live/`, { method: 'POST', headers })).status, 405);
  });

  test('lets nobody in by guessing, takes its time to say so, and counts it', async () => {
    const token = await openDoor();
    const guesses = [
      { token: { secret: GUESS } }, { token: { secret: token.slice(0, -1) } }, { token: { secret: `${token}A` } },
      { token: { secret: token.toLowerCase() } }, { resume: { secret: GUESS } }, { resume: { secret: token } },
    ];
    await counted('wrong', async () => {
      const outcomes = await Promise.all(guesses.map((guess) => send(guess)));
      for (const { code, said, took } of outcomes) {
        assert.deepEqual([code, said], [4003, [{ refused: { why: 'wrong' } }]]);
        assert.ok(took >= 1000, `${took} ms`);
      }
    }, guesses.length);
    // The real one is none the worse for it.
    (await enter({ token: { secret: token } })).close();
  });

  test('takes a token once, and knows the viewer again by another secret alone', async () => {
    const token = await openDoor();
    const socket = await enter({ token: { secret: token } });
    await counted('used', async () => assert.equal((await send({ token: { secret: token } })).code, 4003));
    await counted('wrong', () => send({ resume: { secret: token } }));
    socket.close();
    await closed(socket);
  });

  test('forgets all secrets with the command', async () => {
    const token = await openDoor();
    const socket = await enter({ token: { secret: token } });
    const gone = closed(socket);
    await command.stop();
    assert.equal(await gone, 4000);
    await openDoor();
    await counted('used', () => send({ token: { secret: token } }));
  });

  test('is shut to those who do not say who they are', async () => {
    await openDoor();
    const introductions = [
      'hello', '', '{}', '{"token":{}}', '{"token":{"secret":7}}', '{"token":{"secret":""}}', '{"mouse":{"action":"move","button":"none"}}',
      JSON.stringify({ token: { secret: 'x'.repeat(300) } }), '{"token":{"secret":"a"},"resume":{"secret":"b"}}', 'x'.repeat(2000), Buffer.from([0xff, 0xfe]),
      '['.repeat(5000),
    ];
    await counted('handshake', async () => {
      for (const introduction of introductions) assert.equal((await send(introduction)).code, 1008, String(introduction).slice(0, 60));
    }, introductions.length);
  });

  test('ends with messages that are too large, before and after somebody is let in', async () => {
    const token = await openDoor();
    await counted('handshake', async () => assert.equal((await send('x'.repeat(65 * 1024))).code, 1009));
    const socket = await enter({ token: { secret: token } });
    const gone = closed(socket);
    socket.send(JSON.stringify({ text: { text: 'x'.repeat(65 * 1024) } }));
    assert.equal(await gone, 1009);
  });

  test('puts a viewer out whose messages make no sense', async () => {
    for (const message of ['nonsense', '{"mouse":{"action":"explode"}}', '{"screen":{"width":1e9}}', '{"show":{"page":""}}', Buffer.from('{"back":{}}')]) {
      const socket = await enter({ token: { secret: await openDoor() } });
      const gone = closed(socket);
      socket.send(message);
      assert.equal(await gone, 1008, String(message));
      await command.next('viewer_came');
      assert.equal((await command.next('viewer_left')).reason, 'refused');
      await command.stop();
    }
    assert.ok(await refusals('message') >= 5);
  });

  test('survives what is no WebSocket, frame by frame', async () => {
    await openDoor();
    const { port, host, origin } = new URL(stack.daemon.origin);
    const handshake = `GET /live/socket HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    const frames = [
      [0x81, 0x01, 0x78], // without a mask
      [0x83, 0x80, 0, 0, 0, 0], // of a kind that there is not
      [0xf1, 0x80, 0, 0, 0, 0], // with bits that mean nothing
      [0x80, 0x80, 0, 0, 0, 0], // goes on with nothing
      [0x09, 0x80, 0, 0, 0, 0], // a ping in pieces
      [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0], // a ping that is too long
      [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], // longer than can be
      [0x88, 0x81, 0, 0, 0, 0, 0x03], // half a code
      [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28], // no UTF-8
    ];
    for (const frame of frames) {
      const answer = await new Promise((resolve) => {
        const socket = net.connect(Number(port), '127.0.0.1');
        let text = '';
        socket.setEncoding('latin1').on('data', (piece) => {
          if (text === '') socket.write(Buffer.from(frame));
          text += piece;
        });
        socket.on('error', () => {}).on('close', () => resolve(text));
        socket.write(handshake);
      });
      assert.match(answer, /^HTTP\/1\.1 101 /);
    }
    const early = await new Promise((resolve) => {
      const socket = net.connect(Number(port), '127.0.0.1');
      socket.setEncoding('latin1').once('data', (text) => { socket.destroy(); resolve(text); });
      socket.write(Buffer.concat([Buffer.from(handshake), Buffer.from(frames[0])]));
    });
    assert.match(early, /^HTTP\/1\.1 400 /);
  });

  test('holds no crowd: who says nothing makes room for who comes', async () => {
    const token = await openDoor();
    const silent = Array.from({ length: 12 }, () => connect());
    const gone = silent.map(closed);
    await Promise.all(silent.map((socket) => new Promise((resolve) => { socket.on('open', resolve).on('error', resolve); })));
    const socket = await enter({ token: { secret: token } });
    await Promise.race(gone);
    assert.ok(await refusals('crowd') >= 4);
    socket.close();
    for (const each of silent) each.terminate();
    await Promise.all(gone);
  });

  test('sends no picture to a viewer who has not shown those before, and then the newest', async () => {
    const token = await openDoor();
    await withPage(stack.daemon, (page) => page.evaluate(
      "window.timer = setInterval(() => { document.querySelector('h1').textContent = performance.now(); }, 10)"));
    let pictures = 0;
    /** @type {(() => void) | undefined} */
    let wake;
    const socket = await enter({ token: { secret: token } }, (_, isBinary) => {
      if (isBinary) pictures += 1;
      wake?.();
    });
    /** @param {number} count */
    async function until(count) {
      while (pictures < count) await new Promise((resolve) => { wake = () => resolve(undefined); });
    }
    await until(2);
    // No event tells that nothing more comes.
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal(pictures, 2);
    socket.send('{"shown":{}}');
    await until(3);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(pictures, 3);
    socket.close();
    await closed(socket);
    await withPage(stack.daemon, (page) => page.evaluate('clearInterval(window.timer)'));
  });

  test('leaves nothing behind: no descriptor, no viewer, no secret in the log', async () => {
    /** Sockets that are not our own requests' to /metrics. */
    const descriptors = async () => (await stack.daemon.openFiles()).length;
    const warmUp = await enter({ token: { secret: await openDoor() } });
    warmUp.close();
    await closed(warmUp);
    await command.stop();
    const before = await descriptors();
    const tokens = [];
    for (let i = 0; i < 5; i += 1) {
      const token = await openDoor();
      tokens.push(token);
      const socket = await enter({ token: { secret: token } });
      await Promise.all([send('junk'), send('x'.repeat(70_000)), refusedStatus({ origin: 'http://evil.example' })]);
      const gone = closed(socket);
      if (i % 2) socket.terminate();
      await command.stop();
      await gone;
    }
    // The last one's end is on its way.
    const viewers = async () => Number(/^lmbridge_live_viewers (\d+)$/m.exec(await (await fetch(`${stack.daemon.origin}/metrics`)).text())?.[1]);
    for (const begun = performance.now(); await viewers() > 0;) assert.ok(performance.now() - begun < 30_000, 'a viewer is left');
    assert.ok(await descriptors() <= before + 2, `${before} descriptors before, ${await descriptors()} after`);
    for (const token of tokens) assert.ok(!stack.daemon.transcript().includes(token));
  });
});
