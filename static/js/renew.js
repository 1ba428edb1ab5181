/** Keeps the part of a page marked data-renew fresh while somebody looks at it. */

const LOOKING_MS = 5_000;
const IDLE_MS = 30_000;
const IDLE_AFTER_MS = 120_000;
const POINTING_MS = 10_000;

for (const part of document.querySelectorAll("[data-renew]")) {
  if (part instanceof HTMLElement) keepFresh(part);
}

/** @param {HTMLElement} part */
function keepFresh(part) {
  const said = document.querySelector("[data-renew-said]");
  const changed = document.querySelector("[data-renew-changed]");
  let version = part.dataset.renew ?? "";
  let renewedAt = new Date();
  let touchedAt = Date.now();
  let timer = 0;
  let pointed = { x: 0, y: 0, at: 0 };

  document.addEventListener("pointermove", notePointer, { passive: true });
  document.addEventListener("pointerdown", notePointer, { passive: true });
  for (const kind of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    document.addEventListener(kind, noteTouch, { passive: true });
  }
  document.addEventListener("visibilitychange", renewOrRest);
  plan();

  /** @param {PointerEvent} event */
  function notePointer(event) {
    pointed = { x: event.clientX, y: event.clientY, at: Date.now() };
  }

  function noteTouch() {
    const wasIdle = isIdle();
    touchedAt = Date.now();
    if (wasIdle) renewOrRest();
  }

  function isIdle() {
    return Date.now() - touchedAt > IDLE_AFTER_MS;
  }

  function renewOrRest() {
    window.clearTimeout(timer);
    if (!document.hidden) renew();
  }

  function plan() {
    window.clearTimeout(timer);
    timer = window.setTimeout(renewOrRest, isIdle() ? IDLE_MS : LOOKING_MS);
  }

  async function renew() {
    try {
      const answer = await fetch(window.location.href, {
        headers: { "X-Renew": "1", "If-None-Match": `"${version}"` },
      });
      if (answer.status === 401) return say(part.dataset.signedOut, true);
      if (answer.status === 200) show(await answer.text(), answer.headers.get("ETag"));
      else if (answer.status !== 304) throw new Error(`status ${answer.status}`);
      renewedAt = new Date();
      if (!isHeld()) say(part.dataset.said);
    } catch {
      say(part.dataset.failed, true);
    }
    plan();
  }

  /**
   * @param {string} html
   * @param {string | null} etag
   */
  function show(html, etag) {
    if (isHeld()) return say(part.dataset.waiting);
    const hadFocus = part.contains(document.activeElement) ? document.activeElement : null;
    const place = placeInHand();
    const index = place ? places().indexOf(place) : -1;
    const top = place?.getBoundingClientRect().top ?? 0;
    part.innerHTML = html;
    version = (etag ?? "").replaceAll('"', "").replace("W/", "");
    // Whoever has closed the row in hand leaves the reader at the one that follows.
    const again = hadFocus && (document.getElementById(hadFocus.id) ?? linkAt(index));
    if (again) again.focus({ preventScroll: true });
    const moved = place && document.getElementById(place.id);
    if (moved) window.scrollBy(0, moved.getBoundingClientRect().top - top);
    const words = part.querySelector("[data-renew-words]")?.textContent?.trim();
    if (changed) changed.textContent = words || (part.dataset.changed ?? "");
  }

  /** The row that the reader has in hand, which must stay where it is: focused, pointed at, or first in view. */
  function placeInHand() {
    const isPointing = Date.now() - pointed.at < POINTING_MS;
    const under = isPointing ? document.elementFromPoint(pointed.x, pointed.y) : null;
    for (const hand of [document.activeElement, under]) {
      const place = hand?.closest("[data-place]");
      if (place && part.contains(place)) return place;
    }
    return places().find((place) => place.getBoundingClientRect().bottom > 0);
  }

  function places() {
    return [...part.querySelectorAll("[data-place]")];
  }

  /** @param {number} index */
  function linkAt(index) {
    const next = places()[Math.min(index, places().length - 1)];
    return /** @type {HTMLElement | null} */ (next?.querySelector("a[href]") ?? null);
  }

  /** Whether somebody types or chooses in this part: it must not be pulled from under their hands. */
  function isHeld() {
    const box = document.activeElement?.closest("input, textarea, select");
    return box !== null && box !== undefined && part.contains(box);
  }

  /**
   * @param {string | undefined} words
   * @param {boolean} isOld
   */
  function say(words, isOld = false) {
    const zone = part.dataset.zone;
    const form = /** @type {const} */ ({ timeStyle: "medium", timeZone: zone });
    const time = renewedAt.toLocaleTimeString(document.documentElement.dataset.locale, form);
    if (said) said.textContent = (words ?? "").replace("{time}", time);
    part.classList.toggle("is-old", isOld);
    said?.classList.toggle("problem", isOld);
  }
}
