/** The one large figure: it glides to each new value, and a screen reader hears of it now and then. */

import { power, powerParts } from "./format.js";
import { say } from "./dom.js";

const GLIDE_MS = 700;
const SPEAK_EVERY_MS = 120_000;
const SPEAK_CHANGE = 0.1;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {HTMLElement} number @param {HTMLElement} unit */
export function largePower(number, unit) {
  /** @type {number | null} */
  let shown = null;
  let frame = 0;

  const paint = (/** @type {number} */ watts) => {
    shown = watts;
    const parts = powerParts(watts);
    say(number, parts.value);
    say(unit, parts.unit);
  };

  /** `data-watts` is exact from the start. @param {number | null} watts */
  return (watts) => {
    cancelAnimationFrame(frame);
    if (watts == null) {
      delete number.dataset.watts;
      shown = null;
      say(number, "–");
      say(unit, "");
      return;
    }
    number.dataset.watts = String(watts);
    const from = shown;
    if (from == null || still.matches || document.hidden) return paint(watts);
    const start = performance.now();
    const step = (/** @type {number} */ time) => {
      const done = Math.min(1, Math.max(0, time - start) / GLIDE_MS);
      paint(done === 1 ? watts : Math.round(from + (watts - from) * (1 - (1 - done) ** 3)));
      if (done < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  };
}

/** Tell a screen reader when the figure has clearly moved, and not every ten seconds. @param {HTMLElement} region */
export function speaking(region) {
  let spoken = { watts: 0, at: 0 };
  return (/** @type {string} */ label, /** @type {number} */ watts) => {
    const moved = Math.abs(watts - spoken.watts) > spoken.watts * SPEAK_CHANGE;
    if (!moved || Date.now() - spoken.at < SPEAK_EVERY_MS) return;
    if (spoken.at) say(region, `${label}: ${power(watts)}`);
    spoken = { watts, at: Date.now() };
  };
}
