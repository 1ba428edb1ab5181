/** Days and hours: the patient's own calendar by the corrected clock, and which of the clinic's numbers answers now. */

/** @typedef {import("./reading.js").Problem} Problem */

/** @typedef {{phone: string, out_of_hours_phone: string, open: [string, string][]}} Openings */

const DAY_MS = 24 * 60 * 60 * 1000;

// As the server writes days; browsers differ over the commas, and write "1 novembre".
/** @type {Record<string, string>} */
const LONG = {
  en: "weekday day month year",
  "en-US": "weekday, month day, year",
  fr: "weekday day month year",
  es: "weekday, day de month de year",
  de: "weekday, day. month year",
};

/**
 * The calendar day of an instant on the wall of somebody in that zone, as an ISO date.
 * @param {Date} instant
 * @param {string} zone
 */
export function localDay(instant, zone) {
  const part = wall(instant, zone);
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/**
 * How many hours have passed on that wall clock since midnight.
 * @param {Date} instant
 * @param {string} zone
 */
export function hourOfDay(instant, zone) {
  const part = wall(instant, zone);
  return Number(part("hour")) + Number(part("minute")) / 60;
}

/**
 * @param {Date} instant
 * @param {string} zone
 * @returns {(type: string) => string}
 */
function wall(instant, zone) {
  const two = "2-digit";
  const form = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: zone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23" },
    ...{ year: "numeric", month: two, day: two, hour: two, minute: two },
  });
  const parts = form.formatToParts(instant);
  return (type) => parts.find((each) => each.type === type)?.value ?? "";
}

/**
 * The date so many days later.
 * @param {string} day ISO date
 * @param {number} days
 */
export function addDays(day, days) {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * How many days lie from one date to another.
 * @param {string} from ISO date
 * @param {string} to ISO date
 */
export function daysBetween(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/**
 * The days that can be filled in, today first; never one before the procedure, unless nothing else is left.
 * @param {string} today ISO date
 * @param {string} procedureDate ISO date
 * @param {number} back days before today
 */
export function choices(today, procedureDate, back) {
  const days = Array.from({ length: back + 1 }, (_, ago) => addDays(today, -ago));
  const possible = days.filter((day) => day >= procedureDate);
  return possible.length ? possible : [today];
}

/**
 * Why answers cannot be given for that day, today; null when they can.
 * @param {string} day ISO date
 * @param {string} today ISO date
 * @param {string} procedureDate ISO date
 * @param {number} back days before today
 * @returns {Problem | null}
 */
export function problemOf(day, today, procedureDate, back) {
  if (Number.isNaN(Date.parse(day))) return { field: "date", key: "date_unreadable", values: {} };
  if (day > today) return { field: "date", key: "future_date", values: {} };
  if (day < addDays(today, -back)) {
    return { field: "date", key: "too_long_ago", values: { days: back } };
  }
  if (day < procedureDate) return { field: "date", key: "before_procedure", values: {} };
  return null;
}

/**
 * Whether what is told for that day may be over by now, so that it is asked about again.
 * @param {string} day ISO date
 * @param {Date} now
 * @param {string} zone
 * @param {number} hours after the end of that day
 */
export function isOld(day, now, zone, hours) {
  const ago = daysBetween(day, localDay(now, zone));
  return ago > 1 || (ago === 1 && hourOfDay(now, zone) > hours);
}

/**
 * Such as "Tuesday 24 November 2026".
 * @param {string} day ISO date
 * @param {string} locale of the reader
 */
export function longDay(day, locale) {
  const words = /** @type {const} */ ({ weekday: "long", month: "long" });
  const numbers = /** @type {const} */ ({ day: "numeric", year: "numeric" });
  const form = new Intl.DateTimeFormat(locale, { ...words, ...numbers, timeZone: "UTC" });
  const language = new Intl.Locale(locale).language;
  const pattern = LONG[locale] ?? LONG[language];
  if (!pattern) return form.format(new Date(day));
  /** @type {Map<string, string>} */
  const parts = new Map(form.formatToParts(new Date(day)).map(({ type, value }) => [type, value]));
  if (language === "fr" && parts.get("day") === "1") parts.set("day", "1er");
  return pattern.replace(/weekday|day|month|year/g, (name) => parts.get(name) ?? "");
}

/**
 * @param {string} day ISO date
 * @param {string} locale of the reader
 */
export function weekday(day, locale) {
  return new Date(day).toLocaleDateString(locale, { weekday: "long", timeZone: "UTC" });
}

/**
 * Such as "09:14" on the wall of somebody in that zone.
 * @param {Date} instant
 * @param {string} zone
 * @param {string} locale of the reader
 */
export function clockTime(instant, zone, locale) {
  const form = /** @type {const} */ ({ timeStyle: "short", timeZone: zone });
  return instant.toLocaleTimeString(locale, form);
}

/**
 * Whether somebody is at the clinic now.
 * @param {Openings} clinic
 * @param {Date} now
 */
export function isOpen(clinic, now) {
  return clinic.open.some(([from, to]) => Date.parse(from) <= +now && +now < Date.parse(to));
}

/**
 * The number that somebody answers now: the clinic's own while it is open, else that for the hours between.
 * @param {Openings} clinic
 * @param {Date} now
 */
export function numberNow(clinic, now) {
  return isOpen(clinic, now) ? clinic.phone : clinic.out_of_hours_phone;
}
