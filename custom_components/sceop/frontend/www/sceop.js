// SCEOP in the browser: a dashboard that builds itself, and the cards that it is built of.

import { define } from "./dom.js";
import { Strategy } from "./strategy.js";
import { say } from "./words.js";

// First of all: a dashboard waits a few seconds for its strategy, and for cards as long as they take.
define("ll-strategy-dashboard-sceop", Strategy);
import("./cards.js").catch((error) => console.error("SCEOP's cards could not be loaded:", error));

function list(name, entry) {
  const entries = (window[name] ??= []);
  if (!entries.some((known) => known.type === entry.type)) entries.push(entry);
}

const PLANNED = ["plan_state", "next_start", "planned_energy", "expected_saving", "plan_may_act"];
const TOGETHER = [
  "next_event", "peak_event", "saved_month", "points", "streak", "community_level", "challenge_progress",
];

const isOurs = (hass, entityId) => hass.entities[entityId]?.platform === "sceop";

function siteOf(hass, entityId) {
  const device = hass.devices[hass.entities[entityId].device_id];
  return device?.config_entry_id ?? device?.primary_config_entry ?? device?.config_entries?.[0];
}

list("customCards", {
  type: "sceop-power-flow",
  name: "SCEOP: " + say(null, "power_now"),
  description: say(null, "power_flow_description"),
  preview: true,
  getEntitySuggestion: (hass, entityId) =>
    isOurs(hass, entityId) && hass.states[entityId]?.attributes.device_class === "power"
      ? { config: { type: "custom:sceop-power-flow", site: siteOf(hass, entityId) } }
      : null,
});
list("customCards", {
  type: "sceop-zone-hours",
  name: "SCEOP: " + say(null, "zone_hours"),
  description: say(null, "zone_hours_description"),
  preview: true,
  getEntitySuggestion: (hass, entityId) =>
    isOurs(hass, entityId) && entityId.startsWith("light.")
      ? { config: { type: "custom:sceop-zone-hours", entity: entityId } }
      : null,
});
list("customCards", {
  type: "sceop-forecast",
  name: "SCEOP: " + say(null, "forecast"),
  description: say(null, "forecast_description"),
  preview: true,
  getEntitySuggestion: (hass, entityId) =>
    isOurs(hass, entityId) && hass.entities[entityId].translation_key?.includes("forecast")
      ? { config: { type: "custom:sceop-forecast", site: siteOf(hass, entityId) } }
      : null,
});
list("customCards", {
  type: "sceop-findings",
  name: "SCEOP: " + say(null, "not_normal"),
  description: say(null, "not_normal_description"),
  preview: true,
  getEntitySuggestion: (hass, entityId) =>
    isOurs(hass, entityId) && hass.states[entityId]?.attributes.anomalies
      ? { config: { type: "custom:sceop-findings", site: siteOf(hass, entityId) } }
      : null,
});
list("customCards", {
  type: "sceop-plan",
  name: "SCEOP: " + say(null, "plan"),
  description: say(null, "plan_description"),
  preview: true,
  getEntitySuggestion: (hass, entityId) =>
    isOurs(hass, entityId) && PLANNED.includes(hass.entities[entityId].translation_key)
      ? { config: { type: "custom:sceop-plan", site: siteOf(hass, entityId) } }
      : null,
});
list("customCards", {
  type: "sceop-community",
  name: "SCEOP: " + say(null, "together"),
  description: say(null, "together_description"),
  preview: true,
  getEntitySuggestion: (hass, entityId) =>
    isOurs(hass, entityId) && TOGETHER.includes(hass.entities[entityId].translation_key)
      ? { config: { type: "custom:sceop-community", site: siteOf(hass, entityId) } }
      : null,
});
list("customCards", {
  type: "sceop-leaderboard",
  name: "SCEOP: " + say(null, "board"),
  description: say(null, "board_description"),
  preview: true,
  getEntitySuggestion: (hass, entityId) =>
    isOurs(hass, entityId) && hass.entities[entityId].translation_key === "rank"
      ? { config: { type: "custom:sceop-leaderboard", site: siteOf(hass, entityId) } }
      : null,
});
list("customStrategies", {
  type: "sceop",
  strategyType: "dashboard",
  name: "SCEOP",
  description: say(null, "dashboard_description"),
});
