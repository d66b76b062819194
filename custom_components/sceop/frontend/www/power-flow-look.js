// How the card of power now looks: its places, its icons, its colours.

export const WIDE = 400;
export const HIGH = 336;
export const TOP = { y: 88, r: 54 };
export const HOME = { x: WIDE / 2, y: 252, r: 54 };
export const PLACES = { 1: [200], 2: [104, 296], 3: [62, 200, 338] };

export const ICONS = {
  grid: "M12 2 6 22M12 2l6 20M8.5 9h7M6 7h12M7.3 16h9.4M8.5 9l8.2 7M15.5 9l-8.2 7",
  solar:
    "M12 7.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9M12 1.5v3M12 19.5v3M1.5 12h3M19.5 12h3" +
    "M4.6 4.6l2.1 2.1M17.3 17.3l2.1 2.1M4.6 19.4l2.1-2.1M17.3 6.7l2.1-2.1",
  battery: "M8 5V3h8v2M6.5 5h11v17h-11zM9.5 18h5M9.5 14.5h5",
  home: "M3 11.5 12 3.5l9 8M5.5 9.5V21h13V9.5M10 21v-6h4v6",
};

export const COLOURS = {
  solar: "var(--energy-solar-color, #ff9800)",
  grid: "var(--energy-grid-consumption-color, #488fc2)",
  grid_back: "var(--energy-grid-return-color, #8353d1)",
  battery: "var(--energy-battery-out-color, #4db6ac)",
  battery_back: "var(--energy-battery-in-color, #f06292)",
  home: "var(--primary-color, #009ac7)",
};

export const LOOK = `
.stage { position: relative; width: 100%; max-width: 460px; margin: 0 auto; aspect-ratio: ${WIDE} / ${HIGH}; }
svg.lines { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.line { fill: none; stroke-linecap: round; transition: stroke-width .6s; }
.line.missing { stroke-dasharray: 2 8; }
svg.lines .arrow { stroke: var(--card-background-color, #fff); stroke-width: 1.5; stroke-linejoin: round; }
.moving { fill: none; stroke: var(--card-background-color, #fff); stroke-width: 2; stroke-linecap: round;
  stroke-dasharray: 1 15; animation: run linear infinite; }
@keyframes run { to { stroke-dashoffset: -16; } }
@media (prefers-reduced-motion: reduce) { .moving { animation: none; opacity: 0; } .line { transition: none; } }
.node {
  position: absolute; transform: translate(-50%, -50%); box-sizing: border-box; aspect-ratio: 1; padding: 0;
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1px;
  border-radius: 50%; border: 3px solid; background: var(--card-background-color, #fff);
  font-variant-numeric: tabular-nums;
}
.node.missing { border-style: dashed; border-color: var(--secondary-text-color, #5e5e5e) !important; }
.node:hover { background: var(--secondary-background-color, #f2f2f2); }
.node svg, .load svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 1.7;
  stroke-linecap: round; stroke-linejoin: round; }
.watts { font-weight: 600; font-size: clamp(12px, 3.7cqi, 16px); white-space: nowrap; }
.way { font-size: clamp(10px, 2.8cqi, 12px); color: var(--secondary-text-color, #5e5e5e); white-space: nowrap; }
.name {
  position: absolute; transform: translate(-50%, -50%); font-size: clamp(12px, 3.4cqi, 14px); white-space: nowrap;
}
.loads { list-style: none; margin: 12px 0 0; padding: 0; display: grid; gap: 4px 16px; }
@container (min-width: 480px) { .loads { grid-template-columns: 1fr 1fr; } }
.load {
  width: 100%; display: grid; grid-template-columns: 1fr auto; gap: 4px 12px; padding: 8px 4px; text-align: start;
  border: 0; border-radius: 8px; background: none;
}
.load:hover { background: var(--secondary-background-color, #f2f2f2); }
.load .name-of { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.load .bar {
  grid-column: 1 / -1; height: 4px; border-radius: 2px; background: var(--divider-color, #e0e0e0); overflow: hidden;
}
.load .bar i { display: block; height: 100%; background: ${COLOURS.home}; border-radius: 2px; }
ul.told { list-style: none; margin: 8px 0 0; padding: 0; }
h4 { margin: 16px 0 0; font-size: 14px; font-weight: 500; }
`;
