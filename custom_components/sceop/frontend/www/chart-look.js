// How a picture of days looks, whatever is drawn in it. What colour tells is told by a form too.

export const CHART = `
.choices { display: flex; flex-wrap: wrap; gap: 8px 16px; margin-bottom: 12px; }
.choice {
  display: inline-flex; border: 1px solid var(--secondary-text-color, #5e5e5e); border-radius: 18px; overflow: clip;
}
.choice button { min-height: 34px; padding: 0 14px; border: 0; background: none; font-size: 13px; }
.choice button + button { border-inline-start: 1px solid var(--secondary-text-color, #5e5e5e); }
.choice button:hover { background: var(--secondary-background-color, #f2f2f2); }
.choice button[aria-pressed="true"] {
  background: var(--primary-text-color, #141414); color: var(--ha-card-background, var(--card-background-color, #fff));
}
.choice button:focus-visible { outline-offset: -3px; }
.choice button[aria-pressed="true"]:focus-visible { outline-color: var(--card-background-color, #fff); }
.days, .hours { position: relative; height: 18px; }
.days span, .hours span { position: absolute; white-space: nowrap; }
.days span { font-size: 12px; font-weight: 500; overflow: hidden; text-overflow: ellipsis; }
.hours span { transform: translateX(-50%); color: var(--secondary-text-color, #5e5e5e); top: 4px; }
.hours span:first-child { transform: none; }
.chart i { position: absolute; top: 0; bottom: 0; pointer-events: none; }
svg * { vector-effect: non-scaling-stroke; }
.grid { stroke: var(--divider-color, #d0d0d0); stroke-width: 1; }
.hot, .key .hot {
  background: repeating-linear-gradient(
    45deg, color-mix(in srgb, var(--error-color, #db4437) 45%, transparent) 0 2px, transparent 2px 7px);
  border-top: 3px solid var(--error-color, #db4437);
}
.hot.community, .key .hot.community {
  background: repeating-linear-gradient(
    90deg, color-mix(in srgb, var(--primary-text-color, #141414) 35%, transparent) 0 1px, transparent 1px 5px);
  border-top: 3px double var(--primary-text-color, #141414);
}
.chart .midnight { width: 1px; background: var(--secondary-text-color, #5e5e5e); }
.chart .now { width: 2px; background: var(--primary-text-color, #141414); opacity: .7; }
.chart .pointer { width: 1px; background: var(--primary-text-color, #141414); }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 10px 0 0; padding: 0; list-style: none; font-size: 12px; }
.key li { display: flex; align-items: center; gap: 6px; }
.key i { display: inline-block; width: 24px; height: 14px; box-sizing: border-box; }
.told { min-height: 1.4em; font-variant-numeric: tabular-nums; }
@container (max-width: 480px) {
  .choices { gap: 8px; }
  .choice button { padding: 0 9px; font-size: 12px; }
  .told { min-height: 2.8em; }
}
`;
