"""Core's validator skips the quality scale of custom integrations, so ours is held to it here."""

from collections.abc import Iterator

import yaml

from .tree import Fault, Tree

SCALE = "custom_components/sceop/quality_scale.yaml"
RULES = frozenset(
    # bronze
    "action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage "
    "dependency-transparency docs-actions docs-conditions docs-triggers docs-high-level-description "
    "docs-installation-instructions docs-removal-instructions entity-event-setup entity-unique-id has-entity-name "
    "runtime-data test-before-configure test-before-setup unique-config-entry "
    # silver
    "action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters "
    "entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow test-coverage "
    # gold
    "devices diagnostics discovery discovery-update-info docs-data-update docs-examples docs-known-limitations "
    "docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices "
    "entity-category entity-device-class entity-disabled-by-default entity-translations exception-translations "
    "icon-translations reconfiguration-flow repair-issues stale-devices "
    # platinum
    "async-dependency inject-websession strict-typing".split()
)


def every_rule_answered(tree: Tree) -> Iterator[Fault]:
    """Find rules that are not answered, or not argued where they are not done."""
    yield from tree.missing(SCALE)
    if SCALE not in tree.texts:
        return
    answers = yaml.safe_load(tree.texts[SCALE]).get("rules", {})
    for rule in sorted(RULES - answers.keys()):
        yield Fault(SCALE, 1, f"The rule {rule} is not answered: add it as done, exempt or todo.")
    for rule, answer in answers.items():
        line = tree.line_of(SCALE, f"{rule}:")
        status, comment = (answer.get("status"), answer.get("comment")) if isinstance(answer, dict) else (answer, None)
        if rule not in RULES:
            yield Fault(SCALE, line, f"There is no rule {rule}: remove it.")
        elif status not in ("done", "exempt", "todo"):
            yield Fault(SCALE, line, f"{rule} is {status}: it can be done, exempt or todo.")
        elif status != "done" and not comment:
            yield Fault(SCALE, line, f"{rule} is {status}: say why in a comment.")
