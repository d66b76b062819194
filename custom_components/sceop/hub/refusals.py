"""What a hub's answer means when it is no yes: every refusal becomes the error that it names."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from aiohttp import ClientConnectorCertificateError, ClientResponse, ServerFingerprintMismatch
from homeassistant.util.json import json_loads

from .errors import (
    CertificateChanged,
    CertificateUnknown,
    ClockRefused,
    Declined,
    HubBusy,
    HubError,
    HubStorageFull,
    HubUnreachable,
    InviteProblem,
    InviteRefused,
    NotAdmitted,
    NotAHub,
    Refused,
    Shut,
    TokenRefused,
    TooLarge,
)

_INVITES: Mapping[str, InviteProblem] = {name: name for name in ("invite-unknown", "invite-used", "invite-expired")}
_SHUT: Mapping[str, Shut] = {name: name for name in ("waiting", "paused")}
_PROBLEMS: Mapping[str, Callable[[str], HubError]] = {
    "unauthorized": TokenRefused,
    "clock": ClockRefused,
    "invalid": Refused,
    "too-old": Refused,
    "too-many-channels": Refused,
    "nickname-taken": Refused,
    "too-large": TooLarge,
}
_PROBLEM = "urn:sceop:problem:"
_TOO_MANY, _SERVER_ERROR, _STORAGE_FULL = 429, 500, 507


async def json_object(response: ClientResponse) -> dict[str, Any] | None:
    """Return the answer's JSON object, or None where it is anything else."""
    try:
        answer = json_loads(await response.read())
    except ValueError:
        return None
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else None


def refusal(status: int, answer: Mapping[str, Any] | None) -> HubError:
    """Turn a refusal into the exception that it names.

    Only a problem that this version knows may cost a home its readings. Whatever else stands on the way, a proxy or a
    hub of another version, is an error that passes.
    """
    named = str((answer or {}).get("type", ""))
    slug = named.removeprefix(_PROBLEM) if named.startswith(_PROBLEM) else ""
    sentence = str((answer or {}).get("detail") or f"It answers with status {status}.")
    if slug in _INVITES:
        return InviteRefused(sentence, _INVITES[slug])
    if slug in _SHUT:
        return NotAdmitted(sentence, _SHUT[slug])
    if slug in _PROBLEMS:
        return _PROBLEMS[slug](sentence)
    if status == _STORAGE_FULL:
        return HubStorageFull(sentence)
    if status >= _SERVER_ERROR or status == _TOO_MANY:
        return HubBusy(sentence)
    return Declined(sentence) if slug else NotAHub(sentence)


def unreachable(address: object, error: Exception) -> HubError:
    """Say why there was no answer at all."""
    if isinstance(error, ServerFingerprintMismatch):
        return CertificateChanged(f"{address} shows another certificate than the one that this home was invited with.")
    if isinstance(error, ClientConnectorCertificateError):
        return CertificateUnknown(f"Nobody vouches for the certificate of {address}.")
    return HubUnreachable(f"{address} does not answer ({str(error) or type(error).__name__}).")
