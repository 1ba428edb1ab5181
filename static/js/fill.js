/** Fills a page that knows nobody: marks such as {{clinic.phone}}, in text and attributes, become what this phone keeps. */

const MARK = /\{\{([\w.]+)\}\}/g;

/**
 * Fill the marks under a part of the page, and show it.
 * @param {Element} part
 * @param {object} values by name; a mark without a value becomes nothing
 */
export function fill(part, values) {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.currentNode; node; node = /** @type {Node} */ (walker.nextNode())) {
    if (node instanceof Element) fillAttributes(node, values);
    else if (node instanceof Text) node.data = filled(node.data, values);
  }
  part.removeAttribute("hidden");
}

/**
 * @param {Element} element
 * @param {object} values
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
 * @param {object} values
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

/** @param {string} text */
function tel(text) {
  return `tel:${text.replace(/[^0-9+*#]/g, "")}`;
}
