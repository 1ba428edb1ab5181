/** Keeps a receipt fresh while somebody looks at it: at the clinic, read by the computer, opened by a nurse. */

import { lineOf } from "./ring.js";

const AFTER_SECONDS = [3, 10, 30, 60, 120, 300];

/** Begin to renew the receipt that stands on the page, if there is one. */
export function watch() {
  const part = document.querySelector("[data-receipt]");
  const address = part?.getAttribute("data-receipt");
  if (part instanceof HTMLElement && address) new Receipt(part, address);
}

class Receipt {
  /**
   * @param {HTMLElement} part
   * @param {string} address
   */
  constructor(part, address) {
    this.part = part;
    this.address = address;
    this.times = 0;
    this.timer = 0;
    this.isOver = false;
    this.listen = () => this.restart();
    document.addEventListener("visibilitychange", this.listen);
    this.plan();
  }

  /** Somebody looks again: what they see should be of now. */
  restart() {
    this.times = 0;
    window.clearTimeout(this.timer);
    if (!document.hidden) this.renew();
  }

  plan() {
    const seconds = AFTER_SECONDS[this.times];
    this.times += 1;
    if (seconds) this.timer = window.setTimeout(() => this.renew(), seconds * 1000);
  }

  async renew() {
    if (!this.part.isConnected || this.isOver) {
      document.removeEventListener("visibilitychange", this.listen);
      return;
    }
    if (document.hidden) return;
    try {
      const answer = await fetch(this.address, { headers: { Accept: "application/json" } });
      if (answer.ok) this.show(await answer.json());
    } catch {
      // No line: what is shown was true, and stays so.
    }
    this.plan();
  }

  /** @param {{ lines: string[], numbers: string[], is_opened: boolean }} told */
  show({ lines, numbers, is_opened }) {
    this.isOver = is_opened;
    const list = this.part.querySelector("ul");
    const next = lines.map((line) => lineOf(line, numbers));
    // What says the same is left alone: it would be read out again.
    if (list && wordsOf(list.children) !== wordsOf(next)) list.replaceChildren(...next);
  }
}

/** @param {Iterable<Element>} lines */
function wordsOf(lines) {
  return JSON.stringify(Array.from(lines, (line) => line.textContent));
}

// On the page of an answer this is all that happens; it stands last because the class must be there.
watch();
