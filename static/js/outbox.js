/** The outbox: answers that wait on this phone until the clinic has said that it has them. Runs in the worker too. */

import { alone, kept, read, write } from "./store.js";

/**
 * @typedef {object} Refused Why an entry was set aside; is_kept: the clinic has it, but something is to be mended.
 * @property {number} status
 * @property {string} reference
 * @property {string[]} sentences
 * @property {boolean} is_kept
 *
 * @typedef {object} Entry One check-in as it was typed; `fields` never change once it is queued.
 * @property {string} id
 * @property {string} person
 * @property {string} name
 * @property {string} day
 * @property {string} kept_at ISO
 * @property {[string, string][]} fields
 * @property {number} tries
 * @property {number} next_try_at milliseconds, by this phone's clock
 * @property {Refused | null} refused
 *
 * @typedef {Pick<Entry, "id" | "person" | "name" | "day" | "fields"> & Partial<Entry>} Draft
 *
 * @typedef {object} Stored The clinic's answer to an entry.
 * @property {string} entry_id
 * @property {number} revision
 * @property {string} day
 * @property {string} received_at ISO
 * @property {boolean} is_repeat
 * @property {string} url
 *
 * @typedef {{ sent: Stored[], left: number, needs_card: boolean }} Drained left: of this person, those set aside apart
 * @typedef {"sent" | "refused" | "needs_card" | "later" | "no_line"} Outcome
 */

export const CHANNEL = "outbox";
const SYNC = "outbox";
const POSTED_WITHIN_MS = 30_000;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 3_600_000;
const LATER = [408, 425, 429]; // not about the entry itself, so it is sent again

/** Who listens on this page: Safari before 15.4 has no channel, and then they alone are told. @type {Set<() => void>} */
const listeners = new Set();
const channel = globalThis.BroadcastChannel && new BroadcastChannel(CHANNEL);
if (channel) channel.onmessage = tellListeners;

/** An id for an entry; crypto.randomUUID is missing on Safari 15. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, at) =>
    at === 6 ? (byte & 15) | 64 : at === 8 ? (byte & 63) | 128 : byte,
  )
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/**
 * Keep an entry until it is sent; resolves only when it is safe on the disk. The same again changes nothing.
 * @param {Draft} draft
 * @returns {Promise<Entry>}
 */
export async function queue(draft) {
  const fresh = { kept_at: new Date().toISOString(), tries: 0, next_try_at: 0, refused: null };
  const entry = await add({ ...fresh, ...draft });
  announce();
  askToSync();
  return entry;
}

/**
 * @param {Entry} entry
 * @returns {Promise<Entry>}
 */
async function add(entry) {
  const waits = await find(entry.id);
  if (waits && JSON.stringify(waits.fields) === JSON.stringify(entry.fields)) return waits;
  // What waits is frozen. Sent again with other answers, the form is an entry of its own.
  const own = waits ? withNewId(entry) : entry;
  await write("outbox", (store) => store.add(own));
  return own;
}

/**
 * @param {Entry} entry
 * @returns {Entry}
 */
function withNewId(entry) {
  const id = newId();
  const fields = entry.fields.filter(([name]) => name !== "entry_id");
  return { ...entry, id, fields: [["entry_id", id], ...fields] };
}

/**
 * The entry with this id, or undefined.
 * @param {string} id
 * @returns {Promise<Entry | undefined>}
 */
function find(id) {
  return read("outbox", (store) => store.get(id));
}

/**
 * What still waits on this phone, also what was set aside, oldest first; of one person, or of everybody.
 * @param {string} [person]
 * @returns {Promise<Entry[]>}
 */
export async function waiting(person) {
  /** @type {Entry[]} */
  const entries = await read("outbox", (store) => store.getAll());
  return entries
    .filter((entry) => person === undefined || entry.person === person)
    .sort((one, other) => (one.kept_at < other.kept_at ? -1 : 1));
}

/**
 * Try an entry again that was set aside.
 * @param {string} id
 */
export async function retry(id) {
  const entry = await find(id);
  if (entry) await put({ ...entry, tries: 0, next_try_at: 0, refused: null });
  return drain({ force: true });
}

/**
 * Take an entry off the phone.
 * @param {string} id
 */
export async function remove(id) {
  await write("outbox", (store) => store.delete(id));
  announce();
}

/**
 * Send what waits of the person who is signed in; one drain at a time, whatever tabs are open.
 * @param {{ force?: boolean }} [how] force: also what should still rest after a failure
 * @returns {Promise<Drained>}
 */
export function drain({ force = false } = {}) {
  return alone("outbox", () => sendAll(force));
}

/** @param {boolean} force */
async function sendAll(force) {
  const me = await kept("me");
  const all = await waiting();
  const mine = all.filter((entry) => entry.person === me?.person && !entry.refused);
  /** @type {Drained} */
  const drained = { sent: [], left: 0, needs_card: !me && all.length > 0 };
  const now = Date.now();
  for (const { id } of mine.filter((each) => force || isDue(each, now)).sort(leastTriedFirst)) {
    const entry = await find(id); // it may have been taken off the phone since the list was read
    if (!entry) continue;
    const outcome = await send(entry, drained);
    drained.needs_card = outcome === "needs_card";
    if (outcome === "needs_card" || outcome === "no_line") break;
  }
  drained.left = (await waiting(me?.person)).filter((entry) => !entry.refused).length;
  return drained;
}

/**
 * @param {Entry} entry
 * @param {number} now
 */
function isDue(entry, now) {
  // A time too far ahead was written by another clock.
  return entry.next_try_at <= now || entry.next_try_at > now + 2 * LONGEST_WAIT_MS;
}

/**
 * So that one that fails again and again does not hold up the others.
 * @param {Entry} one
 * @param {Entry} other
 */
function leastTriedFirst(one, other) {
  return one.tries - other.tries;
}

/**
 * @param {Entry} entry
 * @param {Drained} drained
 * @returns {Promise<Outcome>}
 */
async function send(entry, drained) {
  const answer = await post(entry);
  if (!answer) return putOff(entry, "no_line", 0);
  const { status, body } = answer;
  if (status === 401) return "needs_card";
  if (status >= 200 && status < 300 && body) return noteSent(entry, body, drained);
  if (status >= 400 && status < 500 && !LATER.includes(status))
    return setAside(entry, status, body);
  return putOff(entry, "later", answer.waitMs);
}

/** @param {Entry} entry */
async function post(entry) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), POSTED_WITHIN_MS);
  try {
    const answer = await fetch("/today", {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(entry.fields),
      redirect: "manual",
      signal: patience.signal,
    });
    const waitMs = 1_000 * (Number(answer.headers.get("Retry-After")) || 0);
    return { status: answer.status, body: await json(answer), waitMs };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Our own answer; the page of a hotel's network is none, and must not take an entry off the phone.
 * @param {Response} answer
 */
async function json(answer) {
  return /json/.test(answer.headers.get("Content-Type") ?? "") ? answer.json() : null;
}

/**
 * @param {Entry} entry
 * @param {Stored} stored
 * @param {Drained} drained
 * @returns {Promise<Outcome>}
 */
async function noteSent(entry, stored, drained) {
  await remove(entry.id);
  drained.sent.push(stored);
  return "sent";
}

/**
 * @param {Entry} entry
 * @param {number} status
 * @param {{ detail?: string, problems?: { sentence: string }[], entry_id?: string } | null} body
 * @returns {Promise<Outcome>}
 */
async function setAside(entry, status, body) {
  const sentences = body?.problems?.map((problem) => problem.sentence) ?? [];
  const refused = {
    status,
    reference: entry.id.slice(0, 6).toUpperCase(),
    sentences: sentences.length || !body?.detail ? sentences : [body.detail],
    is_kept: Boolean(body?.entry_id),
  };
  await put({ ...entry, refused });
  return "refused";
}

/**
 * @template {Outcome} What
 * @param {Entry} entry
 * @param {What} outcome
 * @param {number} atLeastMs
 */
async function putOff(entry, outcome, atLeastMs) {
  const doubled = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** entry.tries);
  const waitMs = Math.max(atLeastMs, doubled * (0.5 + Math.random()));
  await put({ ...entry, tries: entry.tries + 1, next_try_at: Date.now() + waitMs });
  return outcome;
}

/**
 * Change an entry; one that was taken off the phone meanwhile stays away.
 * @param {Entry} entry
 */
async function put(entry) {
  await write("outbox", (store) => {
    const found = store.getKey(entry.id);
    found.onsuccess = () => found.result && store.put(entry);
    return found;
  });
  announce();
}

/** Tell every page, and this one, that something in the outbox has changed. */
function announce() {
  channel?.postMessage("changed"); // which reaches all but this page
  tellListeners();
}

/** Each on its own, so that one that fails holds up neither the others nor what was changed. */
function tellListeners() {
  for (const listen of listeners) setTimeout(listen);
}

/**
 * Be told whenever something in the outbox has changed, by whichever page or by the worker.
 * @param {() => void} listen
 */
export function onChange(listen) {
  listeners.add(listen);
}

/** @typedef {{ sync?: { register(tag: string): Promise<void> } }} MaySync Background Sync stands in no standard yet. */

/** Where the browser can, let it wake the worker as soon as there is a line. */
async function askToSync() {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    await /** @type {MaySync | undefined} */ (registration)?.sync?.register(SYNC);
  } catch {
    // Not allowed on this phone: pages drain the outbox themselves.
  }
}
