// The board: nicknames and points of homes that chose to stand on it, of groups, and of other communities.

import { CHART } from "./chart-look.js";
import { el } from "./dom.js";
import { moment, number } from "./format.js";
import { SiteCard } from "./site-card.js";
import { say } from "./words.js";

const BOARDS = { rows: "board_homes", groups: "board_groups", league: "board_league" };
const FEWEST_ROWS = 3;
const MOST_ROWS = 50;
const USUAL_ROWS = 10;

const LOOK = `${CHART}
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 6px; text-align: start; border-top: 1px solid var(--divider-color, #e0e0e0); }
thead th { border-top: 0; padding-top: 0; font-size: 12px; font-weight: 500; }
thead { color: var(--secondary-text-color, #5e5e5e); }
tbody th { font-weight: 400; overflow-wrap: anywhere; }
th:first-child, td:first-child { width: 2.5em; padding-inline-start: 10px; }
.number { text-align: end; white-space: nowrap; width: 5em; }
.me { background: var(--secondary-background-color, #f2f2f2); }
.me > :first-child { box-shadow: inset 4px 0 0 var(--primary-color, #009ac7); }
.me :is(th, td) { font-weight: 600; }
.me small { font-weight: 400; }
.gap td { padding: 0 6px; text-align: center; color: var(--secondary-text-color, #5e5e5e); }
.stars { white-space: nowrap; font-size: 12px; color: var(--secondary-text-color, #5e5e5e); }
`;

export class Leaderboard extends SiteCard {
  static look = LOOK;

  static settings = [{ name: "rows", selector: { number: { min: FEWEST_ROWS, max: MOST_ROWS, mode: "box" } } }];

  static checked(config) {
    const { rows } = super.checked(config);
    if (rows !== undefined && !(Number.isInteger(rows) && rows >= FEWEST_ROWS && rows <= MOST_ROWS)) {
      throw new Error(say(null, "setting_rows", { least: FEWEST_ROWS, most: MOST_ROWS }));
    }
    return config;
  }

  get question() {
    return "leaderboard";
  }

  usedOf(site) {
    return [site.entities.points, site.entities.rank];
  }

  draw() {
    const { board, joined } = this.told;
    const title = el("h3", {}, this.config.title || this.say("board"));
    if (!board) {
      return this.body.replaceChildren(title, el("p", {}, this.say(joined ? "board_waits" : "together_alone")));
    }
    const offered = Object.keys(BOARDS).filter((part) => part === "rows" || board[part].length);
    const shown = offered.includes(this.chosen) ? this.chosen : "rows";
    this.body.replaceChildren(
      ...[
        title,
        offered.length > 1 ? this.choice(offered, shown) : null,
        board[shown].length ? this.table(board[shown], shown) : el("p", {}, this.say("board_empty")),
        ...this.notes(shown).map((note) => el("p", { class: "quiet" }, note)),
        shown === "rows" && board.why_not === "not_on_board" && this.page
          ? el("p", {}, el("a", { href: this.page }, this.say("board_opt_in_link")))
          : null,
      ].filter(Boolean),
    );
  }

  choice(offered, shown) {
    const button = (part) =>
      el(
        "button",
        {
          type: "button", "aria-pressed": String(part === shown), "data-press": part,
          onclick: () => {
            this.chosen = part;
            this.redraw();
          },
        },
        this.say(BOARDS[part]),
      );
    const group = { class: "choice", role: "group", "aria-label": this.say("board_of") };
    return el("div", { class: "choices" }, el("div", group, ...offered.map(button)));
  }

  table(rows, part) {
    const columns = [["rank"], [part === "rows" ? "nickname" : BOARDS[part]], ["points", "number"]];
    const shown = this.first(rows);
    const isAfterGap = (row, place) => rows.indexOf(row) > rows.indexOf(shown[place - 1]) + 1;
    const head = columns.map(([word, look]) => el("th", { scope: "col", class: look }, this.say(word)));
    return el(
      "table",
      {},
      el("caption", { class: "unseen" }, this.say("board")),
      el("thead", {}, el("tr", {}, ...head)),
      el("tbody", {}, ...shown.flatMap((row, place) => this.row(row, isAfterGap(row, place)))),
    );
  }

  // The best, and further down this home with its neighbours on the board.
  first(rows) {
    const most = this.config.rows ?? USUAL_ROWS;
    const mine = rows.findIndex(({ me }) => me);
    return rows.filter((_row, place) => place < most || (mine >= 0 && Math.abs(place - mine) <= 1));
  }

  row({ rank, name, points, badges, me }, isAfterGap) {
    const names = badges.map((badge) => this.localize(`badge_${badge}`) || badge);
    const stars = names.length
      ? el(
          "span",
          { class: "stars", title: this.list(names) },
          el("span", { "aria-hidden": "true" }, ` ★\u00a0${number(this.hass, names.length)}`),
          el("span", { class: "unseen" }, ` ${this.list(names)}`),
        )
      : null;
    return [
      isAfterGap ? el("tr", { class: "gap", "aria-hidden": "true" }, el("td", { colspan: 3 }, "…")) : null,
      el(
        "tr",
        { class: me ? "me" : null, "aria-current": me ? "true" : null },
        el("td", {}, number(this.hass, rank)),
        el("th", { scope: "row" }, name, me ? el("small", {}, ` (${this.say("you")})`) : null, stars),
        el("td", { class: "number" }, number(this.hass, points)),
      ),
    ].filter(Boolean);
  }

  notes(part) {
    const { board } = this.told;
    const made = board.made && this.say("board_made", { at: moment(this.hass, board.made) });
    if (part !== "rows") return [made].filter(Boolean);
    return [
      board.unranked ? this.say("board_unranked", { homes: number(this.hass, board.unranked) }) : null,
      this.why(board.why_not),
      made,
    ].filter(Boolean);
  }

  why(whyNot) {
    if (whyNot === null) return null;
    if (whyNot === "not_on_board") return this.say("board_opt_in");
    return this.localize(`unranked_${whyNot}`) || this.localize("unranked_other");
  }
}
