// Beds that take any file without a key, as they are documented: 0x0.st, uguu.se, bashupload.com and temp.sh.

import { extensionOf, readForm } from './form.mjs';

/** @typedef {import('./form.mjs').Reply} Reply */
/** @typedef {import('./picture_beds.mjs').Keep} Keep */

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/** Wants to know who comes. @param {import('node:http').IncomingMessage} request @param {Keep} keep @returns {Promise<Reply>} */
export async function nullPointer(request, keep) {
  const form = await readForm(request);
  if (!request.headers['user-agent']) return { status: 403, headers: TEXT, body: 'Please set a User-Agent.\n' };
  if (request.url !== '/') return { status: 404, headers: TEXT, body: '404 Not Found\n' };
  const upload = form?.files.file;
  if (!upload) return { status: 400, headers: TEXT, body: '400 Bad Request\n' };
  const link = `https://0x0.st/${keep(upload)}${extensionOf(upload.name)}`;
  return { headers: { ...TEXT, 'x-expires': '1764115200000', 'x-token': 'MT3d2IeudEgQ1TnTmYUyf0Bc1' }, body: `${link}\n` };
}

/** @param {import('node:http').IncomingMessage} request @param {Keep} keep @returns {Promise<Reply>} */
export async function uguu(request, keep) {
  const url = new URL(request.url ?? '', 'http://bed');
  const form = await readForm(request);
  if (!['/upload', '/upload.php'].includes(url.pathname)) return { status: 404, body: '<html>404</html>' };
  const upload = form?.files['files[]'];
  if (!upload) return { status: 400, body: { success: false, errorcode: 400, description: 'No input file(s)' } };
  const id = keep(upload);
  const filename = `${id}${extensionOf(upload.name)}`;
  const link = `https://d.uguu.se/${filename}`;
  if (url.searchParams.get('output') === 'text') return { headers: TEXT, body: `${link}\n` };
  const file = { hash: '9f86d081884c7d65', name: upload.name, filename, url: link, size: upload.bytes.length, dupe: false };
  return { body: { success: true, files: [file] } };
}

/** @param {import('node:http').IncomingMessage} request @param {Keep} keep @returns {Promise<Reply>} */
export async function bashupload(request, keep) {
  const form = await readForm(request);
  const [upload] = Object.values(form?.files ?? {});
  if (!upload) return { headers: TEXT, body: '\nNo files uploaded\n\n' };
  const link = `https://bashupload.com/${keep(upload)}/${encodeURIComponent(upload.name)}`;
  const rule = '=========================';
  return { headers: TEXT, body: `\n\n${rule}\n\nUploaded 1 file, ${upload.bytes.length} bytes\n\nwget ${link}\n\n${rule}\n\n` };
}

/** @param {import('node:http').IncomingMessage} request @param {Keep} keep @returns {Promise<Reply>} */
export async function tempSh(request, keep) {
  const form = await readForm(request);
  if (request.url !== '/upload') return { status: 404, headers: TEXT, body: 'Not Found' };
  const upload = form?.files.file;
  if (!upload) return { status: 400, headers: TEXT, body: 'No file provided' };
  return { headers: TEXT, body: `https://temp.sh/${keep(upload)}/${encodeURIComponent(upload.name)}` };
}
