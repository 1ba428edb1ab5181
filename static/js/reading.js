/** Reading the form's fields into answers, by the same rules as the server: what could be read, and what to ask again. */

/**
 * One form's fields as they are posted: each name with all its values.
 * @typedef {Record<string, string[]>} Form
 */

/**
 * The numbers of pathway.questions that reading needs; temperatures in degrees Celsius unless named Fahrenheit.
 * @typedef {Object} Questions
 * @property {number} pain_max
 * @property {number} mobility_max
 * @property {number} temperature_accept_low
 * @property {number} temperature_accept_high
 * @property {number} temperature_plain_low
 * @property {number} temperature_plain_high
 * @property {number} temperature_confirm_low
 * @property {number} temperature_confirm_high
 * @property {number} fahrenheit_low
 * @property {number} fahrenheit_high
 * @property {number} note_max_characters
 * @property {number} back_fill_days
 */

/** @typedef {{field: string, key: string, values: Record<string, string | number>}} Problem */

/**
 * One check-in's answers; null means "not answered", which is never read as "no".
 * @typedef {Object} Answers
 * @property {number | null} pain
 * @property {number | null} mobility
 * @property {number | null} temperature_c
 * @property {string} temperature_unit
 * @property {string | null} temperature_instead
 * @property {string[] | null} warning_signs sorted; null when the question was left, [] for "none of these"
 * @property {string | null} leg_weakness
 * @property {boolean} wound_unseen
 * @property {boolean | null} paracetamol
 * @property {string | null} answered_by
 * @property {string} note
 * @property {string | null} pain_place
 * @property {string | null} pain_onset
 * @property {boolean | null} fall
 */

export const CONFIRMABLE = ["temperature_confirm", "temperature_measure_again"];

const SIGNS = [
  "chest_pain_or_breathless",
  "bladder_or_bowel",
  "leg_weakness",
  "wound",
  "chills",
  "confusion",
  "limb_pain",
  "headache_upright",
];
const LEG_WEAKNESS = ["one", "both", "worse"];
// What the server's strip() takes for white space; trim() takes a little less and a little more.
const WHITE =
  "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const AROUND = new RegExp(`^${WHITE}+|${WHITE}+$`, "g");
// Temperatures are worked out in whole hundred-thousandths, so that no sum is off by a hair.
const UNIT = 100_000;

/**
 * The answers and the problems. Ticked signs are kept whatever else is wrong.
 * @param {Form} form
 * @param {Questions} limits
 * @returns {{answers: Answers, problems: Problem[]}}
 */
export function read(form, limits) {
  /** @type {Problem[]} */
  const problems = [];
  const sheet = new Sheet(form, limits, problems);
  const answers = {
    pain: sheet.pain(),
    mobility: sheet.whole("mobility", limits.mobility_max),
    temperature_c: sheet.temperature(),
    temperature_unit: sheet.choice("temperature_unit", ["C", "F"]) ?? "C",
    temperature_instead: sheet.choice("temperature_instead", ["no_thermometer", "felt_hot"]),
    warning_signs: sheet.signs(),
    leg_weakness: sheet.legWeakness(),
    wound_unseen: sheet.choice("wound_unseen", ["yes"]) !== null,
    paracetamol: sheet.yesOrNo("paracetamol"),
    answered_by: sheet.choice("answered_by", ["patient", "with_help", "for_patient"]),
    note: sheet.note(),
    pain_place: sheet.choice("pain_place", ["same", "new"]),
    pain_onset: sheet.choice("pain_onset", ["sudden", "gradual"]),
    fall: sheet.yesOrNo("fall"),
  };
  return { answers, problems };
}

/** The posted fields; each method reads one answer, and notes a problem if it cannot. */
class Sheet {
  /**
   * @param {Form} form
   * @param {Questions} limits
   * @param {Problem[]} problems
   */
  constructor(form, limits, problems) {
    this.form = form;
    this.limits = limits;
    this.problems = problems;
  }

  /** @param {string} name */
  text(name) {
    return strip(this.form[name]?.[0] ?? "");
  }

  /**
   * @param {string} field
   * @param {string} key
   * @param {Problem["values"]} values
   */
  problem(field, key, values = {}) {
    this.problems.push({ field, key, values });
  }

  /**
   * @param {string} name
   * @param {string[]} choices
   */
  choice(name, choices) {
    const text = this.text(name);
    if (text && !choices.includes(text)) this.problem(name, "choice_unknown");
    return choices.includes(text) ? text : null;
  }

  /** @param {string} name */
  yesOrNo(name) {
    const answer = this.choice(name, ["yes", "no"]);
    return answer ? answer === "yes" : null;
  }

  pain() {
    if (!this.text("pain")) this.problem("pain", "pain_missing", { high: this.limits.pain_max });
    return this.whole("pain", this.limits.pain_max);
  }

  /**
   * @param {string} name
   * @param {number} high
   */
  whole(name, high) {
    const text = this.text(name);
    if (/^[0-9]{1,2}$/.test(text) && Number(text) <= high) return Number(text);
    if (text) this.problem(name, `${name}_range`, { high });
    return null;
  }

  signs() {
    const ticked = new Set((this.form.warning_signs ?? []).map(strip).filter(Boolean));
    if ([...ticked].some((each) => each !== "none" && !SIGNS.includes(each))) {
      this.problem("warning_signs", "choice_unknown");
    }
    const signs = new Set(SIGNS.filter((each) => ticked.has(each)));
    // "Both legs" without the tick above it still says that the legs are weak.
    if (this.form.leg_weakness?.some((each) => LEG_WEAKNESS.includes(each))) {
      signs.add("leg_weakness");
    }
    return signs.size || ticked.has("none") ? [...signs].sort() : null;
  }

  legWeakness() {
    const posted = this.form.leg_weakness ?? [];
    if (posted.some((each) => each && !LEG_WEAKNESS.includes(each))) {
      this.problem("leg_weakness", "choice_unknown");
    }
    return [...LEG_WEAKNESS].reverse().find((grave) => posted.includes(grave)) ?? null;
  }

  note() {
    const text = this.text("note").replaceAll("\r\n", "\n");
    const most = this.limits.note_max_characters;
    const length = [...text].length;
    if (length > most) {
      this.problem("note", "note_too_long", { most, length });
      return "";
    }
    return text.replace(/[\p{Cc}\p{Cs}]/gu, (c) => (c === "\n" || c === "\t" ? c : ""));
  }

  temperature() {
    const posted = this.text("temperature");
    if (!posted) return null;
    const text = posted.replace(/[°CcFf ]+$/, "").replaceAll(",", ".");
    if (!/^[0-9]{1,5}(\.[0-9]{0,3})?$/.test(text)) {
      this.problem("temperature", "temperature_unreadable");
      return null;
    }
    const unit = this.text("temperature_unit") === "F" ? "F" : "C";
    const doubt = doubtOf(text, unit, this.limits);
    const confirmed = this.text("temperature_confirmed") === "yes";
    if (doubt && !(confirmed && CONFIRMABLE.includes(doubt.key))) {
      this.problems.push(doubt);
      return null;
    }
    return celsius(parts(text), unit);
  }
}

/**
 * What to ask about a number that a thermometer is unlikely to show.
 * @param {string} text
 * @param {string} unit
 * @param {Questions} limits
 * @returns {Problem | null}
 */
function doubtOf(text, unit, limits) {
  const reading = celsius(parts(text), unit);
  const values = { typed: text.replace(/^0+(?=[0-9])/, "").replace(/\.$/, ""), unit };
  const field = "temperature";
  if (lies(reading, limits.temperature_plain_low, limits.temperature_plain_high)) return null;
  if (lies(reading, limits.temperature_accept_low, limits.temperature_accept_high)) {
    return { field, key: "temperature_confirm", values };
  }
  if (lies(reading, limits.temperature_confirm_low, limits.temperature_confirm_high)) {
    return { field, key: "temperature_measure_again", values };
  }
  return { field, ...slip(parts(text), unit, limits, values) };
}

/**
 * The likely slip behind an impossible number: the other unit, a lost or a wandering point.
 * @param {number} typed
 * @param {string} unit
 * @param {Questions} limits
 * @param {Record<string, string | number>} values
 */
function slip(typed, unit, limits, values) {
  const number = typed / UNIT;
  if (unit === "C" && lies(number, limits.fahrenheit_low, limits.fahrenheit_high)) {
    return { key: "temperature_is_fahrenheit", values };
  }
  if (unit === "F" && lies(number, limits.temperature_accept_low, limits.temperature_accept_high)) {
    return { key: "temperature_is_celsius", values };
  }
  // Three decimals at most were typed, so a hundredth of them is whole still.
  for (const likely of [typed * 10, typed / 10, typed * 100, typed / 100]) {
    const reading = celsius(likely, unit);
    if (lies(reading, limits.temperature_plain_low, limits.temperature_plain_high)) {
      return { key: "temperature_likely", values: { ...values, likely: oneDecimal(likely) } };
    }
  }
  return { key: "temperature_impossible", values };
}

/**
 * Degrees Celsius with one decimal, halves upward: 100.4 °F is 38.0, and 37.95 °C is a fever.
 * @param {number} typed in hundred-thousandths
 * @param {string} unit
 */
function celsius(typed, unit) {
  // In °F a tenth of a degree Celsius is nine fiftieths.
  const [above, tenth] = unit === "F" ? [(typed - 32 * UNIT) * 50, UNIT * 9] : [typed * 10, UNIT];
  const tenths = Math.floor((2 * Math.abs(above) + tenth) / (2 * tenth));
  return tenths === 0 ? 0 : (Math.sign(above) * tenths) / 10;
}

/**
 * One decimal, halves to the even digit.
 * @param {number} typed in hundred-thousandths
 */
function oneDecimal(typed) {
  const tenth = UNIT / 10;
  const below = Math.floor(typed / tenth);
  const rest = typed - below * tenth;
  const isUp = rest * 2 > tenth || (rest * 2 === tenth && below % 2 === 1);
  return ((below + (isUp ? 1 : 0)) / 10).toFixed(1);
}

/** @param {string} text */
function parts(text) {
  const [whole = "0", decimals = ""] = text.split(".");
  return Number(whole) * UNIT + Number(decimals.padEnd(5, "0"));
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
function lies(value, low, high) {
  return low <= value && value <= high;
}

/** @param {string} text */
function strip(text) {
  return text.replace(AROUND, "");
}
