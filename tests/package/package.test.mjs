// The package in a Debian of its own: what comes, what runs and how well it is fenced in, what stays and what goes.
// The tests are one story; each goes on where the one before has ended.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import OpenAI from 'openai';

import { MESSAGE_ID, modelEntries, SESSION_ID, startArena } from '../arena/arena.mjs';
import { openViewerBrowser, sharpPicture } from '../e2e/support/live.mjs';
import { MODEL, order } from '../e2e/support/stack.mjs';
import { Machine } from './machine.mjs';

const run = promisify(execFile);
const PACKAGE = /** @type {string} */ (process.env.LMBRIDGE_PACKAGE);
const BASE = /** @type {string} */ (process.env.LMBRIDGE_PACKAGE_BASE);
const CONFIG = '/etc/lmbridge/config.jsonc';
const API = 'http://127.0.0.1:5102';

/**
 * The same package as a later version, whose step recipe and configuration say something new.
 * @param {string} directory
 */
async function nextVersion(directory) {
  const tree = join(directory, 'tree');
  await run('dpkg-deb', ['--raw-extract', PACKAGE, tree]);
  const control = join(tree, 'DEBIAN/control');
  await writeFile(control, (await readFile(control, 'utf8')).replace(/^Version: .*$/m, 'Version: 99.0-1'));
  for (const name of ['steps/direct.jsonc', 'config.jsonc']) {
    const file = join(tree, 'etc/lmbridge', name);
    await writeFile(file, `// of version 99\n${await readFile(file, 'utf8')}`);
  }
  const file = join(directory, 'next.deb');
  await run('dpkg-deb', ['--root-owner-group', '--build', tree, file]);
  return file;
}

describe('the package', () => {
  /** @type {Machine} */
  let machine;
  /** @type {Awaited<ReturnType<typeof startArena>>} */
  let arena;
  /** @type {string} */
  let directory;
  /** Names of all that was there before. @type {string[]} */
  let earlier;

  before(async () => {
    await assert.rejects(fetch(API), 'port 5102, which the package uses, is taken');
    directory = await mkdtemp(join(tmpdir(), 'lmbridge-test-'));
    arena = await startArena();
    machine = await Machine.boot(BASE);
    await machine.put(PACKAGE, '/root/lmbridge.deb');
    await machine.put(await nextVersion(directory), '/root/next.deb');
    await machine.must('useradd --create-home stranger');
    earlier = await names();
  });
  after(async () => {
    await machine?.close();
    await arena?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** What is there, without what logs and package managers leave. */
  async function names() {
    const passed = ['/proc', '/sys', '/dev', '/run', '/tmp', '/root', '/var/tmp', '/var/log/journal', '/var/log/apt', '/var/cache',
      '/var/lib/apt', '/var/lib/dpkg', '/var/lib/systemd/timers', '/var/lib/systemd/linger', '/var/lib/private'];
    const found = await machine.must(`find / -xdev \\( ${passed.map((path) => `-path ${path}`).join(' -o ')} \\) -prune -o -print`);
    // Copies of what they were before somebody was added.
    return found.split('\n').filter((name) => !/^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$/.test(name)).sort();
  }

  const state = async (property = 'ActiveState') => (await machine.must(`systemctl show --value --property ${property} lmbridged`)).trim();
  /** @param {string} line */
  const untilStatus = (line) => machine.until('systemctl show --value --property StatusText lmbridged', (text) => text.trim() === line);
  const ask = (key = 'unused') => new OpenAI({ baseURL: `${API}/v1`, apiKey: key, maxRetries: 0 });

  /** An answer of the arena, whole. @param {object} directive */
  async function answer(directive) {
    const stream = await ask().chat.completions.create({ model: MODEL, stream: true, messages: order(directive) });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    return text;
  }

  test('starts the service when it is installed, and neither of the sockets', async () => {
    await machine.must('apt-get install -y --no-install-recommends /root/lmbridge.deb');
    assert.equal(await state(), 'active');
    assert.equal((await machine.run('systemctl is-enabled lmbridged.service lmbridged.socket lmbridged-control.socket')).stdout, 'enabled\ndisabled\ndisabled\n');
    assert.equal((await machine.must('systemctl --failed --no-legend')).trim(), '');
    assert.equal((await fetch(`${API}/healthz`)).status, 200);
  });

  test('gives its files to the right ones', async () => {
    const shown = await machine.must('cd /; stat --format "%A %U:%G %n" /etc/lmbridge /etc/lmbridge/*.json* /etc/lmbridge/steps /var/lib/lmbridge /run/lmbridge /run/lmbridge/control.sock');
    assert.deepEqual(shown.trim().split('\n').sort(), [
      'drwxr-x--- lmbridge:lmbridge /etc/lmbridge',
      'drwxr-xr-x root:root /etc/lmbridge/steps',
      'drwx------ lmbridge:lmbridge /var/lib/lmbridge',
      'drwxr-x--- lmbridge:lmbridge /run/lmbridge',
      'srw-rw---- lmbridge:lmbridge /run/lmbridge/control.sock',
      ...['config.jsonc', 'model_endpoint_map.json', 'models.json'].map((name) => `-rw-r----- lmbridge:lmbridge /etc/lmbridge/${name}`),
    ].sort());
    const conffiles = await machine.must("dpkg-query --show --showformat='${Conffiles}' lmbridge");
    assert.deepEqual(conffiles.trim().split('\n').map((line) => line.trim().split(' ')[0]).sort(), [
      CONFIG, '/etc/lmbridge/model_endpoint_map.json', '/etc/lmbridge/models.json', '/etc/lmbridge/steps/battle.jsonc', '/etc/lmbridge/steps/direct.jsonc',
    ]);
    assert.match(await machine.must('getent passwd lmbridge'), /:\/var\/lib\/lmbridge:\/usr\/sbin\/nologin$/m);
  });

  test('lets root and members of the group manage the daemon, and nobody else', async () => {
    assert.equal((await machine.run('lmbridgectl config path')).code, 0);
    assert.equal((await machine.run('runuser -u stranger -- lmbridgectl config path')).code, 5);
    await machine.must('usermod --append --groups lmbridge stranger');
    assert.equal((await machine.run('runuser -u stranger -- lmbridgectl config path')).code, 0);
  });

  test('is configured by lmbridgectl, which writes below /etc, and answers', async () => {
    const model = modelEntries()[MODEL];
    for (const [key, value] of Object.entries({ 'site.origin': arena.http, session_id: SESSION_ID, message_id: MESSAGE_ID })) {
      await machine.must(`lmbridgectl config set ${key} ${value}`);
    }
    await machine.must(`lmbridgectl models add ${MODEL} --id ${String(model).split(':')[0]}`);
    await machine.must('systemctl restart lmbridged');
    await machine.must('lmbridgectl wait --ready --timeout 30');
    await untilStatus('ready with 1 page');
    assert.equal(await answer({ pieces: 3, mark: 'a' }), 'a:0;a:1;a:2;');
  });

  test('is found to be well by doctor, which has a question answered', async () => {
    const { stdout, code } = await machine.run('lmbridgectl doctor --ask --json');
    const findings = stdout.trim().split('\n').map((line) => JSON.parse(line));
    // Nobody keeps the clock of a container.
    assert.deepEqual(findings.filter(({ status }) => status && status !== 'ok').map(({ check }) => check).filter((check) => check !== 'clock'), [], stdout);
    assert.ok(code === 0 || code === 6, `${code}`);
    for (const check of ['sandbox', 'way into a page', 'answer']) assert.ok(findings.some((finding) => finding.check === check), check);
  });

  describe('on a machine without a window', () => {
    /** @type {import('playwright-core').Browser} */
    let browser;
    before(async () => { ({ browser } = await openViewerBrowser()); });
    after(() => browser?.close());

    /** A live view that a person has opened. */
    async function look() {
      const live = machine.start('lmbridgectl live --json');
      const { url } = await live.next();
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(url);
      await sharpPicture(page);
      return { live, page };
    }

    /** A click of the person's on an element of the page. @param {import('playwright-core').Page} page @param {string} selector */
    async function click(page, selector) {
      await machine.must(`lmbridgectl page wait --selector '${selector}'`);
      const place = await machine.must(`lmbridgectl page eval "(() => { const { left, top, width, height } = document.querySelector('${selector}').getBoundingClientRect(); return [left + width / 2, top + height / 2, innerWidth]; })()"`);
      const [x, y, width] = JSON.parse(place);
      const canvas = await page.locator('#picture').boundingBox();
      assert.ok(canvas);
      await page.mouse.click(canvas.x + x * canvas.width / width, canvas.y + y * canvas.width / width);
    }

    test('a person signs in through the live view, and requests are answered again', async () => {
      arena.mode({ signed_out: true, require_sign_in: true });
      await machine.must('lmbridgectl browser restart');
      const { live, page } = await look();
      await click(page, '#email');
      await page.keyboard.type('visitor@arena.example');
      await page.keyboard.press('Tab');
      await page.keyboard.type('swordfish');
      await page.keyboard.press('Enter');
      await machine.must("lmbridgectl page wait --selector '#email' --gone");
      await machine.must('lmbridgectl wait --ready --timeout 30');
      assert.equal(await answer({ text: 'Signed in.' }), 'Signed in.');
      await page.close();
      await live.stop();
    });

    test('ids come from a click in the live view, and the model answers with them', async () => {
      const capture = machine.start(`lmbridgectl ids capture --model ${MODEL} --json`);
      assert.equal((await capture.next()).event, 'armed');
      const { live, page } = await look();
      await click(page, '#retry');
      const captured = await capture.next();
      assert.deepEqual([captured.event, captured.session_id], ['captured', SESSION_ID]);
      assert.equal(await capture.ended, 0);
      await page.close();
      await live.stop();
      assert.match(await machine.must(`lmbridgectl ids test ${MODEL}`), /good: /);
      assert.equal(await machine.must(`lmbridgectl chat --model ${MODEL} '${order({ text: 'With them.' })[0].content}'`), 'With them.\n');
    });

    test('ids come from the steps that are shipped, without a hand on the mouse', async () => {
      const shown = await machine.must(`lmbridgectl ids capture --model ${MODEL} --append --steps /etc/lmbridge/steps/direct.jsonc`);
      assert.match(shown, /captured: .*\nchecked: .*\n\/etc\/lmbridge\/model_endpoint_map\.json:\n/);
      assert.match(await machine.must('lmbridgectl ids test --all'), /^(.* good: .*\n){3}$/);
      await machine.must(`lmbridgectl ids remove ${MODEL}`);
    });
  });

  test('writes to the journal with fields that can be searched', async () => {
    await machine.must('journalctl --sync');
    const lines = (await machine.must(`journalctl -u lmbridged -o json LMBRIDGE_MODEL=${MODEL}`)).trim().split('\n');
    const entry = JSON.parse(/** @type {string} */ (lines.at(-1)));
    assert.match(entry.LMBRIDGE_REQUEST_ID, /^\S{8,}$/);
    assert.deepEqual([entry.LMBRIDGE_MESSAGE, entry.LMBRIDGE_STATUS, entry.PRIORITY, entry._SYSTEMD_UNIT],
      ['a chat was answered', '200', '6', 'lmbridged.service']);
    assert.ok(entry.MESSAGE.startsWith(`a chat was answered id=${entry.LMBRIDGE_REQUEST_ID} model=${MODEL}`));
    assert.ok(!(await machine.must('journalctl -u lmbridged')).includes('@arena'), 'no prompt');
  });

  test("keeps the browser in Chromium's own sandbox", async () => {
    // What the daemon must see of it for its own work, it sees.
    await machine.until('lmbridgectl status --json', (text) => JSON.parse(text).browser?.memory_mb > 0);
    const main = await state('MainPID');
    const namespaces = await machine.must(`cd /proc; for p in $(cat /sys/fs/cgroup/system.slice/lmbridged.service/cgroup.procs); do
      echo "$(tr '\\0' ' ' <$p/cmdline | grep -o -e '--type=[a-z-]*' | head -n 1) $(readlink $p/ns/user $p/ns/pid $p/ns/net $p/root | tr '\\n' ' ')$(grep -E '^(Seccomp_filters|NoNewPrivs|CapEff):' $p/status | tr -s '\\t\\n' ' ')$p"; done`);
    const lines = namespaces.trim().split('\n').map((line) => line.trim());
    const daemon = lines.find((line) => line.endsWith(` ${main}`));
    assert.ok(daemon);
    const of = (/** @type {string} */ line) => ({
      user: /user:\[\d+\]/.exec(line)?.[0], pid: /pid:\[\d+\]/.exec(line)?.[0], net: /net:\[\d+\]/.exec(line)?.[0],
      filters: Number(/Seccomp_filters: (\d+)/.exec(line)?.[1]),
    });
    const renderers = lines.filter((line) => line.startsWith('--type=renderer'));
    assert.ok(renderers.length > 0, namespaces);
    for (const renderer of renderers) {
      for (const name of /** @type {const} */ (['user', 'pid', 'net'])) {
        assert.ok(of(renderer)[name]);
        assert.notEqual(of(renderer)[name], of(daemon)[name], `the ${name} namespace of ${renderer}`);
      }
      assert.match(renderer, / \/proc\/\d+\/fdinfo /, 'its root holds nothing');
      assert.ok(of(renderer).filters > of(daemon).filters, 'filters of its own for system calls');
      assert.match(renderer, /NoNewPrivs: 1/);
      assert.match(renderer, /CapEff: 0+ /);
    }
    assert.ok(!(await machine.must(`cat /proc/${main}/task/${main}/children`).then((pids) => machine.must(`cat /proc/${pids.trim().split(' ')[0]}/cmdline`))).includes('--no-sandbox'));
  });

  test('does not start a browser that has no sandbox, and says so', async () => {
    await machine.must(`mkdir -p /run/systemd/system/lmbridged.service.d
      printf '[Service]\\nRestrictNamespaces=yes\\n' >/run/systemd/system/lmbridged.service.d/fenced.conf; systemctl daemon-reload`);
    assert.notEqual((await machine.run('systemctl restart lmbridged')).code, 0);
    assert.equal(await state('ExecMainStatus'), '5');
    assert.match(await machine.must('journalctl -u lmbridged -p err -n 5'), /sandbox/i);
    await machine.must('rm -r /run/systemd/system/lmbridged.service.d && systemctl daemon-reload && systemctl restart lmbridged && lmbridgectl wait --ready');
  });

  test('keeps one with windows in it, too, on a display that is for that browser alone', async () => {
    const packages = async () => (await machine.must("dpkg-query --show --showformat='${Package}\\n'")).trim().split('\n');
    const before = await packages();
    await machine.must('apt-get install -y --no-install-recommends chromium xvfb');
    await machine.must('lmbridgectl config set browser.mode headed && systemctl restart lmbridged && lmbridgectl wait --ready --timeout 30');
    const { browser } = JSON.parse(await machine.must('lmbridgectl status --json'));
    assert.match(browser.build, /^Chrome\//);
    assert.match(browser.display, /^:\d+$/);
    assert.match(await machine.must('lmbridgectl doctor; true'), /^ok +sandbox: /m);
    assert.equal(await answer({ text: 'In a window.' }), 'In a window.');
    await machine.must('lmbridgectl config set browser.mode shell && systemctl restart lmbridged && lmbridgectl wait --ready --timeout 30');
    assert.equal((await machine.run('pgrep Xvfb')).stdout, '');
    const added = (await packages()).filter((name) => !before.includes(name));
    await machine.must(`apt-get purge -y ${added.join(' ')}`);
  });

  test('shows in its status line what it is told to do', async () => {
    await machine.must('lmbridgectl drain');
    await untilStatus('draining: no requests are left');
    await machine.must('lmbridgectl resume');
    await untilStatus('ready with 1 page');
  });

  test('takes up a changed configuration on reload, and says so when it can not', async () => {
    await machine.must('systemctl reload lmbridged');
    const text = await machine.must(`cat ${CONFIG}`);
    await machine.write(CONFIG, '{ "server": 1 }');
    const { code, stderr } = await machine.run('systemctl reload lmbridged');
    assert.notEqual(code, 0, stderr);
    assert.equal(await state(), 'active');
    assert.equal(await answer({ text: 'as before' }), 'as before');
    await machine.write(CONFIG, text);
    await machine.must('systemctl reload lmbridged');
  });

  test('takes an API key from a file that only root can read', async () => {
    await machine.write('/etc/lmbridge/api_key', 'sk-of-root\n', 0o600);
    await machine.must('systemctl restart lmbridged && lmbridgectl wait --ready');
    await assert.rejects(ask().models.list(), { status: 401 });
    assert.ok((await ask('sk-of-root').models.list()).data.length > 0);
    await machine.must('rm /etc/lmbridge/api_key && systemctl restart lmbridged && lmbridgectl wait --ready');
    assert.ok((await ask().models.list()).data.length > 0);
  });

  test('starts a daemon again that is killed, or that the watchdog finds blocked, and leaves no browser behind', async () => {
    await machine.must(`mkdir -p /run/systemd/system/lmbridged.service.d
      printf '[Service]\\nWatchdogSec=2\\nRestartSec=100ms\\n' >/run/systemd/system/lmbridged.service.d/fast.conf
      systemctl daemon-reload && systemctl restart lmbridged`);
    for (const [signal, how, times] of /** @type {const} */ ([['KILL', 'signal', '1'], ['STOP', 'watchdog', '2']])) {
      const main = await state('MainPID');
      await machine.must(`kill -${signal} ${main}`);
      await machine.until('systemctl show --value --property NRestarts,ActiveState lmbridged', (text) => text.split('\n').includes(times) && text.includes('active'), 30_000);
      await machine.must(`journalctl -u lmbridged --sync; journalctl -u lmbridged --grep "Failed with result '${how}'"`);
      await machine.must('lmbridgectl wait --ready --timeout 30');
      assert.notEqual(await state('MainPID'), main);
      const commands = await machine.must('for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline 2>/dev/null && echo; done; true');
      const browsers = commands.split('\n').filter((line) => /^\S*chrom.* --user-data-dir=\/var\/lib\/lmbridge\/profile/.test(line));
      assert.equal(browsers.length, 1, browsers.join('\n'));
    }
    await machine.must('rm -r /run/systemd/system/lmbridged.service.d && systemctl daemon-reload && systemctl restart lmbridged');
  });

  test('does not start a daemon again whose configuration is wrong', async () => {
    await machine.must(`cp -a ${CONFIG} /root/config.jsonc`);
    await machine.write(CONFIG, '{ "server": 1 }');
    assert.notEqual((await machine.run('systemctl restart lmbridged')).code, 0);
    assert.deepEqual([await state(), await state('NRestarts'), await state('ExecMainStatus')], ['failed', '0', '3']);
    await machine.must(`cat /root/config.jsonc >${CONFIG} && systemctl restart lmbridged && lmbridgectl wait --ready`);
  });

  test('takes both listeners from systemd where that is wanted, and a client that comes in between waits', async () => {
    await machine.must('systemctl stop lmbridged && systemctl enable --now lmbridged.socket lmbridged-control.socket');
    assert.equal(await state(), 'inactive');
    assert.equal((await fetch(`${API}/healthz`)).status, 200);
    await machine.must('lmbridgectl wait --ready');
    assert.equal(await state(), 'active');
    const restarted = machine.must('systemctl restart lmbridged');
    for (let done = false; !done;) {
      assert.equal((await fetch(`${API}/healthz`)).status, 200, 'at any moment');
      done = await Promise.race([restarted.then(() => true), new Promise((resolve) => setImmediate(resolve, false))]);
    }
    assert.equal((await machine.must('stat --format "%A %U:%G" /run/lmbridge/control.sock')).trim(), 'srw-rw---- lmbridge:lmbridge');
    await machine.must(`systemctl disable --now lmbridged.socket lmbridged-control.socket
      systemctl restart lmbridged && lmbridgectl wait --ready`);
  });

  test('lets a stream end that runs while it is upgraded, and keeps what was changed', async () => {
    // The daemon asks for more time than the unit gives it.
    await machine.must(`mkdir -p /run/systemd/system/lmbridged.service.d
      printf '[Service]\\nTimeoutStopSec=1\\n' >/run/systemd/system/lmbridged.service.d/hasty.conf; systemctl daemon-reload`);
    await machine.must(`chmod 0600 ${CONFIG}`);
    const main = await state('MainPID');
    const before = await machine.must(`cat ${CONFIG}`);
    const streamed = answer({ pieces: 60, mark: 'u', pace_ms: 100 });
    await arena.wait({ active: 1 });
    await machine.must('apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold /root/next.deb');
    assert.equal(arena.counters().active, 0, 'the upgrade has waited for it');
    assert.equal(await streamed, Array.from({ length: 60 }, (_, i) => `u:${i};`).join(''));
    assert.notEqual(await state('MainPID'), main);
    assert.equal(await machine.must(`cat ${CONFIG}`), before);
    assert.equal((await machine.must(`stat --format "%A %U" ${CONFIG}`)).trim(), '-rw------- lmbridge');
    assert.match(await machine.must('cat /etc/lmbridge/steps/direct.jsonc'), /^\/\/ of version 99/);
    await machine.must('lmbridgectl wait --ready');
    assert.equal(await answer({ text: 'x' }), 'x');
  });

  test('leaves a daemon alone that was disabled and stopped', async () => {
    await machine.must('systemctl disable --now lmbridged && apt-get install -y --no-install-recommends --reinstall /root/next.deb');
    assert.equal(await state(), 'inactive');
    assert.equal((await machine.run('systemctl is-enabled lmbridged')).stdout.trim(), 'disabled');
    await machine.must('systemctl enable --now lmbridged && lmbridgectl wait --ready');
  });

  test('stops the service when it is removed, and keeps configuration and state', async () => {
    const before = await machine.must(`cat ${CONFIG}`);
    await machine.must('apt-get remove -y lmbridge');
    assert.ok(!/lmbridged|chrom/.test(await machine.must('cat /proc/[0-9]*/comm')));
    assert.equal((await machine.must('systemctl --failed --no-legend')).trim(), '');
    assert.equal(await machine.must(`cat ${CONFIG}`), before);
    await machine.must('test -d /var/lib/lmbridge/profile && test ! -e /usr/sbin/lmbridged && test ! -e /run/lmbridge');
  });

  test('goes on where it was when it comes back', async () => {
    await machine.must('apt-get install -y --no-install-recommends /root/next.deb && lmbridgectl wait --ready');
    assert.equal(await answer({ text: 'back' }), 'back');
    assert.equal(await state('UnitFileState'), 'enabled');
  });

  test('takes everything with it when it is purged, but for its user', async () => {
    await machine.must('apt-get purge -y lmbridge');
    assert.deepEqual((await names()).filter((name) => !earlier.includes(name)), []);
    assert.match(await machine.must('getent passwd lmbridge'), /^lmbridge:/);
    assert.equal((await machine.run('systemctl cat lmbridged')).code, 1);
    await machine.must('test ! -e /run/lmbridge');
  });
});
