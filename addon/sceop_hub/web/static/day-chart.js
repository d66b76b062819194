/** The curve of a day: what the homes used, what their roofs made, and what is usual. */

import { GRID, tip, token, valueAxis } from "./chart.js";
import { headline, partialSlots } from "./day.js";
import { clocks, power } from "./format.js";

const WH_TO_KW = 4 / 1000; // of a quarter hour
const SLOT_MS = 900_000;

const kilowatts = (values) => values.map((wh) => (wh == null ? null : wh * WH_TO_KW));

/** Points of a line; a slot that stands alone between gaps gets a dot, else no line would show it. */
const points = (values) =>
  values.map((value, i) => {
    const alone = value != null && values[i - 1] == null && values[i + 1] == null;
    return alone ? { value, symbol: "circle", symbolSize: 4 } : { value, symbol: "none" };
  });

/** Keep the slots that `wanted` marks, and with `edges` their neighbours, so that the lines meet. */
const only = (values, wanted, edges) =>
  values.map((value, i) => (wanted(i) || (edges && (wanted(i - 1) || wanted(i + 1))) ? value : null));

function series(day, bold) {
  const line = headline(day.homes_wh);
  const colour = token(line.replace("_", "-"));
  const used = kilowatts(day.homes_wh[line] ?? []);
  const made = kilowatts(day.homes_wh.production ?? []);
  const usual = line === "consumption" ? kilowatts(day.typical_wh?.consumption ?? []) : [];
  const { partial } = partialSlots(day.reported);
  const base = { type: "line", emphasis: { disabled: true }, connectNulls: false, showSymbol: true, silent: true, animationDuration: 600 };
  const stroke = (name, values, colour, width, z) => [
    { ...base, name, data: points(only(values, (i) => !partial[i], false)), z, lineStyle: { color: colour, width }, itemStyle: { color: colour } },
    { ...base, name: `${name}.partial`, data: points(only(values, (i) => partial[i] ?? false, true)), z: z - 1,
      lineStyle: { color: colour, width, opacity: 0.35 }, itemStyle: { color: colour, opacity: 0.35 } },
  ];
  const last = used.findLastIndex((value) => value != null);
  return [
    { ...base, name: "production.area", data: points(made), z: 1, lineStyle: { width: 0 }, itemStyle: { color: token("production") }, areaStyle: { color: token("production-soft") } },
    { ...base, name: "typical", data: points(usual), z: 2, lineStyle: { color: token("ink-2"), width: 1.5 * bold, type: [4 * bold, 4 * bold] }, itemStyle: { color: token("ink-2") } },
    ...stroke("production", made, token("production-line"), 1.5 * bold, 3),
    ...stroke(line, used, colour, 2.5 * bold, 5),
    { type: "scatter", name: "last", silent: true, z: 6, symbolSize: 9 * bold, data: last < 0 ? [] : [[last, used[last]]],
      itemStyle: { color: colour, borderColor: token("surface"), borderWidth: 2 * bold } },
  ];
}

/**
 * @param {object} day as `/now/today` gives it
 * @param {(key: string, values?: object) => string} words
 * @param {{ size?: number, bold?: number }} [screen] larger letters and lines, for a screen in a lobby
 */
export const drawDay = (day, words, { size = 13, bold = 1 } = {}) => (narrow) => {
  const clock = clocks(day.time_zone);
  const wall = day.slots.map((slot) => clock.wall(slot));
  const hours = narrow || bold > 1 ? 6 : 3;
  const line = headline(day.homes_wh);
  const { most } = partialSlots(day.reported);
  const typical = day.typical_wh?.consumption ?? [];
  return {
    places: day.slots.length,
    option: {
      grid: { ...GRID, top: size * 2.2 },
      xAxis: {
        type: "category", data: day.slots, boundaryGap: true,
        axisLabel: { interval: (i) => wall[i][1] === 0 && wall[i][0] % hours === 0, formatter: (slot) => clock.time(slot), hideOverlap: true, fontSize: size, margin: size * 0.6 },
      },
      yAxis: { ...valueAxis("kW", size), splitNumber: narrow ? 3 : 4 },
      series: series(day, bold),
    },
    tip: (i) => {
      const lines = [line, "production"]
        .filter((flow) => day.homes_wh[flow]?.[i] != null)
        .map((flow) => ({ label: words(flow), value: power(day.homes_wh[flow][i] * 4), swatch: `flow-${flow}` }));
      if (line === "consumption" && typical[i] != null) lines.push({ label: words("typical"), value: power(typical[i] * 4), swatch: "key-typical" });
      if (day.reported[i]) lines.push({ label: words("partial", { n: day.reported[i], most }) });
      return lines.length ? tip(`${clock.time(day.slots[i])} – ${clock.time(Date.parse(day.slots[i]) + SLOT_MS)}`, lines) : null;
    },
  };
};
