"""Subjects: the zones and other things at which a person aimed an action, a trigger or a condition.

People point at a lamp's zone, at its device or at a whole area; what is meant is always the thing behind the entity.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .const import DOMAIN
from .coordinator import SceopConfigEntry, SiteRuntime
from .zones import Zone


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """A thing of a site, by the names that outlive a reload."""

    entry_id: str
    id: str


def subjects_of(hass: HomeAssistant, entities: Iterable[str]) -> set[Subject]:
    """Return the things to which entities belong; what is not ours, and what is the site's own, belongs to none."""
    registry = er.async_get(hass)
    known = (entity for entity_id in entities if (entity := registry.async_get(entity_id)) is not None)
    return {
        Subject(entity.config_entry_id, entity.config_subentry_id)
        for entity in known
        if entity.platform == DOMAIN and entity.config_entry_id and entity.config_subentry_id
    }


def entities_of(hass: HomeAssistant, subjects: Iterable[Subject]) -> set[str]:
    """Return every entity of some things: each of them tells when something changed."""
    registry, wanted = er.async_get(hass), set(subjects)
    return {
        entity.entity_id
        for entry_id in {subject.entry_id for subject in wanted}
        for entity in er.async_entries_for_config_entry(registry, entry_id)
        if entity.config_subentry_id and Subject(entry_id, entity.config_subentry_id) in wanted
    }


def aimed_at(hass: HomeAssistant, target: Mapping[str, Any]) -> set[Subject]:
    """Return the things at which a target aims, by entities, devices, areas, floors or labels."""
    chosen = async_extract_referenced_entity_ids(
        hass, TargetSelection(dict(target)), expand_group=False, primary_entities_only=False
    )
    return subjects_of(hass, chosen.referenced | chosen.indirectly_referenced)


def sites_of(hass: HomeAssistant, target: Mapping[str, Any]) -> set[str]:
    """Return the sites at which a target aims, by their entries; who means one of its entities means the site."""
    chosen = async_extract_referenced_entity_ids(
        hass, TargetSelection(dict(target)), expand_group=False, primary_entities_only=False
    )
    registry = er.async_get(hass)
    known = (registry.async_get(entity_id) for entity_id in chosen.referenced | chosen.indirectly_referenced)
    return {
        entity.config_entry_id
        for entity in known
        if entity is not None and entity.platform == DOMAIN and entity.config_entry_id is not None
    }


def runtime_of(hass: HomeAssistant, subject: Subject) -> SiteRuntime | None:
    """Return the site of a thing, or None while it is not set up."""
    entry: SceopConfigEntry | None = hass.config_entries.async_get_entry(subject.entry_id)
    return entry.runtime_data if entry is not None and entry.state is ConfigEntryState.LOADED else None


def zones_of(hass: HomeAssistant, subjects: Iterable[Subject]) -> list[Zone]:
    """Return the zones among some things, in order of their ids."""
    sites = ((subject, runtime_of(hass, subject)) for subject in sorted(subjects))
    return [site.zones[subject.id] for subject, site in sites if site is not None and subject.id in site.zones]


def device_id_of(hass: HomeAssistant, subject: Subject) -> str | None:
    """Return the device of a thing."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, subject.id), subject.entry_id)
    return None if device is None else device.id
