"""Checks of the quality scale that read the user guide: it says what the code does, all of it and nothing else."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import yaml
from homeassistant.helpers.entity import EntityDescription
from homeassistant.util.yaml import parse_yaml

from custom_components.sceop.site_sensors import FigureSensorDescription
from custom_components.sceop.sources.sunspec_models import MODELS

from .code import Faults
from .house import House

ENTITY_ROW = re.compile(
    r"^\| (?:\*\*(?P<name>[^*]+)\*\*|\*the zone's name\*) \| `(?P<key>\w+)` \| (?P<unit>[^|]*?) ?\| (?P<says>.+) \|$",
    re.MULTILINE,
)
OLD_SYNTAX = re.compile(r"^(trigger|condition|action):|^\s*(- )?(service|platform):", re.MULTILINE)


def docs_high_level_description(house: House) -> Faults:
    page = house.text("docs/README.md")
    if len(page.partition("\n## ")[0].split()) < 40:
        yield "docs/README.md does not say what it is"
    for path in house.files:
        name = path.removeprefix("docs/")
        if path.startswith("docs/") and path.endswith(".md") and name != "README.md" and f"]({name})" not in page:
            yield f"docs/README.md does not lead to {name}"
    if "docs/README.md" not in house.text("README.md"):
        yield "README.md does not lead to the guide"


def docs_use_cases(house: House) -> Faults:
    section = _section(house, "README.md", "What people use it for")
    if section.count("\n- ") < 3:
        yield "docs/README.md names fewer than three uses"


def docs_installation_instructions(house: House) -> Faults:
    section = _section(house, "installing.md", "Install")
    for word in ("Marketplace (HACS)", "https://github.com/sceop/sceop", "Add integration"):
        if word not in section:
            yield f"installing.md does not mention {word}"
    if (floor := house.text("hacs.json").partition('"homeassistant": "')[2][:7]) not in house.text(
        "docs/installing.md"
    ):
        yield f"installing.md does not say that Home Assistant {floor} is needed"


def docs_removal_instructions(house: House) -> Faults:
    if "**Delete**" not in _section(house, "installing.md", "Remove it cleanly"):
        yield "installing.md does not say how to remove it"


def docs_installation_parameters(house: House) -> Faults:
    words = house.words()
    options = words.get("options", {}).get("step", {})
    asked = [step for name, step in words["config"]["step"].items() if name not in options]
    asked += [step for kind in words["config_subentries"].values() for step in kind["step"].values()]
    yield from _fields_missing(house, asked)


def docs_configuration_parameters(house: House) -> Faults:
    yield from _fields_missing(house, list(house.words()["options"]["step"].values()))


def docs_supported_devices(house: House) -> Faults:
    page = house.text("docs/sources.md")
    for model in sorted({number for models in MODELS.values() for number in models}):
        if not re.search(rf"\b{model}\b", page):
            yield f"sources.md does not name the SunSpec model {model}"
    for kind, told in house.words()["config_subentries"].items():
        for option in told["step"]["user"].get("menu_options", {}).values():
            if f"## {option}\n" not in page:
                yield f"sources.md has no section {option}, which a {kind} may be read from"


def docs_supported_functions(house: House) -> Faults:
    yield from _entities(house)
    yield from _figures(house)
    for card in re.findall(r'type: "([\w-]+)"', house.ours("frontend/www/sceop.js")):
        if f"type: custom:{card}\n" not in house.text("docs/dashboard.md"):
            yield f"dashboard.md does not show how to use {card}"
    yield from _blueprints(house)


def docs_actions(house: House) -> Faults:
    yield from _described(house, "services.yaml")


def docs_triggers(house: House) -> Faults:
    yield from _described(house, "triggers.yaml")


def docs_conditions(house: House) -> Faults:
    yield from _described(house, "conditions.yaml")


def docs_data_update(house: House) -> Faults:
    seconds = re.search(r"READ_EVERY.*seconds=(\d+)", house.ours("const.py"))
    word = {"10": "ten"}.get(seconds[1]) if seconds else None
    if word is None or f"every {word} seconds" not in _section(house, "data.md", "How often it reads"):
        yield "data.md does not say how often it reads"
    days = {re.search(r"^PAST = timedelta\(days=(\d+)\)", house.ours(name), re.MULTILINE) for name in ("importing.py",)}
    if not all(found and f"**{found[1]} days**" in _section(house, "data.md", "The past") for found in days):
        yield "data.md does not say how far it looks back"


def docs_known_limitations(house: House) -> Faults:
    if house.text("docs/limits.md").count("\n- ") < 5:
        yield "limits.md names hardly any"


def docs_examples(house: House) -> Faults:
    found = list(examples(house))
    if len(found) < 3:
        yield "examples.md has fewer than three automations"
    for text in found:
        told = yaml.safe_load(text)
        if not {"alias", "triggers", "actions"} <= told.keys() or OLD_SYNTAX.search(text):
            yield f"an example is not written as automations are: {told.get('alias', text[:40])}"


def docs_troubleshooting(house: House) -> Faults:
    """Each repair is found by the words that people see, and by the link that stands beside them."""
    page = house.text("docs/troubleshooting.md")
    anchors = _places(page)
    plain = " ".join(page.split()).lower()
    for key, issue in house.words()["issues"].items():
        title = max(re.split(r"\{\w+\}|: ", issue["title"]), key=len).strip(" ,.")
        if title.lower() not in plain:
            yield f"troubleshooting.md does not mention the repair {key}: {title}"
        if key.replace("_", "-") not in anchors:
            yield f"troubleshooting.md has nothing at #{key.replace('_', '-')}, where the repair {key} leads"
    for anchor in sorted(_anchors(house) - anchors):
        yield f"troubleshooting.md has nothing at #{anchor}, where the code leads"


def dead_links(house: House) -> Faults:
    """Find links into a page whose heading has moved away; that the pages exist, the project's own checks see."""
    for path in (path for path in house.files if path.startswith("docs/") and path.endswith(".md")):
        for page, anchor in re.findall(r"\]\(([\w./-]*\.md)?#([\w-]+)\)", house.text(path)):
            if anchor not in _places(house.text(f"docs/{page}" if page else path)):
                yield f"{path} leads to {page}#{anchor}, which does not exist"


def examples(house: House) -> Iterator[str]:
    """Return every automation of the guide."""
    pages = (house.text(f"docs/{name}.md") for name in ("examples", "actions"))
    written = (text for page in pages for text in re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    return (text for text in written if text.startswith("alias:"))


def _rows(house: House) -> dict[str, re.Match[str]]:
    return {row["key"]: row for row in ENTITY_ROW.finditer(house.text("docs/entities.md"))}


def _entities(house: House) -> Faults:
    """The page has the entities of the code, under their names, and no others."""
    rows = _rows(house)
    named = {key: told.get("name") for platform in house.words()["entity"].values() for key, told in platform.items()}
    for key in sorted(named.keys() - rows.keys()):
        yield f"entities.md does not have {key}"
    for key in sorted(rows.keys() - named.keys()):
        yield f"entities.md has {key}, which does not exist"
    for key in sorted(rows.keys() & named.keys()):
        if rows[key]["name"] != named[key]:
            yield f"entities.md calls {key} {rows[key]['name']}, and it is called {named[key]}"


def _figures(house: House) -> Faults:
    """The page has their units, and says which begin disabled."""
    rows = _rows(house)
    units = {key: told.get("unit_of_measurement") for key, told in house.words()["entity"]["sensor"].items()}
    for row in (row for row in house.descriptions if row.key in rows):
        wanted = units.get(row.key) or _unit(row)
        if rows[row.key]["unit"] != wanted:
            yield f"entities.md has {row.key} in {rows[row.key]['unit']!r}, and it is in {wanted!r}"
        if ("disabled by default" in rows[row.key]["says"]) is row.entity_registry_enabled_default:
            yield f"entities.md is wrong about whether {row.key} is disabled by default"


def _blueprints(house: House) -> Faults:
    """Each blueprint can be brought in with one click, and each of its fields is explained."""
    for path in house.files:
        if not path.startswith("blueprints/") or not path.endswith(".yaml"):
            continue
        told = parse_yaml(house.text(path))["blueprint"]
        if f"blueprint_url={quote(told['source_url'], safe='')}" not in house.guide():
            yield f"no page brings {path} in"
        for part in told["input"].values():
            for field in part.get("input", {}).values():
                if f"**{field['name']}**" not in house.guide():
                    yield f"no page explains {field['name']} of {path}"


def _fields_missing(house: House, steps: list[dict]) -> Faults:
    guide = " ".join(house.guide().split())
    parts = [part for step in steps for part in (step, *step.get("sections", {}).values())]
    labels = {label for part in parts for label in part.get("data", {}).values()}
    for label in sorted(label for label in labels if f"**{label}**" not in guide):
        yield f"no page explains the field {label}"


def _described(house: House, file: str) -> Faults:
    page = house.text("docs/actions.md")
    if not house.keys(file):
        yield f"there is no {file}"
    for key, told in house.keys(file).items():
        if f"## `sceop.{key}`" not in page:
            yield f"actions.md has no section for sceop.{key}"
            continue
        section = page.partition(f"## `sceop.{key}`")[2].partition("\n## ")[0]
        for field in (told or {}).get("fields") or {}:
            if f"`{field}`" not in section:
                yield f"actions.md does not explain {field} of sceop.{key}"


def _anchors(house: House) -> set[str]:
    """Return the anchors of the page on troubleshooting that the code leads to."""
    sources = [house.ours(name) for name, _ in house.trees()]
    return {found for source in sources for found in re.findall(r"troubleshooting\.md#([\w-]+)", source)}


def _places(page: str) -> set[str]:
    """Return the anchors of a page: its headings, and those that were set by hand."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {_anchor(heading) for heading in headings} | set(re.findall(r'<a id="([\w-]+)"></a>', page))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _section(house: House, page: str, heading: str) -> str:
    text = house.text(f"docs/{page}")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def _unit(row: EntityDescription) -> str:
    if isinstance(row, FigureSensorDescription) and row.is_money:
        return f"currency{row.per}"
    shown = getattr(row, "suggested_unit_of_measurement", None) or getattr(row, "native_unit_of_measurement", None)
    return str(shown or "")
