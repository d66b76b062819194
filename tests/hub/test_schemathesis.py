"""A stranger who read the document asks for everything, rightly and wrongly; the hub keeps to what it says there."""

import asyncio
import threading
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, settings as hypothesis_settings
from schemathesis.checks import positive_data_acceptance

from sceop_hub.api import openapi
from sceop_hub.auth import programs
from sceop_hub.auth.access import ACCESS, SCOPES, Door, Permission
from sceop_hub.core.wire import MOST_SLOTS
from tests.hub.harness import INVITE, RunningHub, running, settings

CASES = 60
"""For each operation, beside those that walk through its borders one by one."""

schema = schemathesis.openapi.from_dict(openapi.document())
schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]  # too large is a refusal as well


@schema.hook
def map_body(context, body):
    """Let a date, a code or a zone be one that the hub takes, or it would never look at the rest of a body."""
    if not isinstance(body, dict):
        return body
    for field, good in (("code", INVITE), ("time_zone", "Europe/Amsterdam")):
        if isinstance(body.get(field), str) and 1 <= len(body[field]) <= 80:
            body[field] = good
    blocks = body.get("blocks")
    for each in blocks if isinstance(blocks, list) else []:
        if isinstance(each, dict) and _is_a_time(each.get("start")):
            each["start"] = "2026-11-20T04:00:00Z"
            if isinstance(each.get("wh"), list) and len(each["wh"]) <= MOST_SLOTS:
                del each["wh"][30:]
    return body


def _is_a_time(text):
    try:
        return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


@dataclass
class Elsewhere:
    """A hub on a loop of its own, which answers while a test waits."""

    loop: asyncio.AbstractEventLoop
    hub: RunningHub

    def ask(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=20)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    loop, stack = asyncio.new_event_loop(), AsyncExitStack()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    here = Elsewhere(loop, None)
    try:
        here.hub = here.ask(
            stack.enter_async_context(running(settings(tmp_path_factory.mktemp("hub"), local_owner=False)))
        )
        here.ask(here.hub.invite(uses=1_000_000))
        yield here
    finally:
        here.ask(stack.aclose())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@dataclass
class Keys:
    """Whoever may take an operation, by its rule."""

    elsewhere: Elsewhere
    household: str
    program: str

    def of(self, case):
        rule = ACCESS.get((case.method.upper(), case.operation.path))
        if isinstance(rule, Permission):
            return self.program
        if rule is Door.SELF and case.method.upper() in {"DELETE", "POST"}:  # after it the token is worth nothing
            return self.elsewhere.ask(self.elsewhere.hub.join())
        return self.household


@pytest.fixture(scope="module")
def keys(elsewhere):
    hub = elsewhere.hub

    def make(books):
        return programs.make(books, "test", "Stranger", SCOPES, hub.clock())

    _, program = elsewhere.ask(hub.hub.store.write(make))
    return Keys(elsewhere, elsewhere.ask(hub.join()), program)


# A body may be as its schema has it and still hold a name that nobody can see; so not all that fits must be taken.
@pytest.mark.filterwarnings("ignore")
@schema.parametrize()
@hypothesis_settings(
    max_examples=CASES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_whatever_is_asked_the_answer_is_as_described(case, elsewhere, keys):
    elsewhere.hub.clock.pass_by(minutes=1)  # or the brakes at the door would answer for the hub
    case.call_and_validate(
        base_url=elsewhere.hub.url,
        headers={"Authorization": f"Bearer {keys.of(case)}"},
        excluded_checks=[positive_data_acceptance],
    )
