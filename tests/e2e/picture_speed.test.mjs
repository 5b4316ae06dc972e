// WebP to PNG: the converter against Pillow (Debian's python3-pil), in the same run.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const HELPER = process.env.LMBRIDGE_PICTURE_CONVERT
  ?? new URL('../../build/dev/tests/bench/picture_convert', import.meta.url).pathname;
/** Debian's own, which finds Debian's packages whatever else is first in PATH. */
const PYTHON = '/usr/bin/python3';

const CONVERT = `
import io, sys, time
from PIL import Image
data = open(sys.argv[1], 'rb').read()
for _ in range(5):
    begin = time.monotonic()
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).save(out, 'PNG')
    print((time.monotonic() - begin) * 1000)
open(sys.argv[2], 'wb').write(out.getvalue())
`;

const COMPARE = `
import sys
from PIL import Image
a, b = (Image.open(path) for path in sys.argv[1:3])
print(a.size, a.mode, (a.size, a.mode, a.tobytes()) == (b.size, b.mode, b.tobytes()))
`;

/** @param {string} command @param {string[]} parameters */
const lines = (command, ...parameters) =>
  execFileSync(command, parameters, { encoding: 'utf8' }).trim().split('\n');

/** What a run costs when nothing is in its way. @param {string[]} times */
const best = (times) => Math.min(...times.map(Number));

function hasPillow() {
  try {
    execFileSync(PYTHON, ['-c', 'import PIL'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const skip = hasPillow() ? false : 'Pillow is missing: apt-get install python3-pil';

describe('WebP to PNG, 2048 x 2048', { skip }, () => {
  test('has the pixels that Pillow finds, in half of its time at most', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'lmbridge-picture-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const source = join(folder, 'source.webp');
    const ours = join(folder, 'ours.png');
    const theirs = join(folder, 'theirs.png');
    execFileSync(HELPER, ['make', source]);
    const pillow = best(lines(PYTHON, '-c', CONVERT, source, theirs));
    const bridge = best(lines(HELPER, 'png', source, ours));
    context.diagnostic(`Pillow ${pillow.toFixed(0)} ms, lmbridge ${bridge.toFixed(0)} ms: `
      + `${(pillow / bridge).toFixed(1)} x as fast; files of ${statSync(theirs).size} and ${statSync(ours).size} bytes`);
    assert.deepEqual(lines(PYTHON, '-c', COMPARE, theirs, ours), ['(2048, 2048) RGB True']);
    // A sanitizer slows down our half alone.
    if (!process.env.LMBRIDGE_SANITIZED) assert.ok(bridge * 2 <= pillow, `${bridge} ms against Pillow's ${pillow} ms`);
  });
});
