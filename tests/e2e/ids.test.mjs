// Session ids and the list of models, captured from real pages: lmbridgectl ids and models update.

import assert from 'node:assert/strict';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { ask } from './support/asking.mjs';
import { beginCapture, call, ctl, ctlOnTerminal, socketOf } from './support/control.mjs';
import { MESSAGE_ID, SESSION_ID } from '../arena/arena.mjs';
import { Daemon } from './support/daemon.mjs';
import { startStack } from './support/stack.mjs';

const STEPS = new URL('../../config/steps/', import.meta.url).pathname;
const OTHER = 'heron-mini';

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */

/** The configuration file, as the daemon reads it. @param {Stack} stack @param {string} [name] */
async function saved(stack, name = 'config.jsonc') {
  return JSON.parse(await readFile(join(stack.configuration.directory, name), 'utf8'));
}

/** The events of a call, which are lines. @param {string} socketPath @param {unknown} wish */
function events(socketPath, wish) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method: 'POST', path: '/ids/capture', agent: false }, async (response) => {
      let text = '';
      for await (const piece of response.setEncoding('utf8')) text += piece;
      resolve(text.trimEnd().split('\n').map((line) => JSON.parse(line)));
    });
    request.on('error', reject).end(JSON.stringify(wish));
  });
}

describe('lmbridgectl ids', () => {
  /** @type {Stack} */
  let stack;
  /** @type {string} */
  let socket;
  before(async () => {
    stack = await startStack({ config: { session_id: '', message_id: '' } });
    socket = socketOf(stack.daemon);
  });
  after(() => stack?.close());

  test('has nothing to list and to test before the first capture, and says what to do', async () => {
    assert.equal((await ctl(['ids', 'list'], { socket })).stdout, 'there are no ids yet: lmbridgectl ids capture\n');
    const tested = await ctl(['ids', 'test'], { socket });
    assert.equal(tested.code, 1);
    assert.match(tested.stderr, /no default ids yet: lmbridgectl ids capture/);
    assert.match((await ctl(['status'], { socket })).stdout, /lmbridgectl ids capture/);
  });

  test('captures the default ids from a click on Retry, checks them and writes them', async () => {
    const capture = beginCapture(socket);
    await capture.armed;
    assert.equal((await ctl(['page', 'click', '--text', 'Retry'], { socket })).code, 0);
    const { code, stdout, stderr } = await capture.ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Waiting for ids in 1 page, for 600 s; Ctrl-C ends it\.\n.*lmbridgectl live/);
    assert.match(stdout, new RegExp(`captured: session ${SESSION_ID}, message ${MESSAGE_ID}`));
    assert.match(stdout, /checked: the answer is "You asked: .*Reply with the single word OK/);
    assert.match(stdout, new RegExp(`config.jsonc:\n  session_id: "" -> "${SESSION_ID}"\n  message_id: "" -> "${MESSAGE_ID}"\n`));
    const config = await saved(stack);
    assert.equal(config.session_id, SESSION_ID);
    assert.equal(config.account, '0196a1b2');
    assert.ok(Date.parse(config.captured_at) > Date.now() - 60_000);
    // They are in force.
    const answer = await stack.openai.chat.completions.create({ model: 'heron-large', messages: [{ role: 'user', content: 'Hello' }] });
    assert.ok(answer.choices[0].message.content);
  });

  for (const [what, args, wanted] of /** @type {[string, string[], object][]} */ ([
    ['the ids of one model from a battle', ['--steps', `${STEPS}battle.jsonc`, '--model', OTHER, '--target', 'B'], { mode: 'battle', battle_target: 'B' }],
    ['one more session of a model', ['--steps', `${STEPS}direct.jsonc`, '--model', OTHER, '--append'], { mode: 'direct_chat' }],
  ])) {
    test(`captures ${what} by steps, without a hand on the mouse`, async () => {
      const before = await readFile(stack.configuration.file, 'utf8');
      const { code, stdout, stderr } = await ctl(['ids', 'capture', ...args], { socket });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /done: (battle|direct)\.jsonc:\d+: goto\n/);
      assert.match(stdout, /checked: /);
      const pool = [(await saved(stack, 'model_endpoint_map.json'))[OTHER]].flat();
      const { mode, battle_target: target } = pool.at(-1);
      assert.deepEqual({ mode, ...(target && { battle_target: target }) }, wanted);
      assert.equal(await readFile(stack.configuration.file, 'utf8'), before);
      // The page of the steps is gone.
      const { body } = await call(socket, 'GET', '/pages');
      assert.equal(body.pages.filter((/** @type {any} */ page) => page.context === null && !page.url.includes('mode=')).length, 0);
    });
  }

  test('lists them, tests them and removes them', async () => {
    const { stdout } = await ctl(['ids', 'list'], { socket });
    assert.match(stdout, new RegExp(`\\(default\\) +${SESSION_ID} +direct_chat +\\d{4}-.*0196a1b2`));
    const { body } = await call(socket, 'GET', '/ids');
    const [{ model, sessions }] = body.models;
    assert.equal(model, OTHER);
    assert.deepEqual(sessions.map((/** @type {any} */ each) => [each.mode, each.battle_target]), [['battle', 'B'], ['direct_chat', null]]);
    const tested = await ctl(['ids', 'test', '--all'], { socket });
    assert.equal(tested.code, 0, tested.stdout);
    assert.equal(tested.stdout.match(/  good: "You asked/g)?.length, 3);
    const removed = await ctl(['ids', 'remove', OTHER, '--session', sessions[0].session_id], { socket });
    assert.match(removed.stdout, /model_endpoint_map\.json:\n  heron-mini\[0\]: removed/);
    assert.equal((await ctl(['ids', 'remove', OTHER], { socket })).code, 0);
    assert.deepEqual(await saved(stack, 'model_endpoint_map.json'), {});
    const again = await ctl(['ids', 'remove', OTHER], { socket });
    assert.equal(again.code, 1);
    assert.match(again.stderr, /"heron-mini" has no sessions of its own/);
  });

  test('names those that were captured as another account, and those with which a question fails', async () => {
    const map = { [OTHER]: { session_id: '11111111-2222-4333-8444-555555555555', message_id: '11111111-2222-4333-8444-666666666666', account: 'other' } };
    await writeFile(join(stack.configuration.directory, 'model_endpoint_map.json'), JSON.stringify(map));
    await ctl(['reload'], { socket });
    const listed = await ctl(['ids', 'list'], { socket });
    assert.match(listed.stdout, /heron-mini .* stale: captured as another account \(other\); 0196a1b2 is signed in now/);
    const tested = await ctl(['ids', 'test', OTHER], { socket });
    assert.equal(tested.code, 1);
    assert.match(tested.stdout, /heron-mini {2}11111111-.* {2}bad: .*session/);
    const asJson = await ctl(['ids', 'test', OTHER, '--json'], { socket });
    assert.equal(asJson.code, 1);
    const lines = asJson.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ event }) => event), ['tested', 'done']);
    assert.equal(lines[0].error.code, 'stale_session_ids');
  });

  test('names those that the site refused, until it answers in them', async () => {
    const map = { [OTHER]: { session_id: '22222222-2222-4333-8444-555555555555', message_id: '22222222-2222-4333-8444-666666666666' } };
    await writeFile(join(stack.configuration.directory, 'model_endpoint_map.json'), JSON.stringify(map));
    await ctl(['reload'], { socket });
    assert.doesNotMatch((await ctl(['ids', 'list'], { socket })).stdout, /stale/);
    const asked = await ask(stack, { text: 'x' }, { model: OTHER });
    assert.equal(asked.error?.code, 'stale_session_ids');
    assert.match((await ctl(['ids', 'list'], { socket })).stdout, /heron-mini .* stale: the site did not know them at \d{4}-/);
    assert.match((await ctl(['status'], { socket })).stdout, /Next +the site refuses ids that are in use: lmbridgectl ids list names them/);
    const doctor = await ctl(['doctor'], { socket });
    assert.match(doctor.stdout, /^warning +ids of heron-mini: the site did not know them at .*\n +-> lmbridgectl ids capture --model "heron-mini"$/m);
    stack.arena.addSession({ sessionId: map[OTHER].session_id, messageId: map[OTHER].message_id });
    assert.equal((await ctl(['ids', 'test', OTHER], { socket })).code, 0);
    assert.doesNotMatch((await ctl(['ids', 'list'], { socket })).stdout, /stale/);
  });

  test('writes nothing when the question with what was captured fails', async () => {
    const before = await readFile(stack.configuration.file, 'utf8');
    const capture = beginCapture(socket, ['--json']);
    await capture.armed;
    // As a site does that has thrown the session away in the same moment.
    await ctl(['page', 'eval', "fetch('/nextjs-api/stream/retry-evaluation-session-message/aaaaaaaa-2222-4333-8444-555555555555/messages/"
      + "aaaaaaaa-2222-4333-8444-666666666666', {method: 'PUT', body: '{}'}).then(() => 1)"], { socket });
    const { code, stdout } = await capture.ended;
    assert.equal(code, 1, stdout);
    assert.match(stdout, /"event":"captured","session_id":"aaaaaaaa-/);
    assert.equal(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '').error.code, 'stale_session_ids');
    assert.equal(await readFile(stack.configuration.file, 'utf8'), before);
  });

  test('is disarmed by Ctrl-C, and by its time', async () => {
    const capture = beginCapture(socket);
    await capture.armed;
    capture.child.kill('SIGINT');
    await capture.ended;
    const before = await readFile(stack.configuration.file, 'utf8');
    await ctl(['page', 'click', '--text', 'Retry'], { socket });
    const late = await ctl(['ids', 'capture', '--timeout', '1'], { socket });
    assert.equal(late.code, 4);
    assert.match(late.stderr, /1 s/);
    assert.equal(await readFile(stack.configuration.file, 'utf8'), before);
  });

  test('says which step failed, and what is wrong with a file of steps', async () => {
    const file = join(stack.configuration.directory, 'steps.jsonc');
    await writeFile(file, '[\n  { "click": { "text": "Nobody wrote this" }, "timeout_seconds": 1 },\n]');
    const failed = await ctl(['ids', 'capture', '--steps', file], { socket });
    assert.equal(failed.code, 4);
    assert.match(failed.stderr, /steps\.jsonc:2: click: no element .*Nobody wrote this/);
    await writeFile(file, '[{ "jump": {} }]');
    assert.match((await ctl(['ids', 'capture', '--steps', file], { socket })).stderr, /steps\.jsonc:1:.*jump/);
    assert.match((await ctl(['ids', 'capture', '--steps', '/nowhere'], { socket })).stderr, /\/nowhere can't be used: No such file/);
  });

  test('refuses wishes that make no sense', async () => {
    for (const [wish, message] of /** @type {[object, RegExp][]} */ ([
      [{ append: true }, /needs a "model"/],
      [{ mode: 'duel' }, /"mode" must be/],
      [{ battle_target: 'C' }, /"battle_target" must be/],
      [{ timeout_seconds: 0 }, /"timeout_seconds" must be 1 to 86400/],
      [{ check: 'yes' }, /"check" must be true or false/],
      [{ steps: '' }, /"steps" must be a text/],
      [{ shells: [] }, /only these may be in it/],
    ])) {
      const { status, body } = await call(socket, 'POST', '/ids/capture', wish);
      assert.equal(status, 400);
      assert.match(body.error.message, message);
    }
  });

  test('spins on a terminal', async () => {
    const shown = await ctlOnTerminal(['ids', 'capture', '--timeout', '1'], { socket });
    assert.match(shown, /[|/\\-] waiting for a Retry/);
  });

  test('says each step of a capture as a line of JSON to scripts', async () => {
    const steps = await readFile(`${STEPS}direct.jsonc`, 'utf8');
    const said = await events(socket, { steps, steps_name: 'mine', model: 'kestrel-chat', check: false });
    assert.deepEqual([...new Set(said.map((/** @type {any} */ { event }) => event))], ['armed', 'step', 'captured', 'written']);
    assert.equal(said[1].place, 'mine:5: goto');
  });
});

describe("the predecessor's endpoints", () => {
  /** @type {Stack} */
  let stack;
  /** @type {string} */
  let socket;
  before(async () => {
    stack = await startStack({ config: { session_id: '', message_id: '' } });
    socket = socketOf(stack.daemon);
  });
  after(() => stack?.close());

  test('start a capture that writes the default ids', async () => {
    const from = stack.daemon.log.length;
    const { status, body } = await call(socket, 'POST', '/internal/start_id_capture');
    assert.equal(status, 200);
    assert.equal(body.status, 'success');
    await stack.daemon.logged('a capture of ids goes on', from);
    const again = await call(socket, 'POST', '/internal/start_id_capture');
    assert.equal(again.status, 400);
    await ctl(['page', 'click', '--text', 'Retry'], { socket });
    await stack.daemon.logged('the configuration was reloaded', from);
    assert.equal((await saved(stack)).session_id, SESSION_ID);
  });

  test('write available_models.json from the page, and from HTML that is sent', async () => {
    const from = stack.daemon.log.length;
    assert.equal((await call(socket, 'POST', '/internal/request_model_update')).body.status, 'success');
    const html = await (await fetch(stack.arena.http)).text();
    const sent = await new Promise((resolve, reject) => {
      const request = http.request({ socketPath: socket, method: 'POST', path: '/internal/update_available_models', agent: false },
        (response) => { response.resume().on('end', () => resolve(response.statusCode)); });
      request.on('error', reject).end(html);
    });
    assert.equal(sent, 200);
    assert.ok((await saved(stack, 'available_models.json')).length > 5);
    assert.equal((await call(socket, 'POST', '/internal/update_available_models', 'nothing')).status, 500);
    assert.equal((await call(socket, 'POST', '/internal/update_available_models')).status, 400);
    assert.ok(!stack.daemon.log.slice(from).some(({ level }) => level === 'error'));
  });
});

describe('lmbridgectl models update', () => {
  /** @type {Stack} */
  let stack;
  /** @type {string} */
  let socket;
  before(async () => {
    stack = await startStack();
    socket = socketOf(stack.daemon);
    await ctl(['models', 'remove', OTHER], { socket });
    await ctl(['models', 'add', 'gone', '--id', 'c6341952-952d-4a5a-86ab-61e407667a75'], { socket });
  });
  after(() => stack?.close());

  test('shows the difference and changes nothing without --apply', async () => {
    const before = await saved(stack, 'models.json');
    const { code, stdout } = await ctl(['models', 'update'], { socket });
    assert.equal(code, 0);
    assert.match(stdout, /^\+ heron-mini \(text\)\n- gone\n/);
    assert.match(stdout, /the site lists \d+ models; they are in .*available_models\.json\n.*models\.json is as it was: --apply/);
    assert.deepEqual(await saved(stack, 'models.json'), before);
  });

  test('puts what is new into models.json, and takes out what is gone on request alone', async () => {
    const applied = await ctl(['models', 'update', '--apply'], { socket });
    assert.match(applied.stdout, /models\.json: 1 added, 0 changed, 1 kept that the site does not list \(--remove\)\n/);
    assert.ok('gone' in await saved(stack, 'models.json'));
    assert.ok(OTHER in await saved(stack, 'models.json'));
    const removed = await ctl(['models', 'update', '--apply', '--remove', '--json'], { socket });
    assert.deepEqual([JSON.parse(removed.stdout).removed, JSON.parse(removed.stdout).applied], [1, true]);
    assert.ok(!('gone' in await saved(stack, 'models.json')));
  });

  test('does it by itself when models.refresh_hours says so', async (t) => {
    await ctl(['models', 'remove', OTHER], { socket });
    // The list was written a moment ago, so that it is not due before an hour has passed.
    await ctl(['config', 'set', 'models.refresh_hours', '1'], { socket });
    assert.ok(!(OTHER in await saved(stack, 'models.json')));
    const old = new Date(Date.now() - 2 * 3600 * 1000);
    await utimes(join(stack.configuration.directory, 'available_models.json'), old, old);
    // Another daemon on the same files.
    await stack.daemon.stop();
    const daemon = new Daemon(stack.configuration);
    t.after(() => daemon.stop());
    await daemon.logged("the site's list of models was read");
    assert.ok(OTHER in await saved(stack, 'models.json'));
  });
});
