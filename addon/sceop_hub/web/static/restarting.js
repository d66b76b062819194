/** Looks on while a backup is checked and the hub starts again; then goes on. */

const page = document.getElementById("restarting");
const { state, ready, then } = page.dataset;
const EVERY_MS = 500;

const moment = () => new Promise((resolve) => setTimeout(resolve, EVERY_MS));
const ask = (address) => fetch(address, { cache: "no-store" }).catch(() => null);

/** Says how far it is: null where nobody answers, "over" where a hub that has started again knows nothing of it. */
async function howFar() {
  const answer = await ask(state);
  return answer && answer.json().then((told) => told.state ?? "over", () => "over");
}

for (let far; (far = await howFar()) !== "over"; await moment()) {
  if (far === "refused") location.reload();
  if (far) for (const part of page.querySelectorAll("[data-while]")) part.hidden = part.dataset.while !== far;
}
while (!(await ask(ready))?.ok) await moment();
location.replace(then);
