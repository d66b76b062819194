// All words of the dashboard, in the languages that it speaks.

import { de } from "./words/de.js";
import { en } from "./words/en.js";
import { es } from "./words/es.js";
import { fr } from "./words/fr.js";
import { hi } from "./words/hi.js";
import { nl } from "./words/nl.js";

export const WORDS = { en, de, es, fr, hi, nl };

// Say something in the user's language; before a card knows its user, in the language of the page.
export function say(hass, key, values = {}) {
  const language = (hass?.language ?? document.documentElement.lang ?? "en").split("-")[0];
  const words = WORDS[language]?.[key] ?? en[key];
  return words?.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}
