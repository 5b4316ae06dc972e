// The shipped configuration as data.

import { readFile } from 'node:fs/promises';

const SHIPPED = new URL('../../../config/config.jsonc', import.meta.url);
const STRING = String.raw`"(?:\\.|[^"\\])*"`;

/** Without comments and trailing commas. @param {string} text */
export function parseJsonc(text) {
  const keepStrings = (/** @type {string} */ found) => (found.startsWith('"') ? found : '');
  const plain = text.replace(new RegExp(String.raw`${STRING}|//[^\n]*|/\*[^]*?\*/`, 'g'), keepStrings);
  return JSON.parse(plain.replace(new RegExp(String.raw`${STRING}|,(?=\s*[}\]])`, 'g'), keepStrings));
}

export async function shippedConfiguration() {
  return parseJsonc(await readFile(SHIPPED, 'utf8'));
}
