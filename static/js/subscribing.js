/** Subscribing: one browser's Web Push subscription, made with the clinic's key. */

/**
 * The subscription that stands, or a new one; one that was made with another key is given up.
 * @param {PushManager} pushManager
 * @param {string} key
 */
export async function subscribeWith(pushManager, key) {
  const standing = await pushManager.getSubscription();
  if (standing && isFor(standing, key)) return standing;
  await standing?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/**
 * Whether it was made with this key; a browser that does not tell is believed.
 * @param {PushSubscription} subscription
 * @param {string} key
 */
function isFor(subscription, key) {
  const made = subscription.options?.applicationServerKey;
  if (!made) return true;
  const text = btoa(String.fromCharCode(...new Uint8Array(made)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === key;
}
