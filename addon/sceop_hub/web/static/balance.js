/** Two bars on one scale: what comes in is what goes out. */

import { power } from "./format.js";
import { sum } from "./day.js";
import { $, say } from "./dom.js";

/** @param {Record<string, number | null>} flows @param {(key: string) => string} words */
export function showBalance(flows, words) {
  const sides = [...document.querySelectorAll("[data-side]")];
  const total = (side) => sum([...side.querySelectorAll("[data-flow]")].map((row) => flows[row.dataset.flow]));
  const most = Math.max(...sides.map(total), 1);
  for (const side of sides) {
    for (const row of side.querySelectorAll("[data-flow]")) {
      const watts = flows[row.dataset.flow] ?? null;
      row.dataset.state = watts == null ? "withheld" : watts === 0 ? "idle" : "flowing";
      say(row.querySelector("dd"), watts == null ? words("notShown") : power(watts));
      const part = side.querySelector(`[data-part="${row.dataset.flow}"]`);
      part.hidden = !watts;
      part.style.width = `${((watts ?? 0) / most) * 100}%`;
    }
  }
  $("withheld").hidden = !Object.values(flows).includes(null);
}
