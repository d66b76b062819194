// A card about one site: it asks again by the clock, when what it shows has changed, and after whatever it did.

import { Card, texts } from "./card.js";
import { write } from "./dom.js";
import { clock, day, localDay } from "./format.js";
import { sentenceOf, sitesOf } from "./sites.js";
import { say } from "./words.js";

const AGAIN = 5 * 60_000;
const ADMIN_PAGE = "/config/integrations/integration/sceop";

export class SiteCard extends Card {
  static checked(config) {
    return texts(config, "site", "title");
  }

  static getConfigForm() {
    return {
      schema: [
        { name: "site", selector: { config_entry: { integration: "sceop" } } },
        { name: "title", selector: { text: {} } },
        ...(this.settings ?? []),
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
    this.used = this.usedOf(site).filter(Boolean);
    const [localize, told] = await Promise.all([
      this.hass.loadBackendTranslation("common", "sceop"),
      this.hass.callWS({ type: `sceop/${this.question}`, site: site.site }),
    ]);
    if (!isNewest()) return;
    this.wait();
    this.localize = (key, gaps = {}) => localize(`component.sceop.common.${key}`, gaps);
    this.told = told;
    this.redraw();
  }

  // Entities come with the first word of the hub, and with a new load.
  follow(before) {
    if (!this.used) return;
    if (before.entities !== this.hass.entities || this.changed(before, this.used)) this.renew();
  }

  // Whoever came here with the keyboard stays where they were.
  redraw() {
    const focus = this.shadowRoot.activeElement?.dataset.press;
    this.draw();
    if (focus) this.find(focus)?.focus();
  }

  find(press) {
    return [...this.shadowRoot.querySelectorAll("[data-press]")].find((each) => each.dataset.press === press);
  }

  // Do what a button says, once; what comes of it is told to those who do not see it too.
  async act(press, work, done) {
    const button = this.find(press);
    if (button.disabled) return;
    button.disabled = true;
    this.complaint = null;
    try {
      await work();
      await this.renew();
      if (!this.failed) write(this.said, done);
    } catch (error) {
      this.complaint = { press, sentence: await sentenceOf(this.hass, error) };
      this.redraw();
    }
    this.find(press)?.focus();
  }

  call(domain, service, entityId) {
    return this.hass.callWS({ type: "call_service", domain, service, service_data: { entity_id: entityId } });
  }

  // The page on which things are added and settings made; only administrators get there.
  get page() {
    return this.hass.user?.is_admin ? ADMIN_PAGE : null;
  }

  get zone() {
    return this.told.time_zone;
  }

  time(instant) {
    return clock(this.hass, instant, this.zone);
  }

  // Today and tomorrow by their names, other days by theirs.
  dayOf(instant) {
    const date = localDay(instant, this.zone);
    const today = localDay(this.told.now, this.zone);
    const tomorrow = localDay(Date.parse(`${today}T12:00:00Z`) + 24 * 3_600_000, "UTC");
    const name = { [today]: "today", [tomorrow]: "tomorrow" }[date];
    return name ? this.say(name) : day(this.hass, date, { weekday: "short", day: "numeric", month: "short" });
  }

  when(instant) {
    return `${this.dayOf(instant)}, ${this.time(instant)}`;
  }

  // An end on another day says so.
  span(start, end) {
    const isSameDay = localDay(start, this.zone) === localDay(new Date(end).getTime() - 1, this.zone);
    return this.say("from_to", { from: this.when(start), to: isSameDay ? this.time(end) : this.when(end) });
  }

  list(sentences) {
    return new Intl.ListFormat(this.hass.language, { type: "conjunction" }).format(sentences);
  }
}
