/** Push: what the worker does when a reminder comes, is tapped, or its subscription changes. */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const TODAY = "/today";
const ICON = "/static/icons/icon-192.png";
const LATER = /^later-(\w+)$/;
// Pages on which somebody may be in the middle of something, or which are not the patient's.
const LEFT_ALONE = /^\/(today|clinic|weekly|answered-for|reminders|card|c)(\/|$)/;

/**
 * What a push says; browsers that know this shape show it without this worker.
 * @typedef {NotificationOptions & { title: string, navigate: string, actions?: Action[] }} Notice
 * @typedef {{ action: string, title: string, navigate?: string }} Action
 */

worker.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(follow(event));
});
worker.addEventListener("pushsubscriptionchange", (event) => {
  const change = /** @type {ExtendableEvent} */ (event);
  change.waitUntil(renew());
});

/**
 * Something is shown for every push, also for one that cannot be read: browsers end silent subscriptions.
 * @param {PushMessageData | null} pushed
 * @returns {Notice}
 */
function read(pushed) {
  try {
    const { notification } = pushed?.json() ?? {};
    if (notification.title) return notification;
  } catch {
    // Shown without words of ours.
  }
  return { title: location.hostname, navigate: TODAY };
}

/** @param {Notice} notice */
function show({ title, navigate, ...rest }) {
  return worker.registration.showNotification(title, { ...rest, icon: ICON, data: { navigate } });
}

/** @param {NotificationEvent} event */
async function follow({ action, notification }) {
  const when = LATER.exec(action)?.[1];
  if (!when) return open(notification.data?.navigate ?? TODAY);
  const answer = await askLater(when).catch(() => undefined);
  if (!answer?.ok) return open("/reminders");
  const { said } = await answer.json();
  const { tag, lang, dir, data } = notification;
  return show({ title: said, tag, lang, dir, navigate: data?.navigate ?? TODAY });
}

/** @param {string} when */
function askLater(when) {
  return fetch("/later", {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ when }),
  });
}

/**
 * Bring the page to the front, fresh; or open it.
 * @param {string} address
 */
async function open(address) {
  const wanted = new URL(address, location.origin);
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const same = windows.find((client) => new URL(client.url).pathname === wanted.pathname);
  if (same) {
    await same.focus().catch(() => {});
    return same.postMessage("notice"); // it loads itself anew, unless somebody is filling it in
  }
  const other = windows.find((client) => !LEFT_ALONE.test(new URL(client.url).pathname));
  if (!other) return worker.clients.openWindow(wanted.href);
  await other.focus().catch(() => {});
  return other.navigate(wanted.href).catch(() => worker.clients.openWindow(wanted.href));
}

/** The browser has ended our subscription: take a new one and tell the clinic. */
async function renew() {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const { key } = await (await fetch("/push-key.json", { headers })).json();
  const subscription = await worker.registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  await fetch("/push", { method: "POST", headers, body: JSON.stringify(subscription) });
}
