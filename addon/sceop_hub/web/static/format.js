/** Numbers and times as the reader's browser writes them; words as the page's template says them. */

const LANGUAGE = navigator.language;
const plural = new Intl.PluralRules(document.documentElement.lang);

/** @param {number} digits */
const decimals = (digits) =>
  new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const WHOLE = decimals(0);
const TENTHS = decimals(1);
const HUNDREDTHS = decimals(2);

/** @param {number} amount @param {string} unit */
function scaled(amount, unit) {
  const size = Math.abs(amount); // what goes to the grid, or was used more, is below zero
  if (size < 1000) return { value: WHOLE.format(amount), unit };
  const thousands = amount / 1000;
  if (size < 99_950) return { value: TENTHS.format(thousands), unit: `k${unit}` };
  if (size < 999_500) return { value: WHOLE.format(thousands), unit: `k${unit}` };
  return { value: HUNDREDTHS.format(thousands / 1000), unit: `M${unit}` };
}

/** 940 W, 31.3 kW, 125 kW, 1.25 MW. @param {number} watts */
export const powerParts = (watts) => scaled(watts, "W");

/** @param {number} watts */
export const power = (watts) => joined(powerParts(watts));

/** @param {number} wattHours */
export const energy = (wattHours) => joined(scaled(wattHours, "Wh"));

/** @param {{value: string, unit: string}} parts */
const joined = ({ value, unit }) => `${value}\u00a0${unit}`;

/** @param {number} amount */
export const whole = (amount) => WHOLE.format(amount);

/** A number beside an axis: 0.5, 20, 4,000. @param {number} amount */
export const onAxis = (amount) => new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 3 }).format(amount);

/** @param {number} share of one */
export const percent = (share) =>
  new Intl.NumberFormat(LANGUAGE, { style: "percent", maximumFractionDigits: 0 }).format(share);

/** A share with a tenth of a percent: where errors differ little. @param {number} share of one */
export const precise = (share) =>
  new Intl.NumberFormat(LANGUAGE, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share);

/** @param {number} grams */
export const mass = (grams) =>
  new Intl.NumberFormat(LANGUAGE, {
    style: "unit",
    unit: Math.abs(grams) < 1000 ? "gram" : "kilogram",
    maximumFractionDigits: Math.abs(grams) < 1000 || Math.abs(grams) >= 99_500 ? 0 : 1,
  }).format(Math.abs(grams) < 1000 ? grams : grams / 1000);

/** @param {number} amount @param {string} currency */
export const money = (amount, currency) => new Intl.NumberFormat(LANGUAGE, { style: "currency", currency }).format(amount);

/** The clocks of one time zone: the community's, wherever the reader is. @param {string} zone */
export function clocks(zone) {
  const clock = (options) => new Intl.DateTimeFormat(LANGUAGE, { timeZone: zone, ...options });
  const short = clock({ timeStyle: "short" });
  const full = clock({ timeStyle: "medium" });
  const date = clock({ weekday: "long", day: "numeric", month: "long" });
  const day = clock({ dateStyle: "medium" });
  const minute = clock({ dateStyle: "medium", timeStyle: "short" });
  const dayTime = clock({ weekday: "short", hour: "numeric", minute: "2-digit" });
  const weekday = clock({ weekday: "short" });
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return {
    /** @param {string | number} instant */
    time: (instant) => short.format(new Date(instant)),
    /** @param {string | number} instant */
    second: (instant) => full.format(new Date(instant)),
    /** @param {string | number} instant */
    date: (instant) => date.format(new Date(instant)),
    /** A day with its year. @param {string | number} instant */
    day: (instant) => day.format(new Date(instant)),
    /** A day with its year, and the time. @param {string | number} instant */
    minute: (instant) => minute.format(new Date(instant)),
    /** A day of this week and the time. @param {string | number} instant */
    dayTime: (instant) => dayTime.format(new Date(instant)),
    /** @param {string | number} instant */
    weekday: (instant) => weekday.format(new Date(instant)),
    /** The same for programs: always 24 hours. @param {string | number} instant */
    plain: (instant) => parts.format(new Date(instant)),
    /** Hour and minute on the wall there. @param {string | number} instant @returns {[number, number]} */
    wall: (instant) => /** @type {[number, number]} */ (parts.format(new Date(instant)).split(":").map(Number)),
  };
}

/**
 * The page's sentences, which stand in it as JSON: `{braces}` are filled with what is given, and what is said of a
 * number `n` has the keys `one` and `other`.
 *
 * @param {Record<string, string>} sentences
 */
export function speaker(sentences) {
  /** @param {string} key @param {Record<string, string | number>} [values] */
  return (key, values = {}) => {
    const one = typeof values.n === "number" && plural.select(values.n) === "one" && sentences[`${key}.one`];
    const text = one || sentences[`${key}.other`] || sentences[key];
    return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? whole(values[name]) : values[name]));
  };
}

/** @param {string} id of the element that holds them */
export const wordsOf = (id) => speaker(JSON.parse(document.getElementById(id).textContent));
