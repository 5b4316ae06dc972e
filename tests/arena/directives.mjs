// How a test orders the behaviour of an answer: `@arena {json}` in the last user message. README.md explains every field.

import { RECORDS, RESPONSES, ordersResponse } from './failures.mjs';

/**
 * @typedef {object} Directive
 * @property {string} [text]
 * @property {number} [piece_chars]
 * @property {number} [pieces]
 * @property {string} [mark]
 * @property {boolean} [stamp]
 * @property {number} [bytes]
 * @property {number} [piece_bytes]
 * @property {number} [line_bytes]
 * @property {string[]} [raw]
 * @property {string[]} [raw_base64]
 * @property {boolean} [echo]
 * @property {boolean} [empty]
 * @property {string} [reasoning]
 * @property {boolean} [reasoning_after]
 * @property {string[]} [images]
 * @property {(object | object[])[]} [citations]
 * @property {number} [heartbeats]
 * @property {boolean} [unknown_records]
 * @property {boolean} [step_records]
 * @property {'a' | 'b'} [participant]
 * @property {boolean} [battle]
 * @property {string} [other_text]
 * @property {string | null} [finish]
 * @property {object | null} [usage]
 * @property {'prompt' | 'input'} [usage_style]
 * @property {boolean} [ascii_escapes]
 * @property {boolean} [crlf]
 * @property {boolean} [no_final_newline]
 * @property {number} [first_delay_ms]
 * @property {number} [body_delay_ms]
 * @property {number} [pace_ms]
 * @property {boolean} [burst]
 * @property {number | 'random'} [split]
 * @property {number} [seed]
 * @property {string} [fail]
 * @property {number} [status]
 * @property {string | object} [body]
 * @property {string} [body_type]
 * @property {Record<string, string>} [headers]
 * @property {number} [retry_after]
 * @property {number} [cut_after]
 * @property {number} [cut_grace_ms]
 * @property {number} [end_after]
 * @property {number} [stall_after]
 * @property {number} [fail_times]
 * @property {string} [key]
 */

/** @typedef {[what: string, fits: (value: any) => boolean]} Type */

const GIBIBYTE = 1024 ** 3;
const HOUR_MS = 3_600_000;

/** @type {Type} */
const string = ['a string', (value) => typeof value === 'string'];
/** @type {Type} */
const flag = ['true or false', (value) => typeof value === 'boolean'];
/** @type {Type} */
const object = ['an object', isObject];

/** @param {number} min @param {number} max @returns {Type} */
const integer = (min, max) => (
  [`an integer from ${min} to ${max}`, (value) => Number.isInteger(value) && value >= min && value <= max]
);
/** @type {Type} */
const milliseconds = [`a number from 0 to ${HOUR_MS}`, (value) => typeof value === 'number' && value >= 0 && value <= HOUR_MS];
/** @param {...any} values @returns {Type} */
const oneOf = (...values) => [`one of ${values.map((value) => JSON.stringify(value)).join(', ')}`, (value) => values.includes(value)];
/** @param {Type} one @param {Type} other @returns {Type} */
const either = ([what, fits], [otherwise, fitsToo]) => [`${what} or ${otherwise}`, (value) => fits(value) || fitsToo(value)];
/** @param {Type} item @returns {Type} */
const listOf = ([what, fits]) => [`an array of which each item is ${what}`, (value) => Array.isArray(value) && value.every(fits)];

/** @type {Type} */
const base64 = ['base64', (value) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value)];

// What frames a message is the server's own business; anything else may be sent as it is written.
const FRAMING = /^(connection|content-length|keep-alive|transfer-encoding|upgrade)$/i;
/** @type {Type} */
const headers = ['an object of header names and printable values', (value) => isObject(value)
  && Object.entries(value).every(([name, text]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !FRAMING.test(name)
    && typeof text === 'string' && /^[\x20-\x7e]*$/.test(text))];

/** @type {Record<keyof Directive, Type>} */
export const FIELDS = {
  text: string,
  piece_chars: integer(1, 1_000_000),
  pieces: integer(0, 10_000_000),
  mark: string,
  stamp: flag,
  bytes: integer(0, GIBIBYTE),
  piece_bytes: integer(4, 16 * 1024 * 1024),
  line_bytes: integer(5, GIBIBYTE),
  raw: listOf(string),
  raw_base64: listOf(base64),
  echo: flag,
  empty: flag,
  reasoning: string,
  reasoning_after: flag,
  images: listOf(string),
  citations: listOf(either(object, listOf(object))),
  heartbeats: integer(0, 100_000),
  unknown_records: flag,
  step_records: flag,
  participant: oneOf('a', 'b'),
  battle: flag,
  other_text: string,
  finish: oneOf('stop', 'length', 'content-filter', 'tool-calls', 'error', 'other', 'unknown', null),
  usage: either(object, oneOf(null)),
  usage_style: oneOf('prompt', 'input'),
  ascii_escapes: flag,
  crlf: flag,
  no_final_newline: flag,
  first_delay_ms: milliseconds,
  body_delay_ms: milliseconds,
  pace_ms: milliseconds,
  burst: flag,
  split: either(integer(1, 1024 * 1024), oneOf('random')),
  seed: integer(0, 0xffffffff),
  fail: oneOf(...Object.keys(RESPONSES), ...Object.keys(RECORDS)),
  status: integer(200, 599),
  body: either(string, object),
  body_type: string,
  headers,
  retry_after: integer(0, 86_400),
  cut_after: integer(0, 10_000_000),
  cut_grace_ms: milliseconds,
  end_after: integer(0, 10_000_000),
  stall_after: integer(0, 10_000_000),
  fail_times: integer(0, 1_000_000),
  key: string,
};

export const TEXT_SOURCES = ['text', 'pieces', 'bytes', 'line_bytes', 'raw', 'raw_base64', 'echo'];
const STOPS = ['cut_after', 'end_after', 'stall_after'];
const FAILURES = ['fail', 'status', 'body', 'body_type', 'headers', 'retry_after', 'empty', 'cut_grace_ms', ...STOPS];

/** What does not fit together; each says so in a sentence. @type {((directive: Directive) => string | undefined)[]} */
const RULES = [
  atMostOne(...TEXT_SOURCES),
  atMostOne(...STOPS),
  atMostOne('burst', 'pace_ms'),
  atMostOne('burst', 'split'),
  needs('piece_bytes', 'bytes'),
  needs('stamp', 'pieces'),
  needs('reasoning_after', 'reasoning'),
  needs('other_text', 'battle'),
  needs('seed', 'split'),
  needs('cut_grace_ms', 'cut_after'),
  needs('fail_times', 'key'),
  needs('fail_times', ...FAILURES),
  (directive) => {
    const given = ['status', 'body_type', 'retry_after'].filter((name) => name in directive);
    return given.length > 0 && !ordersResponse(directive) ? `"${given[0]}" belongs to a response, not to a stream` : undefined;
  },
  ({ fail, body }) => (fail in RECORDS && isObject(body) ? `"body" must be a string with "fail": "${fail}"` : undefined),
  (directive) => {
    const unsaid = TEXT_SOURCES.find((name) => name in directive);
    const silent = directive.empty || ordersResponse(directive);
    return unsaid && silent && !('fail_times' in directive)
      ? `"${unsaid}" would never be said; with "fail_times" it comes after the failures` : undefined;
  },
];

export class DirectiveError extends Error {}

/**
 * @param {string} content of the last user message
 * @returns {{question: string, directive: Directive | undefined}} the question is what stands around the directive
 */
export function readDirective(content) {
  const marker = /@arena\s*(?=\{)/.exec(content);
  if (!marker) return { question: content, directive: undefined };
  const start = marker.index + marker[0].length;
  const end = endOfObject(content, start);
  const question = content.slice(0, marker.index) + content.slice(end);
  return { question: question.trim(), directive: checked(parsed(content.slice(start, end))) };
}

/** The same order without what goes wrong in it. @param {Directive} directive @returns {Directive} */
export function withoutFailure(directive) {
  return Object.fromEntries(Object.entries(directive).filter(([name]) => !FAILURES.includes(name)));
}

/** @param {Directive} directive */
export function ordersFailure(directive) {
  return FAILURES.some((name) => name in directive && name !== 'headers');
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DirectiveError(`@arena: not JSON: ${error.message}`);
  }
}

/** @param {Record<string, any>} fields @returns {Directive} */
function checked(fields) {
  for (const [name, value] of Object.entries(fields)) {
    if (!Object.hasOwn(FIELDS, name)) throw new DirectiveError(`@arena: unknown field "${name}"`);
    const [what, fits] = FIELDS[name];
    if (!fits(value)) throw new DirectiveError(`@arena: "${name}" must be ${what}`);
  }
  const directive = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== false));
  if (directive.headers) directive.headers = lowercased(directive.headers);
  const conflict = RULES.map((rule) => rule(directive)).find(Boolean);
  if (conflict) throw new DirectiveError(`@arena: ${conflict}`);
  return directive;
}

/** As HTTP/2 wants them, and so that they take the place of those that would be there. @param {Record<string, string>} names */
function lowercased(names) {
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Just behind the brace that closes the one at `start`. @param {string} text @param {number} start */
function endOfObject(text, start) {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (token[0] === '{') depth++;
    if (token[0] === '}' && --depth === 0) return tokens.lastIndex;
  }
  throw new DirectiveError('@arena: the object is not closed');
}

/** @param {...string} names */
function atMostOne(...names) {
  return (directive) => {
    const given = names.filter((name) => name in directive);
    return given.length > 1 ? `"${given[0]}" and "${given[1]}" exclude each other` : undefined;
  };
}

/** @param {string} name @param {...string} others one of these */
function needs(name, ...others) {
  return (directive) => (name in directive && !others.some((other) => other in directive)
    ? `"${name}" needs ${others.map((other) => `"${other}"`).join(' or ')}` : undefined);
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
