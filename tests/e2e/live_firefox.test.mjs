// The live view in Firefox: what differs between browsers, once over.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import puppeteer from 'puppeteer-core';

import { untilReadiness } from './support/asking.mjs';
import { VULNERABLE } from './support/faults.mjs';
import { LiveCommand, sharpPicture, SteeredPage } from './support/live.mjs';
import { startStack } from './support/stack.mjs';

/** @param {import('puppeteer-core').Page} page @param {import('puppeteer-core').KeyInput} key */
async function withControl(page, key) {
  await page.keyboard.down('Control');
  await page.keyboard.press(key);
  await page.keyboard.up('Control');
}

describe('a live view in Firefox', () => {
  /** @type {Awaited<ReturnType<typeof startStack>>} */
  let stack;
  /** @type {import('puppeteer-core').Browser} */
  let browser;
  /** @type {LiveCommand} */
  let command;
  /** @type {import('puppeteer-core').Page} */
  let page;
  /** @type {SteeredPage} */
  let steered;
  /** @type {string[]} */
  const problems = [];

  before(async () => {
    stack = await startStack({ config: { ...VULNERABLE, retry_timeout_seconds: 30 } });
    browser = await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true });
    command = new LiveCommand(stack.daemon);
    page = await browser.newPage();
    page.on('pageerror', (error) => { problems.push(String(error)); });
    page.on('console', (message) => { if (['error', 'warn'].includes(message.type())) problems.push(message.text()); });
    await page.setViewport({ width: 1280, height: 800 });
    await page.goto(await command.link());
    await sharpPicture(page);
    steered = new SteeredPage(stack.daemon, page);
  });
  after(async () => {
    await browser?.close();
    await command?.stop();
    await stack?.close();
  });

  /** @param {string} selector the place of that element in the steered page */
  async function click(selector) {
    const { x, y } = await steered.placeOf(selector);
    await page.mouse.click(x, y);
  }

  test('takes clicks, keys and the wheel', async () => {
    await click('#prompt');
    await withControl(page, 'a');
    await page.keyboard.type('Grüße, 🦊');
    await page.keyboard.press('Enter');
    await steered.until("document.querySelector('#prompt').value === 'Grüße, 🦊\\n'");
    await steered.evaluate(`document.body.insertAdjacentHTML('beforeend', '<div style="height:5000px"></div>')`);
    const { x, y } = await steered.placeOf('h1');
    await page.mouse.move(x, y);
    await page.mouse.wheel({ deltaY: 300 });
    await steered.until('scrollY > 100');
    await steered.evaluate('document.body.lastElementChild.remove()');
  });

  test('pastes', async () => {
    await page.click('#address');
    await withControl(page, 'a');
    await page.keyboard.type('pasted 中文');
    await withControl(page, 'a');
    await withControl(page, 'c');
    await click('#prompt');
    await withControl(page, 'v');
    await steered.until("document.querySelector('#prompt').value.includes('pasted 中文')");
  });

  test('signs in on the form of the site', async () => {
    stack.arena.mode({ signed_out: true, require_sign_in: true });
    await steered.evaluate('location.reload()');
    await steered.until("document.querySelector('#email')");
    await click('#email');
    await page.keyboard.type('visitor@arena.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type('swordfish');
    await page.keyboard.press('Enter');
    await steered.until("!document.querySelector('#email') && document.querySelector('#prompt')");
    await untilReadiness(stack, ({ http }) => http === 200);
  });

  test('is there again when the page is loaded anew, and broke no rule of the page on the way', async () => {
    await page.reload();
    await sharpPicture(page);
    assert.deepEqual(problems, []);
  });
});
