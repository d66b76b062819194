"""The house rules that no general linter knows: `python -m checks` holds the checkout to them."""

from .addresses import one_public_address
from .app_config import one_app_config
from .core_copy import equal_cores
from .file_length import short_files
from .hosts import no_registry_hosts
from .links import no_dead_links
from .machine_paths import no_machine_paths
from .purity import pure_middles
from .quality_scale import every_rule_answered
from .translations import icons_for_all, same_keys_in_every_language
from .versions import one_version

CHECKS = (
    one_app_config,
    one_public_address,
    one_version,
    no_registry_hosts,
    no_machine_paths,
    no_dead_links,
    pure_middles,
    equal_cores,
    short_files,
    same_keys_in_every_language,
    icons_for_all,
    every_rule_answered,
)
