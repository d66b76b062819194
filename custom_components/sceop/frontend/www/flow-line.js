// The line between a source and the home: its way, its width by the power, its arrow by the direction.

import { mark, svg } from "./dom.js";
import { COLOURS, HOME } from "./power-flow-look.js";

const THINNEST = 2.5;
const THICKEST = 10;
const MOVES_FROM = 4;

export function makeLine(from) {
  const middle = (from.y + HOME.y) / 2;
  const path = `M${from.x},${from.y} C${from.x},${middle + 18} ${HOME.x},${middle - 18} ${HOME.x},${HOME.y}`;
  return {
    line: svg("path", { class: "line", d: path }),
    moving: svg("path", { class: "moving", d: path }),
    arrow: svg("path", { class: "arrow", d: "M-7,-8 L9,0 L-7,8 Z" }),
    // Half way along the curve, and where it leads there.
    at: [(from.x + HOME.x) / 2, middle],
    turn: (Math.atan2(0.75 * (HOME.y - from.y) - 27, 1.5 * (HOME.x - from.x)) * 180) / Math.PI,
  };
}

export function drawLine(parts, name, watts, most) {
  const colour = COLOURS[watts < 0 ? `${name}_back` : name];
  const width = watts ? THINNEST + (THICKEST - THINNEST) * Math.sqrt(Math.abs(watts) / most) : 1.5;
  parts.line.style.stroke = watts ? colour : "var(--disabled-text-color, #9a9a9a)";
  parts.line.style.strokeWidth = width;
  parts.line.classList.toggle("missing", watts === null);
  parts.arrow.style.fill = colour;
  parts.arrow.style.display = watts ? "" : "none";
  const turn = watts < 0 ? parts.turn + 180 : parts.turn;
  mark(parts.arrow, "transform", `translate(${parts.at}) rotate(${turn}) scale(${0.75 + width / 14})`);
  parts.moving.style.display = watts && width > MOVES_FROM ? "" : "none";
  // Quicker with more power, in steps, so that a running animation is rarely begun anew.
  parts.moving.style.animationDuration = `${[2, 1.4, 1, 0.7][Math.min(3, Math.floor((width - 2) / 2))]}s`;
  parts.moving.style.animationDirection = watts < 0 ? "reverse" : "normal";
}
