/** Files as text: the binding carries nothing else. */

/** Base64 of bytes that come in pieces; all of it together is one valid text. */
export class Base64Encoder {
  /** What does not fill a group of three yet. */
  #rest = '';

  /**
   * @param {Uint8Array} bytes the next ones
   * @returns {string}
   */
  encode(bytes) {
    let binary = this.#rest;
    // So many arguments a call are safe everywhere.
    for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
    const whole = binary.length - (binary.length % 3);
    this.#rest = binary.slice(whole);
    return btoa(binary.slice(0, whole));
  }

  /** @returns {string} what is left, with its padding */
  end() {
    return btoa(this.#rest);
  }
}
