/** Signing out: sends what waits first, warns before anything unsent is deleted, and leaves nothing behind. */

import { fill } from "./fill.js";
import { leave } from "./leaving.js";
import { me } from "./me.js";
import { drain, remove, waiting } from "./outbox.js";

/** @typedef {import("./outbox.js").Entry} Entry */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-sign-out-form]"));

if (form && !form.closest("[hidden]")) offerToSignOut();

/** Take the form over from the server; without storage it posts itself. */
export async function offerToSignOut() {
  try {
    await sendAndShow();
    form?.addEventListener("submit", signOut);
  } catch {
    // Nothing waits on a phone without storage.
  }
}

/** @param {SubmitEvent} event */
async function signOut(event) {
  event.preventDefault();
  if (!form) return;
  if (await sendAndShow()) return focusOn("[data-unsent]");
  await deleteTicked(form);
  try {
    await leave(String(new FormData(form).get("access")));
    location.replace("/card");
  } catch {
    for (const part of document.querySelectorAll("[data-sign-out]")) part.remove();
    focusOn("[data-left]");
  }
}

/** Send, then show whose answers still wait; whether some must be deleted first. */
async function sendAndShow() {
  await drain({ force: true }).catch(() => {});
  const person = (await me())?.person;
  const unsent = (await waiting()).filter((entry) => !entry.refused?.is_kept);
  const own = unsent.filter((entry) => entry.person === person);
  showPart("[data-unsent]", own.length > 0);
  showOthers(unsent.filter((entry) => entry.person !== person));
  return own.length > 0 && !isTicked("delete_own");
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

/** @param {HTMLFormElement} ticked */
async function deleteTicked(ticked) {
  const persons = new FormData(ticked).getAll("delete_person");
  if (isTicked("delete_own")) persons.push((await me())?.person ?? "");
  for (const entry of await waiting()) {
    if (persons.includes(entry.person)) await remove(entry.id);
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
