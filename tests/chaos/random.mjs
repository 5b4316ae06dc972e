// Chance that can be had again: the same seed, the same choices.

/** @typedef {ReturnType<typeof seededRandom>} Random */

/** @param {number} seed a whole number */
export function seededRandom(seed) {
  let state = seed | 0;
  /** From 0 to below 1 (the generator splitmix32). */
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    /** A whole number. @param {number} min @param {number} max inclusive */
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    /** One of these. @template T @param {readonly T[]} choices @returns {T} */
    oneOf: (choices) => choices[Math.floor(next() * choices.length)],
    /** @param {number} probability */
    chance: (probability) => next() < probability,
    /** A generator of its own, so that two who draw do not disturb each other. */
    fork: () => seededRandom(Math.floor(next() * 2 ** 32)),
  };
}
