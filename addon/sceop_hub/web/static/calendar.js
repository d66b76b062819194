/** Names of hours, weekdays, months: as the page's language has them, for figures that belong to no one day. */

const LANGUAGE = document.documentElement.lang;
const utc = (/** @type {Intl.DateTimeFormatOptions} */ options, language = LANGUAGE) =>
  new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options });
const hourClock = utc({ timeStyle: "short" }, navigator.language);
const long = utc({ weekday: "long" });
const short = utc({ weekday: "short" });
const month = utc({ month: "long", year: "numeric" });
const brief = utc({ month: "short" });
const briefYear = utc({ month: "short", year: "2-digit" });

/** The 1st of January 2024 was a Monday. */
const monday = (/** @type {number} */ day, hour = 0) => Date.UTC(2024, 0, 1 + day, hour);

/** @param {number} hour */
export const hourName = (hour) => hourClock.format(monday(0, hour));

/** @param {number} hour */
export const hourSpan = (hour) => `${hourName(hour)} – ${hourName(hour + 1)}`;

/** Monday is 0. @param {number} day */
export const weekday = (day, brief = false) => (brief ? short : long).format(monday(day));

/** @param {string} text such as 2026-10 */
export const monthName = (text) => month.format(new Date(`${text}-01`));

/** A month on an axis: with its year where one begins. @param {string} text @param {boolean} first */
export const monthMark = (text, first) => (first || text.endsWith("-01") ? briefYear : brief).format(new Date(`${text}-01`));

const FIRST_MONTH = { spring: 2, summer: 5, autumn: 8, winter: 11 };

/** A season by its months, which are the same on both halves of the earth. @param {keyof FIRST_MONTH} season */
export function seasonMonths(season) {
  const first = FIRST_MONTH[season];
  return `${brief.format(Date.UTC(2024, first))} – ${brief.format(Date.UTC(2024, first + 2))}`;
}

/** @param {string} day such as 2026-11-20 @param {number} days */
export const later = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
