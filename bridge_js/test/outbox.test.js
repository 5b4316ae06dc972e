import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Outbox, SLICE } from '../src/outbox.js';

/** A channel whose turns are taken by hand. */
function handChannel() {
  const port1 = { onmessage: /** @type {any} */ (null) };
  let posted = 0;
  const channel = { port1, port2: { postMessage: () => { posted += 1; } } };
  return {
    channel: /** @type {any} */ (channel),
    posted: () => posted,
    turn: () => port1.onmessage(),
  };
}

/** @param {string} payload */
function decode(payload) {
  const end = payload.indexOf('\n');
  return { events: JSON.parse(payload.slice(0, end)), texts: payload.slice(end + 1) };
}

function outboxWithHands() {
  const hands = handChannel();
  /** @type {string[]} */
  const sent = [];
  return { outbox: new Outbox((payload) => sent.push(payload), hands.channel), sent, ...hands };
}

test('everything that arrived before the turn goes out in one call', () => {
  const { outbox, sent, turn, posted } = outboxWithHands();
  outbox.add(['head', 1, 200, []]);
  outbox.addText(1, 'one ');
  outbox.addText(1, 'two');
  outbox.addText(2, 'other');
  outbox.add(['end', 1]);
  assert.equal(sent.length, 0);
  assert.equal(posted(), 1, 'one turn is asked for');
  turn();
  assert.equal(sent.length, 1);
  assert.deepEqual(decode(sent[0]), {
    events: [['head', 1, 200, []], ['text', 1, 7], ['text', 2, 5], ['end', 1]],
    texts: 'one twoother',
  });
});

test('what arrives after a turn waits for the next one', () => {
  const { outbox, sent, turn, posted } = outboxWithHands();
  outbox.addText(1, 'a');
  turn();
  outbox.addText(1, 'b');
  assert.equal(posted(), 2);
  turn();
  assert.deepEqual(sent.map((payload) => decode(payload).texts), ['a', 'b']);
});

test('no call carries more than a slice, and a full one does not wait for its turn', () => {
  const { outbox, sent, turn } = outboxWithHands();
  const text = '😀'.repeat(15_000);
  for (let i = 0; i < 5; ++i) outbox.addText(7, text);
  outbox.add(['end', 7]);
  assert.equal(sent.length, 2, 'two pieces fill a call');
  turn();
  assert.equal(sent.length, 3);
  let joined = '';
  for (const payload of sent) {
    const { events, texts } = decode(payload);
    assert.ok(texts.length <= SLICE);
    assert.ok(texts.isWellFormed());
    assert.equal(events[0][2], texts.length);
    joined += texts;
  }
  assert.equal(joined, text.repeat(5));
  assert.deepEqual(decode(sent[2]).events.at(-1), ['end', 7]);
});

test('a turn with nothing left to say makes no call', () => {
  const { outbox, sent, turn } = outboxWithHands();
  outbox.addText(1, 'x'.repeat(SLICE));
  outbox.addText(1, 'y'.repeat(SLICE));
  turn();
  turn();
  assert.equal(sent.length, 2);
});

test('texts with line feeds and control characters stay whole', () => {
  const { outbox, sent, turn } = outboxWithHands();
  outbox.addText(1, 'a0:"x\\n"\n\u0000\u001e"]\n');
  turn();
  assert.equal(decode(sent[0]).texts, 'a0:"x\\n"\n\u0000\u001e"]\n');
});
