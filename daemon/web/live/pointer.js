// Mouse, wheel and fingers over the picture, as the page shall feel them.

import { modifiersOf } from './keys.js';

/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {(message: object) => void} Send */

const BUTTONS = ['left', 'middle', 'right', 'back', 'forward'];
/** Of a wheel that counts lines or pages, in pixels. */
const LINE = 32;
const PAGE = 600;

/**
 * @param {Screen} screen
 * @param {Send} send
 * @param {(point: {clientX: number, clientY: number}) => void} onPress
 */
export function followPointer(screen, send, onPress) {
  followMouse(screen, send, onPress);
  followWheel(screen, send);
  followTouch(screen, send, onPress);
}

/** @param {Screen} screen @param {Send} send @param {(point: MouseEvent) => void} onPress */
function followMouse(screen, send, onPress) {
  const { canvas } = screen;
  /** @param {string} action @param {MouseEvent} event @param {string} button @param {number} clicks */
  const tell = (action, event, button, clicks) => send({
    mouse: {
      action, ...screen.placeOf(event), button, buttons: event.buttons & 31, modifiers: modifiersOf(event), click_count: Math.min(clicks, 3),
    },
  });
  let isPressed = false;
  /** @type {MouseEvent | undefined} */
  let moved;

  function tellMove() {
    if (moved) tell('move', moved, moved.buttons & 1 ? 'left' : 'none', 0);
    moved = undefined;
  }
  addEventListener('mousemove', (event) => {
    if (!isPressed && event.target !== canvas) return;
    if (!moved) requestAnimationFrame(tellMove);
    moved = event;
  });
  canvas.addEventListener('mousedown', (event) => {
    // The focus stays where what is typed goes.
    event.preventDefault();
    isPressed = true;
    tellMove();
    onPress(event);
    tell('press', event, BUTTONS[event.button] ?? 'none', event.detail || 1);
  });
  addEventListener('mouseup', (event) => {
    if (!isPressed) return;
    if (event.buttons === 0) isPressed = false;
    tellMove();
    tell('release', event, BUTTONS[event.button] ?? 'none', event.detail || 1);
  });
  canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  // Side buttons would leave this page.
  canvas.addEventListener('auxclick', (event) => event.preventDefault());
}

/** @param {Screen} screen @param {Send} send */
function followWheel(screen, send) {
  let x = 0;
  let y = 0;
  /** @type {WheelEvent | undefined} */
  let turned;
  screen.canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const unit = [1, LINE, PAGE][event.deltaMode] ?? 1;
    x += event.deltaX * unit;
    y += event.deltaY * unit;
    if (!turned) {
      requestAnimationFrame(() => {
        if (turned) send({ wheel: { ...screen.placeOf(turned), delta_x: x, delta_y: y, modifiers: modifiersOf(turned) } });
        turned = undefined;
        x = 0;
        y = 0;
      });
    }
    turned = event;
  }, { passive: false });
}

/** @param {Screen} screen @param {Send} send @param {(point: Touch) => void} onPress */
function followTouch(screen, send, onPress) {
  const { canvas } = screen;
  /** Browsers number touches as they like. @type {Map<number, number>} */
  const numbers = new Map();

  /** @param {Touch} touch */
  function numberOf(touch) {
    const known = numbers.get(touch.identifier);
    if (known !== undefined) return known;
    const used = new Set(numbers.values());
    let number = 0;
    while (used.has(number)) number += 1;
    numbers.set(touch.identifier, number);
    return number;
  }
  /** @param {string} action @param {TouchEvent} event @param {Touch[]} touches */
  const tell = (action, event, touches) => send({
    touch: { action, points: touches.map((touch) => ({ ...screen.placeOf(touch), id: numberOf(touch) })), modifiers: modifiersOf(event) },
  });
  /** @param {'start' | 'move'} action */
  const onTouches = (action) => (/** @type {TouchEvent} */ event) => {
    // Otherwise the browser would scroll and zoom this page, and make mouse events of it.
    event.preventDefault();
    if (action === 'start') onPress(event.changedTouches[0]);
    tell(action, event, [...event.targetTouches]);
  };
  /** @param {'end' | 'cancel'} action */
  const onEnd = (action) => (/** @type {TouchEvent} */ event) => {
    event.preventDefault();
    for (const { identifier } of event.changedTouches) numbers.delete(identifier);
    // An end is the end of all touches: those that stay begin anew.
    tell(action, event, []);
    if (event.targetTouches.length > 0) tell('start', event, [...event.targetTouches]);
  };
  canvas.addEventListener('touchstart', onTouches('start'), { passive: false });
  canvas.addEventListener('touchmove', onTouches('move'), { passive: false });
  canvas.addEventListener('touchend', onEnd('end'), { passive: false });
  canvas.addEventListener('touchcancel', onEnd('cancel'), { passive: false });
}
