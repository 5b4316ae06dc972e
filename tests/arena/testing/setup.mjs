// An arena for a test file, a signed-in client for each protocol, and zeroed counters before every test.

import { after, before, beforeEach } from 'node:test';
import { startArena } from '../arena.mjs';
import { Client } from './client.mjs';

export const PROTOCOLS = /** @type {const} */ (['h1', 'h2']);

/** @param {object} [options] of startArena @returns {{arena: any, h1: Client, h2: Client}} filled before the first test runs */
export function withArena(options) {
  const up = {};
  before(async () => {
    up.arena = await startArena(options);
    for (const protocol of PROTOCOLS) up[protocol] = await new Client(up.arena, protocol).signIn();
  });
  beforeEach(() => up.arena.reset());
  after(async () => {
    for (const protocol of PROTOCOLS) up[protocol]?.end();
    await up.arena?.close();
  });
  return up;
}
