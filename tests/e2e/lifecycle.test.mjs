// Starting, stopping, being killed, and what goes wrong before the first request.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startArena } from '../arena/arena.mjs';
import { quantile } from '../bench/measure.mjs';
import { allGone, Daemon, processesNaming } from './support/daemon.mjs';
import { makeConfiguration, MODEL, order, patience, startStack } from './support/stack.mjs';

const isRoot = process.getuid?.() === 0;

/**
 * A whole chain that ends with the test.
 * @param {import('node:test').TestContext} t
 * @param {Parameters<typeof startStack>[0]} [options]
 */
async function stackFor(t, options) {
  const stack = await startStack(options);
  t.after(stack.close);
  return stack;
}

/**
 * A daemon alone, that ends with the test.
 * @param {import('node:test').TestContext} t
 * @param {Parameters<typeof makeConfiguration>[0]} [options]
 */
async function daemonFor(t, options) {
  const configuration = await makeConfiguration(options);
  const daemon = new Daemon(configuration);
  t.after(async () => {
    await daemon.stop();
    await configuration.remove();
  });
  return daemon;
}

/** Names below the directories that all programs share, by which browsers and daemons may leave something. */
async function leftovers() {
  const names = await Promise.all(['/tmp', '/dev/shm', '/run/user/0'].map((directory) => readdir(directory).catch(() => [])));
  return names.flat().filter((name) => /chrom|lmbridge/i.test(name) && !name.startsWith('lmbridge-test-')).sort();
}

/** A busy machine is given three tries. @param {() => Promise<number>} timeOf ms until all was gone */
async function assertGoneWithin2s(timeOf) {
  let took = Infinity;
  for (let attempt = 0; attempt < 3 && took > 2000 * patience; ++attempt) took = await timeOf();
  assert.ok(took <= 2000 * patience, `${took.toFixed(0)} ms`);
}

describe('a daemon that is killed', () => {
  for (const mode of /** @type {const} */ (['shell', 'headless'])) {
    test(`with -9 leaves no Chromium behind within 2 s (${mode})`, async (t) => {
      await assertGoneWithin2s(async () => {
        const { daemon } = await stackFor(t, { mode });
        assert.ok((await daemon.browserProcesses()).length >= 3);
        daemon.process.kill('SIGKILL');
        await daemon.exited;
        return allGone(daemon.stateDirectory, 20_000);
      });
    });
  }

  test('does not keep the next one from the profile, though full Chromium is still ending', async (t) => {
    const configuration = await makeConfiguration({ config: { browser: { mode: 'headless' } } });
    // Killed browsers leave their sockets in the directory for temporary files.
    const env = { TMPDIR: configuration.directory };
    const daemons = [new Daemon(configuration, { env })];
    t.after(async () => {
      await Promise.all(daemons.map((daemon) => daemon.stop()));
      await configuration.remove();
    });
    await daemons[0].logged('listening');
    daemons[0].process.kill('SIGKILL');
    await daemons[0].exited;
    daemons.push(new Daemon(configuration, { env }));
    await daemons[1].logged('listening');
  });

  test('while its browser starts leaves none behind either', async (t) => {
    await assertGoneWithin2s(async () => {
      const daemon = await daemonFor(t);
      while ((await processesNaming(daemon.stateDirectory)).length === 0) await new Promise(setImmediate);
      daemon.process.kill('SIGKILL');
      await daemon.exited;
      return allGone(daemon.stateDirectory, 20_000);
    });
  });
});

describe('starting and stopping', () => {
  /** @type {Awaited<ReturnType<typeof startArena>>} */
  let arena;
  before(async () => { arena = await startArena(); });
  after(() => arena?.close());

  const rounds = process.env.LMBRIDGE_SANITIZED ? 10 : 50;
  test(`${rounds} times leaves no process, file or socket, and an idle daemon is gone within a second`, async () => {
    const earlier = await leftovers();
    const configuration = await makeConfiguration({ arena });
    const temporary = join(configuration.directory, 'tmp');
    await mkdir(temporary);
    /** @type {number[]} */
    const times = [];
    for (let round = 0; round < rounds; ++round) {
      const daemon = new Daemon(configuration, { env: { TMPDIR: temporary } });
      await daemon.ready();
      const told = performance.now();
      const { code } = await daemon.stop();
      times.push(performance.now() - told);
      assert.equal(code, 0, daemon.transcript());
      // A helper that was told to end may be seen ending.
      await allGone(daemon.stateDirectory, 1000 * patience);
    }
    // The machine may pause in some.
    const [took, longest] = [quantile(times, 0.9), Math.max(...times)];
    assert.ok(took <= 1000 * patience && longest <= 5000 * patience, `${took.toFixed(0)} ms to stop, ${longest.toFixed(0)} at worst`);
    assert.deepEqual(await readdir(temporary), []);
    await configuration.remove();
    assert.deepEqual((await leftovers()).filter((name) => !earlier.includes(name)), []);
  });

  test('SIGTERM lets a running answer finish and refuses new connections', async (t) => {
    const stack = await stackFor(t);
    const stream = await stack.openai.chat.completions.create({
      model: MODEL, stream: true, messages: order({ pieces: 30, mark: 'd', pace_ms: 30 }),
    });
    let text = '';
    for await (const chunk of stream) {
      if (text === '' && chunk.choices[0].delta.content) {
        stack.daemon.process.kill('SIGTERM');
        await stack.daemon.logged('stopping');
        await assert.rejects(fetch(`${stack.daemon.origin}/healthz`), 'nothing listens any more');
      }
      text += chunk.choices[0]?.delta.content ?? '';
    }
    assert.equal(text, Array.from({ length: 30 }, (_, i) => `d:${i};`).join(''));
    assert.equal((await stack.daemon.exited).code, 0);
  });

  /**
   * A stream that never ends while the daemon is told to stop.
   * @param {import('node:test').TestContext} t
   * @param {object} server
   * @param {(daemon: Daemon) => Promise<void>} stop
   */
  async function cutAtShutdown(t, server, stop) {
    const stack = await stackFor(t, { config: { server } });
    const stream = await stack.openai.chat.completions.create({
      model: MODEL, stream: true, messages: order({ pieces: 5, stall_after: 1 }),
    });
    await assert.rejects(async () => {
      for await (const chunk of stream) {
        assert.equal(chunk.choices[0].finish_reason, null);
        if (chunk.choices[0].delta.content) await stop(stack.daemon);
      }
    }, (error) => /** @type {any} */ (error).code === 'shutting_down');
    assert.equal((await stack.daemon.exited).code, 0);
  }

  test('an answer that does not end within the drain time is told so, not passed off as whole', async (t) => {
    await cutAtShutdown(t, { drain_seconds: 0.5 }, async (daemon) => { daemon.process.kill('SIGTERM'); });
  });

  test('a second signal ends the drain at once, in order', async (t) => {
    await cutAtShutdown(t, { drain_seconds: 600 }, async (daemon) => {
      daemon.process.kill('SIGTERM');
      await daemon.logged('stopping');
      daemon.process.kill('SIGINT');
    });
  });
});

describe('what goes wrong at start', () => {
  /**
   * Runs a daemon that ends by itself.
   * @param {object} config
   * @param {{args?: string[], prepare?: (directory: string) => Promise<object | void>}} [options]
   */
  async function runToEnd(config, { args, prepare } = {}) {
    const configuration = await makeConfiguration({ config });
    const more = await prepare?.(configuration.directory);
    const changed = more ? await makeConfiguration({ config: { ...config, ...more } }) : configuration;
    const daemon = new Daemon(changed, { args });
    const { code } = await daemon.exited;
    const errors = daemon.log.filter((entry) => entry.level === 'error').map((entry) => String(entry.message));
    await configuration.remove();
    await changed.remove();
    return { code, errors, text: daemon.text };
  }

  test('a taken port is named, with what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const { code, errors } = await runToEnd({ server: { listen: `127.0.0.1:${port}` } });
    server.close();
    assert.equal(code, 4);
    assert.match(errors[0], new RegExp(`port ${port} of 127\\.0\\.0\\.1 is taken.*--listen`));
  });

  test('a browser that is not there is named', async () => {
    const { code, errors } = await runToEnd({ browser: { executable: '/nowhere/chromium' } });
    assert.equal(code, 5);
    assert.match(errors[0], /browser\.executable is "\/nowhere\/chromium"/);
  });

  test('a browser that dies at start is shown with its last words', async () => {
    const { code, errors } = await runToEnd({}, {
      prepare: async (directory) => {
        const executable = join(directory, 'chromium');
        await writeFile(executable, '#!/bin/sh\necho "libmissing.so: cannot open" >&2\nexit 127\n');
        await chmod(executable, 0o755);
        return { browser: { executable } };
      },
    });
    assert.equal(code, 5);
    assert.match(errors[0], /did not start.*status 127.*libmissing\.so: cannot open/);
  });

  test('a profile that another daemon uses is refused with its process id', async (t) => {
    const stack = await stackFor(t);
    const second = await daemonFor(t, { config: { browser: { user_data_dir: join(stack.daemon.stateDirectory, 'profile') } } });
    assert.equal((await second.exited).code, 5);
    assert.match(second.transcript(), new RegExp(`in use by another lmbridged \\(process ${stack.daemon.process.pid}\\)`));
  });

  test('a wrong configuration is refused with every problem and its place', async () => {
    const { code, text } = await runToEnd({ server: { listen: 'nonsense' }, browser: { mode: 'sideways' }, surprise: 1 });
    assert.equal(code, 3);
    assert.match(text, /warning: \S+config\.jsonc:1:\d+: unknown key surprise; it has no effect/);
    assert.match(text, /error: \S+config\.jsonc:1:\d+: server\.listen: found "nonsense", allowed: "HOST:PORT"/);
    assert.match(text, /error: \S+config\.jsonc:1:\d+: browser\.mode: found "sideways", allowed: "shell", "headless"/);
  });

  test('--check-config tells problems without starting anything', async () => {
    const bad = await runToEnd({ logging: { level: 'loud' } }, { args: ['--check-config'] });
    assert.equal(bad.code, 1);
    assert.match(bad.text, /logging\.level: found "loud"/);
    assert.equal((await runToEnd({}, { args: ['--check-config'] })).code, 0);
  });

  test('listening for others without a key is refused', async () => {
    const { code, text } = await runToEnd({}, { args: ['--listen', '0.0.0.0:0'] });
    assert.equal(code, 3);
    assert.match(text, /set "api_key"/);
  });

  test('an unknown option is a usage error', async () => {
    assert.equal((await runToEnd({}, { args: ['--fast'] })).code, 2);
  });

  test("Chromium's sandbox is on for a user who is not root", { skip: !isRoot && 'needs root to become somebody else' }, async (t) => {
    const arena = await startArena();
    const configuration = await makeConfiguration({ arena });
    await mkdir(join(configuration.directory, 'state'));
    for (const path of [configuration.directory, join(configuration.directory, 'state')]) await chmod(path, 0o777);
    const nobody = new Daemon(configuration, {
      wrapper: ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'], env: { HOME: configuration.directory },
    });
    t.after(async () => {
      await nobody.stop();
      await arena.close();
      await configuration.remove();
    });
    await nobody.ready();
    assert.ok(!nobody.transcript().includes('without its sandbox'));
    const seccomp = await Promise.all((await nobody.browserProcesses()).map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return command.includes('--type=renderer') ? /Seccomp:\s+2/.test(status) : null;
    }));
    assert.ok(seccomp.includes(true) && !seccomp.includes(false), 'renderers run under seccomp');
  });
});

describe('a page or browser that is lost', () => {
  test('a page that is not reachable keeps the daemon up, not ready, and is loaded once it is there', async (t) => {
    const reserved = await startArena();
    const { http, https } = reserved;
    await reserved.close();
    const daemon = await daemonFor(t, { config: { site: { origin: http }, retry_timeout_seconds: 0.5 } });
    // The browser shows a page of its own about the failures; it must not be taken for another site's.
    for (let failures = 0, from = 0; failures < 4; ++failures) {
      from = daemon.log.indexOf(await daemon.logged('the page could not be loaded; trying again', from), from) + 1;
    }
    const { base_url: baseUrl } = await daemon.logged('listening');
    const origin = new URL(baseUrl).origin;
    assert.equal((await fetch(`${origin}/healthz`)).status, 200);
    const readiness = await fetch(`${origin}/readyz`);
    assert.equal(readiness.status, 503);
    assert.match((await readiness.json()).reason, /could not be loaded: net::ERR_CONNECTION_REFUSED/);
    assert.deepEqual(daemon.log.filter(({ message }) => message === 'the page has left the site'), [], 'it has not');
    const refused = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, messages: order({ text: 'x' }) }),
    });
    assert.equal(refused.status, 503);
    assert.equal((await refused.json()).error.code, 'page_not_ready');

    const arena = await startArena({ httpPort: Number(new URL(http).port), httpsPort: Number(new URL(https).port) });
    t.after(() => arena.close());
    await daemon.logged('the page is ready');
    assert.equal((await fetch(`${origin}/readyz`)).status, 200);
  });

  for (const [kind, code] of /** @type {const} */ ([['renderer', 'page_gone'], ['browser', 'browser_gone']])) {
    test(`a ${kind} that is killed ends its answers honestly and is replaced`, async (t) => {
      const stack = await stackFor(t);
      const stream = await stack.openai.chat.completions.create({
        model: MODEL, stream: true, messages: order({ pieces: 5, stall_after: 2 }),
      });
      const from = stack.daemon.log.length;
      await assert.rejects(async () => {
        for await (const chunk of stream) {
          if (chunk.choices[0].delta.content?.endsWith(':1;')) await stack.daemon.killBrowserProcess(kind);
        }
      }, (error) => /** @type {any} */ (error).code === code);
      await stack.daemon.logged('the page is ready', from);
      const answer = await stack.openai.chat.completions.create({ model: MODEL, messages: order({ text: 'back again' }) });
      assert.equal(answer.choices[0].message.content, 'back again');
    });
  }
});
