/** Keeps the app up to date: its worker, one safe reload for a new version, and what every page does when it opens. */

import { onLeft } from "./leaving.js";
import { keepSending } from "./sending.js";

const AT_MOST_EVERY_MS = 600_000;

let isStarted = false;
let isTouched = false;
let isNew = false;
/** Whether a reload would lose something. */
let isBusy = () => isTouched;

/**
 * Register the worker, look for a new version, send what waits; a page may start it twice.
 * @param {() => boolean} [isHalfFilled] whether a reload would lose something, if the page knows better than we
 */
export function start(isHalfFilled) {
  isBusy = isHalfFilled ?? isBusy;
  if (isStarted) return;
  isStarted = true;
  document.addEventListener("input", noteTouch);
  onLeft(goAway);
  keepWorker();
  keepSending();
}

/** Another tab has signed out. The worker finishes that first, and says so if there is no line; it leaves /card alone. */
function goAway() {
  location.replace(navigator.serviceWorker?.controller ? "/today" : "/card");
}

/** @param {Event} event */
function noteTouch(event) {
  isTouched ||= event.isTrusted;
}

async function keepWorker() {
  const container = navigator.serviceWorker;
  if (!container) return;
  const isFirst = !container.controller;
  container.addEventListener("controllerchange", () => {
    isNew = !isFirst;
    reloadIfSafe();
  });
  document.addEventListener("visibilitychange", reloadIfSafe);
  try {
    const registration = await container.register("/sw.js", {
      type: "module",
      updateViaCache: "none",
    });
    await registration.update();
  } catch {
    // No line, or a browser without module workers: the app works, but does not open without a line.
  }
}

function reloadIfSafe() {
  if (!isNew || isBusy() || hasJustReloaded()) return;
  isNew = false;
  location.reload();
}

/** Whether this page was loaded anew, rather than come to. */
export function isReload() {
  const [opened] = performance.getEntriesByType("navigation");
  return opened instanceof PerformanceNavigationTiming && opened.type === "reload";
}

/** Two servers in two versions, during an upgrade, must not make the page reload for ever. */
function hasJustReloaded() {
  try {
    const last = Number(sessionStorage.getItem("reloaded_at"));
    if (Date.now() - last < AT_MOST_EVERY_MS) return true;
    sessionStorage.setItem("reloaded_at", String(Date.now()));
    return false;
  } catch {
    return true;
  }
}
