// What is not normal at a site: what it is, since when, what it costs, what to look at, and what one may say of it.

import { Card, texts } from "./card.js";
import { el, write } from "./dom.js";
import { energy, moment, money, percent, roughly } from "./format.js";
import { sitesOf } from "./sites.js";
import { say } from "./words.js";

const AGAIN = 10 * 60_000;
const SOURCES = ["unusual_consumption", "solar_fault"];
const LONGEST_REASON = 120;
const ANSWERS = ["acknowledge", "mute", "this_was_me"];

const LOOK = `
ul { list-style: none; margin: 0; padding: 0; }
li { padding: 12px 0; }
li + li { border-top: 1px solid var(--divider-color, #e0e0e0); }
li:first-child { padding-top: 4px; }
h4 { margin: 0; font-size: 14px; font-weight: 600; }
p { margin: 4px 0 0; }
.answers { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
.answers button {
  min-height: 34px; padding: 0 14px; border: 1px solid var(--secondary-text-color, #5e5e5e); border-radius: 18px;
  background: none; font-size: 13px;
}
.answers button:hover:enabled { background: var(--secondary-background-color, #f2f2f2); }
.answers button:disabled { cursor: default; border-style: dashed; }
.answers label { flex: 1 0 100%; }
.answers input {
  box-sizing: border-box; width: 100%; min-height: 34px; margin-top: 4px; padding: 0 10px; font: inherit; color: inherit;
  background: none; border: 1px solid var(--secondary-text-color, #5e5e5e); border-radius: 8px;
}
@media (pointer: coarse) { .answers button, .answers input { min-height: 44px; } }
`;

export class Findings extends Card {
  static look = LOOK;

  static checked(config) {
    return texts(config, "site", "title");
  }

  static getConfigForm() {
    return {
      schema: [
        { name: "site", selector: { config_entry: { integration: "sceop" } } },
        { name: "title", selector: { text: {} } },
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

  getCardSize() {
    return 3;
  }

  connectedCallback() {
    this.wait();
    if (this.told) this.renew();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    if (this.isConnected) this.timer = setTimeout(() => this.renew(), AGAIN);
  }

  async load(isNewest) {
    const sites = await sitesOf(this.hass);
    const site = this.config.site ? sites.find((each) => each.site === this.config.site) : sites[0];
    if (!isNewest()) return;
    if (!site) return this.fail(this.say(this.config.site ? "site_unknown" : "add_site_title"));
    this.site = site;
    this.used = SOURCES.map((key) => site.entities[key]).filter(Boolean);
    const [localize, answer] = await Promise.all([
      this.hass.loadBackendTranslation("common", "sceop"),
      this.act("get_anomalies", {}, true),
    ]);
    if (!isNewest()) return;
    this.wait();
    this.localize = (key, gaps) => localize(`component.sceop.common.${key}`, gaps);
    this.told = answer.response;
    this.draw();
  }

  follow(before) {
    if (this.used && this.changed(before, this.used)) this.renew();
  }

  act(service, data, returns) {
    const asked = { domain: "sceop", service, service_data: { config_entry_id: this.site.site, ...data } };
    return this.hass.callWS({ type: "call_service", ...asked, ...(returns ? { return_response: true } : {}) });
  }

  draw() {
    const { anomalies, looked_at: at } = this.told;
    const rank = (each) => (each.state === "open" ? 0 : 1);
    const shown = [...anomalies].sort((one, other) => rank(one) - rank(other));
    const focus = this.shadowRoot.activeElement?.dataset.answer;
    const nothing = at ? this.say("nothing_odd", { at: this.moment(at) }) : this.say("not_looked_yet");
    this.body.replaceChildren(
      el("h3", {}, this.config.title || this.say("not_normal")),
      shown.length ? el("ul", {}, ...shown.map((each) => this.item(each))) : el("p", {}, nothing),
      (this.said = el("p", { class: "unseen", "aria-live": "polite" })),
    );
    if (focus) this.shadowRoot.querySelector(`[data-answer="${focus}"]`)?.focus();
  }

  item(each) {
    const gaps = { name: each.name, power: roughly(this.hass, Math.abs(each.power_w)), since: this.moment(each.since) };
    const isOpen = each.state === "open";
    const lines = [
      this.localize(`anomaly_${each.words}_text`, gaps),
      isOpen && this.monthly(each),
      isOpen && (this.localize(`anomaly_${each.words}_look`) || each.look_at),
      isOpen ? this.say("how_sure", { sure: percent(this.hass, each.sureness) }) : this.state(each),
    ].filter(Boolean);
    return el(
      "li",
      {},
      el("h4", { class: isOpen ? "warning" : null }, this.localize(`anomaly_${each.words}`) || each.what),
      ...lines.map((line, number) => el("p", { class: number === lines.length - 1 ? "quiet" : null }, line)),
      isOpen && this.muting?.anomaly === each.anomaly ? this.why(each) : this.answers(each, isOpen),
    );
  }

  monthly({ cost_a_month: cost, currency, wh_a_month: wh }) {
    if (wh <= 0) return null;
    const amount = cost === null ? energy(this.hass, wh) : money(this.hass, cost, currency);
    return this.localize("anomaly_goes_on", { amount });
  }

  state(each) {
    const until = each.muted_until && this.moment(each.muted_until);
    const told = this.say(`state_${each.state}`, { until });
    return each.reason ? `${told} ${each.reason}` : told;
  }

  answers(each, isOpen) {
    const give = (answer) => (answer === "mute" ? this.ask(each) : this.give(each, { answer }));
    const offered = isOpen ? ANSWERS : ["reopen"];
    return el("div", { class: "answers" }, ...offered.map((answer) => this.answer(each, answer, () => give(answer))));
  }

  // What is typed outlives that the card is drawn anew meanwhile.
  why(each) {
    const mute = (event) => {
      event.preventDefault();
      this.give(each, { answer: "mute", reason: this.muting.reason });
    };
    const note = el("input", {
      type: "text", maxlength: LONGEST_REASON, autocomplete: "off", "data-answer": `${each.anomaly} reason`,
      oninput: () => (this.muting.reason = note.value),
    });
    note.value = this.muting.reason;
    return el(
      "form",
      { class: "answers", onsubmit: mute },
      el("label", {}, this.say("mute_why"), note),
      this.answer(each, "mute", null),
      el("button", { type: "button", onclick: () => this.ask(null) }, this.say("mute_cancel")),
    );
  }

  ask(each) {
    const before = this.muting;
    this.muting = each && { anomaly: each.anomaly, reason: "" };
    this.draw();
    const next = each ? `${each.anomaly} reason` : `${before.anomaly} mute`;
    this.shadowRoot.querySelector(`[data-answer="${next}"]`).focus();
  }

  answer(each, answer, press) {
    const label = (answer !== "reopen" && this.localize(`answer_${answer}`)) || this.say(`answer_${answer}`);
    return el(
      "button",
      {
        type: press ? "button" : "submit", "data-answer": `${each.anomaly} ${answer}`,
        "aria-label": `${label}: ${this.localize(`anomaly_${each.words}`) || each.what}`,
        ...(press && { onclick: press }),
      },
      label,
    );
  }

  async give(each, answer) {
    const button = this.shadowRoot.querySelector(`[data-answer="${each.anomaly} ${answer.answer}"]`);
    button.disabled = true;
    try {
      await this.act("answer_anomaly", { anomaly: each.anomaly, ...answer });
      this.muting = null;
      await this.renew();
      write(this.said, this.say("answer_taken"));
    } catch (error) {
      button.disabled = false;
      this.said.className = "warning";
      write(this.said, error?.message ?? String(error));
    }
  }

  moment(instant) {
    return moment(this.hass, instant);
  }
}
