"""The pages put together, with the files that they load."""

from . import files
from .views import (
    alerts,
    kiosk,
    now,
    patterns,
    privacy,
    settings,
)

ALL = (
    files.routes,
    now.routes,
    patterns.routes,
    alerts.routes,
    settings.routes,
    privacy.routes,
    kiosk.routes,
)
"""Every route of the pages."""
