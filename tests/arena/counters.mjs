// What has happened so far: counters, the log of the last requests, and waiting for a counter to reach a value.

const KEPT_REQUESTS = 200;
const KEPT_BODY_BYTES = 64 * 1024 * 1024;

const zero = () => ({
  requests: 0, h1: 0, h2: 0, active: 0, most_at_once: 0, answered: 0, aborted: 0, failed: 0,
  validation_errors: 0, page_loads: 0, bytes_sent: 0,
});

/** @typedef {ReturnType<typeof zero>} Counters */
/** @typedef {Record<string, number>} Conditions `{active: 0, aborted_min: 1}`: equal, or with `_min` at least */

/** @param {Conditions} conditions @returns {string | undefined} a name that is no counter */
export function unknownCounter(conditions) {
  return Object.keys(conditions).find((name) => !Object.hasOwn(zero(), name.replace(/_min$/, '')));
}

export class Ledger {
  #counters = zero();
  /** @type {Entry[]} */
  #entries = [];
  #bodyBytes = 0;
  #lastId = 0;
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /** @returns {Counters} a copy */
  counters() {
    return { ...this.#counters };
  }

  /** The last requests, oldest first. @param {{bodies?: boolean}} [options] */
  requests({ bodies = false } = {}) {
    return this.#entries.map(({ body, record }) => (bodies ? { ...record, body } : { ...record }));
  }

  /** Everything to zero. A request that still runs keeps the counters it began with and is seen no more. */
  reset() {
    this.#counters = zero();
    this.#entries = [];
    this.#bodyBytes = 0;
    this.#changed();
  }

  pageLoaded() {
    this.#counters.page_loads++;
    this.#changed();
  }

  /** @param {{protocol: 'h1' | 'h2', session_id: string, message_id: string, body: string}} details */
  open({ body, ...details }) {
    const entry = new Entry(this.#counters, () => this.#changed(), { id: ++this.#lastId, ...details }, body);
    this.#entries.push(entry);
    this.#bodyBytes += body.length;
    if (this.#entries.length > KEPT_REQUESTS) this.#bodyBytes -= this.#entries.shift().dropBody();
    for (let oldest = 0; this.#bodyBytes > KEPT_BODY_BYTES; oldest++) this.#bodyBytes -= this.#entries[oldest].dropBody();
    return entry;
  }

  /**
   * @param {Conditions} conditions
   * @param {number} timeoutMs
   * @param {AbortSignal} [signal] stops the waiting
   * @returns {Promise<Counters>} rejects when the time is over
   */
  wait(conditions, timeoutMs, signal) {
    return new Promise((resolve, reject) => {
      const settle = (outcome) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        signal?.removeEventListener('abort', giveUp);
        outcome();
      };
      const look = () => {
        if (this.#holds(conditions)) settle(() => resolve(this.counters()));
      };
      const giveUp = () => settle(() => reject(new Error(
        `waited in vain for ${JSON.stringify(conditions)}, counters are ${JSON.stringify(this.#counters)}`,
      )));
      const timer = setTimeout(giveUp, timeoutMs);
      signal?.addEventListener('abort', giveUp);
      this.#watchers.add(look);
      look();
    });
  }

  /** @param {Conditions} conditions */
  #holds(conditions) {
    return Object.entries(conditions).every(([name, value]) => (
      name.endsWith('_min') ? this.#counters[name.slice(0, -4)] >= value : this.#counters[name] === value
    ));
  }

  #changed() {
    for (const look of [...this.#watchers]) look();
  }
}

/** One request to the stream endpoint. */
export class Entry {
  #counters;
  #changed;

  /** @param {Counters} counters @param {() => void} changed @param {object} details @param {string} body */
  constructor(counters, changed, details, body) {
    this.#counters = counters;
    this.#changed = changed;
    /** @type {string | null} the text as it came; null once it was dropped to save memory */
    this.body = body;
    this.record = {
      ...details, time: Date.now(), model_id: null, mark: null, key: null, status: null, outcome: 'active',
      pieces: 0, bytes: 0, aborted: false, aborted_at: null, ended_at: null,
    };
  }

  dropBody() {
    const size = this.body?.length ?? 0;
    this.body = null;
    return size;
  }

  /** The endpoint's own checks say no: this request does not count as accepted. @param {number} status */
  refuse(status) {
    Object.assign(this.record, { status, outcome: 'refused', ended_at: Date.now() });
    this.#counters.validation_errors++;
    this.#changed();
  }

  accept() {
    const counters = this.#counters;
    counters.requests++;
    counters[this.record.protocol]++;
    counters.active++;
    counters.most_at_once = Math.max(counters.most_at_once, counters.active);
    this.#changed();
  }

  /** @param {number} bytes */
  sent(bytes) {
    this.record.bytes += bytes;
    this.#counters.bytes_sent += bytes;
    this.#changed();
  }

  /** @param {'answered' | 'failed' | 'aborted'} outcome */
  end(outcome) {
    const now = Date.now();
    Object.assign(this.record, { outcome, ended_at: now });
    if (outcome === 'aborted') Object.assign(this.record, { aborted: true, aborted_at: now });
    this.#counters.active--;
    this.#counters[outcome]++;
    this.#changed();
  }
}
