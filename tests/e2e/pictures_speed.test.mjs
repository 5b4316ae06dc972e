// Pictures are fetched together, hold up nobody, and are not mixed up. They are read by curl: to read megabytes here would
// hold up the clock of this test.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { ask } from './support/asking.mjs';
import { FROM_LOOPBACK, pictureLinks, readDataLink } from './support/gallery.mjs';
import { startGalleryWorker } from './support/gallery_worker.mjs';
import { MODEL, order, patience, startStack } from './support/stack.mjs';

const FIVE = ['a', 'b', 'c', 'd', 'e'];
const run = promisify(execFile);

/** @type {Awaited<ReturnType<typeof startGalleryWorker>>} */
let gallery;
/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;
/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  gallery = await startGalleryWorker(FIVE);
  stack = await startStack({
    protocol: 'https',
    config: { image_return_format: { mode: 'base64', base64_conversion: { enabled: false } }, media: FROM_LOOPBACK },
  });
});
after(async () => {
  await stack?.close();
  await gallery?.close();
  await rm(folder, { recursive: true });
});

/**
 * A whole answer, in a file.
 * @param {object} directive
 * @param {string} round no picture of another round is in the cache
 */
async function read(directive, round) {
  const file = join(folder, round);
  const { stdout } = await run('curl', [
    '--silent', '--show-error', '--output', file, '--write-out', '%{time_total}', '--header', 'content-type: application/json',
    '--data', JSON.stringify({ model: MODEL, messages: order(directive) }), `${stack.daemon.baseUrl}/chat/completions`,
  ]);
  return {
    took: Number(stdout) * 1000,
    text: async () => /** @type {string} */ (JSON.parse(await readFile(file, 'utf8')).choices[0].message.content),
  };
}

/** @param {string[]} names @param {string} round @param {number} [delay] ms that the server takes for each */
const pictures = (names, round, delay = 2000) => ({ images: names.map((name) => gallery.link(name, { delay, noisy: true, round })) });

/** What fetching alone costs the machine. @param {string[]} names @param {string} round */
async function fetchDirectly(names, round) {
  const { images } = pictures(names, round, 500);
  await Promise.all(images.map((link) => run('curl', ['--silent', '--show-error', '--output', '/dev/null', link])));
}

test('five pictures of 2 MB, for each of which the server takes two seconds, come in 1.3 times the time of one', async (t) => {
  const ones = [];
  const fives = [];
  // The quickest rounds are those that nobody else's load has touched.
  for (let round = 0; round < 3; round++) {
    ones.push((await read(pictures(['a'], `one-${round}`), `one-${round}`)).took);
    const five = await read(pictures(FIVE, `five-${round}`), `five-${round}`);
    fives.push(five.took);
    const links = pictureLinks(await five.text());
    assert.deepEqual(links.map((link) => readDataLink(link).bytes), FIVE.map((name) => gallery.pictures.get(name)));
  }
  const [one, five] = [Math.min(...ones), Math.min(...fives)];
  t.diagnostic(`one ${one.toFixed(0)} ms, five ${five.toFixed(0)} ms`);
  assert.ok(five <= (patience > 1 ? 3 : 1.3) * one, `${five} ms for five, ${one} ms for one`);
});

test('a text stream keeps its pace beside pictures', async (t) => {
  const alone = [];
  const without = [];
  const beside = [];
  // Here, too, the quickest rounds count.
  for (let round = 0; round < 5; round++) {
    alone.push(await paces(async () => {}));
    without.push(await paces(() => fetchDirectly(FIVE, `direct-${round}`)));
    beside.push(await paces(async () => { await read(pictures(FIVE, `beside-${round}`, 500), `beside-${round}`); }));
    t.diagnostic(`p99 of the time between pieces: alone ${alone[round].toFixed(1)} ms, beside five pictures ${beside[round].toFixed(1)} ms, `
      + `beside five that the daemon has no part in ${without[round].toFixed(1)} ms`);
  }
  const difference = Math.min(...beside) - Math.max(Math.min(...alone), Math.min(...without));
  assert.ok(difference <= 5 * patience, `${difference} ms longer beside pictures`);
});

test('fifty answers with pictures at once are all right and none is mixed up', async () => {
  const rounds = Array.from({ length: 50 }, (_, index) => ({ name: FIVE[index % 5], round: `fifty-${index}` }));
  const answers = await Promise.all(rounds.map(({ name, round }) => read({ text: round, ...pictures([name], round, 0) }, round)));
  for (const [index, answer] of answers.entries()) {
    const { name, round } = rounds[index];
    const text = await answer.text();
    assert.ok(text.startsWith(`${round}\n\n![image](`), text.slice(0, 100));
    assert.deepEqual(readDataLink(pictureLinks(text)[0]).bytes, gallery.pictures.get(name));
  }
});

/** The p99 of how much later than the last a piece comes, in a stream of a piece every 5 ms. @param {() => Promise<void>} meanwhile */
async function paces(meanwhile) {
  /** @type {number[]} */
  const times = [];
  const stream = ask(stack, { pieces: 400, mark: 'm', pace_ms: 5 }, { onPiece: () => { times.push(performance.now()); } });
  await Promise.all([stream, meanwhile()]);
  const pauses = times.slice(1).map((time, index) => time - times[index]).sort((a, b) => a - b);
  assert.ok(pauses.length > 350);
  return pauses[Math.floor(pauses.length * 0.99)];
}
