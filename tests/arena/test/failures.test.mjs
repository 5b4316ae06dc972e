// Every way of going wrong that protocol.md names.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RECORDS, RESPONSES } from '../failures.mjs';
import { records, said } from '../testing/client.mjs';
import { PROTOCOLS, withArena } from '../testing/setup.mjs';

const up = withArena();

/** What each named response is known by. @type {Record<string, [status: number, body: RegExp]>} */
const SIGNALS = {
  challenge: [403, /<title>Just a moment\.\.\.<\/title>/],
  challenge_503: [503, /Enable JavaScript and cookies to continue/],
  recaptcha: [403, /^\{"error":"recaptcha validation failed"\}$/],
  stale_ids: [400, /not found/],
  not_found: [404, /not found/],
  zod: [400, /"name":"ZodError"/],
  foreign_session: [401, /does not have access to evaluation session/],
  signed_out: [401, /Unauthorized/],
  too_large: [413, /too large/],
  moderation: [422, /Request rejected/],
  moderation_429: [429, /prompt failed/],
  rate_limit: [429, /Too Many Requests/],
  moved: [307, /./],
  method_not_allowed: [405, /./],
  server_error: [500, /./],
  bad_gateway: [502, /<html>/],
  error_object: [200, /^\{"error":/],
  html: [200, /<!DOCTYPE html>/],
};

for (const protocol of PROTOCOLS) {
  describe(protocol, () => {
    test('every named response has its status and its signal', async () => {
      assert.deepEqual(Object.keys(RESPONSES), Object.keys(SIGNALS));
      for (const [fail, [status, signal]] of Object.entries(SIGNALS)) {
        const answer = await up[protocol].ask({ fail });
        assert.equal(answer.status, status, fail);
        assert.match(answer.text, signal, fail);
        assert.match(answer.headers['content-type'], answer.text.startsWith('<') ? /^text\/html/ : /json|text\/plain/);
      }
      assert.equal(up.arena.counters().failed, Object.keys(SIGNALS).length);
    });

    test('fields beside a named response take the place of its own', async () => {
      const { status, headers, text } = await up[protocol].ask({
        fail: 'rate_limit', retry_after: 7, status: 420, body: 'calm down', body_type: 'text/calm', headers: { 'X-More': 'yes' },
      });
      assert.deepEqual([status, text], [420, 'calm down']);
      assert.equal(headers['retry-after'], '7');
      assert.equal(headers['content-type'], 'text/calm');
      assert.equal(headers['x-more'], 'yes');
    });
  });
}

test('a move points to where nothing answers, or where it is told to', async () => {
  assert.match((await up.h1.ask({ fail: 'moved' })).headers.location, /\.invalid\//);
  assert.equal((await up.h1.ask({ fail: 'moved', headers: { Location: '/there' } })).headers.location, '/there');
});

test('a response may be made up of a status and a body alone', async () => {
  const object = await up.h1.ask({ status: 418, body: { error: { code: 'teapot' } } });
  assert.deepEqual([object.status, object.text], [418, '{"error":{"code":"teapot"}}']);
  assert.equal(object.headers['content-type'], 'application/json');
  assert.equal((await up.h1.ask({ status: 504 })).text, '{"error":"Gateway Timeout"}');
  const text = await up.h1.ask({ body: 'just text' });
  assert.deepEqual([text.status, text.text], [200, 'just text']);
});

test('headers are added to a good answer too', async () => {
  const { headers, text } = await up.h2.ask({ text: 'fine', headers: { 'Content-Type': 'text/x-other' } });
  assert.equal(headers['content-type'], 'text/x-other');
  assert.equal(said(text), 'fine');
});

describe('failures inside of a stream', () => {
  /** @type {Record<string, (record: [string, any]) => void>} */
  const checks = {
    arena_error: ([prefix, value]) => assert.deepEqual([prefix, JSON.parse(value).hasArenaError], ['a0', true]),
    error_record: ([prefix, value]) => assert.deepEqual([prefix, typeof value], ['a3', 'string']),
    step_error: ([prefix, value]) => assert.deepEqual([prefix, typeof value.message], ['ae', 'string']),
  };

  test('each is one record, with neither text nor finish', async () => {
    assert.deepEqual(Object.keys(RECORDS), Object.keys(checks));
    for (const [fail, check] of Object.entries(checks)) {
      const { status, text } = await up.h1.ask({ fail });
      assert.equal(status, 200);
      assert.equal(records(text).length, 1);
      check(records(text)[0]);
    }
  });

  test('text may come first, and the message may be given', async () => {
    const body = '{"type":"moderation_blocked"}';
    const { text } = await up.h1.ask({ fail: 'error_record', text: 'half an', body, finish: 'error' });
    assert.deepEqual(records(text).map(([prefix]) => prefix), ['a0', 'a0', 'a3', 'ad']);
    assert.equal(said(text, 'a3'), body);
    assert.equal(said((await up.h1.ask({ fail: 'arena_error', body: 'hasArenaError' })).text), 'hasArenaError');
  });
});

describe('fail_times', () => {
  test('fails so often for a key and then answers', async () => {
    const directive = { fail: 'server_error', fail_times: 2, key: 'one', text: 'at last' };
    const statuses = [];
    for (let request = 0; request < 4; request++) statuses.push((await up.h1.ask(directive)).status);
    assert.deepEqual(statuses, [500, 500, 200, 200]);
    assert.equal(said((await up.h1.ask(directive)).text), 'at last');
    assert.equal((await up.h1.ask({ ...directive, key: 'other' })).status, 500);
  });

  test('holds for an empty answer and for a cut one too', async () => {
    const empty = { empty: true, fail_times: 1, key: 'empty', text: 'full' };
    assert.deepEqual([(await up.h1.ask(empty)).text, said((await up.h1.ask(empty)).text)], ['', 'full']);
    const cut = { pieces: 3, cut_after: 1, cut_grace_ms: 0, fail_times: 1, key: 'cut' };
    assert.deepEqual([(await up.h2.ask(cut)).broken, (await up.h2.ask(cut)).broken], [true, false]);
    assert.equal(up.arena.counters().answered, 2);
  });

  test('is forgotten by a reset', async () => {
    const directive = { fail: 'server_error', fail_times: 1, key: 'again', text: 'x' };
    assert.equal((await up.h1.ask(directive)).status, 500);
    assert.equal((await up.h1.ask(directive)).status, 200);
    up.arena.reset();
    assert.equal((await up.h1.ask(directive)).status, 500);
  });
});
