// Asks GET /status so many times, evenly over so many milliseconds, and prints how often it was answered.
// Arguments: socket, calls, milliseconds. Says "ready" when it has started, and begins when it is sent a line.

import { once } from 'node:events';
import http from 'node:http';

const [socketPath, calls, time] = process.argv.slice(2);
console.log('ready');
await once(process.stdin, 'data');
process.stdin.destroy();
const begun = performance.now();
let answered = 0;

/** @param {number} due */
const until = (due) => new Promise((resolve) => { setTimeout(resolve, begun + due - performance.now()); });

for (let i = 0; i < Number(calls); ++i) {
  await until((i * Number(time)) / Number(calls));
  // A connection each, as lmbridgectl does.
  await new Promise((resolve, reject) => {
    const request = http.get({ socketPath, path: '/status', agent: false }, (response) => {
      answered += response.statusCode === 200 ? 1 : 0;
      response.resume().on('end', resolve);
    });
    request.on('error', reject);
  });
}
console.log(answered);
