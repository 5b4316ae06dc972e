// What a large upload costs the daemon: memory, and the time of everybody else.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { bedConfiguration, curl, startBed } from './support/file_bed.mjs';
import { patience } from './support/stack.mjs';

const MEGABYTE = 1024 * 1024;
const SIZE = 500 * MEGABYTE;

/** @param {number} pid @param {'VmHWM' | 'VmRSS'} name in bytes */
async function memory(pid, name) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}

/**
 * How much more memory than before the daemon had at its peak while `work` went on.
 * @param {number} pid
 * @param {() => Promise<unknown>} work
 */
async function peakOf(pid, work) {
  await writeFile(`/proc/${pid}/clear_refs`, '5'); // the peak begins anew
  const before = await memory(pid, 'VmRSS');
  await work();
  return ((await memory(pid, 'VmHWM')) - before) / MEGABYTE;
}

/** A file of zeros, which needs no disk, with marks in it so that its pieces differ. @param {string} path */
async function makeFile(path) {
  const file = await open(path, 'w');
  await file.truncate(SIZE);
  for (let at = 0; at < SIZE; at += MEGABYTE - 7) await file.write(`mark ${at}`, at);
  await file.close();
}

/** @param {NodeJS.ReadableStream | ReadableStream} stream */
async function hashOf(stream) {
  const hash = createHash('sha256');
  await pipeline(/** @type {any} */ (stream), hash);
  return hash.digest('hex');
}

/** How long small requests took while `work` went on. @param {string} url @param {Promise<unknown>} work */
async function answersBeside(url, work) {
  let running = true;
  work.finally(() => { running = false; }).catch(() => {});
  /** @type {number[]} */
  const times = [];
  while (running) {
    const begun = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - begun);
    await sleep(5); // a pace, not a wait
  }
  return times;
}

test('500 MB come and go with less than 20 MB of memory, and hold nobody up', async (t) => {
  const configuration = await bedConfiguration();
  const { daemon, uploadUrl } = await startBed(configuration);
  t.after(async () => {
    await daemon.stop();
    await configuration.remove();
  });
  const pid = /** @type {number} */ (daemon.process.pid);
  const small = new URL('/none', uploadUrl).href;
  await (await fetch(small)).text();
  const file = join(configuration.directory, 'large.bin');
  await makeFile(file);

  let url = '';
  /** @type {number[]} */
  let times = [];
  const begun = performance.now();
  const uploading = await peakOf(pid, async () => {
    const upload = curl('-F', `file=@${file}`, uploadUrl);
    times = await answersBeside(small, upload);
    url = JSON.parse(await upload).url;
  });
  const seconds = (performance.now() - begun) / 1000;
  let received = '';
  const downloading = await peakOf(pid, async () => {
    received = await hashOf(/** @type {ReadableStream} */ ((await fetch(url)).body));
  });
  console.log(`500 MB: +${uploading.toFixed(1)} MB of memory for the upload, which took ${seconds.toFixed(1)} s, +${downloading.toFixed(1)} MB for `
    + `the download; of ${times.length} answers beside the upload the longest took ${Math.max(...times).toFixed(1)} ms`);
  assert.equal(received, await hashOf(createReadStream(file)));
  // Some may be long: the machine pauses while it writes 500 MB.
  const sum = (/** @type {number[]} */ all) => all.reduce((total, each) => total + each, 0);
  const long = sum(times.filter((time) => time >= 250 * patience));
  assert.ok(long <= 0.2 * sum(times), `${long.toFixed(0)} ms in long ones`);
  if (process.env.LMBRIDGE_SANITIZED) return; // sanitizers keep what was freed
  assert.ok(uploading <= 20, `${uploading} MB`);
  assert.ok(downloading <= 20, `${downloading} MB`);
});
