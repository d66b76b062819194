"""A real Home Assistant as a program of the demo: what it loads, where it listens."""

import json
from datetime import UTC, datetime
from pathlib import Path

from . import weather
from .processes import Program, command
from .state import HOST, Demo

ROOT = Path(__file__).parents[1]
INTEGRATION = ROOT / "custom_components" / "sceop"
BLUEPRINTS = ROOT / "blueprints" / "automation" / "sceop"
BLUEPRINT = "sceop/peak_time_load_shifting.yaml"
LOAD = "input_boolean.boiler"
"""What stands for a load that a blueprint turns off."""

CONFIGURATION = f"""\
# Written by script/demo at every start.
homeassistant:
  name: Mill Cottage
  latitude: 37.39
  longitude: -5.98
  elevation: 10
  unit_system: metric
  currency: EUR
  country: ES
  time_zone: Europe/Madrid
  language: en

# What default_config brings, less discovery, the cloud and whatever else looks beyond this computer.
energy:
frontend:
history:
input_boolean:
  boiler:
    name: Boiler
    icon: mdi:water-boiler
logbook:
mobile_app:
my:
sun:
system_health:

# Codecs for cameras, which this home has none of, nor what they need.
logger:
  default: warning
  logs:
    haffmpeg: critical
    homeassistant.components.camera.img_util: critical

automation: !include automations.yaml
script: !include scripts.yaml

{weather.TEMPLATE}"""

EMPTY = {"automations.yaml": "[]\n", "scripts.yaml": "{}\n"}


def program(demo: Demo) -> Program:
    """Return Home Assistant as a program of the demo."""
    arguments = ("-c", str(demo.homeassistant_config), "--skip-pip", "--log-no-color")
    return Program("Home Assistant", (command("hass"), *arguments), demo.folder)


def configure(demo: Demo) -> None:
    """Write what Home Assistant reads at its start; what the user added there stays."""
    folder = demo.homeassistant_config
    (folder / ".storage").mkdir(parents=True, exist_ok=True)
    (folder / "configuration.yaml").write_text(CONFIGURATION, encoding="utf-8")
    for name, content in EMPTY.items():
        if not (folder / name).exists():
            (folder / name).write_text(content, encoding="utf-8")
    _link(folder / "custom_components" / INTEGRATION.name, INTEGRATION)
    _link(folder / "blueprints" / "automation" / BLUEPRINTS.name, BLUEPRINTS)
    _store(folder, "http", _http(demo.homeassistant_port), version=2, minor_version=2)
    if not (folder / ".storage" / "onboarding").exists():
        # This step asks nothing that the configuration leaves open; it would set up a weather service, radio stations
        # and a speech service on the internet.
        _store(folder, "onboarding", {"done": ["core_config"]}, version=4)


def _link(link: Path, target: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.readlink() != target:
        link.unlink()
    if not link.is_symlink():
        link.symlink_to(target, target_is_directory=True)


def _http(port: int) -> dict[str, object]:
    """Return the server's settings as confirmed ones; from YAML they would be on trial, and a dialog ask."""
    stable = {
        "server_host": [HOST],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": datetime.now(UTC).isoformat(),
        "error": None,
        "error_message": None,
    }
    return {"stable": stable, "pending": None, "yaml_migration_done": True}


def _store(folder: Path, key: str, data: object, *, version: int, minor_version: int = 1) -> None:
    content = {"version": version, "minor_version": minor_version, "key": key, "data": data}
    (folder / ".storage" / key).write_text(json.dumps(content), encoding="utf-8")
