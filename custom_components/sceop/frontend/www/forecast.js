// Today and tomorrow: what was used or made so far, what is expected, how sure that is, and when it runs hot.

import { Card, texts, unseen } from "./card.js";
import { el, mark, write } from "./dom.js";
import { valueAt } from "./forecast-chart.js";
import { LOOK } from "./forecast-look.js";
import { Plot } from "./forecast-plot.js";
import { clock, number, percent, power, roughly } from "./format.js";
import { sitesOf } from "./sites.js";
import { say } from "./words.js";

const AGAIN = 5 * 60_000;
const QUARTER = 15 * 60_000;
const HOUR = 4 * QUARTER;
const FIGURES = { consumption: "consumption", production: "made" };
const PARTIES = { site: "this_home", community: "community" };
const DAYS = { today: "today", tomorrow: "tomorrow", both: "both_days" };
// What changes whenever there is a new forecast, and no more often.
const USED = ["consumption_forecast_tomorrow", "production_forecast_tomorrow", "peak_windows"];
const WORDS = { figure: FIGURES, whose: PARTIES, day: DAYS };

export class Forecast extends Card {
  static look = LOOK;

  static checked(config) {
    texts(config, "site", "title", "figure", "whose", "day");
    for (const [name, choices] of Object.entries(WORDS)) {
      if (config[name] !== undefined && !(config[name] in choices)) {
        throw new Error(say(null, "setting_choice", { name, choices: Object.keys(choices).join(", ") }));
      }
    }
    return config;
  }

  static getConfigForm() {
    const choice = (name, choices) => ({
      name,
      selector: {
        select: {
          mode: "dropdown",
          options: Object.entries(choices).map(([value, word]) => ({ value, label: say(null, word) })),
        },
      },
    });
    return {
      schema: [
        { name: "site", selector: { config_entry: { integration: "sceop" } } },
        { name: "title", selector: { text: {} } },
        choice("figure", FIGURES),
        choice("whose", PARTIES),
        choice("day", DAYS),
      ],
      computeLabel: (field, localize) => say(null, `setting_label_${field.name}`) ?? localize?.(field.name),
    };
  }

  static getStubConfig() {
    return {};
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  connectedCallback() {
    this.wait();
    if (this.parts) this.renew();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    if (this.isConnected) this.timer = setTimeout(() => this.renew(), AGAIN);
  }

  setConfig(config) {
    const { figure = "consumption", whose = "site", day = "both" } = config ?? {};
    this.chosen = { figure, whose, day };
    super.setConfig(config);
  }

  async load(isNewest) {
    const sites = await sitesOf(this.hass);
    const site = this.config.site ? sites.find((each) => each.site === this.config.site) : sites[0];
    if (!isNewest()) return;
    if (!site) return this.fail(this.say(this.config.site ? "site_unknown" : "add_site_title"));
    this.used = USED.map((key) => site.entities[key]).filter(Boolean);
    const told = await this.hass.callWS({ type: "sceop/forecast", site: site.site });
    if (!isNewest()) return;
    this.wait();
    if (!this.parts || !this.body.contains(this.parts.choices)) this.build();
    this.told = told;
    this.draw();
  }

  follow(before) {
    if (this.parts && this.changed(before, this.used)) this.renew();
  }

  build() {
    const plot = new Plot(this);
    const parts = (this.parts = {
      plot,
      title: el("h3"),
      choices: el("div", { class: "choices" }),
      key: el("ul", { class: "key" }),
      told: el("ul", { class: "windows" }),
      reason: el("p", { class: "quiet" }),
      rows: el("tbody"),
    });
    parts.drawn = el("div", {}, plot.element, plot.said, parts.key);
    const columns = ["hour", "measured", "expected", "at_least", "at_most"].map((word) => this.say(word));
    this.body.replaceChildren(
      parts.title, parts.choices, parts.drawn, parts.told, parts.reason,
      unseen(this.say("forecast"), columns, parts.rows),
    );
  }

  // What can be chosen is what there is; whoever chose what has gone sees the first that is there.
  draw() {
    const { told, parts } = this;
    const find = (whose, figure) => told.figures.find((each) => each.whose === whose && each.figure === figure);
    const offered = { whose: Object.keys(PARTIES).filter((whose) => whose === "site" || told.joined) };
    const whose = kept(this.chosen.whose, offered.whose);
    offered.figure = Object.keys(FIGURES).filter((figure) => figure === "consumption" || find(whose, figure));
    const figure = kept(this.chosen.figure, offered.figure);
    this.shown = { whose, figure, day: this.chosen.day };
    this.figure = find(whose, figure);
    offered.day = this.figure ? Object.keys(DAYS) : [];
    mark(this, "figure", figure);
    write(parts.title, this.config.title || this.say("forecast"));
    this.drawChoices(offered);
    parts.drawn.hidden = !this.figure;
    if (this.figure) this.drawPlot();
    parts.rows.replaceChildren(...(this.figure ? this.days.flatMap((each) => this.rows(each)) : []));
    parts.told.replaceChildren(...this.sentences().map((sentence) => el("li", {}, sentence)));
    write(parts.reason, this.reason());
  }

  drawChoices(offered) {
    const focus = this.shadowRoot.activeElement?.dataset.choice;
    const groups = Object.entries(offered).filter(([, choices]) => choices.length > 1);
    this.parts.choices.replaceChildren(...groups.map(([name, choices]) => this.choice(name, choices)));
    if (focus) this.parts.choices.querySelector(`[data-choice="${focus}"]`)?.focus();
  }

  choice(name, choices) {
    const button = (choice) => {
      const look = { "aria-pressed": String(this.shown[name] === choice), "data-choice": `${name} ${choice}` };
      const press = { type: "button", onclick: () => this.choose(name, choice) };
      return el("button", { ...press, ...look }, this.say(WORDS[name][choice]));
    };
    const label = this.say(`setting_label_${name}`);
    return el("div", { class: "choice", role: "group", "aria-label": label }, ...choices.map(button));
  }

  choose(name, choice) {
    this.chosen = { ...this.chosen, [name]: choice };
    this.draw();
  }

  get days() {
    const { days } = this.told;
    return { today: days.slice(0, 1), tomorrow: days.slice(1), both: days }[this.shown.day];
  }

  get zone() {
    return this.told.time_zone;
  }

  // Windows are of consumption; a home sees those of its community beside its own.
  get windows() {
    const { whose, figure } = this.shown;
    const [start, end] = [Date.parse(this.days[0].start), Date.parse(this.days.at(-1).end)];
    const isShown = (each) => Date.parse(each.start) < end && Date.parse(each.end) > start;
    if (figure !== "consumption") return [];
    return this.told.windows.filter((each) => (whose === "site" || each.whose === whose) && isShown(each));
  }

  drawPlot() {
    const { figure, days, windows } = this;
    const name = this.say(FIGURES[this.shown.figure]);
    const limits = [
      ...new Set(windows.filter((each) => each.whose === this.shown.whose).map((each) => each.limit_w).filter(Boolean)),
    ];
    const hasLimit = this.parts.plot.draw({ name, figure, days, windows, limits, now: Date.parse(this.told.now) });
    const isHot = (whose) => windows.some((each) => each.whose === whose);
    const key = [
      [figure.actual && this.shown.day !== "tomorrow", "actual", "measured"],
      [figure.mid, "mid", "expected"],
      [figure.low, "band", "four_of_five"],
      [isHot("site"), "hot site", "peak_window"],
      [isHot("community"), "hot community", "peak_window_community"],
      [hasLimit, "limit", "limit"],
    ].filter(([isThere]) => isThere);
    this.parts.key.replaceChildren(
      ...key.map(([, look, word]) => el("li", {}, el("i", { class: look }), this.say(word))),
    );
  }

  // The same by hours, in a table.
  rows(each) {
    const rows = [];
    for (let at = Date.parse(each.start); at < Date.parse(each.end); at += HOUR) {
      const [actual, ...expected] = ["actual", "mid", "low", "high"].map((name) => mean(this.figure[name], at));
      const cells = [this.power(actual), ...expected.map((watts) => this.roughly(watts))];
      rows.push(el("tr", {}, el("th", { scope: "row" }, this.when(at)), ...cells.map((told) => el("td", {}, told))));
    }
    return rows;
  }

  sentences() {
    if (this.shown.figure === "production") return [];
    const windows = this.windows.map((each) => this.window(each));
    const isNone = this.figure && this.figure.model !== "nothing" && !windows.length;
    const dates = this.days.map((each) => each.date);
    const peaks = this.told.peaks
      .filter((each) => each.whose === this.shown.whose && each.mid_w > 0 && dates.includes(each.date))
      .map((each) => this.peak(each));
    return [...windows, ...(isNone ? [this.say("no_window")] : []), ...peaks];
  }

  window(each) {
    return this.say(`window_${each.whose}_${each.severity}`, {
      from: this.when(Date.parse(each.start)), to: this.time(each.end), power: this.roughly(each.power_w),
      chance: percent(this.hass, each.probability),
    });
  }

  // A peak that is certain has been.
  peak(each) {
    const its = this.told.days.find((known) => known.date === each.date);
    return this.say(`peak_${each.low_w === each.high_w ? "was_of" : "of"}_${each.whose}`, {
      day: this.dayName(its), time: this.time(each.at), power: this.roughly(each.mid_w),
      low: this.roughly(each.low_w), high: this.roughly(each.high_w),
    });
  }

  reason() {
    if (!this.figure) return this.say(this.shown.whose === "site" ? "forecast_waits" : "forecast_community_none");
    const { model, days } = this.figure;
    const gaps = { days: number(this.hass, Math.floor(days)) };
    return this.say(`model_${model}`, gaps) ?? this.say("model_learned", gaps);
  }

  power(watts) {
    return watts === null ? this.say("not_known") : power(this.hass, watts);
  }

  roughly(watts) {
    return watts === null ? this.say("not_known") : roughly(this.hass, watts);
  }

  time(instant) {
    return clock(this.hass, instant, this.zone);
  }

  dayName(each) {
    return this.say(each.date === this.told.days[0].date ? "today" : "tomorrow");
  }

  when(instant) {
    const its = this.told.days.find((each) => Date.parse(each.start) <= instant && instant < Date.parse(each.end));
    return its ? `${this.dayName(its)}, ${this.time(instant)}` : this.time(instant);
  }
}

function kept(chosen, offered) {
  return offered.includes(chosen) ? chosen : offered[0];
}

// The mean of an hour of which all is known.
function mean(curve, hour) {
  const values = [0, 1, 2, 3].map((quarter) => valueAt(curve, hour + quarter * QUARTER));
  return values.includes(null) ? null : values.reduce((sum, watts) => sum + watts, 0) / values.length;
}
