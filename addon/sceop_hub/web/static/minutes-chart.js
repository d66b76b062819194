/** The power of the last 24 hours, minute by minute. */

import { GRID, tip, token, valueAxis } from "./chart.js";
import { FLOWS, headline } from "./day.js";
import { clocks, power } from "./format.js";

const HOUR_MS = 3_600_000;
const MINUTES = 1440;
const FEW = 5;

/** @param {object} curve as `/now/curve` gives it */
const instants = ({ start, step_s: step, power_w: flows }) =>
  start == null ? [] : Array.from({ length: flows.consumption?.length ?? flows.grid_import?.length ?? 0 }, (_, i) => Date.parse(start) + i * step * 1000);

/** Null flows are hidden ones; a flow of nothing but gaps has nothing to show. */
const known = (flows) => FLOWS.filter((flow) => flows[flow]?.some((watts) => watts != null));

/** The flow that the line shows. */
export const minuteLine = ({ power_w: flows }) => headline(Object.fromEntries(known(flows).map((flow) => [flow, 0])));

/** A whole day's width, also when the hub has only just begun to remember: the front of it is then empty. */
function wholeDay(curve) {
  const missing = Math.max(0, MINUTES - instants(curve).length);
  const start = curve.start == null ? null : new Date(Date.parse(curve.start) - missing * curve.step_s * 1000).toISOString();
  const pad = (values) => (values ? [...Array(missing).fill(null), ...values] : values);
  return { ...curve, start, power_w: Object.fromEntries(Object.entries(curve.power_w).map(([flow, values]) => [flow, pad(values)])) };
}

/** @returns {import("./table.js").Figures} */
export function minuteFigures(curve, zone, words) {
  const clock = clocks(zone);
  const at = instants(curve).map((instant) => new Date(instant).toISOString());
  return {
    file: `power-${(at.at(-1) ?? "").slice(0, 10)}`,
    columns: [
      { name: "minute_start_utc", label: words("time"), cells: at, show: clock.time },
      { name: "local_time", cells: at.map(clock.plain) },
      ...known(curve.power_w).map((flow) => ({ name: `${flow}_w`, label: words(flow), cells: curve.power_w[flow] })),
    ],
  };
}

/**
 * @param {object} remembered as `/now/curve` gives it
 * @param {string} zone
 * @param {(key: string, values?: object) => string} words
 */
export const drawMinutes = (remembered, zone, words) => (narrow) => {
  const clock = clocks(zone);
  const curve = wholeDay(remembered);
  const at = instants(curve);
  const flows = curve.power_w;
  const line = minuteLine(curve);
  const hours = narrow ? 6 : 3;
  const onHour = (i) => at[i] % HOUR_MS === 0 && clock.wall(at[i])[0] % hours === 0;
  const kilowatts = (flow) => (flows[flow] ?? []).map((watts) => (watts == null ? null : watts / 1000));
  const few = (flows[line] ?? []).filter((watts) => watts != null).length < FEW; // too few for a line to be seen
  const base = { type: "line", showSymbol: few, showAllSymbol: true, symbol: "circle", symbolSize: 4, silent: true, connectNulls: false, emphasis: { disabled: true } };
  return {
    places: at.length,
    option: {
      grid: GRID,
      xAxis: { type: "category", data: at, boundaryGap: false, axisLabel: { interval: onHour, formatter: (instant) => clock.time(Number(instant)), hideOverlap: true, fontSize: 13 } },
      yAxis: { ...valueAxis("kW"), splitNumber: narrow ? 3 : 4 },
      series: [
        { ...base, name: "production", data: kilowatts("production"), z: 1, lineStyle: { color: token("production-line"), width: 1.5 }, itemStyle: { color: token("production-line") }, areaStyle: { color: token("production-soft") } },
        { ...base, name: line, data: kilowatts(line), z: 2, lineStyle: { color: token(line.replace("_", "-")), width: 2 }, itemStyle: { color: token(line.replace("_", "-")) } },
      ],
    },
    tip: (i) => {
      const lines = known(flows)
        .filter((flow) => flows[flow][i] != null)
        .map((flow) => ({ label: words(flow), value: power(flows[flow][i]), swatch: `flow-${flow}` }));
      return lines.length ? tip(clock.time(at[i]), lines) : null;
    },
  };
};
