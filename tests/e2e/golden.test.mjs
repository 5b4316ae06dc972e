// For each request of golden/cases.mjs: exactly what the arena receives, and exactly what the client does. Ids and times are
// made alike. UPDATE_GOLDEN=1 writes the files anew; look at the difference before it is committed.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { MESSAGE_ID, MODELS, SESSION_ID, startArena } from '../arena/arena.mjs';
import { groups } from './golden/cases.mjs';
import { untilAnswering } from './support/asking.mjs';
import { makeConfiguration, MODEL, WITHOUT_RETRIES } from './support/stack.mjs';
import { Daemon } from './support/daemon.mjs';

const UPDATE = process.env.UPDATE_GOLDEN === '1';

/** `drawer` is an image model of the arena of which models.json does not say so. */
const models = { nameless: 'null', drawer: /** @type {any} */ (MODELS.find(({ publicName }) => publicName === 'finch-image')).id };

/** Long base64 says little to a reader. @param {string} text */
const shorten = (text) => text.replace(/(;base64,[A-Za-z0-9+/]{24})[A-Za-z0-9+/=]{200,}/g, '$1...');

/**
 * The body that the arena received, with the ids of messages counted and times taken out.
 * @param {string | undefined} text
 */
function normalBody(text) {
  if (text === undefined) return null;
  const body = JSON.parse(shorten(text));
  /** @type {Map<string, string>} */
  const ids = new Map(body.messages.map((/** @type {any} */ message, /** @type {number} */ i) => [message.id, `message-${i}`]));
  assert.equal(ids.size, body.messages.length, 'every message has an id of its own');
  for (const message of body.messages) {
    assert.match(message.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    for (const time of ['createdAt', 'updatedAt']) {
      assert.ok(Math.abs(Date.parse(message[time]) - Date.now()) < 60_000, `${time} is now`);
      message[time] = 'TIME';
    }
    message.id = ids.get(message.id);
    message.parentMessageIds = message.parentMessageIds.map((/** @type {string} */ id) => ids.get(id));
    for (const attachment of message.experimental_attachments) attachment.name = attachment.name.replace(/^image_[0-9a-f]{8}/, 'image_ID');
  }
  return body;
}

/** @param {string} text */
const normalText = (text) => text.replace(/"chatcmpl-[A-Za-z0-9]+"/g, '"chatcmpl-ID"').replace(/"created":\d+/g, '"created":0')
  .replace(/127\.0\.0\.1:\d+/g, 'HOST');

/** Status, the headers that matter, and the body: the events of a stream, or the JSON. @param {Response} response */
async function normalAnswer(response) {
  const headers = Object.fromEntries(['content-type', 'retry-after', 'x-should-retry', 'x-lmbridge-ignored']
    .map((name) => [name, response.headers.get(name)]).filter(([, value]) => value !== null));
  const text = normalText(await response.text());
  const streamed = (headers['content-type'] ?? '').startsWith('text/event-stream');
  return { status: response.status, headers, body: streamed ? text.split('\n\n').slice(0, -1) : JSON.parse(text) };
}

for (const group of groups) {
  describe(`golden: ${group.name}`, () => {
    const file = new URL(`golden/${group.name}.json`, import.meta.url);
    /** @type {Record<string, unknown>} */
    const written = {};
    /** @type {Record<string, unknown>} */
    let golden = {};
    /** @type {Awaited<ReturnType<typeof startArena>>} */
    let arena;
    /** @type {Awaited<ReturnType<typeof makeConfiguration>>} */
    let configuration;
    /** @type {Daemon} */
    let daemon;
    before(async () => {
      if (!UPDATE) golden = JSON.parse(await readFile(file, 'utf8'));
      arena = await startArena();
      const map = group.map && JSON.parse(JSON.stringify(group.map).replaceAll('"SESSION"', `"${SESSION_ID}"`).replaceAll('"MESSAGE"', `"${MESSAGE_ID}"`));
      configuration = await makeConfiguration({ arena, config: { ...WITHOUT_RETRIES, ...group.config }, map, models });
      daemon = new Daemon(configuration);
      await daemon.ready();
    });
    after(async () => {
      await daemon?.stop();
      await arena?.close();
      await configuration?.remove();
      if (UPDATE) await writeFile(file, `${JSON.stringify(written, null, 1)}\n`);
    });

    for (const [name, request] of Object.entries(group.cases)) {
      test(name, async () => {
        await untilAnswering({ daemon });
        arena.reset();
        const response = await fetch(`${daemon.baseUrl}/chat/completions`, {
          method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: MODEL, ...request }),
        });
        const answer = await normalAnswer(response);
        const requests = arena.requests({ bodies: true });
        const outcome = { upstream: requests.length, received: normalBody(requests[0]?.body), answer };
        written[name] = outcome;
        if (!UPDATE) assert.deepEqual(outcome, golden[name]);
      });
    }

    test('no golden answer is without its request', () => {
      if (!UPDATE) assert.deepEqual(Object.keys(golden), Object.keys(group.cases));
    });
  });
}
