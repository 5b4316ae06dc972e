// The server that the predecessor brought along: JSON in, JSON out.

import { json } from 'node:stream/consumers';

/** The key that it knows. */
export const OLDER_KEY = 'older-secret-key';

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('./picture_beds.mjs').Keep} keep
 * @returns {Promise<import('./form.mjs').Reply>}
 */
export async function olderBed(request, keep) {
  const { file_name: name, file_data: data, api_key: key } = /** @type {any} */ (await json(request));
  if (request.url !== '/upload') return { status: 404, body: { detail: 'Not Found' } };
  if (key !== OLDER_KEY) return { status: 401, body: { success: false, error: 'Invalid API key' } };
  const [, type, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(data) ?? [];
  if (!type) return { status: 400, body: { success: false, error: 'file_data is no data URI' } };
  const filename = `${keep({ name, type, bytes: Buffer.from(base64, 'base64') })}_${name}`;
  return { body: { success: true, filename } };
}
