/** The answers that wait on this phone, each in words and with what can be done about it. */

import { keptSheet, tell } from "./answer.js";
import { clockTime, localDay, longDay } from "./days.js";
import { byName } from "./form.js";
import { now } from "./me.js";
import { onChange, remove, retry, waiting } from "./outbox.js";
import { copyOf, locale, say } from "./parts.js";
import { read } from "./reading.js";

/**
 * @typedef {import("./outbox.js").Entry} Entry
 * @typedef {import("./me.js").Me} Me
 * @typedef {import("./answer.js").Sheet} Sheet
 */

/**
 * Show them on the page, and again whenever something changes.
 * @param {() => Me | undefined} whose
 */
export function keepEntriesShown(whose) {
  onChange(() => showEntries(whose()));
  document.addEventListener("click", act);
  return showEntries(whose());
}

/** @param {Me | undefined} mine */
export async function showEntries(mine) {
  const place = document.getElementById("waiting");
  if (!place) return;
  const [entries, sheet] = await Promise.all([waiting(), mine && keptSheet(mine)]);
  const shown = JSON.stringify([entries.map(({ id, refused }) => [id, refused]), mine?.person]);
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  place.replaceChildren(...entries.map((entry) => copyOf("entry", valuesOf(entry, mine, sheet))));
}

/**
 * @param {Entry} entry
 * @param {Me | undefined} mine
 * @param {Sheet | undefined} sheet
 */
function valuesOf(entry, mine, sheet) {
  return {
    id: entry.id,
    clinic: mine?.clinic,
    sentences: [...danger(entry, mine, sheet), ...sentencesOf(entry, mine)],
    can_retry: entry.refused && !entry.refused.is_kept,
    can_remove: entry.refused?.is_kept,
    needs_card: entry.person !== mine?.person,
  };
}

/**
 * Whom to ring by it, in one sentence, unless the page says so already; of an earlier day it is asked whether it is
 * still so.
 * @param {Entry} entry
 * @param {Me | undefined} mine
 * @param {Sheet | undefined} sheet
 */
function danger(entry, mine, sheet) {
  if (entry.person !== mine?.person) return [];
  const { isUrgent, kind, values } = toldBy(entry, mine, sheet);
  if (!isUrgent) return [];
  if (kind === "still") return [String(values.say)];
  return document.querySelector("main [data-told]") ? [] : [String(values.headline)];
}

/**
 * What its answers say to do, by the clock of now.
 * @param {Entry} entry
 * @param {Me} mine
 * @param {Sheet | undefined} sheet
 */
export function toldBy({ fields, day }, mine, sheet) {
  const limits = /** @type {import("./reading.js").Questions} */ (mine.questions);
  return tell(read(byName(fields), limits).answers, day, now(), mine, sheet);
}

/**
 * What is to be said of an entry that waits on this phone.
 * @param {Entry} entry
 * @param {Me | undefined} mine
 * @returns {string[]}
 */
export function sentencesOf(entry, mine) {
  if (entry.person !== mine?.person) return [say("waits_of", { name: entry.name })];
  const day = longDay(entry.day, locale());
  if (entry.refused) return refusal(entry.refused, day, mine);
  if (entry.day !== localDay(now(), mine.zone)) return [say("waits_for_day", { day })];
  return [say("waits", { time: clockTime(new Date(entry.kept_at), mine.zone, locale()) })];
}

/**
 * @param {import("./outbox.js").Refused} refused
 * @param {string} day
 * @param {Me} mine
 */
function refusal({ is_kept, sentences, reference }, day, mine) {
  if (is_kept) return [say("kept_aside", { day }), ...sentences];
  const { phone } = mine.clinic;
  return [say("set_aside", { day }), ...sentences, say("reference", { phone, reference })];
}

/** @param {MouseEvent} event */
async function act({ target }) {
  const button = target instanceof Element ? target.closest("[data-do]") : null;
  const id = button?.closest("[data-entry]")?.getAttribute("data-entry");
  if (!id) return;
  if (button?.getAttribute("data-do") === "retry") await retry(id);
  else await remove(id);
  if (document.activeElement === document.body) focusOnHeading(); // the button has gone
}

function focusOnHeading() {
  const heading = document.querySelector("main h1");
  if (!(heading instanceof HTMLElement)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
