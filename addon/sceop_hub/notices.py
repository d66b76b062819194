"""Telling everybody: a message of the coordinator's is kept, noted, and told to every household that is connected."""

import sqlite3

from .domain.notices import Notice, checked
from .hub import Hub
from .store import audit, notices


async def tell(hub: Hub, who: str, title: str, text: str) -> Notice:
    """Tell all members; whoever is not there hears of it when it connects within a week."""
    title, text = checked(title, text)

    def keep(books: sqlite3.Connection) -> Notice:
        notice = notices.add(books, hub.clock(), who, title, text)
        audit.note(books, hub.clock(), who, "notice.tell", f"notice:{notice.id}")
        return notice

    notice = await hub.store.write(keep)
    for listener in hub.notice_listeners:
        await listener(notice)
    return notice
