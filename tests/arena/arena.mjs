// The stand-in arena: both its servers, and what is known between them.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { Accounts, MESSAGE_ID, SESSION_ID } from './accounts.mjs';
import { makeCertificate } from './certificate.mjs';
import { DEFAULT_WAIT_MS, serveControl } from './control_route.mjs';
import { Ledger, unknownCounter } from './counters.mjs';
import { CREATE_PATH, serveCreate } from './create_route.mjs';
import { Modes } from './modes.mjs';
import { servePage } from './page.mjs';
import { reply, replyJson, sinkOf } from './replies.mjs';
import { serveStream, STREAM_PATH } from './stream_route.mjs';

export { ACCOUNT, COOKIE, MESSAGE_ID, SESSION_ID } from './accounts.mjs';
export { filler } from './filler.mjs';
export { MODELS, modelEntries } from './models.mjs';

/** So long that no client reuses a connection just as it is closed. */
const KEEP_ALIVE_MS = 60_000;

/**
 * What the routes share.
 * @typedef {object} Site
 * @property {string} http the plain origin
 * @property {Accounts} accounts
 * @property {Ledger} ledger
 * @property {Map<string, number>} failures requests so far by the key of `fail_times`
 * @property {Modes} modes
 * @property {(order: import('./modes.mjs').ModeOrder) => Record<string, any>} setMode
 * @property {() => void} drop ends every connection of now
 * @property {() => import('./counters.mjs').Counters} reset
 */

/**
 * @param {object} [options]
 * @param {string} [options.host]
 * @param {number} [options.httpPort] 0: a free one
 * @param {number} [options.httpsPort] 0: a free one
 * @param {number} [options.maxStreams] concurrent streams that a client of HTTP/2 may have on a connection
 * @param {import('./accounts.mjs').Session[]} [options.sessions]
 */
export async function startArena({
  host = '127.0.0.1', httpPort = 0, httpsPort = 0, maxStreams = 256,
  sessions = [{ sessionId: SESSION_ID, messageId: MESSAGE_ID }],
} = {}) {
  const { key, cert, spki } = await makeCertificate();
  const site = makeSite(sessions);
  const serve = (request, response) => handle(site, request, response);
  const plain = createServer(serve);
  plain.keepAliveTimeout = KEEP_ALIVE_MS;
  const secure = createSecureServer({ key, cert, allowHTTP1: true, settings: { maxConcurrentStreams: maxStreams } }, serve);
  const connections = new Connections(site.modes, plain, secure);
  site.drop = () => connections.drop();
  const close = async () => {
    site.modes.endAll();
    await connections.close();
  };
  try {
    site.http = `http://${host}:${await listen(plain, host, httpPort)}`;
    const https = `https://${host}:${await listen(secure, host, httpsPort)}`;
    return { http: site.http, https, spki, ...controls(site), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param {Site} site */
function controls({ accounts, ledger, reset, setMode, drop }) {
  return {
    counters: () => ledger.counters(),
    requests: (options) => ledger.requests(options),
    reset,
    mode: setMode,
    drop,
    /** One more that the site knows. @param {import('./accounts.mjs').Session} session */
    addSession: (session) => accounts.addSession(session),
    /** @param {import('./counters.mjs').Conditions} conditions @param {number} [timeoutMs] */
    wait: async (conditions, timeoutMs = DEFAULT_WAIT_MS) => {
      const unknown = unknownCounter(conditions);
      if (unknown) throw new Error(`no counter is called "${unknown}"`);
      return ledger.wait(conditions, timeoutMs);
    },
  };
}

/** @param {import('./accounts.mjs').Session[]} sessions @returns {Site} */
function makeSite(sessions) {
  const ledger = new Ledger();
  const failures = new Map();
  const modes = new Modes();
  const reset = () => {
    failures.clear();
    modes.endAll();
    ledger.reset();
    return ledger.counters();
  };
  /** @type {Site} */
  const site = { http: '', accounts: new Accounts(sessions), ledger, failures, modes, setMode, drop: () => {}, reset };
  /** @param {import('./modes.mjs').ModeOrder} order */
  function setMode(order) {
    const current = modes.set(order);
    if (modes.isDown) site.drop();
    return current;
  }
  return site;
}

/** @param {Site} site @param {import('./stream_route.mjs').Request} request @param {import('./replies.mjs').Response} response */
async function handle(site, request, response) {
  try {
    await route(site, request, response);
  } catch (error) {
    console.error(error); // a mistake of the stand-in's own
    sinkOf(response).destroy();
  }
}

/** @param {Site} site @param {import('./stream_route.mjs').Request} request @param {import('./replies.mjs').Response} response */
async function route(site, request, response) {
  if (!request.url.startsWith('/')) return replyJson(response, 400, { error: 'Bad Request' });
  const url = new URL(`http://arena${request.url}`);
  const [streamPath, sessionId, messageId] = STREAM_PATH.exec(url.pathname) ?? [];
  const isApi = /^\/(nextjs-api|api|_next)\//.test(url.pathname);
  if (streamPath && request.method === 'PUT') return serveStream(site, request, response, sessionId, messageId);
  if (streamPath) return replyJson(response, 405, { error: 'Method Not Allowed' }, { allow: 'PUT' });
  if (url.pathname === CREATE_PATH && request.method === 'POST') return serveCreate(site, request, response);
  if (url.pathname.startsWith('/__arena/')) return serveControl(site, request, response, url);
  if (url.pathname === '/favicon.ico') return reply(response, 204, {});
  if (!isApi && ['GET', 'HEAD'].includes(request.method)) return servePage(site, request, response, url);
  return replyJson(response, 404, { error: 'Not Found' });
}

/** @param {import('node:net').Server} server @param {string} host @param {number} port @returns {Promise<number>} */
async function listen(server, host, port) {
  server.listen(port, host);
  await once(server, 'listening');
  return server.address().port;
}

/** The servers' connections: refused while the site is down, and ended together. */
class Connections {
  #servers;
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set();

  /** @param {Modes} modes @param {...import('node:net').Server} servers */
  constructor(modes, ...servers) {
    this.#servers = servers;
    for (const server of servers) {
      server.on('connection', (socket) => {
        if (modes.isDown) return socket.destroy();
        socket.setNoDelay(true);
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
      });
    }
  }

  drop() {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close() {
    const listening = this.#servers.filter((server) => server.listening);
    const closed = listening.map((server) => new Promise((done) => { server.close(done); }));
    this.drop();
    await Promise.all(closed);
  }
}
