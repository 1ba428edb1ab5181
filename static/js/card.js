/** The page that asks for a card: says that this phone was signed out, and that answers wait on it. */

import { waiting } from "./outbox.js";
import { kept } from "./store.js";

tell().catch(() => {}); // a phone without storage keeps nothing

async function tell() {
  show("[data-left]", Boolean(await kept("left")));
  const unsent = (await waiting()).filter(({ refused }) => !refused?.is_kept);
  show("[data-waits]", unsent.length > 0);
}

/**
 * @param {string} part
 * @param {boolean} isSo
 */
function show(part, isSo) {
  if (isSo) document.querySelector(part)?.removeAttribute("hidden");
}
