// What a service manager is told: when the daemon is ready, how it is in each state, and that it is alive.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import OpenAI from 'openai';

import { startArena } from '../arena/arena.mjs';
import { call, socketOf } from './support/control.mjs';
import { Daemon } from './support/daemon.mjs';
import { ServiceManager } from './support/service_manager.mjs';
import { makeConfiguration, MODEL, order, patience } from './support/stack.mjs';

/**
 * A daemon under a service manager, that ends with the test.
 * @param {import('node:test').TestContext} t
 * @param {{config?: object, mode?: object, env?: Record<string, string>}} [options] `mode` is the arena's
 */
async function service(t, { config, mode, env } = {}) {
  const manager = await ServiceManager.start();
  const arena = await startArena();
  if (mode) arena.mode(mode);
  const configuration = await makeConfiguration({ arena, config });
  const daemon = new Daemon(configuration, { env: { NOTIFY_SOCKET: manager.path, ...env } });
  t.after(async () => {
    await daemon.stop();
    await manager.close();
    await arena.close();
    await configuration.remove();
  });
  return { manager, arena, configuration, daemon };
}

/** @param {string[]} fields @param {string} name */
const valueOf = (fields, name) => Number(fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1));

test('it hears of the start, that requests are accepted, and how many pages take them', async (t) => {
  const { manager } = await service(t, { config: { browser: { contexts: 2, start_timeout_seconds: 40 } } });
  await manager.until(() => manager.lines.at(-1) === 'ready with 2 pages');
  assert.equal(manager.lines[0], 'not ready: the browser is starting');
  assert.equal(valueOf(manager.fields, 'EXTEND_TIMEOUT_USEC'), 60e6);
  const ready = manager.fields.indexOf('READY=1');
  assert.ok(ready > manager.fields.indexOf('STATUS=not ready: the browser is starting'));
  assert.ok(ready < manager.fields.indexOf('STATUS=ready with 2 pages'));
  for (const line of manager.lines.slice(1, -1)) assert.match(line, /^(not ready: |ready with 1 of 2 pages$)/);
});

test('it hears of a browser that is gone and of the one in its place', async (t) => {
  const { manager, daemon } = await service(t);
  await manager.until(() => manager.lines.at(-1) === 'ready with 1 page');
  const from = manager.lines.length;
  await daemon.killBrowserProcess('browser');
  await manager.until(() => manager.lines.slice(from).includes('ready with 1 page'));
  assert.equal(manager.lines[from], 'not ready: the browser is gone and is being started again');
  assert.equal(manager.fields.filter((field) => field === 'READY=1').length, 1);
});

test('it hears what a person must do', async (t) => {
  const { manager } = await service(t, { mode: { challenge: 'all', challenge_until_solved: true } });
  await manager.until(() => /^waiting for a person: .*(verif|human)/i.test(manager.lines.at(-1) ?? ''));
});

test('it hears of an operator who drains, and of the requests that are left', async (t) => {
  const { manager, daemon } = await service(t);
  await daemon.ready();
  const openai = new OpenAI({ baseURL: daemon.baseUrl, apiKey: 'unused', maxRetries: 0 });
  const stream = await openai.chat.completions.create({
    model: MODEL, stream: true, messages: order({ pieces: 10, mark: 'd', pace_ms: 200 }),
  });
  await call(socketOf(daemon), 'POST', '/drain');
  await manager.until(() => manager.lines.includes('draining: 1 request is left'));
  for await (const chunk of stream) assert.ok(chunk);
  await manager.until(() => manager.lines.at(-1) === 'draining: no requests are left');
  await call(socketOf(daemon), 'POST', '/resume');
  await manager.until(() => manager.lines.at(-1) === 'ready with 1 page');
});

test('it hears when a reload begins and when it is over, also of a configuration with errors', async (t) => {
  const { manager, daemon, configuration } = await service(t);
  await daemon.ready();
  await manager.until(() => manager.lines.at(-1) === 'ready with 1 page');
  for (const text of [JSON.stringify({ ...configuration.config, retry_timeout_seconds: 61 }), '{ "server": 1 }']) {
    const from = manager.told.length;
    await writeFile(configuration.file, text);
    daemon.process.kill('SIGHUP');
    const since = () => manager.told.slice(from).flatMap(({ fields }) => fields);
    await manager.until(() => since().includes('READY=1'));
    assert.equal(since()[0], 'RELOADING=1');
    const { ms } = manager.told[from];
    const begun = valueOf(since(), 'MONOTONIC_USEC') / 1000;
    assert.ok(begun <= ms + 1 && ms - begun < 5000 * patience, `${begun} and ${ms}`);
  }
});

test('it hears of a stop, how long that may take, and what is left to do', async (t) => {
  const { manager, daemon } = await service(t, { config: { server: { drain_seconds: 200 } } });
  await daemon.ready();
  await manager.until(() => manager.lines.at(-1) === 'ready with 1 page');
  const openai = new OpenAI({ baseURL: daemon.baseUrl, apiKey: 'unused', maxRetries: 0 });
  const stream = await openai.chat.completions.create({
    model: MODEL, stream: true, messages: order({ pieces: 10, mark: 's', pace_ms: 500 }),
  });
  const from = manager.told.length;
  daemon.process.kill('SIGTERM');
  for await (const chunk of stream) assert.ok(chunk);
  assert.equal((await daemon.exited).code, 0);
  await manager.until(() => manager.lines.at(-1) === 'stopping: closing the browser');
  assert.deepEqual(manager.told.slice(from).flatMap(({ fields }) => fields), [
    'STOPPING=1', 'EXTEND_TIMEOUT_USEC=220000000', 'STATUS=stopping: 1 request is left',
    'STATUS=stopping: no requests are left', 'STATUS=stopping: closing the browser',
  ]);
});

test('it gets signs of life, but none while the loop is blocked', async (t) => {
  const interval = 400 * patience;
  const { manager, daemon } = await service(t, { env: { WATCHDOG_USEC: String(interval * 1000) } });
  await daemon.ready();
  const signs = () => manager.told.filter(({ fields }) => fields.includes('WATCHDOG=1')).map(({ ms }) => ms);
  const before = signs().length;
  await manager.until(() => signs().length >= before + 3);
  daemon.process.kill('SIGSTOP');
  const stopped = signs().length;
  // Longer than a manager waits: nothing else tells that nothing comes.
  await new Promise((resolve) => setTimeout(resolve, 2 * interval));
  assert.ok(signs().length <= stopped + 1, 'at most one that was on its way');
  daemon.process.kill('SIGCONT');
  const blocked = signs().length;
  await manager.until(() => signs().length > blocked);
  const [last, next] = signs().slice(blocked - 1);
  assert.ok(next - last >= interval, `a gap of ${next - last} ms`);
});

test('it may hand over an API key, which is one more than those of the configuration, also after a reload', async (t) => {
  const manager = await ServiceManager.start();
  t.after(() => manager.close());
  await writeFile(join(manager.directory, 'api_key'), 'sk-handed-over\n');
  const { daemon, configuration } = await service(t, { config: { api_key: 'sk-configured' }, env: { CREDENTIALS_DIRECTORY: manager.directory } });
  await daemon.ready();
  /** @param {string} key */
  const status = async (key) => (await fetch(`${daemon.baseUrl}/models`, { headers: { authorization: `Bearer ${key}` } })).status;
  const all = async () => [await status('sk-handed-over'), await status('sk-configured'), await status('sk-other')];
  assert.deepEqual(await all(), [200, 200, 401]);
  await writeFile(configuration.file, JSON.stringify({ ...configuration.config, api_key: 'sk-new' }));
  daemon.process.kill('SIGHUP');
  await daemon.logged('the configuration was reloaded');
  assert.deepEqual([await status('sk-handed-over'), await status('sk-configured'), await status('sk-new')], [200, 401, 200]);
  assert.ok(!daemon.transcript().includes('sk-handed-over'));
  const { code } = await daemon.stop();
  assert.equal(code, 0);
});
