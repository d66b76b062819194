/** The screen in a lobby: a few quiet scenes in turn, for months, with nobody there to reload it. */

import { headline } from "./day.js";
import { drawDay } from "./day-chart.js";
import { challengeScene } from "./kiosk-challenge.js";
import { chart } from "./chart.js";
import { $, say } from "./dom.js";
import { clocks, energy, mass, percent, power, wordsOf } from "./format.js";
import { follow } from "./live.js";
import { largePower } from "./power.js";
import { comparison } from "./so-far.js";

const SCENE_MS = 20_000;
const DAY_MS = 120_000;
const HEALTH_MS = 300_000;
const SHIFT_MS = 60_000;
const SHIFT_PX = 6; // a screen that shows the same edges for months keeps them: all moves a little
const RENEW_HOUR = 4; // once a night the page begins anew, so that no browser has to hold one for months
const DAY_LONG_MS = 86_400_000;

const page = $("kiosk");
const words = wordsOf("words");
const showPower = largePower($("power-now"), $("power-unit"));
const dayChart = chart($("day-chart"));
const showChallenge = challengeScene(words);
const began = Date.now();
let latest = null;
let day = null;
let tried = false;

/* ---- what is told ---- */

function showNow(now) {
  latest = now;
  const { homes, members } = now;
  const key = headline(homes.power_w);
  const watts = homes.power_w[key] ?? null;
  say($("power-label"), homes.shown ? words(key === "consumption" ? "using" : "importing") : words("soon"));
  showPower(watts);
  $("power-now").parentElement.hidden = watts == null;

  const { consumption, grid_import: fromGrid } = homes.power_w;
  const own = consumption > 0 && fromGrid != null ? Math.max(0, 1 - fromGrid / consumption) : 0;
  const told = !homes.shown ? (homes.needed ? words("tooFew", { n: homes.needed }) : "") : watts == null ? words("returning") : own >= 0.005 ? words("own", { share: percent(own) }) : "";
  say($("power-told"), told);
  showMix(homes.power_w);
  showFigures(now.today);
  say($("homes"), words("homes", { n: members.homes }));
  showConnection("live", words("live", { time: clocks(now.time_zone).time(now.at) }));
}

function showMix(flows) {
  const rows = [...$("mix-keys").querySelectorAll("[data-flow]")];
  const total = rows.reduce((sum, row) => sum + (flows[row.dataset.flow] ?? 0), 0);
  $("mix").hidden = total === 0;
  for (const row of rows) {
    const watts = flows[row.dataset.flow] ?? null;
    row.hidden = !watts;
    say(row.querySelector("b"), power(watts ?? 0));
    const part = $("mix").querySelector(`[data-part="${row.dataset.flow}"]`);
    part.hidden = !watts;
    part.style.width = `${((watts ?? 0) / Math.max(total, 1)) * 100}%`;
  }
}

function showFigures(today) {
  const figure = (name, text, told) => {
    const box = $(`figure-${name}`);
    box.hidden = text == null;
    if (text == null) return;
    say(box.querySelector("[data-figure]"), text);
    say(box.querySelector("[data-told]"), told);
  };
  const used = today?.wh.consumption;
  figure("used", used == null ? null : energy(used), used == null ? "" : comparison(today, words));
  figure("solar", today?.solar_share == null ? null : percent(today.solar_share), words("solarToday"));
  figure("carbon", today?.carbon_g == null ? null : mass(today.carbon_g), words("carbonToday"));
}

function showConnection(state, text) {
  $("connection").dataset.state = state;
  say($("connection-text"), text);
}

/* ---- the scenes ---- */

const scenes = [...document.querySelectorAll("[data-scene]")];
const holds = {
  power: () => true,
  day: () => day?.shown === true,
  figures: () => document.querySelector(".kiosk-figures > :not([hidden])") != null,
  challenge: () => tried,
};
let scene = 0;

function turn() {
  const next = scenes.map((_, step) => (scene + step + 1) % scenes.length).find((i) => holds[scenes[i].dataset.scene]());
  if (next === scene) return;
  scene = next;
  scenes.forEach((section, i) => (section.hidden = i !== scene));
  if (scenes[scene].dataset.scene === "day") drawToday();
}

async function drawToday() {
  const size = Math.max(18, Math.round(innerHeight * 0.03));
  $("typical-key").hidden = !day.typical_wh?.consumption?.some((wh) => wh != null);
  await dayChart.show(drawDay(day, words, { size, bold: 2 }));
}

async function fetchDay() {
  try {
    const response = await fetch(page.dataset.today);
    if (response.ok) day = await response.json();
    if (scenes[scene].dataset.scene === "day" && day?.shown) await drawToday();
  } catch {
    // the connection's own line says it; the next look brings the day
  }
}

async function fetchChallenge() {
  try {
    const response = await fetch(page.dataset.challenge);
    if (response.ok) tried = showChallenge(await response.json());
  } catch {
    // as above: the next look brings it
  }
}

/* ---- months without anybody ---- */

/** Begin anew when the hub speaks another version, and once a night; only while the hub answers, or the screen stays empty. */
async function look() {
  try {
    const response = await fetch(page.dataset.health, { cache: "no-store" });
    if (!response.ok) return;
    const { version } = await response.json();
    const { wall } = clocks(latest?.time_zone ?? document.documentElement.dataset.zone);
    const night = Date.now() - began > DAY_LONG_MS / 2 && wall(Date.now())[0] === RENEW_HOUR;
    if (version !== page.dataset.version || night) location.reload();
  } catch {
    // the hub is away: nothing to begin anew with
  }
}

const shift = () => {
  const step = Math.floor(Date.now() / SHIFT_MS) % 4;
  page.style.setProperty("--right", `${[0, SHIFT_PX, SHIFT_PX, 0][step]}px`);
  page.style.setProperty("--down", `${[0, 0, SHIFT_PX, SHIFT_PX][step]}px`);
};

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // not granted: the screen's own settings decide
  }
}

const tick = () => say($("clock"), clocks(latest?.time_zone ?? document.documentElement.dataset.zone).time(Date.now()));

const first = JSON.parse(page.dataset.now);
if (first) showNow(first);
else showConnection("waiting", words("waiting"));
tick();
shift();
fetchDay();
fetchChallenge();
stayAwake();
setInterval(tick, 1000);
setInterval(turn, SCENE_MS);
setInterval(fetchDay, DAY_MS);
setInterval(fetchChallenge, DAY_MS);
setInterval(look, HEALTH_MS);
setInterval(shift, SHIFT_MS);
document.addEventListener("visibilitychange", () => document.hidden || stayAwake());
follow(page.dataset.events, "now", {
  message: (now) => {
    if (page.dataset.lost) look(); // after a silence the hub may have become another
    delete page.dataset.lost;
    showNow(now);
  },
  lost: () => {
    page.dataset.lost = "lost";
    showConnection("lost", latest ? words("lost", { time: clocks(latest.time_zone).time(latest.at) }) : words("lostEmpty"));
  },
});
