/** Keeps what this phone knows of its patient, so that /today opens in the language and letters that were just chosen. */

import { refresh } from "./me.js";
import { start } from "./update.js";

start();
refresh().catch(() => {}); // without a line /today itself finds out, once there is one
