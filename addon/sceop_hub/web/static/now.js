/** The page "Now": the community's power as it is, and the day so far. */

import { clocks, energy, percent, power, powerParts, whole, wordsOf } from "./format.js";
import { csv, download, headline, partialSlots, sum, table } from "./day.js";
import { dayChart } from "./chart.js";
import { follow } from "./live.js";

const SLOT_MS = 900_000;
const SETTLED_MS = 300_000; // the hub draws a slot when every household had its turn to send it (SETTLED_AFTER)
const AFTER_SLOT_MS = 20_000;
const SPREAD_MS = 30_000;
const RETRY_MS = 60_000;
const SPEAK_EVERY_MS = 120_000;
const SPEAK_CHANGE = 0.1;
const HOMES_DRAWN = 60;

const $ = (/** @type {string} */ id) => document.getElementById(id);
const page = $("now");
const words = wordsOf("words");
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {Element} element @param {string} text */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/* ---- the figure ---- */

let shownWatts = null;
let frame = 0;

/** Let the figure glide to its new value; `data-watts` is exact from the start. @param {number | null} watts */
function showPower(watts) {
  const number = $("power-now");
  cancelAnimationFrame(frame);
  if (watts == null) {
    delete number.dataset.watts;
    say(number, "–");
    say($("power-unit"), "");
    shownWatts = null;
    return;
  }
  number.dataset.watts = String(watts);
  const paint = (value) => {
    shownWatts = value;
    const parts = powerParts(value);
    say(number, parts.value);
    say($("power-unit"), parts.unit);
  };
  const from = shownWatts;
  if (from == null || still.matches || document.hidden) return paint(watts);
  const start = performance.now();
  const step = (time) => {
    const done = Math.min(1, Math.max(0, time - start) / 700);
    paint(done === 1 ? watts : Math.round(from + (watts - from) * (1 - (1 - done) ** 3)));
    if (done < 1) frame = requestAnimationFrame(step);
  };
  frame = requestAnimationFrame(step);
}

let spoken = { watts: 0, at: 0 };

/** Tell a screen reader now and then, when the figure has clearly moved. */
function speak(label, watts) {
  const moved = Math.abs(watts - spoken.watts) > spoken.watts * SPEAK_CHANGE;
  if (!moved || Date.now() - spoken.at < SPEAK_EVERY_MS) return;
  if (spoken.at) say($("spoken"), `${label}: ${power(watts)}`);
  spoken = { watts, at: Date.now() };
}

/* ---- what the hub says now ---- */

let latest = null;
let today = null;
let fetching = 0;
let fetchedAt = 0;

function showNow(now) {
  latest = now;
  const { homes, members } = now;
  const key = headline(homes.power_w);
  const watts = homes.power_w[key] ?? null;
  const empty = members.homes + members.organisations === 0;
  const enough = homes.counted + homes.needed;
  const unequal = !homes.shown && homes.needed === 0; // enough homes, but some are too large a part
  const awaited = !homes.shown && !unequal && members.homes >= enough; // joined, but without a complete day yet
  const label =
    empty ? words("welcome")
    : awaited || unequal ? words("homes", { n: members.homes })
    : !homes.shown ? words("gathering", { homes: homes.counted, enough })
    : words(key === "consumption" ? "using" : "importing");
  say($("power-label"), label);
  $("power").dataset.flow = key;
  showPower(watts);
  if (watts != null) speak(label, watts);

  const { consumption, grid_import: fromGrid } = homes.power_w;
  const own = consumption > 0 && fromGrid != null ? Math.max(0, 1 - fromGrid / consumption) : 0;
  $("own").hidden = own < 0.005;
  say($("own"), words("own", { share: percent(own) }));

  const nobody = homes.shown && homes.reporting === 0;
  showNotice(
    empty ? words("noMembers")
    : unequal ? words("unequal")
    : awaited ? words("awaited", { enough })
    : !homes.shown ? words("tooFew", { n: homes.needed })
    : nobody ? words("nobody")
    : watts == null ? words("notYet")
    : "",
  );
  $("power").hidden = !homes.shown;
  drawHomes(homes.shown || awaited || unequal ? null : homes);

  const counts = [words("homes", { n: members.homes })];
  if (members.organisations) counts.push(words("organisations", { n: members.organisations }));
  const reporting = words("homesReporting", { reporting: members.reporting, homes: members.homes + members.organisations });
  $("members").hidden = empty;
  say($("members"), `${counts.join(", ")}; ${reporting}`);
  $("left-out").hidden = !homes.left_out;
  say($("left-out"), words("leftOut", { n: homes.left_out }));

  $("balance").hidden = !homes.shown || nobody;
  showBalance(homes.power_w);
  showOrganisations(now.organisations);
  if (today && today.shown !== homes.shown && Date.now() - fetchedAt > RETRY_MS) fetchToday();
  showConnection("live", words("live", { time: clocks(now.time_zone).second(now.at) }));
}

function showNotice(text) {
  $("notice").hidden = !text;
  say($("notice-text"), text);
}

function showConnection(state, text) {
  const before = $("connection").dataset.state;
  if (state !== before && (state === "lost" || before === "lost")) say($("spoken"), text);
  $("connection").dataset.state = state;
  say($("connection-text"), text);
}

/** One small home each: filled for those who joined, open for those still missing. */
function drawHomes(homes) {
  const row = $("rows-of-homes");
  const total = homes ? homes.counted + homes.needed : 0;
  row.hidden = total === 0 || total > HOMES_DRAWN;
  if (row.hidden || row.dataset.drawn === `${homes.counted}/${total}`) return;
  row.dataset.drawn = `${homes.counted}/${total}`;
  row.replaceChildren(
    ...Array.from({ length: total }, (_, i) => {
      const home = svg("svg", { viewBox: "0 0 24 28", class: i < homes.counted ? "home" : "home home-missing" });
      home.append(svg("path", { d: "M3 26V12.5L12 3L21 12.5V26Z" }));
      return home;
    }),
  );
}

function svg(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

/** Two bars on one scale: what comes in is what goes out. */
function showBalance(flows) {
  const sides = [...document.querySelectorAll("[data-side]")];
  const total = (side) => sum([...side.querySelectorAll("[data-flow]")].map((row) => flows[row.dataset.flow]));
  const most = Math.max(...sides.map(total), 1);
  for (const side of sides) {
    for (const row of side.querySelectorAll("[data-flow]")) {
      const watts = flows[row.dataset.flow] ?? null;
      row.dataset.state = watts == null ? "withheld" : watts === 0 ? "idle" : "flowing";
      say(row.querySelector("dd"), watts == null ? words("notShown") : power(watts));
      const part = side.querySelector(`[data-part="${row.dataset.flow}"]`);
      part.hidden = !watts;
      part.style.width = `${((watts ?? 0) / most) * 100}%`;
    }
  }
  $("withheld").hidden = !Object.values(flows).includes(null);
}

/* ---- organisations ---- */

function showOrganisations(organisations) {
  const cards = $("organisation-cards");
  $("organisations").hidden = organisations.length === 0;
  organisations.forEach((organisation, i) => {
    if (!cards.children[i]) cards.append($("organisation").content.cloneNode(true));
    const card = cards.children[i];
    card.dataset.id = organisation.id;
    say(card.querySelector("h3"), organisation.name);
    const watts = organisation.reporting ? organisation.power_w.consumption ?? null : null;
    const parts = powerParts(watts ?? 0);
    say(card.querySelector("b"), watts == null ? "" : parts.value);
    say(card.querySelector(".card-power span"), watts == null ? words(organisation.reporting ? "unknown" : "silent") : parts.unit);
    card.dataset.state = organisation.reporting ? "reporting" : "silent";
    showZones(card.querySelector(".zones"), organisation.reporting ? organisation.zones_w : {});
  });
  while (cards.children.length > organisations.length) cards.lastElementChild.remove();
  showSparks();
}

/** "light.floor_1" is read as "Lights, floor 1". */
const zoneName = (channel) => words("zone", { zone: channel.replace(/^light\./, "").replaceAll("_", " ") });

function showZones(list, zones) {
  list.replaceChildren(
    ...Object.entries(zones ?? {}).map(([channel, watts]) => {
      const row = document.createElement("div");
      row.className = "zone";
      row.dataset.state = watts > 0 ? "on" : "off";
      row.append(document.createElement("dt"), document.createElement("dd"));
      row.children[0].textContent = zoneName(channel);
      row.children[1].textContent = watts == null ? "–" : power(watts);
      return row;
    }),
  );
}

/** The day of each organisation as a line without axes; gaps break it. */
function showSparks() {
  for (const card of $("organisation-cards").children) {
    const values = today?.organisations.find(({ id }) => id === card.dataset.id)?.consumption_wh;
    card.querySelector(".spark").classList.toggle("spark-empty", !values?.some((value) => value != null));
    if (!values) continue;
    const most = Math.max(...values.map((value) => value ?? 0), 1);
    const at = (value, i) => `${((i / (values.length - 1)) * 300).toFixed(1)} ${(46 - (value / most) * 43).toFixed(1)}`;
    let line = "";
    let area = "";
    let run = [];
    [...values, null].forEach((value, i) => {
      if (value != null) return run.push(at(value, i));
      if (run.length) {
        line += `M${run.join("L")}`;
        area += `M${run[0].split(" ")[0]} 48L${run.join("L")}L${run.at(-1).split(" ")[0]} 48Z`;
      }
      run = [];
    });
    card.querySelector(".spark-line").setAttribute("d", line);
    card.querySelector(".spark-area").setAttribute("d", area);
  }
}

/* ---- today ---- */

const chart = dayChart($("today-chart"), words);

async function showToday(day) {
  today = day;
  const clock = clocks(day.time_zone);
  $("today").hidden = !day.shown;
  showSparks();
  if (!day.shown) return;
  say($("today-date"), clock.date(day.slots[Math.floor(day.slots.length / 2)]));

  const line = headline(day.homes_wh);
  const keys = document.querySelector(".keys");
  const entry = (key) => keys.querySelector(`[data-key="${key}"]`);
  const value = (wh) => (!wh ? words("notShown") : wh.every((slot) => slot == null) ? "–" : energy(sum(wh)));
  entry("line").dataset.flow = line;
  say(entry("line").querySelector("[data-key-label]"), words(line === "consumption" ? "used" : "taken"));
  say(entry("line").querySelector("[data-key-value]"), value(day.homes_wh[line]));
  say(entry("production").querySelector("[data-key-value]"), value(day.homes_wh.production));
  entry("partial").hidden = !partialSlots(day.reported).partial.includes(true);

  showTable(day, clock);
  await chart.show(day);
}

function showTable(day, clock) {
  const { slots, columns } = table(day);
  const row = (cells) => {
    const line = document.createElement("tr");
    line.append(...cells);
    return line;
  };
  const cell = (name, text, scope) => {
    const node = document.createElement(name);
    node.textContent = text;
    if (scope) node.scope = scope;
    return node;
  };
  $("today-table").tHead.replaceChildren(
    row([words("time"), ...columns.map(({ key, name }) => name ?? words(key))].map((text) => cell("th", text, "col"))),
  );
  $("today-table").tBodies[0].replaceChildren(
    ...slots.map((slot, i) =>
      row([
        cell("th", clock.time(slot), "row"),
        ...columns.map(({ values }) => cell("td", values[i] == null ? "" : whole(values[i]))),
      ]),
    ),
  );
}

document.querySelector('[data-csv-of="today-table"]').addEventListener("click", () => {
  const clock = clocks(today.time_zone);
  download(`energy-${today.day}.csv`, csv(today, clock.plain));
});

async function fetchToday() {
  clearTimeout(fetching);
  fetchedAt = Date.now();
  let wait = SLOT_MS - ((Date.now() - SETTLED_MS) % SLOT_MS) + AFTER_SLOT_MS + Math.random() * SPREAD_MS;
  try {
    const response = await fetch(page.dataset.today);
    if (!response.ok) throw new Error(`${response.status}`);
    const day = await response.json();
    if (day) await showToday(day);
    else wait = RETRY_MS;
    $("today-trouble").hidden = true;
  } catch {
    $("today").hidden = !(today ?? latest?.homes)?.shown;
    $("today-trouble").hidden = false;
    wait = RETRY_MS;
  }
  fetching = setTimeout(fetchToday, wait);
}

document.addEventListener("visibilitychange", () => document.hidden || fetchToday());

/* ---- begin ---- */

const first = JSON.parse(page.dataset.now);
if (first) showNow(first);
if (!first) showConnection("waiting", words("waiting"));
fetchToday();
follow(page.dataset.events, "now", {
  message: showNow,
  lost: () =>
    showConnection("lost", latest ? words("lost", { time: clocks(latest.time_zone).time(latest.at) }) : words("lostEmpty")),
});
