"""The dialog of a thing: choose where its readings come from, and see them before anything is kept."""

from collections.abc import Mapping
from typing import Any

import probatio
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import TextSelector

from ..names import names_of_things
from ..things import CONF_FLOWS, CONF_SOURCE, CONF_TYPE, ThingKind
from . import Problem, SourceForm
from .forms import FORMS


class ThingFlow(ConfigSubentryFlow):
    """Add or change a thing of any kind; its subentry's type says which."""

    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Offer the sources that can read such a thing."""
        return self.async_show_menu(
            step_id="user", menu_options=[form.type for form in FORMS.values() if self._kind in form.kinds]
        )

    async def async_step_reconfigure(self, _user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show the form of the source that the thing has."""
        return await self._ask(FORMS[self._get_reconfigure_subentry().data[CONF_SOURCE][CONF_TYPE]], None)

    async def async_step_entity(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Read sensors that exist."""
        return await self._ask(FORMS["entity"], user_input)

    async def async_step_p1(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Read a smart meter's customer port."""
        return await self._ask(FORMS["p1"], user_input)

    async def async_step_sunspec(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Read a SunSpec device."""
        return await self._ask(FORMS["sunspec"], user_input)

    async def async_step_mqtt(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Read MQTT topics."""
        return await self._ask(FORMS["mqtt"], user_input)

    @property
    def _kind(self) -> ThingKind:
        return ThingKind(self._subentry_type)

    async def _ask(self, form: SourceForm, typed: dict[str, Any] | None) -> SubentryFlowResult:
        """Show a form, try what was typed, and keep it as soon as the source answers."""
        problem: Problem | None = None
        if typed is not None:
            answer = await self._keep(form, typed)
            if not isinstance(answer, Problem):
                return answer
            problem = answer
        schema = probatio.Schema({probatio.Required(CONF_NAME): TextSelector()}).extend(
            form.schema(self.hass, self._kind).schema
        )
        return self.async_show_form(
            step_id=form.type,
            data_schema=self.add_suggested_values_to_schema(schema, typed or await self._suggested(form)),
            errors={} if problem is None else {problem.where: problem.key},
            description_placeholders={} if problem is None else dict(problem.placeholders),
        )

    async def _suggested(self, form: SourceForm) -> Mapping[str, Any]:
        if self.source == SOURCE_RECONFIGURE:
            subentry = self._get_reconfigure_subentry()
            return {CONF_NAME: subentry.title, **form.suggested(subentry.data[CONF_SOURCE])}
        return {CONF_NAME: (await names_of_things(self.hass))[self._kind]}

    async def _keep(self, form: SourceForm, typed: Mapping[str, Any]) -> SubentryFlowResult | Problem:
        name = " ".join(typed[CONF_NAME].split())
        others = [each for each in self._get_entry().subentries.values() if each.subentry_id != self._changed]
        if not name:
            return Problem(CONF_NAME, "name_missing")
        if name.casefold() in {each.title.casefold() for each in others}:
            return Problem(CONF_NAME, "name_taken")
        checked = await form.check(
            self.hass, self._kind, {field: value for field, value in typed.items() if field != CONF_NAME}
        )
        if isinstance(checked, Problem):
            return checked
        identity = None if checked.identity is None else f"{self._kind} {checked.identity}"
        if identity is not None and identity in {each.unique_id for each in others}:
            return Problem("base", "already_added")
        data = {CONF_SOURCE: {**checked.source, CONF_TYPE: form.type}, CONF_FLOWS: list(checked.flows)}
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), title=name, data=data, unique_id=identity
            )
        return self.async_create_entry(title=name, data=data, unique_id=identity)

    @property
    def _changed(self) -> str | None:
        """The subentry that this dialog is about, if there is one already."""
        return self._get_reconfigure_subentry().subentry_id if self.source == SOURCE_RECONFIGURE else None
