// The daemon's fetcher, run by a small program of the tests, and the servers that it fetches from.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { makeCertificate } from '../../arena/certificate.mjs';

const PROBE = process.env.LMBRIDGE_FETCH_PROBE
  ?? new URL('../../../build/dev/tests/unit/media/fetch_probe', import.meta.url).pathname;

/** @typedef {import('node:http2').Http2ServerRequest} Request */
/** @typedef {import('node:http2').Http2ServerResponse} Response */
/** @typedef {{ms: number, size?: number, type?: string, first?: string, code?: string, message?: string}} Fetched */

/**
 * Fetches all links at once; `busy_ms` is how long a timer of 1 ms waits for its turn.
 * @param {{links: string[], allow_private?: string[], tls_insecure?: string[], ca_file?: string}} input
 * @returns {Promise<{results: Fetched[], busy_ms: {p99: number, most: number}}>}
 */
export async function fetchAll(input) {
  const probe = spawn(PROBE, { stdio: ['pipe', 'pipe', 'inherit'] });
  probe.stdin.end(JSON.stringify(input));
  const [output, [code]] = await Promise.all([text(probe.stdout), once(probe, 'exit')]);
  if (code !== 0) throw new Error(`the probe ended with ${code}`);
  return JSON.parse(output);
}

/**
 * A server on loopback; `close` ends its connections too.
 * @template {import('node:net').Server} Server
 * @param {Server} server @param {string} host
 */
export async function listen(server, host = '127.0.0.1') {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  let connections = 0;
  server.on('connection', (/** @type {import('node:net').Socket} */ socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A certificate for localhost and 127.0.0.1, also as a file for clients that shall trust it. */
export async function trustedCertificate() {
  const certificate = await makeCertificate();
  const folder = await mkdtemp(join(tmpdir(), 'fetching-'));
  const file = join(folder, 'trusted.pem');
  await writeFile(file, certificate.cert);
  return { ...certificate, file, remove: () => rm(folder, { recursive: true }) };
}

/**
 * @param {{key: string, cert: string}} certificate
 * @param {(request: Request, response: Response) => void} handler
 */
export function secureServer({ key, cert }, handler) {
  return createSecureServer({ key, cert, allowHTTP1: true }, handler);
}
