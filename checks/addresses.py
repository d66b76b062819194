"""The project has one public address, and few reasons to name another's."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from .tree import Fault, Tree

ADDRESS = "https://github.com/sceop/sceop"
OTHERS = {
    "home-assistant/core": "documents what we build upon",
    "home-assistant/architecture": "records the decisions of Home Assistant that ours follow",
}
MENTION = re.compile(
    r"(?P<before>[a-z]*:?/{0,2}[\w.@]*)github\.com[/:](?P<owner>[\w-]+)/(?P<name>[\w-]+)", re.IGNORECASE
)
MY_LINK = re.compile(r"owner=(?P<owner>[\w-]+)&(?:amp;)?repository=(?P<name>[\w-]+)", re.IGNORECASE)


def one_public_address(tree: Tree) -> Iterator[Fault]:
    """Find addresses of ours that are written differently, and unexpected ones of others."""
    for path, number, line in tree.lines():
        if "/vendor/" in path:
            continue
        text = unquote(line)
        for mention in MENTION.finditer(text):
            owner, name = mention["owner"], mention["name"]
            if mention[0].endswith(ADDRESS) or f"{owner}/{name}" in OTHERS:
                continue
            if "sceop" in f"{owner}/{name}".lower():
                yield Fault(path, number, f"{mention[0]} is not our public address: write {ADDRESS}.")
            else:
                yield Fault(
                    path, number, f"{owner}/{name} is another project: drop it, or argue it in checks/addresses.py."
                )
        for link in MY_LINK.finditer(text):
            if f"{link['owner']}/{link['name']}" != "sceop/sceop":
                yield Fault(path, number, f"{link[0]} leads elsewhere: write owner=sceop&repository=sceop.")
