"""The pages put together, with the files that they load."""

from . import files
from .views import (
    account,
    accounts,
    alerts,
    audit,
    backups,
    checks,
    data,
    forecast,
    guide,
    households,
    invites,
    join,
    kiosk,
    login,
    now,
    patterns,
    privacy,
    settings,
)

ALL = (
    files.routes,
    now.routes,
    guide.routes,
    forecast.routes,
    patterns.routes,
    alerts.routes,
    settings.routes,
    backups.routes,
    checks.routes,
    data.routes,
    privacy.routes,
    kiosk.routes,
    login.routes,
    account.routes,
    join.routes,
    households.routes,
    invites.routes,
    accounts.routes,
    audit.routes,
)
"""Every route of the pages."""
