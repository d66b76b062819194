/** Teams side by side: what a home of each uses in a day, and its usual day before that of the whole community. */

import { energy } from "./format.js";
import { sparkPaths, svg } from "./dom.js";

const ROOM = { width: 240, height: 72 };
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** @returns {import("./table.js").Figures} */
export const teamFigures = (teams, file, words) => ({
  file,
  columns: [
    { name: "group", label: words("group"), cells: teams.map(({ name }) => name ?? words("everyone")), show: (name) => name },
    { name: "homes", label: words("homesIn"), cells: teams.map(({ homes }) => homes) },
    { name: "wh_a_home_a_day", label: words("dayWh"), cells: teams.map(({ day_home_wh: wh }) => wh) },
    ...HOURS.map((hour) => ({ name: `hour_${String(hour).padStart(2, "0")}_wh_a_home`, cells: teams.map(({ home_wh: wh }) => wh[hour]) })),
  ],
});

/** @param {HTMLElement} list @param {object[]} teams the community first @param {(key: string, values?: object) => string} words */
export function showTeams(list, teams, words) {
  const most = Math.max(1, ...teams.flatMap(({ home_wh: wh }) => wh).map((wh) => wh ?? 0));
  const longest = Math.max(1, ...teams.map(({ day_home_wh: wh }) => wh ?? 0));
  const everyone = teams.find(({ id }) => id === 0);
  list.replaceChildren(...teams.map((team) => card(team, everyone, most, longest, words)));
}

function card(team, everyone, most, longest, words) {
  const item = document.createElement("li");
  item.className = "team";
  item.appendChild(document.createElement("h3")).textContent = team.name ?? words("everyone");
  const figure = item.appendChild(document.createElement("p"));
  figure.appendChild(document.createElement("b")).textContent = team.day_home_wh == null ? "–" : energy(team.day_home_wh);
  figure.append(` ${words("aDay")}`);
  const bar = item.appendChild(document.createElement("span"));
  bar.className = "team-bar";
  bar.setAttribute("aria-hidden", "true");
  bar.appendChild(document.createElement("span")).style.width = `${((team.day_home_wh ?? 0) / longest) * 100}%`;
  const drawing = item.appendChild(svg("svg", { class: "spark", viewBox: `0 0 ${ROOM.width} ${ROOM.height}`, preserveAspectRatio: "none", "aria-hidden": "true" }));
  const { line, area } = sparkPaths(team.home_wh, most, ROOM);
  drawing.append(svg("path", { class: "spark-area", d: area }));
  if (everyone && everyone !== team) drawing.append(svg("path", { class: "spark-usual", d: sparkPaths(everyone.home_wh, most, ROOM).line }));
  drawing.append(svg("path", { class: "spark-line", d: line }));
  const told = item.appendChild(document.createElement("p"));
  told.className = "aside";
  told.textContent = words("homes", { n: team.homes });
  return item;
}
