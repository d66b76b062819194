/** A day's slots: what its curve and its table both read. */

export const FLOWS = ["consumption", "production", "grid_import", "grid_export", "battery_discharge", "battery_charge"];

/** The flow that stands for the homes' use: import takes its place where use may not be shown. */
export const headline = (flows) => (flows.consumption == null && flows.grid_import != null ? "grid_import" : "consumption");

/** @param {(number | null)[]} amounts */
export const sum = (amounts) => amounts.reduce((total, amount) => total + (amount ?? 0), 0);

/** Slots which clearly fewer homes reported than the day's best one; a single home that drops out does not count. */
export function partialSlots(reported) {
  const most = Math.max(0, ...reported);
  return { most, partial: reported.map((homes) => homes > 0 && homes < most * 0.95) };
}

/**
 * The columns that may be shown, with the slots up to the last one that holds anything.
 *
 * @param {object} day
 * @param {(key: string) => string} words
 * @param {{ time: (at: string) => string, plain: (at: string) => string }} clock
 * @returns {import("./table.js").Figures}
 */
export function figures(day, words, clock) {
  const flows = FLOWS.filter((flow) => day.shown && day.homes_wh[flow]);
  const known = [
    ...flows.map((flow) => ({ name: `${flow}_wh`, label: words(flow), cells: day.homes_wh[flow] })),
    ...day.organisations.map(({ name, consumption_wh: cells }) => ({ name: `${name}_wh`, label: name, cells })),
  ];
  let length = day.slots.length;
  while (length && known.every(({ cells }) => cells[length - 1] == null)) length -= 1;
  if (day.shown) known.push({ name: "homes_reported", label: words("reported"), cells: day.reported });
  const typical = day.typical_wh?.consumption;
  if (day.shown && typical) known.push({ name: "typical_consumption_wh", label: words("typical"), cells: typical });
  const slots = day.slots.slice(0, length);
  return {
    file: `energy-${day.day}`,
    columns: [
      { name: "slot_start_utc", label: words("time"), cells: slots, show: clock.time },
      { name: "local_time", cells: slots.map(clock.plain) },
      ...known,
    ],
  };
}
