/** Organisations: each by name, with its power, its lights and its day. */

import { power, powerParts } from "./format.js";
import { $, say, sparkPaths } from "./dom.js";

const SPARK = { width: 300, height: 48 };

/** @param {(key: string, values?: object) => string} words */
export function organisationCards(words) {
  const cards = $("organisation-cards");

  const show = (organisations) => {
    $("organisations").hidden = organisations.length === 0;
    organisations.forEach((organisation, i) => {
      if (!cards.children[i]) cards.append($("organisation").content.cloneNode(true));
      showOne(cards.children[i], organisation);
    });
    while (cards.children.length > organisations.length) cards.lastElementChild.remove();
  };

  const showOne = (card, { id, name, reporting, power_w: flows, zones_w: zones }) => {
    card.dataset.id = id;
    card.dataset.state = reporting ? "reporting" : "silent";
    say(card.querySelector("h3"), name);
    const watts = reporting ? flows.consumption ?? null : null;
    const parts = powerParts(watts ?? 0);
    say(card.querySelector("b"), watts == null ? "" : parts.value);
    say(card.querySelector(".card-power span"), watts == null ? words(reporting ? "unknown" : "silent") : parts.unit);
    card.querySelector(".zones").replaceChildren(...(reporting ? Object.entries(zones) : []).map(zone));
  };

  /** "light.floor_1" is read as "Lights, floor 1". */
  const zone = ([channel, watts]) => {
    const row = document.createElement("div");
    row.className = "zone";
    row.dataset.state = watts > 0 ? "on" : "off";
    const name = channel.replace(/^light\./, "").replaceAll("_", " ");
    row.appendChild(document.createElement("dt")).textContent = words("zone", { zone: name });
    row.appendChild(document.createElement("dd")).textContent = watts == null ? "–" : power(watts);
    return row;
  };

  /** The day of each as a line without axes. */
  const drawDays = (organisations) => {
    for (const card of cards.children) {
      const values = organisations?.find(({ id }) => id === card.dataset.id)?.consumption_wh;
      card.querySelector(".spark").classList.toggle("spark-empty", !values?.some((value) => value != null));
      if (!values) continue;
      const { line, area } = sparkPaths(values, Math.max(...values.map((value) => value ?? 0)), SPARK);
      card.querySelector(".spark-line").setAttribute("d", line);
      card.querySelector(".spark-area").setAttribute("d", area);
    }
  };

  return { show, drawDays };
}
