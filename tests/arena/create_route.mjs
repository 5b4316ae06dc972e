// A new chat: what Send in the page asks for. The answer is short and comes at once; afterwards the session can be retried.

import { reply, replyJson } from './replies.mjs';
import { isUuid } from './validate.mjs';

export const CREATE_PATH = '/nextjs-api/stream/create-evaluation';

const MAX_BODY = 1024 * 1024;
const MODES = ['direct', 'battle'];

/** @param {import('./arena.mjs').Site} site @param {import('./stream_route.mjs').Request} request @param {import('./replies.mjs').Response} response */
export async function serveCreate(site, request, response) {
  const body = await readJson(request);
  const account = site.modes.signedOut ? undefined : site.accounts.signedIn(request.headers.cookie);
  if (!account) return replyJson(response, 401, { error: 'Unauthorized' });
  const messageIds = messageIdsOf(body);
  if (!messageIds) return replyJson(response, 400, { error: 'Bad Request' });
  for (const messageId of messageIds) site.accounts.addSession({ sessionId: body.id, messageId, account });
  const said = body.messages.at(-1)?.content ?? '';
  const lines = messageIds.flatMap((_, index) => answerOf('ab'[index], said));
  return reply(response, 200, { 'content-type': 'text/event-stream' }, lines.join(''));
}

/** @param {any} body @returns {string[] | undefined} of the answers, one or two; nothing when the body is not right */
function messageIdsOf(body) {
  if (!MODES.includes(body?.mode) || !Array.isArray(body.messages)) return undefined;
  const ids = body.mode === 'battle' ? [body.modelAMessageId, body.modelBMessageId] : [body.modelAMessageId];
  return [body.id, ...ids].every(isUuid) ? ids : undefined;
}

/** @param {string} participant @param {string} said */
function answerOf(participant, said) {
  return [`${participant}0:${JSON.stringify(`You said: ${said}`)}\n`, `${participant}d:{"finishReason":"stop"}\n`];
}

/** @param {import('./stream_route.mjs').Request} request @returns {Promise<any>} undefined for what is no JSON, or too much */
async function readJson(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
