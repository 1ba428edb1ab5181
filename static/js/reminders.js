/** The page about reminders: whether they reach this phone, and the button that lets them in. */

import { refresh } from "./me.js";
import { allow, heal, reach } from "./push.js";
import { start } from "./update.js";

const part = document.getElementById("this-phone");
const button = part?.querySelector("button");
if (part) begin(part);

/** @param {HTMLElement} part */
async function begin(part) {
  start();
  button?.addEventListener("click", () => letIn(part.dataset.access ?? ""));
  await refresh().catch(() => {}); // whose phone this is must be known before it is mended
  await heal();
  show(await reach());
}

/** @param {string} access */
async function letIn(access) {
  button?.setAttribute("disabled", "");
  try {
    show(await allow(access));
  } catch {
    show("failed");
  }
  button?.removeAttribute("disabled");
}

/** @param {import("./push.js").Reach | "failed"} state */
function show(state) {
  for (const element of part?.querySelectorAll("[data-reach]") ?? []) {
    const states = element.getAttribute("data-reach")?.split(" ") ?? [];
    element.toggleAttribute("hidden", !states.includes(state));
  }
}
