/** The table behind a chart, and its file: made of the same columns, the table only when somebody opens it. */

import { whole } from "./format.js";

/**
 * @typedef {object} Column
 * @property {string} name the heading in the file, for programs: it stays in English
 * @property {string} [label] the heading in the table; a column without one stands in the file only
 * @property {(string | number | null)[]} cells null where nothing is known
 * @property {(value: any) => string} [show] how the table writes a cell
 *
 * @typedef {{ file: string, columns: Column[] }} Figures
 */

/** A field that no spreadsheet takes for a formula or a separator. @param {string | number | null} value */
function field(value) {
  if (value == null) return "";
  if (typeof value === "number") return String(value);
  return `"${value.replace(/^(?=\s*[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
}

/** @param {Figures} figures */
export function csv({ columns }) {
  const lines = columns[0].cells.map((_, row) => columns.map(({ cells }) => field(cells[row])).join(","));
  return [columns.map(({ name }) => field(name)).join(","), ...lines].join("\r\n") + "\r\n";
}

/** @param {string} name @param {string} text */
function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" })); // the mark tells spreadsheets the encoding
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** @param {"th" | "td"} name @param {string} text @param {string} [scope] */
function cell(name, text, scope) {
  const node = document.createElement(name);
  node.textContent = text;
  if (scope) node.setAttribute("scope", scope);
  return node;
}

/** @param {Element[]} cells */
function row(cells) {
  const line = document.createElement("tr");
  line.append(...cells);
  return line;
}

/**
 * The figures of a `figure_table` macro; give it what it holds with the function that is returned.
 *
 * @param {string} id
 */
export function figureTable(id) {
  const table = /** @type {HTMLTableElement} */ (document.getElementById(id));
  const details = /** @type {HTMLDetailsElement} */ (table.closest("details"));
  /** @type {Figures | null} */
  let figures = null;

  const fill = () => {
    if (!figures || !details.open) return;
    const shown = figures.columns.filter(({ label }) => label != null);
    const text = ({ cells, show = whole }, i) => (cells[i] == null ? "" : show(cells[i]));
    table.tHead.replaceChildren(row(shown.map(({ label }) => cell("th", label, "col"))));
    table.tBodies[0].replaceChildren(
      ...figures.columns[0].cells.map((_, i) =>
        row(shown.map((column, place) => (place ? cell("td", text(column, i)) : cell("th", text(column, i), "row")))),
      ),
    );
  };

  details.addEventListener("toggle", fill);
  details.querySelector("[data-csv-of]").addEventListener("click", () => figures && download(figures.file, csv(figures)));
  return (/** @type {Figures} */ next) => {
    figures = next;
    details.hidden = figures.columns[0].cells.length === 0;
    fill();
  };
}
