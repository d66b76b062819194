/** The page "Forecast": the band beside what came, and how far off the last nights were. */

import { bandFigures, coming, drawBand, night } from "./band-chart.js";
import { chart } from "./chart.js";
import { $, say } from "./dom.js";
import { drawErrors, errorFigures } from "./errors-chart.js";
import { clocks, wordsOf } from "./format.js";
import { figureTable } from "./table.js";

const AGAIN_MS = 5 * 60_000;

const page = $("forecast");
const form = /** @type {HTMLFormElement | null} */ ($("choices"));

if (form) {
  const words = wordsOf("words");
  const charts = { band: chart($("band-chart")), errors: chart($("errors-chart")) };
  const tables = { band: figureTable("band-table"), errors: figureTable("errors-table") };
  /** As `/forecast/data` gives it. @type {any} */
  let data = null;

  /** The newest night first: it is asked for most. */
  function offer(nights) {
    const select = /** @type {HTMLSelectElement} */ (form.elements.namedItem("of"));
    const chosen = select.value;
    const clock = clocks(data.time_zone);
    const options = nights.toReversed().map(({ day, band }) => new Option(clock.date(band.start), day, false, day === chosen));
    select.replaceChildren(select.options[0], ...options);
    select.closest(".field").hidden = !options.length;
  }

  async function show() {
    const { figure, of } = Object.fromEntries(new FormData(form));
    const one = data.figures[figure];
    if (!one) return location.reload(); // what may be shown has changed
    for (const told of page.querySelectorAll("[data-figure].told")) told.hidden = told.dataset.figure !== figure;
    offer(one.nights);
    const chosen = one.nights.find(({ day }) => day === of);
    const band = chosen ? night(chosen) : coming(one, data.now);
    const windows = !chosen && data.peaks.figure === figure ? data.peaks.windows : [];
    const limit = data.peaks.figure === figure ? data.peaks.limit_w : null;
    for (const key of ["came", "band"]) $(`key-${key}`).className = `key-${key} flow-${figure === "net" ? "grid_import" : figure}`;
    $("key-window").hidden = !windows.length;
    tables.band(bandFigures(band, `forecast-${figure}-${chosen?.day ?? "coming"}`, data.time_zone, words));
    await charts.band.show(drawBand({ ...band, figure, windows, limit, zone: data.time_zone }, words));

    const known = one.errors.filter(({ forecast }) => forecast != null);
    $("errors-view").hidden = !known.length;
    if (!known.length) return;
    tables.errors(errorFigures(known, `forecast-errors-${figure}`, words));
    await charts.errors.show(drawErrors(known, words));
  }

  async function read() {
    try {
      const response = await fetch(page.dataset.figures);
      if (!response.ok) throw new Error(`${response.status}`);
      data = await response.json();
      form.hidden = false;
      await show();
      $("trouble").hidden = true;
    } catch (error) {
      $("trouble").hidden = false;
      console.warn(error);
    }
  }

  for (const field of ["figure"]) {
    const value = new URLSearchParams(location.search).get(field);
    const input = value && [...form.elements].find((each) => each instanceof HTMLInputElement && each.name === field && each.value === value);
    if (input instanceof HTMLInputElement) input.checked = true;
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    const query = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    history.replaceState(null, "", `?figure=${query.get("figure")}`);
    show();
  });
  read();
  setInterval(() => document.visibilityState === "visible" && read(), AGAIN_MS);
}
