/** The page "Events": the list renews itself, and the form shows its window on the curve that is expected. */

import { chart, tip, token } from "./chart.js";
import { $, say } from "./dom.js";
import { clocks, power, wordsOf } from "./format.js";
import { curveFigures, frame, LINE, marks, powerAxis, SLOT_MS, slotOf, whole } from "./plan-chart.js";
import { figureTable } from "./table.js";

const AGAIN_MS = 30_000;
const words = wordsOf("words");

/** Nobody's dialog is closed, and nobody's place in the list is lost, because time passes. */
function renew() {
  const list = $("events-list");
  const busy = list.querySelector("dialog[open]") || list.contains(document.activeElement);
  if (document.visibilityState === "visible" && !busy) list.dispatchEvent(new CustomEvent("again"));
}
setInterval(renew, AGAIN_MS);

/** The instant at which the clock there shows a time of a day. @returns {number} */
function instant(day, time, zone) {
  const { wall } = clocks(zone);
  const [hour, minute] = time.split(":").map(Number);
  const guess = Date.parse(`${day}T${time}Z`);
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  for (let slots = -60; slots <= 60; slots++) {
    const at = guess + slots * SLOT_MS;
    const [h, m] = wall(at);
    if (h === hour && m === minute && date.format(at) === day) return at;
  }
  return NaN;
}

const form = /** @type {HTMLFormElement | null} */ ($("event-form"));

if (form && $("preview-chart")) {
  const drawing = chart($("preview-chart"));
  const table = figureTable("preview-table");
  /** As `/plan/data` gives it. @type {import("./plan-chart.js").Plan | null} */
  let plan = null;

  /** The slots that the form asks for, as places of the plan. */
  function chosen() {
    const { day, begin, finish } = Object.fromEntries(new FormData(form));
    if (!day || !begin || !finish) return null;
    const start = instant(day, begin, plan.time_zone);
    let end = instant(day, finish, plan.time_zone);
    if (end <= start) end += 24 * 3_600_000; // until the next day
    if (Number.isNaN(start) || Number.isNaN(end)) return null;
    return { first: slotOf(plan, start), end: slotOf(plan, end) };
  }

  async function show() {
    const curve = whole(plan);
    const window = chosen();
    const inside = window ? curve.slice(Math.max(window.first, 0), Math.max(window.end, 0)).filter((w) => w != null) : [];
    const ahead = curve.slice(slotOf(plan, plan.now)).filter((w) => w != null);
    const highest = inside.length ? Math.max(...inside) : null;
    say(
      $("preview-said"),
      !window ? words("chooseTime")
      : window.first < slotOf(plan, plan.now) ? words("isPast")
      : highest == null ? words("tooFar")
      : words(plan.limit_w && highest > plan.limit_w ? "over" : "under", {
          highest: power(highest), most: power(Math.max(...ahead)), limit: plan.limit_w ? power(plan.limit_w) : "–",
        }),
    );
    await drawing.show((narrow) => {
      const places = curve.map((_, i) => Date.parse(plan.start) + i * SLOT_MS);
      const { clock, ...option } = frame(places, plan.time_zone, narrow);
      const kilowatts = curve.map((w) => (w == null ? null : w / 1000));
      const seen = window && window.end > 0 && window.first < places.length && highest != null;
      const area = seen ? [[{ xAxis: Math.max(window.first, 0) }, { xAxis: Math.min(window.end, places.length - 1) }]] : [];
      return {
        places: places.length,
        option: {
          ...option,
          yAxis: powerAxis([kilowatts], narrow),
          series: [
            {
              ...LINE, name: "expected", data: kilowatts, z: 3, lineStyle: { color: token("ink-2"), width: 1.5, type: [4, 4] },
              markLine: marks(slotOf(plan, plan.now), plan.limit_w),
              markArea: { silent: true, itemStyle: { color: token("warning-soft"), opacity: 0.9, borderColor: token("warning"), borderWidth: 1 }, data: area },
            },
          ],
        },
        tip: (i) => (curve[i] == null ? null : tip(clock.dayTime(places[i]), [{ label: words("foreseen"), value: power(curve[i]), swatch: "key-typical" }])),
      };
    });
  }

  async function read() {
    try {
      const response = await fetch($("events").dataset.figures);
      if (!response.ok) throw new Error(`${response.status}`);
      plan = await response.json();
      table(curveFigures(plan, words));
      await show();
    } catch (error) {
      console.warn(error);
    }
  }

  form.addEventListener("input", () => plan && show());
  read();
}
