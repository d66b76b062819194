"""The shapes in which meters' data are handed out, as they are found in portals and inverters; figures are made up."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.imports.hints import Hints
from sceop_hub.imports.understand import understand
from tests.hub.imports.sheets import at

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

UTILITY_WITH_PREAMBLE = """Name,A CUSTOMER
Address,1 SOME STREET
Account Number,1234567890
Service,Service 1

TYPE,DATE,START TIME,END TIME,USAGE (kWh),COST,NOTES
Electric usage,2026-11-01,00:00,00:14,0.33,$0.10,
Electric usage,2026-11-01,00:15,00:29,0.25,$0.08,
Electric usage,2026-11-01,00:30,00:44,0.12,$0.04,
"""

HALF_HOURS_WITH_COST_FIRST = """Consumption (kwh), Estimated Cost Inc. Tax (p), Start, End
0.100000, 2.50, 2026-11-01T00:00:00+00:00, 2026-11-01T00:30:00+00:00
0.200000, 5.00, 2026-11-01T00:30:00+00:00, 2026-11-01T01:00:00+00:00
"""

MEAN_POWER_AT_ENDS = """Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Unite;Pas en minutes
12345678901234;Courbe de charge;01/11/2026;02/11/2026;Energie active;W;30
Horodate fin;Valeur
""" + "\n".join(f"2026-11-01T{hour:02}:{minute}:00+01:00;400" for hour in range(5) for minute in ("00", "30"))

QUARTERS_WITH_SUBSTITUTES = """Ablesezeitpunkt bis;Gemessener Verbrauch (kWh);Qualität
01.11.2026 00:15;0,110;gemessen
01.11.2026 00:30;0,120;Ersatzwert
01.11.2026 00:45;0,130;gemessen
"""

FOUR_REGISTERS = """Van (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);EAN;Meter;Register;Volume;Eenheid;Status
01-11-2026;00:00:00;01-11-2026;00:15:00;="541";1SAG1;Afname Dag;;kWh;
01-11-2026;00:00:00;01-11-2026;00:15:00;="541";1SAG1;Afname Nacht;0,100;kWh;Uitgelezen
01-11-2026;00:00:00;01-11-2026;00:15:00;="541";1SAG1;Injectie Dag;;kWh;
01-11-2026;00:00:00;01-11-2026;00:15:00;="541";1SAG1;Injectie Nacht;0,020;kWh;Uitgelezen
01-11-2026;00:15:00;01-11-2026;00:30:00;="541";1SAG1;Afname Nacht;0,200;kWh;Uitgelezen
01-11-2026;00:15:00;01-11-2026;00:30:00;="541";1SAG1;Injectie Nacht;0,000;kWh;Uitgelezen
"""

HOURS_THAT_END_AT_24 = "CUPS;Fecha;Hora;Consumo_kWh;Metodo_obtencion\n" + "\n".join(
    f"ES0000000000000000XX;2026/11/01;{hour:02}:00;0,2;Real" for hour in range(1, 25)
)

UNIT_IN_THE_KIND_OF_READING = """MPRN,Meter Serial Number,Read Value,Read Type,Read Date and End Time
10000000000,000000000012345678,0.400000,Active Import Interval (kW),01-11-2026 01:00
10000000000,000000000012345678,0.100000,Active Export Interval (kW),01-11-2026 01:00
10000000000,000000000012345678,0.200000,Active Import Interval (kW),01-11-2026 00:30
10000000000,000000000012345678,0.000000,Active Export Interval (kW),01-11-2026 00:30
"""

INVERTER_WITH_A_LINE_OF_UNITS = """Datum und Uhrzeit;Gesamtanlage Produktion
[dd.MM.yyyy HH:mm];[Wh]
01.11.2026 10:00;100,5
01.11.2026 10:05;100,5
01.11.2026 10:10;99
"""

MANY_METERS = """LCLid,DateTime,KWH/hh (per half hour)
MAC000002,2026-11-01 00:00:00.0000000, 0.1
MAC000002,2026-11-01 00:30:00.0000000, 0.2
MAC000003,2026-11-01 00:00:00.0000000, 0.3
MAC000003,2026-11-01 00:30:00.0000000,Null
"""

ONE_DAY_FROM_NOON = """time,grid_import,load.heat_pump
2026-11-01 12:00 PM,1,2
2026-11-01 12:15 PM,3,4
2026-11-01 12:30 PM,5,6
"""

CASES = {
    "preamble": (UTILITY_WITH_PREAMBLE, {}, "2026-10-31T23:00", {"grid_import": [330, 250, 120]}),
    "cost first": (HALF_HOURS_WITH_COST_FIRST, {}, "2026-11-01T00:00", {"grid_import": [50, 50, 100, 100]}),
    "mean power": (MEAN_POWER_AT_ENDS, {"unit": "W"}, "2026-10-31T22:30", {"grid_import": [100] * 20}),
    "substitutes": (QUARTERS_WITH_SUBSTITUTES, {}, "2026-10-31T23:00", {"grid_import": [110, 120, 130]}),
    "registers": (
        FOUR_REGISTERS,
        {"dates": "day-first"},
        "2026-10-31T23:00",
        {"grid_import": [100, 200], "grid_export": [20, 0]},
    ),
    "hours to 24": (HOURS_THAT_END_AT_24, {}, "2026-10-31T23:00", {"grid_import": [50] * 96}),
    "unit in the kind": (
        UNIT_IN_THE_KIND_OF_READING,
        {"dates": "day-first"},
        "2026-10-31T23:00",
        {"grid_import": [50, 50, 100, 100], "grid_export": [0, 0, 25, 25]},
    ),
    "inverter": (INVERTER_WITH_A_LINE_OF_UNITS, {}, "2026-11-01T09:00", {"production": [300]}),
    "channels by name": (
        ONE_DAY_FROM_NOON,
        {"unit": "Wh"},
        "2026-11-01T11:00",
        {"grid_import": [1, 3, 5], "load.heat_pump": [2, 4, 6]},
    ),
}


@pytest.mark.parametrize(("text", "said", "first", "wh"), CASES.values(), ids=CASES)
def test_a_suppliers_file_is_understood(text, said, first, wh):
    found = understand(text.encode(), Hints(**said), ZoneInfo("Europe/Berlin"), NOW)
    assert {series.channel: [slot.wh for slot in series.slots] for series in found.series} == wh
    assert {series.slots[0].number for series in found.series} == {int(at(first).timestamp()) // 900}
    assert not found.found.faults.rows


def test_what_the_supplier_estimated_stays_an_estimate():
    (series,) = understand(QUARTERS_WITH_SUBSTITUTES.encode(), Hints(), ZoneInfo("Europe/Berlin"), NOW).series
    assert [slot.quality for slot in series.slots] == ["imported", "estimated", "imported"]


def test_several_meters_in_a_file_are_several_households():
    found = understand(MANY_METERS.encode(), Hints(), ZoneInfo("Europe/London"), NOW)
    assert {series.household: sum(slot.wh for slot in series.slots) for series in found.series} == {
        "MAC000002": 300,
        "MAC000003": 300,
    }
