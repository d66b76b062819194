"""Databases that an update or a restore set aside: a way back for thirty days, and then gone with whom they hold."""

import os
from datetime import UTC, datetime, timedelta

from sceop_hub.backup import aside, restore
from sceop_hub.backup.make import make
from sceop_hub.jobs.upkeep import Upkeep
from sceop_hub.store import database
from tests.hub.harness import NOON

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC).timestamp()


def set_aside(path, ago):
    path.parent.mkdir(exist_ok=True)
    for tail in ("", "-wal"):
        file = path.with_name(f"{path.name}{tail}")
        file.write_bytes(b"what was there before")
        os.utime(file, ((NOON - ago).timestamp(),) * 2)


async def test_a_night_removes_what_was_set_aside_thirty_days_ago_and_nothing_younger(hub):
    data = hub.hub.settings.data
    month, older = timedelta(days=30), timedelta(days=30, minutes=1)
    kept = [data / "hub.db.before-4", data / "replaced" / "20261021T120000Z-hub.db"]
    gone = [data / "hub.db.before-3", data / "replaced" / "20261021T115900Z-hub.db"]
    for path, ago in [*((path, month) for path in kept), *((path, older) for path in gone)]:
        set_aside(path, ago)
    await Upkeep(hub.hub, breath_s=0).once()
    assert set(aside.set_aside(data)) == set(kept)
    assert not (data / "hub.db.before-3-wal").exists()
    assert not (data / "replaced" / "20261021T115900Z-hub.db-wal").exists()
    assert (data / database.FILE).exists()


def test_the_days_of_a_database_are_counted_from_the_restore_that_replaced_it(tmp_path):
    """A hub that stood still for a year is restored: the way back is not gone with the next night."""
    database.open_for_writing(tmp_path).close()
    made = make(tmp_path, "manual", NOON)
    os.utime(tmp_path / database.FILE, (LONG_AGO, LONG_AGO))
    restore.stage(made.path, tmp_path, None, even_if_newer=True)
    restore.finish(tmp_path)
    (replaced,) = aside.set_aside(tmp_path)
    assert replaced.stat().st_mtime > LONG_AGO
