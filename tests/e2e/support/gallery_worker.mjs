// A gallery on a thread of its own, for tests that measure time: sending megabytes takes some of it.

import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

import { noisyPicture, startGallery } from './gallery.mjs';

/**
 * The same pictures on both sides.
 * @param {string[]} names of noisy pictures, which are made before it begins
 */
export async function startGalleryWorker(names) {
  const worker = new Worker(new URL(import.meta.url));
  worker.postMessage(names);
  const [{ base, pictures }] = await once(worker, 'message');
  return {
    /** @type {Map<string, Buffer>} */
    pictures: new Map(pictures.map((/** @type {[string, Uint8Array]} */ [name, bytes]) => [name, Buffer.from(bytes)])),
    /** @param {string} name @param {Record<string, string | number | boolean>} options */
    link(name, options) {
      const query = new URLSearchParams(Object.entries(options).map(([key, value]) => [key, String(value)]));
      return `${base}/${name}.png?${query}`;
    },
    close: () => worker.terminate(),
  };
}

if (!isMainThread) {
  parentPort?.once('message', async (/** @type {string[]} */ names) => {
    const gallery = await startGallery();
    const base = new URL(gallery.link('x')).origin;
    parentPort?.postMessage({ base, pictures: names.map((name) => [name, noisyPicture(name)]) });
  });
}
