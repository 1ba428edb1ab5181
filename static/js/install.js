/** Puts the app on the phone's first page at one tap, where the browser offers that (Chromium alone does). */

/** @typedef {Event & { prompt: () => Promise<unknown>, userChoice: Promise<{ outcome: string }> }} Offer */

const part = document.querySelector("[data-install]");
const done = document.querySelector("[data-installed]");
const left = document.querySelector("[data-left-as-it-is]");

/** @type {Offer | undefined} */
let offer;

if (part) {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // the browser's own bar would come at another moment, in other words
    offer = /** @type {Offer} */ (event);
    show(part, true);
  });
  part.querySelector("button")?.addEventListener("click", ask);
  window.addEventListener("appinstalled", () => {
    show(part, false);
    show(done, true);
  });
}

/** An offer holds once; the steps by hand stay. */
async function ask() {
  show(part, false);
  show(left, false);
  await offer?.prompt();
  if ((await offer?.userChoice)?.outcome === "dismissed") show(left, true);
}

/**
 * @param {Element | null} element
 * @param {boolean} isShown
 */
function show(element, isShown) {
  element?.toggleAttribute("hidden", !isShown);
}
