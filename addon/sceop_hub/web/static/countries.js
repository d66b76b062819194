/** Countries by their names in the page's language; without this, their two letters stand there. */

const select = /** @type {HTMLSelectElement | null} */ (document.getElementById("field-country"));
if (select) {
  const names = new Intl.DisplayNames([document.documentElement.lang], { type: "region", fallback: "code" });
  const [none, ...countries] = select.options;
  for (const option of countries) option.textContent = names.of(option.value) ?? option.value;
  countries.sort((one, other) => one.text.localeCompare(other.text, document.documentElement.lang));
  const chosen = select.value;
  select.replaceChildren(none, ...countries);
  select.value = chosen;
}
