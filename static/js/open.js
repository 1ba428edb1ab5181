/** What every page of a patient does when it opens: sends what waits, asks whose phone it is, mends the reminders. */

import { refresh } from "./me.js";
import { start } from "./update.js";

open();

async function open() {
  start();
  try {
    await refresh();
    const { heal } = await import("./push.js");
    await heal();
  } catch {
    // No line: the next page that opens does it.
  }
}
