// The sites that this user may see, asked for once and again when the registry of entities has changed.

const asked = new WeakMap();

export function sitesOf(hass) {
  const known = asked.get(hass.connection);
  if (known && known.entities === hass.entities) return known.answer;
  const answer = hass.callWS({ type: "sceop/sites" }).then((told) => told.sites);
  asked.set(hass.connection, { entities: hass.entities, answer });
  answer.catch(() => asked.delete(hass.connection));
  return answer;
}

export function thingsOf(site, ...kinds) {
  return site.things.filter((thing) => kinds.includes(thing.kind));
}

// A refusal in the language of whoever looks, where Home Assistant has a translation of it.
export async function sentenceOf(hass, error) {
  if (error?.translation_key) {
    const localize = await hass.loadBackendTranslation("exceptions", error.translation_domain);
    const key = `component.${error.translation_domain}.exceptions.${error.translation_key}.message`;
    const sentence = localize(key, error.translation_placeholders ?? {});
    if (sentence) return sentence;
  }
  return error?.message ?? String(error);
}
