// Is the body of a retry request exactly what the site accepts? Every difference becomes an issue in the style of Zod.

import { MODELS, modelType } from './models.mjs';

/** @typedef {{path: (string | number)[], message: string}} Issue */
/** @typedef {(value: any, context: Context) => string | undefined} Check says what is wrong, if anything is */
/**
 * @typedef {object} Context
 * @property {any} message
 * @property {string} sessionId
 * @property {boolean} last
 * @property {boolean} imageModel
 * @property {string | undefined} previousId
 * @property {Set<string>} seenIds
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const LINK = /^(https:\/\/[^\s/]+|http:\/\/127\.0\.0\.1(:\d+)?(\/|$))/;
const DATA_LINK = /^data:([^;,]+);base64,([A-Za-z0-9+/]*={0,2})$/;
const MAX_ATTACHMENT_BASE64 = 5 * 1024 * 1024;

/** @type {Record<string, Check>} */
const BODY = {
  messages: (value) => (Array.isArray(value) && value.length > 0 ? undefined : 'Expected a non-empty array'),
  modelId: (value) => {
    if (value === null) return undefined;
    return typeof value === 'string' && modelById(value) ? undefined : 'Unknown model';
  },
};

/** @type {Record<string, Check>} */
const MESSAGE = {
  role: oneOf('system', 'user', 'assistant'),
  content: (value, { message }) => {
    if (typeof value !== 'string') return 'Expected string';
    return value === '' && message.role === 'user' ? 'String must contain at least 1 character(s)' : undefined;
  },
  id: (value, { seenIds }) => {
    if (!isUuid(value)) return 'Invalid uuid';
    return seenIds.has(value.toLowerCase()) ? 'Duplicate id' : undefined;
  },
  evaluationId: isNull,
  evaluationSessionId: (value, { sessionId }) => (value === sessionId ? undefined : "Does not match the path's session"),
  parentMessageIds: (value, { previousId }) => {
    const expected = previousId === undefined ? [] : [previousId];
    return JSON.stringify(value) === JSON.stringify(expected) ? undefined : `Expected ${JSON.stringify(expected)}`;
  },
  experimental_attachments: (value) => (Array.isArray(value) ? undefined : 'Expected array'),
  failureReason: isNull,
  metadata: isNull,
  participantPosition: oneOf('a', 'b'),
  createdAt: isDate,
  updatedAt: isDate,
  status: (value, { last, imageModel }) => {
    const allowed = last ? ['pending', ...(imageModel ? ['success'] : [])] : ['success'];
    return oneOf(...allowed)(value);
  },
};

/** @type {Record<string, Check>} */
const ATTACHMENT = {
  name: (value) => (typeof value === 'string' && value !== '' ? undefined : 'Expected a non-empty string'),
  contentType: (value) => (/^[\w.+-]+\/[\w.+-]+$/.test(value) ? undefined : 'Invalid content type'),
  url: (value) => (typeof value === 'string' && (LINK.test(value) || DATA_LINK.test(value)) ? undefined : 'Invalid url'),
};

/** @param {unknown} id */
export const isUuid = (id) => typeof id === 'string' && UUID.test(id);

/** @param {string | null} id */
export const modelById = (id) => MODELS.find((model) => model.id === id);

/** @param {any} body the parsed JSON @param {string} sessionId @returns {Issue[]} none when the body is right */
export function issuesOf(body, sessionId) {
  if (!isObject(body)) return [{ path: [], message: 'Expected object' }];
  const issues = checkFields(body, BODY, [], {});
  if (!Array.isArray(body.messages)) return issues;
  const imageModel = modelType(modelById(body.modelId)) === 'image';
  const seenIds = new Set();
  let previousId;
  for (const [index, message] of body.messages.entries()) {
    const last = index === body.messages.length - 1;
    issues.push(...messageIssues(['messages', index], { message, sessionId, last, imageModel, previousId, seenIds }));
    previousId = message?.id;
    seenIds.add(String(previousId).toLowerCase());
  }
  return issues;
}

/** @param {any} body a body without issues */
export function attachmentsTooLarge(body) {
  const attachments = body.messages.flatMap((message) => message.experimental_attachments);
  const sizes = attachments.map(({ url }) => (url.startsWith('data:') ? url.length - url.indexOf(',') - 1 : 0));
  return sizes.reduce((sum, size) => sum + size, 0) > MAX_ATTACHMENT_BASE64;
}

/** @param {Issue[]} issues */
export function zodError(issues) {
  return { error: { name: 'ZodError', issues } };
}

/** @param {(string | number)[]} path @param {Context} context */
function messageIssues(path, context) {
  const { message } = context;
  if (!isObject(message)) return [{ path, message: 'Expected object' }];
  const issues = checkFields(message, MESSAGE, path, context);
  if (!Array.isArray(message.experimental_attachments)) return issues;
  for (const [index, attachment] of message.experimental_attachments.entries()) {
    const at = [...path, 'experimental_attachments', index];
    if (isObject(attachment)) issues.push(...checkFields(attachment, ATTACHMENT, at, context));
    else issues.push({ path: at, message: 'Expected object' });
  }
  return issues;
}

/**
 * @param {any} object
 * @param {Record<string, Check>} fields exactly these must be there
 * @param {(string | number)[]} path
 * @param {any} context
 * @returns {Issue[]}
 */
function checkFields(object, fields, path, context) {
  const issues = [];
  for (const [name, check] of Object.entries(fields)) {
    const message = name in object ? check(object[name], context) : 'Required';
    if (message) issues.push({ path: [...path, name], message });
  }
  for (const name of Object.keys(object)) {
    if (!Object.hasOwn(fields, name)) issues.push({ path: [...path, name], message: 'Unrecognized key' });
  }
  return issues;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {...string} allowed @returns {Check} */
function oneOf(...allowed) {
  return (value) => (allowed.includes(value) ? undefined : `Expected ${allowed.map((one) => `'${one}'`).join(' | ')}`);
}

/** @type {Check} */
function isNull(value) {
  return value === null ? undefined : 'Expected null';
}

/** @type {Check} */
function isDate(value) {
  const valid = typeof value === 'string' && ISO_DATE.test(value) && !Number.isNaN(Date.parse(value));
  return valid ? undefined : 'Invalid datetime';
}
