// What a person does in the live view arrives in the page: clicks, keys, texts, fingers, and what stands in the bar.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { SESSION_ID } from '../arena/arena.mjs';
import { ask, untilReadiness } from './support/asking.mjs';
import { beginCapture, ctl, socketOf } from './support/control.mjs';
import { openPages } from './support/devtools.mjs';
import { VULNERABLE } from './support/faults.mjs';
import { Visits } from './support/live.mjs';
import { startStack } from './support/stack.mjs';

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */

/** @type {Stack} */
let stack;
const visits = new Visits(() => stack.daemon);

afterEach(() => visits.end());

describe('a person in a live view', () => {
  before(async () => { stack = await startStack({ config: { ...VULNERABLE, retry_timeout_seconds: 120 } }); });
  beforeEach(async () => {
    stack.arena.reset();
    await untilReadiness(stack, ({ http }) => http === 200);
  });
  after(() => stack?.close());

  test('lets a person sign in on the form of the site, and requests are answered then', async () => {
    stack.arena.mode({ signed_out: true, require_sign_in: true });
    const waiting = ask(stack, { text: 'Signed in.' });
    await untilReadiness(stack, ({ status }) => status === 'needs_sign_in');
    const { page, steered } = await visits.look();
    await page.locator('#banner').filter({ hasText: 'The site wants somebody to sign in.' }).waitFor();
    await steered.until("document.querySelector('#email')");
    await steered.click('#email');
    await page.keyboard.type('visitor@arena.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await steered.until("document.querySelector('#signin-problem').textContent === 'That is not the password.'");
    await steered.click('#password');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('swordfish');
    await steered.click('#signin');
    await steered.until("!document.querySelector('#email') && document.querySelector('#prompt')");
    assert.equal((await waiting).text, 'Signed in.');
    await page.locator('#banner').waitFor({ state: 'hidden' });
  });

  test('shows the challenge of the site and takes the click that answers it', async () => {
    stack.arena.mode({ challenge: 'all', challenge_until_solved: true });
    const waiting = ask(stack, { text: 'Human.' });
    const { page, steered } = await visits.look();
    await page.locator('#banner').filter({ hasText: 'a person is here' }).waitFor();
    await steered.until("document.querySelector('#human')");
    await steered.click('#human');
    assert.equal((await waiting).text, 'Human.');
  });

  test('tells what a capture of ids waits for, and the click on Retry gives them', async () => {
    const capture = beginCapture(socketOf(stack.daemon), ['--model', 'heron-mini']);
    await capture.armed;
    const { page, steered } = await visits.look();
    await page.locator('#banner').filter({ hasText: 'press Retry under an answer' }).waitFor();
    await steered.click('#retry');
    const { code, stdout, stderr } = await capture.ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`captured: session ${SESSION_ID}`));
    await page.locator('#banner').waitFor({ state: 'hidden' });
    assert.equal((await ctl(['ids', 'test', 'heron-mini'], { socket: socketOf(stack.daemon) })).code, 0);
  });

  test('takes keys with modifiers, in every script, and what an input method makes', async () => {
    const { page, steered } = await visits.look();
    const value = "document.querySelector('#prompt').value";
    await steered.click('#prompt');
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.type('aB1?');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await steered.until(`${value} === 'aB1\\n'`);
    const input = await page.context().newCDPSession(page);
    await input.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 });
    await page.locator('#typing.composing').waitFor();
    await input.send('Input.insertText', { text: '你好' });
    await steered.until(`${value} === 'aB1\\n你好'`);
    // A keyboard on a screen presses no keys.
    await input.send('Input.insertText', { text: ' — 🦊' });
    await steered.until(`${value} === 'aB1\\n你好 — 🦊'`);
    await page.keyboard.press('Control+Z');
    await steered.until(`${value} !== 'aB1\\n你好 — 🦊'`);
  });

  test('pastes texts that are larger than a message may be', async () => {
    const { page, steered } = await visits.look({ options: { permissions: ['clipboard-read', 'clipboard-write'] } });
    const line = `${'a line of text, 🦊 and "quotes" '.repeat(10)}\n`;
    const text = `${line.repeat(400)}end`;
    assert.ok(text.length > 100_000);
    await steered.click('#prompt');
    await page.keyboard.press('Control+A');
    await page.evaluate((given) => navigator.clipboard.writeText(given), text);
    await page.keyboard.press('Control+V');
    await steered.until("document.querySelector('#prompt').value.endsWith('\\nend')");
    assert.equal(await steered.evaluate("document.querySelector('#prompt').value"), text);
    await page.evaluate(() => navigator.clipboard.writeText('x\n'.repeat(2000)));
    await page.keyboard.press('Control+V');
    await page.locator('.message').filter({ hasText: 'too many lines' }).waitFor();
  });

  test('takes the wheel, the other mouse buttons, double clicks and drags', async () => {
    const { page, steered } = await visits.look();
    await steered.evaluate(`document.body.insertAdjacentHTML('beforeend', '<div style="height:5000px"></div>');
      window.seen = []; for (const type of ['contextmenu', 'dblclick', 'auxclick']) addEventListener(type, ({ button }) => seen.push(type + button))`);
    const { x, y } = await steered.placeOf('header p');
    await page.mouse.dblclick(x, y);
    await steered.until('/^\\w+/.test(getSelection().toString())');
    await page.mouse.click(x, y, { button: 'right' });
    await page.mouse.click(x, y, { button: 'middle' });
    await steered.until("seen.join() === 'dblclick0,contextmenu2,auxclick2,auxclick1' || seen.join() === 'dblclick0,auxclick2,contextmenu2,auxclick1'");
    await page.mouse.wheel(0, 400);
    await steered.until('scrollY > 300');
    await steered.evaluate('scrollTo(0, 0)');
    const from = await steered.placeOf('header p');
    await page.mouse.move(from.x - 200, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 200, from.y, { steps: 4 });
    // Beyond the picture, too.
    await page.mouse.move(from.x + 220, 5);
    await page.mouse.up();
    await steered.until('getSelection().toString().length > 20');
    await steered.evaluate('getSelection().removeAllRanges()');
    await steered.evaluate('document.body.lastElementChild.remove()');
  });

  test('is used from a phone with fingers: taps, swipes and long presses, at the size of the phone', async () => {
    const { page, steered } = await visits.look({ options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } });
    assert.equal(await steered.evaluate('innerWidth'), 390);
    assert.ok(await steered.evaluate('navigator.maxTouchPoints > 0'));
    await steered.evaluate(`document.body.insertAdjacentHTML('beforeend', '<div style="height:5000px"></div>');
      window.seen = []; for (const type of ['click', 'contextmenu']) document.querySelector('h1').addEventListener(type, () => seen.push(type))`);
    const { x, y } = await steered.placeOf('h1');
    await page.touchscreen.tap(x, y);
    await steered.until("seen.join() === 'click'");
    const input = await page.context().newCDPSession(page);
    /** @param {string} type @param {number} [at] */
    const touch = (type, at) => input.send('Input.dispatchTouchEvent', {
      type: /** @type {any} */ (type), touchPoints: at === undefined ? [] : [{ x, y: at }],
    });
    await touch('touchStart', 700);
    for (let at = 680; at >= 300; at -= 20) await touch('touchMove', at);
    await touch('touchEnd');
    await steered.until('scrollY > 200');
    await steered.evaluate('scrollTo(0, 0)');
    // A long press is one because of the time that it takes.
    await steered.evaluate(`window.presses = []; for (const type of ['touchstart', 'touchend']) addEventListener(type, () => presses.push(performance.now()))`);
    const again = await steered.placeOf('h1');
    await touch('touchStart', again.y);
    await steered.until('presses.length === 1');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await touch('touchEnd');
    await steered.until('presses.length === 2 && presses[1] - presses[0] > 900');
    // Keyboards on a screen come when they are asked for.
    assert.notEqual(await page.evaluate(() => document.activeElement?.id), 'typing');
    await page.locator('#keyboard').tap();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'typing');
    await steered.evaluate('document.body.lastElementChild.remove()');
  });

  test('goes to an address, back, forward and anew, and to no files', async () => {
    const { page, steered } = await visits.look();
    const address = page.locator('#address');
    const home = await address.inputValue();
    await address.fill(`${stack.arena.http}/elsewhere?mode=battle`);
    await address.press('Enter');
    await steered.until("location.pathname === '/elsewhere'");
    await page.waitForFunction(() => /elsewhere/.test(/** @type {HTMLInputElement} */ (document.querySelector('#address')).value));
    await page.locator('#back').click();
    await steered.until("location.pathname === '/'");
    await page.locator('#forward').click();
    await steered.until("location.pathname === '/elsewhere'");
    await steered.evaluate('window.old = true');
    await page.locator('#reload').click();
    await steered.until("!window.old && document.readyState === 'complete'");
    await address.fill('file:///etc/passwd');
    await address.press('Enter');
    await page.locator('.message').filter({ hasText: "can't be sent" }).waitFor();
    await address.fill(home);
    await address.press('Enter');
    await steered.until("location.pathname === '/'");
  });

  test('lists the pages with their states, changes between them, and goes back when one is closed', async () => {
    const { page } = await visits.look();
    const [own] = await openPages(stack.daemon);
    const { targetId } = await own.call('Target.createTarget', { url: `${stack.arena.http}/second` });
    await page.locator('#pages-button').click();
    const items = page.locator('#page-list button');
    await items.filter({ hasText: '/second' }).waitFor();
    assert.match(await items.filter({ hasNotText: '/second' }).innerText(), /ready/);
    await items.filter({ hasText: '/second' }).click();
    await page.waitForFunction(() => /second/.test(/** @type {HTMLInputElement} */ (document.querySelector('#address')).value));
    assert.equal(await page.locator('#page-list [aria-current=page] .url').textContent(), `${stack.arena.http}/second`);
    await own.call('Target.closeTarget', { targetId });
    own.close();
    await page.waitForFunction((url) => /** @type {HTMLInputElement} */ (document.querySelector('#address')).value === url, `${stack.arena.http}/`);
    await page.locator('.message').filter({ hasText: 'the page was closed' }).waitFor();
  });

  test('hands on the dialogs of a page with their answers, and says that files are refused', async () => {
    const { page, steered } = await visits.look();
    await steered.evaluate("setTimeout(() => { window.answer = confirm('Really?'); })");
    await page.locator('#dialog').filter({ hasText: 'Really?' }).waitFor();
    await page.locator('#dialog-yes').click();
    await steered.until('window.answer === true');
    await steered.evaluate("setTimeout(() => { window.name = prompt('Your name?', 'nobody') ?? ''; })");
    await page.locator('#dialog').filter({ hasText: 'Your name?' }).waitFor();
    assert.equal(await page.locator('#dialog-input').inputValue(), 'nobody');
    await page.locator('#dialog-input').fill('Ada');
    await page.keyboard.press('Enter');
    await steered.until("window.name === 'Ada'");
    await steered.evaluate("setTimeout(() => { window.answer = confirm('Again?'); })");
    await page.locator('#dialog').filter({ hasText: 'Again?' }).waitFor();
    await page.keyboard.press('Escape');
    await steered.until('window.answer === false');
    await steered.evaluate(`document.querySelector('header').insertAdjacentHTML('beforeend', '<input type="file" id="file">')`);
    await steered.click('#file');
    await page.locator('.message').filter({ hasText: "Files can't be chosen here" }).waitFor();
    await steered.evaluate("document.querySelector('#file').remove()");
  });
});
