// How an answer goes out: in which network writes, and when.

/** @typedef {import('./outlet.mjs').Outlet} Outlet */
/** @typedef {import('./directives.mjs').Directive} Directive */
/** @typedef {{put(bytes: string | Buffer): Promise<void> | undefined, flush(): Promise<void> | undefined}} Writer */

const BATCH = 64 * 1024;

/**
 * @param {Outlet} outlet
 * @param {Iterable<import('./answer.mjs').Item>} items
 * @param {Directive} directive
 * @param {() => void} onPiece told of every piece
 * @returns {Promise<'end' | 'cut' | 'stall'>} how the answer is to end; whether the client is there still, the outlet knows
 */
export async function sendItems(outlet, items, directive, onPiece) {
  const writer = writerFor(outlet, directive);
  const stop = stopOf(directive);
  const pace = directive.pace_ms ?? 0;
  // Due times count from the start, so that a late timer does not delay all that follows.
  let due = performance.now();
  let pieces = 0;
  if (stop.after === 0) return stop.how;
  for (const item of items) {
    if (item.paced) {
      if (pace > 0) await outlet.until(due);
      due += pace;
    }
    if (outlet.gone) return 'end';
    const busy = writer.put(typeof item.bytes === 'function' ? item.bytes() : item.bytes);
    if (busy) await busy;
    if (!item.piece) continue;
    onPiece();
    if (++pieces === stop.after) break;
  }
  await writer.flush();
  return pieces === stop.after ? stop.how : 'end';
}

/** @param {Directive} directive @returns {{after: number, how: 'end' | 'cut' | 'stall'}} */
function stopOf({ cut_after: cut, end_after: end, stall_after: stall }) {
  if (cut !== undefined) return { after: cut, how: 'cut' };
  if (stall !== undefined) return { after: stall, how: 'stall' };
  return { after: end ?? Infinity, how: 'end' };
}

/** @param {Outlet} outlet @param {Directive} directive @returns {Writer} */
function writerFor(outlet, { burst, split, seed }) {
  if (burst) return new BatchWriter(outlet);
  if (split === 'random') return new SplitWriter(outlet, randomSizes(seed ?? 1));
  if (split !== undefined) return new SplitWriter(outlet, () => split);
  return new SingleWriter(outlet);
}

/** Every record is a network write: two never share a turn of the event loop, for what does is sent together. */
class SingleWriter {
  #outlet;

  constructor(outlet) {
    this.#outlet = outlet;
  }

  async put(bytes) {
    await this.#outlet.write(bytes);
    await this.#outlet.turn();
  }

  flush() {
    return undefined;
  }
}

/** As fast as can be: many records in a write. */
class BatchWriter {
  #outlet;
  /** @type {(string | Buffer)[]} */
  #waiting = [];
  #size = 0;

  constructor(outlet) {
    this.#outlet = outlet;
  }

  put(bytes) {
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    return this.#size >= BATCH ? this.flush() : undefined;
  }

  async flush() {
    const batch = joined(this.#waiting);
    this.#waiting = [];
    this.#size = 0;
    await this.#outlet.write(batch);
    await this.#outlet.turn(); // others have their turn too, however fast this client reads
  }
}

/** Writes of given sizes, wherever the borders of records and characters are. */
class SplitWriter {
  #outlet;
  #nextSize;
  #wanted;
  #rest = Buffer.alloc(0);

  /** @param {Outlet} outlet @param {() => number} nextSize */
  constructor(outlet, nextSize) {
    this.#outlet = outlet;
    this.#nextSize = nextSize;
    this.#wanted = nextSize();
  }

  async put(bytes) {
    const all = Buffer.concat([this.#rest, Buffer.from(bytes)]);
    let from = 0;
    while (all.length - from >= this.#wanted && !this.#outlet.gone) {
      const to = from + this.#wanted;
      await this.#outlet.write(all.subarray(from, to));
      await this.#outlet.turn();
      from = to;
      this.#wanted = this.#nextSize();
    }
    this.#rest = all.subarray(from);
  }

  async flush() {
    if (this.#rest.length > 0) await this.#outlet.write(this.#rest);
    await this.#outlet.turn();
  }
}

/** @param {(string | Buffer)[]} parts */
function joined(parts) {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** Sizes from 1 to 1023, small ones more often; the same ones for the same seed. @param {number} seed */
function randomSizes(seed) {
  let state = seed;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const share = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    return Math.floor(2 ** (10 * share));
  };
}
