// What answers say.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filler, MODELS } from '../arena.mjs';
import { picture } from '../picture.mjs';
import { askBody, order, records, said } from '../testing/client.mjs';
import { withArena } from '../testing/setup.mjs';

const up = withArena();
const IMAGE_MODEL = MODELS.find(({ publicName }) => publicName === 'finch-image');

/** @param {object} directive @param {object} [options] */
const ask = (directive, options) => up.h1.ask(directive, options);
/** @param {string} text */
const prefixes = (text) => records(text).map(([prefix]) => prefix);

describe('text', () => {
  test('without a directive some forty words about the question come one by one, then a finish with counts', async () => {
    const started = performance.now();
    const { status, headers, text } = await up.h1.send({ body: JSON.stringify(askBody('Why is the sky blue?')) });
    const words = records(text).slice(0, -1);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/event-stream');
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(said(text), /Why is the sky blue\?/);
    assert.ok(words.length >= 35 && words.length <= 55, `${words.length} words`);
    assert.ok(words.every(([prefix, value]) => prefix === 'a0' && /^\s*\S+$/.test(value)));
    assert.ok(performance.now() - started >= (words.length - 1) * 40 - 5);
    assert.deepEqual(records(text).at(-1), ['ad', { finishReason: 'stop', usage: { promptTokens: 5, completionTokens: words.length } }]);
  });

  test('a given text comes word by word and joined it is itself again', async () => {
    const text = '  two  spaces\n\nand "quotes" \\ 中文 🦊 \t end ';
    const answer = await ask({ text });
    assert.equal(said(answer.text), text);
    assert.equal(records(answer.text)[1][1], '  spaces');
  });

  test('piece_chars cuts at code points, never inside of a pair', async () => {
    const { text } = await ask({ text: 'a🦊b🦊c', piece_chars: 2 });
    assert.deepEqual(records(text).slice(0, -1).map(([, value]) => value), ['a🦊', 'b🦊', 'c']);
  });

  test('generated pieces carry their mark and number', async () => {
    const { text } = await ask({ pieces: 3, mark: 'm1' });
    assert.equal(said(text), 'm1:0;m1:1;m1:2;');
  });

  test('bytes gives exactly that many bytes, the documented text, in pieces no larger than asked', async () => {
    for (const bytes of [0, 1, 99, 100_000]) {
      const { text } = await ask({ bytes, piece_bytes: 7, burst: true });
      const pieces = records(text).slice(0, -1).map(([, value]) => value);
      assert.equal(Buffer.byteLength(pieces.join('')), bytes);
      assert.equal(pieces.join(''), filler(bytes));
      assert.ok(pieces.every((piece) => Buffer.byteLength(piece) <= 7));
    }
  });

  test('line_bytes is one record whose line is exactly that long', async () => {
    for (const line_bytes of [5, 6, 1000, 300_000]) {
      for (const ascii_escapes of [false, true]) {
        const { bytes, text } = await ask({ line_bytes, ascii_escapes, burst: true });
        assert.equal(bytes.indexOf('\n'), line_bytes);
        assert.deepEqual(prefixes(text), ['a0', 'ad']);
      }
    }
  });

  test('raw strings and raw bytes come as they are, with no finish of their own', async () => {
    const strings = ['a0:"on', 'e"\n:::\n', 'b0:not json\n\n'];
    assert.equal((await ask({ raw: strings })).text, strings.join(''));
    const bytes = Buffer.from([0x61, 0x30, 0x3a, 0xff, 0xfe, 0x00, 0x0a]);
    assert.deepEqual((await ask({ raw_base64: [bytes.toString('base64')] })).bytes, bytes);
    assert.deepEqual(prefixes((await ask({ raw: ['a0:"x"\n'], finish: 'stop' })).text), ['a0', 'ad']);
  });

  test('echo tells what was received', async () => {
    const { text } = await ask({ echo: true }, { headers: { origin: up.arena.http, 'x-more': 'no' } });
    const { method, path, headers, body } = JSON.parse(said(text));
    assert.equal(method, 'PUT');
    assert.match(path, /^\/nextjs-api\/stream\/retry-evaluation-session-message\//);
    assert.equal(headers.origin, up.arena.http);
    assert.equal(headers['content-type'], 'text/plain;charset=UTF-8');
    assert.equal(headers.cookie, up.h1.cookie);
    assert.ok(!('x-more' in headers));
    assert.equal(body.messages[0].content, order({ echo: true }));
  });

  test('empty has no records at all, unless others are ordered', async () => {
    assert.equal((await ask({ empty: true })).text, '');
    assert.deepEqual(prefixes((await ask({ empty: true, heartbeats: 1, finish: 'stop' })).text), ['a2', 'ad']);
  });
});

describe('spelling', () => {
  test('ascii_escapes leaves nothing but ASCII on the wire and the same text behind it', async () => {
    const { bytes, text } = await ask({ text: 'é中🦊', ascii_escapes: true });
    assert.ok(bytes.every((byte) => byte < 0x80));
    assert.match(text, /^a0:"\\u00e9\\u4e2d\\ud83e\\udd8a"\n/);
    assert.equal(said(text), 'é中🦊');
  });

  test('crlf ends every line, no_final_newline leaves out the last end', async () => {
    const { text } = await ask({ text: 'a b', crlf: true, no_final_newline: true });
    assert.match(text, /^a0:"a"\r\na0:" b"\r\nad:\{.*\}$/);
  });

  test('a lone surrogate goes out as an escape', async () => {
    const { text } = await ask({ text: 'x\ud800' });
    assert.match(text, /^a0:"x\\ud800"\n/);
  });
});

describe('other records', () => {
  test('reasoning comes before the text, or after it', async () => {
    const first = await ask({ text: 'answer', reasoning: 'let me think' });
    assert.deepEqual(prefixes(first.text), ['ag', 'ag', 'ag', 'a0', 'ad']);
    assert.equal(said(first.text, 'ag'), 'let me think');
    const last = await ask({ text: 'answer', reasoning: 'hm', reasoning_after: true });
    assert.deepEqual(prefixes(last.text), ['a0', 'ag', 'ad']);
  });

  test('all images come in one record and replace the default text', async () => {
    const { text } = await ask({ images: ['https://127.0.0.1/1.png', 'https://127.0.0.1/2.png'] });
    const parts = ['1', '2'].map((name) => ({ type: 'image', image: `https://127.0.0.1/${name}.png` }));
    assert.deepEqual(records(text)[0], ['a2', parts]);
    assert.deepEqual(prefixes(text), ['a2', 'ad']);
  });

  test('heartbeats, citations and steps have their shapes', async () => {
    const source = { title: 'A page', url: 'https://127.0.0.1/page' };
    const { text } = await ask({ text: 'x', heartbeats: 2, citations: [source, [source]], step_records: true });
    assert.deepEqual(prefixes(text), ['af', 'a2', 'a2', 'ac', 'ac', 'a0', 'ae', 'ad']);
    assert.deepEqual(records(text)[1][1], [{ type: 'heartbeat' }]);
    assert.deepEqual(JSON.parse(records(text)[3][1].argsTextDelta), { source });
    assert.deepEqual(JSON.parse(records(text)[4][1].argsTextDelta), { source: [source] });
  });

  test('unknown records stand around the text and say nothing', async () => {
    const { text } = await ask({ text: 'plain', unknown_records: true });
    assert.equal(said(text), 'plain');
    assert.ok(['ak', 'az', 'a9'].every((prefix) => prefixes(text).includes(prefix)));
    const parts = records(text).filter(([prefix]) => prefix === 'a2').flatMap(([, value]) => value);
    assert.ok(parts.some(({ type }) => type === 'unheard-of'));
  });

  test('the participant is chosen, and in a battle the other one speaks between', async () => {
    assert.deepEqual(prefixes((await ask({ text: 'x', participant: 'b' })).text), ['b0', 'bd']);
    const { text } = await ask({ text: 'one two', participant: 'b', battle: true, other_text: 'uno dos tres' });
    assert.deepEqual(prefixes(text), ['b0', 'a0', 'b0', 'a0', 'bd', 'a0', 'ad']);
    assert.equal(said(text, 'b0'), 'one two');
    assert.equal(said(text, 'a0'), 'uno dos tres');
  });
});

describe('finish', () => {
  test('its reason is the ordered one, or there is none', async () => {
    assert.equal(records((await ask({ text: 'x', finish: 'content-filter' })).text)[1][1].finishReason, 'content-filter');
    assert.deepEqual(prefixes((await ask({ text: 'x', finish: null })).text), ['a0']);
  });

  test('usage is counted in either spelling, given, or left out', async () => {
    const finish = async (directive) => records((await ask({ text: 'one two', ...directive })).text).at(-1)[1];
    assert.deepEqual(await finish({}), { finishReason: 'stop', usage: { promptTokens: 4, completionTokens: 2 } });
    assert.deepEqual((await finish({ usage_style: 'input' })).usage, { inputTokens: 4, outputTokens: 2 });
    assert.deepEqual((await finish({ usage: { totalTokens: 7 } })).usage, { totalTokens: 7 });
    assert.deepEqual(await finish({ usage: null }), { finishReason: 'stop' });
  });
});

test('an image model answers with a picture that can be downloaded', async () => {
  const body = JSON.stringify(askBody('a red boat', { status: 'success' }, { modelId: IMAGE_MODEL.id }));
  const { text } = await up.h2.send({ body });
  const [[prefix, [{ type, image }]], [last]] = records(text);
  assert.deepEqual([prefix, type, last], ['a2', 'image', 'ad']);
  assert.ok(image.startsWith(`${up.arena.http}/__arena/picture/`));
  const path = new URL(image).pathname;
  const { headers, bytes } = await up.h1.get(path);
  assert.equal(headers['content-type'], 'image/png');
  assert.deepEqual(bytes, picture(/([\w-]+)\.png$/.exec(path)[1]));
});
