/** Charts in the colours of the page: for eyes, fingers and the keyboard, in light and dark. */

import { onAxis } from "./format.js";

const NARROW_PX = 560;

/** A design token's value now. @param {string} name */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Read from the tokens each time, so that a chart follows light and dark. */
const theme = () => {
  const axis = {
    axisLine: { lineStyle: { color: token("line-strong") } },
    axisTick: { show: false },
    axisLabel: { color: token("ink-2") },
    splitLine: { lineStyle: { color: token("line") } },
  };
  return { textStyle: { fontFamily: token("font"), color: token("ink-2") }, categoryAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } } };
};

const TIP = () => ({
  confine: true,
  transitionDuration: 0,
  className: "chart-tip",
  backgroundColor: token("surface"),
  borderColor: token("line-strong"),
  borderWidth: 1,
  padding: 12,
  textStyle: { color: token("ink"), fontFamily: token("font"), fontSize: 14 },
});

/** An axis that says its unit once, above its numbers. @param {string} unit @param {number} size of its letters */
export const valueAxis = (unit, size = 13) => ({
  type: "value",
  min: 0,
  name: unit,
  nameGap: size,
  nameTextStyle: { color: token("ink-2"), fontSize: size, align: "left", padding: [0, 0, 0, -size * 1.25] },
  axisLabel: { fontSize: size, formatter: onAxis },
});

export const GRID = { left: 4, right: 12, top: 28, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" };

/**
 * What a chart says of one place: built of nodes, because names come from outside and the page's policy forbids style
 * in markup.
 *
 * @param {string} title
 * @param {{ label: string, value?: string, swatch?: string }[]} lines
 */
export function tip(title, lines) {
  const box = document.createElement("div");
  box.appendChild(document.createElement("strong")).textContent = title;
  for (const { label, value, swatch } of lines) {
    const line = box.appendChild(document.createElement("p"));
    if (swatch) line.appendChild(document.createElement("span")).className = `swatch ${swatch}`;
    line.append(`${label} `);
    if (value != null) line.appendChild(document.createElement("b")).textContent = value;
    else line.className = "tip-aside";
  }
  return box;
}

/**
 * @typedef {object} Drawing
 * @property {object} option of the library, without its tooltip
 * @property {number} places along the chart where it has something to say
 * @property {(place: number) => Element | null} tip
 * @property {"axis" | "item"} [trigger]
 * @property {(place: number) => [number, number]} [at] where a place lies, on both axes; else along the first
 */

/**
 * A chart in `element`; `show` draws what a function makes of the room there is. The library is fetched with the first
 * drawing, so that nothing else waits for it.
 *
 * @param {HTMLElement} element
 */
export function chart(element) {
  let echarts, drawn, make;
  /** @type {Drawing} */
  let drawing;
  let place = -1;
  let width = 0;

  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  element.after(spoken);
  element.tabIndex = 0;

  const draw = () => {
    if (!make || !echarts || !element.clientWidth) return;
    const first = !drawn;
    drawn?.dispose();
    drawn = echarts.init(element, theme());
    drawing = make(element.clientWidth < NARROW_PX);
    drawn.setOption({
      animation: first && !matchMedia("(prefers-reduced-motion: reduce)").matches,
      ...drawing.option,
      tooltip: {
        ...TIP(),
        trigger: drawing.trigger ?? "axis",
        axisPointer: { type: "line", lineStyle: { color: token("line-strong"), type: "solid" } },
        formatter: (found) => drawing.tip([found].flat()[0].dataIndex) ?? "",
      },
    });
  };

  const point = (next) => {
    place = Math.max(0, Math.min(drawing.places - 1, next));
    const [x, y] = drawing.at
      ? drawn.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, drawing.at(place))
      : [drawn.convertToPixel({ xAxisIndex: 0 }, place), element.clientHeight / 2];
    drawn.dispatchAction({ type: "showTip", x, y });
    spoken.textContent = drawing.tip(place)?.textContent ?? "";
  };

  element.addEventListener("keydown", (event) => {
    if (!drawing) return;
    const moves = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: drawing.places - 1 };
    if (event.key === "Escape") drawn.dispatchAction({ type: "hideTip" });
    if (!(event.key in moves)) return;
    event.preventDefault();
    point(place < 0 && event.key === "ArrowLeft" ? drawing.places - 1 : moves[event.key]);
  });
  element.addEventListener("blur", () => drawn?.dispatchAction({ type: "hideTip" }));
  document.addEventListener("themechange", draw);
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    draw();
  }).observe(element);

  return {
    /** @param {(narrow: boolean) => Drawing} next */
    async show(next) {
      make = next;
      echarts ??= await import("./vendor/echarts/echarts.esm.min.js");
      draw();
    },
  };
}
