// SCEOP in the browser: a dashboard that builds itself, and the cards that it is built of.

import { Hint } from "./hint.js";
import { PowerFlow } from "./power-flow.js";
import { Strategy } from "./strategy.js";
import { say } from "./words.js";
import { ZoneHours } from "./zone-hours.js";

const ELEMENTS = {
  "sceop-hint": Hint,
  "sceop-power-flow": PowerFlow,
  "sceop-zone-hours": ZoneHours,
  "ll-strategy-dashboard-sceop": Strategy,
};

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}

function list(name, entry) {
  const entries = (window[name] ??= []);
  if (!entries.some((known) => known.type === entry.type)) entries.push(entry);
}

const isOurs = (hass, entityId) => hass.entities[entityId]?.platform === "sceop";

list("customCards", {
  type: "sceop-power-flow",
  name: "SCEOP: " + say(null, "power_now"),
  description: say(null, "power_flow_description"),
  preview: true,
  getEntitySuggestion: (hass, entityId) =>
    isOurs(hass, entityId) && hass.states[entityId]?.attributes.device_class === "power"
      ? { config: { type: "custom:sceop-power-flow" } }
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
list("customStrategies", {
  type: "sceop",
  strategyType: "dashboard",
  name: "SCEOP",
  description: say(null, "dashboard_description"),
});
