"""The check of pure middles: what they import, and that clock and chance are passed in."""

import pytest

from checks import pure_middles

CORE = "custom_components/sceop/core"
COPY = "addon/sceop_hub/core"
DOMAIN = "addon/sceop_hub/domain"


@pytest.fixture
def faults(faults):
    """Return what the check says about files of pure packages that are otherwise empty."""
    return lambda files: faults(pure_middles, {f"{room}/__init__.py": "" for room in (CORE, COPY, DOMAIN)} | files)


@pytest.mark.parametrize(
    ("path", "line", "module"),
    [
        (f"{CORE}/a.py", "import homeassistant.core", "homeassistant.core"),
        (f"{CORE}/a.py", "import probatio as vol", "probatio"),
        (f"{CORE}/a.py", "import time", "time"),
        (f"{CORE}/a.py", "from time import monotonic", "time.monotonic"),
        (f"{CORE}/a.py", "from random import Random", "random.Random"),
        (f"{CORE}/a.py", "from pathlib import Path", "pathlib.Path"),
        (f"{CORE}/a.py", "from ..const import DOMAIN", "custom_components.sceop.const.DOMAIN"),
        (f"{CORE}/simulate/a.py", "from ...sources import entity", "custom_components.sceop.sources.entity"),
        (f"{CORE}/a.py", "def f():\n    import sklearn", "sklearn"),
        (f"{COPY}/a.py", "from ..domain import privacy", "sceop_hub.domain.privacy"),
        (f"{DOMAIN}/a.py", "from ..store import readings", "sceop_hub.store.readings"),
        (f"{DOMAIN}/a.py", "import msgspec", "msgspec"),
    ],
)
def test_a_worldly_import_is_found(faults, path, line, module):
    (fault,) = faults({path: f"{line}\n"})
    assert fault.endswith(f"is pure and may not import {module}: have it passed in.")


def test_pure_imports_pass(faults):
    core = "from datetime import time\nimport numpy as np\nfrom . import sun\nfrom .slots import SLOT\n"
    domain = (
        "from sklearn.ensemble import x\nfrom ..core.slots import SLOT\nfrom ..core import slots\nfrom . import peaks\n"
    )
    assert faults({f"{CORE}/a.py": core, f"{DOMAIN}/a.py": domain}) == []


@pytest.mark.parametrize("path", [f"{CORE}/simulate/a.py", f"{DOMAIN}/a.py"])
@pytest.mark.parametrize(
    ("imported", "used", "name"),
    [
        ("from datetime import UTC, datetime", "datetime.now(UTC)", "datetime.datetime.now"),
        ("from datetime import datetime", "field(default_factory=datetime.utcnow)", "datetime.datetime.utcnow"),
        ("from datetime import datetime as moment", "moment.today()", "datetime.datetime.today"),
        ("from datetime import date", "date.today()", "datetime.date.today"),
        ("import datetime as dt", "dt.date.today()", "datetime.date.today"),
        ("import numpy as np", "np.random.default_rng()", "numpy.random.default_rng"),
        ("import numpy as np", "np.random.default_rng(None)", "numpy.random.default_rng"),
        ("import numpy as np", "np.random.default_rng(seed=None)", "numpy.random.default_rng"),
        ("import numpy as np", "field(default_factory=np.random.default_rng)", "numpy.random.default_rng"),
        ("from numpy.random import default_rng", "default_rng()", "numpy.random.default_rng"),
        ("import numpy as np", "np.random.normal(0, 1)", "numpy.random.normal"),
        ("import numpy.random", "numpy.random.seed(1)", "numpy.random.seed"),
        ("from numpy import random", "random.random(3)", "numpy.random.random"),
        ("from numpy.random import shuffle as mix", "mix(homes)", "numpy.random.shuffle"),
    ],
)
def test_a_clock_or_chance_of_its_own_is_found(faults, path, imported, used, name):
    (fault,) = faults({path: f"{imported}\n\nx = {used}\n"})
    assert fault.startswith(f"{path}:3: ")
    assert fault.endswith(f"is pure and may not use {name}: have its result passed in.")


def test_clock_and_chance_that_were_passed_in_pass(faults):
    text = """
from datetime import date, datetime, time
import numpy as np
from numpy.random import Generator
from .calendar import today

def at(now: datetime, day: date, dice: np.random.Generator, chance: Generator, seed: int) -> float:
    noon = datetime.combine(day, time(12))
    return np.random.default_rng(seed).normal() + np.random.default_rng(seed=[seed, 1]).random() + dice.normal()

def elsewhere(clock) -> datetime:
    return clock.now() if today() else datetime.fromisoformat("2026-01-01")
"""
    assert faults({f"{CORE}/a.py": text}) == []
