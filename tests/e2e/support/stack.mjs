// The whole chain for a test: a stand-in arena, a daemon with a real Chromium, an OpenAI client.

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import OpenAI from 'openai';

import { MESSAGE_ID, modelEntries, SESSION_ID, startArena } from '../../arena/arena.mjs';
import { Daemon } from './daemon.mjs';

/** Sanitizers make everything slower: limits on time are for a plain build, times this. */
export const patience = process.env.LMBRIDGE_SANITIZED ? 8 : 1;

/**
 * A configuration for `arena`, in a directory of its own together with models.json and the state.
 * @param {object} [options]
 * @param {Awaited<ReturnType<typeof startArena>>} [options.arena]
 * @param {'http' | 'https'} [options.protocol]
 * @param {object} [options.config] laid over ours, section by section
 * @param {object} [options.map] model_endpoint_map.json
 * @param {object} [options.models] added to the arena's
 */
export async function makeConfiguration({ arena, protocol = 'http', config = {}, map, models = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'lmbridge-test-'));
  const ours = {
    session_id: SESSION_ID,
    message_id: MESSAGE_ID,
    server: { listen: '127.0.0.1:0' },
    site: { origin: arena ? arena[protocol] : 'http://127.0.0.1:1' },
    browser: { args: arena ? [`--ignore-certificate-errors-spki-list=${arena.spki}`] : [] },
    logging: { format: 'json' },
  };
  const merged = { ...ours, ...config };
  for (const section of ['server', 'site', 'browser', 'logging']) {
    merged[section] = { ...ours[section], ...config[section] };
  }
  merged.browser.args = [...ours.browser.args, ...config.browser?.args ?? []];
  const file = join(directory, 'config.jsonc');
  await writeFile(file, JSON.stringify(merged));
  const allModels = { ...modelEntries(), ...models };
  await writeFile(join(directory, 'models.json'), JSON.stringify(allModels));
  if (map) await writeFile(join(directory, 'model_endpoint_map.json'), JSON.stringify(map));
  return { file, directory, config: merged, models: allModels, remove: () => rm(directory, { recursive: true, force: true }) };
}

/**
 * Starts all of it; `close` ends all of it and leaves nothing behind.
 * @param {object} [options]
 * @param {'http' | 'https'} [options.protocol] HTTP/1.1 or HTTP/2 between browser and arena
 * @param {'shell' | 'headless' | 'headed' | 'attach'} [options.mode]
 * @param {object} [options.config]
 * @param {object} [options.map] model_endpoint_map.json
 * @param {Parameters<typeof startArena>[0]} [options.arenaOptions]
 * @param {Record<string, string | undefined>} [options.env] of the daemon, over ours
 */
export async function startStack({ protocol, mode = 'shell', config = {}, map, arenaOptions, env } = {}) {
  const arena = await startArena(arenaOptions);
  const configuration = await makeConfiguration({
    arena, protocol, map, config: { ...config, browser: { mode, ...config.browser } },
  });
  const daemon = new Daemon(configuration, { env });
  const close = async () => {
    await daemon.stop();
    await arena.close();
    await configuration.remove();
  };
  try {
    await daemon.ready();
  } catch (error) {
    await close();
    throw error;
  }
  const openai = new OpenAI({ baseURL: daemon.baseUrl, apiKey: 'unused', maxRetries: 0 });
  return { arena, daemon, configuration, openai, close };
}

/**
 * The last user message that orders an answer from the arena.
 * @param {object} directive
 */
export function order(directive) {
  return [{ role: /** @type {const} */ ('user'), content: `@arena ${JSON.stringify(directive)}` }];
}

/**
 * So many evaluation sessions for MODEL, as options of startStack(): one that a failure puts to rest is passed over.
 * @param {number} count
 */
export function sessionPool(count) {
  const sessions = Array.from({ length: count }, () => ({ sessionId: randomUUID(), messageId: randomUUID() }));
  const map = { [MODEL]: sessions.map(({ sessionId, messageId }) => ({ session_id: sessionId, message_id: messageId })) };
  return { map, arenaOptions: { sessions } };
}

/** For tests of what a failure looks like: nothing is held or tried again. */
export const WITHOUT_RETRIES = { enable_auto_retry: false, empty_response_retry: { enabled: false } };

/** A text model of the arena. */
export const MODEL = 'heron-large';
