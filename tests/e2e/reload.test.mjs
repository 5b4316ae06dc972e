// A configuration that changes while the daemon runs.

import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { MODEL, order, patience, startStack } from './support/stack.mjs';

const STREAMS = 50;
const PIECES = 100;
const RELOADED = 'the configuration was reloaded';
const REFUSED = 'the configuration was not reloaded, because it has errors; the one before stays in force';
const WAITING = 'the configuration was reloaded, but some of it takes effect at the next start only';
const UNCHANGED = 'the configuration was read again; nothing has changed';

/** Writes a copy and puts it in place, as careful editors do. @param {string} file @param {string} text */
async function replace(file, text) {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** @type {[string, (file: string, text: string) => Promise<void>][]} */
const WAYS = [['renamed into place', replace], ['truncated and written', writeFile]];

describe('a configuration', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  /** @type {string} */
  let file;
  /** @type {string} */
  let good;
  before(async () => {
    stack = await startStack({ protocol: 'https', config: { logging: { level: 'debug' } } });
    file = stack.configuration.file;
    good = JSON.stringify(stack.configuration.config);
  });
  after(() => stack?.close());

  /** @param {object} changes */
  const changed = (changes) => JSON.stringify({ ...stack.configuration.config, ...changes });

  /** The status of GET /v1/models. @param {string} [key] */
  async function status(key) {
    const headers = key ? { authorization: `Bearer ${key}` } : undefined;
    return (await fetch(`${stack.daemon.baseUrl}/models`, { headers })).status;
  }

  /**
   * Answers that all run when the promise `begun` resolves; `ended` says that each came whole.
   * @param {string} way
   */
  function runStreams(way) {
    /** @type {Promise<void>[]} */
    const beginnings = [];
    const ended = Promise.all(Array.from({ length: STREAMS }, async (_, number) => {
      const mark = `${way[0]}${number}`;
      /** @type {() => void} */
      let begin = () => {};
      beginnings.push(new Promise((resolve) => { begin = resolve; }));
      const stream = await stack.openai.chat.completions.create({
        model: MODEL, stream: true, messages: order({ pieces: PIECES, mark, pace_ms: Math.max(100, 25 * patience) }),
      });
      let text = '';
      let finishes = 0;
      for await (const chunk of stream) {
        text += chunk.choices[0].delta.content ?? '';
        finishes += chunk.choices[0].finish_reason === 'stop' ? 1 : 0;
        if (text !== '') begin();
      }
      assert.equal(text, Array.from({ length: PIECES }, (__, piece) => `${mark}:${piece};`).join(''), mark);
      assert.equal(finishes, 1, mark);
    }));
    return { begun: Promise.all(beginnings), ended };
  }

  for (const [way, write] of WAYS) {
    test(`that is ${way} applies to the next request and disturbs none of ${STREAMS} running streams`, async () => {
      const { begun, ended } = runStreams(way);
      // Whichever ends first: a stream that fails must not leave us waiting for its beginning.
      await Promise.race([begun, ended]);
      const from = stack.daemon.log.length;
      await write(file, changed({ api_key: 'sk-reload' }));
      const entry = await stack.daemon.logged(RELOADED, from);
      assert.equal(entry.changed, 'api_key');
      assert.equal(await status(), 401);
      assert.equal(await status('sk-reload'), 200);
      assert.equal(stack.arena.counters().active, STREAMS, 'all of them still ran');
      await ended;
      const next = stack.daemon.log.length;
      await write(file, good);
      await stack.daemon.logged(RELOADED, next);
      assert.equal(await status(), 200);
      assert.ok(!stack.daemon.transcript().includes('sk-reload'), 'the log tells no key');
    });
  }

  test('has its models and their sessions reloaded, too', async () => {
    const ask = (model) => stack.openai.chat.completions.create({ model, messages: order({ text: 'new' }) });
    await assert.rejects(ask('newcomer'), { status: 404 });
    let from = stack.daemon.log.length;
    await replace(join(stack.configuration.directory, 'models.json'),
      JSON.stringify({ ...stack.configuration.models, newcomer: stack.configuration.models[MODEL] }));
    assert.equal((await stack.daemon.logged(RELOADED, from)).changed, 'models.json');
    assert.equal((await ask('newcomer')).choices[0].message.content, 'new');
    from = stack.daemon.log.length;
    await writeFile(join(stack.configuration.directory, 'model_endpoint_map.json'),
      JSON.stringify({ newcomer: { session_id: stack.configuration.config.session_id, message_id: stack.configuration.config.message_id } }));
    assert.equal((await stack.daemon.logged(RELOADED, from)).changed, 'model_endpoint_map.json');
  });

  test('that is broken changes nothing and is told of in one line', async () => {
    const from = stack.daemon.log.length;
    await replace(file, changed({ api_key: 'sk-broken', url_display_length: 'long', debug_show_full_urls: 1 }));
    const entry = await stack.daemon.logged(REFUSED, from);
    assert.match(entry.first, /config\.jsonc:1:\d+: url_display_length: found "long", allowed: a whole number/);
    assert.equal(entry.errors, 2);
    assert.match(entry.hint, /lmbridged --check-config/);
    assert.equal(await status(), 200);
    await replace(file, good);
    await stack.daemon.logged('the configuration has no errors any more, and nothing in it has changed', from);
    assert.equal(stack.daemon.log.slice(from).filter(({ level }) => level === 'error').length, 1);
  });

  test('names what has to wait for the next start', async () => {
    for (const text of [changed({ server: { listen: '127.0.0.1:1' } }), good]) {
      const from = stack.daemon.log.length;
      await replace(file, text);
      assert.equal((await stack.daemon.logged(WAITING, from)).keys, 'server.listen');
      assert.equal(await status(), 200);
    }
  });

  test('is read again at SIGHUP, which stops nothing any more', async () => {
    const from = stack.daemon.log.length;
    stack.daemon.process.kill('SIGHUP');
    await stack.daemon.logged(UNCHANGED, from);
    const answer = await stack.openai.chat.completions.create({ model: MODEL, messages: order({ text: 'still here' }) });
    assert.equal(answer.choices[0].message.content, 'still here');
  });
});
