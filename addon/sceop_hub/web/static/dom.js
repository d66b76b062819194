/** Small things that every live page does with its elements. */

export const $ = (/** @type {string} */ id) => document.getElementById(id);

/** Write only what changed, so that nothing is read out or painted twice. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} name @param {Record<string, string | number>} attributes */
export function svg(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/**
 * A line without axes, and the area below it; gaps break both.
 *
 * @param {(number | null)[]} values
 * @param {number} most what reaches the upper edge
 * @param {{ width: number, height: number }} room
 */
export function sparkPaths(values, most, { width, height }) {
  const at = (value, i) =>
    `${((i / (values.length - 1)) * width).toFixed(1)} ${(height - 2 - (value / Math.max(most, 1)) * (height - 5)).toFixed(1)}`;
  let line = "";
  let area = "";
  let run = [];
  [...values, null].forEach((value, i) => {
    if (value != null) return run.push(at(value, i));
    if (run.length) {
      line += `M${run.join("L")}`;
      area += `M${run[0].split(" ")[0]} ${height}L${run.join("L")}L${run.at(-1).split(" ")[0]} ${height}Z`;
    }
    run = [];
  });
  return { line, area };
}
