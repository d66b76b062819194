// A sentence that says what to do next, with the way there.

import { Card } from "./card.js";
import { el } from "./dom.js";

// What is still to be done, and the page on which it is.
const PLACES = {
  add_site: "/config/integrations/dashboard",
  add_thing: "/config/integrations/integration/sceop",
  not_started: "/config/integrations/integration/sceop",
  set_up_energy: "/config/energy",
  sharing: null,
  paused: "/config/integrations/integration/sceop",
  refused: null,
};

export class Hint extends Card {
  static checked(config) {
    if (!(config.hint in PLACES)) throw new Error(`"hint" is one of ${Object.keys(PLACES).join(", ")}.`);
    return config;
  }

  load() {
    const { name = "" } = this.config;
    const isPaused = this.hass.states[this.config.entity]?.attributes.paused;
    const hint = isPaused ? "paused" : this.config.hint;
    const place = PLACES[hint];
    const mayGo = place && this.hass.user?.is_admin;
    this.body.replaceChildren(
      el("h3", {}, this.say(`${hint}_title`, { name })),
      el("p", {}, this.say(`${hint}_text`, { name })),
      mayGo ? el("p", {}, el("a", { href: place }, this.say(`${hint}_link`))) : "",
    );
  }

  follow(before) {
    if (this.config?.entity && this.changed(before, [this.config.entity])) this.renew();
  }

  getCardSize() {
    return 2;
  }

  getGridOptions() {
    return { columns: "full", rows: "auto" };
  }
}
