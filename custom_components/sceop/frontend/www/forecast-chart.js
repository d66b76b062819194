// What the forecast card draws, as geometry: curves by instants, gaps left open, and a scale that people can read.

import { svg } from "./dom.js";

export const WIDE = 1000;
export const HIGH = 100;
const LINES = 5;

// The part of a curve whose steps begin between two instants.
export function clipped(curve, from, to) {
  if (!curve) return null;
  const [start, step] = [Date.parse(curve.start), curve.step * 1000];
  const first = Math.max(0, Math.ceil((from - start) / step));
  const end = Math.max(first, Math.ceil((to - start) / step));
  return { ...curve, start: new Date(start + first * step).toISOString(), watts: curve.watts.slice(first, end) };
}

// A curve as told is its start, its step in seconds and its watts; here each stands in the middle of its step.
function points(curve) {
  const start = Date.parse(curve.start);
  const step = curve.step * 1000;
  return curve.watts.map((watts, number) => ({ at: start + (number + 0.5) * step, watts }));
}

// What a curve says of an instant: null outside of it and in its gaps.
export function valueAt(curve, instant) {
  if (!curve) return null;
  return curve.watts[Math.floor((instant - Date.parse(curve.start)) / (curve.step * 1000))] ?? null;
}

// A scale from 0 whose lines lie at 1, 2 or 5 times a power of ten, and what reaches highest lies within.
export function scale(highest) {
  const rough = Math.max(highest, 100) / (LINES - 1);
  const tens = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * tens).find((size) => size >= rough);
  const count = Math.ceil(Math.max(highest, 100) / step);
  return { step, top: count * step, lines: Array.from({ length: count + 1 }, (_, number) => number * step) };
}

export class Plane {
  constructor(start, end, top) {
    Object.assign(this, { start, end, top });
  }

  // Where an instant lies, in percent of the width.
  percent(instant) {
    return (100 * (instant - this.start)) / (this.end - this.start);
  }

  // Where a span lies, as far as it is shown; null if none of it is.
  stretch(from, to) {
    const [left, right] = [Math.max(0, this.percent(from)), Math.min(100, this.percent(to))];
    return left < right ? `left:${left}%;width:${right - left}%` : null;
  }

  x(instant) {
    return ((WIDE * (instant - this.start)) / (this.end - this.start)).toFixed(1);
  }

  y(watts) {
    return (HIGH * (1 - watts / this.top)).toFixed(2);
  }

  line(look, curve) {
    const path = runs(points(curve), ({ watts }) => watts !== null)
      .map((run) => `M${run.map(({ at, watts }) => `${this.x(at)},${this.y(watts)}`).join("L")}h0`)
      .join("");
    return svg("path", { class: look, d: path });
  }

  // All that lies between two curves of the same steps.
  between(look, low, high) {
    const upper = points(high);
    const both = points(low).map((point, number) => ({ ...point, high: upper[number]?.watts ?? null }));
    const path = runs(both, ({ watts, high: most }) => watts !== null && most !== null)
      .map((run) => {
        const there = run.map((point) => `${this.x(point.at)},${this.y(point.high)}`);
        const back = run.map((point) => `${this.x(point.at)},${this.y(point.watts)}`).reverse();
        return `M${[...there, ...back].join("L")}Z`;
      })
      .join("");
    return svg("path", { class: look, d: path });
  }

  level(look, watts) {
    return svg("line", { class: look, x1: 0, x2: WIDE, y1: this.y(watts), y2: this.y(watts) });
  }
}

function runs(all, isKnown) {
  const found = [];
  let isOpen = false;
  for (const each of all) {
    if (!isKnown(each)) isOpen = false;
    else if (isOpen) found.at(-1).push(each);
    else {
      isOpen = true;
      found.push([each]);
    }
  }
  return found;
}
