"""Checks that read every line: addresses, hosts, links, paths; and those that look at a file's name or length."""

import pytest

from checks import no_dead_links, no_machine_paths, no_registry_hosts, one_app_config, one_public_address, short_files

HOST = "git" + "hub.com"
HUB = f"https://{HOST}/"


@pytest.mark.parametrize("name", ["config.yaml", "docs/config.yml", "addon/sceop_hub/web/config.json"])
def test_a_second_app_config_is_found(faults, name):
    (fault,) = faults(one_app_config, {"addon/config.yaml": "", name: ""})
    assert fault.startswith(f"{name}:1: The Supervisor takes this for an app")


def test_what_git_ignores_is_no_app_config(faults):
    assert faults(one_app_config, {".gitignore": ".demo/", ".demo/config.yaml": "", "addon/config.yaml": ""}) == []


@pytest.mark.parametrize(
    "mention",
    [
        f"http://{HOST}/sceop/sceop",
        f"git@{HOST}:sceop/sceop",
        f"{HOST}/sceop/sceop",
        f"{HUB}somebody/sceop",
        f"{HUB}sceop/hub",
        f"https%3A%2F%2F{HOST}%2Fsceop%2Fsceop-blueprints",
    ],
)
def test_our_address_has_one_form(faults, mention):
    (fault,) = faults(one_public_address, {"docs/a.md": f"first\n[here]({mention})\n"})
    assert fault.startswith("docs/a.md:2: ")
    assert "is not our public address: write " + HUB + "sceop/sceop." in fault


def test_another_project_needs_a_reason(faults):
    (fault,) = faults(one_public_address, {"README.md": HUB + "some/project"})
    assert "some/project is another project: drop it, or argue it" in fault


def test_a_my_link_leads_to_us(faults):
    (fault,) = faults(one_public_address, {"README.md": "?owner=me&" + "repository=sceop"})
    assert "write owner=sceop&repository=sceop" in fault


def test_our_address_and_argued_ones_pass(faults):
    ours = [
        HUB + "sceop/sceop",
        HUB + "sceop/sceop/issues",
        f"blueprint_url=https%3A%2F%2F{HOST}%2Fsceop%2Fsceop%2Fblob",
    ]
    my_link = "?owner=sceop&repository=sceop&category=integration"
    assert faults(one_public_address, {"README.md": "\n".join([*ours, HUB + "home-assistant/core", my_link])}) == []


@pytest.mark.parametrize(
    "host", ["py" + "pi.org", "files.python" + "hosted.org", "registry.npm" + "js.org", "deb.deb" + "ian.org"]
)
def test_a_registry_host_is_found(faults, host):
    (fault,) = faults(no_registry_hosts, {"requirements/dev.txt": f"a==1\n--index-url https://{host}/simple\n"})
    assert fault.startswith("requirements/dev.txt:2: ")
    assert "is a package registry's host" in fault


def test_the_names_of_packages_pass(faults):
    assert faults(no_registry_hosts, {"a.md": "debian packages, npm, and an organisation"}) == []


@pytest.mark.parametrize(
    "path", ["/" + "work/main", "/" + "root/.cache", "/" + "tmp/x", "/" + "home/somebody/x", "/" + "Users/me"]
)
def test_a_path_of_one_machine_is_found(faults, path):
    (fault,) = faults(no_machine_paths, {"script/a": f'#!/bin/sh\ncd "{path}"\n'})
    assert fault.startswith("script/a:2: ")
    assert "is a path of one machine" in fault


def test_addresses_and_relative_paths_pass(faults):
    folder = "tmp" + "/x"
    text = f"docs/notes/a.md ./{folder} $HOME/{folder} https://example.com/{folder} /data/options.json"
    assert faults(no_machine_paths, {"a.md": text}) == []


def test_the_container_has_paths_of_its_own(faults):
    assert faults(no_machine_paths, {"addon/apparmor.txt": "/" + "tmp/** rw,"}) == []


def test_a_long_file_is_found_outside_the_tests(faults):
    long = "pass\n" * 601
    (fault,) = faults(short_files, {"demo/a.py": long, "tests/hub/test_a.py": long, "demo/b.py": "pass\n" * 600})
    assert fault.startswith("demo/a.py:601: This file has 601 lines")


@pytest.mark.parametrize(
    ("link", "file"),
    [
        ("[a](missing.md)", "docs/missing.md"),
        ("[a](../missing.md#part)", "missing.md"),
        ("[`a`](<b.md>)", "docs/b.md"),
        ('![a](images/hub.png "The hub")', "docs/images/hub.png"),
        ('<img src="images/hub.png" alt="">', "docs/images/hub.png"),
        ("<a href='../addon/'>", "addon"),
        ("[a]: missing.md", "docs/missing.md"),
    ],
)
def test_a_dead_link_is_found(faults, link, file):
    (fault,) = faults(no_dead_links, {"docs/a.md": f"```\n[code](code.md)\n```\n{link}\n"})
    assert fault == f"docs/a.md:4: {file} does not exist: add it, or correct the link."


def test_what_git_ignores_is_no_target(faults):
    files = {".gitignore": "*.png", "a.png": "", "a.md": "![a](a.png)"}
    assert len(faults(no_dead_links, files)) == 1


def test_living_links_and_those_that_lead_out_pass(faults):
    text = (
        "[a](b%20c.md) [b](../addon/) [c](#part) [d](b%20c.md?x=1#part) ![e](/pictures/a.svg)"
        " [f](https://example.com/a.md) [g](mailto:a@example.com) `[h](h.md)`"
    )
    files = {"docs/a.md": text, "docs/b c.md": "", "addon/DOCS.md": "", "pictures/a.svg": ""}
    assert faults(no_dead_links, files) == []
