// How directives are read, and that README tells of all of them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DirectiveError, FIELDS, readDirective } from '../directives.mjs';
import { RECORDS, RESPONSES } from '../failures.mjs';
import { askBody } from '../testing/client.mjs';
import { withArena } from '../testing/setup.mjs';

const up = withArena();

/** @param {object} fields */
const read = (fields) => readDirective(`@arena ${JSON.stringify(fields)}`).directive;

test('a message without the marker, or without an object behind it, orders nothing', () => {
  assert.deepEqual(readDirective('hello'), { question: 'hello', directive: undefined });
  assert.equal(readDirective('who is @arena? {}').directive, undefined);
});

test('the object ends at its own brace, over lines and whatever its strings hold', () => {
  const content = 'before @arena {\n "text": "} \\" {",\n "usage": {"a": {}}\n} after {"text":"no"}';
  assert.deepEqual(readDirective(content), {
    question: 'before  after {"text":"no"}',
    directive: { text: '} " {', usage: { a: {} } },
  });
});

test('a flag that is false is as good as absent', () => {
  assert.deepEqual(read({ text: 'x', echo: false, burst: false }), { text: 'x' });
});

test('what is not understood is refused with a reason', () => {
  const reasons = {
    '{"a": }': /not JSON/,
    '{"text": "': /not closed/,
    '{"speed": 1}': /unknown field "speed"/,
    '{"toString": 1}': /unknown field "toString"/,
    '{"pieces": "3"}': /"pieces" must be an integer from 0 to/,
    '{"pace_ms": -1}': /"pace_ms" must be a number/,
    '{"finish": "end"}': /"finish" must be one of "stop"/,
    '{"fail": "badly"}': /"fail" must be one of "challenge"/,
    '{"headers": {"a": "x\\ny"}}': /"headers" must be/,
    '{"headers": {"Content-Length": "5"}}': /"headers" must be/,
    '{"raw": "x"}': /"raw" must be an array/,
    '{"raw_base64": ["?"]}': /"raw_base64" must be an array .* base64/,
    '{"text": "x", "pieces": 3}': /"text" and "pieces" exclude each other/,
    '{"cut_after": 1, "stall_after": 3}': /exclude each other/,
    '{"burst": true, "split": 3}': /exclude each other/,
    '{"seed": 3}': /"seed" needs "split"/,
    '{"fail_times": 3, "fail": "zod"}': /"fail_times" needs "key"/,
    '{"fail_times": 3, "key": "k"}': /"fail_times" needs "fail" or "status"/,
    '{"fail": "error_record", "status": 500}': /"status" belongs to a response/,
    '{"retry_after": 5}': /"retry_after" belongs to a response/,
    '{"fail": "arena_error", "body": {}}': /"body" must be a string/,
    '{"fail": "zod", "text": "x"}': /"text" would never be said/,
  };
  for (const [object, reason] of Object.entries(reasons)) {
    const told = (error) => error instanceof DirectiveError && reason.test(error.message);
    assert.throws(() => readDirective(`@arena ${object}`), told, object);
  }
});

test('the site says so with a 400', async () => {
  const { status, text } = await up.h1.send({ body: JSON.stringify(askBody('@arena {"speed": 1}')) });
  assert.deepEqual([status, JSON.parse(text)], [400, { error: '@arena: unknown field "speed"' }]);
  assert.equal(up.arena.counters().validation_errors, 1);
});

test('README names every field and every failure', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const names = [...Object.keys(FIELDS), ...Object.keys(RESPONSES), ...Object.keys(RECORDS)];
  assert.deepEqual(names.filter((name) => !readme.includes(`\`${name}\``)), []);
});
