// How the card of a zone's hours looks.

export const LOOK = `
.top { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; margin-bottom: 8px; }
.top h3 { flex: 1 1 auto; margin: 0; }
.weeks { display: flex; align-items: center; gap: 4px; margin-inline-start: auto; }
.weeks button {
  width: 40px; height: 40px; border: 0; border-radius: 50%; background: none; font-size: 22px; line-height: 1;
}
.weeks button:hover:enabled { background: var(--secondary-background-color, #f2f2f2); }
.weeks button:disabled { color: var(--disabled-text-color, #9a9a9a); cursor: default; }
.chart { display: grid; grid-template-columns: auto 1fr; gap: 4px 8px; align-items: center; margin-top: 8px; }
.date { font-size: 12px; white-space: nowrap; }
.date.today { font-weight: 700; }
.day { position: relative; height: 28px; }
.time { position: relative; height: 16px; font-size: 11px; }
.time span { position: absolute; transform: translateX(-50%); color: var(--secondary-text-color, #5e5e5e); }
.time span:first-child { transform: none; }
.track, .day i, .bar { position: absolute; top: 0; bottom: 0; }
.track { background: var(--secondary-background-color, #f2f2f2); border-radius: 4px; }
.let { background: color-mix(in srgb, var(--primary-color, #009ac7) 30%, transparent); }
.clean {
  background: repeating-linear-gradient(45deg, var(--secondary-text-color, #5e5e5e) 0 1px, transparent 1px 5px);
}
.day .mark { width: 1px; background: var(--divider-color, #d0d0d0); }
.day .now { width: 2px; background: var(--primary-text-color, #141414); }
.bar { top: 7px; bottom: 7px; min-width: 3px; padding: 0; border: 0; border-radius: 2px; }
.lit { background: var(--sceop-lit-color, #f5a400); }
.lit.after_hours {
  background:
    repeating-linear-gradient(135deg, var(--error-color, #db4437) 0 4px, var(--card-background-color, #fff) 4px 6px);
  border: 1.5px solid var(--error-color, #db4437); box-sizing: border-box; top: 4px; bottom: 4px;
}
.bar:focus-visible, .bar.chosen {
  outline: 2px solid var(--primary-text-color, #141414); outline-offset: 1px; z-index: 1;
}
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0; padding: 0; list-style: none; font-size: 12px; }
.key li { display: flex; align-items: center; gap: 6px; }
.key i { display: inline-block; width: 22px; height: 14px; border-radius: 2px; box-sizing: border-box; }
.told { min-height: 2.8em; }
.totals { font-weight: 500; }
`;
