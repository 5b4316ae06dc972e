// The page: HTML with the model list inside of it, a content policy, and the cookie that signs in.

import { readFileSync } from 'node:fs';
import { ACCOUNT, setCookie } from './accounts.mjs';
import { MODELS } from './models.mjs';
import { reply } from './replies.mjs';

const TEMPLATE = readFileSync(new URL('page.html', import.meta.url), 'utf8');
export const CHALLENGE_PAGE = readFileSync(new URL('challenge.html', import.meta.url), 'utf8');

const HTML = 'text/html; charset=utf-8';

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

const SIGN_IN = `<form id="signin-form" class="row" aria-label="Sign in">
  <input id="email" type="email" autocomplete="username" placeholder="Email" aria-label="Email">
  <input id="password" type="password" autocomplete="current-password" placeholder="Password" aria-label="Password">
  <button id="signin" type="submit">Sign in</button>
  <span id="signin-problem" role="alert"></span>
</form>`;
const USER_ID = '0196a1b2-ffff-7c00-8a00-0000000000ff';

/**
 * A visitor without a cookie that is known is signed in, unless the mode is another; `?account=name` signs in as another.
 * @param {import('./arena.mjs').Site} site
 * @param {import('./stream_route.mjs').Request} request
 * @param {import('./replies.mjs').Response} response
 * @param {URL} url
 */
export function servePage(site, request, response, url) {
  site.ledger.pageLoaded();
  if (site.modes.challenges('page')) return reply(response, 403, { 'content-type': HTML }, CHALLENGE_PAGE);
  const known = site.modes.signedOut ? undefined : site.accounts.signedIn(request.headers.cookie);
  const headers = { 'content-type': HTML, 'content-security-policy': CONTENT_POLICY };
  if (!known && site.modes.mustSignIn) return reply(response, 200, headers, page(undefined, { signedIn: false }));
  const account = url.searchParams.get('account') ?? known ?? ACCOUNT;
  if (account !== known) headers['set-cookie'] = setCookie(site.accounts.signIn(account));
  reply(response, 200, headers, page(site.accounts.firstSession(account), { signedIn: true }));
}

/**
 * @param {import('./accounts.mjs').Session | undefined} session the one that the Retry button repeats
 * @param {{signedIn: boolean}} visitor
 */
function page(session, { signedIn }) {
  const options = MODELS.map(({ id, publicName }) => `<option value="${id}">${escapeHtml(publicName)}</option>`);
  const parts = {
    OPTIONS: options.join(''),
    SIGN_IN: signedIn ? '' : SIGN_IN,
    SESSION_ID: session?.sessionId ?? '',
    MESSAGE_ID: session?.messageId ?? '',
    PAYLOAD: payload(signedIn ? { id: USER_ID, sessionId: session?.sessionId } : null),
  };
  return TEMPLATE.replace(/%([A-Z_]+)%/g, (_, name) => parts[name]);
}

/** The script string of Next.js: JSON inside of a line, inside of a string, inside of HTML. @param {object | null} initialUser */
function payload(initialUser) {
  const properties = { initialModels: MODELS, initialUser };
  const line = `1c:${JSON.stringify(['$', '$L2d', null, properties])}\n`;
  return JSON.stringify(line).replace(/[<>&\u2028\u2029]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
