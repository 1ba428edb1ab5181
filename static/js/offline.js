/** The page without a line: whom to ring, from what this phone keeps, and how to sign out without a line. */

import { fill } from "./fill.js";
import { finishLeaving } from "./leaving.js";
import { me } from "./me.js";
import { keepSending } from "./sending.js";
import { offerToSignOut } from "./sign_out.js";
import { kept } from "./store.js";
import { isReload } from "./update.js";

const TRY_EVERY_MS = 5_000;

show();
keepSending();
window.addEventListener("online", openIfThereIsALine);
window.setInterval(openIfThereIsALine, TRY_EVERY_MS); // "online" is often said too early, or not at all

async function openIfThereIsALine() {
  if (document.hidden) return;
  try {
    await finishLeaving(); // while the clinic refuses that, the page would only come again as it is
    const answer = await fetch("/health", { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch {
    // Still no line.
  }
}

async function show() {
  const mine = await me().catch(() => undefined);
  const clinic = await kept("numbers").catch(() => undefined);
  if (clinic) showNumbers(clinic);
  if (location.pathname === "/sign-out" && mine) {
    fillAll("[data-sign-out]", mine);
    return offerToSignOut();
  }
  fillAll("[data-offline]", {});
  document.querySelector("[data-again]")?.addEventListener("click", tryAgain);
  if (isReload()) fillAll("[data-still]", {});
  if (mine) fillAll("[data-me]", {});
}

/** @param {Event} event */
function tryAgain(event) {
  event.preventDefault();
  location.reload(); // so that a page which still does not come can say so
}

/** @param {import("./me.js").Clinic} clinic */
function showNumbers(clinic) {
  fillAll("[data-numbers]", { clinic });
  for (const part of document.querySelectorAll("[data-no-numbers]")) part.remove();
}

/**
 * @param {string} parts
 * @param {object} values
 */
function fillAll(parts, values) {
  for (const part of document.querySelectorAll(parts)) fill(part, values);
}
