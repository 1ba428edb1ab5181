/** The service worker: opens the app without a line, keeps nothing personal, and sends what waits. */

import { finishLeaving, hasLeft } from "../js/leaving.js";
import { drain } from "../js/outbox.js";
import { kept } from "../js/store.js";
import "./push.js";

/** @typedef {{ version: string, files: string[], languages: string[] }} Settings */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const CACHE = "recovery-";
const ADVICE = "/advice.json";
const ADVICE_WITHIN_MS = 3_000;
const STORAGE_WITHIN_MS = 1_000; // some browsers' storage never answers, and pages must open all the same
const ANY = { ignoreVary: true }; // what is kept is the same for everybody
const NEVER = /^\/(clinic|api|fhir|health|metrics|card|c)(\/|$)/;
const FROM_CACHE = /^\/(assets|shell|offline)\//;

/** @type {Settings} */
let settings = { version: "", files: [], languages: ["en"] };

/**
 * Begin to listen; called while the worker's script runs, as browsers ask.
 * @param {Settings} told
 */
export function start(told) {
  settings = told;
  worker.addEventListener("install", (event) =>
    event.waitUntil(fill().then(() => worker.skipWaiting())),
  );
  worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
  worker.addEventListener("fetch", answer);
  worker.addEventListener("push", (event) => event.waitUntil(send().catch(() => {})));
  worker.addEventListener("sync", (event) => {
    const sync = /** @type {ExtendableEvent} */ (event);
    sync.waitUntil(send());
  });
}

function cacheName() {
  return CACHE + settings.version;
}

/** Fetch everything. If a file fails, the browser keeps the older worker with its cache, and tries again later. */
async function fill() {
  const cache = await caches.open(cacheName());
  await Promise.all(settings.files.map((file) => fillOne(cache, file)));
}

/** This worker's cache; undefined when a newer worker has taken over and deleted it: to open it would bring it back. */
async function ownCache() {
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHE));
  const isNewerAlone = names.length > 0 && !names.includes(cacheName());
  return isNewerAlone ? undefined : caches.open(cacheName());
}

/**
 * What this worker keeps, or else the one that has taken over.
 * @param {Cache | undefined} own
 * @param {Request | string} asked
 */
async function inCache(own, asked) {
  return (await own?.match(asked, ANY)) ?? caches.match(asked, ANY);
}

/** A sign-out has emptied the cache, or the browser. File by file, so that one that fails keeps no other away. */
async function refill() {
  const cache = await ownCache();
  if (cache) await Promise.allSettled((await missing(cache)).map((file) => fillOne(cache, file)));
}

/**
 * What should be in the cache and is not.
 * @param {Cache} cache
 */
async function missing(cache) {
  const there = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  return settings.files.filter((file) => !there.includes(file));
}

/**
 * @param {Cache} cache
 * @param {string} file
 */
async function fillOne(cache, file) {
  if (await cache.match(file, ANY)) return;
  // Without cookies, so that nothing in the cache can be about anybody.
  const found = await fetch(file, { credentials: "omit" });
  if (!found.ok || found.redirected) throw new Error(`${file}: status ${found.status}`);
  if (!(await isOfThisVersion(found))) throw new Error(`${file}: of another version`);
  await cache.put(file, found);
}

/**
 * In the middle of an upgrade one server may answer in the old version and one in the new: they must not be mixed.
 * @param {Response} found
 */
async function isOfThisVersion(found) {
  if (/no-cache/.test(found.headers.get("Cache-Control") ?? "")) {
    if (new URL(found.url).pathname.startsWith("/assets/")) return false;
  }
  if (!/html/.test(found.headers.get("Content-Type") ?? "")) return true;
  const named = (await found.clone().text()).match(/\/assets\/\w+\//g) ?? [];
  return named.every((folder) => settings.files.some((file) => file.startsWith(folder)));
}

/** Delete our own older caches, never IndexedDB, where answers may wait; last, when no page asks the older worker. */
async function takeOver() {
  await worker.clients.claim();
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE) && name !== cacheName()) await caches.delete(name);
  }
}

/** @param {FetchEvent} event */
function answer(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || NEVER.test(url.pathname))
    return;
  if (request.mode === "navigate") {
    event.waitUntil(refill());
    event.respondWith(url.pathname === "/today" && !url.search ? today(request) : page(request));
  } else if (FROM_CACHE.test(url.pathname)) {
    event.respondWith(fromCache(request));
  } else if (url.pathname === ADVICE) {
    event.respondWith(advice(request));
  }
}

/**
 * The questions open at once, if all that they need is there; whose they are, the page fills in by itself.
 * @param {Request} request
 */
async function today(request) {
  const language = await languageOfMe();
  return (language && (await shell(language).catch(() => undefined))) || page(request);
}

/** @param {string} language */
async function shell(language) {
  const cache = await ownCache();
  if (!cache) return;
  const isWhole = !(await missing(cache)).some((file) => file.startsWith("/assets/"));
  return isWhole ? shown("/shell/", language) : undefined;
}

/**
 * A page of the clinic; without a line, one that says so and whom to ring.
 * @param {Request} request
 */
async function page(request) {
  try {
    const left = await soon(kept("left"));
    if (left?.is_pending) await finishLeaving(); // until then the phone shows nobody's page
    return await fetch(request);
  } catch {
    const language = (await languageOfMe()) ?? navigator.language;
    return (await shown("/offline/", language)) ?? Response.error();
  }
}

/** Undefined when this phone is nobody's, or does not say. */
function languageOfMe() {
  return soon(readLanguage());
}

async function readLanguage() {
  const me = await kept("me");
  return me && !(await hasLeft(me.access)) ? me.language : undefined;
}

/**
 * What the phone's storage says; undefined if it fails or is silent.
 * @param {Promise<any>} asked
 */
function soon(asked) {
  const patience = new Promise((resolve) => setTimeout(resolve, STORAGE_WITHIN_MS));
  return Promise.race([asked.catch(() => undefined), patience]);
}

/**
 * A page from the cache, in the language nearest to the one that is wanted.
 * @param {string} place
 * @param {string} wanted
 */
async function shown(place, wanted) {
  const language = settings.languages.find((each) => wanted.startsWith(each));
  return inCache(await ownCache(), place + (language ?? settings.languages[0]));
}

/** @param {Request} request */
async function fromCache(request) {
  const cache = await ownCache();
  const { pathname } = new URL(request.url);
  if (cache && settings.files.includes(pathname)) await fillOne(cache, pathname).catch(() => {});
  return (await inCache(cache, request)) ?? fetch(request);
}

/**
 * The table of advice, which holds no patient: the clinic's, or without a line the one that was kept last.
 * @param {Request} request
 */
async function advice(request) {
  const cache = await ownCache();
  if (!cache) return fetch(request);
  const before = await cache.match(request, ANY);
  const asked = fetch(request).then(async (found) => {
    if (found.ok) await cache.put(request, found.clone());
    return found;
  });
  if (!before) return asked;
  const patience = new Promise((resolve) => setTimeout(resolve, ADVICE_WITHIN_MS, before));
  return Promise.race([asked.catch(() => before), patience]);
}

async function send() {
  await finishLeaving();
  const { left, needs_card } = await drain({ force: true });
  if (left && !needs_card) throw new Error("something still waits"); // so that the browser syncs again
}
