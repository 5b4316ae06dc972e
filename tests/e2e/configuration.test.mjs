// What the three files of the configuration do to a daemon at its start.

import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Daemon } from './support/daemon.mjs';
import { makeConfiguration, MODEL, order, startStack } from './support/stack.mjs';

const PREDECESSOR = new URL('../unit/settings/fixtures/predecessor/', import.meta.url).pathname;

describe('several API keys', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  before(async () => {
    stack = await startStack({
      config: {
        api_key: 'sk-single',
        api_keys: [{ name: 'alice', key: 'sk-alice' }, { name: 'bob', key: 'sk-bob', models: [MODEL] }],
      },
    });
  });
  after(() => stack?.close());

  /** @param {string} [key] */
  const ask = (key) => fetch(`${stack.daemon.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ model: MODEL, messages: order({ text: 'x' }) }),
  });

  for (const key of ['sk-single', 'sk-alice', 'sk-bob']) {
    test(`take ${key}`, async () => assert.equal((await ask(key)).status, 200));
  }
  for (const key of [undefined, 'sk-alic', 'sk-alice2', 'alice', 'sk-single, sk-alice']) {
    test(`refuse ${key ?? 'a request without any'} in OpenAI's shape`, async () => {
      const response = await ask(key);
      assert.equal(response.status, 401);
      const { error } = await response.json();
      assert.equal(error.code, 'invalid_api_key');
      assert.ok(!error.message.includes('sk-'));
    });
  }
  test('never stand in the log', () => assert.ok(!/sk-/.test(stack.daemon.transcript())));
});

test('--check-config prints every problem of all three files at once and exits 1', async (t) => {
  const configuration = await makeConfiguration({ config: { api_keys: 'sk-x', session_id: 7, sever: {} } });
  t.after(configuration.remove);
  await writeFile(join(configuration.directory, 'models.json'), '{\n  "m": 7,\n  "n": "null:video"\n}');
  await writeFile(join(configuration.directory, 'model_endpoint_map.json'), '{\n  "m": { "session_id": "YOUR_ID" },\n  "n": "x"\n}');
  const daemon = new Daemon(configuration, { args: ['--check-config'] });
  assert.equal((await daemon.exited).code, 1);
  for (const line of [
    /^error: \S+config\.jsonc:1:\d+: session_id: found 7, allowed: a string$/m,
    /^error: \S+config\.jsonc:1:\d+: api_keys: found a string \(not shown\), allowed: an array/m,
    /^error: \S+models\.json:2:8: "m": found 7, allowed: /m,
    /^error: \S+models\.json:3:8: .*"null:video"/m,
    /^error: \S+model_endpoint_map\.json:3:8: "n": found "x", allowed: /m,
    /^warning: \S+config\.jsonc:1:\d+: unknown key sever; it has no effect \(did you mean server\?\)$/m,
    /^warning: \S+model_endpoint_map\.json:2:24: "m": left out, because its session_id is a placeholder or no UUID$/m,
  ]) assert.match(daemon.text, line);
  assert.equal(daemon.text.trimEnd().split('\n').length, 7, daemon.text);
});

test("the predecessor's files start the daemon without an edit", async (t) => {
  const configuration = await makeConfiguration();
  await cp(PREDECESSOR, configuration.directory, { recursive: true });
  const daemon = new Daemon(configuration, { args: ['--listen', '127.0.0.1:0'] });
  t.after(async () => {
    await daemon.stop();
    await configuration.remove();
  });
  const [, baseUrl] = await daemon.wrote(/listening base_url=(\S+)/);
  const headers = { authorization: 'Bearer sk-//-not-a-comment' };
  const { data } = await (await fetch(`${baseUrl}/models`, { headers })).json();
  const ids = data.map((/** @type {{id: string}} */ { id }) => id);
  for (const id of ['dall-e-3', '搜索//模型', 'claude-3-5-sonnet-20241022']) assert.ok(ids.includes(id), `${id} is listed`);
  assert.equal((await fetch(`${baseUrl}/models`)).status, 401);
  assert.ok(!/^error/m.test(daemon.text), daemon.text);
  assert.ok(!daemon.text.includes('not-a-comment'), 'the key is not shown');
});
