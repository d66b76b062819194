"""The OpenAPI document: made from the wire types, the table of operations and the table of rules, never by hand."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec

from .. import __version__
from ..auth.access import ACCESS, Door, Either, Permission, Rule
from .limits import LIMITS
from .operations import MEANINGS, OPERATIONS, Answer, Line, Media, Operation
from .problems import STATUS, Problem

type Json = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_PROBLEM = "application/problem+json"

_ABOUT = """
What households, and other programs, may ask of a community's hub.

Energy is whole watt-hours per slot, a slot is a quarter of an hour named by its UTC start, and power is watts. Missing
is not zero: `null` says that something is not known. A write carries its own identity, so sending it again changes
nothing. A body may be packed with gzip.

Every refusal is a problem document (RFC 9457), whose `type` is for programs and whose `detail` says to people what to
do. The limits stand under `x-limits`, and what each problem means under `x-problems`.
""".strip()

_SECURITY: Mapping[str, Json] = {
    "household": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that a household was given when it joined.",
    },
    "program": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token for other programs, made by an owner under Accounts. Its scopes say what it may do.",
    },
}


@cache
def document() -> Json:
    """Return the document; it is the same for as long as the program runs."""
    schemas = _Schemas(_types(OPERATIONS))
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SCEOP hub",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "../..", "description": "The hub that serves this document"}],
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": dict(_SECURITY)},
        "x-limits": dict(LIMITS),
        "x-problems": {
            f"urn:sceop:problem:{slug}": {"status": int(STATUS[slug]), "means": means}
            for slug, means in MEANINGS.items()
        },
    }


def refusals(operation: Operation) -> frozenset[str]:
    """Return every problem with which an operation may be refused."""
    slugs = {"internal", *operation.refuses}
    rule = _rule(operation)
    if rule in {Door.HOUSEHOLD, Door.SELF} or isinstance(rule, Either):
        slugs |= {"unauthorized"}
    if rule is Door.HOUSEHOLD or isinstance(rule, Either):
        slugs |= {"waiting", "paused"}
    if isinstance(rule, Permission | Either):
        slugs |= {"forbidden", "unauthorized", "sign-in"}
    if operation.takes is not None:
        slugs |= {"invalid", "too-large", "unsupported"}
    if operation.asks is not None:
        slugs |= {"invalid"}
    if operation.method != "GET":
        slugs |= {"storage"}
    if Line in map(type, operation.gives.values()):
        slugs |= {"upgrade"}
    return frozenset(slugs)


class _Schemas:
    """The schemas of all types at once, so that each is written once and referred to everywhere."""

    def __init__(self, types: Iterable[type]) -> None:
        of = list(dict.fromkeys(types))
        found, self.components = msgspec.json.schema_components(of, ref_template=_REFERENCE)
        self._of = dict(zip(of, found, strict=True))

    def of(self, kind: type) -> Json:
        return self._of[kind]

    def fields(self, kind: type) -> tuple[Mapping[str, Json], frozenset[str]]:
        """Return the fields of a type of ours, and which of them must be there."""
        whole = self.components[self._of[kind]["$ref"].rpartition("/")[2]]
        return whole["properties"], frozenset(whole.get("required", ()))


def _types(operations: Iterable[Operation]) -> Iterator[type]:
    yield Problem
    for operation in operations:
        yield from (kind for kind in (operation.takes, operation.asks) if kind is not None)
        for answer in operation.gives.values():
            if isinstance(answer, Line):
                yield from (*answer.sends, *answer.receives)
            else:
                yield from (form for form in _forms(answer) if isinstance(form, type))


def _operation(operation: Operation, schemas: _Schemas) -> Json:
    responses = {str(status): _answer(status, answer, schemas) for status, answer in operation.gives.items()}
    for status, slugs in _by_status(refusals(operation)).items():
        responses[str(status)] = _refusal(slugs, schemas)
    told: Json = {
        "operationId": _identifier(operation),
        "summary": operation.summary,
        "security": _security(operation),
        "responses": responses,
    }
    if operation.tells:
        told["description"] = operation.tells
    if parameters := [*_in_path(operation), *_in_query(operation, schemas)]:
        told["parameters"] = parameters
    if operation.takes is not None:
        told["requestBody"] = {"required": True, "content": _json(schemas.of(operation.takes))}
    for answer in operation.gives.values():
        if isinstance(answer, Line):
            told["x-websocket"] = {
                "sends": {"oneOf": [schemas.of(kind) for kind in answer.sends]},
                "receives": {"oneOf": [schemas.of(kind) for kind in answer.receives]},
            }
    return told


def _answer(status: int, answer: Answer, schemas: _Schemas) -> Json:
    told: Json = {"description": HTTPStatus(status).phrase}
    for form in _forms(answer):
        content = {form.type: {}} if isinstance(form, Media) else _json(schemas.of(form))
        told.setdefault("content", {}).update(content)
    return told


def _forms(answer: Answer) -> tuple[type | Media, ...]:
    if isinstance(answer, tuple):
        return answer
    return (answer,) if isinstance(answer, type | Media) else ()


def _refusal(slugs: Iterable[str], schemas: _Schemas) -> Json:
    """Describe one status, which several problems may share."""
    urns = [f"urn:sceop:problem:{slug}" for slug in sorted(slugs)]
    schema = {"allOf": [schemas.of(Problem), {"properties": {"type": {"enum": urns}}}]}
    means = "\n".join(f"- `{slug}`: {MEANINGS[slug]}" for slug in sorted(slugs))
    return {"description": means, "content": {_PROBLEM: {"schema": schema}}}


def _by_status(slugs: Iterable[str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for slug in slugs:
        found.setdefault(int(STATUS[slug]), set()).add(slug)
    return dict(sorted(found.items()))


def _security(operation: Operation) -> list[Json]:
    match _rule(operation):
        case Door.ANYBODY:
            return []
        case Door.HOUSEHOLD | Door.SELF:
            return [{"household": []}]
        case Either(permission=permission):
            return [{"household": []}, {"program": [str(permission)]}]
        case permission:
            return [{"program": [str(permission)]}]


def _rule(operation: Operation) -> Rule:
    return ACCESS[operation.method, operation.path]


def _in_path(operation: Operation) -> Iterator[Json]:
    for name in re.findall(r"{(\w+)}", operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(operation: Operation, schemas: _Schemas) -> Iterator[Json]:
    if operation.asks is None:
        return
    fields, required = schemas.fields(operation.asks)
    for name, schema in fields.items():
        yield {"name": name, "in": "query", "required": name in required, "schema": schema}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _identifier(operation: Operation) -> str:
    """Name the operation as a generated client would call it: `post_readings`."""
    words = re.sub(r"\W+", "_", operation.path.removeprefix("/api/v1").replace(".json", "")).strip("_")
    return f"{operation.method.lower()}_{words}"
