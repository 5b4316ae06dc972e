// The failures of the real site by name: whole responses, and records inside a stream that has begun well.

import { STATUS_CODES } from 'node:http';

const CHALLENGE_PAGE = `<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head>
<body><noscript>Enable JavaScript and cookies to continue</noscript><div id="challenge"></div></body></html>`;

const BAD_GATEWAY_PAGE = `<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>`;

const SOME_PAGE = `<!DOCTYPE html><html lang="en"><head><title>Arena</title></head>
<body><main>We will be right back.</main></body></html>`;

const HTML = 'text/html; charset=UTF-8';
const ZOD = { name: 'ZodError', issues: [{ path: ['messages', 0, 'id'], message: 'Invalid uuid' }] };

/** @typedef {{status: number, body: unknown, body_type?: string, headers?: Record<string, string>}} Answer */

/** Whole responses. @type {Record<string, Answer>} */
export const RESPONSES = {
  challenge: { status: 403, body: CHALLENGE_PAGE, body_type: HTML },
  challenge_503: { status: 503, body: CHALLENGE_PAGE, body_type: HTML },
  recaptcha: { status: 403, body: { error: 'recaptcha validation failed' } },
  stale_ids: { status: 400, body: { error: 'Message not found in evaluation session' } },
  not_found: { status: 404, body: { error: 'Evaluation session not found' } },
  zod: { status: 400, body: { error: ZOD } },
  foreign_session: { status: 401, body: { error: 'User does not have access to evaluation session' } },
  signed_out: { status: 401, body: { error: 'Unauthorized' } },
  too_large: { status: 413, body: { error: 'Request Entity Too Large: the attachments are too large' } },
  moderation: { status: 422, body: { error: 'Request rejected' } },
  moderation_429: { status: 429, body: { error: 'prompt failed' } },
  rate_limit: { status: 429, body: { error: 'Too Many Requests' } },
  // Nothing answers under .invalid, and a page's content policy forbids to follow: what a move looks like from inside.
  moved: { status: 307, body: 'Redirecting...', headers: { location: 'https://moved.arena.invalid/' } },
  method_not_allowed: { status: 405, body: { error: 'Method Not Allowed' }, headers: { allow: 'POST' } },
  server_error: { status: 500, body: { error: 'Internal Server Error' } },
  bad_gateway: { status: 502, body: BAD_GATEWAY_PAGE, body_type: HTML },
  error_object: { status: 200, body: { error: 'Something went wrong while generating the response.' } },
  html: { status: 200, body: SOME_PAGE, body_type: HTML },
};

/**
 * Records: kind and value of the record that tells of the failure, from the text of the message.
 * @type {Record<string, (message?: string) => [kind: string, value: unknown]>}
 */
export const RECORDS = {
  arena_error: (message = '{"hasArenaError":true,"message":"The model failed to respond."}') => ['0', message],
  error_record: (message = 'An error occurred.') => ['3', message],
  step_error: (message = 'The model failed to respond.') => ['e', { finishReason: 'error', message, isContinued: false }],
};

/**
 * The whole response that a directive orders instead of a stream: a named one, in which fields given beside the name
 * take the place of its own.
 * @param {import('./directives.mjs').Directive} directive
 * @returns {{status: number, headers: Record<string, string>, body: string} | undefined}
 */
export function orderedResponse(directive) {
  if (!ordersResponse(directive)) return undefined;
  const plain = { status: 200, body: { error: STATUS_CODES[directive.status] ?? 'Error' } };
  const answer = { ...plain, ...RESPONSES[directive.fail], ...given(directive) };
  const isText = typeof answer.body === 'string';
  const headers = {
    'content-type': answer.body_type ?? (isText ? 'text/plain;charset=UTF-8' : 'application/json'),
    ...RESPONSES[directive.fail]?.headers,
    ...directive.headers,
  };
  if (directive.retry_after !== undefined) headers['retry-after'] = String(directive.retry_after);
  return { status: answer.status, headers, body: isText ? answer.body : JSON.stringify(answer.body) };
}

/** @param {import('./directives.mjs').Directive} directive */
export function ordersResponse({ fail, status, body }) {
  return fail in RESPONSES || (!(fail in RECORDS) && (status !== undefined || body !== undefined));
}

/** @param {import('./directives.mjs').Directive} directive */
function given({ status, body, body_type }) {
  return Object.fromEntries(Object.entries({ status, body, body_type }).filter(([, value]) => value !== undefined));
}
