// Several pictures at once take hardly longer than one, and hold up nobody meanwhile.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { fetchAll, listen, secureServer, trustedCertificate } from './support/fetching.mjs';

const SIZE = 2 * 1024 * 1024;
const DELAY_MS = 500;
/** Of an event loop that downloads pictures. Sanitizers make everything slower. */
const LONGEST_STALL_MS = process.env.LMBRIDGE_SANITIZED ? 100 : 20;

/** Answers "/b" with a picture that is all "b". @param {any} request @param {any} response */
function answer(request, response) {
  const picture = Buffer.alloc(SIZE, request.url.slice(1));
  setTimeout(() => response.writeHead(200, { 'content-type': 'image/png' }).end(picture), DELAY_MS);
}

describe('five pictures of 2 MB from a server that takes half a second for each', () => {
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
      const one = await fetchNamed(['a']);
      const before = server.connections();
      const five = await fetchNamed(['a', 'b', 'c', 'd', 'e']);
      assert.deepEqual(five.results.map(({ size, first }) => [size, first]),
        ['a', 'b', 'c', 'd', 'e'].map((name) => [SIZE, name]));
      const slowest = Math.max(...five.results.map(({ ms }) => ms));
      t.diagnostic(`one ${one.results[0].ms.toFixed(0)} ms, five ${slowest.toFixed(0)} ms, `
        + `${server.connections() - before} connections, longest stall ${five.longest_stall_ms.toFixed(1)} ms`);
      assert.ok(slowest <= 1.3 * one.results[0].ms, `${slowest} ms for five, ${one.results[0].ms} ms for one`);
      assert.ok(five.longest_stall_ms <= LONGEST_STALL_MS, `the event loop stood for ${five.longest_stall_ms} ms`);
      // HTTP/2 has room for all in one connection.
      assert.equal(server.connections() - before, scheme === 'https' ? 1 : 5);
    });
  }
});
