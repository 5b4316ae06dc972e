#!/usr/bin/env node
// `./dev chaos`: many clients while everything breaks, again and again; or a great many short requests while nothing does.

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { startStack } from '../e2e/support/stack.mjs';
import { complaints, details, megabytes, table } from './report.mjs';
import { sendShortRequests } from './short_requests.mjs';
import { STORM, storm } from './storm.mjs';

const USAGE = `usage: ./dev chaos [option]...
  --seconds N     how long (600)
  --clients N     how many clients ask at once (50)
  --every N       seconds between two faults on average (3)
  --seed N        chooses the faults (a new one each time)
  --requests N    send N short requests instead, and compare memory and descriptors
  --log FILE      write the daemon's log there
  --help
Exit code: 0 all is as it must be, 1 something is not, 2 wrong options, 130 stopped.`;

/** What memory may grow by with short requests. */
const RSS_MARGIN = 2 * 1024 * 1024;

/** As of a program that Ctrl-C ends. */
const STOPPED = 130;

class UsageError extends Error {}

/** @param {string[]} args */
function readArguments(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    const { values } = parseArgs({
      args,
      options: { seconds: text, clients: text, every: text, seed: text, requests: text, log: text, help: { type: 'boolean' } },
    });
    return {
      help: values.help, log: values.log,
      seconds: number(values, 'seconds', 600), clients: number(values, 'clients', 50), everySeconds: number(values, 'every', 3),
      seed: number(values, 'seed', Date.now() % 1_000_000), requests: number(values, 'requests', 0),
    };
  } catch (error) {
    throw new UsageError(/** @type {Error} */ (error).message);
  }
}

/** @param {Record<string, any>} values @param {string} name @param {number} otherwise */
function number(values, name, otherwise) {
  const value = values[name] === undefined ? otherwise : Number(values[name]);
  if (!(value >= 0)) throw new UsageError(`--${name} must be a number`);
  return value;
}

/** @param {ReturnType<typeof readArguments>} options @returns {Promise<boolean>} whether all is as it must be */
async function runStorm({ log, ...options }) {
  return withStack(STORM, log, async (stack) => {
    console.log(`faults come every ${options.everySeconds} s; --seed ${options.seed} brings the same ones again`);
    const report = await storm(stack, {
      ...options,
      onFault: ({ faults, verdicts }, elapsed) => {
        const done = `${(elapsed / 1000).toFixed(0).padStart(5)} s  ${String(verdicts.answered).padStart(7)} answered`;
        console.log(`${done}  ${faults.at(-1)?.what}`);
      },
    });
    const wrong = complaints(report);
    console.log(`\n${table(report, options)}\n`);
    if (report.wrong.length > 0) console.log(`${details(report)}\n`);
    console.log(wrong.length === 0 ? 'all is as it must be' : `not as it must be: ${wrong.join('; ')}`);
    return wrong.length === 0;
  });
}

/** @param {number} count @param {string} [log] @returns {Promise<boolean>} whether all is as it must be */
async function runShortRequests(count, log) {
  return withStack({ protocol: 'https' }, log, async (stack) => {
    console.log(`${'requests'.padStart(10)}${'RSS, MB'.padStart(12)}${'descriptors'.padStart(14)}${'browser, MB'.padStart(14)}`);
    const { first, last, seconds } = await sendShortRequests(stack, count, ({ requests, rss, descriptors, browser }) => {
      const cells = [String(requests).padStart(10), megabytes(rss).padStart(12), String(descriptors).padStart(14), megabytes(browser).padStart(14)];
      console.log(cells.join(''));
    });
    const good = last.rss <= first.rss + RSS_MARGIN && last.descriptors === first.descriptors;
    console.log(`\n${count} requests in ${seconds.toFixed(0)} s (${(count / seconds).toFixed(0)}/s), memory +${megabytes(last.rss - first.rss)} MB, `
      + `descriptors ${last.descriptors - first.descriptors > 0 ? '+' : ''}${last.descriptors - first.descriptors}: ${good ? 'ok' : 'WRONG'}`);
    return good;
  });
}

/**
 * Runs with a whole chain that is gone afterwards, also when somebody stops the program.
 * @param {Parameters<typeof startStack>[0]} options
 * @param {string | undefined} log where the daemon's log goes
 * @param {(stack: Awaited<ReturnType<typeof startStack>>) => Promise<boolean>} run
 */
async function withStack(options, log, run) {
  const stack = await startStack(options);
  const close = async () => {
    if (log) await writeFile(log, stack.daemon.transcript());
    await stack.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close().finally(() => process.exit(STOPPED)));
  try {
    return await run(stack);
  } finally {
    await close();
  }
}

async function main() {
  const options = readArguments(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return true;
  }
  return options.requests > 0 ? runShortRequests(options.requests, options.log) : runStorm(options);
}

main().then((good) => process.exit(good ? 0 : 1), (error) => {
  console.error(`chaos: ${error instanceof UsageError ? error.message : error.stack}`);
  if (error instanceof UsageError) console.error(USAGE);
  process.exit(error instanceof UsageError ? 2 : 1);
});
