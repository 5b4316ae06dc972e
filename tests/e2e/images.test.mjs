// POST /v1/images/...: with the official SDK, the Vercel AI SDK, and by hand.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { experimental_generateImage as generateImage } from 'ai';
import OpenAI, { toFile } from 'openai';

import { FROM_LOOPBACK, plainPicture, startGallery } from './support/gallery.mjs';
import { order, startStack, WITHOUT_RETRIES } from './support/stack.mjs';

const PAINTER = 'finch-image';

/** @type {Awaited<ReturnType<typeof startGallery>>} */
let gallery;
/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;
before(async () => {
  gallery = await startGallery();
  const sessions = Array.from({ length: 4 }, () => ({ sessionId: randomUUID(), messageId: randomUUID() }));
  stack = await startStack({
    config: {
      ...WITHOUT_RETRIES, media: FROM_LOOPBACK,
      image_return_format: { mode: 'base64', base64_conversion: { enabled: false } },
    },
    map: { [PAINTER]: sessions.map(({ sessionId, messageId }) => ({ session_id: sessionId, message_id: messageId })) },
    arenaOptions: { sessions },
  });
});
beforeEach(() => stack.arena.reset());
after(async () => {
  await stack?.close();
  await gallery?.close();
});

/** @param {object} directive */
const prompt = (directive) => order(directive)[0].content;
/** @param {string} path @param {object} body */
const post = (path, body) => fetch(`${stack.daemon.baseUrl}${path}`, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
});
/** @param {Response} response */
const errorOf = async (response) => /** @type {any} */ (await response.json()).error;

describe('images.generate of the openai SDK', () => {
  test('gives the link of the site', async () => {
    const link = gallery.link('sdk-url');
    const result = await stack.openai.images.generate({ model: PAINTER, prompt: prompt({ images: [link] }), response_format: 'url' });
    assert.deepEqual(result.data, [{ url: link }]);
    assert.ok(Math.abs(result.created - Date.now() / 1000) < 60);
  });

  test('gives the picture as b64_json', async () => {
    const result = await stack.openai.images.generate({
      model: PAINTER, prompt: prompt({ images: [gallery.link('sdk-b64')] }), response_format: 'b64_json',
    });
    assert.deepEqual(Object.keys(result.data?.[0] ?? {}), ['b64_json']);
    assert.deepEqual(Buffer.from(result.data?.[0].b64_json ?? '', 'base64'), plainPicture('sdk-b64'));
  });

  test('gives four pictures, asked for at once in sessions of their own', async () => {
    const result = await stack.openai.images.generate({
      model: PAINTER, n: 4, response_format: 'b64_json', prompt: prompt({ first_delay_ms: 1500, images: [gallery.link('four')] }),
    });
    assert.equal(result.data?.length, 4);
    assert.equal(stack.arena.counters().most_at_once, 4);
    const sessions = stack.arena.requests().map(({ session_id: session }) => session);
    assert.equal(new Set(sessions).size, 4);
  });

  test('gives another format on request', async () => {
    const result = await stack.openai.images.generate({
      model: PAINTER, prompt: prompt({ images: [gallery.link('sdk-webp')] }), response_format: 'b64_json',
      output_format: 'webp', output_compression: 80,
    });
    const bytes = Buffer.from(result.data?.[0].b64_json ?? '', 'base64');
    assert.match(bytes.toString('latin1'), /^RIFF....WEBP/s);
  });

  test('says in OpenAI\'s shape what a model answered that made no picture', async () => {
    const failure = await stack.openai.images.generate({ model: PAINTER, prompt: prompt({ text: 'I would rather not.' }) })
      .catch((error) => error);
    assert.ok(failure instanceof OpenAI.APIError);
    assert.equal(failure.status, 502);
    assert.equal(failure.code, 'no_picture');
    assert.match(failure.message, /has made no picture but says: I would rather not\./);
  });

  test('fails with the site when one of several fails', async () => {
    const failure = await stack.openai.images.generate({ model: PAINTER, n: 2, prompt: prompt({ status: 500 }) }).catch((error) => error);
    assert.equal(failure.status, 502);
    assert.equal(failure.code, 'site_unavailable');
  });
});

describe('images.edit of the openai SDK', () => {
  test('sends one or several pictures with the prompt', async () => {
    for (const names of [['one'], ['one', 'two']]) {
      stack.arena.reset();
      const link = gallery.link(`edited-${names.length}`);
      const images = await Promise.all(names.map((name) => toFile(plainPicture(name), `${name}.png`, { type: 'image/png' })));
      const result = await stack.openai.images.edit({
        model: PAINTER, image: images.length > 1 ? images : images[0], prompt: prompt({ images: [link] }), response_format: 'url',
      });
      assert.deepEqual(result.data, [{ url: link }]);
      // Requests that the test before has given up may still come in: ours is the one with our link.
      const asked = stack.arena.requests({ bodies: true }).find((/** @type {any} */ each) => JSON.stringify(each.body).includes(link));
      const { experimental_attachments: attachments } = lastUserMessage(asked?.body);
      assert.deepEqual(attachments.map((/** @type {any} */ each) => [each.name, each.contentType, each.url]), names.map((name) => (
        [`${name}.png`, 'image/png', `data:image/png;base64,${plainPicture(name).toString('base64')}`])));
    }
  });

  test('is refused with a mask, which the site does not know', async () => {
    const image = await toFile(plainPicture('masked'), 'a.png', { type: 'image/png' });
    const failure = await stack.openai.images.edit({ model: PAINTER, image, mask: image, prompt: 'blue' }).catch((error) => error);
    assert.equal(failure.status, 400);
    assert.equal(failure.param, 'mask');
  });

  test('works as JSON, too', async () => {
    const image = `data:image/png;base64,${plainPicture('json').toString('base64')}`;
    const link = gallery.link('edited-json');
    const response = await post('/images/edits', { model: PAINTER, images: [{ image_url: image }], prompt: prompt({ images: [link] }) });
    assert.equal(response.status, 200);
    assert.deepEqual(/** @type {any} */ (await response.json()).data, [{ url: link }]);
  });
});

test('variations are refused with a way out', async () => {
  const image = await toFile(plainPicture('varied'), 'a.png', { type: 'image/png' });
  const failure = await stack.openai.images.createVariation({ image }).catch((error) => error);
  assert.equal(failure.status, 400);
  assert.match(failure.message, /POST \/v1\/images\/edits/);
});

test('the Vercel AI SDK generates pictures', async () => {
  const provider = createOpenAICompatible({ name: 'lmbridge', baseURL: /** @type {string} */ (stack.daemon.baseUrl) });
  const { images } = await generateImage({
    model: provider.imageModel(PAINTER), n: 2, prompt: prompt({ images: [gallery.link('vercel')] }), size: '1024x1024', maxRetries: 0,
  });
  assert.equal(images.length, 2);
  for (const image of images) {
    assert.equal(image.mediaType, 'image/png');
    assert.deepEqual(Buffer.from(image.uint8Array), plainPicture('vercel'));
  }
});

describe('requests for pictures', () => {
  test('name the fields that do nothing', async () => {
    const response = await post('/images/generations', {
      model: PAINTER, prompt: prompt({ images: [gallery.link('ignored')] }), size: '1024x1024', quality: 'hd',
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-lmbridge-ignored'), 'quality, size');
  });

  test('are refused for models that make none', async () => {
    const error = await errorOf(await post('/images/generations', { model: 'heron-large', prompt: 'a cat' }));
    assert.deepEqual([error.code, error.param], ['invalid_request', 'model']);
    assert.match(error.message, /makes no pictures/);
    const unknown = await post('/images/generations', { model: 'nobody', prompt: 'a cat' });
    assert.equal(unknown.status, 404);
  });

  test('that are no form and no JSON are told what they must be', async () => {
    const url = `${stack.daemon.baseUrl}/images/edits`;
    const text = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' });
    assert.equal(text.status, 415);
    const form = await fetch(url, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: '--b\r\nbroken' });
    assert.equal(form.status, 400);
    assert.equal((await errorOf(form)).code, 'invalid_request');
  });

  test('have links to our library when the site sends a picture without a link', async () => {
    const data = `data:image/png;base64,${plainPicture('inline').toString('base64')}`;
    const response = await post('/images/generations', { model: PAINTER, prompt: prompt({ images: [data] }) });
    const [{ url }] = /** @type {any} */ (await response.json()).data;
    assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), plainPicture('inline'));
  });

  test('fail, with the link, when a picture that is wanted itself can\'t be fetched', async () => {
    const link = gallery.link('gone', { status: 404 });
    const response = await post('/images/generations', { model: PAINTER, prompt: prompt({ images: [link] }), response_format: 'b64_json' });
    assert.equal(response.status, 502);
    assert.ok((await errorOf(response)).message.includes(link));
  });

  test('have a line in the log', async () => {
    const from = stack.daemon.log.length;
    await post('/images/generations', { model: PAINTER, prompt: prompt({ images: [gallery.link('log')] }) });
    const { model } = await stack.daemon.logged('a picture request was answered', from);
    assert.equal(model, PAINTER);
  });
});

/** @param {string} body */
function lastUserMessage(body) {
  return JSON.parse(body).messages.findLast((/** @type {any} */ message) => message.role === 'user');
}
