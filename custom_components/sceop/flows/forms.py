"""The table of forms: every source that a person may choose."""

from collections.abc import Mapping

from . import SourceForm
from .entity import EntityForm
from .mqtt import MqttForm
from .p1 import P1_FORM
from .sunspec import SunSpecForm

_ALL: tuple[SourceForm, ...] = (EntityForm(), P1_FORM, SunSpecForm(), MqttForm())

FORMS: Mapping[str, SourceForm] = {form.type: form for form in _ALL}
