"""Zones of real lights, as the tests of lights have them."""

from tests.household.lights.conftest import clock, lamps, make_site  # noqa: F401 - pytest finds fixtures by their names
