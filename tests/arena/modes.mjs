// What ails the whole site for a while, whatever the directives say: tests switch it on and off while requests run. README.md
// explains every field.

/**
 * @typedef {object} ModeOrder
 * @property {'fetch' | 'page' | 'all' | false} [challenge]
 * @property {boolean} [challenge_until_solved]
 * @property {boolean} [signed_out]
 * @property {boolean} [require_sign_in]
 * @property {'drop' | '500' | '429' | 'empty' | 'stall' | false} [outage]
 * @property {number} [retry_after]
 * @property {number} [probability]
 * @property {string} [session_id]
 * @property {number} [for_ms]
 */

/** @typedef {[what: string, fits: (value: any) => boolean]} Type */

const HOUR_MS = 3_600_000;

/** @type {Type} */
const flag = ['true or false', (value) => typeof value === 'boolean'];
/** @param {...any} values @returns {Type} */
const oneOf = (...values) => [`one of ${values.map((value) => JSON.stringify(value)).join(', ')}`, (value) => values.includes(value)];
/** @param {number} min @param {number} max @returns {Type} */
const number = (min, max) => [`a number from ${min} to ${max}`, (value) => typeof value === 'number' && value >= min && value <= max];

/** @type {Record<keyof ModeOrder, Type>} */
const FIELDS = {
  challenge: oneOf('fetch', 'page', 'all', false),
  challenge_until_solved: flag,
  signed_out: flag,
  require_sign_in: flag,
  outage: oneOf('drop', '500', '429', 'empty', 'stall', false),
  retry_after: number(0, 86_400),
  probability: number(0, 1),
  session_id: ['a string', (value) => typeof value === 'string'],
  for_ms: number(1, HOUR_MS),
};

/** The modes, and what may be said about each. @type {Record<string, string[]>} */
const MODES = {
  challenge: ['challenge_until_solved'], signed_out: [], require_sign_in: [], outage: ['retry_after', 'probability', 'session_id'],
};

export class ModeError extends Error {}

export class Modes {
  /** @type {Map<string, {value: any, details: Record<string, any>, end: () => void, over: Promise<void>}>} those in force */
  #inForce = new Map();

  /** Switches the modes that the order names; the others stay as they are. @param {ModeOrder} order */
  set(order) {
    const named = checked(order);
    for (const name of named) {
      this.end(name);
      if (order[name]) this.#begin(name, order);
    }
    return this.current();
  }

  /** @param {string} name @param {ModeOrder} order */
  #begin(name, order) {
    const details = Object.fromEntries(MODES[name].filter((detail) => detail in order).map((detail) => [detail, order[detail]]));
    /** @type {() => void} */
    let ended = () => {};
    const over = new Promise((resolve) => { ended = () => resolve(undefined); });
    const lasts = order.for_ms !== undefined && !details.challenge_until_solved;
    const timer = lasts ? setTimeout(() => this.end(name), order.for_ms) : undefined;
    const end = () => {
      clearTimeout(timer);
      ended();
    };
    this.#inForce.set(name, { value: order[name], details, end, over });
  }

  /** @param {string} name */
  end(name) {
    this.#inForce.get(name)?.end();
    this.#inForce.delete(name);
  }

  endAll() {
    for (const name of [...this.#inForce.keys()]) this.end(name);
  }

  /** Every mode with its value, false where it is not in force. */
  current() {
    return Object.fromEntries(Object.keys(MODES).map((name) => [name, this.#inForce.get(name)?.value ?? false]));
  }

  /** @param {'fetch' | 'page'} what */
  challenges(what) {
    return [what, 'all'].includes(this.current().challenge);
  }

  /** No cookie is accepted. */
  get signedOut() {
    return this.#inForce.has('signed_out');
  }

  /** Looking at a page does not sign in. */
  get mustSignIn() {
    return this.signedOut || this.#inForce.has('require_sign_in');
  }

  /** No connection is taken. */
  get isDown() {
    const { value, details } = this.#inForce.get('outage') ?? {};
    return value === 'drop' && !picksRequests(details);
  }

  /**
   * The outage that this request meets.
   * @param {string} sessionId
   * @returns {{kind: string, retryAfter?: number, over: Promise<void>} | undefined}
   */
  outageFor(sessionId) {
    const outage = this.#inForce.get('outage');
    if (!outage) return undefined;
    const { session_id: only, probability = 1, retry_after: retryAfter } = outage.details;
    if (only !== undefined && only.toLowerCase() !== sessionId.toLowerCase()) return undefined;
    return Math.random() < probability ? { kind: outage.value, retryAfter, over: outage.over } : undefined;
  }
}

/** @param {Record<string, any>} details of an outage */
function picksRequests(details) {
  return 'session_id' in details || 'probability' in details;
}

/** @param {any} order @returns {string[]} the modes that it names */
function checked(order) {
  if (typeof order !== 'object' || order === null || Array.isArray(order)) throw new ModeError('a mode is ordered by a JSON object');
  for (const [field, value] of Object.entries(order)) {
    if (!Object.hasOwn(FIELDS, field)) throw new ModeError(`unknown field "${field}"`);
    const [what, fits] = FIELDS[field];
    if (!fits(value)) throw new ModeError(`"${field}" must be ${what}`);
  }
  const named = Object.keys(MODES).filter((name) => name in order);
  if (named.length === 0) throw new ModeError(`name one of ${Object.keys(MODES).join(', ')}`);
  const astray = Object.entries(MODES).flatMap(([name, details]) => (order[name] ? [] : details)).find((detail) => detail in order);
  if (astray) throw new ModeError(`"${astray}" belongs to a mode that is not ordered`);
  if (order.outage === 'drop' && !picksRequests(order) && order.for_ms === undefined) {
    throw new ModeError('"drop" needs "for_ms": nobody could reach the site to end it');
  }
  return named;
}
