// The WebSocket to the daemon: who we are, what comes and goes, and coming back when the line breaks.

const RESUME = 'lmbridge live view';
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

/** Goodbyes after which coming back is of no use; daemon/live/ending.hpp has the same numbers. @type {Record<number, string>} */
const FINAL = { 1008: 'refused', 1009: 'refused', 4000: 'ended', 4001: 'replaced', 4003: 'unknown', 4004: 'idle' };

/**
 * Told by whoever owns the connection.
 * @typedef {object} Listener
 * @property {(message: Record<string, any>) => void} onMessage
 * @property {(bytes: ArrayBuffer) => void} onPicture
 * @property {() => void} onOpen the daemon has let us in
 * @property {(tries: number) => void} onTrying
 * @property {(reason: string) => void} onOver why it will not come back
 */

export class Connection {
  #listener;
  /** @type {WebSocket | undefined} */
  #socket;
  #token = '';
  #tries = 0;
  #refusal = '';
  #isIn = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Takes the token out of the address, where it would stay in the history. */
  start() {
    this.#takeToken();
    // A link that is opened where this page is open already changes nothing but this.
    addEventListener('hashchange', () => {
      this.#takeToken();
      if (this.#token) this.retry();
    });
    addEventListener('online', () => { if (this.#timer) this.retry(); });
    this.#connect();
  }

  retry() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tries = 0;
    const old = this.#socket;
    this.#socket = undefined;
    old?.close();
    this.#connect();
  }

  /** What can't be sent now is lost: it was meant for what the person saw. @param {object} message */
  send(message) {
    if (this.#isIn && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #takeToken() {
    const token = location.hash.slice(1);
    if (!token) return;
    this.#token = token;
    sessionStorage.removeItem(RESUME);
    history.replaceState(null, '', location.pathname);
  }

  #connect() {
    const resume = sessionStorage.getItem(RESUME);
    if (!this.#token && !resume) {
      this.#listener.onOver('unknown');
      return;
    }
    this.#refusal = '';
    this.#isIn = false;
    this.#listener.onTrying(this.#tries);
    const address = new URL('/live/socket', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      const introduction = this.#token ? { token: { secret: this.#token } } : { resume: { secret: resume } };
      socket.send(JSON.stringify(introduction));
    };
    socket.onmessage = ({ data }) => { if (socket === this.#socket) this.#take(data); };
    socket.onclose = ({ code }) => { if (socket === this.#socket) this.#leave(code); };
  }

  /** @param {string | ArrayBuffer} data */
  #take(data) {
    if (typeof data !== 'string') return this.#listener.onPicture(data);
    const message = JSON.parse(data);
    if (message.refused) {
      this.#refusal = message.refused.why;
    } else if (message.welcome) {
      sessionStorage.setItem(RESUME, message.welcome.resume);
      this.#token = '';
      this.#tries = 0;
      this.#isIn = true;
      this.#listener.onOpen();
    } else {
      this.#listener.onMessage(message);
    }
  }

  /** @param {number} code */
  async #leave(code) {
    this.#isIn = false;
    if (FINAL[code]) {
      this.#over(this.#refusal || FINAL[code]);
      return;
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#tries, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);
    this.#tries += 1;
    this.#listener.onTrying(this.#tries);
    const socket = this.#socket;
    this.#timer = setTimeout(async () => {
      // A WebSocket does not say why it can't be opened.
      const isGone = await fetch('/live/', { method: 'HEAD', cache: 'no-store' }).then(({ status }) => status === 404, () => false);
      if (socket !== this.#socket) return;
      this.#timer = undefined;
      if (isGone) this.#over('ended');
      else this.#connect();
    }, pause);
  }

  /** @param {string} reason */
  #over(reason) {
    this.#token = '';
    sessionStorage.removeItem(RESUME);
    this.#listener.onOver(reason);
  }
}
