"""The bar for branches: each program by itself, branches alone."""

import json

import pytest

from checks.branches import PROGRAMS, branches, main

HOUSEHOLD, HUB = PROGRAMS


def report(**branches):
    """Return a report of one file for each program, whose lines are all covered."""
    return json.dumps(
        {
            "files": {
                f"{program}/a.py": {
                    "summary": {
                        "covered_lines": 1000,
                        "num_statements": 1000,
                        "percent_covered": 99.9,
                        "covered_branches": covered,
                        "num_branches": found,
                    }
                }
                for program, (covered, found) in zip(PROGRAMS, branches.values(), strict=True)
            }
        }
    )


@pytest.mark.parametrize(
    ("covered", "line"),
    [
        (2000, "100.0% of 2000 branches"),
        (1900, "95.0% of 2000 branches"),
        (1899, "94.9% of 2000 branches: at least 95% are wanted, test what the report above shows as missing"),
    ],
)
def test_branches_are_held_to_the_bar_whatever_the_lines_say(tmp_path, capsys, covered, line):
    (tmp_path / "report").write_text(report(household=(1, 1), hub=(covered, 2000)))
    failed = main(tmp_path / "report")
    assert capsys.readouterr().out.splitlines() == [
        f"test: {HOUSEHOLD}: 100.0% of 1 branches",
        f"test: {HUB}: {line}",
    ]
    assert bool(failed) == ("wanted" in line)


def test_one_program_does_not_lift_the_other():
    household, hub = branches(report(household=(5, 10), hub=(1000, 1000)))
    assert (household.enough, hub.enough) == (False, True)


def test_the_files_of_a_program_are_summed():
    files = {f"{HUB}/{name}.py": {"summary": {"covered_branches": 3, "num_branches": 4}} for name in ("a", "store/b")}
    other = {"addon/sceop_hub_other/a.py": {"summary": {"covered_branches": 0, "num_branches": 9}}}
    _, hub = branches(json.dumps({"files": files | other}))
    assert (hub.covered, hub.all) == (6, 8)


def test_a_program_that_was_not_measured_has_not_passed():
    household, _ = branches(json.dumps({"files": {}}))
    assert not household.enough
    assert str(household) == f"{HOUSEHOLD}: no branch was measured"
