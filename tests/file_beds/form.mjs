// The forms that file beds take.

import { buffer } from 'node:stream/consumers';

/** A file that was uploaded. @typedef {{name: string, type: string, bytes: Buffer}} Upload */

/**
 * The fields of a form and the files in it, by their fields; nothing when the body is no form.
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<{fields: Record<string, string>, files: Record<string, Upload>} | undefined>}
 */
export async function readForm(request) {
  const body = await buffer(request);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return undefined;
  /** @type {Record<string, string>} */
  const fields = {};
  /** @type {Record<string, Upload>} */
  const files = {};
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value;
    else files[name] = { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
  }
  return { fields, files };
}

/** @param {Buffer} bytes whether it is one of the pictures that picture beds take */
export function isPicture(bytes) {
  return ['89504e470d0a1a0a', 'ffd8ff', '474946383761', '474946383961'].some((magic) => bytes.toString('hex').startsWith(magic));
}

/** An answer. @typedef {{status?: number, headers?: Record<string, string>, body: string | object}} Reply */

/** With its dot; empty where there is none. @param {string} name */
export function extensionOf(name) {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}
