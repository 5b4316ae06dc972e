// Several pictures at once take hardly longer than one, and hold up nobody meanwhile.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { fetchAll, listen, secureServer, trustedCertificate } from './support/fetching.mjs';

const SIZE = 2 * 1024 * 1024;
/** Longer than it takes a slow machine to move five pictures. */
const DELAY_MS = 2000;
/** How long others on the same thread may be kept from their turn, in processor time. Sanitizers make everything slower. */
const LONGEST_BUSY_MS = process.env.LMBRIDGE_SANITIZED ? 150 : 30;

/** Answers "/b" with a picture that is all "b". @param {any} request @param {any} response */
function answer(request, response) {
  const picture = Buffer.alloc(SIZE, request.url.slice(1));
  setTimeout(() => response.writeHead(200, { 'content-type': 'image/png' }).end(picture), DELAY_MS);
}

describe('five pictures of 2 MB from a server that takes two seconds for each', () => {
  /** @type {Awaited<ReturnType<typeof trustedCertificate>>} */
  let certificate;
  /** @type {Awaited<ReturnType<typeof listen>>[]} */
  let servers;

  before(async () => {
    certificate = await trustedCertificate();
    servers = [await listen(createServer(answer)), await listen(secureServer(certificate, answer))];
  });

  after(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await certificate.remove();
  });

  for (const [index, scheme] of ['http', 'https'].entries()) {
    test(`come over ${scheme} in 1.3 times the time of one`, async (t) => {
      const server = servers[index];
      /** @param {string} name */
      const link = (name) => `${scheme}://127.0.0.1:${server.port}/${name}`;
      /** @param {string[]} names */
      const fetchNamed = (names) => fetchAll({
        links: names.map(link), allow_private: ['127.0.0.1'], ca_file: certificate.file,
      });
      const names = ['a', 'b', 'c', 'd', 'e'];
      // The quickest rounds are those that nobody else's load has touched.
      let [one, five, waited] = [Infinity, Infinity, Infinity];
      for (let round = 0; round < 3; ++round) {
        one = Math.min(one, (await fetchNamed(['a'])).results[0].ms);
        const connections = server.connections();
        const { results, busy_ms: busy } = await fetchNamed(names);
        assert.deepEqual(results.map(({ size, first }) => [size, first]), names.map((name) => [SIZE, name]));
        // HTTP/2 has room for all in one connection.
        assert.equal(server.connections() - connections, scheme === 'https' ? 1 : names.length);
        five = Math.min(five, Math.max(...results.map(({ ms }) => ms)));
        waited = Math.min(waited, busy.most);
      }
      t.diagnostic(`one ${one.toFixed(0)} ms, five ${five.toFixed(0)} ms; others waited ${waited.toFixed(1)} ms at most`);
      assert.ok(five <= 1.3 * one, `${five} ms for five, ${one} ms for one`);
      assert.ok(waited <= LONGEST_BUSY_MS, `others waited ${waited} ms`);
    });
  }
});
