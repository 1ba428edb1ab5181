/** The page of today: whose it is, the questions or what was answered, and when to look again. */

import { URGENT } from "./advice.js";
import { keptSheet, mainPart, pageAt, sheetOf, standAlone, swapFor, toTheTop } from "./answer.js";
import { draftOf, isFollowing, takeInHand } from "./check_in.js";
import { localDay, longDay, numberNow } from "./days.js";
import { keepEntriesShown, showEntries, toldBy } from "./entries.js";
import { fillDays, isTouched, markWorse, setField } from "./form.js";
import { me, now, refresh } from "./me.js";
import { newId, onChange, waiting } from "./outbox.js";
import { copyOf, locale, settle } from "./parts.js";
import { start } from "./update.js";

/** @typedef {import("./me.js").Me} Me */

const html = document.documentElement;
const isShell = html.classList.contains("is-shell");
const isCorrection = new URLSearchParams(location.search).has("correct");
// The same page from the clinic itself: what stands at /today comes from this phone.
const FROM_THE_CLINIC = "/today?line=yes";
const title = document.title;

/** Whose page this is, known a moment after it opens. @type {import("./check_in.js").About | undefined} */
let about;
/** The questions before anything is typed. @type {Node | undefined} */
let questions;
let openedOn = "";
/** Whether the page says that answers of today wait on this phone. */
let tellsOfWaiting = false;

begin();

async function begin() {
  start(isBusy);
  document.addEventListener("click", openQuestionsAgain);
  document.addEventListener("visibilitychange", lookAgain);
  window.addEventListener("pageshow", lookAgain);
  const mine = await me().catch(() => undefined);
  if (mine && isOfThisPage(mine)) await open(mine);
  const isKnown = about !== undefined;
  if (isKnown) tellOfEntries();
  await renew();
  if (!isKnown) tellOfEntries();
}

function tellOfEntries() {
  keepEntriesShown(() => about?.mine).catch(() => {});
  onChange(showArrival);
}

/**
 * Whether the page was made for the access that this phone keeps; a page of the clinic may be newer.
 * @param {Me} mine
 */
function isOfThisPage(mine) {
  const access = formOnPage()?.elements.namedItem("access");
  return isShell || !(access instanceof HTMLInputElement) || access.value === mine.access;
}

/** @param {Me} mine */
async function open(mine) {
  about = { mine, sheet: await keptSheet(mine) };
  openedOn = localDay(now(), mine.zone);
  // English where it is nobody's own is written as in Britain.
  html.dataset.locale = mine.locale.replace("en-150", "en-GB");
  if (isShell) await fillShell(mine);
  else if (formOnPage()) await openForm();
  sheetOf(mine).then((sheet) => {
    if (about && sheet) about.sheet = sheet;
  });
}

/** @param {Me} mine */
async function fillShell(mine) {
  const values = valuesOf(mine);
  const isAnswered = values.is_answered || (await waitsOfToday(mine)).length > 0;
  settle(document, values);
  if (mine.text_size !== "usual") html.classList.add(`text-${mine.text_size}`);
  const isDone = mine.is_ended || (isAnswered && !(await draftToGoOnWith()));
  if (isDone) await showDone(mine);
  else await openForm();
  if (!isDone && isAnswered) tellAgain();
  html.classList.add("is-filled");
}

/** @param {Me} mine */
function valuesOf(mine) {
  const is_answered = mine.answered_days.includes(localDay(now(), mine.zone));
  return {
    ...mine,
    phone: numberNow(mine.clinic, now()),
    today: longDay(localDay(now(), mine.zone), locale()),
    is_followed: !mine.is_ended,
    is_own_phone: !mine.helper_name,
    is_answered,
    may_wait: mine.state === "active" && !is_answered,
    may_go_to_hospital: ["active", "paused"].includes(mine.state),
  };
}

/** @param {Me} mine */
async function waitsOfToday(mine) {
  const waits = await waiting(mine.person).catch(() => []);
  return waits.filter(({ day }) => day === localDay(now(), mine.zone));
}

async function draftToGoOnWith() {
  return about && draftOf(about);
}

/** What was answered today: from this phone at once, and then as the clinic has it.
 * @param {Me} mine
 */
async function showDone(mine) {
  questions = mainPart().cloneNode(true);
  const notices = mainPart().querySelector("[data-notices]");
  tellsOfWaiting = (await waitsOfToday(mine)).length > 0;
  const waits = await waitsInWords(mine);
  const is_over = mine.is_ended && !waits.urgent_phone;
  const done = copyOf("done", { ...valuesOf(mine), ...waits, is_over });
  // That nobody looks is not said beside whom to ring now.
  const isSaid = notices && (is_over || !mine.is_ended);
  mainPart().replaceChildren(...(isSaid ? [notices] : []), done);
  showDoneOfTheClinic(mine);
}

/** @param {Me} mine */
async function showDoneOfTheClinic(mine) {
  const came = await swapFor(FROM_THE_CLINIC, (page) => !page.getElementById("check-in"));
  if (came) showEntries(mine);
}

/** A part of today's answers is still to be mended: whom to ring by what the clinic has already stands above them. */
async function tellAgain() {
  const page = await pageAt(FROM_THE_CLINIC);
  const told = page?.querySelector("[data-told]");
  if (told && formOnPage()) document.getElementById("above")?.prepend(told);
}

/** What the page said to wait has gone: the clinic's own page takes its place. */
async function showArrival() {
  if (!about || !tellsOfWaiting || formOnPage() || isFollowing()) return;
  tellsOfWaiting = (await waitsOfToday(about.mine)).length > 0;
  if (!tellsOfWaiting) await showDoneOfTheClinic(about.mine);
}

/**
 * Whether answers of today wait, and whom to ring by them; of those that were sent, the clinic's own page tells.
 * @param {Me} mine
 * @returns {Promise<import("./parts.js").Values>}
 */
async function waitsInWords(mine) {
  const waits = await waitsOfToday(mine);
  if (!waits.length) return { is_in: !mine.is_ended };
  const told = waits.map((entry) => toldBy(entry, mine, about?.sheet));
  const worst =
    told.find(({ kind }) => kind === URGENT[0]) ?? told.find(({ isUrgent }) => isUrgent);
  const { headline, phone } = worst?.values ?? {};
  return {
    ...{ is_waiting: !mine.is_ended, is_answered: false },
    ...{ urgent_headline: headline, urgent_phone: phone },
  };
}

function formOnPage() {
  const form = document.getElementById("check-in");
  return form instanceof HTMLFormElement ? form : undefined;
}

async function openForm() {
  const form = formOnPage();
  if (!form || !about) return;
  questions ??= mainPart().cloneNode(true);
  const { mine } = about;
  if (isShell) {
    fillDays(form, mine, openedOn);
    markWorse(form, mine.worse_from);
    setField(form, "temperature_unit", mine.temperature_unit);
    setField(form, "entry_id", newId());
  }
  await takeInHand(form, about, { keepsDraft: !isCorrection });
}

/**
 * "Something has changed": the questions once more, also without a line.
 * @param {MouseEvent} event
 */
async function openQuestionsAgain(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href*='more=yes']") : null;
  if (!link || !questions || isCorrection) return;
  event.preventDefault();
  const asked = link.textContent?.trim() ?? ""; // the page says what was tapped
  mainPart().replaceChildren(...questions.cloneNode(true).childNodes);
  mainPart().querySelector("[data-if='may_wait']")?.remove(); // today is answered, or nobody looks any more
  standAlone(false);
  document.title = title;
  history.replaceState(null, "", "/today");
  const heading = document.getElementById("heading");
  if (heading) heading.textContent = asked;
  const form = formOnPage();
  if (form) setField(form, "entry_id", newId());
  await openForm();
  toTheTop(heading);
}

/** Whether a reload would lose what is typed, or the one thing to do now. */
function isBusy() {
  const form = formOnPage();
  return isFollowing() || (form !== undefined && isTouched(form));
}

/**
 * Ask the clinic whose phone this is: what stands on the page follows, unless somebody is in the middle of it.
 * @returns {Promise<void>}
 */
async function renew() {
  const before = about?.mine;
  let mine;
  try {
    mine = await refresh();
  } catch {
    if (isShell && !about) location.replace(FROM_THE_CLINIC);
    return;
  }
  // Today was answered while the clinic was asked: what it said is of before.
  if (about && about.mine !== before && about.mine !== mine) return renew();
  if (!mine) {
    // What was sent a moment ago stays: the one thing to do now, and that it needs the card.
    if (isShell && !isFollowing()) location.replace(FROM_THE_CLINIC);
  } else if (!about) {
    await open(mine);
  } else if (mine.person === about.mine.person && seen(mine) === seen(about.mine)) {
    about.mine = mine;
  } else if (isShell && location.pathname === "/today" && !isBusy()) {
    location.reload();
  }
}

/** What of it stands on the page.
 * @param {Me} mine
 */
function seen({ name, helper_name, state, is_behind, notices, language, text_size, ...rest }) {
  const { open: _spans, ...clinic } = rest.clinic;
  const isAnswered = rest.answered_days.includes(openedOn);
  const parts = [name, helper_name, state, is_behind, notices, language, text_size];
  return JSON.stringify([...parts, clinic, isAnswered]);
}

/** Somebody looks at the page again, perhaps on another day. */
function lookAgain() {
  if (document.hidden || !about) return;
  const { mine } = about;
  const today = localDay(now(), mine.zone);
  const form = formOnPage();
  if (today === openedOn) {
    renew();
  } else if (form && isTouched(form)) {
    openedOn = today;
    fillDays(form, mine, today);
    const heading = mainPart().querySelector(".day");
    if (heading) heading.textContent = longDay(today, locale());
  } else {
    location.assign("/today");
  }
}
