/** The curve of a day, in the colours of the page. */

import { clocks, power } from "./format.js";
import { headline, partialSlots } from "./day.js";

const WH_TO_KW = 4 / 1000; // of a quarter hour
const NARROW_PX = 560;

/** A design token's value now. @param {string} name */
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The theme is read from the tokens each time, so that a chart follows light and dark. */
const theme = () => ({
  textStyle: { fontFamily: token("font"), color: token("ink-2") },
  categoryAxis: { axisLine: { lineStyle: { color: token("line-strong") } }, axisTick: { show: false }, axisLabel: { color: token("ink-2") } },
  valueAxis: { splitLine: { lineStyle: { color: token("line") } }, axisLabel: { color: token("ink-2") } },
});

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

function series(day) {
  const line = headline(day.homes_wh);
  const used = kilowatts(day.homes_wh[line] ?? []);
  const made = kilowatts(day.homes_wh.production ?? []);
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
    ...stroke("production", made, token("production-line"), 1.5, 3),
    ...stroke(line, used, token(line.replace("_", "-")), 2.5, 5),
    { type: "scatter", name: "last", silent: true, z: 6, symbolSize: 9, data: last < 0 ? [] : [[last, used[last]]],
      itemStyle: { color: token(line.replace("_", "-")), borderColor: token("surface"), borderWidth: 2 } },
  ];
}

/** Built of nodes: names come from outside, and the page's policy forbids style in markup. */
function tip(day, i, words) {
  const clock = clocks(day.time_zone);
  const box = document.createElement("div");
  const title = box.appendChild(document.createElement("strong"));
  title.textContent = `${clock.time(day.slots[i])} – ${clock.time(Date.parse(day.slots[i]) + 900_000)}`;
  for (const flow of [headline(day.homes_wh), "production"]) {
    const wh = day.homes_wh[flow]?.[i];
    if (wh == null) continue;
    const row = box.appendChild(document.createElement("p"));
    const swatch = row.appendChild(document.createElement("span"));
    swatch.className = `swatch flow-${flow}`;
    row.append(words(flow), " ");
    row.appendChild(document.createElement("b")).textContent = power(wh * 4);
  }
  const { most } = partialSlots(day.reported);
  const told = box.appendChild(document.createElement("p"));
  told.className = "tip-homes";
  told.textContent = words("partial", { n: day.reported[i], most });
  return box;
}

/**
 * A chart in `element`; give it days with `show`. The library is fetched when the first day is shown, so that the
 * live figure does not wait for it.
 *
 * @param {HTMLElement} element
 * @param {(key: string, values?: object) => string} words
 */
export function dayChart(element, words) {
  let echarts, chart, day;
  let drawn = false;
  let width = 0;

  const draw = () => {
    if (!day || !element.clientWidth) return;
    const narrow = element.clientWidth < NARROW_PX;
    const clock = clocks(day.time_zone);
    const wall = day.slots.map((slot) => clock.wall(slot));
    const hours = narrow ? 6 : 3;
    const onLabel = (i) => wall[i][1] === 0 && wall[i][0] % hours === 0;
    const ends = day.slots.findLastIndex((_, i) => day.reported[i] > 0);
    chart?.dispose();
    chart = echarts.init(element, theme());
    chart.setOption({
      animation: !drawn && !matchMedia("(prefers-reduced-motion: reduce)").matches,
      grid: { left: 4, right: 12, top: 28, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: {
        type: "category", data: day.slots, boundaryGap: true,
        axisLabel: { interval: onLabel, formatter: (slot) => clock.time(slot), hideOverlap: true, fontSize: 13 },
      },
      yAxis: { type: "value", min: 0, splitNumber: narrow ? 3 : 4, name: "kW", nameGap: 12,
        nameTextStyle: { color: token("ink-2"), fontSize: 13, align: "right", padding: [0, 6, 0, 0] }, axisLabel: { fontSize: 13 } },
      tooltip: {
        trigger: "axis", confine: true, transitionDuration: 0, className: "chart-tip",
        backgroundColor: token("surface"), borderColor: token("line-strong"), borderWidth: 1, padding: 12,
        textStyle: { color: token("ink"), fontFamily: token("font"), fontSize: 14 },
        axisPointer: { type: "line", lineStyle: { color: token("line-strong"), type: "solid" } },
        formatter: ([first]) => (first.dataIndex > ends ? "" : tip(day, first.dataIndex, words)),
      },
      series: series(day),
    });
    drawn = true;
  };

  document.addEventListener("themechange", draw);
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    if (chart) draw();
  }).observe(element);

  return {
    async show(/** @type {object} */ next) {
      echarts ??= await import("./vendor/echarts/echarts.esm.min.js");
      day = next;
      draw();
    },
  };
}
