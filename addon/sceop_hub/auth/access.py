"""Who may do what: one table that names every route, and one of what each role may.

A route that the table does not name is shut to everybody; a test walks every route as every role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Permission(StrEnum):
    """What a person, or a program with a token, may be let do."""

    COMMUNITY = "community"
    """See the community's figures, which are sums of many homes."""
    MEMBERS = "members"
    """See who takes part, and how complete their data are."""
    ADMIT = "admit"
    """Invite, approve, group, pause and remove."""
    OPERATE = "operate"
    """Change settings, import, look after alerts and backups."""
    AUDIT = "audit"
    """See who changed what."""
    OWN = "own"
    """Give roles and tokens, export and restore, begin to publish, change the rules of privacy."""
    METRICS = "metrics"
    """Read the hub's own counters."""


class Door(Enum):
    """Ways in that ask for no permission."""

    ANYBODY = auto()
    VISITOR = auto()
    """Anybody with a browser: what changes something is a form of our own."""
    PERSON = auto()
    """Whoever is signed in, with any role or none; no program."""
    HOUSEHOLD = auto()
    """Whoever holds the token of a household that takes part; the handler learns which."""
    SELF = auto()
    """A household about itself, also while it waits or is paused."""


@dataclass(frozen=True, slots=True)
class Either:
    """A way for a household, and for whoever has the permission."""

    door: Door
    permission: Permission


CHANGE = ":change"
"""Behind a permission, in the scopes of a program: it may change something too."""

ROLES: Mapping[str, frozenset[Permission]] = {
    "owner": frozenset(Permission),
    "coordinator": frozenset(
        {
            Permission.COMMUNITY,
            Permission.MEMBERS,
            Permission.ADMIT,
            Permission.OPERATE,
            Permission.AUDIT,
            Permission.METRICS,
        }
    ),
    "viewer": frozenset({Permission.COMMUNITY}),
}

SCOPES = frozenset(
    {
        *(permission.value for permission in Permission if permission is not Permission.OWN),
        f"{Permission.ADMIT}{CHANGE}",
        f"{Permission.OPERATE}{CHANGE}",
    }
)
"""What the token of a program may be good for: a permission alone lets it read. Nothing of an owner's is given away."""

type Rule = Permission | Door | Either

ACCESS: Mapping[tuple[str, str], Rule] = {
    # health
    ("GET", "/healthz"): Door.ANYBODY,
    # whoever watches over the hub
    ("GET", "/readyz"): Door.ANYBODY,
    ("GET", "/metrics"): Permission.METRICS,
    # the wire
    ("POST", "/api/v1/join"): Door.ANYBODY,
    ("POST", "/api/v1/readings"): Door.HOUSEHOLD,
    ("GET", "/api/v1/community"): Either(Door.HOUSEHOLD, Permission.COMMUNITY),
    ("GET", "/api/v1/community/energy"): Either(Door.HOUSEHOLD, Permission.COMMUNITY),
    ("GET", "/api/v1/community/slots.csv"): Either(Door.HOUSEHOLD, Permission.COMMUNITY),
    ("GET", "/api/v1/forecast"): Either(Door.HOUSEHOLD, Permission.COMMUNITY),
    ("GET", "/api/v1/peaks"): Either(Door.HOUSEHOLD, Permission.COMMUNITY),
    ("PUT", "/api/v1/weather"): Door.HOUSEHOLD,
    ("GET", "/api/v1/plan"): Door.HOUSEHOLD,
    ("POST", "/api/v1/plan"): Door.HOUSEHOLD,
    ("GET", "/api/v1/events"): Door.HOUSEHOLD,
    ("PUT", "/api/v1/events/{event}/answer"): Door.HOUSEHOLD,
    ("GET", "/api/v1/events/{event}/savings"): Door.HOUSEHOLD,
    ("GET", "/api/v1/challenges"): Door.HOUSEHOLD,
    ("POST", "/api/v1/challenges/{challenge}/join"): Door.HOUSEHOLD,
    ("DELETE", "/api/v1/challenges/{challenge}/join"): Door.HOUSEHOLD,
    ("GET", "/api/v1/leaderboard"): Door.HOUSEHOLD,
    ("GET", "/api/v1/game"): Door.HOUSEHOLD,
    ("GET", "/api/v1/rewards"): Door.HOUSEHOLD,
    ("POST", "/api/v1/rewards/{reward}/redeem"): Door.HOUSEHOLD,
    ("PUT", "/api/v1/me/board"): Door.HOUSEHOLD,
    # other hubs, once a coordinator chose to tell them
    ("GET", "/api/v1/league"): Door.ANYBODY,
    ("GET", "/api/v1/live"): Door.HOUSEHOLD,
    ("GET", "/api/v1/openapi.json"): Door.ANYBODY,
    # a household about itself
    ("GET", "/api/v1/me"): Door.SELF,
    ("PUT", "/api/v1/me"): Door.SELF,
    ("DELETE", "/api/v1/me"): Door.SELF,
    ("GET", "/api/v1/me/export"): Door.SELF,
    ("POST", "/api/v1/me/token"): Door.SELF,
    # the pages' own files
    ("GET", "/static/{path}"): Door.ANYBODY,
    # now
    ("GET", "/"): Permission.COMMUNITY,
    ("GET", "/now/events"): Permission.COMMUNITY,
    ("GET", "/now/today"): Permission.COMMUNITY,
    ("GET", "/now/curve"): Permission.COMMUNITY,
    # patterns, privacy, the kiosk
    ("GET", "/patterns"): Permission.COMMUNITY,
    ("GET", "/patterns/data"): Permission.COMMUNITY,
    ("GET", "/privacy"): Permission.COMMUNITY,
    ("GET", "/kiosk"): Permission.COMMUNITY,
    ("GET", "/kiosk/challenge"): Permission.COMMUNITY,
    # the forecast
    ("GET", "/forecast"): Permission.COMMUNITY,
    ("GET", "/forecast/data"): Permission.COMMUNITY,
    ("GET", "/forecast/past.csv"): Permission.COMMUNITY,
    ("GET", "/forecast/weather.csv"): Permission.COMMUNITY,
    # the plan, and peak events
    ("GET", "/plan"): Permission.COMMUNITY,
    ("GET", "/plan/data"): Permission.COMMUNITY,
    ("GET", "/events"): Permission.COMMUNITY,
    ("POST", "/events"): Permission.OPERATE,
    ("GET", "/events/list"): Permission.COMMUNITY,
    ("GET", "/events/{event}"): Permission.COMMUNITY,
    ("POST", "/events/{event}/approve"): Permission.OPERATE,
    ("POST", "/events/{event}/cancel"): Permission.OPERATE,
    # challenges
    ("GET", "/challenges"): Permission.COMMUNITY,
    ("GET", "/challenges/new"): Permission.OPERATE,
    ("GET", "/challenges/preview"): Permission.OPERATE,
    ("POST", "/challenges"): Permission.OPERATE,
    ("GET", "/challenges/{challenge}"): Permission.OPERATE,
    ("POST", "/challenges/{challenge}"): Permission.OPERATE,
    ("POST", "/challenges/{challenge}/cancel"): Permission.OPERATE,
    # the leaderboard and the league of hubs
    ("GET", "/leaderboard"): Permission.COMMUNITY,
    ("GET", "/leaderboard/card"): Permission.OPERATE,
    ("POST", "/leaderboard/league"): Permission.OPERATE,
    ("POST", "/leaderboard/league/file"): Permission.OPERATE,
    ("POST", "/leaderboard/league/address"): Permission.OPERATE,
    ("POST", "/leaderboard/league/{other}/remove"): Permission.OPERATE,
    # rewards: who redeemed what stands there by name
    ("GET", "/rewards"): Permission.MEMBERS,
    ("POST", "/rewards"): Permission.OPERATE,
    ("GET", "/rewards/{reward}"): Permission.OPERATE,
    ("POST", "/rewards/{reward}"): Permission.OPERATE,
    ("POST", "/rewards/{reward}/remove"): Permission.OPERATE,
    ("POST", "/rewards/redemptions/{redemption}/hand-over"): Permission.OPERATE,
    ("POST", "/rewards/redemptions/{redemption}/give-back"): Permission.OPERATE,
    # the guide
    ("GET", "/guide"): Permission.OWN,
    ("GET", "/guide/{step}"): Permission.OWN,
    ("POST", "/guide/name"): Permission.OWN,
    ("POST", "/guide/place"): Permission.OWN,
    ("POST", "/guide/address"): Permission.OWN,
    ("POST", "/guide/invite"): Permission.OWN,
    ("POST", "/guide/publish"): Permission.OWN,
    ("POST", "/guide/leave"): Permission.OWN,
    # settings
    ("GET", "/settings"): Permission.OPERATE,
    ("GET", "/settings/notify-targets"): Permission.OPERATE,
    ("GET", "/settings/community"): Permission.OPERATE,
    ("POST", "/settings/community"): Permission.OPERATE,
    ("GET", "/settings/factors"): Permission.OPERATE,
    ("POST", "/settings/factors"): Permission.OPERATE,
    ("GET", "/settings/forecast"): Permission.OPERATE,
    ("POST", "/settings/forecast"): Permission.OPERATE,
    ("GET", "/settings/events"): Permission.OPERATE,
    ("POST", "/settings/events"): Permission.OPERATE,
    ("GET", "/settings/weather-entities"): Permission.OPERATE,
    ("GET", "/settings/address"): Permission.OPERATE,
    ("POST", "/settings/address"): Permission.OPERATE,
    ("GET", "/settings/admission"): Permission.OPERATE,
    ("POST", "/settings/admission"): Permission.OPERATE,
    ("GET", "/settings/notify"): Permission.OPERATE,
    ("POST", "/settings/notify"): Permission.OPERATE,
    ("GET", "/settings/notify/test"): Permission.OPERATE,
    ("POST", "/settings/notify/test"): Permission.OPERATE,
    ("GET", "/settings/kiosk"): Permission.OPERATE,
    ("POST", "/settings/kiosk"): Permission.OWN,
    ("GET", "/settings/privacy"): Permission.OPERATE,
    ("POST", "/settings/privacy"): Permission.OWN,
    ("GET", "/settings/data"): Permission.OPERATE,
    ("GET", "/settings/retention"): Permission.OPERATE,
    ("POST", "/settings/retention"): Permission.OWN,
    ("GET", "/settings/import"): Permission.OPERATE,
    ("POST", "/settings/import"): Permission.OPERATE,
    ("GET", "/settings/import/{errand}"): Permission.OPERATE,
    ("POST", "/settings/import/{errand}"): Permission.OPERATE,
    ("GET", "/settings/import/{errand}/state"): Permission.OPERATE,
    ("POST", "/settings/import/{errand}/cancel"): Permission.OPERATE,
    # what single homes use leaves the hub for its owners alone
    ("GET", "/settings/export"): Permission.OPERATE,
    ("POST", "/settings/export"): Permission.OWN,
    ("GET", "/settings/export/state"): Permission.OWN,
    ("GET", "/settings/export/{errand}"): Permission.OWN,
    ("GET", "/settings/backups"): Permission.OPERATE,
    ("GET", "/settings/backups/list"): Permission.OPERATE,
    ("POST", "/settings/backups/make"): Permission.OPERATE,
    ("GET", "/settings/backups/passphrase"): Permission.OPERATE,
    ("POST", "/settings/backups/passphrase"): Permission.OWN,
    ("GET", "/settings/backups/file/{name}"): Permission.OWN,
    ("POST", "/settings/backups/remove"): Permission.OWN,
    ("POST", "/settings/backups/upload"): Permission.OWN,
    ("GET", "/settings/backups/restore"): Permission.OWN,
    ("POST", "/settings/backups/restore"): Permission.OWN,
    ("GET", "/settings/backups/restore/{errand}"): Permission.OWN,
    ("GET", "/settings/backups/restore/{errand}/state"): Permission.OWN,
    ("GET", "/settings/checks"): Permission.OPERATE,
    ("POST", "/settings/checks"): Permission.OPERATE,
    ("GET", "/settings/checks/state"): Permission.OPERATE,
    ("GET", "/settings/reach"): Permission.OPERATE,
    ("POST", "/settings/reach"): Permission.OPERATE,
    # alerts
    ("GET", "/alerts"): Permission.OPERATE,
    ("POST", "/alerts/acknowledge"): Permission.OPERATE,
    ("POST", "/alerts/mute"): Permission.OPERATE,
    ("POST", "/alerts/unmute"): Permission.OPERATE,
    ("GET", "/alerts/tell"): Permission.OPERATE,
    ("POST", "/alerts/tell"): Permission.OPERATE,
    # signing in
    ("GET", "/login"): Door.VISITOR,
    ("POST", "/login"): Door.VISITOR,
    ("GET", "/setup"): Door.VISITOR,
    ("POST", "/setup"): Door.VISITOR,
    ("GET", "/kiosk/enter"): Door.VISITOR,
    ("GET", "/join"): Door.ANYBODY,
    # one's own account
    ("GET", "/account"): Door.PERSON,
    ("POST", "/account/password"): Door.PERSON,
    ("POST", "/account/sessions/end"): Door.PERSON,
    ("POST", "/logout"): Door.PERSON,
    # households
    ("GET", "/households"): Permission.MEMBERS,
    ("GET", "/households/{household}"): Permission.MEMBERS,
    ("POST", "/households"): Permission.ADMIT,
    ("POST", "/households/{household}/approve"): Permission.ADMIT,
    ("POST", "/households/{household}/pause"): Permission.ADMIT,
    ("POST", "/households/{household}/resume"): Permission.ADMIT,
    ("POST", "/households/{household}/remove"): Permission.ADMIT,
    ("POST", "/households/{household}/forget"): Permission.ADMIT,
    ("POST", "/households/{household}/revoke"): Permission.ADMIT,
    ("POST", "/households/{household}/team"): Permission.ADMIT,
    ("POST", "/households/{household}/weather"): Permission.ADMIT,
    ("POST", "/teams"): Permission.ADMIT,
    ("POST", "/teams/{team}/rename"): Permission.ADMIT,
    ("POST", "/teams/{team}/delete"): Permission.ADMIT,
    # invites
    ("GET", "/invites"): Permission.ADMIT,
    ("POST", "/invites"): Permission.ADMIT,
    ("GET", "/invites/{invite}"): Permission.ADMIT,
    ("POST", "/invites/{invite}/revoke"): Permission.ADMIT,
    # accounts
    ("GET", "/accounts"): Permission.OWN,
    ("POST", "/accounts"): Permission.OWN,
    ("POST", "/accounts/{account}/role"): Permission.OWN,
    ("POST", "/accounts/{account}/password"): Permission.OWN,
    ("POST", "/accounts/{account}/delete"): Permission.OWN,
    ("POST", "/accounts/ingress/{user}/role"): Permission.OWN,
    ("POST", "/accounts/tokens"): Permission.OWN,
    ("POST", "/accounts/tokens/{token}/revoke"): Permission.OWN,
    # audit
    ("GET", "/audit"): Permission.AUDIT,
    ("GET", "/audit.csv"): Permission.AUDIT,
}
