/** Numbers and times that the server wrote plainly, as the reader's browser writes them. */

import { clocks, energy, mass, money, percent, power, precise, whole } from "./format.js";

const LANGUAGE = navigator.language;
const { zone, currency } = document.documentElement.dataset;
const clock = clocks(zone);
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
const STEPS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([["day", 86_400], ["hour", 3_600], ["minute", 60]]);

/** "3 hours ago"; below a minute the clock of hub and browser differ too much to say more than now. */
function ago(instant) {
  const seconds = (Date.parse(instant) - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", Infinity];
  return relative.format(Math.trunc(seconds / size), unit);
}

const TIMES = {
  ago,
  date: clock.day,
  time: clock.time,
  datetime: clock.minute,
  dayTime: clock.dayTime,
  weekday: clock.date,
};

/** @param {number} bytes */
function bytes(bytes) {
  const steps = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const step = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)));
  return new Intl.NumberFormat(LANGUAGE, { style: "unit", unit: steps[step], maximumFractionDigits: step > 1 ? 1 : 0 }).format(bytes / 1000 ** step);
}

const UNITS = {
  wh: energy,
  w: power,
  percent,
  precise,
  number: (/** @type {number} */ amount) => (Number.isInteger(amount) ? whole(amount) : new Intl.NumberFormat(LANGUAGE).format(amount)),
  money: (/** @type {number} */ amount) => money(amount, currency),
  bytes,
  mass,
};

/** @param {ParentNode} root @param {string} [selector] */
export function present(root, selector = "time[data-format], data[data-unit]") {
  const found = [...root.querySelectorAll(selector)];
  if (root instanceof Element && root.matches(selector)) found.push(root);
  for (const element of found) {
    const text =
      element instanceof HTMLTimeElement
        ? TIMES[element.dataset.format](element.dateTime)
        : UNITS[element.dataset.unit](Number(element.value));
    if (element.textContent !== text) element.textContent = text;
    if (element instanceof HTMLTimeElement) element.title = clock.minute(element.dateTime);
  }
}
