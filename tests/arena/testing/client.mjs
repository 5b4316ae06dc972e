// A client of the stand-in for its tests, over HTTP/1.1 and HTTP/2 alike.

import { randomUUID } from 'node:crypto';
import http from 'node:http';
import http2 from 'node:http2';
import { MESSAGE_ID, SESSION_ID } from '../accounts.mjs';

/** @typedef {import('node:stream').Readable & {status?: number, headers?: Record<string, any>}} Answer */

/** @param {string} [sessionId] @param {string} [messageId] */
export function streamPath(sessionId = SESSION_ID, messageId = MESSAGE_ID) {
  return `/nextjs-api/stream/retry-evaluation-session-message/${sessionId}/messages/${messageId}`;
}

/** A right body. @param {string} content @param {object} [changes] to the only message @param {object} [around] to the body */
export function askBody(content, changes = {}, around = {}) {
  const now = new Date().toISOString();
  const message = {
    role: 'user', content, id: randomUUID(), evaluationId: null, evaluationSessionId: SESSION_ID, parentMessageIds: [],
    experimental_attachments: [], failureReason: null, metadata: null, participantPosition: 'a',
    createdAt: now, updatedAt: now, status: 'pending', ...changes,
  };
  return { messages: [message], modelId: null, ...around };
}

/** @param {object} directive */
export const order = (directive) => `What is the weather? @arena ${JSON.stringify(directive)}`;

/** One client: signs in, keeps the cookie. `end()` closes what it holds open. An answer has `leave()`, which breaks it off. */
export class Client {
  /** @param {any} arena @param {'h1' | 'h2'} protocol */
  constructor(arena, protocol) {
    this.protocol = protocol;
    this.origin = protocol === 'h2' ? arena.https : arena.http;
    this.cookie = '';
    this.#connect();
  }

  /** Breaks off all that runs and starts anew, with the cookie. */
  reconnect() {
    this.end();
    this.#connect();
  }

  async signIn(path = '/') {
    const page = await this.get(path);
    this.cookie = page.headers['set-cookie'][0].split(';')[0];
    return this;
  }

  get(path, method = 'GET') {
    return this.send({ path, method });
  }

  /** A request and its whole answer. @param {object} request as for open */
  async send(request) {
    return whole(await this.open(request));
  }

  /** Sends a directive and resolves when the headers have come. @param {object} directive @param {object} [options] */
  async start(directive, options = {}) {
    return this.open({ body: JSON.stringify(askBody(order(directive), options.changes, options.around)), ...options });
  }

  /** The whole answer to a directive. @param {object} directive @param {object} [options] */
  async ask(directive, options) {
    return whole(await this.start(directive, options));
  }

  /** @param {{method?: string, path?: string, headers?: object, body?: string | Buffer}} request @returns {Promise<Answer>} */
  open({ method = 'PUT', path = streamPath(), headers = {}, body }) {
    const sent = { ...(body === undefined ? {} : { 'content-type': 'text/plain;charset=UTF-8' }), cookie: this.cookie, ...headers };
    return this.session ? this.#openH2(method, path, sent, body) : this.#openH1(method, path, sent, body);
  }

  #openH1(method, path, headers, body) {
    return new Promise((resolve, reject) => {
      const request = http.request(this.origin + path, { method, headers, agent: this.agent }, (answer) => {
        resolve(Object.assign(answer, { status: answer.statusCode, leave: () => request.destroy() }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  #openH2(method, path, headers, body) {
    return new Promise((resolve, reject) => {
      const stream = this.session.request({ ':method': method, ':path': path, ...headers });
      stream.on('response', (answer) => {
        const leave = () => stream.close(http2.constants.NGHTTP2_CANCEL);
        resolve(Object.assign(stream, { status: answer[':status'], headers: answer, leave }));
      });
      stream.on('error', reject);
      stream.on('close', () => reject(new Error('closed before an answer'))); // destroying the session is no error to it
      stream.end(body);
    });
  }

  #connect() {
    this.agent = new http.Agent({ keepAlive: true });
    this.session = this.protocol === 'h2' ? http2.connect(this.origin, { rejectUnauthorized: false }) : null;
    this.session?.on('error', () => {}); // the arena closes under it in some tests
  }

  end() {
    this.agent.destroy();
    this.session?.destroy();
  }
}

/** @param {any} answer @returns {Promise<{status: number, headers: any, text: string, bytes: Buffer, chunks: Buffer[], broken: boolean}>} */
export function whole(answer) {
  const chunks = [];
  return new Promise((resolve) => {
    answer.on('data', (chunk) => chunks.push(chunk)); // not for-await: that would join what has come by then
    answer.on('error', () => {}); // cut in the middle: what came is still told
    answer.once('close', () => {
      const bytes = Buffer.concat(chunks);
      const broken = !answer.readableEnded || Boolean(answer.rstCode); // a lost HTTP/2 connection 'ends' its streams as well
      resolve({ status: answer.status, headers: answer.headers, text: bytes.toString(), bytes, chunks, broken });
    });
  });
}

/** The records of an answer, as `[prefix, value]`. @param {string} text */
export function records(text) {
  const lines = text.split(/\r?\n/).filter(Boolean);
  return lines.map((line) => [line.slice(0, 2), JSON.parse(line.slice(3))]);
}

/** What the records of one prefix say, joined. @param {string} text @param {string} [prefix] */
export function said(text, prefix = 'a0') {
  return records(text).filter(([one]) => one === prefix).map(([, value]) => value).join('');
}
