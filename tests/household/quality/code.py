"""Checks of the quality scale that read the code: each yields what is wrong, and nothing where the rule is kept."""

import ast
import re
import struct
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions, requires
from sys import stdlib_module_names

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfPower, UnitOfTime

from custom_components.sceop.flexible_sensors import LoadSensorDescription
from custom_components.sceop.forecast_sensors import ForecastSensorDescription
from custom_components.sceop.together_sensors import EventSensorDescription

from .house import House

type Faults = Iterator[str]

ERRORS = {
    "HomeAssistantError",
    "ServiceValidationError",
    "ConfigEntryError",
    "ConfigEntryNotReady",
    "ConfigEntryAuthFailed",
    "UpdateFailed",
}
BLOCKING = {"requests", "urllib.request", "http.client", "ftplib", "smtplib"}
BLOCKING_CALLS = {
    "time.sleep",
    "socket.socket",
    "socket.create_connection",
    "socket.getaddrinfo",
    "socket.gethostbyname",
}
CLASS_OF = {
    UnitOfPower.WATT: SensorDeviceClass.POWER,
    UnitOfEnergy.WATT_HOUR: SensorDeviceClass.ENERGY,
    UnitOfTime.MINUTES: SensorDeviceClass.DURATION,
}
KNOWN_WITHOUT_ASKING = {"HubEntity"}
"""What these show is known here, whether or not the other side answers."""


# Bronze


def action_setup(house: House) -> Faults:
    """Actions exist whether or not a site is set up."""
    for name, tree in house.trees():
        for function in _functions(tree):
            if function.name == "async_setup_entry" and any(_is_registration(call) for call in _calls(function)):
                yield f"{name} registers an action for each entry"
    if house.keys("services.yaml") and "async_setup" not in _names(house.tree("__init__.py")):
        yield "there are actions and no async_setup that registers them"


def appropriate_polling(house: House) -> Faults:
    every = re.search(r"^READ_EVERY\b.*timedelta\(seconds=(\d+)\)", house.ours("const.py"), re.MULTILINE)
    if every is None or timedelta(seconds=int(every[1])) < timedelta(seconds=5):
        yield "READ_EVERY is not at least five seconds"
    if "polling" in house.words("manifest.json")["iot_class"] and "update_interval=READ_EVERY" not in house.ours(
        "coordinator.py"
    ):
        yield "the coordinator does not poll at the pace of const.py"


def brands(house: House) -> Faults:
    """Sizes are those that Home Assistant's brands ask for: the icon square, the logo's shorter side."""
    for file, least, most in (
        ("icon", 256, 256),
        ("icon@2x", 512, 512),
        ("logo", 128, 256),
        ("logo@2x", 256, 512),
    ):
        picture = house.files.get(f"custom_components/sceop/brand/{file}.png", b"")
        if not picture.startswith(b"\x89PNG"):
            yield f"brand/{file}.png is no picture"
            continue
        width, height = struct.unpack(">II", picture[16:24])
        if not least <= min(width, height) <= most or (file.startswith("icon") and width != height):
            yield f"brand/{file}.png is {width} by {height}"


def common_modules(house: House) -> Faults:
    for base, name in (("DataUpdateCoordinator", "coordinator.py"), ("Entity", "entity.py")):
        if not any(base in _bases(each) for each in _classes(house.tree(name))):
            yield f"{name} has no class built on {base}"
    common = {each.name for name, tree in house.trees() if name.endswith("entity.py") for each in _classes(tree)}
    for entity in _entities(house):
        if not common & {each.name for each in entity.line}:
            yield f"{entity.name} shares nothing with the other entities"


def config_flow(house: House) -> Faults:
    if house.words("manifest.json").get("config_flow") is not True:
        yield "the manifest has no config flow"
    for where, step in _steps(house):
        for field in step.get("data", {}).keys() ^ step.get("data_description", {}).keys():
            yield f"{where}: {field} has a name or an explanation, and not both"


def dependency_transparency(house: House) -> Faults:
    known = packages_distributions()
    shipped = {_distribution(line) for line in requires("homeassistant") or () if "extra ==" not in line} | {"numpy"}
    wanted = {_distribution(line) for line in house.words("manifest.json")["requirements"]}
    for line in house.words("manifest.json")["requirements"]:
        if "://" in line or not re.fullmatch(r"[\w.-]+(\[\w+\])?>=[\d.]+", line):
            yield f"{line} is not a package with a floor"
    for distribution in wanted:
        try:
            told = metadata(distribution)
        except PackageNotFoundError:
            yield f"{distribution} is not installed, so nobody knows its licence"
            continue
        classifiers = " ".join(told.get_all("Classifier") or ())
        if not ({"License", "License-Expression"} & set(told) or "OSI Approved" in classifiers):
            yield f"{distribution} does not say under which licence it is given"
    for name, tree in house.trees():
        for module in _imports(tree):
            top = module.partition(".")[0]
            owners = {_distribution(owner) for owner in known.get(top, ())}
            if top not in stdlib_module_names and top not in {"homeassistant", "custom_components"}:
                aliases = {"probatio"} if top == "probatio" else owners
                if not aliases & (shipped | wanted):
                    yield f"{name} imports {top}, which nobody asked for"


def entity_event_setup(house: House) -> Faults:
    """Who listens before he stands in Home Assistant is never told to stop."""
    for entity in _entities(house):
        for function in (function for each in entity.line for function in _functions(each)):
            if function.name == "__init__" and any(_listens(call) for call in _calls(function)):
                yield f"{entity.name} listens from its constructor on"


def entity_unique_id(house: House) -> Faults:
    for entity in _entities(house):
        if not entity.sets("_attr_unique_id"):
            yield f"{entity.name} has no unique id"


def has_entity_name(house: House) -> Faults:
    for entity in _entities(house):
        if entity.sets("_attr_has_entity_name") != "True":
            yield f"{entity.name} does not say that its name is that of an entity"
        if (entity.sets("_attr_name") or "None") != "None":
            yield f"{entity.name} has a name that nobody can translate"


def runtime_data(house: House) -> Faults:
    if "entry.runtime_data =" not in house.ours("__init__.py"):
        yield "what an entry owns is not its runtime data"
    if "type SceopConfigEntry = ConfigEntry[SiteRuntime]" not in house.ours("coordinator.py"):
        yield "the entry's type does not say what it owns"
    for name, tree in house.trees():
        if "hass.data[DOMAIN]" in ast.unparse(tree):
            yield f"{name} keeps what belongs to an entry elsewhere"


def test_before_configure(house: House) -> Faults:
    for name, tree in house.trees():
        for each in _classes(tree):
            if name.startswith("flows/") and each.name.endswith("Form") and "check" not in _names(each):
                yield f"{name}: {each.name} keeps what it has not tried"
    dialogs = [tree for name, tree in house.trees() if name.startswith(("config_flow", "flows/"))]
    called = {ast.unparse(call.func) for tree in dialogs for call in _calls(tree)}
    for missing in sorted({"join", "move"} - called):
        yield f"no dialog asks the hub with {missing}"


def test_before_setup(house: House) -> Faults:
    yield from _calls_missing(house, "__init__.py", "async_config_entry_first_refresh")


def unique_config_entry(house: House) -> Faults:
    yield from _calls_missing(house, "config_flow.py", "async_set_unique_id")
    for path, word in (("config_flow.py", "name_taken"), ("flows/thing.py", "already_added")):
        if f'"{word}"' not in house.ours(path):
            yield f"{path} never says {word}"


# Silver


def action_exceptions(house: House) -> Faults:
    """An action that fails says so with an error of Home Assistant's, never with one of its own."""
    if not house.keys("services.yaml"):
        yield "there are no actions"
    for error in (each for each in ast.walk(house.tree("services.py")) if isinstance(each, ast.Raise)):
        if _raised(error) not in ERRORS:
            yield f"services.py raises {_raised(error)}"


def config_entry_unloading(house: House) -> Faults:
    yield from _calls_missing(house, "__init__.py", "async_unload_platforms")
    if "async_unload_entry" not in _names(house.tree("__init__.py")):
        yield "a site cannot be unloaded"


def entity_unavailable(house: House) -> Faults:
    for entity in _entities(house):
        line = {each.name for each in entity.line}
        asks = any("CoordinatorEntity" in _bases(each) or "available" in _names(each) for each in entity.line)
        if not asks and not line & KNOWN_WITHOUT_ASKING:
            yield f"{entity.name} is available whatever happens"


def integration_owner(house: House) -> Faults:
    if not all(re.fullmatch(r"@[\w-]+", owner) for owner in house.words("manifest.json")["codeowners"] or [""]):
        yield "nobody owns it"


def parallel_updates(house: House) -> Faults:
    for platform in _platforms(house):
        if not re.search(r"^PARALLEL_UPDATES = \d", house.ours(f"{platform}.py"), re.MULTILINE):
            yield f"{platform}.py does not say how many may update at once"


def reauthentication_flow(house: House) -> Faults:
    yield from _methods_missing(house, "SceopConfigFlow", "async_step_reauth", "async_step_reauth_confirm")
    if not any("async_start_reauth" in house.ours(name) for name, _ in house.trees()):
        yield "nobody asks for it"


def test_coverage(house: House) -> Faults:
    bar = re.search(r"^BAR = (\d+)", house.text("checks/branches.py"), re.MULTILINE)
    if bar is None or int(bar[1]) < 95:
        yield "checks/branches.py takes less than 95%"
    if '"custom_components/sceop"' not in house.text("checks/branches.py"):
        yield "checks/branches.py does not look at the integration"
    if "checks.branches" not in house.text("script/test"):
        yield "script/test does not look at its coverage"


# Gold


def devices(house: House) -> Faults:
    for entity in _entities(house):
        if not entity.sets("_attr_device_info"):
            yield f"{entity.name} belongs to no device"


def diagnostics(house: House) -> Faults:
    if "async_get_config_entry_diagnostics" not in _names(house.tree("diagnostics.py")):
        yield "there are none"
    if "REDACTED" not in house.ours("diagnostics.py"):
        yield "they leave nothing out"


def discovery(house: House) -> Faults:
    steps = {name for _, tree in house.trees() for each in _classes(tree) for name in _names(each)}
    for way in ("hassio", "zeroconf"):
        if f"async_step_{way}" not in steps:
            yield f"a hub that is found by {way} is not offered"
    if not house.words("manifest.json").get("zeroconf"):
        yield "the manifest does not listen for hubs"


def discovery_update_info(house: House) -> Faults:
    yield from discovery(house)
    if "already_a_member" not in house.words()["config"].get("abort", {}):
        yield "a hub that a site knows already is not told apart from a new one"


def entity_category(house: House) -> Faults:
    """What tells of the connection, and not of the home or of what is to come, is a diagnostic."""
    for row in house.descriptions:
        is_to_come = isinstance(row, ForecastSensorDescription | LoadSensorDescription | EventSensorDescription)
        tells_of_itself = row.device_class in {"connectivity", "timestamp"} and not is_to_come
        if tells_of_itself and row.entity_category is not EntityCategory.DIAGNOSTIC:
            yield f"{row.key} is no diagnostic"
    for entity in _entities(house):
        if "SwitchEntity" in _bases(entity.line[0]) and not entity.sets("_attr_entity_category"):
            yield f"{entity.name} is a setting and does not say so"


def entity_device_class(house: House) -> Faults:
    for row in house.descriptions:
        unit = getattr(row, "native_unit_of_measurement", None)
        if unit in CLASS_OF and row.device_class is not CLASS_OF[unit]:
            yield f"{row.key} is in {unit} and has no class for it"


def entity_disabled_by_default(house: House) -> Faults:
    """What changes at every reading, and tells of the connection alone, is not written unless somebody asks for it."""
    quiet = [row for row in house.descriptions if not row.entity_registry_enabled_default]
    if not quiet:
        yield "every entity is enabled by default"
    for row in house.descriptions:
        if row.key == "last_reading" and row not in quiet:
            yield "last_reading is written every ten seconds for everybody"


def entity_translations(house: House) -> Faults:
    named = {key: told.get("name") for platform in house.words()["entity"].values() for key, told in platform.items()}
    used = {row.translation_key or row.key for row in house.descriptions} | set(_zone_keys(house))
    for key in sorted(used - named.keys()):
        yield f"{key} has no words"
    for key in sorted(named.keys() - used):
        yield f"{key} has words and no entity"
    for key in sorted(key for key, name in named.items() if not name and key != "zone"):
        yield f"{key} has no name"


def exception_translations(house: House) -> Faults:
    known = house.words().get("exceptions", {})
    for name, tree in house.trees():
        for error in (each for each in ast.walk(tree) if isinstance(each, ast.Raise)):
            if _raised(error) not in ERRORS or not isinstance(error.exc, ast.Call):
                continue
            told = {word.arg: word.value for word in error.exc.keywords}
            if error.exc.args or not {"translation_domain", "translation_key"} <= told.keys():
                yield f"{name}:{error.lineno} raises {_raised(error)} with a sentence that nobody can translate"
            elif isinstance(key := told["translation_key"], ast.Constant) and key.value not in known:
                yield f"{name}:{error.lineno} raises {key.value}, which has no words"


def icon_translations(house: House) -> Faults:
    icons, words = house.words("icons.json"), house.words()
    drawn = {row.key for row in house.descriptions if row.device_class == "battery"}
    for platform, keys in words["entity"].items():
        for key in keys.keys() - icons["entity"].get(platform, {}).keys() - drawn:
            yield f"{platform} {key} has no icon"
    for kind, file in (("services", "services.yaml"), ("triggers", "triggers.yaml"), ("conditions", "conditions.yaml")):
        for key in house.keys(file).keys() - icons.get(kind, {}).keys():
            yield f"{file} {key} has no icon"


def reconfiguration_flow(house: House) -> Faults:
    for flow in ("SceopConfigFlow", "ThingFlow", "LightZoneFlow"):
        yield from _methods_missing(house, flow, "async_step_reconfigure")


def repair_issues(house: House) -> Faults:
    trees = [tree for _, tree in house.trees()]
    if not any("async_delete_issue" in ast.unparse(tree) for tree in trees):
        yield "no issue is ever taken back"
    raised = re.compile("|".join(sorted({_pattern(each) for tree in trees for each in ast.walk(tree)} - {""})))
    for key, issue in house.words()["issues"].items():
        if not raised.fullmatch(key):
            yield f"nobody raises {key}"
        if "title" not in issue or not {"description", "fix_flow"} & issue.keys():
            yield f"{key} has no words"


# Platinum


def async_dependency(house: House) -> Faults:
    for name, tree in house.trees():
        for module in _imports(tree):
            if module in BLOCKING:
                yield f"{name} imports {module}, which blocks"
        for call in sorted(BLOCKING_CALLS & {ast.unparse(call.func) for call in _calls(tree)}):
            yield f"{name} calls {call}, and everybody waits with it"


def inject_websession(house: House) -> Faults:
    own = {"ClientSession", "aiohttp.ClientSession", "async_create_clientsession"}
    for name, tree in house.trees():
        if any(ast.unparse(call.func) in own for call in _calls(tree)):
            yield f"{name} opens a session of its own"
    if not any("async_get_clientsession" in ast.unparse(tree) for _, tree in house.trees()):
        yield "nobody uses Home Assistant's session"


def strict_typing(house: House) -> Faults:
    if tomllib.loads(house.text("pyproject.toml"))["tool"]["mypy"].get("strict") is not True:
        yield "mypy is not strict"
    if not re.search(r"^run mypy custom_components/sceop\b", house.text("script/lint"), re.MULTILINE):
        yield "script/lint does not check the integration's types"
    for name, _ in house.trees():
        for line in house.ours(name).splitlines():
            if "# type: ignore" in line and not re.search(r"# type: ignore\[[\w-]+\]\s+# \w", line):
                yield f"{name} ignores a type and does not say which or why"


def _steps(house: House) -> Iterator[tuple[str, dict]]:
    words = house.words()
    flows = {"config": words["config"], "options": words.get("options", {}), **words.get("config_subentries", {})}
    for flow, told in flows.items():
        for step, step_words in told.get("step", {}).items():
            yield f"{flow} {step}", step_words
            for name, section in step_words.get("sections", {}).items():
                yield f"{flow} {step} {name}", section


def _platforms(house: House) -> list[str]:
    line = re.search(r"^PLATFORMS\b.*?=\s*\((.*?)\)", house.ours("const.py"), re.MULTILINE | re.DOTALL)
    return [] if line is None else [name.lower() for name in re.findall(r"Platform\.(\w+)", line[1])]


@dataclass(frozen=True)
class Written:
    """A class of entities as it is written, and those of ours that it is built on, nearest first."""

    name: str
    line: tuple[ast.ClassDef, ...]

    def sets(self, name: str) -> str | None:
        """Return what the nearest of them sets this to."""
        return next((told for each in self.line if (told := _assigned(each).get(name)) is not None), None)


def _entities(house: House) -> list[Written]:
    """Return the classes of entities."""
    of_platforms = {f"{platform.title().replace('_', '')}Entity" for platform in _platforms(house)}
    ours = {each.name: (name, each) for name, tree in house.trees() for each in _classes(tree)}
    return [
        Written(f"{name}: {each.name}", tuple(_line(ours, each)))
        for name, each in ours.values()
        if of_platforms & _bases(each)
    ]


def _line(ours: Mapping[str, tuple[str, ast.ClassDef]], each: ast.ClassDef) -> Iterator[ast.ClassDef]:
    yield each
    for base in each.bases:
        if (name := ast.unparse(base).partition("[")[0]) in ours:
            yield from _line(ours, ours[name][1])


def _zone_keys(house: House) -> Iterator[str]:
    """Return the keys of the zones' entities that stand in no table."""
    for entity in _entities(house):
        for call in _calls(entity.line[0]):
            key = call.args[-1] if call.args else None
            if ast.unparse(call.func) == "super().__init__" and isinstance(key, ast.Constant):
                yield str(key.value)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def _classes(tree: ast.AST) -> Iterator[ast.ClassDef]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.ClassDef))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.Call))


def _names(tree: ast.AST) -> set[str]:
    return {each.name for each in _functions(tree)}


def _bases(each: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).partition("[")[0] for base in each.bases}


def _assigned(each: ast.ClassDef) -> dict[str, str]:
    """Return what a class or its constructor sets, as it is written."""
    return {
        ast.unparse(target).removeprefix("self."): ast.unparse(statement.value)
        for statement in ast.walk(each)
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    }


def _imports(tree: ast.AST) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom) and not each.level and each.module:
            yield each.module


def _is_registration(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    return called.endswith(("services.async_register", "async_register_admin_service", "async_register_entity_service"))


def _listens(call: ast.Call) -> bool:
    called = ast.unparse(call.func).rpartition(".")[2]
    return called.startswith(("async_track_", "async_listen", "listen"))


def _raised(error: ast.Raise) -> str:
    what = error.exc.func if isinstance(error.exc, ast.Call) else error.exc
    return "" if what is None else ast.unparse(what).rpartition(".")[2]


def _calls_missing(house: House, name: str, *wanted: str) -> Faults:
    called = {ast.unparse(call.func).rpartition(".")[2] for call in _calls(house.tree(name))}
    for missing in sorted(set(wanted) - called):
        yield f"{name} never calls {missing}"


def _methods_missing(house: House, flow: str, *wanted: str) -> Faults:
    """Look for steps in a flow, and in the parts of which it is built."""
    ours = {each.name: (name, each) for name, tree in house.trees() for each in _classes(tree)}
    steps = {name for each in _line(ours, ours[flow][1]) for name in _names(each)}
    for missing in sorted(set(wanted) - steps):
        yield f"{flow} has no {missing}"


def _pattern(each: ast.AST) -> str:
    """Return what a text in the code may come to be, if it could be the key of an issue."""
    if isinstance(each, ast.Constant) and isinstance(each.value, str) and re.fullmatch(r"[a-z]+(_[a-z]+)+", each.value):
        return each.value
    if isinstance(each, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in each.values]
        if re.fullmatch(r"_[a-z]+", str(parts[-1])) and parts[:-1] == [None]:
            return f"[a-z]+{parts[-1]}"
    return ""


def _distribution(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()
