import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Fetches } from '../src/fetches.js';

/** Records events and wakes whoever waits for one. */
class RecordingOutbox {
  /** @type {unknown[][]} */
  events = [];
  text = '';
  #changed = () => {};

  /** @param {unknown[]} event */
  add(event) {
    this.events.push(event);
    this.#changed();
  }

  /** @param {number} id @param {string} text */
  addText(id, text) {
    this.events.push(['text', id, text]);
    this.text += text;
    this.#changed();
  }

  /** @param {(outbox: RecordingOutbox) => boolean} condition */
  async until(condition) {
    while (!condition(this)) await new Promise((resolve) => { this.#changed = () => resolve(undefined); });
  }

  /** @param {string} kind */
  has(kind) {
    return this.events.some((event) => event[0] === kind);
  }
}

const order = { id: 5, path: '/api?x=1', method: 'PUT', headers: { accept: '*/*' }, body: '{}', credit: 1000 };

/** @param {(url: URL, init: any) => Promise<Response>} fetchFunction */
function fetchesWith(fetchFunction) {
  const outbox = new RecordingOutbox();
  const fetches = new Fetches(/** @type {any} */ (outbox), 'https://site.example', /** @type {any} */ (fetchFunction));
  return { outbox, fetches };
}

/** Lets every promise that is ready run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a request goes to the page\'s origin with its cookies and is reported whole', async () => {
  /** @type {any} */
  let seen;
  const { outbox, fetches } = fetchesWith(async (url, init) => {
    seen = { url: String(url), init };
    return new Response('hello', { status: 201, headers: { 'x-kind': 'test' } });
  });
  fetches.start(order);
  assert.equal(fetches.size, 1);
  await outbox.until((o) => o.has('end'));
  assert.equal(seen.url, 'https://site.example/api?x=1');
  assert.equal(seen.init.method, 'PUT');
  assert.equal(seen.init.credentials, 'include');
  assert.equal(seen.init.redirect, 'manual');
  assert.deepEqual(outbox.events[0].slice(0, 3), ['head', 5, 201]);
  assert.ok(/** @type {any[]} */ (outbox.events[0][3]).some(([name, value]) => name === 'x-kind' && value === 'test'));
  assert.equal(outbox.text, 'hello');
  await settle();
  assert.equal(fetches.size, 0);
});

test('characters that the network cut apart arrive whole', async () => {
  const bytes = new TextEncoder().encode('é中😀');
  const { outbox, fetches } = fetchesWith(async () => new Response(new ReadableStream({
    type: 'bytes',
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  })));
  fetches.start(order);
  await outbox.until((o) => o.has('end'));
  assert.equal(outbox.text, 'é中😀');
});

test('a body that ends inside a character ends in a replacement character', async () => {
  const { outbox, fetches } = fetchesWith(async () => new Response(new Uint8Array([0x61, 0xe4, 0xb8])));
  fetches.start(order);
  await outbox.until((o) => o.has('end'));
  assert.equal(outbox.text, 'a\ufffd');
});

test('reading stops when the credit is used up and goes on when it is granted', async () => {
  let pulls = 0;
  const { outbox, fetches } = fetchesWith(async () => new Response(new ReadableStream({
    type: 'bytes',
    pull(controller) {
      pulls += 1;
      if (pulls > 10) {
        controller.close();
        controller.byobRequest?.respond(0);
      }
      else controller.enqueue(new TextEncoder().encode('x'.repeat(100)));
    },
  }, { highWaterMark: 0 })));
  fetches.start({ ...order, credit: 250 });
  await outbox.until((o) => o.text.length >= 300);
  await settle();
  assert.equal(pulls, 3, 'nothing is read beyond the credit');
  fetches.grant(5, 300);
  await outbox.until((o) => o.text.length >= 600);
  await settle();
  assert.equal(pulls, 6);
  fetches.grant(5, 10_000);
  await outbox.until((o) => o.has('end'));
  assert.equal(outbox.text.length, 1000);
});

test('an abort ends the fetch at once and says nothing more', async () => {
  /** @type {AbortSignal | undefined} */
  let signal;
  const { outbox, fetches } = fetchesWith(async (_url, init) => {
    signal = init.signal;
    return new Response(new ReadableStream({
      type: 'bytes',
      start(controller) {
        controller.enqueue(new TextEncoder().encode('first'));
        init.signal.addEventListener('abort', () => controller.error(init.signal.reason));
      },
    }));
  });
  fetches.start(order);
  await outbox.until((o) => o.text === 'first');
  fetches.abort(5);
  await settle();
  assert.ok(signal?.aborted);
  assert.equal(fetches.size, 0);
  assert.ok(!outbox.has('end') && !outbox.has('fail'));
});

test('an abort frees a request that waits for credit', async () => {
  const { outbox, fetches } = fetchesWith(async () => new Response('x'.repeat(50)));
  fetches.start({ ...order, credit: 0 });
  await outbox.until((o) => o.has('head'));
  fetches.abort(5);
  await settle();
  assert.equal(fetches.size, 0);
});

test('a network error and a redirect are told apart', async () => {
  const broken = fetchesWith(async () => { throw new TypeError('Failed to fetch'); });
  broken.fetches.start(order);
  await broken.outbox.until((o) => o.has('fail'));
  assert.deepEqual(broken.outbox.events, [['fail', 5, 'network', 'Failed to fetch']]);

  const moved = fetchesWith(async () => /** @type {any} */ ({ type: 'opaqueredirect' }));
  moved.fetches.start(order);
  await moved.outbox.until((o) => o.has('fail'));
  assert.equal(moved.outbox.events[0][2], 'redirected');
});

test('requests in the same page do not touch each other', async () => {
  const { outbox, fetches } = fetchesWith(async (url) => {
    if (url.pathname === '/bad') throw new TypeError('down');
    return new Response(url.pathname);
  });
  fetches.start({ ...order, id: 1, path: '/one' });
  fetches.start({ ...order, id: 2, path: '/bad' });
  fetches.start({ ...order, id: 3, path: '/three' });
  fetches.grant(99, 5);
  fetches.abort(99);
  await outbox.until((o) => o.events.filter((event) => event[0] === 'end').length === 2 && o.has('fail'));
  assert.deepEqual(outbox.events.filter((event) => event[0] === 'text'), [['text', 1, '/one'], ['text', 3, '/three']]);
});

test('a body that comes as a file is sent when the browser could read all of it', async () => {
  /** @type {any} */
  let seen;
  const { outbox, fetches } = fetchesWith(async (_url, init) => {
    seen = init.body;
    return new Response('ok');
  });
  const { body: _, ...bodiless } = order;
  const file = new File(['large'], 'body');
  assert.equal(fetches.startWithFile(bodiless, file, 5), true);
  await outbox.until((o) => o.has('end'));
  assert.equal(seen, file);
});

test('a file comes in base64, however the network cut it, from where it was moved to', async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256);
  for (const cut of [1, 2, 1000, 65_536]) {
    /** @type {any} */
    let seen;
    const { outbox, fetches } = fetchesWith(async (url, init) => {
      seen = { url: String(url), init };
      return new Response(new ReadableStream({
        type: 'bytes',
        start(controller) {
          const part = cut === 1 ? bytes.slice(0, 1000) : bytes;
          for (let at = 0; at < part.length; at += cut) controller.enqueue(part.slice(at, at + cut));
          controller.close();
        },
      }));
    });
    const { body: _, ...bodiless } = order;
    fetches.start({ ...bodiless, path: 'https://files.example/p.png', method: 'GET', file: true, credit: 1_000_000 });
    await outbox.until((o) => o.has('end'));
    const expected = cut === 1 ? bytes.slice(0, 1000) : bytes;
    assert.equal(outbox.text, Buffer.from(expected).toString('base64'));
    assert.equal(seen.url, 'https://files.example/p.png');
    assert.equal(seen.init.redirect, 'follow');
    assert.equal(seen.init.body, undefined);
  }
});

test('a file that could not be read starts nothing and says so', () => {
  const { outbox, fetches } = fetchesWith(async () => new Response('never'));
  assert.equal(fetches.startWithFile(order, undefined, 5), false);
  assert.equal(fetches.startWithFile(order, new File([], 'body'), 5), false);
  assert.equal(fetches.size, 0);
  assert.deepEqual(outbox.events, []);
});
