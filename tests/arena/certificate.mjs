// A self-signed certificate for one run: made by the openssl program, never kept on disk.

import { execFile } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ARGUMENTS = [
  'req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-sha256', '-days', '5',
  '-subj', '/CN=lmbridge stand-in arena', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost',
];

/**
 * @typedef {object} Certificate
 * @property {string} key PEM
 * @property {string} cert PEM
 * @property {string} spki base64 SHA-256 of the public key, as Chromium's --ignore-certificate-errors-spki-list wants it
 */

/** @param {string} [program] @returns {Promise<Certificate>} */
export async function makeCertificate(program = 'openssl') {
  const folder = await mkdtemp(join(tmpdir(), 'arena-certificate-'));
  try {
    const keyFile = join(folder, 'key.pem');
    const certFile = join(folder, 'cert.pem');
    await run(program, [...ARGUMENTS, '-keyout', keyFile, '-out', certFile]);
    const key = await readFile(keyFile, 'utf8');
    const cert = await readFile(certFile, 'utf8');
    return { key, cert, spki: fingerprint(cert) };
  } catch (error) {
    throw new Error(reason(program, error), { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} cert PEM */
function fingerprint(cert) {
  const publicKey = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(publicKey).digest('base64');
}

/** @param {string} program @param {any} error */
function reason(program, error) {
  if (error.code === 'ENOENT' && error.path === program) {
    return `the program "${program}" is missing and the HTTPS certificate is made with it; `
      + 'install the package "openssl" (Debian, Ubuntu: apt-get install openssl; Fedora: dnf install openssl)';
  }
  return `${program} could not make the certificate: ${error.stderr || error.message}`;
}
