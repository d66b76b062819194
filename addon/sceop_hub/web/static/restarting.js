/** Waits until the hub was away and is back, then goes on. */

const { ready, then } = document.getElementById("restarting").dataset;
const EVERY_MS = 500;
const AWAY_WITHIN = 20;
let wasAway = false;

/** The hub may be back before it was seen to be away: after a while its answer counts as well. */
for (let look = 0; ; look += 1) {
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  const answers = await fetch(ready, { cache: "no-store" }).then((answer) => answer.ok, () => false);
  wasAway ||= !answers;
  if (answers && (wasAway || look > AWAY_WITHIN)) break;
}
location.replace(then);
