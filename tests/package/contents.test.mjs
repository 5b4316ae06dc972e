// What the package brings beside the programs: units that are hardened, and man pages that say what the programs say.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

import { CTL } from '../e2e/support/control.mjs';
import { BINARY } from '../e2e/support/daemon.mjs';
import { parseJsonc } from '../e2e/support/jsonc.mjs';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url).pathname;
const CONFIG = join(ROOT, 'config/config.jsonc');

describe('the service', () => {
  const unit = join(ROOT, 'systemd/lmbridged.service');

  test('is exposed to 2.5 at most, as systemd sees it', async () => {
    const { stdout } = await run('systemd-analyze', ['security', '--offline=yes', '--threshold=25', '--no-pager', unit]);
    assert.match(stdout, /Overall exposure level for lmbridged\.service: [0-2]\.\d/);
  });

  test('has no line that systemd does not understand', async () => {
    for (const name of ['lmbridged.service', 'lmbridged.socket', 'lmbridged-control.socket']) {
      const { stderr } = await run('systemd-analyze', ['verify', '--man=no', join(ROOT, 'systemd', name)])
        .catch((error) => error);
      // Nothing is installed where this runs.
      const complaints = stderr.split('\n').filter((/** @type {string} */ line) => line && !/is not executable|Failed to (load|find)|not found/.test(line));
      assert.deepEqual(complaints, [], name);
    }
  });
});

describe('the man page', () => {
  /** @type {string} */
  let directory;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lmbridge-test-'));
    await run('python3', [
      join(ROOT, 'packaging/man/make_pages.py'), '--daemon', BINARY, '--ctl', CTL, '--config', CONFIG,
      '--version', '0', '--date', '1 January 2000', '--output', directory,
    ]);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  /** As it is read: without what is markup only. @param {string} name */
  async function page(name) {
    const source = gunzipSync(await readFile(join(directory, `${name}.gz`))).toString();
    return source.replaceAll('\\-', '-').replaceAll('\\e', '\\').replaceAll('\\&', '').replace(/\\f[BR]/g, '');
  }

  /** @param {string} program @param {string[]} words @returns {Promise<string>} */
  const helpOf = async (program, words) => (await run(program, [...words, '--help'])).stdout;
  /** @param {string} help */
  const optionsIn = (help) => [...help.matchAll(/^ {2}(?:-\w,)?(--[a-z-]+)/gm)].map((match) => match[1]);

  /**
   * Names of the options that entries of the text begin with.
   * @param {string} text
   */
  const entriesIn = (text) => [...text.matchAll(/^\.It "(?:-\w,)?(--[a-z-]+)/gm)].map((match) => match[1]);

  /** @param {string} help */
  function exitCodes(help) {
    const sentence = /^Exit status: ((?:.+\n?)*)/m.exec(help)?.[1] ?? '';
    return [...sentence.matchAll(/(?:^|,\s+)(\d+) /g)].map((match) => match[1]);
  }

  test('of lmbridged has its options and its exit codes, and no other ones', async () => {
    const help = await helpOf(BINARY, []);
    const text = await page('lmbridged.8');
    assert.ok(optionsIn(help).length >= 6);
    assert.deepEqual(entriesIn(text), optionsIn(help));
    assert.deepEqual([...text.matchAll(/^\.It "(\d+)"/gm)].map((match) => match[1]), exitCodes(help));
  });

  test('of lmbridgectl has every command with its options, and no other ones', async () => {
    const text = await page('lmbridgectl.1');
    const sections = new Map(text.split(/^\.S[hs] /m).slice(1).map((section) => {
      const [title, ...lines] = section.split('\n');
      return [title, lines.join('\n')];
    }));
    /** @type {string[]} */
    const known = [];
    /** @param {string[]} path @returns {Promise<void>} */
    async function compare(path) {
      const help = await helpOf(CTL, path);
      const section = path.length === 0 ? sections.get('OPTIONS') : sections.get(path.join(' '));
      assert.ok(section !== undefined, `nothing about ${path.join(' ')}`);
      const expected = optionsIn(help).filter((option) => path.length === 0 || option !== '--help');
      assert.deepEqual(entriesIn(section), expected, path.join(' '));
      if (path.length > 0) known.push(path.join(' '));
      const names = [...(/^Subcommands:\n((?:.+\n?)*)/m.exec(help)?.[1] ?? '').matchAll(/^ {2}(\S+)/gm)];
      for (const [, name] of names) await compare([...path, name]);
    }
    await compare([]);
    assert.ok(known.length >= 10);
    const described = [...sections.keys()].filter((title) => title === title.toLowerCase());
    assert.deepEqual(described.sort(), known.sort());
  });

  test('of the configuration has every key that is shipped', async () => {
    const text = await page('lmbridge.jsonc.5');
    const shipped = await readFile(CONFIG, 'utf8');
    assert.ok(text.includes(shipped.trimEnd()), 'the file stands in it as it is');
    assert.ok(Object.keys(parseJsonc(shipped)).length > 30);
  });
});
