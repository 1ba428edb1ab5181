/** What to tell a patient at once: the first row of the clinic's advice table that fits, as on the server. */

/** @typedef {import("./reading.js").Answers} Answers */

/**
 * One row; a condition that is left out always holds.
 * @typedef {Object} Row
 * @property {string} key
 * @property {string} level
 * @property {string} whom
 * @property {string[]} [also]
 * @property {string[]} [any_sign]
 * @property {string[]} [all_signs]
 * @property {string[]} [leg_weakness]
 * @property {number} [temperature_from]
 * @property {number} [temperature_below]
 * @property {string} [temperature_instead]
 * @property {number} [pain_from]
 * @property {number} [day_from]
 * @property {number} [day_to]
 * @property {boolean} [paracetamol]
 * @property {string} [pain_place]
 * @property {string} [pain_onset]
 * @property {boolean} [fall]
 */

/** @typedef {{first_day: string, last_day: string, number: number}} FeverLimit */

export const URGENT = ["emergency", "today"];

/**
 * The first row whose conditions all hold; the table runs from the worst to "no condition".
 * @param {Answers} answers
 * @param {number} day since the procedure
 * @param {Row[]} table
 * @returns {Row}
 */
export function advise(answers, day, table) {
  const found = table.find((row) => fits(row, answers, day));
  if (!found) throw new Error("the advice table has no last row");
  return found;
}

/**
 * The table of one day, with this patient's own fever limit.
 * @param {Row[]} table
 * @param {number[]} feverPoints the pathway's own limits of a fever
 * @param {FeverLimit[]} limits
 * @param {string} day ISO date
 * @returns {Row[]}
 */
export function tableFor(table, feverPoints, limits, day) {
  const own = ownFever(limits, day);
  return table.map((row) => {
    const from = row.temperature_from;
    if (from === undefined || !feverPoints.includes(from)) return row;
    return { ...row, temperature_from: Math.min(own, from) };
  });
}

/**
 * From which temperature this patient's own limits speak of a fever on a day; infinite without one.
 * @param {FeverLimit[]} limits
 * @param {string} day ISO date
 */
export function ownFever(limits, day) {
  const acting = limits.filter((each) => each.first_day <= day && day <= each.last_day);
  return Math.min(...acting.map((each) => each.number));
}

/**
 * @param {Row} row
 * @param {Answers} answers
 * @param {number} day
 */
function fits(row, answers, day) {
  const signs = answers.warning_signs ?? [];
  return (
    (!row.any_sign?.length || row.any_sign.some((each) => signs.includes(each))) &&
    (row.all_signs ?? []).every((each) => signs.includes(each)) &&
    (!row.leg_weakness?.length || row.leg_weakness.includes(legs(answers, signs))) &&
    reaches(answers.temperature_c, row.temperature_from) &&
    isBelow(answers.temperature_c, row.temperature_below) &&
    reaches(answers.pain, row.pain_from) &&
    reaches(day, row.day_from) &&
    (row.day_to === undefined || day <= row.day_to) &&
    isSame(row.temperature_instead, answers.temperature_instead) &&
    isSame(row.paracetamol, answers.paracetamol) &&
    isSame(row.pain_place, answers.pain_place) &&
    isSame(row.pain_onset, answers.pain_onset) &&
    isSame(row.fall, answers.fall)
  );
}

/**
 * Weak legs with the question after them left open count as the worst answer to it.
 * @param {Answers} answers
 * @param {string[]} signs
 */
function legs(answers, signs) {
  return signs.includes("leg_weakness") ? answers.leg_weakness || "unanswered" : "";
}

/**
 * @param {number | null} value
 * @param {number | undefined} limit
 */
function reaches(value, limit) {
  return limit === undefined || (value !== null && value >= limit);
}

/**
 * @param {number | null} value
 * @param {number | undefined} limit
 */
function isBelow(value, limit) {
  return limit === undefined || (value !== null && value < limit);
}

/**
 * @param {string | boolean | undefined} wanted
 * @param {string | boolean | null} answer
 */
function isSame(wanted, answer) {
  return wanted === undefined || wanted === answer;
}
