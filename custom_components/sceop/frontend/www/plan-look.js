// How the card of the plan looks: a price is a step, the sun a hill, a load a bar in a lane of its own.

import { BUTTONS } from "./buttons-look.js";
import { CHART } from "./chart-look.js";

export const LOOK = `${CHART}${BUTTONS}
.plan { margin-top: 4px; font-size: 11px; }
.plan .chart { position: relative; padding: 4px 0 8px; cursor: crosshair; touch-action: pan-y; }
.plan .hours span:first-child { transform: translateX(-50%); }
.panel, .lane { position: relative; }
.panel { height: 64px; margin-bottom: 6px; }
.panel svg { position: absolute; inset: 16px 0 0; width: 100%; height: calc(100% - 16px); overflow: visible; }
.panel span, .lane span {
  position: relative; z-index: 1; display: inline-block; max-width: 100%; box-sizing: border-box; padding: 0 4px 0 0;
  font-size: 12px; line-height: 16px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  background: var(--ha-card-background, var(--card-background-color, #fff)); border-radius: 4px;
}
.panel span { color: var(--secondary-text-color, #5e5e5e); }
.area { stroke: none; fill: currentColor; fill-opacity: .22; }
.line { fill: none; stroke: currentColor; stroke-width: 2; }
.panel.price svg { color: var(--primary-color, #009ac7); }
.panel.sun svg { color: var(--energy-solar-color, #ff9800); }
.panel.room svg { color: var(--secondary-text-color, #5e5e5e); }
.limit { stroke: var(--error-color, #db4437); stroke-width: 1.5; stroke-dasharray: 2 4; }
.lane { margin-top: 4px; }
.lane div {
  position: relative; height: 14px; border-radius: 4px; overflow: clip; overflow-clip-margin: 4px;
  background: color-mix(in srgb, var(--secondary-text-color, #5e5e5e) 14%, transparent);
}
.lane b { position: absolute; top: 0; bottom: 0; box-sizing: border-box; }
.lane .bar {
  min-width: 3px; background: var(--primary-color, #009ac7); border-radius: 3px;
  border: 1px solid color-mix(in srgb, var(--primary-color, #009ac7) 60%, var(--primary-text-color, #141414));
}
.lane .bar.gives, .key .gives {
  background: repeating-linear-gradient(135deg, var(--primary-color, #009ac7) 0 3px, transparent 3px 6px);
  border: 1px solid var(--primary-color, #009ac7);
}
.lane .due { width: 0; border-inline-end: 3px solid var(--primary-text-color, #141414); margin-inline-start: -3px; }
.hot.event, .key .hot.event {
  background: repeating-linear-gradient(
    135deg, color-mix(in srgb, var(--primary-color, #009ac7) 40%, transparent) 0 3px, transparent 3px 9px);
  border-top: 3px solid var(--primary-color, #009ac7);
}
.key .bar { height: 12px; background: var(--primary-color, #009ac7); border-radius: 3px; }
.key .limit { height: 0; border-top: 2px dotted var(--error-color, #db4437); }
.key .due { width: 3px; background: var(--primary-text-color, #141414); margin: 0 10px; }
.loads {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 0 24px;
  list-style: none; margin: 12px 0 0; padding: 0;
}
.loads li { padding: 12px 0; border-top: 1px solid var(--divider-color, #e0e0e0); }
h4 { margin: 0; font-size: 14px; font-weight: 600; overflow-wrap: anywhere; }
.loads p { margin: 4px 0 0; }
@container (max-width: 480px) {
  .plan .hours .half { display: none; }
}
`;
