/** The page of one event: what homes would have used together, and what they did, slot by slot. */

import { chart, tip, token, valueAxis, GRID } from "./chart.js";
import { $ } from "./dom.js";
import { clocks, energy, wordsOf } from "./format.js";
import { LINE } from "./plan-chart.js";

const words = wordsOf("words");
const { starts, baseline, actual } = JSON.parse($("curve").textContent);
const clock = clocks(document.documentElement.dataset.zone);
const kilowattHours = (values) => values.map((wh) => wh / 1000);

chart($("event-chart")).show((narrow) => ({
  places: starts.length,
  option: {
    grid: GRID,
    xAxis: {
      type: "category", data: starts, axisLine: { onZero: false },
      axisLabel: { interval: narrow && starts.length > 6 ? 1 : 0, formatter: (start) => clock.time(Number(start)), hideOverlap: true, fontSize: 13, margin: 8 },
    },
    yAxis: { ...valueAxis("kWh"), splitNumber: narrow ? 3 : 4 },
    series: [
      { type: "bar", silent: true, name: "actual", data: kilowattHours(actual), barWidth: "55%", itemStyle: { color: token("consumption"), borderRadius: [3, 3, 0, 0] }, animationDuration: 600 },
      { ...LINE, name: "baseline", data: kilowattHours(baseline), step: "middle", z: 4, lineStyle: { color: token("ink-2"), width: 2, type: [4, 4] } },
    ],
  },
  tip: (i) =>
    tip(clock.time(starts[i]), [
      { label: words("baseline"), value: energy(baseline[i]), swatch: "key-typical" },
      { label: words("used"), value: energy(actual[i]), swatch: "flow-consumption" },
    ]),
}));
