// The plan: what runs when and why, against prices, own sun and peaks; and what a person may say to it.

import { unseen } from "./card.js";
import { el, write } from "./dom.js";
import { valueAt } from "./forecast-chart.js";
import { money, percent, power, roughly } from "./format.js";
import { LOOK } from "./plan-look.js";
import { PlanPlot } from "./plan-plot.js";
import { SiteCard } from "./site-card.js";

const QUARTER = 15 * 60_000;
const HOUR = 4 * QUARTER;
const MOST_REASONS = 2;
const LEAST_SAVING = 0.005;
const CHANGES = ["plan_state", "next_start", "plan_may_act"];
const HOTS = { site: "peak_window", community: "peak_window_community", event: "joined_event" };

export class Plan extends SiteCard {
  static look = LOOK;

  get question() {
    return "plan";
  }

  usedOf(site) {
    const loads = site.loads ?? [];
    return [
      ...loads.flatMap(({ entities }) => CHANGES.map((key) => entities[key])),
      site.entities.peak_windows, site.entities.next_event,
    ];
  }

  draw() {
    const loads = this.told.loads.map((load) => ({ ...load, runs: runsOf(load, Date.parse(this.told.start)) }));
    const title = el("h3", {}, this.config.title || this.say("plan"));
    if (!loads.length) return this.body.replaceChildren(title, ...this.empty());
    this.plot ??= new PlanPlot(this);
    this.plot.draw(this.told, loads);
    this.body.replaceChildren(
      title, this.plot.element, this.plot.said, this.key(loads), this.total(),
      el("ul", { class: "loads" }, ...loads.map((load) => this.item(load))),
      (this.said = el("p", { class: "unseen", "aria-live": "polite" })),
      this.table(loads),
    );
  }

  empty() {
    return [
      el("p", {}, this.say("plan_empty")),
      el("p", { class: "quiet" }, this.say("plan_empty_how")),
      this.page ? el("p", {}, el("a", { href: this.page }, this.say("plan_empty_link"))) : "",
    ];
  }

  key(loads) {
    const isHot = (whose) => this.told.windows.some((each) => each.whose === whose);
    const runs = loads.flatMap((load) => load.runs);
    const key = [
      [runs.some(({ gives }) => !gives), "bar", "plan_key_runs"],
      [runs.some(({ gives }) => gives), "gives", "plan_key_gives"],
      [loads.some((load) => load.runs.length && load.ready_by), "due", "plan_key_due"],
      [this.told.pressure?.some((level) => level !== null), "limit", "plan_key_full"],
      ...Object.entries(HOTS).map(([whose, word]) => [isHot(whose), `hot ${whose}`, word]),
    ].filter(([isThere]) => isThere);
    const items = key.map(([, look, word]) => el("li", {}, el("i", { class: look }), this.say(word)));
    return el("ul", { class: "key" }, ...items);
  }

  total() {
    const { saving } = this.told;
    if (saving === null || saving < LEAST_SAVING) return "";
    return el("p", {}, this.say("plan_saves", { amount: this.money(saving) }));
  }

  item(load) {
    const [state, ...more] = this.sentences(load);
    return el(
      "li",
      {},
      el("h4", {}, load.title),
      el("p", {}, state),
      ...more.map((sentence) => el("p", { class: "quiet" }, sentence)),
      this.buttons(load),
      this.complaint?.press.endsWith(` ${load.load}`)
        ? el("p", { role: "alert", class: "warning" }, this.complaint.sentence)
        : null,
    );
  }

  // Where it stands first, then until when it has to be ready and why it was placed there.
  sentences(load) {
    const due = load.ready_by && this.say("plan_ready_by", { when: this.when(load.ready_by) });
    const saves = load.place?.saving >= LEAST_SAVING && this.told.currency !== null
      ? this.say("plan_load_saves", { amount: this.money(load.place.saving) })
      : null;
    const why = load.place && load.state !== "running" ? this.why(load.place) : null;
    const rest = [why, saves].filter(Boolean).join(" ");
    return [[this.state(load), due].filter(Boolean).join(" "), rest].filter(Boolean);
  }

  state(load) {
    const { state, runs, by_hand: byHand, advised } = load;
    if (state === "running") {
      const end = runs.at(-1)?.to;
      const runsOn = end ? this.say("plan_running_until", { until: this.when(end) }) : this.say("plan_running");
      return byHand ? `${runsOn} ${this.say("plan_by_hand")}` : runsOn;
    }
    if (state !== "planned") return this.say(`plan_${state}`);
    const takes = runs.filter(({ gives }) => !gives).map(({ from, to }) => this.span(from, to));
    const gives = runs.filter((run) => run.gives).map(({ from, to }) => this.span(from, to));
    if (!runs.length) return this.say("plan_rests");
    const [taking, giving] = load.kind === "flexible_battery"
      ? ["plan_charges", "plan_gives"]
      : [advised ? "plan_advised" : "plan_planned", "plan_gives"];
    return [
      takes.length && this.say(taking, { spans: this.list(takes) }),
      gives.length && this.say(giving, { spans: this.list(gives) }),
    ].filter(Boolean).join(" ");
  }

  why({ reasons, facts }) {
    return reasons.slice(0, MOST_REASONS).map((reason) => this.reason(reason, facts)).filter(Boolean).join(" ");
  }

  reason(reason, { price, price_at_once: atOnce, own_sun_share: share }) {
    if (reason === "cheap" && this.told.currency !== null && price !== undefined && atOnce !== undefined) {
      return this.localize("plan_cheap_price", { price: this.price(price), at_once: this.price(atOnce) });
    }
    if (reason === "own_sun" && share !== undefined) {
      return this.localize("plan_own_sun_share", { share: this.share(share) });
    }
    return this.localize(`plan_${reason}`);
  }

  buttons(load) {
    const { controls } = load;
    const offered = [
      controls.ready && this.button(load, "ready", () => this.call("button", "press", controls.ready)),
      controls.start && this.button(load, "start", () => this.start(controls.start)),
      controls.may_act && this.toggle(load),
    ].filter(Boolean);
    return offered.length ? el("div", { class: "buttons" }, ...offered) : null;
  }

  start({ domain, service, entity_id: entityId }) {
    return this.call(domain, service, entityId);
  }

  button(load, what, work) {
    const press = `${what} ${load.load}`;
    const label = this.say(`plan_button_${what}`);
    return el(
      "button",
      {
        type: "button", "data-press": press, "aria-label": `${label}: ${load.title}`,
        onclick: () => this.act(press, work, this.say(`plan_done_${what}`)),
      },
      label,
    );
  }

  toggle(load) {
    const press = `may_act ${load.load}`;
    const { acts, may_act: entityId } = load.controls;
    const turn = () => this.call("switch", acts ? "turn_off" : "turn_on", entityId);
    const label = this.say("plan_may_act");
    return el(
      "button",
      {
        type: "button", role: "switch", "aria-checked": String(acts), "data-press": press,
        "aria-label": `${label}: ${load.title}`,
        onclick: () => this.act(press, turn, this.say(acts ? "plan_done_advises" : "plan_done_acts")),
      },
      el("i", { "aria-hidden": "true" }), label,
    );
  }

  // The same by hours: the price is their mean, and a load is named in each hour in which it runs.
  table(loads) {
    const { told } = this;
    const start = Date.parse(told.start);
    const within = (values) => (at) => values[(at - start) / QUARTER];
    const column = (word, valueOf, say) => [word, (from) => mean(from, valueOf, say)];
    const columns = [
      ["hour", (from) => this.when(from)],
      told.prices && column("plan_price", within(told.prices), (each) => this.price(each)),
      told.sun && column("plan_own_sun", (at) => valueAt(told.sun, at), (each) => this.roughly(each)),
      told.pressure && column("plan_room", within(told.pressure), (each) => this.share(each)),
      ["plan_runs", (from) => this.list(running(loads, from, from + HOUR))],
    ].filter(Boolean);
    const rows = el("tbody");
    for (let from = start; from < start + told.slots * QUARTER; from += HOUR) {
      const [name, ...cells] = columns.map(([, tell]) => tell(from) ?? this.say("not_known"));
      rows.append(el("tr", {}, el("th", { scope: "row" }, name), ...cells.map((cell) => el("td", {}, cell))));
    }
    return unseen(this.say("plan"), columns.map(([word]) => this.say(word)), rows);
  }

  price(amount) {
    return money(this.hass, Math.round(amount * 1000) / 1000, this.told.currency);
  }

  money(amount) {
    return money(this.hass, amount, this.told.currency);
  }

  power(watts) {
    return power(this.hass, watts);
  }

  roughly(watts) {
    return roughly(this.hass, watts);
  }

  share(part) {
    return percent(this.hass, part);
  }
}

// When a load takes power, or a battery gives it: slots of the same kind that follow each other are one run.
function runsOf({ place }, since) {
  if (!place) return [];
  const runs = [];
  place.wh.forEach((wh, slot) => {
    const from = Date.parse(place.start) + slot * QUARTER;
    if (!wh || from + QUARTER <= since) return;
    const last = runs.at(-1);
    if (last?.to === from && last.gives === wh < 0) last.to += QUARTER;
    else runs.push({ from, to: from + QUARTER, gives: wh < 0 });
  });
  return runs;
}

function running(loads, start, end) {
  const isOn = (run) => run.from < end && start < run.to;
  return loads.filter(({ runs }) => runs.some(isOn)).map((load) => load.title);
}

// What is said of the mean of an hour of which all is known.
function mean(hour, valueOf, say) {
  const values = [0, 1, 2, 3].map((quarter) => valueOf(hour + quarter * QUARTER) ?? null);
  return values.includes(null) ? null : say(values.reduce((sum, value) => sum + value, 0) / values.length);
}
