// Short answers: everything that is not a stream.

/** @typedef {import('node:http').ServerResponse | import('node:http2').Http2ServerResponse} Response */

/**
 * The writable stream of a response; the same for both protocols, which their response objects are not.
 * @param {any} response
 * @returns {import('./outlet.mjs').Sink}
 */
export function sinkOf(response) {
  return response.stream ?? response;
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {Record<string, string>} headers
 * @param {string | Buffer} [body]
 */
export function reply(response, status, headers, body = '') {
  if (sinkOf(response).destroyed) return;
  response.writeHead(status, { 'cache-control': 'no-store', ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** @param {Response} response @param {number} status @param {unknown} value @param {Record<string, string>} [headers] */
export function replyJson(response, status, value, headers = {}) {
  reply(response, status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}
