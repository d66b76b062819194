// The picture in the forecast card: what was measured, what is expected, and when it runs hot.

import { el, svg } from "./dom.js";
import { clipped, HIGH, Plane, scale, valueAt, WIDE } from "./forecast-chart.js";
import { number } from "./format.js";
import { STEP, Timeline } from "./timeline.js";

const CURVES = ["actual", "low", "mid", "high"];

export class Plot extends Timeline {
  constructor(card) {
    super(card);
    this.scale = el("div", { class: "scale", "aria-hidden": "true" });
    this.element = el("div", { class: "plot" }, this.days, this.scale, this.chart, this.hours);
  }

  draw({ name, figure, days, windows, limits, now }) {
    Object.assign(this, { figure, now });
    const [start, end] = [Date.parse(days[0].start), Date.parse(days.at(-1).end)];
    const curves = CURVES.map((curve) => figure[curve]).filter(Boolean);
    const highest = Math.max(0, ...curves.flatMap((curve) => curve.watts));
    const { top, lines, step } = scale(Math.max(highest, ...limits.filter((limit) => limit < 1.5 * highest)));
    this.plane = new Plane(start, end, top);
    this.chart.replaceChildren(
      ...windows.map((each) => this.hot(each)).filter(Boolean),
      this.picture(lines, limits.filter((limit) => limit <= top)),
      ...days.slice(1).map((each) => this.line("midnight", Date.parse(each.start))),
      ...(now > start && now < end ? [this.line("now", now)] : []),
      this.pointer,
    );
    this.scale.replaceChildren(...lines.map((watts) => el("span", {}, this.onScale(watts, step, top))));
    this.days.replaceChildren(...days.map((each) => this.dayName(each)));
    this.hours.classList.toggle("both", days.length > 1);
    this.hours.replaceChildren(...days.flatMap((each) => each.marks.map((hour) => this.hour(hour))));
    this.name(this.card.say("forecast_chart", { what: name }));
    this.tell([this.pointed, now, start].find((at) => at >= start && at < end));
    return limits.some((limit) => limit <= top);
  }

  picture(lines, limits) {
    const { figure, plane } = this;
    const [actual, low, mid, high] = CURVES.map((name) => clipped(figure[name], plane.start, plane.end));
    return svg(
      "svg",
      { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...lines.map((watts) => plane.level("grid", watts)),
      low && high && plane.between("band", low, high),
      low && plane.line("edge", low),
      high && plane.line("edge", high),
      mid && plane.line("mid", mid),
      actual && plane.line("actual", actual),
      ...limits.map((watts) => plane.level("limit", watts)),
    );
  }

  onScale(watts, step, top) {
    if (top < 1000) return `${number(this.card.hass, watts)}\u00a0W`;
    return `${number(this.card.hass, watts / 1000, step >= 1000 ? 0 : step >= 100 ? 1 : 2)}\u00a0kW`;
  }

  // What was, or what is expected.
  sentence(instant) {
    const { card, figure } = this;
    const [actual, low, mid, high] = CURVES.map((name) => valueAt(figure[name], instant));
    const isOver = instant + STEP <= this.now;
    return card.say(what(actual !== null, mid !== null, isOver), {
      when: card.when(instant), power: actual === null ? card.roughly(mid) : card.power(actual),
      low: card.roughly(low), high: card.roughly(high),
    });
  }
}

function what(isMeasured, isExpected, isOver) {
  if (isMeasured) return isExpected ? "said_both" : "said_measured";
  if (isExpected) return isOver ? "said_missed" : "said_expected";
  return "said_unknown";
}
