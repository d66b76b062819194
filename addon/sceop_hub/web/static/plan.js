/** The page "Plan": the room that is left, and the curve with and without shifting. */

import { chart } from "./chart.js";
import { $ } from "./dom.js";
import { wordsOf } from "./format.js";
import { bothFigures, curveFigures, drawBoth, drawCurve } from "./plan-chart.js";
import { figureTable } from "./table.js";

const AGAIN_MS = 60_000;

const page = $("plan");

if ($("curve-chart")) {
  const words = wordsOf("words");
  const curve = { chart: chart($("curve-chart")), table: figureTable("curve-table") };
  const both = $("both-chart") ? { chart: chart($("both-chart")), table: figureTable("both-table") } : null;
  /** What is drawn, so that the same is not drawn again. */
  let drawn = "";

  async function read() {
    try {
      const response = await fetch(page.dataset.figures);
      if (!response.ok) throw new Error(`${response.status}`);
      const plan = await response.json();
      const { now, ...rest } = plan;
      const text = JSON.stringify(rest);
      $("trouble").hidden = true;
      if (text === drawn) return;
      drawn = text;
      curve.table(curveFigures(plan, words));
      await curve.chart.show(drawCurve(plan, words));
      both?.table(bothFigures(plan, words));
      await both?.chart.show(drawBoth(plan, words));
    } catch (error) {
      $("trouble").hidden = false;
      console.warn(error);
    }
  }

  read();
  setInterval(() => document.visibilityState === "visible" && read(), AGAIN_MS);
}
