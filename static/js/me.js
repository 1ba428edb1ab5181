/** Whose phone this is: what the app may keep of its patient, and what time it is at the clinic. */

import { comeBack, finishLeaving, forgetAdvice, hasLeft } from "./leaving.js";
import { drain, waiting } from "./outbox.js";
import { alone, forget, keep, kept } from "./store.js";

/**
 * @typedef {object} Clinic
 * @property {string} name
 * @property {string} phone
 * @property {string} emergency
 * @property {string} out_of_hours_phone
 * @property {string} lost_card_phone
 * @property {string} hours
 * @property {[string, string][]} open spans of the next 30 days, ISO
 *
 * @typedef {object} Me
 * @property {string} person
 * @property {string} access
 * @property {string} name
 * @property {string} first_name
 * @property {string} helper_name
 * @property {string} language
 * @property {string} locale the language as it is written where the patient lives
 * @property {string} zone
 * @property {string} temperature_unit C or F
 * @property {string} text_size
 * @property {string} procedure_date
 * @property {string} state
 * @property {boolean} is_ended
 * @property {boolean} is_behind
 * @property {string[]} notices
 * @property {Clinic} clinic
 * @property {Record<string, number>} questions
 * @property {number | null} worse_from
 * @property {boolean} asks_about_pain
 * @property {{ first_day: string, last_day: string, number: number }[]} fever_limits
 * @property {number} urgent_temperature degrees Celsius from which the clinic may want a call, if its table is missing
 * @property {number} measure_again_hours
 * @property {number} rung_by_hour
 * @property {string[]} answered_days
 * @property {string} version
 * @property {string} server_time
 */

/** The version of these scripts, from their own address: /assets/VERSION/js/me.js. */
export const VERSION = new URL(import.meta.url).pathname.split("/")[2] ?? "";

const JUST_CONNECTED = "?card=new";

let aheadMs = 0;
/** @type {Promise<Me | undefined> | undefined} */
let asking;

/**
 * Whose phone this is, as last heard; undefined if nobody's.
 * @returns {Promise<Me | undefined>}
 */
export async function me() {
  aheadMs = (await kept("clock_ahead_ms")) ?? aheadMs;
  /** @type {Me | undefined} */
  const found = await kept("me");
  return found && (await hasLeft(found.access)) ? undefined : found;
}

/** The time at the clinic: this phone's clock, put right by what the clinic last said. */
export function now() {
  return new Date(Date.now() + aheadMs);
}

/**
 * Ask the clinic whose phone this is and keep the answer; undefined when it is nobody's. Throws without a line.
 * @returns {Promise<Me | undefined>}
 */
export function refresh() {
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  return asking;
}

/** @returns {Promise<Me | undefined>} */
async function ask() {
  await finishLeaving();
  const askedAt = Date.now();
  const answer = await fetch(`/me.json?${await beacon()}`, { cache: "no-store" });
  await setClock(answer, (askedAt + Date.now()) / 2);
  if (answer.status === 401) return nobody();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return keepMe(await answer.json());
}

/** This phone is nobody's any more. What waits to be sent stays. */
async function nobody() {
  await alone("me", async () => {
    for (const name of ["me", "draft", "advice"]) await forget(name);
  });
  return undefined;
}

/**
 * Keep something for the person with this access, unless they have left meanwhile, perhaps in another tab.
 * @param {string} access
 * @param {string} name
 * @param {unknown} value
 */
export function keepFor(access, name, value) {
  return alone("me", async () => {
    if ((await me())?.access === access) await keep(name, value);
  });
}

/**
 * @param {Me} found
 * @returns {Promise<Me | undefined>}
 */
async function keepMe(found) {
  try {
    const before = await me();
    if (!(await alone("me", () => keepUnlessLeft(found)))) return undefined;
    openUsually();
    if (before?.access !== found.access) await welcome();
  } catch {
    // Without storage the page works as long as it is open, and has a line.
  }
  return found;
}

/** @param {Me} found */
async function keepUnlessLeft(found) {
  if (await hasLeft(found.access)) return false;
  await keep("me", found);
  await keep("numbers", found.clinic); // an offline page shows them although nobody is signed in
  await comeBack();
  return true;
}

/** Another card: what waited for it is sent, and what another clinic told is forgotten. */
async function welcome() {
  drain({ force: true }).catch(() => {});
  await forgetAdvice();
}

/** A card's page leads to the clinic's own; now that this phone knows whose it is, the app opens by itself. */
function openUsually() {
  if (location.search === JUST_CONNECTED) history.replaceState(null, "", location.pathname);
}

/** What the clinic should know of this phone: its version, whether it is installed, and since when answers wait. */
async function beacon() {
  const told = new URLSearchParams({ version: VERSION });
  if (matchMedia("(display-mode: standalone)").matches) told.set("installed", "yes");
  for (const [name, value] of await unsent().catch(() => [])) told.set(name, value);
  return told;
}

/** Since when answers wait, and with which access: by now the phone may be somebody else's. */
async function unsent() {
  const mine = await me();
  const [oldest] = mine ? await waiting(mine.person) : [];
  return mine && oldest
    ? Object.entries({ access: mine.access, unsent_since: oldest.kept_at })
    : [];
}

/**
 * @param {Response} answer
 * @param {number} halfwayAt when the clinic is likely to have written the answer, by this phone
 */
async function setClock(answer, halfwayAt) {
  const told = Date.parse(answer.headers.get("Date") ?? "");
  if (Number.isNaN(told)) return;
  aheadMs = told - halfwayAt;
  await keep("clock_ahead_ms", aheadMs).catch(() => {});
}
