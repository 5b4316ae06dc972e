// Where generated pictures lie: a server that gives each name a picture of its own, as late or as wrong as a test wants.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { png } from '../../arena/picture.mjs';

/** The daemon may fetch from it only with this. */
export const FROM_LOOPBACK = { allow_private_hosts: ['127.0.0.1'] };

/** @type {Map<string, Buffer>} */
const noisy = new Map();

/** About 2 MB that no compression makes smaller; the same for the same name. @param {string} name */
export function noisyPicture(name) {
  const known = noisy.get(name);
  if (known) return known;
  const [width, height] = [1024, 680];
  const noise = randomBytes(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) noise[y * (1 + 3 * width)] = 0;
  const made = png(width, height, noise);
  noisy.set(name, made);
  return made;
}

/** A small picture of one colour, which its name decides. @param {string} name @param {number} [size] */
export function plainPicture(name, size = 16) {
  const colour = createHash('sha256').update(name).digest().subarray(0, 3);
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: size }, () => colour)]);
  return png(size, size, Buffer.concat(Array.from({ length: size }, () => row)));
}

/**
 * `link(name, {delay, status, noisy, body})`: the picture comes after `delay` ms; `body` stands in its place.
 * `requests` are the names that were asked for; `most` is how many were under way at once.
 */
export async function startGallery() {
  /** @type {string[]} */
  const requests = [];
  const state = { running: 0, most: 0 };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://gallery');
    const name = url.pathname.slice(1).replace(/\.png$/, '');
    const { delay = '0', status = '200', noisy: isNoisy, body } = Object.fromEntries(url.searchParams);
    requests.push(name);
    state.running += 1;
    state.most = Math.max(state.most, state.running);
    response.on('close', () => { state.running -= 1; });
    setTimeout(() => {
      const picture = isNoisy ? noisyPicture(name) : plainPicture(name);
      response.writeHead(Number(status), { 'content-type': 'image/png' }).end(body ?? picture);
    }, Number(delay));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    requests,
    /** The most requests at once since the last call. */
    most() {
      const { most } = state;
      state.most = 0;
      return most;
    },
    /** @param {string} name @param {{delay?: number, status?: number, noisy?: boolean, body?: string}} [options] */
    link(name, options = {}) {
      const query = new URLSearchParams(Object.entries(options).map(([key, value]) => [key, String(value)]));
      return `http://127.0.0.1:${port}/${name}.png${query.size > 0 ? `?${query}` : ''}`;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The links of the pictures in an answer, in order. @param {string} markdown */
export function pictureLinks(markdown) {
  return [...markdown.matchAll(/!\[image\]\(([^)]*)\)/g)].map(([, link]) => link);
}

/** @param {string} link of the scheme data: @returns {{type: string, bytes: Buffer}} */
export function readDataLink(link) {
  const [, type, base64] = /^data:([^;]+);base64,(.*)$/.exec(link) ?? [];
  if (!type) throw new Error(`no data: link: ${link.slice(0, 100)}`);
  return { type, bytes: Buffer.from(base64, 'base64') };
}
