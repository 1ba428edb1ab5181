/** The answer on the phone, at once: the one thing to do now, and how far the answers have come. */

import { advise, ownFever, tableFor, URGENT } from "./advice.js";
import { daysBetween, isOld, isOpen, longDay, numberNow } from "./days.js";
import { keepFor, VERSION } from "./me.js";
import { copyOf, locale, put, say } from "./parts.js";
import { watch } from "./receipt.js";
import { lineOf } from "./ring.js";
import { kept } from "./store.js";

/**
 * @typedef {import("./me.js").Me} Me
 * @typedef {import("./reading.js").Answers} Answers
 * @typedef {import("./advice.js").Row} Row
 *
 * @typedef {object} Sheet The answer of /advice.json: texts have headline, what to do now, and more.
 * @property {string} language
 * @property {Row[]} table
 * @property {number[]} fever_points
 * @property {Record<string, [string, string, string]>} texts
 * @property {{closed: string, still: string}} notices
 *
 * @typedef {object} Told What is said, and in which of the page's templates.
 * @property {"emergency" | "today" | "still" | "calm"} kind
 * @property {boolean} isUrgent
 * @property {Record<string, unknown>} values
 */

/**
 * The clinic's table of advice: the newest, or without a line the one that came last with this access.
 * @param {Me} mine
 * @returns {Promise<Sheet | undefined>}
 */
export async function sheetOf(mine) {
  try {
    const answer = await fetch(`/advice.json?v=${VERSION}`);
    if (!answer.ok || answer.redirected) throw new Error(`status ${answer.status}`);
    const sheet = await answer.json();
    keepFor(mine.access, "advice", { access: mine.access, sheet }).catch(() => {});
    return sheet;
  } catch {
    return keptSheet(mine);
  }
}

/**
 * @param {Me} mine
 * @returns {Promise<Sheet | undefined>}
 */
export async function keptSheet(mine) {
  const found = await kept("advice").catch(() => undefined);
  return found?.access === mine.access ? found.sheet : undefined;
}

/**
 * What the answers call for, as the server will say it when it has them.
 * @param {Answers} answers
 * @param {string} day ISO date for which they are given
 * @param {Date} at
 * @param {Me} mine
 * @param {Sheet | undefined} sheet
 * @returns {Told}
 */
export function tell(answers, day, at, mine, sheet) {
  if (!sheet) return tellWithoutTable(answers, day, at, mine);
  const table = tableFor(sheet.table, sheet.fever_points, mine.fever_limits, day);
  const row = advise(answers, daysBetween(mine.procedure_date, day), table);
  const told = { ...textsOf(row, at, mine, sheet), ...besides(row, answers, at, mine) };
  const isUrgent = URGENT.includes(row.level);
  if (isUrgent && isOld(day, at, mine.zone, mine.questions.still_after_hours ?? 0)) {
    return { kind: "still", isUrgent, values: askedAgain(told, day, sheet) };
  }
  return { kind: kindOf(row.level), isUrgent, values: told };
}

/** @param {string} level */
function kindOf(level) {
  if (level === "emergency") return "emergency";
  return level === "today" ? "today" : "calm";
}

/**
 * @param {Row} row
 * @param {Date} at
 * @param {Me} mine
 * @param {Sheet} sheet
 */
function textsOf(row, at, mine, sheet) {
  const { emergency, phone: clinic_phone } = mine.clinic;
  const { measure_again_hours } = mine;
  const phone = numberNow(mine.clinic, at);
  const values = { emergency, clinic_phone, phone, measure_again_hours };
  const texts = sheet.texts[row.key] ?? ["", "", ""];
  const [headline, todo, more] = texts.map((text) => put(text, values));
  const numbers = new Map([
    ["emergency_number", emergency],
    ["clinic", phone],
  ]);
  // "Saved" is thanked for by the clinic, once it has the answers, and read by its computer later.
  if (row.key === "saved") return { headline: say("only_here"), say: "", more };
  return { headline, say: todo, more, phone: numbers.get(row.whom) };
}

/**
 * @param {Row} row
 * @param {Answers} answers
 * @param {Date} at
 * @param {Me} mine
 */
function besides(row, answers, at, mine) {
  return {
    helper: answers.answered_by === "with_help" || answers.answered_by === "for_patient",
    closed: URGENT.includes(row.level) && !isOpen(mine.clinic, at),
  };
}

/**
 * @param {Record<string, unknown>} told
 * @param {string} day
 * @param {Sheet} sheet
 */
function askedAgain(told, day, sheet) {
  const headline = say("wrote_for", { day: longDay(day, locale()) });
  return { ...told, headline, say: put(sheet.notices.still, told), more: told.say };
}

/**
 * The table has not come yet: nobody is told that nothing is to be done.
 * @param {Answers} answers
 * @param {string} day
 * @param {Date} at
 * @param {Me} mine
 * @returns {Told}
 */
function tellWithoutTable(answers, day, at, mine) {
  const hasSign = Boolean(answers.warning_signs?.length);
  const isUrgent = hasSign || mayBeFever(answers, day, mine);
  const phone = hasSign ? mine.clinic.emergency : numberNow(mine.clinic, at);
  const headline = say(isUrgent ? "ring" : "only_here", { phone });
  const values = { headline, say: say("no_advice", { phone }), more: "", phone };
  return { kind: isUrgent ? "today" : "calm", isUrgent, values };
}

/**
 * Whether any row that asks for a call could be about this temperature; without the table the wider reading holds.
 * @param {Answers} answers
 * @param {string} day
 * @param {Me} mine
 */
function mayBeFever({ temperature_c, temperature_instead }, day, mine) {
  const from = Math.min(mine.urgent_temperature, ownFever(mine.fever_limits, day));
  return temperature_instead === "felt_hot" || (temperature_c !== null && temperature_c >= from);
}

/**
 * The view of it, in place of the questions.
 * @param {Told} told
 * @param {Me} mine
 */
export function showAnswer(told, mine) {
  const main = mainPart();
  const values = { ...mine, ...told.values, said: "" };
  const isAlone = told.kind === "emergency";
  const isHushed = isAlone || (told.isUrgent && mine.is_ended); // nobody looks: not beside "ring now"
  const notices = isHushed ? [] : main.querySelectorAll("[data-notices]");
  main.replaceChildren(...notices, copyOf(`answer-${told.kind}`, values));
  standAlone(isAlone);
  document.title = String(told.values.headline);
  toTheTop(main.querySelector("h1"));
}

/**
 * How far the answers have come, in one sentence or more.
 * @param {string[]} sentences
 * @param {string[]} [numbers] that they may name
 */
export function showReceipt(sentences, numbers = []) {
  const lines = sentences.map((sentence) => lineOf(sentence, numbers));
  mainPart()
    .querySelector(".receipt")
    ?.replaceChildren(...lines);
}

/**
 * A page of the clinic; undefined without a line, or where another page answers.
 * @param {string} url
 */
export async function pageAt(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return undefined;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/**
 * Put the server's own page in its place, so that the receipt goes on.
 * @param {string} url
 * @param {(page: Document) => boolean} [isWanted]
 * @returns {Promise<boolean>} whether it came
 */
export async function swapFor(url, isWanted = () => true) {
  const standing = mainPart().firstElementChild;
  const page = await pageAt(url);
  const next = page?.querySelector("main");
  // Meanwhile the questions may have been opened again: what is typed there must not go.
  if (!page || !next || !standing?.isConnected || !isWanted(page)) return false;
  const back = placeOf(document.activeElement);
  const isOpened = Boolean(mainPart().querySelector("details[open]"));
  mainPart().replaceChildren(...next.childNodes);
  if (isOpened) mainPart().querySelector("details")?.setAttribute("open", "");
  back();
  document.title = page.title.trim();
  standAlone(!page.querySelector(".foot"));
  watch();
  return true;
}

/**
 * How to give the focus back to what stands in the same place of the next page.
 * @param {Element | null} element
 */
function placeOf(element) {
  const main = mainPart();
  if (!element || element === main || !main.contains(element)) return () => {};
  const alike = element.tagName;
  const at = [...main.querySelectorAll(alike)].indexOf(element);
  return () => {
    const found = main.querySelectorAll(alike)[at] ?? main;
    if (found instanceof HTMLElement) found.focus({ preventScroll: true });
  };
}

/**
 * In an emergency nothing else stands on the page.
 * @param {boolean} isAlone
 */
export function standAlone(isAlone) {
  for (const part of document.querySelectorAll(".help, .banner, .doors, .foot")) {
    part.toggleAttribute("hidden", isAlone);
  }
}

/** @param {Element | null} heading */
export function toTheTop(heading) {
  window.scrollTo(0, 0);
  if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
}

export function mainPart() {
  return /** @type {HTMLElement} */ (document.getElementById("main"));
}
