/** The guide fills in what the browser knows of the place, where nobody said better. */

const form = document.querySelector("[data-suggest]");
const asked = form?.dataset.suggest.split(" ") ?? [];
const zone = form?.elements.namedItem("zone");

if (asked.includes("zone")) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zone.options].some((option) => option.value === here)) zone.value = here;
}

/** The currency follows the time zone until somebody writes another one. */
if (asked.includes("currency")) {
  const ofZones = JSON.parse(document.getElementById("currencies-of-zones").textContent);
  const currency = form.elements.namedItem("currency");
  let follows = true;
  const follow = () => {
    if (follows) currency.value = ofZones[zone.value] ?? "";
  };
  currency.addEventListener("input", () => {
    follows = false;
  });
  zone.addEventListener("change", follow);
  follow();
}
