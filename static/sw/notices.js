/** Notices for clinicians: shows what a push says, and opens the worklist when it is tapped; it answers no page. */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const WORKLIST = "/clinic/";
const ICON = "/static/icons/icon-192.png";

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});

/**
 * Something is shown for every push, also for one that cannot be read: browsers end silent subscriptions.
 * @param {PushMessageData | null} pushed
 * @returns {NotificationOptions & { title: string }}
 */
function read(pushed) {
  try {
    const { notification } = pushed?.json() ?? {};
    if (notification.title) return notification;
  } catch {
    // Shown without words of ours.
  }
  return { title: location.hostname };
}

/** @param {NotificationOptions & { title: string }} notice */
function show({ title, ...rest }) {
  return worker.registration.showNotification(title, { ...rest, icon: ICON });
}

/** Bring the worklist to the front, or open it; another page may hold something half written. */
async function open() {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const list = windows.find((client) => new URL(client.url).pathname === WORKLIST);
  await (list ? list.focus().catch(() => {}) : worker.clients.openWindow(WORKLIST));
}

export {}; // a module: its names are its own
