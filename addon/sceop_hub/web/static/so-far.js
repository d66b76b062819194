/** Today so far: energy against what is usual, the sun's share, cost and carbon. */

import { energy, mass, money, percent } from "./format.js";
import { $, say } from "./dom.js";

const AS_USUAL = 0.02;

/** How much less or more than usual, in words. @param {object} today @param {(key: string, values?: object) => string} words */
export function comparison(today, words) {
  const used = today.wh.consumption;
  if (used == null || !today.typical_wh) return "";
  const ratio = used / today.typical_wh - 1;
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", timeZone: "UTC" }).format(new Date(today.day));
  if (Math.abs(ratio) < AS_USUAL) return words("asUsual", { day });
  return words(ratio < 0 ? "lessThanUsual" : "moreThanUsual", { share: percent(Math.abs(ratio)), day });
}

/** @param {object | null} today as the hub tells it @param {(key: string, values?: object) => string} words */
export function showSoFar(today, words) {
  const tile = (name, figure, told) => {
    const card = $(`tile-${name}`);
    card.hidden = figure == null;
    if (figure == null) return;
    say(card.querySelector("[data-figure]"), figure);
    say(card.querySelector("[data-told]"), told);
  };
  const used = today?.wh.consumption;
  tile("used", used == null ? null : energy(used), used == null ? "" : comparison(today, words));
  tile("solar", today?.solar_share == null ? null : percent(today.solar_share), words("solarToday"));
  tile("cost", today?.cost == null ? null : money(Number(today.cost), today.currency),
    today?.earned == null ? words("costToday") : words("earnedToday", { money: money(Number(today.earned), today.currency) }));
  tile("carbon", today?.carbon_g == null ? null : mass(today.carbon_g), words("carbonToday"));
  $("so-far").hidden = [...$("so-far").querySelectorAll(".tile")].every((card) => card.hidden);
}
