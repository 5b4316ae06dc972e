// Pictures that the site generates, in what a chat's client gets.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { picture } from '../arena/picture.mjs';
import { ask, stackFor } from './support/asking.mjs';
import { FROM_LOOPBACK, pictureLinks, plainPicture, readDataLink, startGallery } from './support/gallery.mjs';
import { startStack } from './support/stack.mjs';

/** @type {Awaited<ReturnType<typeof startGallery>>} */
let gallery;
before(async () => { gallery = await startGallery(); });
after(() => gallery?.close());

/** A chain in which pictures are handed on as they came. @param {object} [config] */
const withPictures = (config = {}) => ({
  config: {
    image_return_format: { mode: 'base64', base64_conversion: { enabled: false } },
    save_images_locally: false, media: FROM_LOOPBACK, ...config,
  },
});

const FELL_BACK = "a picture can't be handed on itself; the client gets the site's link";

describe('pictures in answers', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  before(async () => { stack = await startStack(withPictures()); });
  after(() => stack?.close());

  for (const stream of [true, false]) {
    const kind = stream ? 'a stream' : 'a whole answer';

    test(`${kind} has the picture itself`, async () => {
      const { text, complete } = await ask(stack, { images: [gallery.link(`itself-${stream}`)] }, { stream });
      const [link] = pictureLinks(text);
      assert.equal(text, `![image](${link})`);
      assert.deepEqual(readDataLink(link), { type: 'image/png', bytes: plainPicture(`itself-${stream}`) });
      assert.ok(complete);
    });

    test(`several pictures of ${kind} are fetched at once and stand in their order`, async () => {
      const names = [600, 400, 200, 0].map((delay) => `order-${stream}-${delay}`);
      gallery.most();
      const { text } = await ask(stack, {
        images: names.map((name) => gallery.link(name, { delay: Number(name.split('-')[2]) })),
      }, { stream });
      assert.deepEqual(pictureLinks(text).map((link) => readDataLink(link).bytes), names.map((name) => plainPicture(name)));
      assert.equal(text.replace(/\(data:[^)]*\)/g, '()'), Array(4).fill('![image]()').join('\n\n'));
      assert.equal(gallery.most(), 4);
    });

    test(`text behind a picture of ${kind} waits for it`, async () => {
      const image = JSON.stringify([{ type: 'image', image: gallery.link(`middle-${stream}`, { delay: 300 }) }]);
      const { text, finish } = await ask(stack, {
        raw: ['a0:"before"\n', `a2:${image}\n`, 'a0:"after"\n', 'ad:{"finishReason":"stop"}\n'],
      }, { stream });
      const [link] = pictureLinks(text);
      assert.equal(text, `before\n\n![image](${link})after`);
      assert.deepEqual(readDataLink(link).bytes, plainPicture(`middle-${stream}`));
      assert.equal(finish, 'stop');
    });

    test(`a picture that can't be had is a link in ${kind}, and the log says why`, async () => {
      const from = stack.daemon.log.length;
      const broken = gallery.link(`broken-${stream}`, { status: 404 });
      const page = gallery.link(`page-${stream}`, { body: '<html>no picture</html>' });
      const { text, complete } = await ask(stack, { images: [broken, page, gallery.link('good')] }, { stream });
      const links = pictureLinks(text);
      assert.deepEqual(links.slice(0, 2), [broken, page]);
      assert.deepEqual(readDataLink(links[2]).bytes, plainPicture('good'));
      assert.ok(complete);
      const first = await stack.daemon.logged(FELL_BACK, from);
      const second = await stack.daemon.logged(FELL_BACK, stack.daemon.log.indexOf(first) + 1);
      const entries = [first, second].sort((a, b) => a.code.localeCompare(b.code));
      assert.deepEqual(entries.map(({ code, level }) => [code, level]),
        [['download_failed', 'warning'], ['unsupported_media_type', 'warning']]);
      assert.match(entries[0].reason, /404/);
      assert.equal(entries[0].url, broken);
    });
  }

  test('a picture that came although the rest of the answer failed reaches the client before the error', async () => {
    const image = JSON.stringify([{ type: 'image', image: gallery.link('rescued', { delay: 300 }) }]);
    const before = stack.arena.counters().requests;
    const { text, error } = await ask(stack, { raw: [`a2:${image}\n`] });
    assert.deepEqual(readDataLink(pictureLinks(text)[0]).bytes, plainPicture('rescued'));
    assert.equal(error?.code, 'incomplete_answer');
    assert.equal(stack.arena.counters().requests, before + 1, 'it is not generated again');
  });

  test('the same picture is fetched once for several answers at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => (
      ask(stack, { images: [gallery.link('shared', { delay: 500 })] }))));
    for (const { text } of answers) assert.deepEqual(readDataLink(pictureLinks(text)[0]).bytes, plainPicture('shared'));
    assert.equal(gallery.requests.filter((name) => name === 'shared').length, 1);
  });

  test('how often the cache helped stands in the metrics', async () => {
    const link = gallery.link('metrics');
    /** @param {string} what */
    const count = async (what) => {
      const metrics = await (await fetch(`${stack.daemon.origin}/metrics`)).text();
      return Number(new RegExp(`^lmbridge_picture_cache_${what}_total\\{cache="converted"\\} (\\d+)`, 'm').exec(metrics)?.[1]);
    };
    const [hits, misses] = [await count('hits'), await count('misses')];
    for (let i = 0; i < 3; i++) await ask(stack, { images: [link] });
    assert.deepEqual([await count('hits') - hits, await count('misses') - misses], [2, 1]);
  });

  test('a picture that opens only inside of the session is fetched by the page', async () => {
    const { text } = await ask(stack, { images: [`${stack.arena.http}/__arena/own-picture/mine.png`] });
    assert.deepEqual(readDataLink(pictureLinks(text)[0]).bytes, picture('mine'));
    const outside = await fetch(`${stack.arena.http}/__arena/own-picture/mine.png`);
    assert.equal(outside.status, 403);
  });

  test('a picture that the site sends in a data: link is handed on as it is', async () => {
    const data = `data:image/png;base64,${plainPicture('inline').toString('base64')}`;
    const { text } = await ask(stack, { images: [data] });
    assert.deepEqual(pictureLinks(text), [data]);
  });
});

describe('what pictures become', () => {
  for (const [format, type, magic] of [
    ['png', 'image/png', /^\x89PNG/], ['jpeg', 'image/jpeg', /^\xff\xd8\xff/], ['webp', 'image/webp', /^RIFF....WEBP/s],
  ]) {
    test(`${format} when the operator wants that`, async (t) => {
      const conversion = { enabled: true, target_format: format, jpeg_quality: 90 };
      const stack = await stackFor(t, withPictures({ image_return_format: { mode: 'base64', base64_conversion: conversion } }));
      const { text } = await ask(stack, { images: [gallery.link('convert')] });
      const made = readDataLink(pictureLinks(text)[0]);
      assert.equal(made.type, type);
      assert.match(made.bytes.toString('latin1'), /** @type {RegExp} */ (magic));
    });
  }

  test("the site's link with mode url, at once, while the picture is kept in our library", async (t) => {
    const stack = await stackFor(t, withPictures({ image_return_format: { mode: 'url' }, save_images_locally: true }));
    const link = gallery.link('linked', { delay: 300 });
    const { text } = await ask(stack, { images: [link] });
    assert.deepEqual(pictureLinks(text), [link]);
    const files = await untilKept(stack, 1);
    assert.deepEqual(await readFile(files[0]), plainPicture('linked'));
    assert.match(files[0], /downloaded_images\/\d{8}\/\d{6}-\d{3}_req_[\w-]+_[0-9a-f]{16}\.png$/);
  });

  test('a link to our own library with mode local, which needs the API key', async (t) => {
    const stack = await stackFor(t, withPictures({
      image_return_format: { mode: 'local' }, save_images_locally: true, api_key: 'sk-test',
    }));
    const { text } = await ask(stack, { images: [gallery.link('local')] }, { key: 'sk-test' });
    const [link] = pictureLinks(text);
    assert.ok(link.startsWith(`${stack.daemon.origin}/api/images/2`), link);
    assert.equal((await fetch(link)).status, 401);
    const response = await fetch(link, { headers: { authorization: 'Bearer sk-test' } });
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), plainPicture('local'));
  });

  test('a link to where the operator says that clients reach us', async (t) => {
    const stack = await stackFor(t, withPictures({
      image_return_format: { mode: 'local' }, save_images_locally: true,
      media: { ...FROM_LOOPBACK, public_url: 'https://bridge.example.org/lm/' },
    }));
    const { text } = await ask(stack, { images: [gallery.link('public')] });
    assert.match(pictureLinks(text)[0], /^https:\/\/bridge\.example\.org\/lm\/api\/images\/\d{8}\//);
  });

  test("nothing but the site's link when it leads to this machine and nobody allowed that", async (t) => {
    const stack = await stackFor(t, withPictures({ media: {} }));
    const link = gallery.link('forbidden');
    const { text } = await ask(stack, { images: [link] });
    assert.deepEqual(pictureLinks(text), [link]);
    assert.equal((await stack.daemon.logged(FELL_BACK)).code, 'download_refused');
    assert.ok(!gallery.requests.includes('forbidden'));
  });
});

/** The files of the library once there are `count`. @param {Awaited<ReturnType<typeof startStack>>} stack @param {number} count */
async function untilKept(stack, count) {
  for (;;) {
    const response = await fetch(`${stack.daemon.origin}/api/images/list`);
    const { total } = /** @type {{total: number}} */ (await response.json());
    if (total >= count) break;
  }
  const folder = join(stack.daemon.stateDirectory, 'downloaded_images');
  const days = await readdir(folder);
  return (await Promise.all(days.map(async (day) => (await readdir(join(folder, day))).map((name) => join(folder, day, name))))).flat();
}
