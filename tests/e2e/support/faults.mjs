// What can happen to a browser, its page and its network, made on purpose.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DEBUGGING_PORT, withPage } from './devtools.mjs';

/** @typedef {import('./asking.mjs').Stack} Stack */

/** The configuration that lets all of these happen. */
export const VULNERABLE = { browser: { args: [DEBUGGING_PORT] } };

/** The same server, but to a browser another site. @param {Stack} stack */
const elsewhere = (stack) => `${stack.arena.http.replace('127.0.0.1', 'localhost')}/elsewhere`;

/**
 * Each breaks every request that runs.
 * @type {Record<string, (stack: Stack) => unknown>}
 */
export const BREAKING = {
  'the renderer is killed': (stack) => stack.daemon.killBrowserProcess('renderer'),
  'the network service is killed': (stack) => stack.daemon.killBrowserProcess('network'),
  'the browser is killed': (stack) => stack.daemon.killBrowserProcess('browser'),
  'the page crashes': (stack) => withPage(stack.daemon, (page) => page.crash()),
  'somebody reloads the page': (stack) => withPage(stack.daemon, (page) => page.reload()),
  'the page goes to another site': (stack) => withPage(stack.daemon, (page) => page.navigate(elsewhere(stack))),
  'the page goes to about:blank': (stack) => withPage(stack.daemon, (page) => page.navigate('about:blank')),
  'the page is closed': (stack) => withPage(stack.daemon, (page) => page.closeTarget()),
  'all connections break': (stack) => stack.arena.drop(),
  'the network is away for half a second': (stack) => stack.arena.mode({ outage: 'drop', for_ms: 500 }),
};

/**
 * A browser that a test can take away: while it is away, every start of it fails.
 * @param {string} [real] the program that runs otherwise
 */
export async function removableBrowser(real = '/usr/lib/chromium/chromium-headless-shell') {
  const directory = await mkdtemp(join(tmpdir(), 'lmbridge-test-browser-'));
  const [executable, away, starts] = ['headless-shell', 'away', 'starts'].map((name) => join(directory, name));
  await writeFile(executable, `#!/bin/sh
echo start >> '${starts}'
if [ -e '${away}' ]; then
  echo "libremoved.so: cannot open shared object file" >&2
  exit 127
fi
exec '${real}' "$@"
`, { mode: 0o755 });
  return {
    executable,
    takeAway: () => writeFile(away, ''),
    bringBack: () => rm(away),
    /** How often somebody tried to start it. */
    starts: async () => (await readFile(starts, 'utf8')).split('\n').length - 1,
    remove: () => rm(directory, { recursive: true }),
  };
}
