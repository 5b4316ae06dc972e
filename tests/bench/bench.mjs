// `./dev bench`: the figures of the whole chain. They are noisy; compare what stands in one run.

process.env.LMBRIDGED = process.argv[2] ?? process.env.LMBRIDGED;
const { Bench, quantile } = await import('./measure.mjs');

const milliseconds = (/** @type {number} */ microseconds) => (microseconds / 1000).toFixed(2).padStart(7);

/** @param {string} what @param {number[]} delays @param {string} [rest] */
function printDelays(what, delays, rest = '') {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => milliseconds(quantile(delays, share)));
  console.log(`  ${what.padEnd(22)} ${p50} ${p95} ${p99}  ${rest}`);
}

const bench = await Bench.start();
try {
  console.log(`daemon, idle: ${(await bench.residentMemory()).toFixed(1)} MB resident`);

  const PIECES = 20_000;
  const rate = (/** @type {number[]} */ times) => Math.round(PIECES / (quantile(times, 0.5) / 1000)).toLocaleString('en');
  for (const burst of [false, true]) {
    const { daemon, bare } = await bench.throughput(PIECES, burst ? 45 : 9, burst);
    const ratio = quantile(daemon.map((time, i) => bare[i] / time), 0.5);
    console.log(`\n${PIECES} small pieces as fast as they come, ${burst ? 'many a write' : 'a write each'}, median of ${daemon.length}:`);
    console.log(`  through lmbridged      ${rate(daemon)} pieces a second`);
    console.log(`  bare page              ${rate(bare)} pieces a second (one binding call a read)`);
    console.log(`  ratio, pair by pair    ${ratio.toFixed(2)}`);
  }

  console.log('\nfrom the arena\'s write to the client\'s read over HTTP/2, 50 pieces a second each, ms:');
  console.log('                             p50     p95     p99  daemon CPU a piece');
  printDelays('bare page, 1 stream', await bench.bareLatency(5));
  for (const streams of [1, 6, 50, 100]) {
    const { delays, cpuPerPiece } = await bench.latency(streams, 5);
    printDelays(`${streams} stream${streams > 1 ? 's' : ''}`, delays, `${cpuPerPiece.toFixed(1)} us`);
  }
  console.log(`\ndaemon, after all that: ${(await bench.residentMemory()).toFixed(1)} MB resident`);
} finally {
  await bench.close();
}
