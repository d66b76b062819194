from tests.hub.conftest import hub  # noqa: F401 - a fixture is shared by its name
