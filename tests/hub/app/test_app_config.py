"""The app as the Supervisor reads it: a mistake here is an app that no user can find, install or start."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import tomllib
from pathlib import Path, PurePath
from typing import Any

import pytest
import yaml

from sceop_hub import discovery, settings
from sceop_hub.backup import folder as backups, restore
from sceop_hub.lake import files as lake
from sceop_hub.store import database
from sceop_hub.web import uploads
from sceop_hub.words import LANGUAGES

ROOT = Path(__file__).parents[3]
APP = ROOT / "addon"
ADDRESS = "https://github.com/sceop/sceop"

# The Supervisor drops a key that it does not know without a word, so a typing error would pass unseen.
TYPES_OF_KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "version": str,
    "slug": str,
    "description": str,
    "url": str,
    "arch": list,
    "stage": str,
    "homeassistant": str,
    "init": bool,
    "timeout": int,
    "watchdog": str,
    "ingress": bool,
    "ingress_port": int,
    "panel_icon": str,
    "panel_title": str,
    "panel_admin": bool,
    "ports": dict,
    "backup": str,
    "backup_exclude": list,
    "discovery": list,
    "homeassistant_api": bool,
    "map": list,
    "apparmor": bool,
    "options": dict,
    "schema": dict,
}
OPTION_TYPE = re.compile(
    r"(bool|email|url|port|password|str(\(\d*,\d*\))?|int(\(-?\d*,-?\d*\))?|float(\([-.\d]*,[-.\d]*\))?|list\(.+\)|match\(.*\))\??"
)


def read_yaml(path: Path) -> Any:
    """Return what a YAML file says."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def size_of_png(path: Path) -> tuple[int, int]:
    """Return the width and height that a PNG's header states."""
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n"), f"{path.name} is no PNG"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


@pytest.fixture(scope="module", name="config")
def fixture_config() -> dict[str, Any]:
    """Return the app's config.yaml."""
    config: dict[str, Any] = read_yaml(APP / "config.yaml")
    return config


@pytest.fixture(scope="module", name="translations")
def fixture_translations() -> dict[str, Any]:
    """Return the texts of every language, by language."""
    return {path.stem: read_yaml(path) for path in (APP / "translations").iterdir()}


def test_the_supervisor_finds_exactly_one_app_in_the_tree() -> None:
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in {"rootfs", "node_modules"}]
        found += [Path(folder, name) for name in files if re.fullmatch(r"config\.(ya?ml|json)", name)]
    assert found == [APP / "config.yaml"]


def test_every_key_is_one_that_the_supervisor_reads(config: dict[str, Any]) -> None:
    for key, value in config.items():
        assert key in TYPES_OF_KEYS, f"the Supervisor drops {key!r}, or it asks for a right nobody argued for"
        assert isinstance(value, TYPES_OF_KEYS[key]), f"{key} is a {type(value).__name__}"


def test_what_the_supervisor_requires_is_there(config: dict[str, Any]) -> None:
    assert {"name", "version", "slug", "description", "arch"} <= config.keys()
    assert config["slug"] == "sceop"
    assert config["url"] == ADDRESS
    assert config["stage"] in {"stable", "experimental", "deprecated"}


def test_only_the_two_architectures_that_home_assistant_supports(config: dict[str, Any]) -> None:
    assert sorted(config["arch"]) == ["aarch64", "amd64"]


def test_the_supervisor_builds_the_dockerfile_until_a_release_exists(config: dict[str, Any]) -> None:
    assert "image" not in config
    assert (APP / "Dockerfile").is_file()
    assert sorted(path.name for path in APP.glob("Dockerfile.*")) == []
    assert sorted(path.name for path in APP.glob("build.*")) == [], "build.yaml is no longer read"


def test_ingress_has_a_port_that_no_network_reaches_and_the_panel_is_for_administrators(config: dict[str, Any]) -> None:
    assert config["ingress"] is True
    assert config["panel_admin"] is True
    assert config["ports"] == {"8710/tcp": 8710}
    assert config["ingress_port"] == 8711, (
        "Home Assistant speaks plain HTTP with its apps, whatever the households speak"
    )
    assert config["panel_icon"].startswith("mdi:")


def test_the_watchdog_asks_the_hub_for_its_health(config: dict[str, Any]) -> None:
    assert config["watchdog"] == f"http://[HOST]:[PORT:{config['ingress_port']}]/healthz"
    assert 10 <= config["timeout"] <= 300


def test_a_backup_stops_the_hub_for_a_copy_that_fits_together(config: dict[str, Any]) -> None:
    assert config["backup"] == "cold"


def test_the_hub_announces_what_the_integration_listens_for(config: dict[str, Any]) -> None:
    manifest = json.loads((ROOT / "custom_components/sceop/manifest.json").read_text(encoding="utf-8"))
    assert config["discovery"] == [discovery.SERVICE] == [manifest["domain"]]
    assert manifest["zeroconf"] == [discovery.TYPE]


def test_the_certificates_are_read_and_never_written(config: dict[str, Any]) -> None:
    assert config["map"] == [{"type": "ssl", "read_only": True}]


def test_a_backup_holds_the_database_and_no_copies_of_it(config: dict[str, Any]) -> None:
    copies = {backups.FOLDER, restore.REPLACED, restore.STAGE, lake.FOLDER, uploads.FOLDER, f"{database.FILE}.before-*"}
    assert set(config["backup_exclude"]) == copies
    assert not any(PurePath("data", kept).match(one) for kept in ("keep", database.FILE) for one in copies)


def test_the_schema_covers_the_options_with_types_that_exist(config: dict[str, Any]) -> None:
    required = {name for name, kind in config["schema"].items() if not str(kind).rstrip("']").endswith("?")}
    assert config["options"].keys() == required
    assert config["schema"].keys() <= settings._TOLD_BY_OPTIONS, "an option that the hub does not read"
    for name, given in config["schema"].items():
        kind = given[0] if isinstance(given, list) else given
        assert OPTION_TYPE.fullmatch(kind), f"{name}: {kind} is no type of the Supervisor's"
        if choices := re.fullmatch(r"list\((.+)\)\??", kind):
            assert config["options"].get(name, choices[1].split("|")[0]) in choices[1].split("|")


def test_every_language_names_every_option_and_port(config: dict[str, Any], translations: dict[str, Any]) -> None:
    assert translations.keys() == set(LANGUAGES)
    for language, texts in translations.items():
        assert texts.keys() == {"configuration", "network"}, language
        assert texts["configuration"].keys() == config["schema"].keys(), language
        assert texts["network"].keys() == config["ports"].keys(), language
        for option in texts["configuration"].values():
            assert option.keys() == {"name", "description"}
            assert all(isinstance(text, str) and text.strip() for text in option.values())
        assert all(isinstance(text, str) and text.strip() for text in texts["network"].values())


def test_one_version_in_config_package_integration_and_changelog(config: dict[str, Any]) -> None:
    package = tomllib.loads((APP / "pyproject.toml").read_text(encoding="utf-8"))
    manifest = json.loads((ROOT / "custom_components/sceop/manifest.json").read_text(encoding="utf-8"))
    headings = re.findall(r"^## (\S+)", (APP / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert package["project"]["version"] == config["version"]
    assert manifest["version"] == config["version"]
    assert headings[0] == config["version"]


def test_the_marketplace_and_the_app_ask_for_the_same_home_assistant(config: dict[str, Any]) -> None:
    marketplace = json.loads((ROOT / "hacs.json").read_text(encoding="utf-8"))
    assert marketplace.keys() == {"name", "homeassistant"}, "the Marketplace refuses keys that it does not know"
    assert marketplace["homeassistant"] == config["homeassistant"] == "2026.10.0"


def test_the_repository_names_itself_at_its_public_address() -> None:
    assert read_yaml(ROOT / "repository.yaml") == {
        "name": "SCEOP, energy for communities",
        "url": ADDRESS,
        "maintainer": "SCEOP contributors",
    }


def test_the_licence_is_one_that_the_marketplace_accepts() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) 2026 SCEOP contributors\n")


def test_the_icon_is_square_and_the_logo_is_wide() -> None:
    width, height = size_of_png(APP / "icon.png")
    assert width == height >= 128
    width, height = size_of_png(APP / "logo.png")
    assert width > height >= 100


def test_the_pages_about_the_app_speak_of_apps(config: dict[str, Any]) -> None:
    for page in ("README.md", "DOCS.md"):
        text = (APP / page).read_text(encoding="utf-8")
        assert "app\n(formerly add-on)" in text or "app (formerly add-on)" in text
        assert not re.search(r"add-?on", text.replace("(formerly add-on)", ""), re.IGNORECASE), page
    docs = (APP / "DOCS.md").read_text(encoding="utf-8")
    assert "http://ADDRESS:8710" in docs
    assert ADDRESS in docs


def test_the_apparmor_profile_is_the_one_that_the_supervisor_takes(config: dict[str, Any]) -> None:
    profiles = re.findall(r"^profile (\S+)", (APP / "apparmor.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert config["apparmor"] is True
    assert profiles == [config["slug"]], "the Supervisor renames the one profile that begins a line"


def test_the_apparmor_profile_compiles() -> None:
    parser = shutil.which("apparmor_parser", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if parser is None:
        pytest.skip("apparmor_parser is not installed: the package apparmor brings it")
    compiled = subprocess.run(
        [parser, "--skip-kernel-load", "--skip-cache", "--quiet", APP / "apparmor.txt"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert compiled.returncode == 0, compiled.stderr
