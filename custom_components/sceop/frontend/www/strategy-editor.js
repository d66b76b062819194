// The dashboard's one setting: which site it shows.

import { el } from "./dom.js";
import { sitesOf } from "./sites.js";
import { say } from "./words.js";

export class StrategyEditor extends HTMLElement {
  setConfig(config) {
    this.config = config;
    this.draw();
  }

  set hass(hass) {
    const isFirst = !this.known;
    this.known = hass;
    if (isFirst) this.draw();
  }

  async draw() {
    if (!this.known || !this.config) return;
    const sites = await sitesOf(this.known);
    const choice = el("select", {
      style: "font: inherit; padding: 8px; width: 100%; color: inherit; background: var(--card-background-color, #fff)",
      onchange: () => this.choose(choice.value),
    });
    choice.append(
      el("option", { value: "" }, say(this.known, "all_sites")),
      ...sites.map((site) => el("option", { value: site.site }, site.title)),
    );
    choice.value = this.config.site ?? "";
    this.replaceChildren(el("label", {}, say(this.known, "setting_label_site"), choice));
  }

  choose(site) {
    const { site: _before, ...config } = this.config;
    this.config = site ? { ...config, site } : config;
    this.dispatchEvent(
      new CustomEvent("config-changed", { bubbles: true, composed: true, detail: { config: this.config } }),
    );
  }
}
