// What an answer says: the records of the line stream, made one by one as they are sent, so that size costs no memory.

import { TEXT_SOURCES } from './directives.mjs';
import { RECORDS } from './failures.mjs';
import { filler, fillerPieces, SENTENCE } from './filler.mjs';

/** @typedef {import('./directives.mjs').Directive} Directive */
/**
 * @typedef {object} Item
 * @property {string | Buffer | (() => string)} bytes a function is called when its turn has come
 * @property {boolean} piece content of the answer: counted, and what cut_after and its like count by
 * @property {boolean} paced waits for its turn in the pace; others follow at once
 */
/**
 * @typedef {object} Context
 * @property {string} question
 * @property {'text' | 'image' | 'search'} modelType
 * @property {object} received what `echo` tells
 * @property {string} pictureUrl where the default answer of an image model is
 */
/** @typedef {(kind: string, value: unknown) => string} Line */

const FRAGMENT = 64 * 1024;

/** @param {Directive} directive @param {Context} context @returns {Iterable<Item>} */
export function answerItems(directive, context) {
  const items = directive.battle ? inTurn(mainItems(directive, context), otherItems(directive)) : mainItems(directive, context);
  return directive.no_final_newline ? withoutFinalNewline(items) : items;
}

/** @param {Directive} directive @param {Context} context @returns {Generator<Item>} */
function* mainItems(directive, context) {
  const line = lineWriter(directive, directive.participant ?? 'a');
  const finish = directive.finish === undefined ? defaultFinish(directive) : directive.finish;
  let completion = 0;
  yield* opening(directive, line);
  if (directive.reasoning && !directive.reasoning_after) yield* reasoningItems(directive, line);
  yield* (directive.citations ?? []).map((source, index) => content(line('c', citation(source, index))));
  for (const item of textItems(directive, context, line)) {
    if (item.piece) completion++;
    yield item;
  }
  if (directive.unknown_records) yield* unknownRecords(line).map(aside);
  const images = directive.images ?? defaultImages(directive, context);
  if (images.length > 0) yield content(line('2', images.map((image) => ({ type: 'image', image }))));
  if (directive.reasoning && directive.reasoning_after) yield* reasoningItems(directive, line);
  if (directive.fail in RECORDS) yield aside(line(...RECORDS[directive.fail](directive.body)));
  yield* closing(directive, line, finish, { prompt: words(context.question).length, completion });
}

/** The other participant of a battle. @param {Directive} directive @returns {Generator<Item>} */
function* otherItems(directive) {
  const line = lineWriter(directive, directive.participant === 'b' ? 'a' : 'b');
  const text = directive.other_text ?? 'I am the other participant of this battle, and nobody asked for my words.';
  const pieces = words(text);
  if (directive.step_records) yield aside(line('f', { messageId: 'msg-other' }));
  for (const piece of pieces) yield content(line('0', piece));
  yield* closing(directive, line, 'stop', { prompt: 1, completion: pieces.length });
}

/** @param {Directive} directive @param {Line} line @returns {Generator<Item>} */
function* opening(directive, line) {
  if (directive.step_records) yield aside(line('f', { messageId: 'msg-arena' }));
  for (let sent = 0; sent < (directive.heartbeats ?? 0); sent++) {
    yield { bytes: line('2', [{ type: 'heartbeat' }]), piece: false, paced: true };
  }
  if (directive.unknown_records) yield* unknownRecords(line).map(aside);
}

/** @param {Directive} directive @param {Line} line @param {string | null} finish @param {{prompt: number, completion: number}} counts */
function* closing(directive, line, finish, counts) {
  const usage = usageOf(directive, counts);
  if (directive.step_records) yield aside(line('e', { finishReason: finish ?? 'unknown', ...usage, isContinued: false }));
  if (finish !== null) yield aside(line('d', { finishReason: finish, ...usage }));
}

/** @param {Directive} directive @param {{prompt: number, completion: number}} counts */
function usageOf(directive, { prompt, completion }) {
  if (directive.usage === null) return {};
  if (directive.usage) return { usage: directive.usage };
  if (directive.usage_style === 'input') return { usage: { inputTokens: prompt, outputTokens: completion } };
  return { usage: { promptTokens: prompt, completionTokens: completion } };
}

/** What ends in a failure, and what is written by hand, has no finish of its own accord. @param {Directive} directive */
function defaultFinish(directive) {
  const unfinished = directive.fail || directive.empty || directive.raw || directive.raw_base64;
  return unfinished ? null : 'stop';
}

/** @param {Directive} directive @param {Context} context @param {Line} line @returns {Generator<Item>} */
function* textItems(directive, context, line) {
  if (directive.empty) return;
  if (directive.raw) yield* directive.raw.map(content);
  else if (directive.raw_base64) yield* directive.raw_base64.map((text) => content(Buffer.from(text, 'base64')));
  else if (directive.line_bytes !== undefined) yield* hugeLine(directive.line_bytes, line);
  else if (directive.stamp) yield* stamped(directive, line);
  else for (const piece of textPieces(directive, context)) yield content(line('0', piece));
}

/** @param {Directive} directive @param {Context} context @returns {Iterable<string>} */
function textPieces(directive, context) {
  if (directive.text !== undefined) return pieces(directive.text, directive);
  if (directive.pieces !== undefined) return numbered(directive.mark ?? 'piece', directive.pieces);
  if (directive.bytes !== undefined) return fillerPieces(directive.bytes, directive.piece_bytes ?? 1024);
  if (directive.echo) return pieces(JSON.stringify(context.received), directive);
  if (directive.images || directive.fail || context.modelType === 'image') return [];
  return pieces(friendlyText(context.question), directive);
}

/** @param {Directive} directive @param {Context} context */
function defaultImages(directive, context) {
  const isOrdered = [...TEXT_SOURCES, 'empty', 'fail'].some((name) => name in directive);
  return context.modelType === 'image' && !isOrdered ? [context.pictureUrl] : [];
}

/** @param {string} question */
function friendlyText(question) {
  const asked = words(question.trim()).slice(0, 12).join('').trim() || 'nothing at all';
  return `You asked: “${asked}”. A good question! I am only a stand-in for the arena, so there is no model behind these words; `
    + 'but they come one after the other, just as a real answer would, and they end properly.';
}

/** @param {Directive} directive @param {Line} line */
function reasoningItems(directive, line) {
  return pieces(directive.reasoning, directive).map((piece) => content(line('g', piece)));
}

/** @param {object} source @param {number} index */
function citation(source, index) {
  return { toolCallId: `call-${index}`, argsTextDelta: JSON.stringify({ source }) };
}

/** Nothing a reader of the stream knows; what looks like a record inside of them is none. @param {Line} line */
function unknownRecords(line) {
  return [
    line('k', { type: 'unheard-of', looksLike: 'a0:"not text"\n' }),
    line('z', null),
    line('2', [{ type: 'unheard-of', image: 'https://127.0.0.1/not-an-image' }, 'not an object', { type: 'heartbeat' }]),
    line('9', { toolCallId: 'call-unknown', toolName: 'unheard-of', args: {} }),
  ];
}

/** One record whose line is exactly `size` bytes long, its end not counted. @param {number} size @param {Line} line */
function* hugeLine(size, line) {
  const [head, tail] = line('0', '\u0000').split('\\u0000');
  const sentence = line('0', SENTENCE).slice(head.length, -tail.length);
  const room = size - head.length - '"'.length;
  const sentenceBytes = Buffer.byteLength(sentence);
  const block = sentence.repeat(Math.ceil(FRAGMENT / sentenceBytes));
  const blockBytes = Buffer.byteLength(block);
  yield aside(head);
  let left = room;
  for (; left >= blockBytes; left -= blockBytes) yield aside(block);
  yield aside(sentence.repeat(Math.floor(left / sentenceBytes)));
  yield content('.'.repeat(left % sentenceBytes) + tail);
}

/** @param {Directive} directive @param {string} participant @returns {Line} */
function lineWriter(directive, participant) {
  const end = directive.crlf ? '\r\n' : '\n';
  const json = directive.ascii_escapes ? asciiJson : JSON.stringify;
  return (kind, value) => `${participant}${kind}:${json(value)}${end}`;
}

/** @param {unknown} value */
function asciiJson(value) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped);
}

/** @param {string} text @param {Directive} directive */
function pieces(text, { piece_chars: size }) {
  if (size === undefined) return words(text);
  const points = Array.from(text);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => points.slice(index * size, (index + 1) * size).join(''));
}

/** Word by word, each with the space before it: joined, they are the text again. @param {string} text @returns {string[]} */
function words(text) {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** @param {string} mark @param {number} count */
function* numbered(mark, count) {
  for (let index = 0; index < count; index++) yield `${mark}:${index};`;
}

/** Numbered pieces that also say when they are written. @param {Directive} directive @param {Line} line @returns {Generator<Item>} */
function* stamped({ mark = 'piece', pieces: count = 0 }, line) {
  for (let index = 0; index < count; index++) {
    yield content(() => line('0', `${mark}:${index}:${process.hrtime.bigint() / 1000n};`));
  }
}

/** @param {Item['bytes']} bytes @returns {Item} */
function content(bytes) {
  return { bytes, piece: true, paced: true };
}

/** @param {string | Buffer} bytes @returns {Item} */
function aside(bytes) {
  return { bytes, piece: false, paced: false };
}

/** One of each by turns, until both are through. @param {Iterator<Item>} one @param {Iterator<Item>} other */
function* inTurn(one, other) {
  const waiting = [one, other];
  while (waiting.length > 0) {
    const next = waiting.shift();
    const { value, done } = next.next();
    if (done) continue;
    yield value;
    waiting.push(next);
  }
}

/** @param {Iterable<Item>} items @returns {Generator<Item>} */
function* withoutFinalNewline(items) {
  let held;
  for (const item of items) {
    if (held) yield held;
    held = item;
  }
  if (!held) return;
  yield typeof held.bytes === 'string' ? { ...held, bytes: held.bytes.replace(/\r?\n$/, '') } : held;
}
