/** Parts of pages that the server wrote for scripts: sentences by key, and templates to be filled in. */

import { fill } from "./fill.js";

/** @typedef {import("./fill.js").Values} Values */

/**
 * A sentence in the language of the page, with its values.
 * @param {string} key
 * @param {Values} [values]
 */
export function say(key, values = {}) {
  const forms = Array.from(templateOf("words").querySelectorAll(`[data-key="${key}"]`));
  const kinds = forms.map((form) => form.getAttribute("data-kind") ?? "");
  const at = kinds.length > 1 ? kinds.indexOf(kindOf(forms, values)) : 0;
  return put(forms[Math.max(at, 0)]?.textContent ?? "", values);
}

/**
 * The kind of number that the sentence counts: one value of it is a number.
 * @param {Element[]} forms
 * @param {Values} values
 */
function kindOf(forms, values) {
  const counted = Object.values(values).find((value) => typeof value === "number");
  const rules = new Intl.PluralRules(document.documentElement.lang);
  return forms.length ? rules.select(Number(counted)) : "";
}

/**
 * Put values into the places of a sentence, %(name)s.
 * @param {string} sentence
 * @param {Values} values
 */
export function put(sentence, values) {
  // From right to left a value is set apart, so that a phone number keeps its order.
  const [before, after] = document.dir === "rtl" ? ["\u2068", "\u2069"] : ["", ""];
  return sentence.replace(/%\((\w+)\)s/g, (_place, name) => `${before}${values[name]}${after}`);
}

/**
 * A copy of a template's content, filled in.
 * @param {string} id
 * @param {Values} values
 */
export function copyOf(id, values) {
  const copy = /** @type {DocumentFragment} */ (templateOf(id).cloneNode(true));
  settle(copy, values);
  return copy;
}

/**
 * Leave out what does not hold (data-if), repeat what stands for several (data-each), and fill in the rest.
 * @param {Document | DocumentFragment} part
 * @param {Values} values
 */
export function settle(part, values) {
  for (const element of part.querySelectorAll("[data-if]")) {
    const value = values[element.getAttribute("data-if") ?? ""];
    if (!value || (Array.isArray(value) && !value.length)) element.remove();
  }
  for (const element of part.querySelectorAll("[data-each]")) repeat(element, values);
  for (const child of Array.from(part.children)) fill(child, values);
}

/**
 * @param {Element} element
 * @param {Values} values
 */
function repeat(element, values) {
  const name = element.getAttribute("data-each") ?? "";
  const several = /** @type {unknown[]} */ (values[name] ?? []);
  for (const value of several) {
    const copy = /** @type {Element} */ (element.cloneNode(true));
    fill(copy, { ...values, [name]: value });
    element.before(copy);
  }
  element.remove();
}

/** In which language and where's habits days, times and numbers are written. */
export function locale() {
  const { dataset, lang } = document.documentElement;
  return dataset.locale || lang;
}

/** @param {string} id */
function templateOf(id) {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLTemplateElement)) throw new Error(`the page has no template ${id}`);
  return found.content;
}
