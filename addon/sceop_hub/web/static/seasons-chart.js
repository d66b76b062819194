/** A day in each season: four curves, told apart by colour, by dashes and by a name at their end. */

import { hourName, hourSpan, seasonMonths } from "./calendar.js";
import { GRID, tip, token, valueAxis } from "./chart.js";
import { svg } from "./dom.js";
import { power } from "./format.js";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DASHES = { winter: [1, 0], spring: [2, 3], summer: [8, 4], autumn: [8, 3, 2, 3] };

/** @param {{ season: string, wh: (number | null)[], hours: number[] }[]} seasons @returns {import("./table.js").Figures} */
export function seasonFigures(seasons, file, words) {
  return {
    file,
    columns: [
      { name: "hour", label: words("hour"), cells: HOURS.map((hour) => `${String(hour).padStart(2, "0")}:00`), show: (text) => hourName(parseInt(text)) },
      ...seasons.map(({ season, wh }) => ({ name: `${season}_wh`, label: seasonMonths(season), cells: wh })),
      ...seasons.map(({ season, hours }) => ({ name: `${season}_hours`, cells: hours })),
    ],
  };
}

/** @param {HTMLElement} list @param {{ season: string }[]} seasons */
export function showSeasonKeys(list, seasons) {
  list.replaceChildren(
    ...seasons.map(({ season }) => {
      const key = document.createElement("li");
      const line = svg("svg", { class: `key-season season-${season}`, viewBox: "0 0 30 4", width: 30, height: 4, "aria-hidden": "true" });
      line.append(svg("path", { d: "M0 2H30", "stroke-dasharray": DASHES[season].join(" ") }));
      key.append(line);
      key.append(seasonMonths(season));
      return key;
    }),
  );
}

export const drawSeasons = (seasons) => (narrow) => ({
  places: 24,
  option: {
    grid: GRID,
    xAxis: { type: "category", data: HOURS, boundaryGap: false, axisLabel: { interval: (hour) => hour % (narrow ? 6 : 3) === 0, formatter: (hour) => hourName(Number(hour)), fontSize: 13 } },
    yAxis: { ...valueAxis("kW"), splitNumber: narrow ? 3 : 4 },
    series: seasons.map(({ season, wh }) => ({
      type: "line",
      name: season,
      data: wh.map((watts) => (watts == null ? null : watts / 1000)),
      showSymbol: false,
      silent: true,
      smooth: 0.25,
      emphasis: { disabled: true },
      lineStyle: { color: token(`season-${season}`), width: 2.5, type: DASHES[season] },
      itemStyle: { color: token(`season-${season}`) },
    })),
  },
  tip: (hour) => {
    const known = seasons.filter(({ wh }) => wh[hour] != null);
    return known.length
      ? tip(hourSpan(hour), known.map(({ season, wh }) => ({ label: seasonMonths(season), value: power(wh[hour]), swatch: `season-${season}` })))
      : null;
  },
});
