// ImgBB and Freeimage.host as they are documented: pictures only, with a key, and JSON that tells more than the link.
// Sources: https://api.imgbb.com and https://freeimage.host/page/api

import { isPicture, readForm } from './form.mjs';

/** The key that both know. */
export const KEY = 'a5c9f1d2e3b4';

/** @typedef {import('./form.mjs').Reply} Reply */
/** @typedef {import('./form.mjs').Upload} Upload */
/** @typedef {(upload: Upload) => string} Keep gives an id */

/** @param {string} message @param {number} code @returns {Reply} */
function refusal(message, code) {
  return { status: 400, body: { status_code: 400, error: { message, code }, status_txt: 'Bad Request' } };
}

/** @param {import('node:http').IncomingMessage} request @param {Keep} keep @returns {Promise<Reply>} */
export async function imgbb(request, keep) {
  const url = new URL(request.url ?? '', 'http://bed');
  if (url.pathname !== '/1/upload') return { status: 404, body: '<html>404</html>' };
  const form = await readForm(request);
  const key = url.searchParams.get('key') ?? form?.fields.key;
  if (key !== KEY) return refusal('Invalid API v1 key.', 100);
  const upload = form?.files.image;
  if (!upload) return refusal('Empty upload source.', 130);
  if (!isPicture(upload.bytes)) return refusal("Can't get target upload source info", 310);
  const id = keep(upload);
  const link = `https://i.ibb.co/${id}/${upload.name}`;
  const image = { filename: upload.name, name: upload.name, mime: upload.type, extension: 'png', url: link };
  return {
    body: {
      data: {
        id, title: upload.name, url_viewer: `https://ibb.co/${id}`, url: link, display_url: link, width: 1, height: 1,
        size: upload.bytes.length, time: 1732579200, expiration: 0, image, thumb: image,
        delete_url: `https://ibb.co/${id}/670a7e48ddcb85ac340c717a41047e5c`,
      },
      success: true,
      status: 200,
    },
  };
}

/** @param {import('node:http').IncomingMessage} request @param {Keep} keep @returns {Promise<Reply>} */
export async function freeimage(request, keep) {
  const url = new URL(request.url ?? '', 'http://bed');
  if (url.pathname !== '/api/1/upload') return { status: 404, body: '<html>404</html>' };
  const form = await readForm(request);
  const { key, action = 'upload', format = 'json' } = { ...Object.fromEntries(url.searchParams), ...form?.fields };
  if (key !== KEY) return refusal('Invalid API v1 key.', 100);
  if (action !== 'upload') return refusal('Invalid API action.', 100);
  const upload = form?.files.source;
  if (!upload) return refusal('Empty upload source.', 130);
  if (!isPicture(upload.bytes)) return refusal('Invalid image.', 310);
  const id = keep(upload);
  const link = `https://iili.io/${id}.png`;
  if (format === 'txt') return { headers: { 'content-type': 'text/plain' }, body: link };
  if (format === 'redirect') return { status: 301, headers: { location: link }, body: '' };
  return {
    body: {
      status_code: 200,
      success: { message: 'image uploaded', code: 200 },
      image: {
        name: id, extension: 'png', size: upload.bytes.length, width: 1, height: 1, date: '2025-11-26 01:00:00',
        url: link, url_viewer: `https://freeimage.host/i/${id}`, filename: `${id}.png`, mime: upload.type, id_encoded: id,
      },
      status_txt: 'OK',
    },
  };
}
