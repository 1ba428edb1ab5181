/** My own alerts: whether this browser shows them, and the two buttons that change it. */

import { subscribeWith } from "./subscribing.js";

/** @typedef {"on" | "off" | "blocked" | "impossible" | "failed"} Reach */

const WORKER = "/clinic/sw.js";
const SCOPE = "/clinic/";
const BROWSER = "/clinic/my-alerts/browser";
const part = document.querySelector("[data-browser]");
if (part instanceof HTMLElement) begin(part);

/** @param {HTMLElement} part */
async function begin(part) {
  part.hidden = false;
  document.querySelector("[data-subscribe]")?.addEventListener("click", () => change(allow));
  document.querySelector("[data-unsubscribe]")?.addEventListener("click", () => change(forget));
  const state = await reach();
  // What stands is told anew: its push service may have called it gone, or a colleague may have it now.
  show(state === "on" ? await attempt(renew) : state);
}

/** @param {() => Promise<Reach>} act */
async function change(act) {
  show(await attempt(act));
  document.getElementById("browser-title")?.focus(); // the button may have gone
}

/** @param {() => Promise<Reach>} act */
function attempt(act) {
  return act().catch(() => /** @type {const} */ ("failed"));
}

/** @returns {Promise<Reach>} */
async function reach() {
  const canPush =
    "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!canPush) return "impossible";
  if (Notification.permission === "denied") return "blocked";
  const subscription = await (await registration())?.pushManager.getSubscription();
  return subscription && Notification.permission === "granted" ? "on" : "off";
}

/** Ours alone: another worker may serve the rest of this address. */
async function registration() {
  const found = await navigator.serviceWorker.getRegistration(SCOPE);
  return found && new URL(found.scope).pathname === SCOPE ? found : undefined;
}

/** @returns {Promise<Reach>} */
async function allow() {
  return (await Notification.requestPermission()) === "granted" ? subscribe() : reach();
}

/**
 * Only the button takes a shared browser over from a colleague.
 * @returns {Promise<Reach>}
 */
function renew() {
  return subscribe(true);
}

/**
 * @param {boolean} mine only if this browser shows my alerts already
 * @returns {Promise<Reach>}
 */
async function subscribe(mine = false) {
  const { pushManager } = await ready();
  const key = part instanceof HTMLElement ? (part.dataset.key ?? "") : "";
  const subscription = await subscribeWith(pushManager, key);
  const answer = await post(BROWSER, { ...subscription.toJSON(), mine });
  if (mine && answer.status === 404) return "off";
  const { is_dead } = await taken(answer).json();
  if (!is_dead) return "on";
  // The browser still believes in what its push service has called gone.
  await subscription.unsubscribe();
  await tell(BROWSER, await subscribeWith(pushManager, key));
  return "on";
}

/** A browser subscribes only with a worker that is at work. */
async function ready() {
  const made = await navigator.serviceWorker.register(WORKER, { scope: SCOPE, type: "module" });
  const worker = made.installing ?? made.waiting;
  if (worker && !made.active) {
    await new Promise((resolve) => {
      worker.addEventListener("statechange", () => worker.state === "activated" && resolve(null));
    });
  }
  return made;
}

/** @returns {Promise<Reach>} */
async function forget() {
  const subscription = await (await registration())?.pushManager.getSubscription();
  if (subscription) await tell(`${BROWSER}/gone`, { endpoint: subscription.endpoint });
  await subscription?.unsubscribe();
  return "off";
}

/**
 * @param {string} address
 * @param {object} told
 */
async function tell(address, told) {
  return taken(await post(address, told));
}

/**
 * @param {string} address
 * @param {object} told
 */
function post(address, told) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(told) });
}

/** @param {Response} answer */
function taken(answer) {
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer;
}

/** @param {Reach} state */
function show(state) {
  for (const element of document.querySelectorAll("[data-reach]")) {
    const states = element.getAttribute("data-reach")?.split(" ") ?? [];
    element.toggleAttribute("hidden", !states.includes(state));
  }
}
