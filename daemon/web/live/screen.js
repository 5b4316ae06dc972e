// The picture of the page: drawn as large as fits, and where a place in it lies.

import { byId } from './elements.js';

/** Of the page's viewport, in CSS pixels; the daemon takes nothing smaller. */
const SMALLEST = 200;
const LARGEST = 4096;
/** Finer pictures cost more than they show. */
const FINEST = 2;
const SETTLED_MS = 150;

export class Screen {
  #stage = byId('stage', HTMLElement);
  #canvas = byId('picture', HTMLCanvasElement);
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d', { alpha: false }));
  #size = { width: 0, height: 0 };
  /** What is said of the picture that comes next. @type {{width: number, height: number, sharp: boolean} | undefined} */
  #next;
  /** @type {{bytes: ArrayBuffer, about: {width: number, height: number, sharp: boolean}} | undefined} */
  #waiting;
  #isDrawing = false;
  #pictures = 0;
  #lastY = 0;
  #onShown;

  /**
   * @param {object} listener
   * @param {() => void} listener.onShown a picture is on the screen, or another one in its stead
   * @param {(screen: {width: number, height: number, scale: number, touch: boolean}) => void} listener.onResize
   */
  constructor({ onShown, onResize }) {
    this.#onShown = onShown;
    this.#canvas.dataset.pictures = '0';
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    new ResizeObserver(() => {
      this.#fit();
      clearTimeout(timer);
      timer = setTimeout(() => onResize(this.measure()), SETTLED_MS);
    }).observe(this.#stage);
    visualViewport?.addEventListener('resize', () => this.#makeRoomForKeyboard());
  }

  get canvas() {
    return this.#canvas;
  }

  /** What the page should be as large as. */
  measure() {
    const within = (/** @type {number} */ side) => Math.round(Math.min(Math.max(side, SMALLEST), LARGEST));
    return {
      width: within(this.#stage.clientWidth),
      height: within(this.#stage.clientHeight),
      scale: Math.min(devicePixelRatio, FINEST),
      touch: matchMedia('(pointer: coarse)').matches,
    };
  }

  /** @param {{width: number, height: number, sharp: boolean}} about */
  announce(about) {
    this.#next = about;
  }

  /** Draws a picture, unless a newer one comes before it can. @param {ArrayBuffer} bytes */
  async show(bytes) {
    if (!this.#next) return;
    if (this.#waiting) this.#onShown();
    this.#waiting = { bytes, about: this.#next };
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    while (this.#waiting) {
      const { bytes: data, about } = this.#waiting;
      this.#waiting = undefined;
      await this.#draw(data, about);
      this.#onShown();
    }
    this.#isDrawing = false;
  }

  /** @param {ArrayBuffer} bytes @param {{width: number, height: number, sharp: boolean}} about */
  async #draw(bytes, about) {
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })).catch(() => undefined);
    if (!bitmap) return;
    const canvas = this.#canvas;
    // Setting it clears the picture, even to the same value.
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    this.#context.drawImage(bitmap, 0, 0);
    bitmap.close();
    if (about.width !== this.#size.width || about.height !== this.#size.height) {
      this.#size = { width: about.width, height: about.height };
      canvas.dataset.size = `${about.width}x${about.height}`;
      this.#fit();
    }
    this.#pictures += 1;
    canvas.dataset.pictures = String(this.#pictures);
    canvas.dataset.sharp = String(about.sharp);
  }

  #fit() {
    const { width, height } = this.#size;
    if (!width || !height) return;
    const scale = Math.min(this.#stage.clientWidth / width, this.#stage.clientHeight / height);
    this.#canvas.style.width = `${width * scale}px`;
    this.#canvas.style.height = `${height * scale}px`;
  }

  /** A keyboard on the screen covers the page from below: what was touched last stays in sight. */
  #makeRoomForKeyboard() {
    const view = visualViewport;
    if (!view) return;
    const { top } = this.#stage.getBoundingClientRect();
    const covered = innerHeight - view.height * view.scale;
    const room = view.height - top;
    const shift = covered > 100 ? Math.max(0, Math.min(this.#lastY - room / 2, covered)) : 0;
    this.#canvas.style.transform = shift ? `translateY(${-Math.round(shift)}px)` : '';
  }

  /**
   * The place in the page that lies under one on the screen.
   * @param {{clientX: number, clientY: number}} point
   */
  placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const x = ((clientX - left) / (width || 1)) * this.#size.width;
    const y = ((clientY - top) / (height || 1)) * this.#size.height;
    const round = (/** @type {number} */ number) => Math.round(number * 100) / 100;
    return { x: round(x), y: round(y) };
  }

  /** Remembers what the person is busy with. @param {{clientX: number, clientY: number}} point */
  attend({ clientX, clientY }) {
    const stage = this.#stage.getBoundingClientRect();
    const canvas = this.#canvas.getBoundingClientRect();
    this.#lastY = clientY - canvas.top;
    return { left: clientX - stage.left, top: clientY - stage.top };
  }
}
