// Files that are uploaded to the file bed server and fetched from it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { allGone, Daemon } from './support/daemon.mjs';
import { bedConfiguration, bedFor, curl, formWith, startBed } from './support/file_bed.mjs';
import { makeConfiguration } from './support/stack.mjs';

/**
 * @param {string} url
 * @param {FormData | object} body a form, or what goes as JSON
 * @param {Record<string, string>} [headers]
 */
async function upload(url, body, headers = {}) {
  const isForm = body instanceof FormData;
  const response = await fetch(url, {
    method: 'POST',
    headers: isForm ? headers : { 'content-type': 'application/json', ...headers },
    body: isForm ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}

describe('the file bed server', () => {
  /** @type {Awaited<ReturnType<typeof startBed>>} */
  let bed;
  /** @type {Awaited<ReturnType<typeof bedConfiguration>>} */
  let configuration;
  before(async () => {
    configuration = await bedConfiguration();
    bed = await startBed(configuration);
  });
  after(async () => {
    await bed?.daemon.stop();
    await configuration?.remove();
  });

  test('takes forms of fetch and gives the same bytes back', async () => {
    const content = randomBytes(3_000_000);
    const { status, answer } = await upload(bed.uploadUrl, formWith(new Blob([content]), 'film.mp4'));
    assert.equal(status, 200);
    assert.match(answer.filename, /^\w{24}\.mp4$/);
    assert.equal(answer.url, new URL(`/uploads/${answer.filename}`, bed.uploadUrl).href);
    const response = await fetch(answer.url);
    assert.equal(response.headers.get('content-length'), String(content.length));
    assert.ok(content.equals(Buffer.from(await response.arrayBuffer())));
  });

  test('takes forms of curl, which asks before it sends much', async () => {
    const content = randomBytes(2_000_000);
    const file = join(configuration.directory, 'odd "name".tar.gz');
    await writeFile(file, content);
    const { url, filename } = JSON.parse(await curl('-F', 'note=hello', '-F', `file=@"${file.replaceAll('"', '\\"')}"`, '-H', 'Expect: 100-continue',
      bed.uploadUrl));
    assert.match(filename, /\.gz$/);
    assert.ok(content.equals(Buffer.from(await (await fetch(url)).arrayBuffer())));
  });

  test('takes chunked forms', async () => {
    const form = new Response(formWith(new Blob(['chunked']), 'a.txt'));
    const type = /** @type {string} */ (form.headers.get('content-type'));
    const response = await fetch(bed.uploadUrl, {
      method: 'POST', headers: { 'content-type': type }, body: form.body, duplex: 'half',
    });
    const { url } = /** @type {{url: string}} */ (await response.json());
    assert.equal(await (await fetch(url)).text(), 'chunked');
  });

  test('takes the JSON of the predecessor, whose links are built from the answer', async () => {
    const data = Buffer.from('\x89PNG\r\n\x1a\n...', 'latin1');
    const { status, answer } = await upload(bed.uploadUrl, {
      file_name: 'picture.png', file_data: data.toString('base64'), api_key: 'whatever',
    });
    assert.deepEqual([status, answer.success], [200, true]);
    const response = await fetch(bed.uploadUrl.replace(/\/upload$/, `/uploads/${answer.filename}`));
    assert.equal(response.headers.get('content-type'), 'image/png');
    assert.equal(response.headers.get('content-disposition'), 'inline');
    assert.ok(data.equals(Buffer.from(await response.arrayBuffer())));
  });

  test('sends the part of a file that is asked for', async () => {
    const { answer } = await upload(bed.uploadUrl, formWith(new Blob(['0123456789']), 'a.bin'));
    assert.equal(await curl('-r', '2-4', answer.url), '234');
    assert.match(await curl('-I', answer.url), /^content-length: 10\r$/im);
    assert.equal((await fetch(answer.url, { headers: { range: 'bytes=10-' } })).status, 416);
  });

  test('sends pages so that they never run', async () => {
    const { answer } = await upload(bed.uploadUrl, formWith(new Blob(['<script>alert(1)</script>']), 'page.html'));
    const { headers } = await fetch(answer.url);
    assert.equal(headers.get('content-disposition'), 'attachment');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('content-security-policy'), "sandbox; default-src 'none'");
  });

  test('says what is wrong in the form of the predecessor', async () => {
    const { status, answer } = await upload(bed.uploadUrl, { file_name: 'a' });
    assert.deepEqual([status, answer.success], [400, false]);
    assert.match(answer.error, /file_data is missing/);
    assert.equal((await fetch(new URL('/uploads/none.png', bed.uploadUrl))).status, 404);
  });

  test('lets no foreign page upload', async () => {
    const { status } = await upload(bed.uploadUrl, formWith(new Blob(['x']), 'a.txt'), { origin: 'https://foreign.example' });
    assert.equal(status, 403);
  });
});

test('with a key uploads need it and downloads do not', async (t) => {
  const bed = await bedFor(t, { api_key: 'secret', public_url: 'https://files.example.org/' });
  const file = new Blob(['content']);
  assert.equal((await upload(bed.uploadUrl, formWith(file, 'a.txt'))).status, 401);
  assert.equal((await upload(bed.uploadUrl, formWith(file, 'a.txt', { api_key: 'wrong' }))).status, 401);
  assert.equal((await upload(bed.uploadUrl, { file_data: 'aGVsbG8=', api_key: 'wrong' })).status, 401);
  assert.deepEqual(await bed.files(), []);
  const { answer } = await upload(bed.uploadUrl, formWith(file, 'a.txt', { api_key: 'secret' }));
  assert.equal(answer.url, `https://files.example.org/uploads/${answer.filename}`);
  assert.equal(await curl(new URL(`/uploads/${answer.filename}`, bed.uploadUrl).href), 'content');
  assert.equal((await upload(bed.uploadUrl, { file_data: 'aGVsbG8=', api_key: 'secret' })).status, 200);
  assert.equal((await upload(bed.uploadUrl, formWith(file, 'a.txt'), { authorization: 'Bearer secret' })).status, 200);
});

test('an address that others reach is refused without a key', async () => {
  const configuration = await bedConfiguration({ listen: '0.0.0.0:0' });
  const daemon = new Daemon(configuration);
  assert.equal((await daemon.exited).code, 3);
  assert.match(daemon.text, /set file_bed_server\.api_key/);
  await configuration.remove();
});

test('a port that is taken is an error that says so', async (t) => {
  const bed = await bedFor(t);
  const configuration = await bedConfiguration({ listen: new URL(bed.uploadUrl).host });
  const daemon = new Daemon(configuration);
  const { code } = await daemon.exited;
  assert.match(daemon.transcript(), /is taken by another program.*file_bed_server\.listen/);
  const first = await makeConfiguration({ config: { server: { listen: new URL(bed.uploadUrl).host } } });
  const other = new Daemon(first);
  assert.equal(code, (await other.exited).code, 'as for the first listener');
  await configuration.remove();
  await first.remove();
});

test('quotas hold, and room comes back when files grow old', async (t) => {
  const bed = await bedFor(t, { max_file_mb: 1, max_total_mb: 2, max_age_minutes: 0.05 });
  const megabyte = new Blob([randomBytes(1024 * 1024)]);
  const tooLarge = await upload(bed.uploadUrl, formWith(new Blob([megabyte, 'x']), 'a.bin'));
  assert.equal(tooLarge.status, 413);
  assert.match(tooLarge.answer.error, /larger than 1 MB/);
  const begun = performance.now();
  const { answer } = await upload(bed.uploadUrl, formWith(megabyte, 'a.bin'));
  assert.equal((await upload(bed.uploadUrl, formWith(megabyte, 'a.bin'))).status, 200);
  const full = await upload(bed.uploadUrl, formWith(megabyte, 'a.bin'));
  assert.equal(full.status, 507);
  assert.match(full.answer.error, /no room/);
  assert.equal((await fetch(answer.url)).status, 200);
  // Nobody tells when a file goes.
  while ((await bed.files()).length > 0) await sleep(50);
  assert.ok(performance.now() - begun >= 3000, 'not before their age');
  assert.equal((await fetch(answer.url)).status, 404);
  assert.equal((await upload(bed.uploadUrl, formWith(megabyte, 'a.bin'))).status, 200);
});

test('kill -9 in the middle of an upload leaves nothing of it, and keeps what was whole', async (t) => {
  const configuration = await bedConfiguration();
  const killed = await startBed(configuration);
  /** @type {Awaited<ReturnType<typeof startBed>> | undefined} */
  let bed;
  t.after(async () => {
    await killed.daemon.stop();
    await bed?.daemon.stop();
    await configuration.remove();
  });
  const { answer } = await upload(killed.uploadUrl, formWith(new Blob(['whole']), 'a.txt'));
  const { hostname, port } = new URL(killed.uploadUrl);
  const client = connect(Number(port), hostname);
  client.on('error', () => {}); // it is going to be cut off
  client.write('POST /upload HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900000\r\ncontent-type: multipart/form-data; boundary=xyz\r\n\r\n'
    + '--xyz\r\ncontent-disposition: form-data; name="file"; filename="b.txt"\r\n\r\n');
  client.write(Buffer.alloc(500_000, 'x'));
  while ((await killed.files()).length < 2) await sleep(10); // nobody tells
  killed.daemon.process.kill('SIGKILL');
  await killed.daemon.exited;
  client.destroy();
  await allGone(killed.daemon.stateDirectory, 10_000);
  assert.equal((await killed.files()).length, 2);
  bed = await startBed(configuration);
  assert.deepEqual(await bed.files(), [answer.filename]);
  assert.equal(await curl(new URL(`/uploads/${answer.filename}`, bed.uploadUrl).href), 'whole');
});

test('an upload that runs when the daemon is told to stop is brought to its end', async (t) => {
  const configuration = await bedConfiguration();
  const { daemon, uploadUrl, files } = await startBed(configuration);
  t.after(async () => {
    await daemon.stop();
    await configuration.remove();
  });
  /** @type {(value?: unknown) => void} */
  let goOn = () => {};
  const stopped = new Promise((resolve) => { goOn = resolve; });
  const body = new ReadableStream({
    async start(controller) {
      const part = '--xyz\r\ncontent-disposition: form-data; name="file"; filename="b.txt"\r\n\r\n';
      controller.enqueue(new TextEncoder().encode(part + 'x'.repeat(500_000)));
      await stopped;
      controller.enqueue(new TextEncoder().encode('y\r\n--xyz--'));
      controller.close();
    },
  });
  const answering = fetch(uploadUrl, {
    method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=xyz' }, body, duplex: 'half',
  });
  while ((await files()).length < 1) await sleep(10); // nobody tells
  daemon.process.kill('SIGTERM');
  await daemon.logged('stopping');
  goOn();
  assert.equal((await answering).status, 200);
  assert.equal((await daemon.exited).code, 0);
  assert.equal((await files()).length, 1);
});
