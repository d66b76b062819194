// How the card of the forecast looks: full, dashed, filled, hatched.

import { CHART } from "./chart-look.js";

export const LOOK = `${CHART}
:host { --sceop-figure: var(--primary-color, #009ac7); }
:host([figure="production"]) { --sceop-figure: var(--energy-solar-color, #ff9800); }
.plot { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; font-size: 11px; margin-top: 4px; }
.days, .hours { grid-column: 2; }
.scale {
  display: flex; flex-direction: column-reverse; justify-content: space-between; text-align: end;
  color: var(--secondary-text-color, #5e5e5e); white-space: nowrap;
}
.scale span { height: 0; line-height: 0; }
.chart { position: relative; height: 220px; border-radius: 4px; cursor: crosshair; touch-action: pan-y; }
.chart svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.band { fill: var(--sceop-figure); fill-opacity: .22; }
.edge { fill: none; stroke: var(--sceop-figure); stroke-width: 1; stroke-opacity: .55; }
.mid { fill: none; stroke: var(--sceop-figure); stroke-width: 2.5; stroke-dasharray: 7 4; }
.actual {
  fill: none; stroke: var(--primary-text-color, #141414); stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round;
}
.limit { stroke: var(--error-color, #db4437); stroke-width: 1.5; stroke-dasharray: 2 4; }
.key .actual { height: 0; border-top: 2px solid var(--primary-text-color, #141414); }
.key .mid { height: 0; border-top: 2.5px dashed var(--sceop-figure); }
.key .band {
  background: color-mix(in srgb, var(--sceop-figure) 25%, transparent); border: 1px solid var(--sceop-figure);
}
.key .limit { height: 0; border-top: 2px dotted var(--error-color, #db4437); }
.windows { list-style: none; margin: 8px 0 0; padding: 0; }
.windows li { margin: 4px 0 0; }
@container (max-width: 480px) {
  .hours.both .half { display: none; }
}
`;
