// The page in which a person looks at a page of the daemon's browser and acts in it.

import { Connection } from './connection.js';
import { Dialogs } from './dialogs.js';
import { Keyboard } from './keyboard.js';
import { Notices } from './notices.js';
import { followPointer } from './pointer.js';
import { Screen } from './screen.js';
import { Toolbar } from './toolbar.js';

/** @param {object} message */
const send = (message) => connection.send(message);

const notices = new Notices(() => connection.retry());
const dialogs = new Dialogs(send);
const keyboard = new Keyboard(send, (text) => notices.say(text));
const toolbar = new Toolbar(send, () => focusPage());
const screen = new Screen({
  onShown: () => send({ shown: {} }),
  onResize: (size) => send({ screen: size }),
});
const isTouched = matchMedia('(pointer: coarse)');

/** A keyboard on a screen comes only when it is asked for. */
function focusPage() {
  if (!isTouched.matches) keyboard.focus();
}

followPointer(screen, send, (point) => {
  keyboard.moveTo(screen.attend(point));
  focusPage();
});

/** What each message of the daemon does. @type {Record<string, (body: any) => void>} */
const ACTIONS = {
  frame: (about) => screen.announce(about),
  address: (address) => toolbar.showAddress(address),
  dialog: (dialog) => dialogs.show(dialog),
  dialog_closed: () => dialogs.close(),
  message: ({ text }) => notices.say(text),
  waiting_for: ({ text }) => notices.waitingFor(text),
  pages: ({ list }) => toolbar.showPages(list),
  showing: ({ page }) => showing(page),
};

/** @param {string} page empty while there is none */
function showing(page) {
  dialogs.close();
  toolbar.showPage(page);
  toolbar.setLive(page !== '');
  if (page) notices.live();
  else notices.withoutPage();
}

const connection = new Connection({
  onOpen: () => {
    send({ screen: screen.measure() });
    focusPage();
  },
  onMessage: (message) => {
    for (const [name, body] of Object.entries(message)) ACTIONS[name]?.(body);
  },
  onPicture: (bytes) => screen.show(bytes),
  onTrying: (tries) => {
    toolbar.setLive(false);
    notices.connecting(tries);
  },
  onOver: (reason) => {
    toolbar.setLive(false);
    dialogs.close();
    keyboard.leave();
    notices.over(reason);
  },
});
connection.start();
