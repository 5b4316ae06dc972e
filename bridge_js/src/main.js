/**
 * Runs in an isolated world of every document of the page, before the page's own scripts, which can
 * neither see it nor patch the functions that it uses. The daemon calls `lmbridge.*`; the script
 * answers through the binding `lmbridgeSend`.
 */
import { Fetches } from './fetches.js';
import { Outbox } from './outbox.js';
import { reportDocument, Wakefulness } from './report.js';

// Frames inside the page get the script too, but only the page itself has the session.
if (window === window.top) {
  const send = /** @type {(payload: string) => void} */ (Reflect.get(globalThis, 'lmbridgeSend'));
  const outbox = new Outbox(send);
  const fetches = new Fetches(outbox, location.origin, (...request) => fetch(...request));
  const wakefulness = new Wakefulness(document);
  Reflect.set(globalThis, 'lmbridge', {
    start: fetches.start.bind(fetches),
    startWithFile: fetches.startWithFile.bind(fetches),
    grant: fetches.grant.bind(fetches),
    abort: fetches.abort.bind(fetches),
    ping: wakefulness.ping.bind(wakefulness),
  });
  reportDocument(outbox, window);
}
