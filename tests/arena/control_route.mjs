// What tests and its pages ask the stand-in itself, below /__arena/: counters, the log, waiting, modes, and pictures to download.

import { ACCOUNT, PASSWORD, setCookie } from './accounts.mjs';
import { unknownCounter } from './counters.mjs';
import { ModeError } from './modes.mjs';
import { picture } from './picture.mjs';
import { reply, replyJson, sinkOf } from './replies.mjs';

export const DEFAULT_WAIT_MS = 30_000;
const MAX_ORDER_BYTES = 64 * 1024;

/**
 * @param {import('./arena.mjs').Site} site
 * @param {import('./stream_route.mjs').Request} request
 * @param {import('./replies.mjs').Response} response
 * @param {URL} url
 */
export async function serveControl(site, request, response, url) {
  const route = `${request.method} ${url.pathname.slice('/__arena/'.length)}`;
  const [, pictureName] = /^GET picture\/([\w-]+)\.png$/.exec(route) ?? [];
  const [, ownName] = /^GET own-picture\/([\w-]+)\.png$/.exec(route) ?? [];
  if (route === 'GET counters') replyJson(response, 200, site.ledger.counters());
  else if (route === 'GET requests') replyJson(response, 200, site.ledger.requests({ bodies: url.searchParams.get('bodies') === '1' }));
  else if (route === 'POST reset') replyJson(response, 200, site.reset());
  else if (route === 'GET wait') await serveWait(site, response, url.searchParams);
  else if (route === 'GET mode') replyJson(response, 200, site.modes.current());
  else if (route === 'POST mode') await serveMode(site, request, response);
  else if (route === 'POST drop') serveDrop(site, response);
  else if (route === 'POST solve') serveSolve(site, response);
  else if (route === 'POST signin') await serveSignIn(site, request, response);
  else if (pictureName) reply(response, 200, { 'content-type': 'image/png' }, picture(pictureName));
  else if (ownName) serveOwnPicture(site, request, response, ownName);
  else replyJson(response, 404, { error: 'Not Found' });
}

/**
 * A picture for those alone who are signed in.
 * @param {import('./arena.mjs').Site} site
 * @param {import('./stream_route.mjs').Request} request
 * @param {import('./replies.mjs').Response} response
 * @param {string} name
 */
function serveOwnPicture(site, request, response, name) {
  if (site.accounts.signedIn(request.headers.cookie)) reply(response, 200, { 'content-type': 'image/png' }, picture(name));
  else replyJson(response, 403, { error: 'Forbidden' });
}

/** @param {import('./arena.mjs').Site} site @param {import('./replies.mjs').Response} response @param {URLSearchParams} query */
async function serveWait(site, response, query) {
  const numbers = Object.fromEntries([...query].map(([name, value]) => [name, Number(value)]));
  const { timeout_ms: timeout = DEFAULT_WAIT_MS, ...conditions } = numbers;
  const unknown = unknownCounter(conditions);
  if (unknown) return replyJson(response, 400, { error: `no counter is called "${unknown}"` });
  if (Object.values(numbers).some(Number.isNaN)) return replyJson(response, 400, { error: 'a value is not a number' });
  const gone = new AbortController();
  sinkOf(response).once('close', () => gone.abort());
  try {
    replyJson(response, 200, await site.ledger.wait(conditions, timeout, gone.signal));
  } catch (error) {
    replyJson(response, 408, { error: error.message });
  }
}

/** The body, unless it is too long. @param {import('./stream_route.mjs').Request} request */
async function readOrder(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_ORDER_BYTES) return undefined;
  }
  return text;
}

/** @param {import('./arena.mjs').Site} site @param {import('./stream_route.mjs').Request} request @param {import('./replies.mjs').Response} response */
async function serveMode(site, request, response) {
  const text = await readOrder(request);
  if (text === undefined) return replyJson(response, 413, { error: 'the order is too long' });
  try {
    const current = site.modes.set(JSON.parse(text));
    // Not before the answer is out: it goes over one of these connections.
    if (site.modes.isDown) sinkOf(response).once('finish', site.drop);
    replyJson(response, 200, current);
  } catch (error) {
    if (!(error instanceof ModeError) && !(error instanceof SyntaxError)) throw error;
    replyJson(response, 400, { error: error.message });
  }
}

/** @param {import('./arena.mjs').Site} site @param {import('./replies.mjs').Response} response */
function serveDrop(site, response) {
  sinkOf(response).once('finish', site.drop);
  replyJson(response, 200, {});
}

/** The button of the challenge. @param {import('./arena.mjs').Site} site @param {import('./replies.mjs').Response} response */
function serveSolve(site, response) {
  site.modes.end('challenge');
  replyJson(response, 200, {});
}

/**
 * The form of the sign-in; an empty one, and nothing at all, is the usual visitor's.
 * @param {import('./arena.mjs').Site} site
 * @param {import('./stream_route.mjs').Request} request
 * @param {import('./replies.mjs').Response} response
 */
async function serveSignIn(site, request, response) {
  const text = await readOrder(request);
  const { email = '', password = '' } = text ? JSON.parse(text) : {};
  if ((email || password) && password !== PASSWORD) return replyJson(response, 401, { error: 'That is not the password.' });
  if (site.modes.signedOut) site.accounts.signOutAll();
  site.modes.end('signed_out');
  replyJson(response, 200, {}, { 'set-cookie': setCookie(site.accounts.signIn(email.split('@')[0] || ACCOUNT)) });
}
