/** One check-in on the phone: its draft, the answer at once, and its way to the clinic. */

import {
  mainPart,
  showAnswer,
  showReceipt,
  standAlone,
  swapFor,
  tell,
  toTheTop,
} from "./answer.js";
import { clockTime, localDay, problemOf } from "./days.js";
import { sentencesOf } from "./entries.js";
import { byName, fieldsOf, restore, showProblems, takeBackNone } from "./form.js";
import { keepFor, now } from "./me.js";
import { drain, onChange, queue, remove, waiting } from "./outbox.js";
import { copyOf, locale, say } from "./parts.js";
import { read } from "./reading.js";
import { numbersOf } from "./ring.js";
import { alone, forget, kept } from "./store.js";

/**
 * @typedef {import("./outbox.js").Entry} Entry
 * @typedef {import("./reading.js").Problem} Problem
 * @typedef {import("./answer.js").Told} Told
 * @typedef {import("./form.js").Fields} Fields
 *
 * @typedef {object} About Whose questions are on the page, and by which table they are answered.
 * @property {import("./me.js").Me} mine
 * @property {import("./answer.js").Sheet | undefined} sheet
 *
 * @typedef {object} Sheet One form as it was sent.
 * @property {HTMLFormElement} form
 * @property {Fields} fields
 * @property {string} day
 * @property {Date} at
 * @property {Problem[]} problems
 * @property {Told} told
 */

const DRAFT_AFTER_MS = 300;

/** The entry whose answer stands on the page, until the clinic has it. @type {Entry | undefined} */
let followed;
/** @type {About} */
let about;
let draftTimer = 0;

onChange(() => check());

/** Whether an answer stands on the page that the clinic does not know of yet. */
export function isFollowing() {
  return followed !== undefined;
}

/**
 * Take a form in hand: from now on it is sent by way of the outbox.
 * @param {HTMLFormElement} form
 * @param {About} whose
 * @param {{ keepsDraft: boolean }} how
 */
export async function takeInHand(form, whose, { keepsDraft }) {
  about = whose;
  followed = undefined;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  form.addEventListener("change", takeBackNone);
  if (!keepsDraft) return;
  const draft = await draftOf(about);
  if (draft) restore(form, draft.fields);
  form.addEventListener("input", () => keepDraftSoon(form));
}

/**
 * What was typed today and not sent; what is of another day or person is forgotten. Connected anew, the phone may be
 * in other hands, and so it is asked again who answers.
 * @param {About} whose
 * @returns {Promise<{ fields: Fields } | undefined>}
 */
export async function draftOf({ mine }) {
  const draft = await kept("draft").catch(() => undefined);
  const isOurs = draft?.person === mine.person && draft.day === localDay(now(), mine.zone);
  if (isOurs && draft.access === mine.access) return draft;
  if (isOurs) return { fields: draft.fields.filter(isNotAboutWho) };
  if (draft) forget("draft").catch(() => {});
  return undefined;
}

/** @param {[string, string]} field */
function isNotAboutWho([name]) {
  return name !== "answered_by";
}

/** @param {HTMLFormElement} form */
function keepDraftSoon(form) {
  const { person, access, zone } = about.mine;
  window.clearTimeout(draftTimer);
  draftTimer = window.setTimeout(() => {
    const draft = { person, access, day: localDay(now(), zone), fields: fieldsOf(form) };
    keepFor(access, "draft", draft).catch(() => {});
  }, DRAFT_AFTER_MS);
}

/** @param {HTMLFormElement} form */
async function send(form) {
  if (form.dataset.isSent) return;
  const { sheet, isKept } = readSheet(form);
  if (!isKept) return showAbove(sheet, { isUrgent: false, notice: "" });
  if (sheet.problems.length) return keepPartly(sheet);
  form.dataset.isSent = "yes";
  await keepWhole(sheet);
  delete form.dataset.isSent;
}

/**
 * An error in one box never holds back an emergency: with a sign ticked, or with somebody to ring now, it is kept.
 * @param {HTMLFormElement} form
 */
function readSheet(form) {
  const { mine } = about;
  const at = now();
  const today = localDay(at, mine.zone);
  const fields = fieldsOf(form);
  const named = byName(fields);
  const limits = /** @type {import("./reading.js").Questions} */ (mine.questions);
  const { answers, problems } = read(named, limits);
  const chosen = named.date?.[0] || today;
  const unfit = problemOf(chosen, today, mine.procedure_date, limits.back_fill_days);
  const day = unfit ? today : chosen;
  const told = tell(answers, day, at, mine, about.sheet);
  const all = unfit ? [...problems, unfit] : problems;
  const isKept = !all.length || told.isUrgent || Boolean(answers.warning_signs?.length);
  return { sheet: { form, fields, day, at, problems: all, told }, isKept };
}

/**
 * Whom to ring stands on the page at once; that anything is saved, only once it is.
 * @param {Sheet} sheet
 */
async function keepWhole(sheet) {
  const questions = Array.from(mainPart().childNodes);
  const title = document.title;
  const { isUrgent } = sheet.told;
  window.clearTimeout(draftTimer);
  if (isUrgent) showAnswer(sheet.told, about.mine);
  try {
    const entry = await putIntoOutbox(sheet);
    if (!isUrgent) showAnswer(sheet.told, about.mine);
    forgetDraft();
    noteAnswered(sheet.day);
    follow(entry);
  } catch {
    mainPart().replaceChildren(...questions);
    document.title = title;
    standAlone(false);
    await postDirectly(sheet);
  }
}

/**
 * The emergency is on its way; the form stays, to be mended.
 * @param {Sheet} sheet
 */
async function keepPartly(sheet) {
  const { isUrgent } = sheet.told;
  showAbove(sheet, { isUrgent, notice: "" });
  try {
    await putIntoOutbox(sheet);
    showAbove(sheet, { isUrgent, notice: say("kept_partly") });
    await drain({ force: true });
  } catch {
    await postDirectly(sheet);
  }
}

/**
 * @param {Sheet} sheet
 * @returns {Promise<Entry>}
 */
async function putIntoOutbox({ fields, day, at }) {
  const { person, name } = about.mine;
  const id = byName(fields).entry_id?.[0] ?? "";
  const given_at = at.toISOString();
  await makeRoomFor(id);
  return queue({
    ...{ id, person, name, day, kept_at: given_at },
    fields: [...fields, ["given_at", given_at]],
  });
}

/**
 * What the clinic has in part already is followed by the rest, as a correction.
 * @param {string} id
 */
async function makeRoomFor(id) {
  const earlier = (await waiting()).find((entry) => entry.id === id);
  if (earlier?.refused?.is_kept) await remove(id);
}

/**
 * Nothing can be kept on this phone: the form posts itself if there is a line, and stays if there is none.
 * @param {Sheet} sheet
 */
async function postDirectly(sheet) {
  const answer = await fetch("/health", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) sheet.form.submit();
  else showAbove(sheet, { isUrgent: sheet.told.isUrgent, notice: say("not_kept") });
}

/** One that was just being kept comes first, and goes then. */
function forgetDraft() {
  alone("me", () => forget("draft")).catch(() => {});
}

/**
 * The page must not ask again before the clinic says by itself that this day is answered.
 * @param {string} day
 */
function noteAnswered(day) {
  const { mine } = about;
  about.mine = { ...mine, answered_days: [...mine.answered_days, day] };
  keepFor(mine.access, "me", about.mine).catch(() => {});
}

/**
 * What stands above the form: what to do now, whether it is saved, and the problems, each linked to its field.
 * @param {Sheet} sheet
 * @param {{ isUrgent: boolean, notice: string }} what
 */
function showAbove({ form, told, problems }, { isUrgent, notice }) {
  const summary = showProblems(form, problems);
  const parts = isUrgent ? [actionOf(told)] : [];
  if (notice) parts.push(elementOf("p", notice, "notice"));
  if (summary) parts.push(summary);
  const heading = document.getElementById("heading");
  const questions = heading?.textContent?.trim() ?? "";
  if (heading) heading.hidden = isUrgent;
  if (isUrgent) parts.push(elementOf("h2", questions));
  document.getElementById("above")?.replaceChildren(...parts);
  // That nobody looks is not said beside whom to ring now.
  if (isUrgent && about.mine.is_ended) mainPart().querySelector("[data-notices]")?.remove();
  if (isUrgent) toTheTop(document.querySelector("#above h1"));
  else if (summary instanceof HTMLElement) summary.focus();
  if (summary) document.title = `${say("look_again")}: ${questions}`;
}

/** @param {Told} told */
function actionOf(told) {
  const copy = copyOf(`answer-${told.kind}`, { ...about.mine, ...told.values, said: "" });
  return /** @type {Element} */ (copy.querySelector(".action"));
}

/**
 * @param {string} tag
 * @param {string} sentence
 * @param {string} [kind]
 */
function elementOf(tag, sentence, kind = "") {
  const element = document.createElement(tag);
  element.className = kind;
  element.textContent = sentence;
  return element;
}

/** @param {Entry} entry */
async function follow(entry) {
  const { zone } = about.mine;
  const time = clockTime(new Date(entry.kept_at), zone, locale());
  followed = entry;
  showReceipt([say("saved_here", { time })]);
  const { needs_card } = await drain({ force: true }).catch(() => ({ needs_card: false }));
  if (needs_card && followed === entry) {
    showReceipt([say("saved_here", { time }), say("needs_card")]);
  }
  await check();
}

/** Whether the clinic has it by now, whoever sent it: this page, another one or the worker. */
async function check() {
  const entry = followed;
  if (!entry) return;
  const waits = (await waiting()).find(({ id }) => id === entry.id);
  if (followed !== entry) return;
  const { clinic } = about.mine;
  if (waits?.refused) return showReceipt(sentencesOf(waits, about.mine), numbersOf(clinic));
  if (waits) return;
  followed = undefined;
  const time = clockTime(now(), about.mine.zone, locale());
  showReceipt([say("at_clinic", { time })]);
  const url = `/answer/${entry.id}`;
  if (await swapFor(url)) history.replaceState(null, "", url);
}
