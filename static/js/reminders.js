/** The page about reminders: whether they reach this phone, and the button that lets them in. */

import { refresh } from "./me.js";
import { allow, heal, reach } from "./push.js";
import { isReload, start } from "./update.js";

const part = document.getElementById("this-phone");
const button = part?.querySelector("button");
if (part) begin(part);

/** @param {HTMLElement} part */
async function begin(part) {
  part.hidden = false; // without scripts no reminder reaches a phone, and so none is offered there
  start();
  button?.addEventListener("click", () => letIn(part.dataset.access ?? ""));
  await refresh().catch(() => {}); // whose phone this is must be known before it is mended
  await heal();
  goOn(await reach());
}

/** @param {string} access */
async function letIn(access) {
  button?.setAttribute("disabled", "");
  const state = await allow(access).catch(() => /** @type {const} */ ("failed"));
  button?.removeAttribute("disabled");
  goOn(state);
  part?.querySelector("h2")?.focus(); // the button may have gone
}

/**
 * Once reminders reach a phone to which none came, the clinic's page says when the next one comes, and offers more.
 * @param {import("./push.js").Reach | "failed"} state
 */
function goOn(state) {
  const then = state === "on" ? part?.dataset.then : undefined;
  if (!then) return show(state);
  if (!location.href.endsWith(then)) return location.replace(then);
  if (isReload()) return show("failed"); // the clinic did not take it
  location.reload(); // it was mended after the clinic had written this page
}

/** @param {import("./push.js").Reach | "failed"} state */
function show(state) {
  for (const element of part?.querySelectorAll("[data-reach]") ?? []) {
    const states = element.getAttribute("data-reach")?.split(" ") ?? [];
    element.toggleAttribute("hidden", !states.includes(state));
  }
}
