"""The operations of the wire: one row for each, from which the OpenAPI document is made.

Who adds a route adds a row here; a test finds a route without one, a row without a route and a problem without a
meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from ..domain.community import Now
from ..domain.patterns import Energy
from ..domain.readings import Receipt
from .events import Arithmetic, EventAnswer, EventMessage, EventsAnswer, EventTold
from .foresight import (
    ForecastAnswer,
    NoticeMessage,
    PeaksAnswer,
    PeaksMessage,
    WeatherReceipt,
    WeatherRequest,
)
from .game import (
    BoardAnswer,
    BoardRequest,
    ChallengesAnswer,
    ChallengeTold,
    GameAnswer,
    GameMessage,
    LeaderboardAnswer,
    Redeemed,
    RedeemRequest,
    RewardsAnswer,
)
from .me import Changes, Export, Me, Token, Wanted
from .plan import PlanAnswer, PlanMessage, PlanRequests
from .wire import Complaint, EnergyQuery, Health, Joined, JoinRequest, Power, ReadingsRequest, Ready


@dataclass(frozen=True, slots=True)
class Media:
    """An answer that is no JSON, by its content type."""

    type: str


@dataclass(frozen=True, slots=True)
class Line:
    """What is said on a WebSocket: the messages that the household sends, and those of the hub."""

    sends: tuple[type, ...]
    receives: tuple[type, ...]


type Answer = type | Media | Line | tuple[type | Media, ...] | None
"""A type is given as JSON; several are forms of the same; None has no body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One way to ask. What follows from the rule of its route and from having a body is added by itself."""

    method: str
    path: str
    summary: str
    tells: str = ""
    takes: type[Struct] | None = None
    asks: type[Struct] | None = None
    """What may stand behind the question mark, each a field."""
    gives: Mapping[int, Answer]
    refuses: tuple[str, ...] = field(default=())


OPERATIONS = (
    Operation(
        method="GET",
        path="/healthz",
        summary="Say that the hub is here, which one, and what time it is there",
        tells="A program compares the clocks before it joins: energy of a wrong clock lands in the wrong slot.",
        gives={200: Health},
    ),
    Operation(
        method="GET",
        path="/readyz",
        summary="Say whether the hub can read and write at this moment",
        gives={200: Ready},
        refuses=("not-ready",),
    ),
    Operation(
        method="GET",
        path="/metrics",
        summary="Tell how the hub fares, in the text that Prometheus reads",
        gives={200: Media("text/plain")},
    ),
    Operation(
        method="GET",
        path="/api/v1/openapi.json",
        summary="Describe the wire",
        gives={200: Media("application/json")},
    ),
    Operation(
        method="POST",
        path="/api/v1/join",
        summary="Turn an invite code into a household's id and token",
        tells=(
            "The token is shown this once. `request` names the attempt: sent again after a lost answer it takes no"
            " second place. Who joins again with the same `site` is the same household."
        ),
        takes=JoinRequest,
        gives={201: Joined},
        refuses=("invite-unknown", "invite-used", "invite-expired", "too-many"),
    ),
    Operation(
        method="GET",
        path="/api/v1/me",
        summary="Read what the hub knows of this household",
        tells="While `fewest_homes` is below `agreed_fewest`, the household stands behind no figure.",
        gives={200: Me},
    ),
    Operation(
        method="PUT",
        path="/api/v1/me",
        summary="Decide about this household: nickname, consent, and which program speaks for it",
        tells="What is not said stays as it is. `null` takes the nickname away.",
        takes=Changes,
        gives={200: Me},
        refuses=("nickname-taken",),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/me",
        summary="Forget this household",
        tells=(
            "Who it was goes at once, what it measured within minutes, and no backup brings it back. Sums that were"
            " published stay as they are. The token is worth nothing from then on."
        ),
        gives={204: None},
    ),
    Operation(
        method="GET",
        path="/api/v1/me/export",
        summary="Fetch everything that this household gave",
        tells=(
            "JSON, or CSV with `format=csv`: the slots of one channel after the other. `received` is when the hub had"
            " a slot, to the quarter of an hour. Where slots are not kept any more, the sums of their hours are left;"
            " CSV, which is one table, gives these with `of=hours`, and with `of=weather` the weather that a trusted"
            " household told, with `of=events` what it answered to peak events and saved in them, and with"
            " `of=requests` what it asked the community's plan for."
        ),
        asks=Wanted,
        gives={200: (Export, Media("text/csv"))},
    ),
    Operation(
        method="POST",
        path="/api/v1/me/token",
        summary="Change this household's token",
        tells="The token before works until the new one is used. Ask again if the answer was lost.",
        gives={200: Token},
    ),
    Operation(
        method="POST",
        path="/api/v1/readings",
        summary="Hand over closed slots",
        tells=(
            "All of a request or nothing is kept; 200 means on disk. A slot keeps its highest `rev`: the same or a"
            " lower one changes nothing, so whatever was not answered is simply sent again. `null` says nothing about a"
            " slot."
        ),
        takes=ReadingsRequest,
        gives={200: Receipt},
        refuses=("clock", "too-old", "too-many-channels"),
    ),
    Operation(
        method="GET",
        path="/api/v1/live",
        summary="Open the line on which a household tells its power",
        tells=(
            "A WebSocket. The household sends a message every 5 to 60 seconds; one that is not understood is answered"
            " with a complaint, and the talk goes on. A message that is too long ends it. The hub tells the peaks to"
            " come, the coordinator's messages, the household's places and peak events, when the line opens and"
            " whenever there are new ones, and the game when it changed."
        ),
        gives={
            101: Line(
                sends=(Power,),
                receives=(Complaint, PeaksMessage, NoticeMessage, PlanMessage, EventMessage, GameMessage),
            )
        },
    ),
    Operation(
        method="GET",
        path="/api/v1/community",
        summary="Read the community of this moment",
        gives={200: Now},
    ),
    Operation(
        method="GET",
        path="/api/v1/community/energy",
        summary="Read the energy that the community published",
        tells=(
            "By quarter hours, hours, days or months of the community's own time zone, up to and without the day `to`."
            " Each figure is a sum over the homes that reported, of the slots that `slots` counts; a slot changes only"
            " when at least three homes came to it. At most 31 days of slots, 400 days of hours, ten years of days."
        ),
        asks=EnergyQuery,
        gives={200: Energy},
    ),
    Operation(
        method="GET",
        path="/api/v1/community/slots.csv",
        summary="Fetch the past of which forecasts are made",
        tells=(
            "Published slots in whole Wh, as if the homes of now had been there all along; an empty cell is not known."
            " On this file `sceop-hub backtest` forecasts as the hub does."
        ),
        gives={200: Media("text/csv")},
    ),
    Operation(
        method="GET",
        path="/api/v1/forecast",
        summary="Read what the homes together are expected to do in the next 48 hours",
        tells="Made every hour, out of published sums alone. A figure that is not published has no forecast.",
        gives={200: ForecastAnswer},
    ),
    Operation(
        method="GET",
        path="/api/v1/peaks",
        summary="Read when the homes together are expected to run hot",
        gives={200: PeaksAnswer},
    ),
    Operation(
        method="GET",
        path="/api/v1/plan",
        summary="Read the places that this household has in the community's plan",
        gives={200: PlanAnswer},
    ),
    Operation(
        method="POST",
        path="/api/v1/plan",
        summary="Tell all that this household has open, and get slots for it",
        tells=(
            "The whole set each time: what is missing is released, and the same set again changes nothing. Repeat it at"
            " every change and at least hourly. A place whose start passed by a slot and that was not told as `running`"
            " lapses, and is given anew. What can not be ready in time any more gets the earliest place that there is."
            " 200 means on disk."
        ),
        takes=PlanRequests,
        gives={200: PlanAnswer},
        refuses=("too-many",),
    ),
    Operation(
        method="PUT",
        path="/api/v1/weather",
        summary="Tell the weather of the coming hours",
        tells="For members whom the coordinator trusts with it, as `weather` of `GET /api/v1/me` says.",
        takes=WeatherRequest,
        gives={200: WeatherReceipt},
        refuses=("weather-not-trusted",),
    ),
    Operation(
        method="GET",
        path="/api/v1/events",
        summary="Read the peak events of the last 30 days and those to come",
        tells="As this household knows them: with its own answer and its own savings. Of others there are counts.",
        gives={200: EventsAnswer},
    ),
    Operation(
        method="PUT",
        path="/api/v1/events/{event}/answer",
        summary="Join a peak event, or say no",
        tells="Until the event ends; the last answer counts, and the same again changes nothing.",
        takes=EventAnswer,
        gives={200: EventTold},
        refuses=("not-found", "event-over"),
    ),
    Operation(
        method="GET",
        path="/api/v1/events/{event}/savings",
        summary="Read from what this household's own savings of a peak event were reckoned",
        gives={200: Arithmetic},
        refuses=("not-found",),
    ),
    Operation(
        method="GET",
        path="/api/v1/challenges",
        summary="Read the challenges, and how far this home has come",
        tells="Of others there are published sums alone; `mine` is by this home's own readings.",
        gives={200: ChallengesAnswer},
    ),
    Operation(
        method="POST",
        path="/api/v1/challenges/{challenge}/join",
        summary="Take part in a challenge",
        tells="Until it ends; joining again changes nothing.",
        gives={200: ChallengeTold},
        refuses=("not-found", "challenge-over", "forbidden"),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/challenges/{challenge}/join",
        summary="Leave a challenge",
        tells="What was won stays.",
        gives={200: ChallengeTold},
        refuses=("not-found", "forbidden"),
    ),
    Operation(
        method="GET",
        path="/api/v1/leaderboard",
        summary="Read the board, the teams and the league",
        tells="Homes that chose to stand there, by nickname and points; never what anybody used.",
        gives={200: LeaderboardAnswer},
    ),
    Operation(
        method="GET",
        path="/api/v1/game",
        summary="Read this home's points, rank, streak, badges and good news",
        gives={200: GameAnswer},
    ),
    Operation(
        method="GET",
        path="/api/v1/rewards",
        summary="Read what points buy, and what this household bought",
        gives={200: RewardsAnswer},
    ),
    Operation(
        method="POST",
        path="/api/v1/rewards/{reward}/redeem",
        summary="Get a reward for points",
        tells="`request` names the attempt: sent again it buys nothing twice, and is answered as it was.",
        takes=RedeemRequest,
        gives={200: Redeemed},
        refuses=("not-found", "reward-closed", "reward-gone", "too-few-points"),
    ),
    Operation(
        method="PUT",
        path="/api/v1/me/board",
        summary="Stand on the board with a nickname, or no longer",
        takes=BoardRequest,
        gives={200: BoardAnswer},
        refuses=("nickname-taken", "nickname-needed"),
    ),
    Operation(
        method="GET",
        path="/api/v1/league",
        summary="Fetch this hub's card for a league of hubs, signed",
        tells="What a hundred of its homes earned in each month, once a coordinator chose to tell it.",
        gives={200: Media("application/json")},
        refuses=("not-found",),
    ),
)

MEANINGS: Mapping[str, str] = {
    "invalid": "The request is not as this document has it. `detail` names the field. Sending it again is no use.",
    "unauthorized": "The token is unknown, or no longer valid. Keep what you have, and join again with a new invite.",
    "sign-in": "A person must sign in for this, or a program needs a token with the right scope.",
    "forbidden": "Whoever asks may not do this.",
    "waiting": "A coordinator has not approved the household yet. Keep what you have, and send it later.",
    "paused": "A coordinator paused the household. Keep what you have, and send it later.",
    "weather-not-trusted": "The coordinator has not chosen this household to tell the weather. Stop sending it.",
    "too-many": "Too much was tried in a short time. Wait as long as `Retry-After` says.",
    "nickname-taken": "Another household has a nickname that looks the same. Show the sentence to the person.",
    "insecure-address": "An invite would betray its code on the way. Set the hub's address under Settings.",
    "not-found": "There is nothing at this address.",
    "event-over": "The event has ended or was called off. Do not answer it again; show the sentence to the person.",
    "event-taken": "There is an event at that time already.",
    "challenge-over": "The challenge is over or was called off. Show the sentence to the person.",
    "reward-closed": "The reward cannot be had at this time. Load the list again.",
    "reward-gone": "All pieces of the reward are taken. Load the list again.",
    "too-few-points": "The household has fewer points than the reward costs. Show the sentence to the person.",
    "nickname-needed": "The board shows nicknames, and the household has none. Ask the person for one.",
    "league": "A card of another hub could not be taken into the league. `detail` says why.",
    "invite-unknown": "There is no such invite. Show the sentence to the person.",
    "invite-used": "All places of the invite are taken. Show the sentence to the person.",
    "invite-expired": "The invite is too old. Show the sentence to the person.",
    "too-large": "The body is larger than the hub takes, or holds too many blocks. Send less at once.",
    "too-many-channels": "The household would have more loads and light zones than the hub keeps.",
    "unsupported": "The hub does not speak like this: another content type, method or protocol is needed.",
    "upgrade": "The address is a WebSocket; a plain request gets nothing there.",
    "clock": "A slot ends in the hub's future. Keep it, compare the clocks, and send it again.",
    "too-old": "A slot is older than the hub takes.",
    "storage": "The hub can not keep anything at the moment. Keep what you have, and send it again.",
    "import": "A file could not be taken in. `detail` says what is wrong with it, and what to do.",
    "export": "A file could not be written. `detail` says why.",
    "backup": "A backup could not be made, or a file is none. `detail` says why.",
    "passphrase": "The backup is locked, and the passphrase is missing or wrong.",
    "newer": "A restore would lose what is newer. Ask, and say so when it is meant.",
    "busy": "The same work is under way already. Wait for it to end.",
    "too-slow": "The body came too slowly. Keep what you have, and send it again.",
    "not-ready": "The hub runs, and can not work at the moment. Ask again later.",
    "internal": "The hub made a mistake. Nothing of the request was kept; send it again later.",
}
"""What each problem means to a program; the sentence for people is in the answer."""
