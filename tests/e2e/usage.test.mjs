// The estimate of token counts against a real tokenizer, on the samples in unit/openai/samples.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

const HELPER = process.env.LMBRIDGE_TOKEN_ESTIMATE
  ?? new URL('../../build/dev/tests/unit/openai/token_estimate', import.meta.url).pathname;
const SAMPLES = new URL('../unit/openai/samples/', import.meta.url);

/** What the answers of most people are made of is held to the stricter bound. */
const STRICT = /^(english|chinese|code_\w+)\.txt$/;

/** @param {string} text */
const estimated = (text) => Number(execFileSync(HELPER, { input: text, encoding: 'utf8' }));

describe('the token estimate', () => {
  for (const name of readdirSync(SAMPLES)) {
    const bound = STRICT.test(name) ? 0.25 : 0.4;
    test(`is within ${bound * 100} % of o200k_base on ${name}`, () => {
      const text = readFileSync(new URL(name, SAMPLES), 'utf8');
      const estimate = estimated(text);
      const real = countTokens(text);
      const error = estimate / real - 1;
      assert.ok(Math.abs(error) <= bound, `${estimate} instead of ${real}: ${(error * 100).toFixed(1)} % off`);
    });
  }

  test('has enough samples to mean something', () => {
    assert.ok(readdirSync(SAMPLES).length >= 12);
  });
});
