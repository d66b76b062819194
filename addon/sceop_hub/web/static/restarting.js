/** Looks on while a backup is checked; then waits until the hub was away and is back, and goes on. */

const page = document.getElementById("restarting");
const { state, ready, then } = page.dataset;
const EVERY_MS = 500;
const AWAY_WITHIN = 20;
let wasAway = false;

const moment = () => new Promise((resolve) => setTimeout(resolve, EVERY_MS));
const ask = (address) => fetch(address, { cache: "no-store" }).catch(() => null);

/** Says how far the check is; "over" where the hub knows nothing of it any more, since it has started again. */
async function howFar() {
  const answer = await ask(state);
  if (answer === null) return "checking"; // whoever does not answer has not said that it is over
  return answer.json().then((told) => told.state ?? "over", () => "over");
}

if (state) {
  let far;
  while ((far = await howFar()) === "checking") await moment();
  if (far === "refused") location.reload();
  wasAway = far === "over";
  for (const part of page.querySelectorAll("[data-while]")) part.hidden = part.dataset.while !== "restarting";
}

/** The hub may be back before it was seen to be away: after a while its answer counts as well. */
for (let look = 0; ; look += 1) {
  await moment();
  const answers = (await ask(ready))?.ok ?? false;
  wasAway ||= !answers;
  if (answers && (wasAway || look > AWAY_WITHIN)) break;
}
location.replace(then);
