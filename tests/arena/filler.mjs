// Text of any size that a test can build again for itself: the sentence as often as it fits, then full stops.

export const SENTENCE = 'The quick "brown" fox \\ jumps; naïve café — 中文字符, кириллица, 🦊👩‍🚀.\tNew\nline. ';

const BYTES = Buffer.from(SENTENCE);
const BLOCK = Buffer.from(SENTENCE.repeat(1024));

/** @param {number} size bytes of UTF-8 @param {number} [from] @param {number} [to] cut at code points by the caller */
export function filler(size, from = 0, to = size) {
  const stops = size - (size % BYTES.length);
  const text = from < stops ? sentences(from, Math.min(to, stops)) : '';
  return to > stops ? text + '.'.repeat(to - Math.max(from, stops)) : text;
}

/** The same text in pieces of at most `piece` (4 or more) bytes. @param {number} size @param {number} piece */
export function* fillerPieces(size, piece) {
  for (let from = 0; from < size;) {
    const to = codePointStart(size, Math.min(from + piece, size));
    yield filler(size, from, to);
    from = to;
  }
}

/** @param {number} from @param {number} to */
function sentences(from, to) {
  const offset = from % BYTES.length;
  const end = offset + to - from;
  const block = end <= BLOCK.length ? BLOCK : Buffer.from(SENTENCE.repeat(Math.ceil(end / BYTES.length)));
  return block.toString('utf8', offset, end);
}

/** The start of the code point that the byte at `at` belongs to. @param {number} size @param {number} at */
function codePointStart(size, at) {
  if (at >= size - (size % BYTES.length)) return at;
  while ((BYTES[at % BYTES.length] & 0xc0) === 0x80) at--;
  return at;
}
