/** Leaving: ends this phone's access, at once or as soon as there is a line. Runs in the worker too. */

import { alone, forget, forgetAll, keep, kept } from "./store.js";

/** @typedef {{ access: string, is_pending: boolean }} Left The access that was signed out of on this phone. */

/** The other tabs of this phone; missing before Safari 15.4. */
const others = globalThis.BroadcastChannel ? new BroadcastChannel("left") : undefined;

/**
 * Forget the person on this phone, and tell the clinic. Throws if there is no line; then it is still to be finished.
 * @param {string} access
 */
export async function leave(access) {
  await alone("me", async () => {
    await forgetAll();
    await keep("left", { access, is_pending: true });
  });
  others?.postMessage("left");
  await forgetAdvice();
  await finishLeaving();
}

/**
 * Be told when another tab signs out.
 * @param {() => void} listen
 */
export function onLeft(listen) {
  if (others) others.onmessage = listen;
}

/** Tell the clinic of a sign-out that still waits; does nothing if none does. Throws without a line. */
export async function finishLeaving() {
  /** @type {Left | undefined} */
  const left = await kept("left").catch(() => undefined);
  if (!left?.is_pending) return;
  const answer = await fetch("/sign-out", {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ access: left.access }),
    redirect: "manual",
  });
  // 401: this phone has no access any more, or that of another card.
  if (!answer.ok && answer.status !== 401) throw new Error(`status ${answer.status}`);
  await keep("left", { ...left, is_pending: false });
  for (const name of await caches.keys()) await caches.delete(name);
}

/**
 * Whether the person with this access has left: an answer that was still on its way must not bring them back.
 * @param {string} access
 */
export async function hasLeft(access) {
  /** @type {Left | undefined} */
  const left = await kept("left");
  return left?.access === access;
}

/** Somebody has come: an earlier leaving is over. */
export function comeBack() {
  return forget("left");
}

/** Another card may be of another clinic, which tells other things. */
export async function forgetAdvice() {
  for (const name of await caches.keys()) {
    await (await caches.open(name)).delete("/advice.json", {
      ignoreSearch: true,
      ignoreVary: true,
    });
  }
}
