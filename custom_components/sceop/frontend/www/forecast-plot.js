// The picture in the forecast card, through which a pointer or the arrow keys go quarter hour by quarter hour.

import { el, mark, svg, write } from "./dom.js";
import { clipped, HIGH, Plane, scale, valueAt, WIDE } from "./forecast-chart.js";
import { day, hourOf, number } from "./format.js";

const STEP = 15 * 60_000;
const CURVES = ["actual", "low", "mid", "high"];

export class Plot {
  // Days, times and powers are told as the card tells them.
  constructor(card) {
    this.card = card;
    this.days = el("div", { class: "days", "aria-hidden": "true" });
    this.scale = el("div", { class: "scale", "aria-hidden": "true" });
    this.chart = el("div", {
      class: "chart", role: "slider", tabindex: 0, onkeydown: (event) => this.walk(event),
      onpointermove: (event) => this.point(event), onpointerdown: (event) => this.point(event),
    });
    this.hours = el("div", { class: "hours", "aria-hidden": "true" });
    this.said = el("p", { class: "told" });
    this.pointer = el("i", { class: "pointer" });
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
    mark(this.chart, "aria-label", this.card.say("forecast_chart", { what: name }));
    mark(this.chart, "aria-valuemin", 0);
    mark(this.chart, "aria-valuemax", Math.round((end - start) / STEP) - 1);
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

  hot({ whose, start, end }) {
    const style = this.plane.stretch(Date.parse(start), Date.parse(end));
    return style && el("i", { class: `hot ${whose}`, style });
  }

  line(look, at) {
    return el("i", { class: look, style: `left:${this.plane.percent(at)}%` });
  }

  dayName(each) {
    const style = this.plane.stretch(Date.parse(each.start), Date.parse(each.end));
    const name = day(this.card.hass, each.date, { weekday: "short", day: "numeric", month: "short" });
    return el("span", { style }, `${this.card.dayName(each)} · ${name}`);
  }

  hour({ hour, at }) {
    const style = `left:${this.plane.percent(Date.parse(at))}%`;
    return el("span", { class: hour % 12 ? "half" : null, style }, hourOf(this.card.hass, at, this.card.zone));
  }

  onScale(watts, step, top) {
    if (top < 1000) return `${number(this.card.hass, watts)}\u00a0W`;
    return `${number(this.card.hass, watts / 1000, step >= 1000 ? 0 : step >= 100 ? 1 : 2)}\u00a0kW`;
  }

  point(event) {
    const box = this.chart.getBoundingClientRect();
    const share = Math.min(0.9999, Math.max(0, (event.clientX - box.left) / box.width));
    this.tell(this.plane.start + share * (this.plane.end - this.plane.start));
  }

  walk(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -4, PageUp: 4 };
    const { start, end } = this.plane;
    const to = { Home: start, End: end - STEP }[event.key] ?? this.pointed + (steps[event.key] ?? NaN) * STEP;
    if (Number.isNaN(to)) return;
    event.preventDefault();
    this.tell(Math.min(end - STEP, Math.max(start, to)));
  }

  // Say what is known of one quarter hour: what was, or what is expected.
  tell(instant) {
    const { card, figure, plane } = this;
    const position = Math.floor((instant - plane.start) / STEP);
    this.pointed = plane.start + position * STEP;
    const [actual, low, mid, high] = CURVES.map((name) => valueAt(figure[name], this.pointed));
    const isOver = this.pointed + STEP <= this.now;
    const sentence = card.say(what(actual !== null, mid !== null, isOver), {
      when: card.when(this.pointed), power: actual === null ? card.roughly(mid) : card.power(actual),
      low: card.roughly(low), high: card.roughly(high),
    });
    this.pointer.style.left = `${plane.percent(this.pointed + STEP / 2)}%`;
    mark(this.chart, "aria-valuenow", position);
    mark(this.chart, "aria-valuetext", sentence);
    write(this.said, sentence);
  }
}

function what(isMeasured, isExpected, isOver) {
  if (isMeasured) return isExpected ? "said_both" : "said_measured";
  if (isExpected) return isOver ? "said_missed" : "said_expected";
  return "said_unknown";
}
