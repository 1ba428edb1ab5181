/** Signing out: sends what waits first, warns before anything unsent is deleted, and leaves nothing behind. */

import { fill } from "./fill.js";
import { leave } from "./leaving.js";
import { me } from "./me.js";
import { drain, onChange, remove, waiting } from "./outbox.js";

/** @typedef {import("./outbox.js").Entry} Entry */

const SENT_WITHIN_MS = 10_000;

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-sign-out-form]"));

if (form && !form.closest("[hidden]")) offerToSignOut();

/** Take the form over from the server, and say at once what waits. */
export function offerToSignOut() {
  form?.addEventListener("submit", signOut);
  onChange(showAgain);
  showAgain();
}

function showAgain() {
  showWaiting().catch(() => {}); // nothing waits on a phone without storage
}

/** @param {SubmitEvent} event */
async function signOut(event) {
  event.preventDefault();
  const button = form?.querySelector("button");
  if (!form || !button || button.disabled) return;
  button.disabled = true;
  try {
    if (await mustStay()) return askForTick();
    await deleteWhatGoes(form);
  } catch {
    return form.submit(); // without storage the server does it all
  } finally {
    button.disabled = false;
  }
  await goAway(String(new FormData(form).get("access")));
}

/** Nothing is deleted unless it is ticked: what is missing is said beside the tick. */
function askForTick() {
  showPart("[data-untold]", true);
  focusOn("[name=delete_own]");
}

/** Send first; whether something of this person still waits that nobody has agreed to delete. */
async function mustStay() {
  if (await showWaiting()) await sendForAWhile();
  return (await showWaiting()) && !isTicked("delete_own");
}

/** A line that hangs must not keep anybody signed in for ever. */
function sendForAWhile() {
  showPart("[data-sending]", true);
  const sent = drain({ force: true }).catch(() => {});
  const patience = new Promise((resolve) => setTimeout(resolve, SENT_WITHIN_MS));
  return Promise.race([sent, patience]).finally(() => showPart("[data-sending]", false));
}

/** @param {string} access */
async function goAway(access) {
  try {
    await leave(access);
    location.replace("/card");
  } catch {
    for (const part of document.querySelectorAll("[data-sign-out]")) part.remove();
    focusOn("[data-left]");
  }
}

/** Show whose answers wait here and are not at the clinic; whether some are this person's. */
async function showWaiting() {
  const person = (await me())?.person;
  const unsent = (await waiting()).filter((entry) => !entry.refused?.is_kept);
  const isOwn = unsent.some((entry) => entry.person === person);
  showPart("[data-unsent]", isOwn);
  showOthers(unsent.filter((entry) => entry.person !== person));
  return isOwn;
}

/**
 * Name everybody else whose answers wait here: each can be deleted, and stays unless it is ticked.
 * @param {Entry[]} entries
 */
function showOthers(entries) {
  const list = document.querySelector("[data-others]");
  const model = /** @type {HTMLTemplateElement | null} */ (list?.querySelector("template"));
  if (!list || !model || list.querySelector("input")) return;
  const names = new Map(entries.map((entry) => [entry.person, entry.name]));
  for (const [person, name] of names) {
    const item = /** @type {Element} */ (model.content.firstElementChild?.cloneNode(true));
    fill(item, { person, name });
    list.append(item);
  }
  showPart("[data-others]", names.size > 0);
}

/**
 * Delete what is ticked, and of this person what the clinic has already in part.
 * @param {HTMLFormElement} ticked
 */
async function deleteWhatGoes(ticked) {
  const others = new FormData(ticked).getAll("delete_person");
  const own = (await me())?.person;
  for (const entry of await waiting()) {
    const isGoing =
      entry.person === own
        ? entry.refused?.is_kept || isTicked("delete_own")
        : others.includes(entry.person);
    if (isGoing) await remove(entry.id);
  }
}

/** @param {string} name */
function isTicked(name) {
  return form !== null && new FormData(form).has(name);
}

/**
 * @param {string} selector
 * @param {boolean} isShown
 */
function showPart(selector, isShown) {
  document.querySelector(selector)?.toggleAttribute("hidden", !isShown);
}

/** @param {string} selector */
function focusOn(selector) {
  showPart(selector, true);
  const part = document.querySelector(selector);
  if (part instanceof HTMLElement) part.focus();
}
