// `./dev bench`: the figures of the whole chain. They are noisy; compare what stands in one run.

process.env.LMBRIDGED = process.argv[2] ?? process.env.LMBRIDGED;
process.env.LMBRIDGE_BARE_RELAY = process.argv[3] ?? process.env.LMBRIDGE_BARE_RELAY;
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

  // 20,000 pieces in bursts are over in a few milliseconds, half of which is the way to the first one:
  // that line shows the cost of a request, the longer one the rate.
  for (const [pieces, burst, rounds] of /** @type {const} */ ([[20_000, false, 9], [20_000, true, 45], [200_000, true, 9]])) {
    const rate = (/** @type {number[]} */ times) => Math.round(pieces / (quantile(times, 0.5) / 1000)).toLocaleString('en');
    const { daemon, bare, cpuPerPiece } = await bench.throughput(pieces, rounds, burst);
    const ratio = quantile(daemon.map((time, i) => bare[i] / time), 0.5);
    console.log(`\n${pieces} small pieces as fast as they come, ${burst ? 'many a write' : 'a write each'}, median of ${daemon.length}:`);
    console.log(`  through lmbridged      ${rate(daemon)} pieces a second, ${cpuPerPiece.toFixed(2)} us of processor time a piece`);
    console.log(`  bare page              ${rate(bare)} pieces a second (one binding call a read)`);
    console.log(`  ratio, pair by pair    ${ratio.toFixed(2)}`);
  }

  console.log('\nfrom the arena\'s write to the client\'s read over HTTP/2, 50 pieces a second each, ms:');
  console.log('                             p50     p95     p99  daemon CPU a piece, and its system calls alone');
  printDelays('bare page, 1 stream', await bench.bareLatency(5));
  for (const streams of [1, 6, 50, 100]) {
    const { delays, cpuPerPiece } = await bench.latency(streams, 5);
    const least = await bench.bareRelay(streams, 5);
    printDelays(`${streams} stream${streams > 1 ? 's' : ''}`, delays,
      `${cpuPerPiece.toFixed(1)} us, ${least.toFixed(1)} us: ${(cpuPerPiece / least).toFixed(1)} times as much`);
  }
  console.log('\na request whose body is large, in the bare page, median of 15, ms:');
  console.log('            as argument  as file');
  for (const kilobytes of [16, 64, 128, 256, 1024, 4096]) {
    const { argument, file } = await bench.bodyWays(kilobytes * 1024, 15);
    const show = (/** @type {number[]} */ times) => quantile(times, 0.5).toFixed(1).padStart(9);
    console.log(`  ${String(kilobytes).padStart(5)} KB  ${show(argument)}  ${show(file)}`);
  }
  console.log(`\ndaemon, after all that: ${(await bench.residentMemory()).toFixed(1)} MB resident`);
} finally {
  await bench.close();
}
