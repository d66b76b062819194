"""A made checkout for each test: git knows its files, nobody else does."""

import subprocess

import pytest

from checks.tree import Tree


@pytest.fixture
def tree(tmp_path):
    """Write files by their paths and return them as checks see them."""

    def write(files):
        subprocess.run(("git", "init", "--quiet"), cwd=tmp_path, check=True)
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return Tree(tmp_path)

    return write


@pytest.fixture
def faults(tree):
    """Return what a check says about made files."""
    return lambda check, files: [str(fault) for fault in check(tree(files))]
