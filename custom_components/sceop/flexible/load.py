"""A flexible load at work: it looks at its entities, remembers, and acts where a person allowed it."""

import logging
from asyncio import Task
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, Context, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from .. import issues
from ..core.plan.plan import Placement, Reason
from ..core.plan.wants import Want
from ..core.quantities import watts_of
from ..core.slots import SLOT, slot_of
from ..sources.wiring import named
from .band import BandNature, traced
from .book import Book
from .clocks import usual_time
from .hand import LISTS, STARTERS, SWITCHES, Hand
from .kinds import LoadKind
from .memory import Memory, Phase
from .readiness import is_ready, number_shown
from .run_once import RunOnceNature
from .seen import Nature, Seen
from .terms import CONF_ENTITY, SIMULATED, LoadTerms

_LOGGER = logging.getLogger(__name__)

ANSWERS_WITHIN = timedelta(minutes=1)
"""How long an entity may take to show what it was told, in its own way."""
TRY_AGAIN = timedelta(minutes=5)
"""When to tell an entity again that did not listen."""
GONE_FOR = timedelta(minutes=10)
"""How long after a start an entity may be missing before a person hears of it."""
_TOKEN_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"  # noqa: S105 - letters, and no secret
_TOKEN_LENGTH = 16

type Listener = Callable[[], None]


class Load:
    """One load. Whatever a person does with it goes before the plan."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        load: tuple[str, str, LoadKind],
        terms: LoadTerms,
        nature: Nature,
        hand: Hand | None,
        book: Book,
        zone: ZoneInfo,
    ) -> None:
        self._hass, self._entry, self._book, self._zone = hass, entry, book, zone
        self.id, self.title, self.kind = load
        self.terms, self.nature, self.hand = terms, nature, hand
        self.memory = Memory(dt_util.utcnow())
        self.outside: Callable[[], float | None] = lambda: None
        """The temperature outside, where a forecast knows it."""
        self._opened = dt_util.utcnow()
        self._listeners: list[Listener] = []
        self._askers: list[Listener] = []
        self._asked: object = None
        self._restored: tuple[str, datetime] | None = None
        self._stop: CALLBACK_TYPE | None = None
        self._tracked: frozenset[str] = frozenset()
        self._task: Task[None] | None = None
        self._slot: tuple[datetime, float, int, int] | None = None
        self._told: set[str] = set()

    @callback
    def open(self) -> None:
        """Go on where it was left, and follow its entities."""
        if (kept := self._book.join(self.id, lambda: self.memory)) is not None:
            self.memory = kept
        self.look()

    @callback
    def close(self) -> None:
        """Follow nothing any more; what is wrong is told again after the start.

        What the plan changed stays so over a restart, and is put back when nobody will look after it then.
        """
        if self._stop is not None:
            self._stop()
            self._stop, self._tracked = None, frozenset()
        kept = self._entry.subentries.get(self.id)
        if self.kind is not LoadKind.RUN_ONCE and (
            kept is None or self._entry.disabled_by is not None or kept.data.get(CONF_ENTITY) != self.terms.entity
        ):
            self._put_back()
            self.memory = replace(self.memory, wrote=None, wrote_at=None, was=None, asked=None, shown=None)
        for problem in self._told:
            issues.take_back(self._hass, problem, self._entry.entry_id, self.id)
        self._told.clear()

    async def leave(self) -> None:
        """Put back what the plan changed, of a site that was removed."""
        if (kept := self._book.join(self.id, lambda: self.memory)) is not None and self.kind is not LoadKind.RUN_ONCE:
            self.memory = kept
            self._put_back()
            if self._task is not None:
                await self._task

    @property
    def advised(self) -> bool:
        """Whether the plan can only give advice here: nothing runs this load, or nobody allowed it to act."""
        return self.hand is None or not self.memory.may_act

    @property
    def missing(self) -> tuple[str, ...]:
        """The entities that this Home Assistant does not have any more."""
        every = ((entity, self._name(entity)) for entity in self._entities())
        return tuple(
            entity if name is None else name
            for entity, name in every
            if name is None or self._hass.states.get(name) is None
        )

    @property
    def usual_start(self) -> str | None:
        """When people usually start it by hand, by their clocks."""
        usual = usual_time(self.memory.starts, self._zone)
        return None if usual is None else f"{usual:%H:%M}"

    @property
    def available(self) -> bool:
        """Whether what runs it, or tells how it stands, can be seen."""
        return not self._entities() or any(
            (state := self._hass.states.get(name)) is not None and not _away(state)
            for entity in self._entities()
            if (name := self._name(entity)) is not None
        )

    @callback
    def listen(self, listener: Listener) -> CALLBACK_TYPE:
        """Call when anything changes that its entities show."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def listen_wants(self, listener: Listener) -> CALLBACK_TYPE:
        """Call when it asks something else of a plan."""
        self._askers.append(listener)
        return lambda: self._askers.remove(listener)

    @property
    def want(self) -> Want | None:
        """What it asks of a plan now."""
        return self.nature.want(self.memory, self._seen(dt_util.utcnow(), touched=False))

    @property
    def fixed(self) -> Placement | None:
        """The place of a load that runs and that no plan moves any more, or None."""
        memory = self.memory
        runs = memory.phase is Phase.RUNNING and (memory.by_hand or self.kind is LoadKind.RUN_ONCE)
        if not runs:
            return None
        now = dt_util.utcnow()
        rest = self.nature.rest_wh(memory, self._seen(now, touched=False))
        return Placement(memory.token, slot_of(now), rest, (Reason.RUNNING,), 0.0, 0.0) if rest else None

    @callback
    def allow(self, *, allowed: bool) -> None:
        """Let the plan act, or only advise; what it changed is put back when it may not any more."""
        self.memory = replace(self.memory, may_act=allowed)
        self._book.touch()
        if not allowed and self.kind is not LoadKind.RUN_ONCE:
            self._put_back()
        elif not allowed:
            self.memory = replace(self.memory, wrote=None, was=None)  # what runs is not cut off
        self.look()

    @callback
    def make_ready(self, ready_by: datetime | None = None) -> None:
        """Take a person's word that it may run as soon as it is best."""
        if isinstance(self.nature, RunOnceNature):
            self.memory = self.nature.ready(self.memory, dt_util.utcnow(), _token(), ready_by)
            self._changed(tell=True)

    @callback
    def place(self, placement: Placement | None, *, reserved: bool = False) -> None:
        """Take the place that the plan gives it."""
        if not self.memory.open or (placement is not None and placement.id != self.memory.token):
            return
        if self.memory.phase is Phase.RUNNING and self.kind is LoadKind.RUN_ONCE:
            return  # it keeps the place by which it began: what it saved is counted by that
        self.memory = replace(self.memory, place=placement, reserved=reserved)
        self._changed(tell=True)

    @callback
    def look(self, _now: datetime | None = None, context: Context | None = None) -> None:
        """Bring its memory up to this moment, and act."""
        self._follow()
        now = dt_util.utcnow()
        before, shown = self.memory, None if self.hand is None else self.hand.shown
        touched = self._touched(shown, now, context)
        seen = self._seen(now, touched=touched)
        memory = self.nature.step(self.memory, seen, _token())
        if touched and self.kind is not LoadKind.RUN_ONCE:
            memory = replace(memory, wrote=None, was=None)
        self.memory = replace(self._traced(memory, seen), at=now, shown=shown or memory.shown, watts=seen.watts)
        self._complain(now)
        self._changed(tell=replace(before, at=now, watts=seen.watts) != self.memory)

    @callback
    def _changed(self, *, tell: bool) -> None:
        memory = self.memory
        if tell:
            self._book.touch()
            for listener in tuple(self._listeners):
                listener()
        asked = (memory.phase, memory.token, memory.ready_by, memory.by_hand, memory.may_act, memory.place is None)
        if asked != self._asked:
            self._asked = asked
            for asker in tuple(self._askers):
                asker()
        self._act()

    def _seen(self, now: datetime, *, touched: bool) -> Seen:
        """Look at its entities."""
        hand, terms = self.hand, self.terms
        celsius = hand.celsius if self.kind is LoadKind.THERMOSTAT_BAND and hand is not None else None
        number = celsius if celsius is not None else number_shown(self._hass, terms)
        return Seen(
            now,
            ready=is_ready(self._hass, terms),
            on=None if hand is None else hand.on,
            touched=touched,
            watts=self._watts(),
            number=number,
            outside_c=self.outside(),
        )

    def _watts(self) -> int | None:
        meter = getattr(self.terms, "meter", None)
        name = None if meter is None else named(self._hass, meter)
        if name is None or (state := self._hass.states.get(name)) is None:
            return None
        return watts_of(state.state, state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))

    def _touched(self, shown: str | None, now: datetime, context: Context | None) -> bool:
        """Tell whether somebody else changed what the entity shows.

        What the plan wrote is its own, and so is what an entity makes of that within a minute, unless a person did it.
        A switch makes nothing of it: one that listened, and then shows the contrary, was switched at the device.
        """
        memory, hand = self.memory, self.hand
        if hand is None or shown is None or memory.shown is None or hand.same(shown, memory.shown):
            return False
        if hand.same(shown, memory.wrote):
            return False
        if self._restored is not None and hand.same(shown, self._restored[0]) and now - self._restored[1] < TRY_AGAIN:
            return False
        by_person = context is not None and context.user_id is not None
        fresh = memory.wrote_at is not None and now - memory.wrote_at < ANSWERS_WITHIN
        listened = hand.domain in SWITCHES | LISTS and hand.same(memory.shown, memory.wrote)
        own_way = fresh and not by_person and not listened and self.kind is not LoadKind.RUN_ONCE
        if memory.wrote is not None and own_way:
            self.memory = replace(memory, wrote=shown)
            return False
        return True

    @callback
    def _act(self) -> None:
        """Tell the entity what the plan says, unless it shows that already or was told just now."""
        memory, hand = self.memory, self.hand
        if hand is None or (self._task is not None and not self._task.done()):
            return
        now = dt_util.utcnow()
        order = self.nature.order(memory, self._seen(now, touched=False)) if memory.may_act else None
        if order is None:
            if self.kind is not LoadKind.RUN_ONCE:
                self._put_back()
            return
        text, shown = hand.text(order), hand.shown
        if text is None or hand.same(shown, text):
            return
        if memory.wrote is not None and hand.same(memory.asked, text) and hand.same(shown, memory.wrote):
            return  # it shows that in its own way
        again = memory.wrote is not None and hand.same(memory.wrote, text)
        if again and memory.wrote_at is not None and now - memory.wrote_at < TRY_AGAIN:
            return
        was = memory.was if memory.wrote is not None else shown
        self.memory = replace(memory, wrote=text, asked=text, wrote_at=now, was=was)
        self._do(text)

    @callback
    def _put_back(self) -> None:
        """Restore exactly what was before the plan acted, unless somebody chose otherwise since.

        What cannot be seen, or is still on its way to what it was told, is put back when it is there.
        """
        memory, hand, now = self.memory, self.hand, dt_util.utcnow()
        if hand is None or memory.wrote is None or (shown := hand.shown) is None:
            return
        fresh = memory.wrote_at is not None and now - memory.wrote_at < ANSWERS_WITHIN
        if fresh and not hand.same(shown, memory.wrote) and hand.same(shown, memory.was):
            return
        if memory.was is not None and hand.same(shown, memory.wrote) and not hand.same(memory.was, memory.wrote):
            self._restored = (memory.was, now)
            self._do(memory.was)
        self.memory = replace(memory, wrote=None, wrote_at=None, was=None)

    def _do(self, text: str) -> None:
        """Write down what will be done, so that a power cut knows what was before, and then do it."""

        async def act() -> None:
            await self._book.save()
            assert self.hand is not None  # nobody is asked to act without one
            try:
                await self.hand.write(text, Context())
            except HomeAssistantError as error:
                _LOGGER.warning("%s could not be told %s; it is tried again: %s", self.title, text, error)

        self._task = self._entry.async_create_task(self._hass, act(), f"sceop load {self.title}")

    @callback
    def _follow(self) -> None:
        """Follow every entity to the name that it goes by today."""
        names = frozenset(filter(None, map(self._name, self._entities())))
        if names == self._tracked:
            return
        if self._stop is not None:
            self._stop()
        self._tracked = names
        self._stop = async_track_state_change_event(self._hass, names, self._hear)

    @callback
    def _hear(self, event: Event[EventStateChangedData]) -> None:
        self.look(context=event.context)

    def _entities(self) -> tuple[str, ...]:
        terms = self.terms
        names = ("entity", "meter", "ready_entity", "plugged", "needed", "soc")
        return tuple(entity for name in names if (entity := getattr(terms, name, None)) is not None)

    def _name(self, entity: str) -> str | None:
        """Return the name that an entity goes by today."""
        if entity == SIMULATED and self.hand is not None:
            return self.hand.name
        return named(self._hass, entity)

    def _traced(self, memory: Memory, seen: Seen) -> Memory:
        """Note what a thermostat's room did in a slot that is over, where the temperature outside is known."""
        if not isinstance(self.nature, BandNature) or seen.number is None or self.hand is None:
            self._slot = None
            return memory
        works, slot = self.hand.works, slot_of(seen.at)
        if self._slot is None or self._slot[0] != slot:
            before, self._slot = self._slot, (slot, seen.number, 0, 0)
            if before is not None and before[0] + SLOT == slot and before[3] and seen.outside_c is not None:
                share, hours = before[2] / before[3], SLOT / timedelta(hours=1)
                kwh = self.nature.terms.max_w / 1000 * hours * share
                memory = traced(memory, seen.number - before[1], kwh, before[1] - seen.outside_c)
        start, celsius, working, looks = self._slot
        if works is not None:
            self._slot = (start, celsius, working + works, looks + 1)
        return memory

    @callback
    def _complain(self, now: datetime) -> None:
        """Tell of an entity that is gone and of a run without an end, and take it back when it is over."""
        words = {"name": self.title}
        missing = self.missing if now - self._opened >= GONE_FOR else ()
        self._tell("load_entity_missing", words | {"entity": ", ".join(missing)}, so=bool(missing))
        self._tell("load_endless", words, so=self.memory.endless)

    @callback
    def _tell(self, problem: str, words: dict[str, str], *, so: bool) -> None:
        entry_id = self._entry.entry_id
        if so and problem not in self._told:
            self._told.add(problem)
            issues.tell(self._hass, problem, entry_id, self.id, words, thing=self.id)
        elif not so and problem in self._told:
            self._told.discard(problem)
            issues.take_back(self._hass, problem, entry_id, self.id)


def _away(state: State) -> bool:
    """Tell whether an entity cannot be seen; a button that was never pressed is unknown, and there."""
    return state.state == STATE_UNAVAILABLE or (state.state == STATE_UNKNOWN and state.domain not in STARTERS)


def _token() -> str:
    dice = SystemRandom()
    return "".join(dice.choice(_TOKEN_LETTERS) for _ in range(_TOKEN_LENGTH))
