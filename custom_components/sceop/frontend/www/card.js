// What all our cards have in common: a frame, a language, errors as sentences, and no drawing without a reason.

import { el } from "./dom.js";
import { sentenceOf } from "./sites.js";
import { say } from "./words.js";

const FRAME = `
:host { display: block; container-type: inline-size; }
:host([hidden]) { display: none; }
.card {
  box-sizing: border-box; height: 100%; padding: 12px 16px 16px; position: relative;
  color: var(--primary-text-color, #141414);
  background: var(--ha-card-background, var(--card-background-color, #fff));
  border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
  border-radius: var(--ha-card-border-radius, 12px);
  box-shadow: var(--ha-card-box-shadow, none);
  font-family: var(--ha-font-family-body, inherit); font-size: 14px; line-height: 1.4;
}
h3 { margin: 0 0 8px; font-size: 16px; font-weight: 500; overflow-wrap: anywhere; }
p { margin: 8px 0 0; overflow-wrap: anywhere; }
a { color: inherit; text-decoration: underline 2px var(--primary-color, #009ac7); text-underline-offset: 3px; }
button { font: inherit; color: inherit; cursor: pointer; }
:focus-visible { outline: 2px solid var(--primary-text-color, #141414); outline-offset: 2px; }
.quiet { color: var(--secondary-text-color, #5e5e5e); }
.warning::before { content: "⚠ "; content: "⚠ " / ""; }
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
`;

const AGAIN_MS = 10_000;

export class Card extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" });
    this.body = el("div", { class: "card" });
    this.shadowRoot.append(el("style", {}, FRAME + (this.constructor.look ?? "")), this.body);
  }

  setConfig(config) {
    this.config = this.constructor.checked(config ?? {});
    this.renew();
  }

  set hass(hass) {
    const before = this.known;
    this.known = hass;
    if (!before || before.language !== hass.language || before.locale !== hass.locale) this.renew();
    else if (this.failed) this.tryAgain();
    else this.follow(before);
  }

  get hass() {
    return this.known;
  }

  say(key, values) {
    return say(this.known, key, values);
  }

  // Begin anew: the settings or the language are others.
  async renew() {
    if (!this.known || !this.config) return;
    const turn = (this.turn = {});
    this.failed = undefined;
    try {
      await this.load(() => turn === this.turn);
    } catch (error) {
      const sentence = await sentenceOf(this.known, error);
      if (turn === this.turn) this.fail(sentence);
    }
  }

  // What was not there may have come: a site starts a little later than its pages.
  tryAgain() {
    if (Date.now() - this.failed > AGAIN_MS) this.renew();
  }

  fail(sentence) {
    this.failed = Date.now();
    this.body.replaceChildren(el("p", { role: "alert", class: "warning" }, sentence));
  }

  // States are replaced, never changed: an entity that is the same object says the same.
  changed(before, entityIds) {
    return entityIds.some((id) => before.states[id] !== this.known.states[id]);
  }

  getCardSize() {
    return 5;
  }
}

// Settings are refused in the editor, with a sentence.
export function texts(config, ...names) {
  for (const name of names) {
    if (config[name] !== undefined && typeof config[name] !== "string") {
      throw new Error(say(null, "setting_text", { name }));
    }
  }
  return config;
}

// The same for those who do not see it. A table is as wide as its words, so a box around it is what hides.
export function unseen(caption, columns, rows) {
  const head = el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)));
  return el("div", { class: "unseen" }, el("table", {}, el("caption", {}, caption), el("thead", {}, head), rows));
}
