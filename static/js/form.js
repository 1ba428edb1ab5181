/** The form of the daily questions: what is typed in it, its days, and its problems beside the fields and above them. */

import { choices, weekday } from "./days.js";
import { copyOf, locale, say } from "./parts.js";
import { CONFIRMABLE } from "./reading.js";

/**
 * @typedef {import("./reading.js").Problem} Problem
 * @typedef {[string, string][]} Fields as they are posted
 * @typedef {{procedure_date: string, questions: Record<string, number>}} Course
 */

// They stand in an empty form too.
const ALWAYS = ["access", "entry_id", "date", "temperature_unit"];

/**
 * @param {HTMLFormElement} form
 * @returns {Fields}
 */
export function fieldsOf(form) {
  return Array.from(new FormData(form), ([name, value]) => [name, String(value)]);
}

/**
 * Each name with all its values.
 * @param {Fields} fields
 */
export function byName(fields) {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const [name, value] of fields) found[name] = [...(found[name] ?? []), value];
  return found;
}

/**
 * Whether something would be lost with this form.
 * @param {HTMLFormElement} form
 */
export function isTouched(form) {
  return fieldsOf(form).some(([name, value]) => value.trim() && !ALWAYS.includes(name));
}

/**
 * Put back what was typed before the page was loaded again.
 * @param {HTMLFormElement} form
 * @param {Fields} fields
 */
export function restore(form, fields) {
  const typed = byName(fields);
  for (const element of form.elements) {
    const name = element.getAttribute("name") ?? "";
    if (!typed[name] || name === "access") continue;
    if (element instanceof HTMLInputElement && /radio|checkbox/.test(element.type)) {
      element.checked = typed[name].includes(element.value);
    } else if (
      element instanceof HTMLInputElement ||
      element instanceof HTMLSelectElement ||
      element instanceof HTMLTextAreaElement
    ) {
      element.value = typed[name][0] ?? "";
    }
  }
}

/**
 * A sign that is ticked takes back "none of these"; never the other way round, so that no slip takes back a sign.
 * @param {Event} event
 */
export function takeBackNone({ target }) {
  if (!(target instanceof HTMLInputElement) || target.name !== "warning_signs") return;
  const none = target.form?.querySelector("input[name=warning_signs][value=none]");
  if (target.checked && none instanceof HTMLInputElement) none.checked = target === none;
}

/**
 * The days that can be answered for; one that was chosen stays chosen.
 * @param {HTMLFormElement} form
 * @param {Course} course
 * @param {string} today ISO date
 */
export function fillDays(form, course, today) {
  const select = form.elements.namedItem("date");
  if (!(select instanceof HTMLSelectElement)) return;
  const chosen = select.selectedIndex > 0 ? select.value : "";
  const days = choices(today, course.procedure_date, course.questions.back_fill_days ?? 0);
  select.replaceChildren(...days.map((day, ago) => new Option(words(day, ago), day)));
  if (days.includes(chosen)) select.value = chosen;
}

/**
 * @param {string} day
 * @param {number} ago
 */
function words(day, ago) {
  const name = weekday(day, locale());
  if (ago < 2) return say(ago ? "yesterday" : "today", { weekday: name });
  return name.charAt(0).toLocaleUpperCase(locale()) + name.slice(1);
}

/**
 * A unit, or an id: what the server would have chosen.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
export function setField(form, name, value) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
}

/**
 * Mark the pains that call for more questions.
 * @param {HTMLFormElement} form
 * @param {number | null} worseFrom null: asked at every pain
 */
export function markWorse(form, worseFrom) {
  for (const input of form.querySelectorAll("input[name=pain]")) {
    const pain = Number(input.getAttribute("value"));
    input.classList.toggle("is-worse", worseFrom !== null && pain >= worseFrom);
  }
  form.querySelector(".pain-more")?.classList.toggle("is-asked", worseFrom === null);
}

/**
 * Show the problems as the server does: beside each field, and all of them first.
 * @param {HTMLFormElement} form
 * @param {Problem[]} problems
 * @returns {Element | undefined} the list that stands first
 */
export function showProblems(form, problems) {
  clearProblems(form);
  const sentences = problems.map(({ field, key, values }) => ({
    field,
    sentence: say(key, written(values)),
  }));
  for (const each of sentences) showBeside(form, each.field, each.sentence);
  if (problems.some(({ key }) => CONFIRMABLE.includes(key))) {
    form.querySelector("[data-confirm]")?.removeAttribute("hidden");
  }
  return problems.length ? summaryOf(sentences) : undefined;
}

/** @param {HTMLFormElement} form */
function clearProblems(form) {
  document.getElementById("problems")?.remove();
  for (const place of form.querySelectorAll("[data-problems]")) {
    place.replaceChildren();
    place.closest("fieldset, .card")?.classList.remove("has-problem");
    described(form, place.getAttribute("data-problems") ?? "")?.removeAttribute("aria-describedby");
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} field
 * @param {string} sentence
 */
function showBeside(form, field, sentence) {
  const place = form.querySelector(`[data-problems="${field}"]`);
  if (!place) return;
  const line = document.createElement("p");
  line.className = "problem";
  line.id = `problem-${field}-${place.children.length + 1}`;
  line.textContent = sentence;
  place.append(line);
  place.closest("fieldset, .card")?.classList.add("has-problem");
  described(form, field)?.setAttribute("aria-describedby", `problem-${field}-1`);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} field
 */
function described(form, field) {
  return form.querySelector(`[data-described="${field}"]`);
}

/** @param {{field: string, sentence: string}[]} sentences */
function summaryOf(sentences) {
  const summary = copyOf("problems-found", {}).firstElementChild ?? undefined;
  const lines = sentences.flatMap((each) => [
    ...(copyOf("problems-found", each).querySelector("ul")?.children ?? []),
  ]);
  summary?.querySelector("ul")?.replaceChildren(...lines);
  return summary;
}

/**
 * Typed numbers with the point or comma of the page.
 * @param {Problem["values"]} values
 */
function written(values) {
  const comma = (1.5).toLocaleString(locale()).charAt(1);
  const isTyped = (/** @type {string} */ name) => name === "typed" || name === "likely";
  const pairs = Object.entries(values).map(([name, value]) =>
    isTyped(name) ? [name, String(value).replace(".", comma)] : [name, value],
  );
  return Object.fromEntries(pairs);
}
