// The page: HTML with the model list inside of it, a content policy, and the cookie that signs in.

import { readFileSync } from 'node:fs';
import { ACCOUNT, COOKIE } from './accounts.mjs';
import { MODELS } from './models.mjs';
import { reply } from './replies.mjs';

const TEMPLATE = readFileSync(new URL('page.html', import.meta.url), 'utf8');

const CONTENT_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: https: http://127.0.0.1:*",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A visitor without a cookie that is known is signed in; `?account=name` signs in as another.
 * @param {import('./arena.mjs').Site} site
 * @param {import('./stream_route.mjs').Request} request
 * @param {import('./replies.mjs').Response} response
 * @param {URL} url
 */
export function servePage(site, request, response, url) {
  const known = site.accounts.signedIn(request.headers.cookie);
  const account = url.searchParams.get('account') ?? known ?? ACCOUNT;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CONTENT_POLICY };
  if (account !== known) headers['set-cookie'] = `${COOKIE}=${site.accounts.signIn(account)}; Path=/; HttpOnly; SameSite=Lax`;
  site.ledger.pageLoaded();
  reply(response, 200, headers, page(site.accounts.firstSession(account)));
}

/** @param {import('./accounts.mjs').Session | undefined} session the one that the Retry button repeats */
function page(session) {
  const options = MODELS.map(({ id, publicName }) => `<option value="${id}">${escapeHtml(publicName)}</option>`);
  const parts = {
    OPTIONS: options.join(''),
    SESSION_ID: session?.sessionId ?? '',
    MESSAGE_ID: session?.messageId ?? '',
    PAYLOAD: payload(session?.sessionId),
  };
  return TEMPLATE.replace(/%([A-Z_]+)%/g, (_, name) => parts[name]);
}

/** The script string of Next.js: JSON inside of a line, inside of a string, inside of HTML. @param {string} [sessionId] */
function payload(sessionId) {
  const properties = { initialModels: MODELS, initialUser: { id: '0196a1b2-ffff-7c00-8a00-0000000000ff', sessionId } };
  const line = `1c:${JSON.stringify(['$', '$L2d', null, properties])}\n`;
  return JSON.stringify(line).replace(/[<>&\u2028\u2029]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
