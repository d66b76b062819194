"""Books to fill a lake from, without a server around them."""

import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import from_number, to_number
from sceop_hub.domain.members import Newcomer
from sceop_hub.store import database, invites, members, readings, rollups

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
DAY = 96


def slot_at(text):
    return to_number(datetime.fromisoformat(text).replace(tzinfo=UTC))


class Books:
    """The database of one test."""

    def __init__(self, data):
        self.data = data
        with self.open() as books:
            invites.add(books, invites.NewInvite("CODE", 1000, timedelta(days=30)), NOW)

    def open(self):
        return closing(database.open_for_writing(self.data))

    def home(self, name="Home", kind="home"):
        who = Newcomer(
            request=uuid.uuid4().hex, name=name, kind=kind, shown=False, time_zone=ZONE.key, client="test 1", site=None
        )
        with self.open() as books:
            return members.join(books, "CODE", who, NOW).household

    def record(self, home, channel, first, wh, received=NOW, **more):
        with self.open() as books:
            return readings.record(books, home.id, [Block(channel, from_number(first), tuple(wh), **more)], received)

    def roll_up(self):
        with self.open() as books:
            while rollups.refresh(books, ZONE):
                pass

    def query(self, sql, *parameters):
        with self.open() as books:
            return books.execute(sql, parameters).fetchall()

    def run(self, change, *arguments):
        with self.open() as books:
            return change(books, *arguments)

    def slots(self):
        """Return (household, channel, slot) -> Wh, quality, revision, as the books hold them."""
        rows = self.query(
            "SELECT public_id, channel.name, slot, wh, quality, rev FROM reading JOIN channel ON channel.id = channel"
            " JOIN household ON household.id = channel.household"
        )
        names = {code: name for name, code in readings.QUALITIES.items()}
        return {(home, channel, slot): (wh, names[quality], rev) for home, channel, slot, wh, quality, rev in rows}


def lake_slots(data):
    """Return the same of the lake."""
    folder = data / "lake" / "readings"
    found = {}
    for file in folder.rglob("*.parquet"):
        for row in pq.ParquetFile(file).read().to_pylist():
            key = (row["household"], row["channel"], to_number(row["slot_start"]))
            assert key not in found
            assert f"day={row['slot_start']:%Y-%m-%d}" == file.parent.name
            found[key] = (row["wh"], row["quality"], row["rev"])
    return found


def table(data, name):
    return ds.dataset(data / "lake" / name, partitioning="hive").to_table()
