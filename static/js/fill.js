/** Fills a page that knows nobody: marks such as {{clinic.phone}}, in text and attributes, become what this phone keeps. */

import { numbersOf, ring, tel } from "./ring.js";

/** @typedef {Record<string, any> & {clinic?: import("./ring.js").Phones}} Values */

const MARK = /\{\{([\w.]+)\}\}/g;

/**
 * Fill the marks under a part of the page, and show it. The numbers of `values.clinic` ring when they are touched.
 * @param {Element} part
 * @param {Values} values by name; a mark without a value becomes nothing
 */
export function fill(part, values) {
  for (const node of [part, ...nodesIn(part)]) {
    if (node instanceof Element) fillAttributes(node, values);
    else if (node instanceof Text) fillText(node, values);
  }
  part.removeAttribute("hidden");
}

/**
 * All of them before any is filled, for a sentence with a number becomes several.
 * @param {Element} part
 */
function nodesIn(part) {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

/**
 * @param {Text} text
 * @param {Values} values
 */
function fillText(text, values) {
  const sentence = filled(text.data, values);
  if (sentence === text.data) return;
  text.data = sentence;
  ring(text, numbersOf(values.clinic));
}

/**
 * @param {Element} element
 * @param {Values} values
 */
function fillAttributes(element, values) {
  for (const attribute of Array.from(element.attributes)) {
    const text = filled(attribute.value, values);
    if (text === attribute.value) continue;
    element.setAttribute(attribute.name, text.startsWith("tel:") ? tel(text) : text);
  }
}

/**
 * @param {string} text
 * @param {Values} values
 */
function filled(text, values) {
  return text.replace(MARK, (_mark, path) => String(find(path, values) ?? ""));
}

/**
 * @param {string} path
 * @param {any} values
 */
function find(path, values) {
  return path.split(".").reduce((value, name) => value?.[name], values);
}
