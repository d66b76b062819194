// The views of one site, each made of what the site has and nothing else.

import { thingsOf } from "./sites.js";
import { say } from "./words.js";

const FLOWS = ["consumption", "grid_import", "grid_export", "production", "battery_charge", "battery_discharge"];
const FORECASTS = [
  "consumption_forecast_today", "consumption_forecast_tomorrow",
  "production_forecast_today", "production_forecast_tomorrow",
];
const PEAKS = ["peak_power_today", "peak_time_today", "peak_power_tomorrow", "peak_time_tomorrow"];
const ANOMALIES = ["unusual_consumption", "solar_fault"];
const LOADS = ["plan_state", "next_start", "planned_energy", "expected_saving", "start_when_best", "plan_may_act"];
const MONTH = 30;

// Those of the Energy dashboard; a chart takes no variables of a theme.
const COLOURS = {
  consumption: "#607d8b",
  grid_import: "#488fc2",
  grid_export: "#8353d1",
  production: "#ff9800",
  battery_charge: "#f06292",
  battery_discharge: "#4db6ac",
};

export function viewsOf(hass, site, energy, isOneOfSeveral) {
  const page = new Page(hass, site, energy, isOneOfSeveral);
  const views = isEmpty(site) ? [page.empty()] : page.all();
  return isOneOfSeveral ? views.map((view) => page.apart(view, views)) : views;
}

function isEmpty(site) {
  return !Object.keys(site.entities).length && !site.things.some((thing) => Object.keys(thing.entities).length);
}

class Page {
  constructor(hass, site, energy, isOneOfSeveral) {
    Object.assign(this, { hass, site, isOneOfSeveral });
    this.zones = thingsOf(site, "light_zone");
    this.collection = `energy_sceop_${site.site.toLowerCase()}`;
    const ours = new Set([site, ...site.things].flatMap((each) => Object.values(each.entities)));
    const isOurs = (source) => ours.has(source.stat_energy_from) || ours.has(source.stat_energy_to);
    this.sources = (energy?.energy_sources ?? []).filter(isOurs);
  }

  empty() {
    const hint = this.hint(this.site.works ? "add_thing" : "not_started");
    return { ...this.view("overview", [this.section(null, hint)]), title: this.site.title };
  }

  all() {
    const views = [
      this.overview(), this.forecast(), this.plan(), this.energy(), this.solar(), this.lights(), this.community(),
    ];
    return views.filter(Boolean);
  }

  overview() {
    const sections = [
      this.section(
        null,
        this.hasPower() && this.flow(),
        this.list("self_sufficiency", "self_consumption", "carbon_today"),
      ),
      this.section("today", ...FLOWS.map((flow) => this.statistic(`${flow}_energy`, flow, "day"))),
      this.section("money", ...this.money()),
      this.section("peaks", this.list("slot_average_power", "month_highest_slot", "standby_load")),
      this.section(
        "lights",
        ...this.zones.flatMap(({ entities }) => [this.tile(entities.zone), this.tile(entities.lit_after_hours)]),
      ),
    ];
    return this.view("overview", sections, "mdi:home-lightning-bolt");
  }

  forecast() {
    const { entities } = this.site;
    if (!FORECASTS.some((key) => entities[key])) return null;
    const windows = this.isShown(entities.peak_windows) && {
      type: "calendar", title: this.say("peak_windows"), entities: [entities.peak_windows],
      initial_view: "listWeek", grid_options: { columns: "full" },
    };
    const sections = [
      this.wide({ type: "custom:sceop-forecast", site: this.site.site, grid_options: { columns: "full" } }),
      this.section(null, ...this.anomalies()),
      this.section("day_peaks", this.tile(entities.peak_now, 12), this.list(...PEAKS)),
      this.section("days_ahead", this.list(...FORECASTS)),
      this.section(null, windows),
    ];
    return this.view("forecast", sections, "mdi:chart-bell-curve-cumulative");
  }

  // A home that measures anything can move something; without loads the card says how to add one.
  plan() {
    const loads = this.site.loads ?? [];
    if (!loads.length && !FORECASTS.some((key) => this.site.entities[key])) return null;
    const load = ({ title, entities }) =>
      this.section({ name: title }, this.entities(LOADS.map((key) => entities[key])));
    const sections = [
      this.wide({ ...this.card("plan"), grid_options: { columns: "full" } }),
      ...loads.map(load),
    ];
    return this.view("plan", sections, "mdi:calendar-clock");
  }

  anomalies() {
    const shown = ANOMALIES.map((key) => this.site.entities[key]).filter((entity) => this.isShown(entity));
    return shown.length ? [{ type: "custom:sceop-findings", site: this.site.site }] : [];
  }

  energy() {
    const flows = FLOWS.filter((flow) => this.site.entities[`${flow}_energy`]);
    if (!flows.length) return null;
    const sections = [
      ...(this.sources.length ? this.builtIn() : []),
      this.month(flows.filter((flow) => !flow.startsWith("battery"))),
      this.wide(this.graph("last_day", flows, "power", { period: "5minute", days_to_show: 1 })),
      this.sources.length ? null : this.section(null, this.hint("set_up_energy")),
      this.section("meters", this.list(...flows.map((flow) => `${flow}_energy`))),
    ];
    const view = this.view("energy", sections, "mdi:lightning-bolt");
    if (view && this.sources.length) {
      view.footer = { card: { type: "energy-date-selection", collection_key: this.collection } };
    }
    return view;
  }

  builtIn() {
    return [
      this.section(null, this.energyCard("energy-distribution", "where_it_flowed")),
      this.section(null, this.energyCard("energy-usage-graph", "used_energy")),
      this.wide({ ...this.energyCard("energy-sources-table", "sources"), grid_options: { columns: "full" } }),
    ];
  }

  energyCard(type, title) {
    return { type, title: this.say(title), collection_key: this.collection };
  }

  solar() {
    if (!this.site.entities.production_energy) return null;
    const flows = ["production", "grid_export", "consumption"].filter((flow) => this.site.entities[`${flow}_energy`]);
    const hasSolar = this.sources.some((source) => source.type === "solar");
    const things = thingsOf(this.site, "production", "battery");
    const sections = [
      this.section(
        "solar",
        this.tile(this.site.entities.production_power, 12, { features: [{ type: "trend-graph", hours_to_show: 24 }] }),
        this.statistic("production_energy", "today", "day"),
        this.statistic("production_energy", "this_month", "month"),
        this.gauge("self_consumption"),
        this.gauge("self_sufficiency"),
      ),
      hasSolar && this.section(null, this.energyCard("energy-solar-graph", "solar")),
      this.month(flows),
      ...things.map((thing) =>
        this.section({ name: thing.title }, this.entities(Object.values(thing.entities))),
      ),
    ];
    const view = this.view("solar", sections, "mdi:solar-power");
    if (view && hasSolar) view.footer = { card: { type: "energy-date-selection", collection_key: this.collection } };
    return view;
  }

  lights() {
    const keys = [
      "lit_after_hours", "runtime_today", "after_hours_runtime_today", "energy_today", "after_hours_energy_today",
      "after_hours_energy_month", "after_hours_control",
    ];
    const sections = this.zones.map((zone) =>
      this.section(
        null,
        zone.entities.zone && { type: "custom:sceop-zone-hours", entity: zone.entities.zone },
        this.tile(zone.entities.zone, 12),
        this.entities(keys.map((key) => zone.entities[key])),
      ),
    );
    return this.view("lights", sections, "mdi:lightbulb-group");
  }

  community() {
    if (!this.site.joined) return null;
    const { entities } = this.site;
    const hasGame = Boolean(entities.points);
    const events = this.isShown(entities.peak_events) && {
      type: "calendar", title: this.say("peak_events"), entities: [entities.peak_events], initial_view: "listWeek",
    };
    const sections = [
      this.section(null, this.card("community")),
      hasGame ? this.section(null, this.card("leaderboard")) : null,
      this.section(null, events),
      this.section("connection", this.list("hub_connected", "last_sent", "slots_waiting")),
      this.section(null, { ...this.hint("sharing"), entity: this.site.entities.hub_connected }),
    ];
    return this.view("community", sections, "mdi:account-group");
  }

  // Several sites: each has one tab, its overview, from which the rest can be reached.
  apart(view, all) {
    const path = (each) => `${this.site.site.toLowerCase()}-${each.path}`;
    if (view.path !== "overview") {
      return { ...view, path: path(view), subview: true, title: `${this.site.title}: ${view.title}` };
    }
    const dashboard = window.location.pathname.split("/")[1];
    const more = all
      .filter((each) => each !== view)
      .map((each) => ({
        type: "heading", heading: each.title, icon: each.icon,
        tap_action: { action: "navigate", navigation_path: `/${dashboard}/${path(each)}` },
      }));
    const sections = more.length ? [...view.sections, { type: "grid", cards: more }] : view.sections;
    return { ...view, path: path(view), title: this.site.title, icon: undefined, sections };
  }

  view(path, sections, icon) {
    const shown = sections.filter(Boolean);
    if (!shown.length) return null;
    const look = { icon, show_icon_and_title: true, type: "sections", max_columns: 3, dense_section_placement: true };
    return { title: this.say(path), path, ...look, sections: shown };
  }

  section(title, ...cards) {
    const shown = cards.filter(Boolean);
    if (!shown.length) return null;
    const heading = title && { type: "heading", heading: title.name ?? this.say(title) };
    return { type: "grid", cards: heading ? [heading, ...shown] : shown };
  }

  hint(hint) {
    return { type: "custom:sceop-hint", hint, name: this.site.title };
  }

  hasPower() {
    const keys = [this.site, ...this.site.things].flatMap((each) => Object.keys(each.entities));
    return keys.some((key) => key.endsWith("_power"));
  }

  flow() {
    return this.card("power-flow");
  }

  card(name) {
    return { type: `custom:sceop-${name}`, site: this.site.site };
  }

  money() {
    return [
      this.statistic("grid_import_cost", "cost_today", "day"),
      this.statistic("grid_export_compensation", "earned_today", "day"),
      this.list("savings_today", "import_price", "export_price", "demand_charge"),
    ];
  }

  statistic(key, word, period) {
    const entity = this.site.entities[key];
    if (!this.isShown(entity)) return null;
    return {
      type: "statistic", entity, name: this.say(word), stat_type: "change", period: { calendar: { period } },
      grid_options: { columns: 6, rows: 2 },
    };
  }

  // A share of nothing is not known, as of the sun before it rises; a gauge would call that an error.
  gauge(key) {
    const entity = this.site.entities[key];
    const look = { name: { type: "entity" }, min: 0, max: 100, grid_options: { columns: 6 } };
    const visibility = [{ condition: "state", entity, state_not: ["unknown", "unavailable"] }];
    return this.isShown(entity) && { type: "gauge", entity, ...look, visibility };
  }

  tile(entity, columns = 6, more = {}) {
    const isZone = entity?.startsWith("light.");
    const name = isZone ? {} : { name: { type: "entity" } };
    return this.isShown(entity) && { type: "tile", entity, ...name, grid_options: { columns }, ...more };
  }

  list(...keys) {
    return this.entities(keys.map((key) => this.site.entities[key]));
  }

  // Whole names on a phone, which tiles side by side would cut.
  entities(entities) {
    const shown = entities.filter((entity) => this.isShown(entity));
    const rows = shown.map((entity) => ({ entity, name: { type: "entity" }, ...this.clock(entity) }));
    return rows.length && { type: "entities", entities: rows };
  }

  // The time of a peak by the clock; its name says the day.
  clock(entity) {
    return this.hass.entities[entity].translation_key?.startsWith("peak_time") ? { format: "time" } : {};
  }

  month(flows) {
    return this.wide(this.graph("last_month", flows, "energy", { period: "day", days_to_show: MONTH, bars: true }));
  }

  // Two columns of a desktop; a phone has one.
  wide(card) {
    const section = this.section(null, card);
    return section && { ...section, column_span: 2 };
  }

  graph(title, flows, what, { bars, ...how }) {
    const entities = flows
      .map((flow) => ({ entity: this.site.entities[`${flow}_${what}`], name: this.say(flow), color: COLOURS[flow] }))
      .filter(({ entity }) => this.isShown(entity));
    return entities.length && {
      type: "statistics-graph", title: this.say(`${title}_${what}`), entities, ...how,
      chart_type: bars ? "bar" : "line", stat_types: [bars ? "change" : "mean"], grid_options: { columns: "full" },
    };
  }

  isShown(entity) {
    return Boolean(entity && this.hass.entities[entity] && !this.hass.entities[entity].hidden);
  }

  say(key, values) {
    return say(this.hass, key, values);
  }
}
