"""Repair issues of a site: what a person should know or put right, told once and taken back when it is over."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN

PAGE = "https://github.com/sceop/sceop/blob/main/docs/troubleshooting.md"
_ENTRY, _THING = "entry", "thing"


@callback
def tell(
    hass: HomeAssistant,
    problem: str,
    entry_id: str,
    about: str,
    words: Mapping[str, str],
    *,
    thing: str | None = None,
    until_read: bool = False,
    grave: bool = False,
) -> None:
    """Say that something is wrong with a site, a thing of it or a file.

    What is over by itself goes by itself. What happened and cannot be undone stays `until_read`, also over a restart.
    """
    ir.async_create_issue(
        hass,
        DOMAIN,
        _id(problem, entry_id, about),
        data={_ENTRY: entry_id, _THING: thing},
        is_fixable=until_read,
        is_persistent=until_read,
        learn_more_url=f"{PAGE}#{problem.replace('_', '-')}",
        severity=ir.IssueSeverity.ERROR if grave else ir.IssueSeverity.WARNING,
        translation_key=problem,
        translation_placeholders=dict(words),
    )


@callback
def take_back(hass: HomeAssistant, problem: str, entry_id: str, about: str) -> None:
    """Take an issue back, if it was raised."""
    ir.async_delete_issue(hass, DOMAIN, _id(problem, entry_id, about))


@callback
def of(hass: HomeAssistant, entry_id: str) -> list[ir.IssueEntry]:
    """Return what is said of a site."""
    return [
        issue
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and (issue.data or {}).get(_ENTRY) == entry_id
    ]


@callback
def forget(hass: HomeAssistant, entry_id: str, things: frozenset[str] | None = None) -> None:
    """Take back everything that was said of a site that is gone, or of things of it that are."""
    for issue in of(hass, entry_id):
        if things is None or (issue.data or {}).get(_THING) in things:
            ir.async_delete_issue(hass, DOMAIN, issue.issue_id)


def _id(problem: str, entry_id: str, about: str) -> str:
    return f"{problem}_{entry_id}_{about}"
