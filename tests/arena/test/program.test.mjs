// Starting and stopping, as a module and as a program.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import tls from 'node:tls';
import { startArena } from '../arena.mjs';
import { makeCertificate } from '../certificate.mjs';
import { askBody, Client, streamPath, whole } from '../testing/client.mjs';

const MAIN = fileURLToPath(new URL('../main.mjs', import.meta.url));

/** Where the program puts its temporary files: nothing may stay there. */
let temporary;
before(async () => { temporary = await mkdtemp(join(tmpdir(), 'arena-test-')); });
after(() => rm(temporary, { recursive: true, force: true }));

/** @param {...string} args */
function start(...args) {
  const program = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, TMPDIR: temporary } });
  const said = { out: '', err: '' };
  program.stdout.on('data', (text) => { said.out += text; });
  program.stderr.on('data', (text) => { said.err += text; });
  const ended = once(program, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  const ready = once(program.stdout, 'data').then(() => JSON.parse(said.out));
  ready.catch(() => {}); // not every run gets ready
  return { program, ready, ended };
}

/** @param {(arena: any) => Promise<void>} use @param {object} [options] */
async function withOwnArena(use, options) {
  const arena = await startArena(options);
  try {
    await use(arena);
  } finally {
    await arena.close();
  }
}

test('the certificate is for this machine and the key is the one announced', () => withOwnArena(async (arena) => {
  const { hostname: host, port } = new URL(arena.https);
  const socket = tls.connect({ host, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerX509Certificate();
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  assert.equal(socket.alpnProtocol, 'h2');
  assert.equal(createHash('sha256').update(key).digest('base64'), arena.spki);
  assert.equal(certificate.publicKey.asymmetricKeyDetails.namedCurve, 'prime256v1');
  assert.ok(certificate.checkIP('127.0.0.1') && certificate.checkHost('localhost'));
  assert.ok(Date.parse(certificate.validTo) > Date.now() + 24 * 3_600_000);
  socket.destroy();
}));

test('a missing openssl is named together with what to install', async () => {
  await assert.rejects(makeCertificate('openssl-that-is-not-there'), /"openssl-that-is-not-there" is missing.*apt-get install openssl/);
});

test('the number of streams on a connection is the configured one', () => withOwnArena(async (arena) => {
  const session = http2.connect(arena.https, { rejectUnauthorized: false });
  const [settings] = await once(session, 'remoteSettings');
  assert.equal(settings.maxConcurrentStreams, 3);
  session.destroy();
}, { maxStreams: 3 }));

test('by default 256 streams run at once on one connection', () => withOwnArena(async (arena) => {
  const client = await new Client(arena, 'h2').signIn();
  const answers = Promise.allSettled(Array.from({ length: 256 }, () => client.start({ pieces: 1, stall_after: 1 }).then(whole)));
  assert.equal((await arena.wait({ active: 256 })).most_at_once, 256);
  client.end();
  await arena.wait({ active: 0, aborted: 256 });
  await answers;
}));

test('closing ends what runs, and the ports are free again', async () => {
  const arena = await startArena();
  const [h1, h2] = await Promise.all([new Client(arena, 'h1').signIn(), new Client(arena, 'h2').signIn()]);
  const answers = [await h1.start({ pieces: 2, stall_after: 1 }), await h2.start({ pieces: 2, stall_after: 1 })].map(whole);
  await arena.close();
  assert.ok((await Promise.all(answers)).every(({ broken }) => broken));
  assert.equal(arena.counters().active, 0);
  h1.end();
  h2.end();
  const ports = { httpPort: Number(new URL(arena.http).port), httpsPort: Number(new URL(arena.https).port) };
  await withOwnArena(async (again) => assert.equal(again.http, arena.http), ports);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`the program ends on ${signal}, with a stream running, and leaves no file`, async () => {
    const { program, ready, ended } = start();
    const arena = await ready;
    assert.deepEqual(Object.keys(arena), ['http', 'https', 'spki']);
    const client = await new Client(arena, 'h2').signIn();
    const answer = whole(await client.start({ pieces: 2, stall_after: 1 }));
    program.kill(signal);
    assert.deepEqual(await ended, { code: 0, signal: null, out: `${JSON.stringify(arena)}\n`, err: '' });
    await answer;
    client.end();
    assert.deepEqual(await readdir(temporary), []);
  });
}

test('the program ends with its standard input when it is told to', async () => {
  const { program, ready, ended } = start('--exit-with-stdin');
  await ready;
  program.stdin.end();
  assert.equal((await ended).code, 0);
});

test('the program serves the sessions it is given', async () => {
  const pairs = [1, 2].map(() => ({ sessionId: randomUUID(), messageId: randomUUID() }));
  const { program, ready, ended } = start(
    ...pairs.flatMap(({ sessionId, messageId }) => ['--session-id', sessionId, '--message-id', messageId]),
  );
  const client = await new Client(await ready, 'h1').signIn();
  for (const { sessionId, messageId } of pairs) {
    const body = JSON.stringify(askBody('@arena {"text":"x"}', { evaluationSessionId: sessionId }));
    assert.equal((await client.send({ path: streamPath(sessionId, messageId), body })).status, 200);
  }
  client.end();
  program.kill();
  await ended;
});

test('wrong options are told with the usage, a port in use without', async () => {
  const wrong = [['--port', '1'], ['--http-port', 'x'], ['--session-id', randomUUID()], ['--session-id', 'x', '--message-id', 'y']];
  for (const { code, err } of await Promise.all(wrong.map((args) => start(...args).ended))) {
    assert.equal(code, 2);
    assert.match(err, /^arena: .*\nusage: /);
  }
  await withOwnArena(async (arena) => {
    const { code, err } = await start('--http-port', new URL(arena.http).port).ended;
    assert.equal(code, 1);
    assert.match(err, /^arena: .*EADDRINUSE[^\n]*\n$/);
  });
  assert.match((await start('--help').ended).out, /^usage: /);
});
