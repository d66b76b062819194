/** How far off forecasts were, night after night, beside the plainest that there are. */

import { GRID, tip, token } from "./chart.js";
import { precise } from "./format.js";

const day = new Intl.DateTimeFormat(navigator.language, { timeZone: "UTC", day: "numeric", month: "short" });
const LINES = [
  ["forecast", "model", "consumption", "solid", 2.5],
  ["yesterday", "yesterday", "battery-discharge", [6, 4], 1.5],
  ["last_week", "lastWeek", "production-line", [2, 3], 1.5],
  ["seven_days", "sevenDays", "ink-2", [10, 3, 2, 3], 1.5],
];
const SWATCHES = { forecast: "flow-consumption", yesterday: "swatch-yesterday", last_week: "swatch-last-week", seven_days: "swatch-seven-days" };

/** @param {object[]} nights @returns {import("./table.js").Figures} */
export const errorFigures = (nights, file, words) => ({
  file,
  columns: [
    { name: "day", label: words("day"), cells: nights.map((night) => night.day), show: (text) => day.format(new Date(text)) },
    ...LINES.map(([name, word]) => ({ name, label: words(word), cells: nights.map((night) => night[name] == null ? null : Math.round(night[name] * 10_000) / 10_000), show: precise })),
    { name: "made_afterwards", label: words("afterwards"), cells: nights.map((night) => (night.afterwards ? 1 : 0)), show: (flag) => (flag ? "✓" : "") },
  ],
});

/** @param {object[]} nights */
export const drawErrors = (nights, words) => (narrow) => {
  const each = Math.ceil(nights.length / (narrow ? 4 : 8));
  return {
    places: nights.length,
    option: {
      grid: GRID,
      xAxis: { type: "category", data: nights.map((night) => night.day), axisLabel: { interval: (i) => i % each === 0, formatter: (text) => day.format(new Date(text)), fontSize: 13 } },
      yAxis: { type: "value", min: 0, splitNumber: narrow ? 3 : 4, axisLabel: { fontSize: 13, formatter: (share) => `${Math.round(share * 100)} %` } },
      series: LINES.map(([name, , colour, type, width]) => ({
        type: "line", name, silent: true, emphasis: { disabled: true }, connectNulls: false, animationDuration: 600, z: name === "forecast" ? 3 : 2,
        data: nights.map((night) => ({ value: night[name], symbol: name === "forecast" ? (night.afterwards ? "emptyCircle" : "circle") : "none" })),
        showAllSymbol: true, symbolSize: narrow ? 5 : 7, lineStyle: { color: token(colour), type, width }, itemStyle: { color: token(colour) },
      })),
    },
    tip: (i) => {
      const night = nights[i];
      const lines = LINES.filter(([name]) => night[name] != null).map(([name, word]) => ({ label: words(word), value: precise(night[name]), swatch: SWATCHES[name] }));
      if (night.afterwards) lines.push({ label: words("madeAfterwards") });
      return tip(day.format(new Date(night.day)), lines);
    },
  };
};
