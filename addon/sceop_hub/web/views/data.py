"""Settings, data: how long measurements are kept, and how they come in and go out by hand."""

import asyncio
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import web

from ...auth.access import Permission
from ...auth.people import PERSON
from ...core.channels import FLOWS
from ...domain.profile import LONGEST_RETENTION, SHORTEST_RETENTION
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB
from ...imports import MOST_BYTES, from_pages
from ...imports.hints import UNITS, Hints, Target
from ...jobs.errands import ERRANDS, Errand, Told
from ...lake.export import beside_export
from ...store import alerts as books_of_alerts, audit
from .. import deciding, uploads
from ..choices import zone_choices
from ..form import Form, sent
from ..frame import HEADERS, page
from ..go import see
from .settings import settings_page

routes = web.RouteTableDef()

NEW = "new"
"""The choice of a household that is made by hand."""
NOBODY_YET = {"", NEW}
"""The choices that name no household: who writes the name of a new one beside either of them means that."""

FORMATS = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was sent to be imported, and what was said about it."""

    upload: uploads.Upload
    hints: Hints
    target: Target


@routes.get("/settings/data")
async def data(request: web.Request) -> web.Response:
    """Show what comes in and goes out."""
    return await _data(request)


@routes.post("/settings/retention")
async def retention(request: web.Request) -> web.Response:
    """Change how long slots are kept; fewer days delete some, so that needs a second look."""
    hub, form = request.app[HUB], await sent(request)
    days = form.whole("retention_days")
    if days is not None and days < hub.profile.retention_days and not form.ticked("understood"):
        form.mistakes["understood"] = "retention_understood"
    if not form.mistakes:
        form = await deciding.decide(request, deciding.retention)
    if form.mistakes:
        return await _data(request, form)
    raise see(request, "/settings/data", "saved")


@routes.post("/settings/import")
async def send(request: web.Request) -> web.Response:
    """Take a file and begin to read it; nothing of it is kept in the books yet."""
    folder = request.app[HUB].settings.data
    upload = await uploads.receive(request, folder, MOST_BYTES)
    try:
        hints = Hints.of(upload.fields)
        household = upload.fields.get("household", "")
        target = Target(
            household=household if household not in NOBODY_YET else None,
            new=upload.fields.get("new", "").strip() or None if household in NOBODY_YET else None,
        )
        errand = _read(request, Draft(upload, hints, target))
    except Refusal as refusal:
        uploads.remove(folder, upload.id)
        return await _data(request, refused=refusal.saying)
    raise see(request, f"/settings/import/{errand.id}")


@routes.get("/settings/import/{errand}")
async def show(request: web.Request) -> web.Response:
    """Show what was understood, or how far it is."""
    return settings_page(request, "import", **_state(request))


@routes.get("/settings/import/{errand}/state")
async def state(request: web.Request) -> web.Response:
    """Give what is known by now."""
    return page(request, "settings/import_state", **_state(request))


@routes.post("/settings/import/{errand}")
async def confirm(request: web.Request) -> web.Response:
    """Take the file in, as it was understood."""
    folder, who = request.app[HUB].settings.data, _importer(request)
    draft = _draft(request)

    async def work(told: Told) -> object:
        upload = draft.upload
        outcome = await from_pages.apply(folder, upload.path, upload.name, draft.hints, draft.target, who, told)
        uploads.remove(folder, upload.id)
        return outcome

    errand = request.app[ERRANDS].start("import", work, draft)
    raise see(request, f"/settings/import/{errand.id}")


@routes.post("/settings/import/{errand}/cancel")
async def cancel(request: web.Request) -> web.Response:
    """Stop, and let go of the file; what was taken in stays."""
    draft, errand = _draft(request), _errand(request)
    errand.cancel()
    await errand.finished()
    uploads.remove(request.app[HUB].settings.data, draft.upload.id)
    raise see(request, "/settings/data", "import_cancelled")


@routes.post("/settings/export")
async def export(request: web.Request) -> web.Response:
    """Begin to write a file with everything between two days."""
    hub, form = request.app[HUB], await sent(request)
    first, last, kind = form.date("first"), form.date("last"), form.text("format")
    if not form.mistakes and first and last and last < first:
        form.mistakes["last"] = "last"
    if kind not in FORMATS:
        form.mistakes["format"] = "format"
    if form.mistakes:
        return await _data(request, form)
    who, folder = request[PERSON].key, hub.settings.data

    async def work(_told: Told) -> object:
        return await _export(folder, first, last, kind)

    said = {"from": str(first or ""), "to": str(last or ""), "format": kind}
    await hub.store.write(lambda books: audit.note(books, hub.clock(), who, "export.make", "slots", **said))
    request.app[ERRANDS].start("export", work)
    raise see(request, "/settings/data#export")


@routes.get("/settings/export/state")
async def export_state(request: web.Request) -> web.Response:
    """Give what is known of the export by now."""
    return page(request, "settings/export_state", errand=request.app[ERRANDS].latest("export"))


@routes.get("/settings/export/{errand}")
async def download(request: web.Request) -> web.StreamResponse:
    """Give the file that an export wrote."""
    errand = _errand(request)
    if errand.kind != "export" or not isinstance(errand.result, Path) or not errand.result.is_file():
        raise Refusal("not-found", "This file is not kept any more. Export it again.")
    kind = errand.result.suffixes[0].removeprefix(".")
    name = f"sceop-{errand.started_at:%Y%m%dT%H%M%SZ}.{kind}"
    headers = {**HEADERS, "Content-Type": FORMATS[kind], "Content-Disposition": f'attachment; filename="{name}"'}
    return web.FileResponse(errand.result, headers=headers)


async def _export(folder: Path, first: date | None, last: date | None, kind: str) -> Path:
    """Write one file beside the server; the one before it goes."""
    out = uploads.export(folder, kind)
    await asyncio.to_thread(out.parent.mkdir, exist_ok=True)
    await asyncio.to_thread(uploads.clear_exports, folder)
    await beside_export(folder, out, first, last, kind)
    return out


async def _data(request: web.Request, form: Form | None = None, refused: Saying | None = None) -> web.Response:
    hub = request.app[HUB]
    names = await hub.store.read(books_of_alerts.names)
    return settings_page(
        request,
        "data",
        form,
        status=200 if refused is None else 422,
        refused=refused,
        households=sorted(names.items(), key=lambda pair: pair[1].casefold()),
        channels=FLOWS,
        unit_options=[(unit, unit) for unit in UNITS],
        zone_options=zone_choices(hub.profile.zone.key),
        most_mb=MOST_BYTES // 1024**2,
        shortest=SHORTEST_RETENTION,
        longest=LONGEST_RETENTION,
        errand=request.app[ERRANDS].latest("export"),
        owns=request[PERSON].may(Permission.OWN),
    )


def _read(request: web.Request, draft: Draft) -> Errand:
    folder, who = request.app[HUB].settings.data, _importer(request)

    async def work(_told: Told) -> object:
        upload = draft.upload
        try:
            return await from_pages.understand(folder, upload.path, upload.name, draft.hints, draft.target, who)
        except BaseException:
            uploads.remove(folder, draft.upload.id)
            raise

    return request.app[ERRANDS].start("understand", work, draft)


def _importer(request: web.Request) -> from_pages.Importer:
    person = request[PERSON]
    return from_pages.Importer(person.key, person.may(Permission.OWN))


def _state(request: web.Request) -> dict[str, Any]:
    draft = _draft(request)
    return {"draft": draft, "errand": _errand(request)}


def _errand(request: web.Request) -> Errand:
    errand = request.app[ERRANDS].get(request.match_info["errand"])
    if errand is None:
        raise Refusal("not-found", "The hub does not know of this any more. Begin again under Settings, Data.")
    return errand


def _draft(request: web.Request) -> Draft:
    about = _errand(request).about
    if not isinstance(about, Draft):
        raise Refusal("not-found", "The hub does not know of this import any more. Send the file again.")
    return about
