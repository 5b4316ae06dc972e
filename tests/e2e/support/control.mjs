// lmbridgectl as a child process, and its socket as a script sees it.

import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';

import { BINARY } from './daemon.mjs';

/** The client under test lies beside the daemon. */
export const CTL = process.env.LMBRIDGECTL ?? join(BINARY, '..', 'lmbridgectl');

/** @param {{stateDirectory: string}} daemon */
export const socketOf = (daemon) => join(daemon.stateDirectory, 'control.sock');

/**
 * Runs lmbridgectl to its end; nothing of it is a terminal.
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.socket]
 * @param {string} [options.input] on standard input
 * @param {number} [options.uid] as another user, for root alone
 * @param {Record<string, string | undefined>} [options.env]
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
export function ctl(args, { socket, input = '', uid, env = {} } = {}) {
  const where = socket ? ['--socket', socket] : [];
  const child = spawn(CTL, [...where, ...args], {
    stdio: 'pipe', env: { ...process.env, LMBRIDGE_SOCKET: undefined, ...env }, ...(uid && { uid, gid: uid }),
  });
  const output = { stdout: '', stderr: '' };
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
  }
  // One that reads nothing may be gone before.
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code: code ?? -1, ...output }));
  });
}

/**
 * The same on a terminal; gives what that shows, line ends as they come there.
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.socket
 * @param {string} [options.input] what is typed
 * @param {RegExp} [options.inputAfter] what is shown before that
 * @param {Record<string, string>} [options.env]
 * @returns {Promise<string>}
 */
export function ctlOnTerminal(args, { socket, input = '', inputAfter, env = {} }) {
  const command = [CTL, '--socket', socket, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['--quiet', '--flush', '--echo', 'never', '--command', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TERM: 'xterm', ...env },
  });
  let text = '';
  let isTyped = !inputAfter;
  child.stdin.on('error', () => {});
  if (isTyped) child.stdin.end(input);
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    text += piece;
    if (isTyped || !inputAfter?.test(text)) return;
    isTyped = true;
    child.stdin.end(input);
  });
  return new Promise((resolve, reject) => { child.on('error', reject).on('close', () => resolve(text)); });
}

/**
 * One request to the control socket.
 * @param {string} socketPath
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] sent as JSON
 * @returns {Promise<{status: number, headers: http.IncomingHttpHeaders, body: any}>}
 */
export function call(socketPath, method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method, path, agent: false }, async (response) => {
      let text = '';
      for await (const piece of response.setEncoding('utf8')) text += piece;
      resolve({ status: /** @type {number} */ (response.statusCode), headers: response.headers, body: JSON.parse(text) });
    });
    request.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/**
 * All that comes back for bytes that are sent as they are, until the daemon closes the connection.
 * @param {string} socketPath
 * @param {string | Buffer} bytes
 * @returns {Promise<string>}
 */
export function sendRaw(socketPath, bytes) {
  return new Promise((resolve) => {
    const socket = net.connect(socketPath);
    let text = '';
    socket.setEncoding('latin1').on('data', (piece) => { text += piece; });
    // A daemon that has said no need not read what else is sent.
    socket.on('error', () => {}).on('close', () => resolve(text));
    socket.write(bytes);
  });
}

/**
 * A capture that waits for a hand on the mouse.
 * @param {string} socket
 * @param {string[]} args
 */
export function beginCapture(socket, args = []) {
  const child = spawn(CTL, ['--socket', socket, 'ids', 'capture', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const armed = Promise.withResolvers();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    if (/Waiting for ids|"armed"/.test(stdout)) armed.resolve(undefined);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text; });
  const ended = new Promise((resolve) => {
    child.on('close', (code) => {
      armed.reject(new Error(stderr));
      resolve({ code, stdout, stderr });
    });
  });
  return { child, armed: armed.promise, ended: /** @type {Promise<{code: number | null, stdout: string, stderr: string}>} */ (ended) };
}
