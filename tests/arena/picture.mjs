// PNGs, and a small one for image models to "generate": a two-colour gradient whose colours depend on its name.

import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

const SIZE = 256;

/** @param {string} name @returns {Buffer} the same picture for the same name, always */
export function picture(name) {
  const colours = createHash('sha256').update(name).digest();
  return png(SIZE, SIZE, gradient(colours.subarray(0, 3), colours.subarray(3, 6)));
}

/**
 * A PNG in RGB.
 * @param {number} width @param {number} height
 * @param {Uint8Array} rows each begins with its filter type, 0
 */
export function png(width, height, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // 8 bits a channel, RGB
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {Uint8Array} from @param {Uint8Array} to */
function gradient(from, to) {
  const rows = Buffer.alloc(SIZE * (1 + 3 * SIZE)); // every row begins with its filter type, 0
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const share = (x + y) / (2 * SIZE);
      const at = y * (1 + 3 * SIZE) + 1 + 3 * x;
      for (let channel = 0; channel < 3; channel++) {
        rows[at + channel] = from[channel] * (1 - share) + to[channel] * share;
      }
    }
  }
  return rows;
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** zlib.crc32 came with Node 22 only. @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRCS[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}
