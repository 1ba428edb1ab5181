/** Keeps the part of a page marked data-renew fresh while somebody looks at it. */

const LOOKING_MS = 5_000;
const IDLE_MS = 30_000;
const IDLE_AFTER_MS = 120_000;

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

  for (const kind of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    document.addEventListener(kind, noteTouch, { passive: true });
  }
  document.addEventListener("visibilitychange", renewOrRest);
  plan();

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
    const focused = part.contains(document.activeElement) ? document.activeElement?.id : "";
    part.innerHTML = html;
    version = (etag ?? "").replaceAll('"', "").replace("W/", "");
    if (focused) document.getElementById(focused)?.focus();
    if (changed) changed.textContent = part.dataset.changed ?? "";
  }

  /** Whether somebody is in a form of this part: it must not be pulled from under their hands. */
  function isHeld() {
    const form = document.activeElement?.closest("form");
    return form !== null && form !== undefined && part.contains(form);
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
