/** Numbers in sentences: each number of the clinic stands on one line, and rings when it is touched. */

/** @typedef {{emergency: string, phone: string, out_of_hours_phone: string, lost_card_phone: string}} Phones */

const LEAST_DIGITS = 3; // a shorter one could as well be a day or an hour
const NO_LINKS = "a, button, summary, [data-one-link]";
const NO_ELEMENTS = "title, option, textarea";

/**
 * All that a sentence may name.
 * @param {Phones | undefined} clinic
 */
export function numbersOf(clinic) {
  if (!clinic) return [];
  const { emergency, phone, out_of_hours_phone, lost_card_phone } = clinic;
  return [emergency, phone, out_of_hours_phone, lost_card_phone].filter(Boolean); // an older page kept fewer
}

/**
 * A line of a list.
 * @param {string} sentence
 * @param {string[]} numbers
 */
export function lineOf(sentence, numbers) {
  const line = document.createElement("li");
  const text = document.createTextNode(sentence);
  line.append(text);
  ring(text, numbers);
  return line;
}

/**
 * Make each of these numbers a link that rings it; where no link may stand it is only kept on one line.
 * @param {Text} text
 * @param {string[]} numbers
 */
export function ring(text, numbers) {
  const pieces = split(text.data, numbers);
  const place = text.parentElement;
  if (pieces.length === 1 || place?.closest(NO_ELEMENTS)) return;
  if (!place?.closest(NO_LINKS)) {
    text.replaceWith(...pieces.map((piece, at) => (at % 2 ? linkTo(piece) : piece)));
    return;
  }
  const words = document.createElement("span");
  words.append(...pieces.map((piece, at) => (at % 2 ? look("span", piece) : piece)));
  text.replaceWith(words);
}

/**
 * What rings a number as people write it.
 * @param {string} number
 */
export function tel(number) {
  return `tel:${number.replace(/[^0-9+*#]/g, "")}`;
}

/**
 * The sentence in pieces: every second one is a number.
 * @param {string} sentence
 * @param {string[]} numbers
 */
function split(sentence, numbers) {
  const pieces = [];
  let from = 0;
  for (const { 0: number, index = 0 } of sentence.matchAll(anyOf(numbers))) {
    const to = index + number.length;
    if (isPart(sentence.slice(0, index), sentence.slice(to))) continue;
    pieces.push(sentence.slice(from, index), number);
    from = to;
  }
  return [...pieces, sentence.slice(from)];
}

/** @param {string[]} numbers */
function anyOf(numbers) {
  const long = numbers.filter((number) => number.replace(/\D/g, "").length >= LEAST_DIGITS);
  const longestFirst = long.sort((one, other) => other.length - one.length);
  const either = longestFirst.map((number) => number.replace(/[^\w ]/g, "\\$&")).join("|");
  return new RegExp(either || "(?!)", "g");
}

/**
 * Whether it is part of a longer number, such as 112 in 1123 or in 112.5. Older phones cannot look behind in a pattern.
 * @param {string} before
 * @param {string} after
 */
function isPart(before, after) {
  return /([\w+]|\d\W)$/.test(before) || /^(\w|\W\d)/.test(after);
}

/** @param {string} number */
function linkTo(number) {
  const link = look("a", number);
  link.setAttribute("href", tel(number));
  return link;
}

/**
 * A number that stands on one line as long as it fits.
 * @param {string} tag
 * @param {string} number
 */
function look(tag, number) {
  const element = document.createElement(tag);
  element.className = "phone-number";
  element.dir = "ltr";
  element.textContent = number;
  return element;
}
