// A daemon whose file bed server is asked; no page is needed for that.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { Daemon } from './daemon.mjs';
import { makeConfiguration } from './stack.mjs';

/** @typedef {Awaited<ReturnType<typeof makeConfiguration>>} Configuration */

/**
 * The configuration of a file bed server on a free port.
 * @param {object} [section]
 */
export function bedConfiguration(section = {}) {
  return makeConfiguration({ config: { file_bed_server: { enabled: true, listen: '127.0.0.1:0', ...section } } });
}

/** @param {Configuration} configuration */
export async function startBed(configuration) {
  const daemon = new Daemon(configuration);
  const { upload_url: uploadUrl } = await daemon.logged('the file bed server is listening');
  const folder = join(daemon.stateDirectory, 'file_bed');
  return { daemon, uploadUrl: /** @type {string} */ (uploadUrl), folder, files: () => readdir(folder) };
}

/**
 * A file bed server for one test.
 * @param {import('node:test').TestContext} t
 * @param {object} [section]
 */
export async function bedFor(t, section) {
  const configuration = await bedConfiguration(section);
  const bed = await startBed(configuration);
  t.after(async () => {
    await bed.daemon.stop();
    await configuration.remove();
  });
  return bed;
}

/**
 * What curl prints; its end is an error unless it is a good one.
 * @param {string[]} args
 */
export async function curl(...args) {
  const child = spawn('curl', ['-sS', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`curl ended with ${code}: ${errors}`);
  return output;
}

/**
 * @param {Blob} content
 * @param {string} name
 * @param {Record<string, string>} [fields] in front of the file
 */
export function formWith(content, name, fields = {}) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append('file', content, name);
  return form;
}
