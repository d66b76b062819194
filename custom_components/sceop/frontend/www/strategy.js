// A dashboard that follows from what a home has: nobody has to draw it, and new meters appear by themselves.

import { define } from "./dom.js";
import { sentenceOf, sitesOf } from "./sites.js";
import { say } from "./words.js";
import { viewsOf } from "./views.js";

export class Strategy extends HTMLElement {
  static async generate(config, hass) {
    try {
      const sites = await sitesOf(hass);
      const shown = config.site ? sites.filter((site) => site.site === config.site) : sites;
      if (!shown.length) return { views: [alone(hass, config.site ? "site_unknown" : null)] };
      const energy = await hass.callWS({ type: "energy/get_prefs" }).catch(() => null);
      return { title: "SCEOP", views: shown.flatMap((site) => viewsOf(hass, site, energy, shown.length > 1)) };
    } catch (error) {
      return { views: [told(await sentenceOf(hass, error))] };
    }
  }

  static getCreateSuggestions() {
    return { title: "SCEOP", icon: "mdi:home-lightning-bolt" };
  }

  static async getConfigElement() {
    const { StrategyEditor } = await import("./strategy-editor.js");
    define("sceop-strategy-editor", StrategyEditor);
    return document.createElement("sceop-strategy-editor");
  }
}

function alone(hass, refusal) {
  if (refusal) return told(say(hass, refusal));
  return view([{ type: "custom:sceop-hint", hint: "add_site" }]);
}

function told(sentence) {
  return view([{ type: "custom:sceop-hint", hint: "refused", name: sentence }]);
}

function view(cards) {
  return { title: "SCEOP", path: "overview", type: "sections", sections: [{ type: "grid", cards }] };
}
