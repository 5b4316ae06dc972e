// Cookies that a crash would lose: the sign-in above all.

import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';

import { COOKIE } from '../arena/arena.mjs';
import { ask, stackFor, untilReadiness } from './support/asking.mjs';
import { Daemon } from './support/daemon.mjs';
import { withPage } from './support/devtools.mjs';
import { VULNERABLE } from './support/faults.mjs';

/** @typedef {import('./support/asking.mjs').Stack} Stack */

/** The time within which a cookie is safe. */
const SAFE_AFTER_MS = 1000;

/** A cookie that the site set and one more; from now on the site asks those who have lost theirs to sign in. @param {Stack} stack */
async function setCookies(stack) {
  stack.arena.mode({ require_sign_in: true });
  await withPage(stack.daemon, (page) => page.setCookie('late', 'set-just-before'));
  await sleep(SAFE_AFTER_MS);
  return cookiesSent(stack);
}

/** What the site gets to see. @param {Stack} stack @returns {Promise<string[]>} */
async function cookiesSent(stack) {
  const { text, error } = await ask(stack, { echo: true });
  assert.equal(error, null, error?.message);
  return JSON.parse(text).headers.cookie.split('; ').sort();
}

/** @param {Stack} stack @param {string[]} before */
async function assertBack(stack, before) {
  assert.ok(before.some((cookie) => cookie.startsWith(`${COOKIE}=`)) && before.includes('late=set-just-before'));
  assert.deepEqual(await cookiesSent(stack), before);
  const cookies = await withPage(stack.daemon, (page) => page.cookies());
  for (const { name, httpOnly, session } of cookies) assert.deepEqual({ httpOnly, session }, { httpOnly: true, session: true }, name);
}

describe('session cookies that were set a second ago', () => {
  for (const mode of /** @type {const} */ (['shell', 'headless'])) {
    for (const kind of /** @type {const} */ (['network', 'browser', 'renderer'])) {
      test(`are back after the ${kind} was killed, and the site answers (${mode})`, async (t) => {
        const stack = await stackFor(t, { mode, config: VULNERABLE });
        const before = await setCookies(stack);
        assert.equal(await stack.daemon.killBrowserProcess(kind), 1);
        await assertBack(stack, before);
      });
    }
  }

  test('are in a file that nobody else can read', async (t) => {
    const stack = await stackFor(t, { config: VULNERABLE });
    await setCookies(stack);
    const file = join(stack.daemon.stateDirectory, 'cookies.json');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.match(await readFile(file, 'utf8'), /set-just-before/);
    assert.ok(!stack.daemon.transcript().includes('set-just-before'), 'the log tells none');
  });

  for (const [how, signal] of /** @type {const} */ ([['was told to stop', 'SIGTERM'], ['was killed', 'SIGKILL']])) {
    test(`are back when the daemon ${how} and is started again, in every context`, async (t) => {
      const first = await stackFor(t, { config: VULNERABLE });
      const before = await setCookies(first);
      first.daemon.process.kill(signal);
      await first.daemon.exited;
      const { file, config } = first.configuration;
      await writeFile(file, JSON.stringify({ ...config, browser: { ...config.browser, contexts: 2 } }));
      const daemon = new Daemon(first.configuration);
      try {
        await daemon.ready();
        const again = /** @type {Stack} */ ({ ...first, daemon });
        await untilReadiness(again, ({ contexts }) => contexts.length === 2 && contexts.every(({ state }) => state === 'ready'));
        // As many as both contexts together can run.
        const sent = await Promise.all(Array.from({ length: 12 }, () => cookiesSent(again)));
        for (const cookies of sent) assert.deepEqual(cookies, before);
      } finally {
        await daemon.stop();
      }
    });
  }
});
