// Who is signed in, and whose evaluation sessions there are.

import { randomUUID } from 'node:crypto';

export const COOKIE = 'arena-auth-prod-v1';
export const ACCOUNT = 'visitor';

/** Of every account. */
export const PASSWORD = 'swordfish';

/** The evaluation session that is there when no other is configured, and the message in it that can be retried. */
export const SESSION_ID = '0196b3c4-5d6e-7f80-9a1b-2c3d4e5f6071';
export const MESSAGE_ID = '0196b3c4-5d6e-7f80-8c2d-3e4f50617283';

/** The Set-Cookie header: for the session of the browser only, and out of scripts' sight. @param {string} token */
export function setCookie(token) {
  return `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax`;
}

/** @typedef {{sessionId: string, messageId: string, account?: string}} Session */

/** @param {Session} session */
function normal({ sessionId, messageId, account = ACCOUNT }) {
  return { sessionId: sessionId.toLowerCase(), messageId: messageId.toLowerCase(), account };
}

export class Accounts {
  /** @type {Map<string, string>} account by cookie value */
  #signedIn = new Map();
  #sessions;

  /** @param {Session[]} sessions */
  constructor(sessions) {
    this.#sessions = sessions.map(normal);
  }

  /** @param {Session} session or one more message of a session that there is */
  addSession(session) {
    this.#sessions.push(normal(session));
  }

  /** @param {string} account @returns {string} the value of the cookie to set */
  signIn(account) {
    const token = `base64-${randomUUID()}`;
    this.#signedIn.set(token, account);
    return token;
  }

  /** No cookie of now is known any more. */
  signOutAll() {
    this.#signedIn.clear();
  }

  /** @param {string | undefined} cookies the Cookie header */
  signedIn(cookies = '') {
    const pairs = cookies.split(/;\s*/).filter((pair) => pair.startsWith(`${COOKIE}=`));
    return pairs.map((pair) => this.#signedIn.get(pair.slice(COOKIE.length + 1))).find(Boolean);
  }

  /** @param {string} account */
  firstSession(account) {
    return this.#sessions.find((session) => session.account === account);
  }

  /**
   * Why this account may not retry that message; undefined when it may.
   * @param {string} account
   * @param {string} sessionId
   * @param {string} messageId
   * @returns {{status: number, error: string} | undefined}
   */
  refusal(account, sessionId, messageId) {
    const session = this.#sessions.filter((one) => one.sessionId === sessionId.toLowerCase());
    if (session.length === 0) return { status: 404, error: 'Evaluation session not found' };
    if (session.every((one) => one.account !== account)) {
      return { status: 401, error: 'User does not have access to evaluation session' };
    }
    if (session.every((one) => one.messageId !== messageId.toLowerCase())) {
      return { status: 400, error: 'Message not found in evaluation session' };
    }
    return undefined;
  }
}
