/** A forecast as a band, and over it the line of what came. */

import { GRID, tip, token, valueAxis } from "./chart.js";
import { clocks, power } from "./format.js";

const SLOT_MS = 900_000;
const WH_TO_W = 4; // of a quarter hour
const COLOURS = { consumption: "consumption", production: "production-line", net: "grid-import" };
const PATCHES = { consumption: "flow-consumption", production: "flow-production", net: "flow-grid_import" };

/**
 * @typedef {object} Curves slot by slot
 * @property {number[]} starts
 * @property {(number | null)[]} low in Wh
 * @property {(number | null)[]} mid
 * @property {(number | null)[]} high
 * @property {(number | null)[]} truth
 * @property {number} [now] where what was passes into what comes
 */

/** @returns {Curves} */
function curves({ start, low, mid, high, truth }) {
  const first = Date.parse(start);
  return { starts: mid.map((_, i) => first + i * SLOT_MS), low, mid, high, truth: mid.map((_, i) => truth[i] ?? null) };
}

/** A day as its midnight told it. @returns {Curves} */
export const night = ({ band }) => curves(band);

/** Today as its midnight told it, and from the newest forecast on what that tells. @returns {Curves} */
export function coming({ latest, today }) {
  const next = curves(latest);
  if (!today) return next;
  const was = curves(today);
  const until = was.starts.findIndex((start) => start >= next.starts[0]);
  const head = (name) => was[name].slice(0, Math.max(until, 0));
  const joined = Object.fromEntries(["starts", "low", "mid", "high", "truth"].map((name) => [name, [...head(name), ...next[name]]]));
  return /** @type {Curves} */ ({ ...joined, now: Math.max(until, 0) });
}

const watts = (wh) => (wh == null ? null : wh * WH_TO_W);
const kilowatts = (values) => values.map((wh) => (wh == null ? null : (wh * WH_TO_W) / 1000));

/** @param {Curves} band @returns {import("./table.js").Figures} */
export function bandFigures(band, file, zone, words) {
  const clock = clocks(zone);
  const column = (name, label) => ({ name, label, cells: band[name.replace("_wh", "")], show: (wh) => power(watts(wh)) });
  return {
    file,
    columns: [
      { name: "slot", label: words("time"), cells: band.starts.map((start) => new Date(start).toISOString()), show: clock.dayTime },
      column("truth_wh", words("came")),
      column("low_wh", words("low")),
      column("mid_wh", words("mid")),
      column("high_wh", words("high")),
    ],
  };
}

/** @param {Curves & { figure: string, windows: object[], limit: number | null, zone: string }} band */
export const drawBand = (band, words) => (narrow) => {
  const clock = clocks(band.zone);
  const wall = band.starts.map((start) => clock.wall(start));
  const [low, mid, high, came] = ["low", "mid", "high", "truth"].map((name) => kilowatts(band[name]));
  const colour = token(COLOURS[band.figure]);
  const base = { type: "line", silent: true, emphasis: { disabled: true }, symbol: "none", connectNulls: false, animationDuration: 600 };
  const hours = band.starts.length > 100 ? (narrow ? 12 : 6) : narrow ? 6 : 3;
  const place = (instant) => Math.max(0, Math.min(band.starts.length - 1, Math.round((Date.parse(instant) - band.starts[0]) / SLOT_MS)));
  const negative = [...low, ...came].some((value) => value != null && value < 0);
  const axis = valueAxis("kW");
  return {
    places: band.starts.length,
    option: {
      grid: GRID,
      xAxis: {
        type: "category", data: band.starts, axisLine: { onZero: false },
        axisLabel: {
          interval: (i) => wall[i][1] === 0 && wall[i][0] % hours === 0,
          formatter: (start, i) => (wall[i][0] === 0 ? clock.weekday(Number(start)) : clock.time(Number(start))),
          hideOverlap: true, fontSize: 13, margin: 8,
        },
      },
      yAxis: { ...axis, min: negative ? undefined : axis.min, splitNumber: narrow ? 3 : 4 },
      series: [
        { ...base, name: "low", data: low, stack: "band", stackStrategy: "all", lineStyle: { width: 0 }, areaStyle: { opacity: 0 } },
        {
          ...base, name: "band", data: high.map((value, i) => (value == null || low[i] == null ? null : value - low[i])), stack: "band", stackStrategy: "all",
          lineStyle: { width: 0 }, areaStyle: { color: colour, opacity: 0.18 },
          markArea: {
            silent: true, itemStyle: { color: token("warning-soft"), opacity: 0.7 },
            data: band.windows.map(({ start, end }) => [{ xAxis: place(start) }, { xAxis: place(end) }]),
          },
        },
        {
          ...base, name: "mid", data: mid, z: 3, lineStyle: { color: token("ink-2"), width: 1.5, type: [4, 4] },
          markLine: {
            silent: true, symbol: "none", label: { show: false }, animation: false,
            data: [
              ...(band.now ? [{ xAxis: band.now, lineStyle: { color: token("line-strong"), type: "solid", width: 1 } }] : []),
              ...(band.limit ? [{ yAxis: band.limit / 1000, lineStyle: { color: token("danger"), type: "solid", width: 1.5 } }] : []),
            ],
          },
        },
        { ...base, name: "truth", data: came, z: 4, lineStyle: { color: colour, width: 2.5 } },
      ],
    },
    tip: (i) => {
      const lines = [];
      if (band.truth[i] != null) lines.push({ label: words("came"), value: power(watts(band.truth[i])), swatch: PATCHES[band.figure] });
      if (band.mid[i] != null) lines.push({ label: words("mid"), value: power(watts(band.mid[i])), swatch: "key-typical" });
      if (band.low[i] != null) lines.push({ label: words("between", { low: power(watts(band.low[i])), high: power(watts(band.high[i])) }) });
      return lines.length ? tip(clock.dayTime(band.starts[i]), lines) : null;
    },
  };
};
