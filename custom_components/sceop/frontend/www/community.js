// What the community does together: how far all came, the event and this home's word, what was saved, challenges.

import { LOOK } from "./community-look.js";
import { el } from "./dom.js";
import { energy, number } from "./format.js";
import { SiteCard } from "./site-card.js";

const CHANGES = [
  "next_event", "peak_event", "saved_month", "points", "rank", "streak", "community_level", "challenge_progress",
];
const OPEN = ["announced", "running"];
const MOST_BADGES = 6;

export class Community extends SiteCard {
  static look = LOOK;

  get question() {
    return "community";
  }

  usedOf(site) {
    return CHANGES.map((key) => site.entities[key]);
  }

  draw() {
    const parts = this.isKnown
      ? [this.invitations(), this.level(), this.mine(), this.saved(), this.challenges()]
      : this.empty();
    this.body.replaceChildren(
      el("h3", {}, this.config.title || this.say("together")),
      ...parts.flat().filter(Boolean),
      (this.said = el("p", { class: "unseen", "aria-live": "polite" })),
    );
  }

  get isKnown() {
    const { events, game, challenges } = this.told;
    return [events, game, challenges].some((part) => part !== null);
  }

  empty() {
    const { joined } = this.told;
    return [
      el("p", {}, this.say(joined ? "together_waits" : "together_alone")),
      !joined && this.page ? el("p", {}, el("a", { href: this.page }, this.say("together_alone_link"))) : null,
    ];
  }

  invitations() {
    const { events } = this.told;
    if (events === null) return null;
    const open = events.filter(({ state }) => OPEN.includes(state));
    if (open.length) return open.map((event) => this.invitation(event));
    return el("section", {}, el("p", { class: "quiet" }, this.say("no_event")));
  }

  invitation(event) {
    const { answer, target_percent: target, joined, text } = event;
    const runs = event.state === "running";
    const lines = [
      text,
      target ? this.say(runs ? "event_target_now" : "event_target", { percent: this.percent(target) }) : null,
      joined === null ? null : this.say("event_joined", { homes: number(this.hass, joined) }),
    ].filter(Boolean);
    const span = this.span(event.start, event.end);
    return el(
      "section",
      { class: "invites" },
      el("h4", {}, this.say(runs ? "event_runs" : "event_comes", { span })),
      ...lines.map((line) => el("p", {}, line)),
      el("p", { class: "quiet" }, this.answered(event)),
      event.declined ? el("p", { class: "warning" }, event.declined) : null,
      this.told.acts
        ? el(
            "div",
            { class: "buttons" },
            answer === "yes" ? null : this.reply(event, "yes", span),
            answer === "no" ? null : this.reply(event, "no", span),
          )
        : null,
      this.complaintOf(event.event),
    );
  }

  answered({ answer, by, answer_waits: waits }) {
    const told = answer === null
      ? this.say("event_unanswered")
      : this.say(answer === "yes" && by === "standing" ? "event_standing" : `event_${answer}`);
    return waits ? `${told} ${this.say("event_waits")}` : told;
  }

  reply(event, answer, span) {
    const work = () =>
      this.hass.callWS({ type: "sceop/answer_event", site: this.site.site, event: event.event, answer });
    return this.button(`answer_${answer}`, event.event, span, work, this.say(`event_${answer}`), answer === "yes");
  }

  button(word, id, about, work, done, isFirst) {
    const press = `${word} ${id}`;
    const label = this.say(word);
    return el(
      "button",
      {
        type: "button", class: isFirst ? "first" : null, "data-press": press, "aria-label": `${label}: ${about}`,
        onclick: () => this.act(press, work, done),
      },
      label,
    );
  }

  complaintOf(id) {
    return this.complaint?.press.endsWith(` ${id}`)
      ? el("p", { role: "alert", class: "warning" }, this.complaint.sentence)
      : null;
  }

  // The goal that everyone shares.
  level() {
    const level = this.told.game?.level;
    if (!level) return null;
    const gaps = { number: number(this.hass, level.number), title: level.title };
    const points = number(this.hass, level.points);
    const name = this.say("level", gaps);
    const goal = level.next === null
      ? this.say("level_highest", { points })
      : this.say("level_next", {
          points, next: number(this.hass, level.next), number: number(this.hass, level.number + 1),
        });
    return el(
      "section",
      {},
      el("h4", {}, level.title ? `${name} · ${level.title}` : name),
      level.next ? this.bar(level.points / level.next, name, goal) : null,
      el("p", {}, goal),
    );
  }

  // How much of it is there, as a length and in words.
  bar(share, label, words) {
    const part = Math.min(1, Math.max(0, share));
    return el(
      "div",
      {
        class: "bar", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100,
        "aria-valuenow": Math.round(100 * part), "aria-valuetext": words,
      },
      el("i", { style: `width:${100 * part}%` }),
    );
  }

  mine() {
    const { game } = this.told;
    if (!game) return null;
    const figure = (name, value, more) =>
      el("div", {}, el("dt", {}, this.say(name)), el("dd", {}, value, more && el("small", {}, ` ${more}`)));
    const badges = game.badges.slice(-MOST_BADGES).reverse().map((badge) => el("li", {}, this.badge(badge)));
    const of = game.of && this.say("rank_of", { of: number(this.hass, game.of) });
    return el(
      "section",
      { "aria-label": this.say("this_home") },
      el(
        "dl",
        { class: "figures" },
        figure("points", number(this.hass, game.points)),
        figure("streak", number(this.hass, game.streak), this.say("weeks")),
        game.rank === null ? null : figure("rank", number(this.hass, game.rank), of),
      ),
      game.rank === null ? el("p", { class: "quiet" }, this.unranked(game.why_not)) : null,
      badges.length ? el("ul", { class: "badges", "aria-label": this.say("badges") }, ...badges) : null,
    );
  }

  badge(badge) {
    return this.localize(`badge_${badge}`) || badge;
  }

  unranked(why) {
    return this.localize(`unranked_${why ?? "not_yet"}`) || this.localize("unranked_other");
  }

  // What was saved is said where it is certain; one evening of one home hardly ever is.
  saved() {
    const { saved, events } = this.told;
    if (!saved) return null;
    const last = events?.find(({ state }) => !OPEN.includes(state));
    const lines = [last && this.lastEvent(last), this.month(saved)].filter(Boolean);
    return el("section", {}, el("h4", {}, this.say("saved_title")), ...lines.map((line) => el("p", {}, line)));
  }

  lastEvent({ start, savings }) {
    const day = this.dayOf(start);
    if (savings === null) return this.say("last_waits", { day });
    const known = savings.mid_wh !== null && savings.low_wh !== null && savings.high_wh !== null;
    if (!known) return this.say("last_unknown", { day });
    return this.say(`last_${savings.call}`, { day, ...this.interval(savings) });
  }

  month(saved) {
    if (!saved.events) return this.say(saved.waiting ? "month_waits" : "month_none");
    const gaps = { ...this.interval(saved), events: number(this.hass, saved.events) };
    if (!saved.called) return this.say("month_no_call", gaps);
    return this.say(saved.mid_wh > 0 ? "month_saved" : "month_more", gaps);
  }

  interval({ low_wh: low, mid_wh: mid, high_wh: high }) {
    const isMore = mid < 0;
    const [least, most] = isMore ? [-high, -low] : [low, high];
    return { mid: this.energy(Math.abs(mid)), low: this.energy(least), high: this.energy(most) };
  }

  challenges() {
    const { challenges } = this.told;
    if (!challenges?.length) return null;
    return el(
      "section",
      {},
      el("h4", {}, this.say("challenges")),
      el("ul", { class: "challenges" }, ...challenges.map((challenge) => this.challenge(challenge))),
    );
  }

  challenge(each) {
    const goal = this.amount(each.goal, each.unit);
    const far = each.progress === null
      ? this.say("challenge_unknown", { goal })
      : this.say("challenge_progress", { progress: this.amount(each.progress, each.unit), goal });
    const isPlanned = each.state === "planned";
    const more = [
      each.joined && this.say("challenge_joined"),
      isPlanned
        ? this.say("challenge_from", { day: this.dayOf(each.start) })
        : this.say("challenge_until", { day: this.dayOf(Date.parse(each.end) - 1) }),
      each.joined && each.mine !== null && this.say("challenge_mine", { mine: this.amount(each.mine, each.unit) }),
    ].filter(Boolean);
    const work = () =>
      this.hass.callWS({ type: "sceop/take_challenge", site: this.site.site, challenge: each.id, joins: !each.joined });
    const [word, done] = each.joined ? ["leave_challenge", "challenge_left"] : ["join_challenge", "challenge_joined"];
    return el(
      "li",
      {},
      el("h5", {}, each.title),
      each.text ? el("p", {}, each.text) : null,
      isPlanned || each.progress === null ? null : this.bar(each.progress / each.goal, each.title, far),
      el("p", {}, isPlanned ? this.say("challenge_goal", { goal }) : far),
      el("p", { class: "quiet" }, more.join(" ")),
      this.told.acts
        ? el("div", { class: "buttons" }, this.button(word, each.id, each.title, work, this.say(done), !each.joined))
        : null,
      this.complaintOf(each.id),
    );
  }

  amount(value, unit) {
    const decimals = Number.isInteger(value) ? 0 : 1;
    if (unit === "percent") return this.percent(value, decimals);
    const told = number(this.hass, value, decimals);
    return this.say(`unit_${unit}`, { value: told }) ?? `${told} ${unit}`;
  }

  percent(value, decimals = 0) {
    return number(this.hass, value / 100, decimals, { style: "percent" });
  }

  energy(wh) {
    return wh < 0 ? `\u2212${energy(this.hass, -wh)}` : energy(this.hass, wh);
  }
}
