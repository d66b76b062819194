/** The community's plan: what came, what is expected, what homes reserved and what usually comes, up to the limit. */

import { GRID, tip, token, valueAxis } from "./chart.js";
import { clocks, power } from "./format.js";

export const SLOT_MS = 900_000;

/** @typedef {(number | null)[]} Curve in W, slot by slot */
/**
 * @typedef {object} Plan as `/plan/data` gives it
 * @property {string} time_zone
 * @property {string} now
 * @property {string} start
 * @property {number | null} limit_w
 * @property {Curve} came
 * @property {Curve} expected
 * @property {Curve} reserved
 * @property {Curve} usual
 * @property {Curve} shifted
 * @property {Curve} at_once
 */

const kilowatts = (/** @type {Curve} */ curve) => curve.map((w) => (w == null ? null : w / 1000));
const starts = (/** @type {Plan} */ plan) => plan.came.map((_, i) => Date.parse(plan.start) + i * SLOT_MS);
const known = (/** @type {Curve} */ curve) => curve.some((w) => w != null);

/** All that a slot holds, as far as it is foreseen or came. @param {Plan} plan @returns {Curve} */
export const whole = (plan) =>
  plan.came.map((w, i) => w ?? (plan.expected[i] == null ? null : plan.expected[i] + (plan.reserved[i] ?? 0) + (plan.usual[i] ?? 0)));

/** What all charts of slots have in common. */
export function frame(places, zone, narrow) {
  const clock = clocks(zone);
  const wall = places.map((start) => clock.wall(start));
  const hours = places.length > 100 ? (narrow ? 12 : 6) : narrow ? 6 : 3;
  return {
    clock,
    grid: GRID,
    xAxis: {
      type: "category", data: places, axisLine: { onZero: false },
      axisLabel: {
        interval: (i) => wall[i][1] === 0 && wall[i][0] % hours === 0,
        formatter: (start, i) => (wall[i][0] === 0 ? clock.weekday(Number(start)) : clock.time(Number(start))),
        hideOverlap: true, fontSize: 13, margin: 8,
      },
    },
  };
}

/** An axis of kW that goes below zero only where a curve does. */
export function powerAxis(curves, narrow) {
  const axis = valueAxis("kW");
  const negative = curves.some((curve) => curve.some((value) => value != null && value < 0));
  return { ...axis, min: negative ? undefined : axis.min, splitNumber: narrow ? 3 : 4 };
}

export const LINE = { type: "line", silent: true, emphasis: { disabled: true }, symbol: "none", connectNulls: false, animationDuration: 600 };

/** Where what passed becomes what comes, and the limit. */
export const marks = (at, limit) => ({
  silent: true, symbol: "none", label: { show: false }, animation: false,
  data: [
    ...(at > 0 ? [{ xAxis: at, lineStyle: { color: token("line-strong"), type: "solid", width: 1 } }] : []),
    ...(limit ? [{ yAxis: limit / 1000, lineStyle: { color: token("danger"), type: "solid", width: 1.5 } }] : []),
  ],
});

export const slotOf = (/** @type {Plan} */ plan, /** @type {string | number} */ instant) =>
  Math.floor((new Date(instant).getTime() - Date.parse(plan.start)) / SLOT_MS);

/** @param {Plan} plan */
export const drawCurve = (plan, words) => (narrow) => {
  const places = starts(plan);
  const { clock, ...option } = frame(places, plan.time_zone, narrow);
  const [came, expected] = [kilowatts(plan.came), kilowatts(plan.expected)];
  const reserved = plan.reserved.map((w, i) => (w == null || (plan.came[i] == null && plan.expected[i] == null) ? null : w / 1000));
  const usual = plan.usual.map((w, i) => (w == null || plan.expected[i] == null ? null : w / 1000));
  const base = plan.came.map((w, i) => (w == null ? expected[i] : w / 1000 - (reserved[i] ?? 0))); // what came holds its places
  const stacked = { ...LINE, stack: "room", stackStrategy: "all", lineStyle: { width: 0 } };
  return {
    places: places.length,
    option: {
      ...option,
      yAxis: powerAxis([base, came], narrow),
      series: [
        { ...stacked, name: "base", data: base, areaStyle: { opacity: 0 } },
        { ...stacked, name: "reserved", data: reserved, areaStyle: { color: token("battery-discharge"), opacity: 0.75 } },
        { ...stacked, name: "usual", data: usual, areaStyle: { color: token("line-strong"), opacity: 0.6 }, lineStyle: { width: 1, type: "dashed", color: token("ink-2") } },
        { ...LINE, name: "expected", data: expected, z: 3, lineStyle: { color: token("ink-2"), width: 1.5, type: [4, 4] }, markLine: marks(slotOf(plan, plan.now), plan.limit_w) },
        { ...LINE, name: "came", data: came, z: 4, lineStyle: { color: token("consumption"), width: 2.5 } },
      ],
    },
    tip: (i) => {
      const lines = [];
      if (plan.came[i] != null) lines.push({ label: words("came"), value: power(plan.came[i]), swatch: "flow-consumption" });
      if (plan.expected[i] != null) lines.push({ label: words("expected"), value: power(plan.expected[i]), swatch: "key-typical" });
      if (plan.reserved[i]) lines.push({ label: words("reserved"), value: power(plan.reserved[i]), swatch: "key-reserved" });
      if (plan.usual[i]) lines.push({ label: words("usual"), value: power(plan.usual[i]), swatch: "key-usual" });
      if (plan.limit_w != null) lines.push({ label: words("limit", { limit: power(plan.limit_w) }) });
      return lines.length ? tip(clock.dayTime(places[i]), lines) : null;
    },
  };
};

/** @param {Plan} plan @returns {import("./table.js").Figures} */
export function curveFigures(plan, words) {
  return figures(plan, "plan-curve", words, [
    ["came_w", words("came"), plan.came],
    ["expected_w", words("expected"), plan.expected],
    ["reserved_w", words("reserved"), plan.reserved],
    ["usual_w", words("usual"), plan.usual],
  ]);
}

/** @param {Plan} plan */
export const drawBoth = (plan, words) => (narrow) => {
  const places = starts(plan);
  const { clock, ...option } = frame(places, plan.time_zone, narrow);
  const [shifted, once] = [kilowatts(plan.shifted), kilowatts(plan.at_once)];
  return {
    places: places.length,
    option: {
      ...option,
      yAxis: powerAxis([shifted, once], narrow),
      series: [
        { ...LINE, name: "at_once", data: once, z: 3, lineStyle: { color: token("production-line"), width: 2, type: [6, 4] } },
        { ...LINE, name: "shifted", data: shifted, z: 4, lineStyle: { color: token("consumption"), width: 2.5 }, markLine: marks(slotOf(plan, plan.now), plan.limit_w) },
      ],
    },
    tip: (i) => {
      const lines = [];
      if (plan.shifted[i] != null) lines.push({ label: words("with"), value: power(plan.shifted[i]), swatch: "flow-consumption" });
      if (plan.at_once[i] != null) lines.push({ label: words("without"), value: power(plan.at_once[i]), swatch: "key-without" });
      return lines.length ? tip(clock.dayTime(places[i]), lines) : null;
    },
  };
};

/** @param {Plan} plan @returns {import("./table.js").Figures} */
export function bothFigures(plan, words) {
  return figures(plan, "plan-with-and-without", words, [
    ["with_w", words("with"), plan.shifted],
    ["without_w", words("without"), plan.at_once],
  ]);
}

/** Columns in which anything is known, beside the time. */
function figures(plan, file, words, columns) {
  return {
    file,
    columns: [
      { name: "slot", label: words("time"), cells: starts(plan).map((start) => new Date(start).toISOString()), show: clocks(plan.time_zone).dayTime },
      ...columns.filter(([, , cells]) => known(cells)).map(([name, label, cells]) => ({ name, label, cells, show: power })),
    ],
  };
}
