// browser.mode "headed": full Chromium with windows, on the display that there is or on one that the daemon starts.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, readFile } from 'node:fs/promises';
import net from 'node:net';
import { describe, test } from 'node:test';

import { ask, marked, stackFor, untilReadiness } from './support/asking.mjs';
import { ctl, socketOf } from './support/control.mjs';
import { allGone } from './support/daemon.mjs';

/** @typedef {import('./support/asking.mjs').Stack} Stack */

const NO_DISPLAY = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined, XAUTHORITY: undefined };

/** @param {Stack} stack */
async function assertAnswers(stack) {
  const outcome = await ask(stack, { pieces: 5, mark: 'here' });
  assert.equal(outcome.error, null, outcome.error?.message);
  assert.equal(outcome.text, marked('here', 5));
}

/** What the control socket says of the browser. @param {Stack} stack */
async function browserOf(stack) {
  return JSON.parse((await ctl(['status', '--json'], { socket: socketOf(stack.daemon) })).stdout).browser;
}

/** Programs of that name which run with these words. @param {string} name @param {string} word @returns {Promise<number[]>} */
async function running(name, word) {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(pids.map(async (pid) => {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.split('\0')[0].endsWith(name) && command.includes(word) ? [pid] : [];
  }));
  return found.flat();
}

/** The X server of the daemon. @param {Stack} stack */
const serversOf = (stack) => running('Xvfb', stack.daemon.stateDirectory);

/** @param {Stack} stack */
async function untilNoServer(stack) {
  const begun = performance.now();
  while ((await serversOf(stack)).length > 0) {
    if (performance.now() - begun > 10_000) throw new Error('the X server is still there');
    // It is not our child.
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

/** @param {number} pid */
async function environmentOf(pid) {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8');
  return new Map(text.split('\0').map((variable) => /** @type {[string, string]} */ (variable.split(/=(.*)/s))));
}

/** What the X server `display` says to a client without its secret: 0 is a refusal. @param {string} display @returns {Promise<number>} */
async function greet(display) {
  const socket = net.connect(`/tmp/.X11-unix/X${display.slice(1)}`);
  try {
    // X Window System Protocol, section 8: little-endian, version 11.0, no authorization.
    socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    const [answer] = await once(socket, 'data');
    return answer[0];
  } finally {
    socket.destroy();
  }
}

describe('a browser with windows, where there is no display', () => {
  test('gets one from the daemon, which nobody else may use and which goes with it', async (t) => {
    const stack = await stackFor(t, { mode: 'headed', env: NO_DISPLAY });
    await assertAnswers(stack);
    const { build, display, pid } = await browserOf(stack);
    assert.match(build, /^Chrome\//, 'it is headless');
    assert.match(display, /^:\d+$/);
    assert.equal((await environmentOf(pid)).get('DISPLAY'), display);
    assert.equal((await serversOf(stack)).length, 1);
    assert.equal(await greet(display), 0);
    const socket = socketOf(stack.daemon);
    assert.match((await ctl(['status'], { socket })).stdout, new RegExp(`Chrome/.*, pid ${pid}, display ${display}, `));
    assert.match((await ctl(['doctor'], { socket })).stdout, new RegExp(`browser: Chrome/.*, display ${display} of its own`));
    await stack.daemon.stop();
    assert.deepEqual(await serversOf(stack), []);
    await assert.rejects(access(`/tmp/.X${display.slice(1)}-lock`), { code: 'ENOENT' });
    await assert.rejects(access(`${stack.daemon.stateDirectory}/profile/lmbridged.Xauthority`), { code: 'ENOENT' });
    assert.ok(!stack.daemon.log.some(({ level }) => level === 'error'), stack.daemon.transcript());
  });

  test('loses it with a daemon that is killed', async (t) => {
    const stack = await stackFor(t, { mode: 'headed', env: NO_DISPLAY });
    const { display } = await browserOf(stack);
    stack.daemon.process.kill('SIGKILL');
    await untilNoServer(stack);
    await allGone(stack.daemon.stateDirectory, 20_000);
    await assert.rejects(access(`/tmp/.X${display.slice(1)}-lock`), { code: 'ENOENT' });
  });

  test('is started again with another one when that dies', async (t) => {
    const stack = await stackFor(t, { mode: 'headed', env: NO_DISPLAY });
    const [server] = await serversOf(stack);
    const from = stack.daemon.log.length;
    process.kill(server, 'SIGKILL');
    await stack.daemon.logged('the browser is gone; starting it again', from);
    await assertAnswers(stack);
    const [next] = await serversOf(stack);
    assert.notEqual(next, server);
  });

  test('works in several contexts, whose windows lie over each other', async (t) => {
    const stack = await stackFor(t, { mode: 'headed', env: NO_DISPLAY, config: { browser: { contexts: 3 } } });
    await untilReadiness(stack, ({ contexts }) => contexts.every(({ state }) => state === 'ready'));
    const outcomes = await Promise.all(Array.from({ length: 9 }, (_, i) => ask(stack, { pieces: 20, mark: `m${i}` })));
    outcomes.forEach(({ text }, i) => assert.equal(text, marked(`m${i}`, 20)));
  });
});

describe('a browser with windows, where there is a display', () => {
  test('uses it', async (t) => {
    const server = spawn('/usr/bin/Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
    t.after(async () => {
      server.kill();
      await once(server, 'exit');
    });
    const display = `:${String((await once(server.stdout, 'data'))[0]).trim()}`;
    const stack = await stackFor(t, { mode: 'headed', env: { ...NO_DISPLAY, DISPLAY: display } });
    await assertAnswers(stack);
    const { pid, display: own } = await browserOf(stack);
    assert.equal(own, null);
    assert.equal((await environmentOf(pid)).get('DISPLAY'), display);
    assert.deepEqual(await serversOf(stack), []);
  });

  test('does not start where nothing can be shown, and says so', async () => {
    await assert.rejects(stackFor(/** @type {any} */ ({ after() {} }), { mode: 'headed', env: { ...NO_DISPLAY, DISPLAY: ':987' } }),
      /chromium did not start: .*(cannot open display|Missing X server|:987)/i);
  });
});
