// What tests ask the stand-in itself, below /__arena/: counters, the log, waiting, and pictures to download.

import { unknownCounter } from './counters.mjs';
import { picture } from './picture.mjs';
import { reply, replyJson, sinkOf } from './replies.mjs';

const DEFAULT_WAIT_MS = 10_000;

/**
 * @param {import('./arena.mjs').Site} site
 * @param {import('./stream_route.mjs').Request} request
 * @param {import('./replies.mjs').Response} response
 * @param {URL} url
 */
export async function serveControl(site, request, response, url) {
  const route = `${request.method} ${url.pathname.slice('/__arena/'.length)}`;
  const [, pictureName] = /^GET picture\/([\w-]+)\.png$/.exec(route) ?? [];
  if (route === 'GET counters') replyJson(response, 200, site.ledger.counters());
  else if (route === 'GET requests') replyJson(response, 200, site.ledger.requests({ bodies: url.searchParams.get('bodies') === '1' }));
  else if (route === 'POST reset') replyJson(response, 200, site.reset());
  else if (route === 'GET wait') await serveWait(site, response, url.searchParams);
  else if (pictureName) reply(response, 200, { 'content-type': 'image/png' }, picture(pictureName));
  else replyJson(response, 404, { error: 'Not Found' });
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
