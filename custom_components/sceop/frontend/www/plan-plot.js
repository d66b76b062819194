// The picture in the card of the plan: prices, own sun and the community's room above, each load in a lane below.

import { el, svg } from "./dom.js";
import { HIGH, Plane, valueAt, WIDE } from "./forecast-chart.js";
import { STEP, Timeline } from "./timeline.js";

const EDGE = 4;
const FULL = 1;

export class PlanPlot extends Timeline {
  constructor(card) {
    super(card);
    this.element = el("div", { class: "plan" }, this.days, this.chart, this.hours);
  }

  draw(told, loads) {
    Object.assign(this, { told, loads });
    const start = Date.parse(told.start);
    const end = start + told.slots * told.step * 1000;
    const now = Date.parse(told.now);
    this.plane = new Plane(start, end, 1);
    this.chart.replaceChildren(
      ...told.windows.map((each) => this.hot(each)).filter(Boolean),
      ...[this.prices(), this.sun(), this.room()].filter(Boolean),
      ...loads.filter((load) => load.runs.length).map((load) => this.lane(load)),
      ...told.days.slice(1).map((each) => this.line("midnight", Date.parse(each.start))),
      this.line("now", now),
      this.pointer,
    );
    this.days.replaceChildren(...told.days.map((each) => this.dayName(each)));
    const hours = told.days.flatMap((each) => each.marks).filter(({ at }) => this.isInside(Date.parse(at)));
    this.hours.replaceChildren(...hours.map((hour) => this.hour(hour)));
    this.name(this.card.say("plan_chart"));
    this.tell([this.pointed, now, start].find((at) => at >= start && at < end));
  }

  // The name of a day that is cut at both ends has less room than its date would take.
  dayName(each) {
    const style = this.plane.stretch(Date.parse(each.start), Date.parse(each.end));
    return el("span", { style }, this.card.dayOf(each.start));
  }

  isInside(at) {
    const share = this.plane.percent(at);
    return share >= EDGE && share <= 100 - EDGE;
  }

  prices() {
    const { prices } = this.told;
    const known = prices?.filter((price) => price !== null) ?? [];
    if (!known.length) return null;
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const gaps = { low: this.card.price(low), high: this.card.price(high) };
    const caption = this.card.say(gaps.low === gaps.high ? "plan_one_price" : "plan_prices", gaps);
    return this.panel("price", caption, prices, Math.min(low, 0), Math.max(high, 0));
  }

  sun() {
    const { sun } = this.told;
    if (!sun) return null;
    const watts = this.slots((at) => valueAt(sun, at));
    const highest = Math.max(0, ...watts);
    if (!highest) return null;
    const caption = this.card.say("plan_sun", { power: this.card.roughly(highest) });
    return this.panel("sun", caption, watts, 0, highest);
  }

  room() {
    const { pressure } = this.told;
    if (!pressure?.some((level) => level !== null)) return null;
    return this.panel("room", this.card.say("plan_room"), pressure, 0, Math.max(FULL, ...pressure) * 1.1, FULL);
  }

  slots(what) {
    return Array.from({ length: this.told.slots }, (_, number) => what(this.plane.start + number * STEP));
  }

  panel(look, caption, values, low, high, limit) {
    const y = (value) => (HIGH * (high - value)) / (high - low || 1);
    const level = (value, name) => svg("line", { class: name, x1: 0, x2: WIDE, y1: y(value), y2: y(value) });
    return el(
      "div",
      { class: `panel ${look}` },
      el("span", {}, caption),
      svg(
        "svg",
        { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" },
        ...this.steps(values, y, y(0)),
        level(0, "grid"),
        limit === undefined ? null : level(limit, "limit"),
      ),
    );
  }

  // Values hold for a slot each, so they are steps; where none is known nothing is drawn.
  steps(values, y, ground) {
    const x = (slot) => ((WIDE * slot) / values.length).toFixed(1);
    let [line, area] = ["", ""];
    values.forEach((value, slot) => {
      if (value === null) return;
      const at = y(value).toFixed(2);
      const goesOn = slot > 0 && values[slot - 1] !== null;
      line += `${goesOn ? "V" : `M${x(slot)},`}${at}H${x(slot + 1)}`;
      area += `M${x(slot)},${ground.toFixed(2)}V${at}H${x(slot + 1)}V${ground.toFixed(2)}Z`;
    });
    return [svg("path", { class: "area", d: area }), svg("path", { class: "line", d: line })];
  }

  lane(load) {
    const bars = load.runs
      .map(({ from, to, gives }) => [this.plane.stretch(from, to), gives])
      .filter(([style]) => style)
      .map(([style, gives]) => el("b", { class: gives ? "bar gives" : "bar", style }));
    const due = load.ready_by && this.plane.percent(Date.parse(load.ready_by));
    const ready = due > 0 && due <= 100 ? el("b", { class: "due", style: `left:${due}%` }) : null;
    return el("div", { class: "lane" }, el("span", {}, load.title), el("div", {}, ...bars, ready));
  }

  // All that is known of a quarter hour, in the order of the picture.
  sentence(instant) {
    const { card, told } = this;
    const slot = Math.round((instant - this.plane.start) / STEP);
    const [price, room, sun] = [told.prices?.[slot] ?? null, told.pressure?.[slot] ?? null, valueAt(told.sun, instant)];
    const running = this.running(instant);
    const parts = [
      price === null ? null : card.say("plan_said_price", { price: card.price(price) }),
      sun ? card.say("plan_said_sun", { power: card.roughly(sun) }) : null,
      room === null ? null : card.say("plan_said_room", { share: card.share(room) }),
      running.length ? card.say("plan_said_runs", { loads: card.list(running) }) : card.say("plan_said_nothing"),
    ];
    return `${card.when(instant)}: ${parts.filter(Boolean).join(", ")}.`;
  }

  running(instant) {
    const isOn = ({ from, to }) => from <= instant && instant < to;
    return this.loads.filter((load) => load.runs.some(isOn)).map((load) => load.title);
  }
}
