/** Push: this phone's subscription to reminders; it mends itself on every open and never asks by itself. */

import { me } from "./me.js";
import { keep, kept } from "./store.js";
import { subscribeWith } from "./subscribing.js";

/**
 * Whether reminders reach this phone, or what is to be done first.
 * @typedef {"on" | "off" | "blocked" | "impossible" | "to_install"} Reach
 */

const READY_WITHIN_MS = 10_000;
const TOLD = "push_told"; // whether the clinic has a subscription of this phone

let isBusy = isHalfFilled;

navigator.serviceWorker?.addEventListener("message", (event) => {
  if (event.data === "notice" && !isBusy()) location.reload();
});

/**
 * Subscribe anew where it is allowed and was lost, and tell the clinic; silent whatever happens.
 * @param {() => boolean} [wouldLose] whether a reload would lose something, when a notice has been tapped
 */
export async function heal(wouldLose = isHalfFilled) {
  isBusy = wouldLose;
  try {
    const mine = await me();
    if (!mine || !canPush()) return;
    if (Notification.permission === "granted") await subscribe(mine.access);
    else if (await kept(TOLD)) await tellGone(mine.access);
  } catch {
    // No line, or no push service: the next open tries again.
  }
}

/**
 * Ask to be allowed, at the press of a button, and subscribe. Throws if that fails.
 * @param {string} access
 * @returns {Promise<Reach>}
 */
export async function allow(access) {
  if ((await Notification.requestPermission()) === "granted") await subscribe(access);
  return reach();
}

/** @returns {Promise<Reach>} */
export async function reach() {
  if (!canPush()) return isPhoneOfApple() ? "to_install" : "impossible";
  if (Notification.permission === "denied") return "blocked";
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  return subscription && Notification.permission === "granted" ? "on" : "off";
}

function canPush() {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** Apple's phones have push only for an app on the first page. */
function isPhoneOfApple() {
  const isApp = matchMedia("(display-mode: standalone)").matches;
  const isTablet = navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1;
  return !isApp && (isTablet || /iPhone|iPad|iPod/.test(navigator.userAgent));
}

/** @param {string} access */
async function subscribe(access) {
  const { pushManager } = await ready();
  const { key } = await ask("/push-key.json");
  const subscription = await subscribeWith(pushManager, key);
  const { is_dead } = await ask("/push", { ...subscription.toJSON(), access });
  await keep(TOLD, true);
  if (!is_dead) return;
  // The browser still believes in what its push service has called gone.
  await subscription.unsubscribe();
  const renewed = await subscribeWith(pushManager, key);
  await ask("/push", { ...renewed.toJSON(), access });
}

/** @param {string} access */
async function tellGone(access) {
  await ask("/push/gone", { access });
  await keep(TOLD, false);
}

/** @returns {Promise<ServiceWorkerRegistration>} */
function ready() {
  const patience = new Promise((_resolve, reject) => {
    setTimeout(reject, READY_WITHIN_MS, new Error("no worker"));
  });
  return Promise.race([navigator.serviceWorker.ready, patience]);
}

/**
 * @param {string} address
 * @param {object} [told] what is posted
 * @returns {Promise<any>}
 */
async function ask(address, told) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const posted = told && { method: "POST", headers, body: JSON.stringify(told) };
  const answer = await fetch(address, posted ?? { headers });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.status === 204 ? {} : answer.json();
}

/** Whether somebody has begun to fill in this page: then it is not pulled from under their hands. */
function isHalfFilled() {
  return [...document.forms].some((form) => [...form.elements].some(isChanged));
}

/** @param {Element} element */
function isChanged(element) {
  if (element instanceof HTMLTextAreaElement) return element.value !== element.defaultValue;
  if (element instanceof HTMLSelectElement) return false; // always says something
  if (!(element instanceof HTMLInputElement) || element.type === "hidden") return false;
  return element.checked !== element.defaultChecked || element.value !== element.defaultValue;
}
