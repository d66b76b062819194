/** The scene of the challenge that runs; without one, the level that the community has reached together. */

import { $, say } from "./dom.js";
import { precise, whole } from "./format.js";

const DAY_LONG_MS = 86_400_000;

/**
 * Return the function that shows what the hub tells, and says whether there is anything to show.
 *
 * @param {ReturnType<typeof import("./format.js").speaker>} words
 */
export function challengeScene(words) {
  return (told) => {
    if (told.title != null) showChallenge(told, words);
    else if (told.level != null) showLevel(told, words);
    return told.title != null || told.level != null;
  };
}

function showChallenge({ kind, title, text, goal, unit, value, end, joined }, words) {
  const points = unit === "percentage_points";
  const amount = points ? new Intl.NumberFormat(navigator.language, { minimumFractionDigits: 1 }).format(value ?? 0) : precise((value ?? 0) / 100);
  say($("challenge-label"), words("running"));
  say($("challenge-title"), title);
  say($("challenge-value"), value == null ? "–" : amount);
  say($("challenge-goal"), `${words(points ? "goalPoints" : "goalPercent", { goal })} ${words(kind)}`);
  say($("challenge-told"), value != null && value >= goal ? words("goalReached") : text);
  fill(value ?? 0, goal);
  const days = Math.max(1, Math.ceil((Date.parse(end) - Date.now()) / DAY_LONG_MS));
  list([words("daysLeft", { n: days }), ...(joined == null ? [] : [words("takePart", { n: joined })])]);
}

function showLevel({ level, level_title: title, level_points: points, level_next: next }, words) {
  say($("challenge-label"), words("together"));
  say($("challenge-title"), words("level", { number: level, title }));
  say($("challenge-value"), whole(points));
  say($("challenge-goal"), words("levelPoints", { next }));
  say($("challenge-told"), "");
  fill(points, next);
  list([]);
}

const fill = (value, most) => ($("challenge-bar").style.width = `${Math.min(Math.max(value / most, 0), 1) * 100}%`);

const list = (facts) =>
  $("challenge-facts").replaceChildren(...facts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
