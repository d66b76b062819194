/** A day's slots: what the curve, its table and its file all read. */

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
 * @returns {{slots: string[], columns: {key: string, name?: string, values: (number | null)[]}[]}}
 */
export function table(day) {
  const columns = day.shown
    ? FLOWS.filter((flow) => day.homes_wh[flow]).map((flow) => ({ key: flow, values: day.homes_wh[flow] }))
    : [];
  for (const { name, consumption_wh: values } of day.organisations) columns.push({ key: "organisation", name, values });
  let length = day.slots.length;
  while (length && columns.every(({ values }) => values[length - 1] == null)) length -= 1;
  if (day.shown) columns.push({ key: "reported", values: day.reported });
  return { slots: day.slots.slice(0, length), columns };
}

/** A field that no spreadsheet takes for a formula or a separator. @param {string} text */
const field = (text) => `"${text.replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;

/** @param {(slot: string) => string} time */
export function csv(day, time) {
  const { slots, columns } = table(day);
  const names = columns.map(({ key, name }) => field(name ? `${name}_wh` : key === "reported" ? "homes_reported" : `${key}_wh`));
  const lines = slots.map((slot, i) => [slot, field(time(slot)), ...columns.map(({ values }) => values[i] ?? "")]);
  return [["slot_start_utc", "local_time", ...names], ...lines].map((line) => line.join(",")).join("\r\n") + "\r\n";
}

/** @param {string} name @param {string} text */
export function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
