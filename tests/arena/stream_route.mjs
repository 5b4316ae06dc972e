// The stream endpoint: are the request and who sends it right, what is ordered, and the answer to it.

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { answerItems } from './answer.mjs';
import { DirectiveError, ordersFailure, readDirective, withoutFailure } from './directives.mjs';
import { orderedResponse } from './failures.mjs';
import { modelType } from './models.mjs';
import { Outlet } from './outlet.mjs';
import { CHALLENGE_PAGE } from './page.mjs';
import { reply, replyJson, sinkOf } from './replies.mjs';
import { sendItems } from './send.mjs';
import { attachmentsTooLarge, isUuid, issuesOf, modelById, zodError } from './validate.mjs';

/** @typedef {import('./arena.mjs').Site} Site */
/** @typedef {import('./directives.mjs').Directive} Directive */
/** @typedef {import('./counters.mjs').Entry} Entry */
/** @typedef {import('node:http').IncomingMessage | import('node:http2').Http2ServerRequest} Request */
/** @typedef {import('./replies.mjs').Response} Response */

export const STREAM_PATH = /^\/nextjs-api\/stream\/retry-evaluation-session-message\/([^/]+)\/messages\/([^/]+)$/;

const MAX_BODY = 64 * 1024 * 1024;
const CONTENT_TYPE = /^text\/plain;\s*charset=utf-8$/i;
const ECHOED_HEADERS = ['content-type', 'accept', 'cookie', 'origin', 'user-agent'];

/** The pace of an answer for which nothing was ordered. */
const NATURAL_PACE_MS = 40;

/** Before a connection is cut: browsers throw away what a page has not read by then. */
const CUT_GRACE_MS = 2000;
/** The same where only the head has been sent: there is little that could be thrown away. */
const CUT_GRACE_OF_HEAD_MS = 100;

/** @type {Directive} */
const CHALLENGED = { fail: 'challenge', body: CHALLENGE_PAGE };

/**
 * What a request that meets an outage is given in place of what it ordered; one that stalls gets it later.
 * @type {Record<string, (retryAfter?: number) => Directive>}
 */
const OUTAGES = {
  drop: () => ({ cut_after: 0 }),
  500: () => ({ fail: 'server_error' }),
  429: (retryAfter) => ({ fail: 'rate_limit', retry_after: retryAfter }),
  empty: () => ({ empty: true }),
};

/** A request that the site would not accept, and what it says to it. */
class Refusal extends Error {
  /** @param {number} status @param {unknown} body */
  constructor(status, body) {
    super('refused');
    this.status = status;
    this.body = body;
  }
}

/** @param {Site} site @param {Request} request @param {Response} response @param {string} sessionId @param {string} messageId */
export async function serveStream(site, request, response, sessionId, messageId) {
  const bytes = await readBody(request);
  if (!bytes || sinkOf(response).destroyed) return;
  const protocol = request.httpVersionMajor === 2 ? 'h2' : 'h1';
  const entry = site.ledger.open({ protocol, session_id: sessionId, message_id: messageId, body: bytes.toString() });
  try {
    if (site.modes.challenges('fetch')) return await answer(entry, response, CHALLENGED);
    checkSender(site, request, sessionId, messageId);
    const body = checkBody(request, bytes, sessionId);
    entry.record.model_id = body.modelId;
    const { question, directive } = orderIn(body);
    Object.assign(entry.record, { mark: directive.mark ?? null, key: directive.key ?? null });
    const context = {
      question,
      modelType: modelType(modelById(body.modelId)),
      received: received(request, body),
      pictureUrl: `${site.http}/__arena/picture/${createHash('sha256').update(question).digest('hex')}.png`,
    };
    const outage = site.modes.outageFor(sessionId);
    const ordered = OUTAGES[outage?.kind]?.(outage.retryAfter) ?? partForNow(site, directive);
    await answer(entry, response, ordered, context, outage);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    entry.refuse(error.status);
    replyJson(response, error.status, error.body);
  }
}

/**
 * @param {Entry} entry
 * @param {Response} response
 * @param {Directive} directive
 * @param {import('./answer.mjs').Context} [context] for those that order a stream
 * @param {{kind: string, over: Promise<void>}} [outage]
 */
async function answer(entry, response, directive, context, outage) {
  const sink = sinkOf(response);
  const outlet = new Outlet(sink, (bytes) => entry.sent(bytes));
  entry.accept();
  sink.once('close', () => {
    const ended = outlet.isCut || (sink.writableFinished && !sink.aborted);
    if (!ended) entry.end('aborted');
    else entry.end(ordersFailure(directive) ? 'failed' : 'answered');
  });
  if (outage?.kind === 'drop') return outlet.drop();
  if (outage?.kind === 'stall') await outlet.wait(outage.over);
  await outlet.until(performance.now() + (directive.first_delay_ms ?? 0));
  if (outlet.gone) return;
  const ordered = orderedResponse(directive);
  entry.record.status = ordered?.status ?? 200;
  if (ordered) reply(response, ordered.status, ordered.headers, ordered.body);
  else await stream(entry, response, outlet, directive, context);
}

/** @param {Entry} entry @param {Response} response @param {Outlet} outlet @param {Directive} directive @param {any} context */
async function stream(entry, response, outlet, directive, context) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', ...directive.headers });
  response.flushHeaders();
  await outlet.until(performance.now() + (directive.body_delay_ms ?? 0));
  const ending = await sendItems(outlet, answerItems(directive, context), directive, () => entry.record.pieces++);
  if (ending === 'stall') await outlet.clientGone();
  else if (ending === 'cut') await outlet.cut(directive.cut_grace_ms ?? (entry.record.pieces > 0 ? CUT_GRACE_MS : CUT_GRACE_OF_HEAD_MS));
  else outlet.end();
}

/** @param {Request} request @returns {Promise<Buffer | undefined>} nothing when the client went before it had said all */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size <= MAX_BODY + 1) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** @param {Site} site @param {Request} request @param {string} sessionId @param {string} messageId */
function checkSender(site, request, sessionId, messageId) {
  const account = site.modes.signedOut ? undefined : site.accounts.signedIn(request.headers.cookie);
  if (!account) throw new Refusal(401, { error: 'Unauthorized' });
  const bad = Object.entries({ sessionId, messageId }).filter(([, id]) => !isUuid(id));
  if (bad.length > 0) throw new Refusal(400, zodError(bad.map(([name]) => ({ path: [name], message: 'Invalid uuid' }))));
  const refusal = site.accounts.refusal(account, sessionId, messageId);
  if (refusal) throw new Refusal(refusal.status, { error: refusal.error });
}

/** @param {Request} request @param {Buffer} bytes @param {string} sessionId @returns {any} the parsed body, which is right */
function checkBody(request, bytes, sessionId) {
  if (!CONTENT_TYPE.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(400, { error: 'Unsupported content type: expected text/plain;charset=UTF-8' });
  }
  if (bytes.length > MAX_BODY) throw new Refusal(413, { error: 'Request Entity Too Large: the body is too large' });
  const body = parseBody(bytes);
  const issues = issuesOf(body, sessionId);
  if (issues.length > 0) throw new Refusal(400, zodError(issues));
  if (attachmentsTooLarge(body)) throw new Refusal(413, { error: 'Request Entity Too Large: the attachments are too large' });
  return body;
}

/** @param {Buffer} bytes */
function parseBody(bytes) {
  try {
    if (isUtf8(bytes)) return JSON.parse(bytes.toString());
  } catch {
    // not JSON: refused below, as what is not UTF-8 is
  }
  throw new Refusal(400, zodError([{ path: [], message: 'Invalid JSON' }]));
}

/** Without an order the participant answers whose message is retried. @param {any} body @returns {{question: string, directive: Directive}} */
function orderIn(body) {
  const asked = body.messages.filter(({ role }) => role === 'user').pop()?.content ?? '';
  const participant = body.messages.at(-1)?.participantPosition;
  try {
    const { question, directive = { pace_ms: NATURAL_PACE_MS, participant } } = readDirective(asked);
    return { question, directive };
  } catch (error) {
    if (error instanceof DirectiveError) throw new Refusal(400, { error: error.message });
    throw error;
  }
}

/** @param {Site} site @param {Directive} directive @returns {Directive} without its failure, once it has failed often enough */
function partForNow(site, directive) {
  if (directive.fail_times === undefined) return directive;
  const before = site.failures.get(directive.key) ?? 0;
  site.failures.set(directive.key, before + 1);
  return before < directive.fail_times ? directive : withoutFailure(directive);
}

/** @param {Request} request @param {any} body */
function received(request, body) {
  const headers = Object.fromEntries(ECHOED_HEADERS.map((name) => [name, request.headers[name]]));
  return { method: request.method, path: request.url, headers, body };
}
