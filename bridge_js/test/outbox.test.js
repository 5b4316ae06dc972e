import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Outbox } from '../src/outbox.js';

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

test('a long text is cut into slices that never part a surrogate pair', () => {
  const { outbox, sent, turn } = outboxWithHands();
  const text = 'x' + '😀'.repeat(100_000) + 'end';
  outbox.addText(7, 'y');
  outbox.addText(7, text);
  outbox.add(['end', 7]);
  turn();
  assert.ok(sent.length > 2);
  let joined = '';
  for (const payload of sent) {
    const { events, texts } = decode(payload);
    assert.ok(texts.isWellFormed());
    assert.ok(texts.length <= 64 * 1024);
    let units = 0;
    for (const event of events) units += event[0] === 'text' ? event[2] : 0;
    assert.equal(units, texts.length);
    joined += texts;
  }
  assert.equal(joined, 'y' + text);
  assert.deepEqual(decode(sent.at(-1)).events.at(-1), ['end', 7]);
});

test('texts with line feeds and control characters stay whole', () => {
  const { outbox, sent, turn } = outboxWithHands();
  outbox.addText(1, 'a0:"x\\n"\n\u0000\u001e"]\n');
  turn();
  assert.equal(decode(sent[0]).texts, 'a0:"x\\n"\n\u0000\u001e"]\n');
});
