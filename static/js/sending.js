/** Sending: drains the outbox at every good moment while a page is open. */

import { finishLeaving } from "./leaving.js";
import { drain, onChange, waiting } from "./outbox.js";
import { keep, kept } from "./store.js";

const EVERY_MS = 60_000;

/** Drain now, when there is a line again, when somebody looks at the page again, and now and then. */
export function keepSending() {
  onChange(askToPersist);
  window.addEventListener("online", () => sendNow());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) sendNow();
  });
  window.setInterval(() => sendNow(false), EVERY_MS);
  return sendNow();
}

async function sendNow(force = true) {
  try {
    await finishLeaving();
    await drain({ force });
  } catch {
    // No line, or no storage: the next good moment comes.
  }
}

/** Ask once, when there is something to lose, that the browser does not clear this storage by itself. */
async function askToPersist() {
  try {
    if ((await kept("asked_to_persist")) || !(await waiting()).length) return;
    await keep("asked_to_persist", true);
    await navigator.storage.persist();
  } catch {
    // What waits is safe all the same, as long as the browser keeps it.
  }
}
