// A picture of days, through which a pointer or the arrow keys go quarter hour by quarter hour.

import { el, mark, write } from "./dom.js";
import { day, hourOf } from "./format.js";

export const STEP = 15 * 60_000;

export class Timeline {
  // Days, times and powers are told as the card tells them. Whoever extends this has a `plane`, and says an instant.
  constructor(card) {
    this.card = card;
    this.days = el("div", { class: "days", "aria-hidden": "true" });
    this.chart = el("div", {
      class: "chart", role: "slider", tabindex: 0, onkeydown: (event) => this.walk(event),
      onpointermove: (event) => this.point(event), onpointerdown: (event) => this.point(event),
    });
    this.hours = el("div", { class: "hours", "aria-hidden": "true" });
    this.said = el("p", { class: "told" });
    this.pointer = el("i", { class: "pointer" });
  }

  // Say of which time it is, and what it shows.
  name(label) {
    const { start, end } = this.plane;
    mark(this.chart, "aria-label", label);
    mark(this.chart, "aria-valuemin", 0);
    mark(this.chart, "aria-valuemax", Math.round((end - start) / STEP) - 1);
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
    return el("span", { style }, [this.card.dayName(each), name].filter(Boolean).join(" · "));
  }

  hour({ hour, at }) {
    const style = `left:${this.plane.percent(Date.parse(at))}%`;
    return el("span", { class: hour % 12 ? "half" : null, style }, hourOf(this.card.hass, at, this.card.zone));
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

  // Say what is known of one quarter hour.
  tell(instant) {
    const { plane } = this;
    const position = Math.floor((instant - plane.start) / STEP);
    this.pointed = plane.start + position * STEP;
    const sentence = this.sentence(this.pointed);
    this.pointer.style.left = `${plane.percent(this.pointed + STEP / 2)}%`;
    mark(this.chart, "aria-valuenow", position);
    mark(this.chart, "aria-valuetext", sentence);
    write(this.said, sentence);
  }
}
