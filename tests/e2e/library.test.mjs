// The picture library: what is kept, its list, and its files.

import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { plainPicture } from './support/gallery.mjs';
import { startStack } from './support/stack.mjs';

/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;
/** @type {string} */
let folder;
before(async () => {
  stack = await startStack();
  folder = join(stack.daemon.stateDirectory, 'downloaded_images');
  for (const day of ['20260101', '20260102']) {
    await mkdir(join(folder, day), { recursive: true });
    for (const hour of ['08', '09', '10']) await writeFile(join(folder, day, `${hour}0000-000_req_x.png`), plainPicture(day + hour, 64));
  }
  await writeFile(join(folder, '20260102', 'notes.txt'), 'no picture');
  await writeFile(join(folder, 'secret.png'), plainPicture('secret'));
});
after(() => stack?.close());

/** @param {string} path @param {RequestInit} [options] */
const get = (path, options) => fetch(`${stack.daemon.origin}${path}`, options);
/** @param {string} query */
const list = async (query) => /** @type {any} */ (await (await get(`/api/images/list${query}`)).json());
const PICTURE = '/api/images/20260102/100000-000_req_x.png';

describe('the list of pictures', () => {
  test('is paged, newest first', async () => {
    const { total, images } = await list('?limit=4');
    assert.equal(total, 6);
    assert.deepEqual(images.map((/** @type {any} */ image) => image.url), [
      '/api/images/20260102/100000-000_req_x.png', '/api/images/20260102/090000-000_req_x.png',
      '/api/images/20260102/080000-000_req_x.png', '/api/images/20260101/100000-000_req_x.png',
    ]);
    const { filename, folder: day, size, media_type: type } = images[0];
    assert.deepEqual([filename, day, size, type], ['100000-000_req_x.png', '20260102', plainPicture('2026010210', 64).length, 'image/png']);
    const rest = await list('?limit=4&offset=4');
    assert.deepEqual([rest.total, rest.offset, rest.images.length], [6, 4, 2]);
  });

  test('is of one day on request', async () => {
    const { total, images } = await list('?date=20260101');
    assert.equal(total, 3);
    assert.ok(images.every((/** @type {any} */ image) => image.folder === '20260101'));
    assert.equal((await list('?date=20250101')).total, 0);
  });

  test('is refused for what is no day and no number', async () => {
    for (const query of ['?date=../..', '?date=2026', '?limit=0', '?limit=501', '?limit=x', '?offset=-1']) {
      assert.equal((await get(`/api/images/list${query}`)).status, 400, query);
    }
  });
});

describe('a picture of the library', () => {
  test('comes whole, for good, and can run nothing', async () => {
    const response = await get(PICTURE);
    assert.equal(response.status, 200);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), plainPicture('2026010210', 64));
    assert.equal(response.headers.get('content-type'), 'image/png');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.match(String(response.headers.get('content-security-policy')), /sandbox/);
    const head = await get(PICTURE, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), String(plainPicture('2026010210', 64).length));
  });

  test('is not sent again to whom it has been sent', async () => {
    const etag = String((await get(PICTURE)).headers.get('etag'));
    const again = await get(PICTURE, { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), '');
    assert.equal((await get(PICTURE, { headers: { 'if-none-match': '"other"' } })).status, 200);
    await utimes(join(folder, '20260102', '100000-000_req_x.png'), new Date(), new Date(Date.now() + 5000));
    assert.equal((await get(PICTURE, { headers: { 'if-none-match': etag } })).status, 200, 'it has changed');
  });

  test('comes in parts', async () => {
    const whole = plainPicture('2026010210', 64);
    for (const [range, from, to] of /** @type {[string, number, number][]} */ ([
      ['bytes=0-9', 0, 10], ['bytes=10-', 10, whole.length], ['bytes=-7', whole.length - 7, whole.length],
    ])) {
      const part = await get(PICTURE, { headers: { range } });
      assert.equal(part.status, 206);
      assert.equal(part.headers.get('content-range'), `bytes ${from}-${to - 1}/${whole.length}`);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(from, to));
    }
    const behind = await get(PICTURE, { headers: { range: `bytes=${whole.length}-` } });
    assert.equal(behind.status, 416);
    assert.equal(behind.headers.get('content-range'), `bytes */${whole.length}`);
    const stale = await get(PICTURE, { headers: { range: 'bytes=0-9', 'if-range': '"other"' } });
    assert.equal(stale.status, 200);
  });

  test('has thumbnails', async () => {
    const response = await get(`${PICTURE}?w=32`);
    assert.equal(response.headers.get('content-type'), 'image/webp');
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.match(bytes.toString('latin1'), /^RIFF....WEBP/s);
    assert.notEqual(response.headers.get('etag'), (await get(PICTURE)).headers.get('etag'));
    const again = await get(`${PICTURE}?w=32`, { headers: { 'if-none-match': String(response.headers.get('etag')) } });
    assert.equal(again.status, 304);
    for (const width of ['0', '15', '2049', 'x']) assert.equal((await get(`${PICTURE}?w=${width}`)).status, 400, width);
  });

  test('is the only thing that can be had, however its path is spelled', async () => {
    for (const path of [
      '/api/images/secret.png', '/api/images/../secret.png', '/api/images/20260102/../secret.png', '/api/images/20260102/%2e%2e/secret.png',
      '/api/images/20260102%2f..%2fsecret.png', '/api/images/20260102/..%5csecret.png', '/api/images/20260102/notes.txt',
      '/api/images/20260102', '/api/images/20260102/', '/api/images//etc/passwd', '/api/images/%2fetc%2fpasswd', '/api/images/20260102/%00.png',
      '/api/images/20260102/%zz.png', '/api/images/20260102/.png', '/api/images/./20260102/100000-000_req_x.png',
      '/api/images/../../cookies.json', '/api/images/%252e%252e/secret.png',
    ]) {
      assert.ok([400, 404].includes(await rawStatus(path)), path);
    }
  });
});

/** The status of a path that no client normalises. @param {string} path @returns {Promise<number>} */
function rawStatus(path) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stack.daemon.origin);
    const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text) => { answer += text; }).on('error', reject);
    socket.on('end', () => resolve(Number(answer.split(' ')[1])));
  });
}
