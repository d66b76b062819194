/** What every page does: numbers and times in the reader's way, dialogs, copying. */

import { present } from "./present.js";

/** @type {Record<string, string>} */
const words = JSON.parse(document.getElementById("frame-words").textContent);
const AGAIN_MS = 30_000;
const COPIED_MS = 3_000;

document.addEventListener("click", async (event) => {
  const pressed = /** @type {Element} */ (event.target).closest("[data-opens], [data-closes], [data-copy]");
  if (!pressed) return;
  if ("opens" in pressed.dataset) document.getElementById(pressed.dataset.opens).showModal();
  if ("closes" in pressed.dataset) pressed.closest("dialog").close();
  if ("copy" in pressed.dataset) await copy(pressed);
});

/** The clipboard is open to pages over https and on this machine only; elsewhere the text is marked to be copied by hand. */
async function copy(/** @type {HTMLElement} */ button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = words.copied;
  } catch {
    const field = document.createElement("textarea");
    field.value = button.dataset.copy;
    field.className = "visually-hidden";
    button.after(field);
    field.select();
    button.textContent = document.execCommand("copy") ? words.copied : words.notCopied;
    field.remove();
    button.focus();
  }
  setTimeout(() => (button.textContent = label), COPIED_MS);
}

present(document);
document.addEventListener("htmx:load", (event) => present(event.target));
setInterval(() => present(document, '[data-format="ago"]'), AGAIN_MS);
