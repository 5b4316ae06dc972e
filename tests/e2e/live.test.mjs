// The live view, from the command to a person's browser and back into the page.

import assert from 'node:assert/strict';
import net from 'node:net';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { ask, untilReadiness } from './support/asking.mjs';
import { ctl, ctlOnTerminal, socketOf } from './support/control.mjs';
import { openPages } from './support/devtools.mjs';
import { VULNERABLE } from './support/faults.mjs';
import { LiveCommand, openViewerBrowser, picturesOf, sharpPicture, SteeredPage } from './support/live.mjs';
import { patience, startStack } from './support/stack.mjs';

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */
/** @typedef {Awaited<ReturnType<typeof openViewerBrowser>>} Viewer */

/** @type {Stack} */
let stack;
/** @type {LiveCommand[]} */
let commands = [];
/** @type {Viewer | undefined} */
let viewer;

/** @param {...string} args */
function startCommand(...args) {
  const command = new LiveCommand(stack.daemon, ...args);
  commands.push(command);
  return command;
}

/**
 * A person with a fresh link and a picture.
 * @param {{options?: import('playwright-core').BrowserContextOptions, args?: string[]}} [options]
 */
async function look({ options, args = [] } = {}) {
  const command = startCommand(...args);
  const link = await command.link();
  viewer = await openViewerBrowser(options);
  const page = await viewer.context.newPage();
  await page.goto(link);
  await sharpPicture(page);
  await command.next('viewer_came');
  return { command, page, link, steered: new SteeredPage(stack.daemon, page) };
}

/** @param {import('playwright-core').Page} page @param {string | RegExp} text */
const untilNotice = (page, text) => page.locator('#notice').filter({ hasText: text }).waitFor();

afterEach(async () => {
  await viewer?.browser.close();
  viewer = undefined;
  await Promise.all(commands.map((command) => command.stop()));
  commands = [];
});

describe('a live view', () => {
  before(async () => { stack = await startStack({ config: { ...VULNERABLE, retry_timeout_seconds: 30 } }); });
  beforeEach(async () => {
    stack.arena.reset();
    await untilReadiness(stack, ({ http }) => http === 200);
  });
  after(() => stack?.close());

  test('is not there unless a command holds it open, and is gone with the command', async () => {
    /** @param {string} path */
    const status = async (path) => (await fetch(stack.daemon.origin + path, { redirect: 'manual' })).status;
    const paths = ['/live', '/live/', '/live/live.js', '/live/socket'];
    for (const path of paths) assert.equal(await status(path), 404, path);
    const { command, page } = await look();
    assert.deepEqual(await Promise.all(paths.map(status)), [308, 200, 200, 403]);
    assert.equal(await status('/live/../config.jsonc'), 404);
    assert.equal(await status('/live/nothing'), 404);
    assert.equal(await command.stop(), 0);
    await untilNotice(page, 'The live view has ended');
    for (const path of paths) assert.equal(await status(path), 404, path);
  });

  test('lets nothing foreign into its page, and nobody frame or keep it', async () => {
    const command = startCommand();
    const { headers } = await fetch(await command.link());
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.ok(!/unsafe|\*|http/.test(policy));
    assert.deepEqual(
      ['x-frame-options', 'referrer-policy', 'cache-control', 'x-content-type-options'].map((name) => headers.get(name)),
      ['DENY', 'no-referrer', 'no-store', 'nosniff']);
  });

  test('breaks none of its own rules in a browser', async () => {
    /** @type {string[]} */
    const problems = [];
    const command = startCommand();
    viewer = await openViewerBrowser();
    const page = await viewer.context.newPage();
    page.on('console', (message) => { if (message.type() !== 'info') problems.push(message.text()); });
    page.on('pageerror', (error) => { problems.push(String(error)); });
    await page.goto(await command.link());
    await sharpPicture(page);
    await page.locator('#pages-button').click();
    assert.deepEqual(problems, []);
  });

  test('keeps the token out of the log and out of the address', async () => {
    const { page, link } = await look();
    const token = new URL(link).hash.slice(1);
    assert.match(token, /^[\w-]{43}$/);
    assert.equal(new URL(page.url()).hash, '');
    assert.ok(!stack.daemon.transcript().includes(token));
    const resume = await page.evaluate(() => sessionStorage.getItem('lmbridge live view') ?? '');
    assert.match(resume, /^[\w-]{43}$/);
    assert.ok(resume !== token && !stack.daemon.transcript().includes(resume));
  });

  test('says in the log who came, from where, and that it is over', async () => {
    const from = stack.daemon.log.length;
    const { command } = await look();
    assert.match((await stack.daemon.logged('a viewer has come', from)).address, /^127\.0\.0\.1:\d+$/);
    await command.stop();
    assert.equal((await stack.daemon.logged('a viewer has gone', from)).reason, 'ended');
  });

  test('lets a person sign in on the form of the site, and requests are answered then', async () => {
    stack.arena.mode({ signed_out: true, require_sign_in: true });
    const waiting = ask(stack, { text: 'Signed in.' });
    await untilReadiness(stack, ({ status }) => status === 'needs_sign_in');
    const { page, steered } = await look();
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
    const { page, steered } = await look();
    await page.locator('#banner').filter({ hasText: 'a person is here' }).waitFor();
    await steered.until("document.querySelector('#human')");
    await steered.click('#human');
    assert.equal((await waiting).text, 'Human.');
  });

  test('takes keys with modifiers, in every script, and what an input method makes', async () => {
    const { page, steered } = await look();
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
    const { page, steered } = await look({ options: { permissions: ['clipboard-read', 'clipboard-write'] } });
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
    const { page, steered } = await look();
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
    const { page, steered } = await look({ options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } });
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
    const { page, steered } = await look();
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
    const { page } = await look();
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

  test('begins with the page that the command names, or says which there are', async () => {
    const [own] = await openPages(stack.daemon);
    const { targetId } = await own.call('Target.createTarget', { url: `${stack.arena.http}/named` });
    const { page } = await look({ args: ['--page', targetId.slice(0, 12)] });
    await page.waitForFunction(() => /named/.test(/** @type {HTMLInputElement} */ (document.querySelector('#address')).value));
    await own.call('Target.closeTarget', { targetId });
    own.close();
  });

  test('hands on the dialogs of a page with their answers, and says that files are refused', async () => {
    const { page, steered } = await look();
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

  test('is there again after its page is loaded anew, for the same person', async () => {
    const { page, command } = await look();
    await page.reload();
    await sharpPicture(page);
    await command.next('viewer_left');
    await command.next('viewer_came');
  });

  test('comes back by itself when the connection breaks', async () => {
    /** @type {Set<net.Socket>} */
    const sockets = new Set();
    const { port } = new URL(stack.daemon.origin);
    const proxy = net.createServer((client) => {
      const server = net.connect(Number(port), '127.0.0.1');
      for (const [from, to] of [[client, server], [server, client]]) {
        sockets.add(from);
        from.on('error', () => {}).on('close', () => to.destroy());
        from.pipe(to);
      }
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => { proxy.once('listening', resolve); });
    const address = `http://127.0.0.1:${/** @type {net.AddressInfo} */ (proxy.address()).port}`;
    const { page, link } = await look({ args: ['--base-url', `${address}/`] });
    assert.ok(link.startsWith(`${address}/live/#`));
    const shown = await picturesOf(page);
    for (const socket of sockets) socket.destroy();
    await untilNotice(page, 'Reconnecting');
    await sharpPicture(page, shown);
    assert.equal(await page.locator('#state').getAttribute('data-state'), 'open');
    proxy.close();
  });

  test('goes to who comes with a newer link; the other is told, and may not come back', async () => {
    const first = await look();
    const command = startCommand();
    const page = await /** @type {Viewer} */ (viewer).context.newPage();
    await page.goto(await command.link());
    await sharpPicture(page);
    await untilNotice(first.page, 'Somebody else looks now');
    assert.equal((await first.command.next('viewer_left')).reason, 'replaced');
    assert.equal((await first.command.next('ended')).reason, 'replaced');
    assert.equal(await first.command.exited, 0);
    await first.page.reload();
    await untilNotice(first.page, 'does not open anything');
    assert.equal(await page.locator('#state').getAttribute('data-state'), 'open');
  });

  test('is told of on a terminal, with the way to it from elsewhere, until Ctrl-C', async () => {
    const shown = await ctlOnTerminal(['live'], { socket: socketOf(stack.daemon), input: '\x03', inputAfter: /Ctrl-C/ });
    assert.match(shown, /Open this link in a browser, once, within 10 min:/);
    assert.match(shown, /ssh -L (\d+):127\.0\.0\.1:\1 SERVER/);
    assert.match(shown, /The live view has ended\.\r\n$/);
  });

  test('a link opens once', async () => {
    const { link, page } = await look();
    const other = await /** @type {Viewer} */ (viewer).context.newPage();
    await other.goto(link);
    await untilNotice(other, 'This link has been used');
    assert.equal(await page.locator('#state').getAttribute('data-state'), 'open');
  });

  test('shows the page of the next browser when this one dies', async () => {
    const { page } = await look();
    const shown = await picturesOf(page);
    await stack.daemon.killBrowserProcess('browser');
    await sharpPicture(page, shown);
    assert.equal(await page.locator('#state').getAttribute('data-state'), 'open');
  });

  test('shows nothing more of a page that stands still, and what moves soon', async (t) => {
    const { page, steered } = await look();
    const before = await picturesOf(page);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(await picturesOf(page), before);
    await steered.evaluate(`window.timer = setInterval(() => { document.querySelector('h1').textContent = performance.now(); }, 10)`);
    const moving = await picturesOf(page);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const shown = await picturesOf(page) - moving;
    await steered.evaluate('clearInterval(window.timer)');
    t.diagnostic(`${shown} pictures in 2 s`);
    assert.ok(shown >= 8 / patience && shown <= 24, `${shown} pictures in 2 s`);
  });
});

describe('the speed of a live view', () => {
  before(async () => { stack = await startStack({ config: VULNERABLE }); });
  after(() => stack?.close());

  test('shows soon what a click has done', async (t) => {
    const { page, steered } = await look();
    await steered.evaluate("addEventListener('mousedown', () => { document.body.style.background = `hsl(${Math.random() * 360} 50% 50%)`; })");
    const { x, y } = await steered.placeOf('h1');
    await page.evaluate(() => {
      /** @type {number[]} */
      const times = [];
      let pressed = 0;
      Object.assign(globalThis, { times });
      addEventListener('mousedown', () => { pressed = performance.now(); }, true);
      new MutationObserver(() => {
        if (pressed) times.push(performance.now() - pressed);
        pressed = 0;
      }).observe(/** @type {Element} */ (document.querySelector('#picture')), { attributeFilter: ['data-pictures'] });
    });
    for (let i = 0; i < 15; i += 1) {
      const shown = await picturesOf(page);
      await page.mouse.click(x, y);
      // The sharp one of this comes before the next.
      await sharpPicture(page, shown + 1);
      // People are not faster.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    /** @type {number[]} */
    const times = await page.evaluate('times');
    times.sort((a, b) => a - b);
    const [middle, worst] = [times[Math.floor(times.length / 2)], times.at(-1)];
    t.diagnostic(`${times.length} clicks: ${middle.toFixed(0)} ms to the new picture in the middle, ${worst?.toFixed(0)} ms at worst`);
    assert.ok(middle < 250 * patience, `${middle} ms`);
  });
});

describe('a live view that is left alone', () => {
  before(async () => { stack = await startStack({ config: { ...VULNERABLE, live_view: { link_seconds: 1, idle_seconds: 2 } } }); });
  after(() => stack?.close());

  test('has links that expire', async () => {
    viewer = await openViewerBrowser();
    const page = await viewer.context.newPage();
    const command = startCommand();
    const link = await command.link();
    assert.equal((await command.next('ended')).reason, 'expired');
    assert.equal(await command.exited, 4);
    assert.equal((await page.goto(link))?.status(), 404);
    await startCommand().link();
    await page.goto('about:blank');
    await page.goto(link);
    await untilNotice(page, 'This link has expired');
  });

  test('says on the command line that nobody came', async () => {
    const { code, stdout, stderr } = await ctl(['live'], { socket: socketOf(stack.daemon) });
    assert.equal(code, 4);
    assert.match(stdout, /^Open this link in a browser, once, within 1 s:\n\n {2}http:\/\/127\.0\.0\.1:\d+\/live\/#[\w-]{43}\n\nThe live view ends with this command: Ctrl-C\.\n$/);
    assert.equal(stderr, 'lmbridgectl: nobody opened the link in time; run this again for another one\n');
  });

  test('ends when nothing is done in it', async () => {
    const { page, command } = await look();
    await untilNotice(page, 'Nothing was done here for a long time');
    assert.equal((await command.next('viewer_left')).reason, 'idle');
    assert.equal((await command.next('ended')).reason, 'idle');
    assert.equal(await command.exited, 0);
  });
});

describe('a daemon that stops', () => {
  before(async () => { stack = await startStack({ config: VULNERABLE }); });
  after(() => stack?.close());

  test('tells the viewer and the command, and does not wait for them', async () => {
    const { page, command } = await look();
    const begun = performance.now();
    await stack.daemon.stop();
    assert.ok(performance.now() - begun < 5000);
    await untilNotice(page, 'Reconnecting');
    assert.equal((await command.next('viewer_left')).reason, 'stopping');
    assert.equal((await command.next('ended')).reason, 'stopping');
  });
});
