/** The months, one bar each; a month that is known in part only is paler and says so. */

import { monthMark, monthName } from "./calendar.js";
import { GRID, tip, token, valueAxis } from "./chart.js";
import { energy, percent } from "./format.js";

const WHOLE = 0.98;
const MEGA = 10_000_000;

export const partial = ({ slots, of }) => slots > 0 && slots < of * WHOLE;

/** @returns {import("./table.js").Figures} */
export const monthFigures = (months, file, words) => ({
  file,
  columns: [
    { name: "month", label: words("month"), cells: months.map(({ month }) => month), show: monthName },
    { name: "wh", label: words("energyWh"), cells: months.map(({ wh }) => wh) },
    { name: "share_known", label: words("known"), cells: months.map(({ slots, of }) => Math.round((slots / of) * 1000) / 1000), show: percent },
    { name: "homes_least", label: words("homesLeast"), cells: months.map(({ homes_least: homes }) => homes) },
    { name: "homes_most", label: words("homesMost"), cells: months.map(({ homes_most: homes }) => homes) },
  ],
});

/** @param {object[]} months @param {string} figure @param {(key: string, values?: object) => string} words */
export const drawMonths = (months, figure, words) => (narrow) => {
  const mega = Math.max(0, ...months.map(({ wh }) => wh ?? 0)) >= MEGA;
  const each = Math.ceil(months.length / (narrow ? 4 : 7));
  return {
    places: months.length,
    option: {
      grid: GRID,
      xAxis: { type: "category", data: months.map(({ month }) => month), axisLabel: { interval: (i) => i % each === 0, formatter: (month, i) => monthMark(month, i === 0), fontSize: 13 } },
      yAxis: { ...valueAxis(mega ? "MWh" : "kWh"), splitNumber: narrow ? 3 : 4 },
      series: [
        {
          type: "bar",
          barMaxWidth: 48,
          barCategoryGap: "28%",
          data: months.map((month) => ({
            value: month.wh == null ? null : month.wh / (mega ? 1e6 : 1000),
            itemStyle: { color: token(figure.replace("_", "-")), opacity: partial(month) ? 0.45 : 1, borderRadius: [4, 4, 0, 0] },
          })),
          emphasis: { disabled: true },
        },
      ],
    },
    tip: (i) => {
      const month = months[i];
      if (month.wh == null) return tip(monthName(month.month), [{ label: words("unknownMonth") }]);
      const told = [{ label: words(figure), value: energy(month.wh), swatch: `flow-${figure}` }];
      if (partial(month)) told.push({ label: words("partOfMonth", { share: percent(month.slots / month.of) }) });
      told.push({ label: words("homesBehind", { least: month.homes_least, most: month.homes_most }) });
      return tip(monthName(month.month), told);
    },
  };
};
