"""Settings, backups: make one, take it away, and bring the hub back to one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from ...api.wire import reply
from ...auth.access import Permission
from ...auth.people import PERSON
from ...backup.backups import BACKUPS
from ...backup.folder import look_at
from ...backup.sealed import DamagedError
from ...domain.refusal import Refusal
from ...hub import HUB
from ...jobs.errands import ERRANDS, Errand, Told
from ...store import audit
from .. import uploads
from ..form import Form, sent
from ..frame import HEADERS, page
from ..go import see
from .settings import settings_page

routes = web.RouteTableDef()

MOST_BYTES = 8 * 1024**3
"""Of a backup that is brought back: more than a hub of 500 homes fills in ten years."""

RESTART: web.AppKey[Callable[[], None]] = web.AppKey("restart")
"""Stops the hub and starts it again; what was accepted before is answered."""

NOTICED_WITHIN_S = 1.0
"""So long the hub stays after a backup was checked: the page that looks on twice a second learns that it goes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The backup that is to come back: one of the list, or one that was sent."""

    name: str
    upload: str


@routes.get("/settings/backups")
async def backups(request: web.Request) -> web.Response:
    """Show the backups there are."""
    return await _backups(request)


@routes.get("/settings/backups/list")
async def listed(request: web.Request) -> web.Response:
    """Give the list anew while a backup is being made."""
    return page(request, "settings/backups_list", **await _state(request))


@routes.post("/settings/backups/make")
async def make(request: web.Request) -> web.Response:
    """Begin to make a backup."""
    backups = request.app[BACKUPS]
    if backups.busy is None:  # noted first, so that the backup itself knows of it
        await _note(request, "backup.make", "backup")
    backups.start()
    raise see(request, "/settings/backups")


@routes.post("/settings/backups/passphrase")
async def passphrase(request: web.Request) -> web.Response:
    """Encrypt backups from now on, or no more."""
    form = await sent(request)
    kept, backups = form.secret("passphrase"), request.app[BACKUPS]
    if backups.passphrase_told:
        raise Refusal("fixed", "The passphrase is set where the hub is started, so change it there.")
    if form.ticked("clear"):
        kept = ""
    elif kept != form.secret("again"):
        form.mistakes |= {"again": "secret_again"}
    elif not kept:
        form.mistakes |= {"passphrase": "secret_short"}
    if not form.mistakes:
        try:
            await asyncio.to_thread(backups.keep_passphrase, kept or None)
        except Refusal:
            form.mistakes |= {"passphrase": "secret_short"}
    if form.mistakes:
        form.fields = {}
        return await _backups(request, form)
    await _note(request, "backup.passphrase", "set" if kept else "cleared")
    raise see(request, "/settings/backups", "saved")


@routes.get("/settings/backups/file/{name}")
async def download(request: web.Request) -> web.StreamResponse:
    """Give a backup away: it holds everything, so it is for owners only, and it is written down."""
    path = request.app[BACKUPS].path(request.match_info["name"])
    await _note(request, "backup.download", path.name)
    return web.FileResponse(path, headers={**HEADERS, "Content-Disposition": f'attachment; filename="{path.name}"'})


@routes.post("/settings/backups/remove")
async def remove(request: web.Request) -> web.Response:
    """Delete a backup."""
    name = (await sent(request)).text("name")
    await asyncio.to_thread(request.app[BACKUPS].remove, name)
    await _note(request, "backup.remove", name)
    raise see(request, "/settings/backups", "removed")


@routes.post("/settings/backups/upload")
async def upload(request: web.Request) -> web.Response:
    """Take a backup that was kept elsewhere; nothing is restored yet."""
    taken = await uploads.receive(request, request.app[HUB].settings.data, MOST_BYTES)
    raise see(request, "/settings/backups/restore", upload=taken.id)


@routes.get("/settings/backups/restore")
async def ask(request: web.Request) -> web.Response:
    """Ask before the hub is brought back to a backup."""
    return await _ask(request, Wanted(request.query.get("name", ""), request.query.get("upload", "")))


@routes.post("/settings/backups/restore")
async def restore(request: web.Request) -> web.Response:
    """Begin to bring the hub back: what years hold takes minutes to unpack and to check, so a page looks on."""
    form = await sent(request)
    wanted = Wanted(form.text("name"), form.text("upload"))
    app, who, file = request.app, request[PERSON].key, _file(request, wanted)
    secret, even_if_newer = form.secret("passphrase") or None, form.ticked("even_if_newer")

    async def work(_told: Told) -> object:
        try:
            await app[BACKUPS].stage(file, secret, even_if_newer=even_if_newer, who=who)
        except Refusal as refusal:
            return refusal
        uploads.remove(app[HUB].settings.data, wanted.upload)
        asyncio.get_running_loop().call_later(NOTICED_WITHIN_S, app[RESTART])
        return None

    errand = app[ERRANDS].start("restore", work, wanted)
    raise see(request, f"/settings/backups/restore/{errand.id}")


@routes.get("/settings/backups/restore/{errand}")
async def look_on(request: web.Request) -> web.Response:
    """Show that the backup is being checked, what is wrong with it, or that the hub starts again."""
    errand = _restoring(request)
    if errand is None or not isinstance(errand.about, Wanted):
        raise see(request, "/settings/backups")
    if refusal := _refusal(errand):
        return await _ask(request, errand.about, refusal)
    return page(request, "restarting", errand=errand)


@routes.get("/settings/backups/restore/{errand}/state")
async def state(request: web.Request) -> web.Response:
    """Say in a word how far it is."""
    errand = _restoring(request)
    if errand is None:  # the hub has started again since
        return reply({"state": "over"})
    return reply({"state": "refused" if _refusal(errand) else "restarting" if errand.ended else "checking"})


async def _backups(request: web.Request, form: Form | None = None) -> web.Response:
    return settings_page(request, "backups", form, **await _state(request))


async def _state(request: web.Request) -> dict[str, Any]:
    backups = request.app[BACKUPS]
    return {
        "backups": await asyncio.to_thread(backups.listed),
        "busy": backups.busy,
        "failed": backups.failed,
        "overdue": backups.overdue(request.app[HUB].clock()),
        "passphrase_told": backups.passphrase_told,
        "passphrase_kept": backups.passphrase_kept,
        "owns": request[PERSON].may(Permission.OWN),
    }


async def _ask(request: web.Request, wanted: Wanted, refusal: Refusal | None = None) -> web.Response:
    file = _file(request, wanted)
    try:
        backup = await asyncio.to_thread(look_at, file)
    except DamagedError, OSError:
        uploads.remove(request.app[HUB].settings.data, wanted.upload)
        form = Form()
        form.mistakes["file"] = "backup_file"
        return await _backups(request, form)
    return settings_page(
        request,
        "restore",
        status=200 if refusal is None else 422,
        backup=backup,
        name=wanted.name,
        upload=wanted.upload,
        problem=None if refusal is None else refusal.problem,
        refused=None if refusal is None else refusal.saying,
    )


def _file(request: web.Request, wanted: Wanted) -> Path:
    if not wanted.upload:
        return request.app[BACKUPS].path(wanted.name)
    file = uploads.find(request.app[HUB].settings.data, wanted.upload)
    if file is None:
        raise Refusal("not-found", "The file that was sent is not kept any more. Send it again.")
    return file


def _restoring(request: web.Request) -> Errand | None:
    errand = request.app[ERRANDS].get(request.match_info["errand"])
    return errand if errand is not None and errand.kind == "restore" else None


def _refusal(errand: Errand) -> Refusal | None:
    """Return why nothing is restored, if something speaks against it."""
    if errand.refused is not None:
        return Refusal("backup", errand.refused)
    return errand.result if isinstance(errand.result, Refusal) else None


async def _note(request: web.Request, action: str, subject: str) -> None:
    hub, who = request.app[HUB], request[PERSON].key
    await hub.store.write(lambda books: audit.note(books, hub.clock(), who, action, subject))
