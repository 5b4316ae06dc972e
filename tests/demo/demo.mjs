// The main job once, for the eyes: a stand-in arena, lmbridged with a real browser, one question.
// Stays up until Ctrl-C and leaves nothing behind. Runs on any Node from 18 on.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { MESSAGE_ID, modelEntries, SESSION_ID, startArena } from '../arena/arena.mjs';

const USUAL_PORT = 5102;
const MODEL = 'heron-large';
const QUESTION = 'What is this?';

/** @param {string} text */
const say = (text) => process.stdout.write(`\x1b[1m==>\x1b[0m ${text}\n`);

/** The usual port, or any when somebody has it. */
async function freePort() {
  const server = createServer();
  const taken = await new Promise((resolve) => {
    server.once('error', () => resolve(true));
    server.listen(USUAL_PORT, '127.0.0.1', () => resolve(false));
  });
  if (taken) return 0;
  server.close();
  await once(server, 'close');
  return USUAL_PORT;
}

/** @param {string} directory @param {{http: string}} arena */
async function writeConfiguration(directory, arena) {
  const file = join(directory, 'config.jsonc');
  await writeFile(file, JSON.stringify({
    session_id: SESSION_ID,
    message_id: MESSAGE_ID,
    server: { listen: `127.0.0.1:${await freePort()}` },
    site: { origin: arena.http },
    // Where the arena's pictures are.
    media: { allow_private_hosts: ['127.0.0.1'] },
    logging: { format: 'json' },
  }));
  await writeFile(join(directory, 'models.json'), JSON.stringify(modelEntries()));
  return file;
}

/**
 * Starts the daemon, shows its log, and resolves with the base URL when its page is ready.
 * @param {string} binary @param {string} file @param {string} directory
 */
async function startDaemon(binary, file, directory) {
  // In a process group of its own: a Ctrl-C is ours to handle, in order.
  const daemon = spawn(binary, ['--config', file, '--state-dir', join(directory, 'state')],
    { stdio: ['ignore', 'inherit', 'pipe'], detached: true });
  const ready = new Promise((resolve, reject) => {
    let baseUrl = '';
    createInterface({ input: daemon.stderr }).on('line', (line) => {
      let entry;
      try {
        entry = JSON.parse(line);
      } catch {
        entry = { message: line };
      }
      const { time, level, message, ...fields } = entry;
      const details = Object.entries(fields).map(([name, value]) => `${name}=${value}`).join(' ');
      process.stdout.write(`\x1b[2m    lmbridged: ${message} ${details}\x1b[0m\n`);
      if (message === 'listening') baseUrl = fields.base_url;
      if (message === 'the page is ready') resolve(baseUrl);
    });
    daemon.once('error', reject);
    daemon.once('exit', (code) => reject(new Error(`lmbridged ended with exit code ${code}`)));
  });
  return { daemon, ready };
}

/** Asks and shows the answer as it comes. @param {string} baseUrl */
async function ask(baseUrl) {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, stream: true, messages: [{ role: 'user', content: QUESTION }] }),
  });
  if (!response.ok || !response.body) throw new Error(await response.text());
  const decoder = new TextDecoder();
  let buffer = '';
  for await (const bytes of response.body) {
    buffer += decoder.decode(bytes, { stream: true });
    const events = buffer.split('\n\n');
    buffer = events.pop() ?? '';
    for (const event of events) {
      if (event === 'data: [DONE]') continue;
      process.stdout.write(JSON.parse(event.slice('data: '.length)).choices[0].delta.content);
    }
  }
  process.stdout.write('\n\n');
}

/** @param {string} baseUrl */
function explain(baseUrl) {
  say(`lmbridged is up; the base URL for any OpenAI client is \x1b[1m${baseUrl}\x1b[0m`);
  process.stdout.write(`
    curl -N ${baseUrl}/chat/completions -H 'content-type: application/json' \\
      -d '{"model":"${MODEL}","stream":true,"messages":[{"role":"user","content":"Hello!"}]}'

`);
}

async function main() {
  // Stays in place, so that a second Ctrl-C does not cut the tidying short.
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
  });
  const directory = await mkdtemp(join(tmpdir(), 'lmbridge-demo-'));
  const arena = await startArena();
  say(`a stand-in arena is up at ${arena.http}`);
  const { daemon, ready } = await startDaemon(process.argv[2], await writeConfiguration(directory, arena), directory);
  try {
    const baseUrl = await ready;
    explain(baseUrl);
    say(`asking ${MODEL}: ${QUESTION}\n`);
    await ask(baseUrl);
    say('Ctrl-C ends the demo');
    await interrupted;
    process.stdout.write('\n');
  } finally {
    if (daemon.exitCode === null) {
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
    }
    await arena.close();
    await rm(directory, { recursive: true, force: true });
  }
  say('everything is stopped and removed');
}

main().catch((error) => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
