// The cards that a dashboard is built of.

import { Community } from "./community.js";
import { define } from "./dom.js";
import { Findings } from "./findings.js";
import { Forecast } from "./forecast.js";
import { Hint } from "./hint.js";
import { Leaderboard } from "./leaderboard.js";
import { Plan } from "./plan.js";
import { PowerFlow } from "./power-flow.js";
import { ZoneHours } from "./zone-hours.js";

define("sceop-community", Community);
define("sceop-findings", Findings);
define("sceop-forecast", Forecast);
define("sceop-hint", Hint);
define("sceop-leaderboard", Leaderboard);
define("sceop-plan", Plan);
define("sceop-power-flow", PowerFlow);
define("sceop-zone-hours", ZoneHours);
