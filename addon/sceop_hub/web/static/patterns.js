/** The page "Patterns": asks for what is chosen, and draws it. */

import { hourSpan, later, weekday } from "./calendar.js";
import { chart } from "./chart.js";
import { $, say } from "./dom.js";
import { power, wordsOf } from "./format.js";
import { drawHeat, extremes, heatFigures } from "./heat-chart.js";
import { drawMonths, monthFigures, partial } from "./months-chart.js";
import { drawSeasons, seasonFigures, showSeasonKeys } from "./seasons-chart.js";
import { figureTable } from "./table.js";
import { showTeams, teamFigures } from "./teams.js";

const DAYS = { month: 28, quarter: 91, year: 365 };
const LONGEST_DAYS = 3650;

const page = $("patterns");
const form = /** @type {HTMLFormElement} */ ($("choices"));
const words = wordsOf("words");
const charts = { heat: chart($("heat-chart")), seasons: chart($("seasons-chart")), months: chart($("months-chart")) };
const tables = {
  heat: figureTable("heat-table"), seasons: figureTable("seasons-table"), months: figureTable("months-table"), teams: figureTable("teams-table"),
};

/** What is chosen stands in the page's address, so that it can be kept and sent. */
function chosen() {
  const choice = Object.fromEntries(new FormData(form));
  const first = later(page.dataset.today, -(DAYS[choice.span] ?? LONGEST_DAYS));
  return { ...choice, query: new URLSearchParams({ circle: choice.circle, figure: choice.figure, from: first, to: later(page.dataset.today, 1) }) };
}

/** Options that hold nothing are not offered. */
function offer(select, entries, value) {
  select.replaceChildren(...entries.map(([key, label]) => new Option(label, String(key), false, String(key) === String(value))));
  select.closest(".field").hidden = entries.length < 2 && String(entries[0]?.[0]) === select.dataset.usual;
}

async function show(data) {
  const { per } = chosen();
  const empty = !data.published ? "notPublished" : data.first == null ? "nothing" : !data.figures.length ? "nothingHere" : "";
  $("state").hidden = !empty;
  $("figures").hidden = empty !== "";
  form.hidden = !data.published || data.first == null;
  if (empty) return say($("state-text"), words(empty));

  offer(form.elements.namedItem("circle"), data.circles.map(({ id, name }) => [id, name ?? words("everyone")]), data.circle);
  offer(form.elements.namedItem("figure"), data.figures.map((figure) => [figure, words(figure)]), data.figure);
  if (!data.figures.includes(data.figure)) return ask(); // it may not be shown; the first that may be is chosen now
  const file = `${data.figure}-${data.from}-${data.to}`;
  const energies = ({ wh, home_wh: eachHome }) => (per === "home" ? eachHome : wh);

  const heat = { wh: energies(data.heat), hours: data.heat.hours };
  showFinding(extremes(heat));
  tables.heat(heatFigures(heat, `week-${file}`, words));
  await charts.heat.show(drawHeat(heat, words));

  const seasons = data.seasons.map((season) => ({ ...season, wh: energies(season) }));
  showSeasonKeys($("season-keys"), seasons);
  tables.seasons(seasonFigures(seasons, `seasons-${file}`, words));
  await charts.seasons.show(drawSeasons(seasons));

  $("months-swatch").className = `swatch flow-${data.figure}`;
  $("months-partial").firstElementChild.className = `swatch swatch-partial flow-${data.figure}`;
  $("months-partial").hidden = !data.months.some(partial);
  tables.months(monthFigures(data.months, `months-${file}`, words));
  await charts.months.show(drawMonths(data.months, data.figure, words));

  $("teams").hidden = data.teams.length < 2;
  showTeams($("team-cards"), data.teams, words);
  tables.teams(teamFigures(data.teams, `groups-${data.from}-${data.to}`, words));
}

/** The picture in one sentence. */
function showFinding(found) {
  say($("heat-finding"), found
    ? words("finding", {
        most: power(found.most.watts), mostDay: weekday(found.most.day), mostHour: hourSpan(found.most.hour),
        least: power(found.least.watts), leastDay: weekday(found.least.day), leastHour: hourSpan(found.least.hour),
      })
    : "");
  say($("heat-least"), found ? power(found.least.watts) : "");
  say($("heat-most"), found ? power(found.most.watts) : "");
}

let asking = 0;

async function ask() {
  const mine = (asking += 1);
  page.ariaBusy = "true";
  try {
    const response = await fetch(`${page.dataset.figures}?${chosen().query}`);
    if (!response.ok) throw new Error(`${response.status}`);
    const data = await response.json();
    if (mine !== asking) return; // something else was chosen meanwhile
    await show(data);
    say($("renewed"), words("renewed"));
  } catch (error) {
    if (mine !== asking) return;
    $("state").hidden = false;
    say($("state-text"), words("trouble"));
    console.warn(error);
  }
  page.ariaBusy = null;
}

/** Set the form as the address says; a circle or flow that is not offered yet becomes an option for the first question. */
function recall() {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value)) field.add(new Option(value, value));
    if (field) field.value = value;
  }
}

for (const select of form.querySelectorAll("select")) select.dataset.usual = select.value;
recall();
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => {
  history.replaceState(null, "", `?${new URLSearchParams(new FormData(form))}`);
  ask();
});
ask();
