// Who may include whom: the arrows of the design, checked against every #include.
// Exits 1 with the lines that point upwards. Runs from the root of the repository.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What each room may include besides itself. */
const ROOMS = {
  base: [],
  cdp: ['base'],
  arena: ['base'],
  openai: ['base'],
  settings: ['base', 'arena'],
  media: ['base', 'arena', 'settings'],
  bridge: ['base', 'cdp', 'arena', 'settings', 'bridge_js'],
  journal: ['base'],
  http: ['base'],
  web: [],
  live: ['base', 'http', 'bridge', 'settings', 'web'],
  api: ['base', 'http', 'openai', 'bridge', 'media', 'journal', 'arena', 'settings', 'live'],
  control: ['base', 'http', 'bridge', 'journal', 'arena', 'settings', 'live'],
  app: ['base', 'cdp', 'arena', 'openai', 'settings', 'bridge', 'media', 'journal', 'http', 'live', 'api', 'control'],
  ctl: ['base'],
  bridge_js: [],
};

/** The other end of a WebSocket. */
const BEAST_BESIDES_HTTP = ['cdp/web_socket_transport.cpp'];

/** Pure rooms take values and return values. */
const WITHOUT_ASIO = ['arena', 'openai'];

/** @param {string} path @returns {string | undefined} */
function roomOf(path) {
  const [first, second] = path.split('/');
  return first === 'daemon' ? second : first;
}

const files = execFileSync('git', ['ls-files', 'daemon', 'cdp', 'bridge_js'], { encoding: 'utf8' })
  .split('\n').filter((file) => /\.[ch]pp$/.test(file) && !file.startsWith('daemon/base/boost/'));
const problems = [];
for (const file of files) {
  const room = roomOf(file) ?? '';
  const allowed = ROOMS[room];
  readFileSync(file, 'utf8').split('\n').forEach((line, index) => {
    const [, quote, path] = /^#include ([<"])([^>"]+)/.exec(line) ?? [];
    if (!path) return;
    const target = quote === '"' ? roomOf(path) : undefined;
    const place = `${file}:${index + 1}`;
    if (target && target !== room && !allowed?.includes(target)) problems.push(`${place}: ${room} must not include ${path}`);
    if (path.startsWith('boost/beast') && room !== 'http' && !BEAST_BESIDES_HTTP.includes(file)) {
      problems.push(`${place}: only http speaks to Beast`);
    }
    if (path.startsWith('boost/asio') && WITHOUT_ASIO.includes(room)) problems.push(`${place}: ${room} is pure and knows no Asio`);
  });
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${files.length} files keep the include rules`);
