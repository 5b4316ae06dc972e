// Attachments that are uploaded to file beds, or made smaller, before the site gets them.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, test } from 'node:test';

import OpenAI from 'openai';

import { startFileBeds } from '../file_beds/file_beds.mjs';
import { OLDER_KEY } from '../file_beds/older_bed.mjs';
import { KEY } from '../file_beds/picture_beds.mjs';
import { noisyPicture, plainPicture } from './support/gallery.mjs';
import { shippedConfiguration } from './support/jsonc.mjs';
import { MODEL, order, startStack } from './support/stack.mjs';

const NAMES = ['ImgBB', 'Freeimage.host', '0x0.st', 'uguu.se', 'bashupload.com', 'temp.sh'];
const ANY_KIND = NAMES.slice(2);
const MEGABYTE = 1024 * 1024;

/** @type {Awaited<ReturnType<typeof startFileBeds>>} */
let fileBeds;
/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;

/** The shipped endpoints, of which those named are enabled and lead to the stand-ins. @param {string[]} names */
async function endpoints(names) {
  const { file_bed_endpoints: shipped } = await shippedConfiguration();
  return shipped.map((/** @type {any} */ endpoint) => {
    const { pathname } = new URL(endpoint.url);
    return {
      ...endpoint,
      enabled: names.includes(endpoint.name),
      url: fileBeds.beds[endpoint.name].origin + pathname,
      ...('api_key' in endpoint && { api_key: KEY }),
    };
  });
}

let versions = 0;

/** Changes the configuration of the daemon that runs. @param {object} changes */
async function reconfigure(changes) {
  const from = stack.daemon.log.length;
  // What is the same as before is not taken up again.
  const version = String(versions++);
  await writeFile(stack.configuration.file, JSON.stringify({ ...stack.configuration.config, version, ...changes }));
  await stack.daemon.logged('the configuration was reloaded', from);
}

/** @param {string[]} names @param {'random' | 'round_robin' | 'failover'} strategy in their shipped order */
async function useBeds(names, strategy = 'failover') {
  await reconfigure({ file_bed_enabled: true, file_bed_selection_strategy: strategy, file_bed_endpoints: await endpoints(names) });
}

/** @param {Buffer} bytes @param {string} [type] */
const dataLink = (bytes, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`;
/** @param {Buffer} bytes */
const pictureOf = (bytes) => ({ type: /** @type {const} */ ('image_url'), image_url: { url: dataLink(bytes) } });
/** @param {string} filename @param {Buffer} bytes */
const fileOf = (filename, bytes) => ({
  type: /** @type {const} */ ('file'), file: { filename, file_data: dataLink(bytes, 'application/octet-stream') },
});

/** The arena's answer then comes at once. */
const QUICKLY = { type: /** @type {const} */ ('text'), text: order({ text: 'I see.' })[0].content };

/** Asks with these parts. @param {any[]} content @param {{signal?: AbortSignal}} [options] */
function ask(content, options) {
  return stack.openai.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: [QUICKLY, ...content] }] }, options);
}

/** What the site got as attachments of the last message. */
function attachments() {
  const { body } = stack.arena.requests({ bodies: true }).at(-1);
  return JSON.parse(body).messages.at(-1).experimental_attachments;
}

/** @param {any[]} content @param {number} status @param {string} code @returns {Promise<string>} the message */
async function refused(content, status, code) {
  const error = await ask(content).then(() => assert.fail('it was answered'), (thrown) => thrown);
  assert.ok(error instanceof OpenAI.APIError, String(error));
  assert.deepEqual([error.status, error.code], [status, code], error.message);
  assert.equal(stack.arena.counters().requests, 0, 'nothing reached the site');
  return error.message;
}

/** Names of the beds that got something. */
const used = () => NAMES.filter((name) => fileBeds.beds[name].uploads.length > 0);
/** @param {string} message @param {number} from */
const logged = (message, from) => stack.daemon.log.slice(from).filter((entry) => entry.message === message);

/** Large and incompressible, with the beginning of a PDF. */
const largePdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(5 * MEGABYTE)]);

before(async () => {
  fileBeds = await startFileBeds();
  stack = await startStack({ config: { file_bed_server: { enabled: true, listen: '127.0.0.1:0', api_key: 'our-own-secret' } } });
});
after(async () => {
  await stack?.close();
  await fileBeds?.close();
});
beforeEach(() => {
  fileBeds.reset();
  stack.arena.reset();
});

test('the shipped configuration names the six public file beds, disabled and without keys', async () => {
  const { file_bed_enabled: enabled, file_bed_endpoints: shipped } = await shippedConfiguration();
  assert.equal(enabled, false);
  assert.deepEqual(shipped.map((/** @type {any} */ { name }) => name), NAMES);
  for (const endpoint of shipped) {
    assert.equal(endpoint.enabled, false);
    assert.ok(!endpoint.api_key, endpoint.name);
  }
});

describe('each shipped file bed', () => {
  const LINKS = {
    ImgBB: /^https:\/\/i\.ibb\.co\/k1\/image_[0-9a-f]{8}\.png$/,
    'Freeimage.host': /^https:\/\/iili\.io\/k1\.png$/,
    '0x0.st': /^https:\/\/0x0\.st\/k1\.png$/,
    'uguu.se': /^https:\/\/d\.uguu\.se\/k1\.png$/,
    'bashupload.com': /^https:\/\/bashupload\.com\/k1\/image_[0-9a-f]{8}\.png$/,
    'temp.sh': /^https:\/\/temp\.sh\/k1\/image_[0-9a-f]{8}\.png$/,
  };

  for (const [name, link] of Object.entries(LINKS)) {
    test(`${name} takes a picture, and the site gets the link`, async () => {
      await useBeds([name]);
      await ask([pictureOf(plainPicture(name))]);
      const [upload] = fileBeds.beds[name].uploads;
      assert.deepEqual([upload.type, upload.bytes], ['image/png', plainPicture(name)]);
      const [attachment] = attachments();
      assert.match(attachment.url, link);
      assert.equal(attachment.contentType, 'image/png');
      assert.match(attachment.name, /^image_[0-9a-f]{8}\.png$/);
    });
  }

  for (const name of ANY_KIND) {
    test(`${name} takes a file that is over the site's limit`, async () => {
      await useBeds([name]);
      await ask([fileOf('report.pdf', largePdf)]);
      const [upload] = fileBeds.beds[name].uploads;
      assert.deepEqual([upload.name, upload.type], ['report.pdf', 'application/pdf']);
      assert.ok(upload.bytes.equals(largePdf));
      assert.match(attachments()[0].url, /^https:\/\/.*\.pdf$/);
    });
  }

  test('that redirects to the file gives its link with that, and nobody follows it', async () => {
    const changed = (await endpoints(['Freeimage.host'])).map((/** @type {any} */ endpoint) => (
      endpoint.name === 'Freeimage.host' ? { ...endpoint, form_data_fields: { format: 'redirect' } } : endpoint));
    await reconfigure({ file_bed_enabled: true, file_bed_endpoints: changed });
    await ask([pictureOf(plainPicture('redirect'))]);
    assert.equal(attachments()[0].url, 'https://iili.io/k1.png');
  });

  test('refuses a wrong key, and nobody is told which one was sent', async () => {
    const wrong = (await endpoints(['ImgBB', 'Freeimage.host'])).map((/** @type {any} */ endpoint) => (
      'api_key' in endpoint ? { ...endpoint, api_key: 'wrong-secret' } : endpoint));
    await reconfigure({ file_bed_enabled: true, file_bed_endpoints: wrong, file_bed_selection_strategy: 'failover' });
    const message = await refused([pictureOf(plainPicture('key'))], 502, 'upload_failed');
    assert.match(message, /: ImgBB answered with status 400: Invalid API v1 key\.; Freeimage\.host answered with status 400: Invalid API v1 key\.$/);
    assert.ok(!stack.daemon.transcript().includes('wrong-secret'));
  });
});

describe('the older single endpoint', () => {
  /** @param {string} url @param {string} key */
  const use = async (url, key) => reconfigure({
    file_bed_enabled: true, file_bed_endpoints: await endpoints([]), file_bed_upload_url: url, file_bed_api_key: key,
  });

  test('takes a file as JSON, and its link is made of its address and the name that it gave', async () => {
    await use(`${fileBeds.beds.older.origin}/upload`, OLDER_KEY);
    await ask([fileOf('report.pdf', largePdf)]);
    const [upload] = fileBeds.beds.older.uploads;
    assert.deepEqual([upload.name, upload.type], ['report.pdf', 'application/pdf']);
    assert.ok(upload.bytes.equals(largePdf));
    assert.equal(attachments()[0].url, `${fileBeds.beds.older.origin}/uploads/k1_report.pdf`);
  });

  test('may be our own file bed server, which tells the link itself', async () => {
    const { upload_url: url } = await stack.daemon.logged('the file bed server is listening');
    await use(url, 'our-own-secret');
    await ask([fileOf('report.pdf', largePdf)]);
    const link = attachments()[0].url;
    assert.equal(new URL(link).origin, new URL(url).origin);
    assert.ok(largePdf.equals(Buffer.from(await (await fetch(link)).arrayBuffer())));
  });

  test('refuses a file with its own words', async () => {
    await use(`${fileBeds.beds.older.origin}/upload`, OLDER_KEY);
    fileBeds.beds.older.refusal = { status: 200, body: { success: false, error: 'the disk is full' } };
    const message = await refused([pictureOf(plainPicture('older'))], 502, 'upload_failed');
    assert.match(message, /file_bed_upload_url did not take the file: the disk is full/);
  });
});

describe('the strategy', () => {
  test('round_robin asks one bed after the other', async () => {
    await useBeds(ANY_KIND, 'round_robin');
    for (let i = 0; i < 8; i++) await ask([pictureOf(plainPicture(`round ${i}`))]);
    assert.deepEqual(ANY_KIND.map((name) => fileBeds.beds[name].uploads.length), [2, 2, 2, 2]);
  });

  test('failover asks the first bed only', async () => {
    await useBeds(ANY_KIND, 'failover');
    for (let i = 0; i < 4; i++) await ask([pictureOf(plainPicture(`failover ${i}`))]);
    assert.deepEqual(used(), ['0x0.st']);
  });

  test('random asks any of them', async () => {
    await useBeds(ANY_KIND, 'random');
    // That all of 40 go to the same two of four has a chance of less than 1 in 10^11.
    const parts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 4; i++) await ask(parts.map((_, part) => pictureOf(plainPicture(`random ${i} ${part}`))));
    assert.ok(used().length > 2, used().join());
  });
});

describe('a file bed that fails', () => {
  test('is told in the log and rests, and the next one takes the file', async () => {
    await useBeds(ANY_KIND);
    fileBeds.beds['0x0.st'].refusal = { status: 503, body: '<html>Busy</html>' };
    const from = stack.daemon.log.length;
    await ask([pictureOf(plainPicture('first'))]);
    await ask([pictureOf(plainPicture('second'))]);
    assert.deepEqual(used(), ['uguu.se']);
    assert.equal(fileBeds.beds['0x0.st'].requests, 1, 'it was left alone then');
    const [entry, ...more] = logged('a file bed failed', from);
    assert.deepEqual(more, []);
    assert.deepEqual([entry.bed, entry.reason, entry.rests_s], ['0x0.st', 'answered with status 503', 300]);
  });

  test('fails the request when no other is left, and the site sees nothing of it', async () => {
    await useBeds(ANY_KIND);
    fileBeds.beds['0x0.st'].refusal = { status: 403, headers: { 'content-type': 'text/plain' }, body: 'User agent not allowed' };
    fileBeds.beds['uguu.se'].refusal = { status: 413, body: { success: false, errorcode: 413, description: 'File too big' } };
    fileBeds.beds['bashupload.com'].refusal = { body: 'Sorry' };
    fileBeds.beds['temp.sh'].refusal = { body: 'x'.repeat(100_000) };
    const message = await refused([pictureOf(plainPicture('lost'))], 502, 'upload_failed');
    for (const reason of [
      '0x0.st answered with status 403: User agent not allowed', 'uguu.se answered with status 413: File too big',
      'bashupload.com answered with a text that has no link in it: Sorry', 'temp.sh answered with more than could be the link of a file',
    ]) assert.ok(message.includes(reason), message);
  });

  test('is asked again when all rest', async () => {
    await useBeds(['0x0.st']);
    fileBeds.beds['0x0.st'].refusal = { status: 503, body: '' };
    await refused([pictureOf(plainPicture('lost once'))], 502, 'upload_failed');
    fileBeds.reset();
    await ask([pictureOf(plainPicture('lost once'))]);
    assert.deepEqual(used(), ['0x0.st']);
  });
});

describe('uploads', () => {
  test('of the same picture happen once, in one request and in later ones', async () => {
    await useBeds(ANY_KIND);
    const same = pictureOf(plainPicture('same'));
    await ask([same, same]);
    await ask([same]);
    assert.equal(fileBeds.beds['0x0.st'].requests, 1);
    assert.equal(attachments()[0].url, 'https://0x0.st/k1.png');
  });

  test('of one request run beside each other and stand in their order', async () => {
    await useBeds(['0x0.st']);
    const bed = fileBeds.beds['0x0.st'];
    bed.hold();
    const pictures = Array.from({ length: 5 }, (_, i) => plainPicture(`parallel ${i}`));
    const answer = ask(pictures.map(pictureOf));
    await bed.until(({ waiting }) => waiting === 5);
    assert.match(await (await fetch(`${stack.daemon.origin}/metrics`)).text(), /^lmbridge_uploads 5$/m);
    bed.release();
    await answer;
    const uploaded = attachments().map((/** @type {any} */ { url }) => bed.uploads[Number(/\/k(\d+)\./.exec(url)?.[1]) - 1].bytes);
    assert.deepEqual(uploaded, pictures);
  });

  test('of pictures in any message are links in the payload', async () => {
    await useBeds(['0x0.st']);
    await stack.openai.chat.completions.create({
      model: MODEL,
      messages: [
        { role: 'user', content: 'Draw a cat.' },
        { role: 'assistant', content: `![image](${dataLink(plainPicture('cat'))})` },
        { role: 'user', content: [QUICKLY, pictureOf(plainPicture('dog'))] },
      ],
    });
    const { body } = stack.arena.requests({ bodies: true }).at(-1);
    assert.ok(!body.includes('data:'), 'nothing is sent within the request');
    const counts = JSON.parse(body).messages.map((/** @type {any} */ message) => message.experimental_attachments.length);
    assert.deepEqual(counts, [0, 1, 1]);
  });

  test('of a client that leaves are broken off, unless another waits for the same', async () => {
    await useBeds(['0x0.st']);
    const bed = fileBeds.beds['0x0.st'];
    bed.hold();
    const leave = new AbortController();
    const alone = ask([pictureOf(plainPicture('alone')), pictureOf(plainPicture('shared'))], { signal: leave.signal });
    await bed.until(({ waiting }) => waiting === 2);
    const staying = ask([pictureOf(plainPicture('shared')), pictureOf(plainPicture('other'))]);
    await bed.until(({ waiting }) => waiting === 3);
    leave.abort();
    await assert.rejects(alone);
    await bed.until(({ broken }) => broken > 0);
    bed.release();
    await staying;
    assert.equal(bed.broken, 1);
    assert.equal(bed.requests, 3);
    assert.equal(stack.arena.counters().requests, 1);
  });

  test('serve the editing of pictures as well', async () => {
    await useBeds(['0x0.st']);
    const edited = plainPicture('to be edited');
    await stack.openai.images.edit({
      model: 'finch-image', prompt: 'Make it blue', image: new File([new Uint8Array(edited)], 'a.png', { type: 'image/png' }),
      response_format: 'url',
    });
    assert.deepEqual(fileBeds.beds['0x0.st'].uploads[0].bytes, edited);
  });
});

describe('without file beds', () => {
  before(() => reconfigure({}));

  test('a picture over the limit of the site is made smaller, and the log says how', async () => {
    const from = stack.daemon.log.length;
    const pictures = ['a', 'b', 'c'].map((name) => noisyPicture(`large ${name}`));
    await ask([...pictures.map(pictureOf), pictureOf(plainPicture('small'))]);
    const sent = attachments();
    assert.equal(sent[3].url, dataLink(plainPicture('small')), 'what is small stays');
    const sizes = sent.map((/** @type {any} */ { url }) => url.length - url.indexOf(',') - 1);
    assert.ok(sizes.reduce((/** @type {number} */ sum, /** @type {number} */ size) => sum + size, 0) <= 5 * MEGABYTE);
    for (const { name, contentType, url } of sent.slice(0, 3)) {
      assert.equal(contentType, 'image/jpeg');
      assert.match(name, /^image_[0-9a-f]{8}\.jpg$/);
      assert.ok(url.startsWith('data:image/jpeg;base64,/9j/'), url.slice(0, 40));
    }
    const entries = logged('a picture was made smaller, because it is too large for the site', from);
    assert.equal(entries.length, 3);
    assert.match(entries[0].what, /^1024 x 680 image\/png of \d+ bytes became 1024 x 680 image\/jpeg of \d+ bytes, quality \d+$/);
  });

  test('a document over the limit is refused with the way out', async () => {
    const message = await refused([fileOf('report.pdf', largePdf)], 413, 'attachment_too_large');
    assert.match(message, /at most 5242880 are allowed .* have the bridge upload them \(file_bed_enabled\)$/);
  });

  test('a picture that is broken is refused with the reason', async () => {
    const broken = Buffer.concat([plainPicture('broken').subarray(0, 40), randomBytes(5 * MEGABYTE)]);
    const message = await refused([pictureOf(broken)], 413, 'attachment_too_large');
    assert.match(message, /"image_[0-9a-f]{8}\.png" can't be made smaller \(.+\)/);
  });

  test('a picture over the limit is refused where nothing is to be made smaller', async () => {
    await reconfigure({ media: { shrink_oversized: false } });
    const message = await refused(['a', 'b', 'c'].map((name) => pictureOf(noisyPicture(`large ${name}`))), 413, 'attachment_too_large');
    assert.match(message, /file_bed_enabled\) or make pictures smaller \(media\.shrink_oversized\)$/);
  });
});
