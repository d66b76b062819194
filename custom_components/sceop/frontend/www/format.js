// Numbers, powers, durations and days as this user reads them.

const PREFIXES = { mW: 0.001, W: 1, kW: 1000, MW: 1_000_000, GW: 1_000_000_000 };
const STYLES = { comma_decimal: "en-US", decimal_comma: "de", space_comma: "fr", quote_decimal: "de-CH" };

// Watts, or null: what is not known is not zero.
export function wattsOf(hass, entityId) {
  const state = entityId && hass.states[entityId];
  if (!state || state.state.trim() === "") return null;
  const watts = Number(state.state) * (PREFIXES[state.attributes.unit_of_measurement] ?? NaN);
  return Number.isFinite(watts) ? watts : null;
}

export function power(hass, watts) {
  const size = Math.abs(watts);
  if (size < 999.5) return `${number(hass, Math.round(size))}\u00a0W`;
  return `${number(hass, size / 1000, size < 9995 ? 2 : 1)}\u00a0kW`;
}

// A power that is only expected: two digits of it say all that is known.
export function roughly(hass, watts) {
  const tens = 10 ** Math.max(0, Math.floor(Math.log10(Math.abs(watts) || 1)) - 1);
  const round = Math.round(watts / tens) * tens;
  if (Math.abs(round) < 1000) return `${number(hass, round)}\u00a0W`;
  return `${number(hass, round / 1000, Math.abs(round) < 10_000 ? 1 : 0)}\u00a0kW`;
}

export function energy(hass, wh) {
  return wh < 1000 ? `${number(hass, wh)}\u00a0Wh` : `${number(hass, wh / 1000, 1)}\u00a0kWh`;
}

export function number(hass, value, decimals = 0, more = {}) {
  const style = hass.locale?.number_format;
  return new Intl.NumberFormat(style === "system" ? undefined : (STYLES[style] ?? hass.language), {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: style !== "none",
    ...more,
  }).format(value);
}

export function percent(hass, share) {
  return number(hass, share, 0, { style: "percent" });
}

export function duration(hass, seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [
    [Math.floor(minutes / 60), "hour"],
    [minutes % 60, "minute"],
  ].filter(([amount, unit]) => amount || (unit === "minute" && minutes < 60));
  return parts
    .map(([amount, unit]) =>
      new Intl.NumberFormat(hass.language, { style: "unit", unit, unitDisplay: "short" }).format(amount),
    )
    .join("\u00a0");
}

export function clock(hass, instant, zone) {
  return text(hass, instant, { ...clockwork(hass), timeZone: zone });
}

// A day with its time, on the clock of whoever looks.
export function moment(hass, instant) {
  return text(hass, instant, { weekday: "short", day: "numeric", month: "short", ...clockwork(hass) });
}

export function money(hass, amount, currency) {
  return number(hass, amount, undefined, {
    style: "currency", currency, minimumFractionDigits: undefined, maximumFractionDigits: undefined,
  });
}

// A full hour, as short as it may be written.
export function hourOf(hass, instant, zone) {
  const has12 = clock(hass, instant, zone).match(/[^\d:.\s]/);
  return has12 ? text(hass, instant, { hour: "numeric", hour12: true, timeZone: zone }) : clock(hass, instant, zone);
}

// A day without a time, written as 2026-06-08.
export function day(hass, date, how) {
  return text(hass, `${date}T12:00:00Z`, { ...how, timeZone: "UTC" });
}

// The day of an instant at a place, written as 2026-06-08.
export function localDay(instant, zone) {
  const how = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone };
  const parts = new Intl.DateTimeFormat("en", how).formatToParts(new Date(instant));
  return ["year", "month", "day"].map((type) => parts.find((part) => part.type === type).value).join("-");
}

export function days(hass, first, last) {
  const format = new Intl.DateTimeFormat(hass.language, {
    day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
  });
  return format.formatRange(new Date(`${first}T12:00:00Z`), new Date(`${last}T12:00:00Z`));
}

export function shifted(date, by) {
  const moved = new Date(`${date}T12:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + by);
  return moved.toISOString().slice(0, 10);
}

function clockwork(hass) {
  const format = hass.locale?.time_format;
  const cycle = format === "12" ? { hour12: true } : format === "24" ? { hourCycle: "h23" } : {};
  return { hour: "2-digit", minute: "2-digit", ...cycle };
}

function text(hass, instant, how) {
  return new Intl.DateTimeFormat(hass.language, how).format(new Date(instant));
}
