/** The page "Now": the community's power as it is, and the day so far. */

import { showBalance } from "./balance.js";
import { figures, headline, partialSlots, sum } from "./day.js";
import { drawDay } from "./day-chart.js";
import { chart } from "./chart.js";
import { $, say, svg } from "./dom.js";
import { clocks, energy, percent, wordsOf } from "./format.js";
import { follow } from "./live.js";
import { drawMinutes, minuteFigures, minuteLine } from "./minutes-chart.js";
import { organisationCards } from "./organisations.js";
import { largePower, speaking } from "./power.js";
import { showSoFar } from "./so-far.js";
import { figureTable } from "./table.js";

const SLOT_MS = 900_000;
const SETTLED_MS = 300_000; // the hub draws a slot when every household had its turn to send it (SETTLED_AFTER)
const AFTER_SLOT_MS = 20_000;
const SPREAD_MS = 30_000;
const RETRY_MS = 60_000;
const HOMES_DRAWN = 60;

const page = $("now");
const words = wordsOf("words");
const showPower = largePower($("power-now"), $("power-unit"));
const speak = speaking($("spoken"));
const organisations = organisationCards(words);

/* ---- what the hub says now ---- */

let latest = null;
let today = null;
let fetching = 0;
let fetchedAt = 0;

/** What is to be known or done where no figure stands; each has a word of the same name. */
function stage({ homes, members }) {
  const enough = homes.counted + homes.needed;
  if (members.homes + members.organisations === 0) return "noMembers";
  if (homes.published === false) return "notPublished";
  if (homes.shown) return homes.gathering ? "returning" : homes.reporting === 0 ? "nobody" : "";
  if (homes.needed === 0) return "unequal"; // enough homes, but some are too large a part
  return members.homes - homes.by_hand >= enough ? "awaited" : "tooFew"; // joined, but without a complete day yet
}

function showNow(now) {
  latest = now;
  const { homes, members } = now;
  const key = headline(homes.power_w);
  const watts = homes.power_w[key] ?? null;
  const enough = homes.counted + homes.needed;
  const at = stage(now);
  const label =
    at === "noMembers" ? words("welcome")
    : at === "tooFew" ? words("gathering", { homes: homes.counted, enough })
    : at === "awaited" || at === "unequal" || at === "notPublished" ? words("homes", { n: members.homes })
    : words(key === "consumption" ? "using" : "importing");
  say($("power-label"), label);
  $("power").dataset.flow = key;
  $("power").hidden = !homes.shown;
  showPower(watts);
  if (watts != null) speak(label, watts);

  const { consumption, grid_import: fromGrid } = homes.power_w;
  const own = consumption > 0 && fromGrid != null ? Math.max(0, 1 - fromGrid / consumption) : 0;
  $("own").hidden = own < 0.005;
  say($("own"), words("own", { share: percent(own) }));

  const told = at || (watts == null ? "notYet" : "");
  $("notice").hidden = !told;
  say($("notice-text"), told ? words(told, { n: homes.needed, enough }) : "");
  for (const step of document.querySelectorAll("[data-next]")) step.hidden = step.dataset.next !== at;
  drawHomes(at === "tooFew" ? homes : null);

  const counts = [words("homes", { n: members.homes })];
  if (members.organisations) counts.push(words("organisations", { n: members.organisations }));
  const all = members.homes + members.organisations;
  $("members").hidden = at === "noMembers";
  say($("members"), `${counts.join(", ")}; ${words("homesReporting", { reporting: members.reporting, homes: all })}`);
  $("joining").hidden = !homes.waiting;
  say($("joining"), words("joining", { n: homes.waiting, least: homes.together }));
  $("left-out").hidden = !homes.left_out;
  say($("left-out"), words("leftOut", { n: homes.left_out }));
  $("by-hand").hidden = homes.shown || !homes.by_hand || at === "notPublished";
  say($("by-hand"), words("byHand", { n: homes.by_hand }));

  $("balance").hidden = !homes.shown || at !== "";
  showBalance(homes.power_w, words);
  showSoFar(now.today, words);
  organisations.show(now.organisations);
  organisations.drawDays(today?.organisations);
  if (today && today.shown !== homes.shown && Date.now() - fetchedAt > RETRY_MS) fetchToday();
  showConnection("live", words("live", { time: clocks(now.time_zone).second(now.at) }));
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

/* ---- the day: slot by slot, or the last 24 hours minute by minute ---- */

const dayChart = chart($("today-chart"));
const minutesChart = chart($("minutes-chart"));
const dayTable = figureTable("today-table");
const minutesTable = figureTable("minutes-table");
const byMinute = () => document.querySelector("[name=curve]:checked")?.value === "minutes";

async function showToday(day) {
  today = day;
  const clock = clocks(day.time_zone);
  $("today").hidden = !day.shown;
  organisations.drawDays(day.organisations);
  if (!day.shown) return;
  say($("today-date"), clock.date(day.slots[Math.floor(day.slots.length / 2)]));

  const line = headline(day.homes_wh);
  const entry = (key) => document.querySelector(`[data-key="${key}"]`);
  const value = (wh) => (!wh ? words("notShown") : wh.every((slot) => slot == null) ? "–" : energy(sum(wh)));
  entry("line").dataset.flow = line;
  say(entry("line").querySelector("[data-key-label]"), words(line === "consumption" ? "used" : "taken"));
  say(entry("line").querySelector("[data-key-value]"), value(day.homes_wh[line]));
  say(entry("production").querySelector("[data-key-value]"), value(day.homes_wh.production));
  entry("typical").hidden = !day.typical_wh?.consumption?.some((wh) => wh != null) || line !== "consumption";
  say(entry("typical").querySelector("[data-key-label]"), words("typicalOf", { n: day.typical_days ?? 0 }));
  entry("partial").hidden = !partialSlots(day.reported).partial.includes(true);

  dayTable(figures(day, words, clock));
  await dayChart.show(drawDay(day, words));
}

async function asked(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

async function fetchToday() {
  clearTimeout(fetching);
  fetchedAt = Date.now();
  let wait = SLOT_MS - ((Date.now() - SETTLED_MS) % SLOT_MS) + AFTER_SLOT_MS + Math.random() * SPREAD_MS;
  try {
    const day = await asked(page.dataset.today);
    if (day) await showToday(day);
    else wait = RETRY_MS;
    if (byMinute()) await fetchMinutes();
    $("today-trouble").hidden = true;
  } catch {
    $("today").hidden = !(today ?? latest?.homes)?.shown;
    $("today-trouble").hidden = false;
    wait = RETRY_MS;
  }
  page.ariaBusy = null;
  fetching = setTimeout(fetchToday, byMinute() ? Math.min(wait, RETRY_MS) : wait);
}

async function fetchMinutes() {
  const curve = await asked(page.dataset.curve);
  const key = document.querySelector('[data-key="minutes"]');
  key.dataset.flow = minuteLine(curve);
  say(key.querySelector("[data-key-label]"), words(key.dataset.flow === "consumption" ? "used" : "taken"));
  minutesTable(minuteFigures(curve, today.time_zone, words));
  await minutesChart.show(drawMinutes(curve, today.time_zone, words));
}

document.addEventListener("visibilitychange", () => document.hidden || fetchToday());
for (const choice of document.querySelectorAll("[name=curve]")) {
  choice.addEventListener("change", () => {
    $("day-view").hidden = byMinute();
    $("minutes-view").hidden = !byMinute();
    fetchToday();
  });
}

/* ---- begin ---- */

page.ariaBusy = "true"; // until the day is drawn
const first = JSON.parse(page.dataset.now);
if (first) showNow(first);
if (!first) showConnection("waiting", words("waiting"));
fetchToday();
follow(page.dataset.events, "now", {
  message: showNow,
  lost: () =>
    showConnection("lost", latest ? words("lost", { time: clocks(latest.time_zone).time(latest.at) }) : words("lostEmpty")),
});
