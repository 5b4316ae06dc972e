// Fetching over TLS: whose certificate counts, and what a redirect may change about that.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { fetchAll, listen, secureServer, trustedCertificate } from './support/fetching.mjs';

const PICTURE = 'a picture';
const NAMES = ['localhost', '127.0.0.1', '127.0.0.2'];

/** @typedef {Awaited<ReturnType<typeof listen>>} Listening */

describe('fetching over TLS', () => {
  /** @type {Awaited<ReturnType<typeof trustedCertificate>>} */
  let certificate;
  /** @type {Listening} */
  let right;
  /** Under an address that the certificate is not for. @type {Listening} */
  let wrong;
  /** @type {Listening} */
  let plain;
  /** Paths that were asked for. @type {string[]} */
  let asked = [];

  before(async () => {
    certificate = await trustedCertificate();
    /** @type {Record<string, () => string>} */
    const redirects = {
      '/to-plain': () => `http://127.0.0.1:${plain.port}/plain`,
      '/to-wrong': () => `https://127.0.0.2:${wrong.port}/wrong`,
      '/up': () => `https://127.0.0.1:${right.port}/picture`,
      '/up-and-down': () => `https://127.0.0.1:${right.port}/to-plain`,
    };
    /** @param {any} request @param {any} response */
    const answer = (request, response) => {
      asked.push(request.url);
      const target = redirects[request.url]?.();
      response.writeHead(target ? 302 : 200, target ? { location: target } : { 'content-type': 'image/png' });
      response.end(target ? '' : PICTURE);
    };
    right = await listen(secureServer(certificate, answer));
    wrong = await listen(secureServer(certificate, answer), '127.0.0.2');
    plain = await listen(createServer(answer));
  });

  after(async () => {
    await Promise.all([right.close(), wrong.close(), plain.close()]);
    await certificate.remove();
  });

  /** @param {string} link @param {{ca_file?: string, tls_insecure?: string[]}} [options] */
  const fetchOne = async (link, options = {}) => {
    asked = [];
    const { results } = await fetchAll({ links: [link], allow_private: NAMES, ...options });
    return results[0];
  };

  test('takes a certificate that is trusted and has the right name', async () => {
    const fetched = await fetchOne(`https://127.0.0.1:${right.port}/picture`, { ca_file: certificate.file });
    assert.equal(fetched.size, PICTURE.length, fetched.message);
    assert.equal(fetched.type, 'image/png');
  });

  test('refuses a certificate that nobody vouches for before anything is asked', async () => {
    const fetched = await fetchOne(`https://127.0.0.1:${right.port}/picture?secret=1`);
    assert.equal(fetched.code, 'network_error');
    assert.match(fetched.message ?? '', /certificate of 127\.0\.0\.1 can't be trusted .*media\.tls_insecure_hosts/);
    assert.doesNotMatch(fetched.message ?? '', /secret/);
    assert.deepEqual(asked, []);
  });

  test('refuses a trusted certificate with a wrong name', async () => {
    const fetched = await fetchOne(`https://127.0.0.2:${wrong.port}/picture`, { ca_file: certificate.file });
    assert.equal(fetched.code, 'network_error');
    assert.match(fetched.message ?? '', /127\.0\.0\.2/);
    assert.deepEqual(asked, []);
  });

  test('looks at no certificate of a host that is named insecure', async () => {
    const fetched = await fetchOne(`https://127.0.0.2:${wrong.port}/picture`, { tls_insecure: ['127.0.0.2'] });
    assert.equal(fetched.size, PICTURE.length, fetched.message);
  });

  test('takes no insecurity along to the target of a redirect', async () => {
    const fetched = await fetchOne(`https://127.0.0.1:${right.port}/to-wrong`, { tls_insecure: ['127.0.0.1'] });
    assert.equal(fetched.code, 'network_error');
    assert.deepEqual(asked, ['/to-wrong']);
  });

  test('follows no redirect from https: to http:', async () => {
    const fetched = await fetchOne(`https://127.0.0.1:${right.port}/to-plain`, { ca_file: certificate.file });
    assert.equal(fetched.code, 'download_refused');
    assert.deepEqual(asked, ['/to-plain']);
  });

  test('follows a redirect from http: to https:, but not back', async () => {
    const up = await fetchOne(`http://127.0.0.1:${plain.port}/up`, { ca_file: certificate.file });
    assert.equal(up.size, PICTURE.length, up.message);
    const down = await fetchOne(`http://127.0.0.1:${plain.port}/up-and-down`, { ca_file: certificate.file });
    assert.equal(down.code, 'download_refused');
    assert.deepEqual(asked, ['/up-and-down', '/to-plain']);
  });
});
