"""Who may do what: one table that names every route, and one of what each role may.

A route that the table does not name is shut to everybody; a test walks every route as every role.
"""

from collections.abc import Mapping
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
    """Change settings, import and export, look after alerts and backups."""
    AUDIT = "audit"
    """See who changed what."""
    OWN = "own"
    """Give roles and tokens, restore, begin to publish, change the rules of privacy."""
    METRICS = "metrics"
    """Read the hub's own counters."""


class Door(Enum):
    """Ways in that are no person's."""

    ANYBODY = auto()
    HOUSEHOLD = auto()
    """Whoever holds a household's token; the handler learns which."""


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

type Rule = Permission | Door

ACCESS: Mapping[tuple[str, str], Rule] = {
    # health
    ("GET", "/healthz"): Door.ANYBODY,
    # whoever watches over the hub
    ("GET", "/readyz"): Door.ANYBODY,
    ("GET", "/metrics"): Permission.METRICS,
    # the wire
    ("POST", "/api/v1/join"): Door.ANYBODY,
    ("POST", "/api/v1/readings"): Door.HOUSEHOLD,
    ("GET", "/api/v1/community"): Door.HOUSEHOLD,
    ("GET", "/api/v1/live"): Door.HOUSEHOLD,
    ("GET", "/api/v1/openapi.json"): Door.ANYBODY,
    # the pages' own files
    ("GET", "/static/{path}"): Door.ANYBODY,
    # now
    ("GET", "/"): Permission.COMMUNITY,
    ("GET", "/now/events"): Permission.COMMUNITY,
    ("GET", "/now/today"): Permission.COMMUNITY,
    # patterns, privacy, the kiosk
    ("GET", "/patterns"): Permission.COMMUNITY,
    ("GET", "/privacy"): Permission.COMMUNITY,
    ("GET", "/kiosk"): Permission.COMMUNITY,
    # settings
    ("GET", "/settings"): Permission.OPERATE,
    ("GET", "/settings/notify-targets"): Permission.OPERATE,
    ("POST", "/settings/community"): Permission.OPERATE,
    ("POST", "/settings/factors"): Permission.OPERATE,
    ("POST", "/settings/address"): Permission.OPERATE,
    ("POST", "/settings/admission"): Permission.OPERATE,
    ("POST", "/settings/notify"): Permission.OPERATE,
    ("POST", "/settings/notify/test"): Permission.OPERATE,
    ("GET", "/settings/privacy"): Permission.OPERATE,
    ("POST", "/settings/privacy"): Permission.OWN,
    ("GET", "/settings/backups"): Permission.OPERATE,
    ("GET", "/settings/backups/list"): Permission.OPERATE,
    ("POST", "/settings/backups/make"): Permission.OPERATE,
    ("POST", "/settings/backups/passphrase"): Permission.OWN,
    ("GET", "/settings/backups/file/{name}"): Permission.OWN,
    ("POST", "/settings/backups/remove"): Permission.OWN,
    ("POST", "/settings/backups/upload"): Permission.OWN,
    ("GET", "/settings/backups/restore"): Permission.OWN,
    ("POST", "/settings/backups/restore"): Permission.OWN,
    ("GET", "/settings/checks"): Permission.OPERATE,
    ("POST", "/settings/checks"): Permission.OPERATE,
    ("GET", "/settings/checks/state"): Permission.OPERATE,
    ("POST", "/settings/reach"): Permission.OPERATE,
    # alerts
    ("GET", "/alerts"): Permission.OPERATE,
    ("POST", "/alerts/acknowledge"): Permission.OPERATE,
    ("POST", "/alerts/mute"): Permission.OPERATE,
    ("POST", "/alerts/unmute"): Permission.OPERATE,
}
