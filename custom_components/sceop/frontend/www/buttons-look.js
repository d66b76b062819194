// Buttons and switches of our cards: large enough for a finger, and on or off by more than their colour.

export const BUTTONS = `
.buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 10px; }
.buttons button {
  min-height: 34px; padding: 0 14px; border: 1px solid var(--secondary-text-color, #5e5e5e); border-radius: 18px;
  background: none; font-size: 13px;
}
.buttons button:hover:enabled { background: var(--secondary-background-color, #f2f2f2); }
.buttons button:disabled { cursor: default; border-style: dashed; }
.buttons button.first {
  color: var(--ha-card-background, var(--card-background-color, #fff)); background: var(--primary-text-color, #141414);
  border-color: var(--primary-text-color, #141414);
}
.buttons button.first:hover:enabled { background: var(--secondary-text-color, #5e5e5e); }
.buttons button[role="switch"] { display: inline-flex; align-items: center; gap: 8px; padding-inline-start: 8px; }
.buttons button[role="switch"] i {
  flex: none; position: relative; width: 30px; height: 16px; box-sizing: border-box; border-radius: 8px;
  border: 2px solid var(--secondary-text-color, #5e5e5e);
}
.buttons button[role="switch"] i::after {
  content: ""; position: absolute; top: 2px; inset-inline-start: 2px; width: 8px; height: 8px; border-radius: 50%;
  background: var(--secondary-text-color, #5e5e5e);
}
.buttons button[aria-checked="true"] i {
  background: var(--primary-text-color, #141414); border-color: var(--primary-text-color, #141414);
}
.buttons button[aria-checked="true"] i::after {
  inset-inline-start: 16px; background: var(--card-background-color, #fff);
}
@media (pointer: coarse) { .buttons button { min-height: 44px; border-radius: 22px; } }
`;
