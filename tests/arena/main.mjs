#!/usr/bin/env node
// The stand-in arena as a program: one line of JSON when it is ready, then it serves until it is told to stop.

import { parseArgs } from 'node:util';
import { startArena } from './arena.mjs';
import { isUuid } from './validate.mjs';

const USAGE = `usage: node main.mjs [option]...
  --host ADDRESS       where to listen (127.0.0.1)
  --http-port PORT     for http (0: a free one)
  --https-port PORT    for https, HTTP/2 and HTTP/1.1 (0: a free one)
  --max-streams N      concurrent streams on a connection of HTTP/2 (256)
  --session-id UUID    an evaluation session; may be repeated, each with
  --message-id UUID    the message in it that can be retried
  --exit-with-stdin    stop when standard input ends
  --help`;

class UsageError extends Error {}

/** @param {string[]} args */
function readArguments(args) {
  const { values } = parsed(args);
  const sessionIds = values['session-id'] ?? [];
  const messageIds = values['message-id'] ?? [];
  if (sessionIds.length !== messageIds.length) throw new UsageError('--session-id and --message-id belong together');
  const bad = [...sessionIds, ...messageIds].find((id) => !isUuid(id));
  if (bad !== undefined) throw new UsageError(`"${bad}" is not a UUID`);
  const sessions = sessionIds.map((sessionId, index) => ({ sessionId, messageId: messageIds[index] }));
  return {
    help: values.help,
    exitWithStdin: values['exit-with-stdin'],
    arena: {
      host: values.host,
      httpPort: number(values, 'http-port', 0, 65535),
      httpsPort: number(values, 'https-port', 0, 65535),
      maxStreams: number(values, 'max-streams', 1, 2 ** 31 - 1),
      sessions: sessions.length > 0 ? sessions : undefined,
    },
  };
}

/** @param {string[]} args */
function parsed(args) {
  const text = { type: 'string' };
  const ids = { type: 'string', multiple: true };
  const flag = { type: 'boolean', default: false };
  try {
    return parseArgs({
      args,
      options: {
        host: text, 'http-port': text, 'https-port': text, 'max-streams': text,
        'session-id': ids, 'message-id': ids, 'exit-with-stdin': flag, help: flag,
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** @param {Record<string, any>} values @param {string} name @param {number} min @param {number} max */
function number(values, name, min, max) {
  if (values[name] === undefined) return undefined;
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be an integer from ${min} to ${max}`);
}

/** Told to stop; listened for from the very start, so that nothing is left behind however early it comes. @param {boolean} withStdin */
function stopSignal(withStdin) {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    if (withStdin) process.stdin.resume().once('end', resolve).once('close', resolve).once('error', resolve);
  });
}

async function main() {
  const { help, exitWithStdin, arena: options } = readArguments(process.argv.slice(2));
  if (help) {
    console.log(USAGE);
    return;
  }
  const stop = stopSignal(exitWithStdin);
  const arena = await startArena(options);
  console.log(JSON.stringify({ http: arena.http, https: arena.https, spki: arena.spki }));
  await stop;
  await arena.close();
}

main().then(() => process.exit(0), (error) => {
  console.error(`arena: ${error.message}`);
  if (error instanceof UsageError) console.error(USAGE);
  process.exit(error instanceof UsageError ? 2 : 1);
});
