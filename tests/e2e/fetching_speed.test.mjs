// Several pictures at once take hardly longer than one, and hold up nobody meanwhile.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { fetchAll, listen, secureServer, trustedCertificate } from './support/fetching.mjs';

const SIZE = 2 * 1024 * 1024;
const DELAY_MS = 500;
/** How late others on the same thread may get their turn. Sanitizers make everything slower. */
const LATE_P99_MS = process.env.LMBRIDGE_SANITIZED ? 50 : 5;

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
      const one = (await fetchNamed(['a'])).results[0].ms;
      const names = ['a', 'b', 'c', 'd', 'e'];
      // Whatever else the machine does only makes it slower: the best of three says what it costs.
      const runs = [];
      for (let i = 0; i < 3; i += 1) {
        const before = server.connections();
        const { results, late_ms } = await fetchNamed(names);
        assert.deepEqual(results.map(({ size, first }) => [size, first]), names.map((name) => [SIZE, name]));
        // HTTP/2 has room for all in one connection.
        assert.equal(server.connections() - before, scheme === 'https' ? 1 : names.length);
        runs.push({ ms: Math.max(...results.map(({ ms }) => ms)), late: late_ms.p99, most: late_ms.most });
      }
      const five = Math.min(...runs.map(({ ms }) => ms));
      const late = Math.min(...runs.map((run) => run.late));
      const most = Math.min(...runs.map((run) => run.most));
      t.diagnostic(`one ${one.toFixed(0)} ms, five ${five.toFixed(0)} ms; others late by ${late.toFixed(1)} ms `
        + `at p99, ${most.toFixed(1)} at most`);
      assert.ok(five <= 1.3 * one, `${five} ms for five, ${one} ms for one`);
      assert.ok(late <= LATE_P99_MS, `a timer was ${late} ms late at p99`);
    });
  }
});
