// How the cards of the community look.

import { BUTTONS } from "./buttons-look.js";

export const LOOK = `${BUTTONS}
section + section { margin-top: 14px; padding-top: 14px; border-top: 1px solid var(--divider-color, #e0e0e0); }
h4, h5 { margin: 0; font-size: 14px; font-weight: 600; overflow-wrap: anywhere; }
h5 { margin-top: 6px; }
section p { margin: 4px 0 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(84px, 1fr)); gap: 8px; margin: 0; }
.figures div { padding: 8px 10px; border-radius: 8px; background: var(--secondary-background-color, #f2f2f2); }
.figures dt { font-size: 12px; color: var(--primary-text-color, #141414); }
.figures dd { margin: 2px 0 0; font-size: 20px; font-weight: 500; font-variant-numeric: tabular-nums; }
.figures small { font-size: 12px; font-weight: 400; }
.bar {
  position: relative; height: 12px; margin-top: 6px; box-sizing: border-box; border-radius: 6px; overflow: clip;
  border: 1px solid var(--secondary-text-color, #5e5e5e);
}
.bar i { position: absolute; inset: 0 auto 0 0; background: var(--primary-color, #009ac7); }
.challenges, .badges { list-style: none; margin: 0; padding: 0; }
.challenges li + li { margin-top: 14px; }
.badges { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 8px; }
.badges li {
  padding: 2px 10px; border: 1px solid var(--secondary-text-color, #5e5e5e); border-radius: 12px; font-size: 12px;
}
.badges li::before { content: "★ "; content: "★ " / ""; }
.invites {
  margin: 0; padding: 12px; border: 2px solid var(--primary-color, #009ac7); border-radius: 10px;
}
section + section.invites { margin-top: 14px; padding-top: 12px; border: 2px solid var(--primary-color, #009ac7); }
section.invites + section { border-top: 0; padding-top: 0; }
`;
