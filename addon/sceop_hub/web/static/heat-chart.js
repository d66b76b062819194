/** The heat map: each hour of each weekday. */

import { hourName, hourSpan, weekday } from "./calendar.js";
import { tip, token } from "./chart.js";
import { power } from "./format.js";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = Array.from({ length: 7 }, (_, day) => day);
const NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const SHADES = ["heat-1", "heat-2", "heat-3", "heat-4", "heat-5"];

/** @typedef {{ wh: (number | null)[][], hours: number[][] }} Heat by weekday and hour */

/** The most and the least, each with where it is. @param {Heat} heat */
export function extremes({ wh }) {
  const cells = DAYS.flatMap((day) => HOURS.map((hour) => ({ day, hour, watts: wh[day][hour] }))).filter(({ watts }) => watts != null);
  if (!cells.length) return null;
  const sorted = cells.toSorted((a, b) => a.watts - b.watts);
  return { least: sorted[0], most: sorted.at(-1) };
}

/** @param {Heat} heat @param {string} file @param {(key: string) => string} words @returns {import("./table.js").Figures} */
export function heatFigures({ wh, hours }, file, words) {
  return {
    file,
    columns: [
      { name: "hour", label: words("hour"), cells: HOURS.map((hour) => `${String(hour).padStart(2, "0")}:00`), show: (text) => hourName(parseInt(text)) },
      ...DAYS.map((day) => ({ name: `${NAMES[day]}_wh`, label: weekday(day), cells: wh[day] })),
      ...DAYS.map((day) => ({ name: `${NAMES[day]}_hours`, cells: hours[day] })),
    ],
  };
}

/**
 * On a phone the days stand side by side and the hours below each other: a week's 24 columns have no room there.
 *
 * @param {Heat} heat
 * @param {(key: string, values?: object) => string} words
 */
export const drawHeat = (heat, words) => (narrow) => {
  const places = narrow ? HOURS.flatMap((hour) => DAYS.map((day) => ({ day, hour }))) : DAYS.flatMap((day) => HOURS.map((hour) => ({ day, hour })));
  const at = ({ day, hour }) => (narrow ? [day, hour] : [hour, day]);
  const found = extremes(heat);
  const days = { type: "category", data: DAYS.map((day) => weekday(day, true)), axisLine: { show: false }, splitArea: { show: false }, axisLabel: { fontSize: 13, interval: 0 } };
  const hours = { type: "category", data: HOURS.map(hourName), axisLine: { show: false }, axisLabel: { fontSize: 13, interval: (hour) => hour % 3 === 0 } };
  return {
    places: places.length,
    trigger: "item",
    at: (place) => /** @type {[number, number]} */ (at(places[place])),
    option: {
      grid: { left: 4, right: 4, top: narrow ? 28 : 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: narrow ? { ...days, position: "top" } : hours,
      yAxis: narrow ? { ...hours, inverse: true } : { ...days, inverse: true },
      visualMap: { show: false, min: found?.least.watts ?? 0, max: Math.max(found?.most.watts ?? 1, (found?.least.watts ?? 0) + 1), inRange: { color: SHADES.map(token) } },
      series: [
        {
          type: "heatmap",
          data: places.map((place) => [...at(place), heat.wh[place.day][place.hour] ?? "-"]),
          itemStyle: { borderColor: token("surface"), borderWidth: 2, borderRadius: 4 },
          emphasis: { itemStyle: { borderColor: token("ink"), borderWidth: 2 } },
        },
      ],
    },
    tip: (place) => {
      const { day, hour } = places[place];
      const watts = heat.wh[day][hour];
      const title = `${weekday(day)}, ${hourSpan(hour)}`;
      if (watts == null) return tip(title, [{ label: words("unknownHour") }]);
      return tip(title, [
        { label: words("onAverage"), value: power(watts) },
        { label: words("behind", { n: heat.hours[day][hour] }) },
      ]);
    },
  };
};
