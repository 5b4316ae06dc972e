// An operator's hands in the browser: lmbridgectl page, against a real Chromium that shows the arena.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { call, ctl, socketOf } from './support/control.mjs';
import { startStack } from './support/stack.mjs';

describe('lmbridgectl page', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  /** @type {string} */
  let socket;
  /** Of a page beside the daemon's own. @type {string} */
  let id;
  before(async () => {
    stack = await startStack();
    socket = socketOf(stack.daemon);
    const opened = await ctl(['page', 'open', `${stack.arena.http}/?mode=battle`], { socket });
    assert.equal(opened.code, 0, opened.stderr);
    id = opened.stdout.trim();
  });
  after(() => stack?.close());

  /** What a command prints, which must succeed. @param {string[]} args */
  async function done(...args) {
    const { code, stdout, stderr } = await ctl(['page', ...args], { socket });
    assert.equal(code, 0, stderr);
    return stdout;
  }

  test('lists the pages, and says in which of them the daemon works', async () => {
    const { pages } = JSON.parse(await done('list', '--json'));
    assert.deepEqual(pages.map((/** @type {any} */ page) => [page.context, page.state]), [[1, 'ready'], [null, null]]);
    assert.equal(pages[1].id, id);
    assert.match(await done('list'), new RegExp(`^ID +STATE +TITLE +ADDRESS\n.*ready.*\n${id.slice(0, 8)}  not ours`));
  });

  test('asks which page is meant where there are several', async () => {
    const { code, stderr } = await ctl(['page', 'text'], { socket });
    assert.equal(code, 1);
    assert.match(stderr, /2 pages are meant: .*; give the beginning of one id/);
  });

  test('types, presses, clicks, waits and reads, by selector and by what a person sees', async () => {
    await done('goto', '/', '--page', id);
    await done('type', 'Hello from a script', '--page', id, '--selector', 'textarea[name=message]', '--replace');
    assert.equal(await done('eval', 'document.querySelector("textarea").value', '--page', id), 'Hello from a script\n');
    await done('press', 'End', '--page', id);
    await done('click', '--page', id, '--selector', "button[aria-label='Send message']");
    await done('wait', '--page', id, '--text', 'You said: Hello from a script');
    assert.match(await done('text', '--page', id), /You said: Hello from a script/);
    assert.match(await done('html', '--page', id, '--selector', 'textarea'), /^<textarea/);
    await done('reload', '--page', id);
    await done('wait', '--page', id, '--gone', '--text', 'You said: Hello from a script');
    await done('goto', '/?mode=battle', '--page', id);
    await done('wait', '--url', 'mode=battle', '--page', id);
  });

  test('writes pictures to files and to pipes', async () => {
    const file = join(stack.configuration.directory, 'page.png');
    assert.equal(await done('screenshot', file, '--page', id), '');
    const picture = await readFile(file);
    assert.equal(picture.subarray(1, 4).toString(), 'PNG');
    const said = JSON.parse(await done('screenshot', file, '--page', id, '--whole-page', '--json'));
    assert.equal(said.file, file);
    assert.ok(said.bytes > 0);
    const element = JSON.parse(await done('screenshot', '--page', id, '--selector', 'textarea', '--json'));
    assert.equal(Buffer.from(element.content, 'base64').subarray(1, 4).toString(), 'PNG');
    const failed = await ctl(['page', 'screenshot', '/nowhere/x.png', '--page', id], { socket });
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /\/nowhere\/x\.png can't be written: No such file or directory/);
  });

  test('says what stood in the way', async () => {
    for (const [args, code, message] of /** @type {[string[], number, RegExp][]} */ ([
      [['click', '--selector', '#nope', '--timeout', '1'], 4, /no element matches "#nope"/],
      [['click', '--selector', '[', '--timeout', '1'], 1, /selector/],
      [['click'], 2, /--selector CSS or --text TEXT/],
      [['click', '--selector', 'a', '--text', 'b'], 2, /excludes/],
      [['press', 'Hyper+X'], 1, /Hyper/],
      [['eval', 'throw new Error("oops")'], 1, /oops/],
      [['eval', 'new Promise(() => {})', '--timeout', '1'], 4, /within \d+ ms/],
      [['goto', 'file:///etc/passwd'], 1, /file:/],
      [['wait', '--url', 'elsewhere', '--timeout', '1'], 4, /elsewhere/],
      [['text', '--page', 'nothing'], 1, /no page is called/],
    ])) {
      const page = args.includes('--page') ? [] : ['--page', id];
      const said = await ctl(['page', ...args, ...page], { socket });
      assert.equal(said.code, code, `${args}: ${said.stderr}`);
      assert.match(said.stderr, message);
    }
    for (const [body, message] of /** @type {[unknown, RegExp][]} */ ([
      [{}, /"step" must be an object/],
      [{ step: { jump: {} } }, /jump/],
      [{ step: { reload: {} }, page: 7 }, /"page" must be a text/],
      [{ step: { reload: {} }, pages: 7 }, /only these may be in it: step, page/],
    ])) {
      const said = await call(socket, 'POST', '/pages/run', body);
      assert.equal(said.status, 400);
      assert.match(said.body.error.message, message);
    }
  });

  test('leaves the answers alone that run meanwhile', async () => {
    const answer = await stack.openai.chat.completions.create({
      model: 'heron-large', messages: [{ role: 'user', content: '@arena {"pieces": 20, "pace_ms": 10, "mark": "p"}' }], stream: true,
    });
    let pieces = 0;
    for await (const { choices } of answer) {
      pieces += choices[0]?.delta?.content ? 1 : 0;
      if (pieces % 5 === 0) await done('text', '--page', id);
    }
    assert.equal(pieces, 20);
  });

  test('closes a page, and the daemon opens its own again', async () => {
    await done('close', id);
    const { pages } = JSON.parse(await done('list', '--json'));
    assert.equal(pages.length, 1);
    await done('close', pages[0].id.slice(0, 8));
    assert.equal((await ctl(['wait', '--ready'], { socket })).code, 0);
    const again = JSON.parse(await done('list', '--json')).pages;
    assert.equal(again.length, 1);
    assert.notEqual(again[0].id, pages[0].id);
  });
});
