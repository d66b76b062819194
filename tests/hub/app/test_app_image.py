"""The image without a container engine: what the Dockerfile copies, installs and starts, in a folder of its own.

Every path of the container (/data, /opt/sceop, ...) lies under that folder. The base image itself stays untested.
"""

from __future__ import annotations

import fnmatch
import json
import os
import queue
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

APP = Path(__file__).parents[3] / "addon"
CONFIG = yaml.safe_load((APP / "config.yaml").read_text(encoding="utf-8"))
INGRESS_PORT = str(CONFIG["ingress_port"])
(PORT,) = (name.removesuffix("/tcp") for name in CONFIG["ports"])
SUPERVISOR = "172.30.32.2"
HUB_USER = 8710
SERVES = re.compile(r"The hub .* serves http")
# A first start on a slow machine imports scikit-learn without warm caches.
START_S = 120
STOP_S = CONFIG["timeout"]

# The first build on a machine downloads every library.
pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Instruction:
    """One instruction of the Dockerfile: its word, its flags (--from=build) and what follows."""

    word: str
    flags: dict[str, str]
    rest: str

    @property
    def words(self) -> list[str]:
        """What follows, as a list: JSON where it is written so, shell words otherwise."""
        parsed: list[str] = json.loads(self.rest) if self.rest.startswith("[") else shlex.split(self.rest)
        return parsed


def instructions() -> list[Instruction]:
    """Read the Dockerfile."""
    lines = (APP / "Dockerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            word, rest = line.split(None, 1)
            flags = {}
            while flag := re.match(r"--([a-z-]+)=(\S+)\s+", rest):
                flags[flag[1]] = flag[2]
                rest = rest[flag.end() :]
            found.append(Instruction(word, flags, rest.strip()))
    return found


def only(word: str) -> Instruction:
    """Return the one instruction of a kind."""
    (instruction,) = [one for one in instructions() if one.word == word]
    return instruction


def ignored(path: Path) -> bool:
    """Say whether .dockerignore keeps a path of the app's folder out of the image; the last rule that fits decides."""
    inside = path.relative_to(APP)
    above = [inside, *inside.parents][:-1]
    out = False
    for rule in (APP / ".dockerignore").read_text(encoding="utf-8").split("\n"):
        if rule and not rule.startswith("#"):
            pattern = rule.removeprefix("!")
            names = [part.name for part in above] if pattern.startswith("**/") else [str(part) for part in above]
            if any(fnmatch.fnmatch(name, pattern.removeprefix("**/")) for name in names):
                out = not rule.startswith("!")
    return out


@dataclass
class Image:
    """A built image: a folder that stands for the container's root, and the environment its commands run in."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"

    def inside(self, path: str) -> Path:
        """Return where a path of the container lies on this machine."""
        return self.root / str(Path(self.folder, path)).lstrip("/")

    def mapped(self, text: str) -> str:
        """Replace the container's own paths in a text."""
        return re.sub(
            r"(?<![\w./-])(/data|/opt/sceop|/ssl|/run/sceop-ssl)\b", lambda found: f"{self.root}{found[1]}", text
        )

    def run(self, *command: str) -> None:
        """Run a step of the build."""
        subprocess.run(command, cwd=self.inside("."), env=os.environ | self.environment, check=True)

    def copy(self, instruction: Instruction) -> None:
        """Copy from the app's folder, and only what .dockerignore lets through."""
        *sources, target = instruction.words
        for name in sources:
            source, destination = APP / name, self.inside(target)
            assert not ignored(source), f".dockerignore keeps {name} out of the image"
            if source.is_dir():
                shutil.copytree(
                    source,
                    destination,
                    ignore=lambda parent, names: [one for one in names if ignored(Path(parent, one))],
                )
                continue
            if target.endswith("/"):
                destination /= source.name
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_text(self.mapped(source.read_text(encoding="utf-8")), encoding="utf-8")
            destination.chmod(int(instruction.flags.get("chmod", "644"), 8))

    def step(self, command: str) -> None:
        """Run one command of a RUN line: those of uv as they stand; uv itself is already here."""
        program, *arguments = shlex.split(command)
        if program == "uv":
            target = "/opt/sceop" if arguments[0] == "venv" else f"--python {self.root}/opt/sceop"
            assert target in command, "the development environment is not to be touched"
            self.run(uv(), *arguments)
        else:
            assert command.startswith("pip install --no-cache-dir uv=="), f"teach this test to run: {command}"


def uv() -> str:
    """Return the uv of the development environment."""
    found = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert found, "uv is missing: script/setup brings it"
    return found


def build(root: Path) -> Image:
    """Follow the Dockerfile line by line."""
    image = Image(root, {"UV_PYTHON": sys.executable})
    for one in instructions():
        match one.word:
            case "WORKDIR":
                image.folder = one.rest
                image.inside(".").mkdir(parents=True)
            case "FROM":
                image.folder = "/"
            case "ENV":
                for setting in one.words:
                    name, value = setting.split("=", 1)
                    image.environment[name] = image.mapped(value).replace("$PATH", os.environ["PATH"])
            case "COPY" if "from" in one.flags:
                source, target = one.words
                assert source == target, "the environment cannot move: its scripts name their interpreter"
            case "COPY":
                image.copy(one)
            case "RUN":
                for command in one.rest.split("&&"):
                    image.step(image.mapped(command.strip()))
    return image


@pytest.fixture(scope="module", name="image")
def fixture_image() -> Iterator[Image]:
    """Build the image once, in a folder that the hub's own user may enter too."""
    with tempfile.TemporaryDirectory(prefix="sceop-image-") as folder:
        Path(folder).chmod(0o755)
        yield build(Path(folder))


@pytest.fixture(name="data")
def fixture_data(image: Image) -> Iterator[Path]:
    """Make /data as the Supervisor does: the owner's own, the options readable by the owner alone."""
    data = image.inside("/data")
    data.mkdir()
    write_options(data)
    yield data
    shutil.rmtree(data)


def write_options(data: Path) -> None:
    """Write the options as the Supervisor does before every start: a new file that replaces the old one."""
    fresh = data / "options.json.new"
    fresh.write_text(json.dumps(CONFIG["options"] | {"community": "Test street"}), encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(data / "options.json")


class Hub:
    """A running hub: its log as it comes, and its HTTP side."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        """Read the log in a thread of its own, so that the hub never waits for a reader."""
        self.process = process
        self.log: list[str] = []
        self._port = port
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line)
        self._lines.put(None)

    def _next_line(self, timeout: float) -> None:
        line = self._lines.get(timeout=timeout)
        assert line is not None, f"the hub ended:\n{''.join(self.log)}"
        self.log.append(line)

    def wait_until_healthy(self) -> None:
        """Read the log up to the line that says where the hub serves; then it must answer."""
        deadline = time.monotonic() + START_S
        while not SERVES.search("".join(self.log)):
            try:
                self._next_line(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"no hub within {START_S} s:\n{''.join(self.log)}")
        assert self.ask("GET", "/healthz")[0] == HTTPStatus.OK

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Send a request and return its status and answer."""
        request = Request(
            f"http://127.0.0.1:{self._port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310  an address of our own
                status, text = answer.status, answer.read()
        except HTTPError as error:
            with error:
                status, text = error.code, error.read()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode(errors="replace")

    def stop(self) -> int:
        """Ask it to stop as the Supervisor does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=STOP_S)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def entry_may_drop_root(image: Image) -> bool:
    """Say whether the hub's user could run the interpreter: a developer's may lie in a home closed to others."""
    if os.geteuid() != 0:
        return True
    python = str(image.inside("/opt/sceop/bin/python"))
    drop = ["setpriv", f"--reuid={HUB_USER}", f"--regid={HUB_USER}", "--clear-groups"]
    return subprocess.run([*drop, python, "-c", ""], capture_output=True, check=False).returncode == 0


@contextmanager
def running(image: Image) -> Iterator[Hub]:
    """Start what the image starts, on a free port of this machine."""
    port = free_port()
    changes = {PORT: str(port), INGRESS_PORT: str(free_port()), "0.0.0.0": "127.0.0.1"}
    command = [image.mapped(changes.get(word, word)) for word in only("CMD").words]
    if entry_may_drop_root(image):
        command = [*(str(image.inside(word)) for word in only("ENTRYPOINT").words), *command]
    environment = {"TZ": "Europe/Amsterdam"} | image.environment
    with subprocess.Popen(command, cwd=image.root, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            hub = Hub(process, port)
            hub.wait_until_healthy()
            yield hub
        finally:
            if process.poll() is None:
                process.kill()


def test_the_dockerfile_stands_alone() -> None:
    bases = [one.words[0] for one in instructions() if one.word == "FROM"]
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.14-slim-\w+", bases[0]), "Debian's C library, and the Python of the hub"
    assert "BUILD_FROM" not in (APP / "Dockerfile").read_text(encoding="utf-8"), "the Supervisor no longer gives it"
    arguments = {one.rest for one in instructions() if one.word == "ARG"}
    assert arguments <= {"BUILD_ARCH", "BUILD_VERSION"}


def test_the_labels_tell_the_supervisor_what_the_image_is() -> None:
    labels = dict(word.split("=", 1) for word in only("LABEL").words)
    assert labels["io.hass.type"] == "app"
    assert labels["io.hass.arch"] == "${BUILD_ARCH}"
    assert labels["io.hass.version"] == "${BUILD_VERSION}"
    assert labels["org.opencontainers.image.source"] == CONFIG["url"]


def test_dockerfile_and_config_name_the_same_ports() -> None:
    command = only("CMD").words
    assert [one.rest for one in instructions() if one.word == "EXPOSE"] == [PORT, INGRESS_PORT]
    assert command[command.index("--port") + 1] == PORT
    assert command[command.index("--ingress-port") + 1] == INGRESS_PORT
    assert f", {INGRESS_PORT}," in only("HEALTHCHECK").rest, "the other one may speak TLS"
    assert "/healthz" in only("HEALTHCHECK").rest


def test_only_the_supervisor_may_say_who_a_visitor_is() -> None:
    command = only("CMD").words
    assert command[command.index("--ingress-from") + 1] == SUPERVISOR


def test_every_library_is_checked_against_its_hash_and_none_is_compiled() -> None:
    install = next(one.rest for one in instructions() if one.word == "RUN" and "requirements.txt" in one.rest)
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    package = next(one.rest for one in instructions() if one.word == "RUN" and one.rest.endswith(" ."))
    assert "--no-deps" in package
    assert "--offline" in package


def test_the_image_is_built_with_the_uv_of_the_development_environment() -> None:
    pinned = re.search(r"^uv==(\S+)", (APP.parent / "requirements/dev.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned
    assert any(one.rest.endswith(f"uv=={pinned[1]}") for one in instructions() if one.word == "RUN")


def test_the_context_holds_no_more_than_the_image_needs() -> None:
    from_context = [one.words for one in instructions() if one.word == "COPY" and "from" not in one.flags]
    copied = {name for *sources, _ in from_context for name in sources}
    reachable = {path.name for path in APP.iterdir() if not ignored(path)}
    assert reachable == copied


@pytest.mark.parametrize("start", [1, 2], ids=["a first start", "a restored backup"])
def test_the_entry_hands_data_over_and_lets_go_of_root(tmp_path: Path, start: int) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give root up: run this test as root")
    with tempfile.TemporaryDirectory(prefix="sceop-entry-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        image = Image(root)
        image.copy(next(one for one in instructions() if one.rest.startswith("entry.sh")))
        data = image.inside("/data")
        private = data / "lake"
        private.mkdir(parents=True, mode=0o700)
        (outside := tmp_path / "outside").touch()
        (private / "link").symlink_to(outside)
        write_options(data)
        for _ in range(start):
            for path in (data, private, data / "options.json"):
                os.chown(path, 0, 0)
            shell = "id -u; id -G; umask; cat options.json >copy; chown 0 . || grep NoNewPrivs /proc/self/status"
            entry = [str(image.inside(word)) for word in only("ENTRYPOINT").words]
            answer = subprocess.run([*entry, "sh", "-c", shell], cwd=data, capture_output=True, text=True, check=True)
            assert answer.stdout.split() == ["8710", "8710", "0077", "NoNewPrivs:", "1"]
        owners = {path.stat().st_uid for path in (data, *data.iterdir())}
        assert owners == {HUB_USER}
        assert (data / "copy").stat().st_mode & 0o077 == 0
        assert outside.stat().st_uid == os.geteuid(), "a link in /data hands nothing outside over"


def test_the_entry_lends_the_hub_the_two_certificate_files_that_the_options_name() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away: run this test as root")
    with tempfile.TemporaryDirectory(prefix="sceop-entry-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        image = Image(root)
        image.copy(next(one for one in instructions() if one.rest.startswith("entry.sh")))
        (data := image.inside("/data")).mkdir()
        (secret := root / "outside.pem").write_text("not theirs")
        for name in ("live/fullchain.pem", "privkey.pem", "another.pem"):
            file = image.inside("/ssl") / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(name)
            file.chmod(0o600)
        entry = [str(image.inside(word)) for word in only("ENTRYPOINT").words]
        show = 'cd "$SCEOP_CERTIFICATES" && id -u && cat live/fullchain.pem privkey.pem && find . -type f | sort'
        for options in (
            {"certfile": "live/fullchain.pem", "keyfile": "privkey.pem"},
            {"certfile": "../outside.pem", "keyfile": str(secret)},
        ):
            (data / "options.json").write_text(json.dumps(options))
            answer = subprocess.run([*entry, "sh", "-c", show], capture_output=True, text=True, check=True)
            said = "8710\nlive/fullchain.pemprivkey.pem./live/fullchain.pem\n./privkey.pem\n"
            assert answer.stdout == said, "what is outside the folder is lent to nobody"


def test_the_entry_changes_nothing_for_a_user_who_is_not_root() -> None:
    with tempfile.TemporaryDirectory(prefix="sceop-entry-") as folder:
        Path(folder).chmod(0o755)
        image = Image(Path(folder))
        image.copy(next(one for one in instructions() if one.rest.startswith("entry.sh")))
        entry = [str(image.inside(word)) for word in only("ENTRYPOINT").words]
        somebody = os.geteuid() or 1000
        drop = [] if os.geteuid() else ["setpriv", f"--reuid={somebody}", f"--regid={somebody}", "--clear-groups"]
        answer = subprocess.run(
            [*drop, *entry, "sh", "-c", 'id -u; echo "$*"', "sh", "a b", "c"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.splitlines() == [str(somebody), "a b c"]


def test_the_entry_is_plain_shell() -> None:
    checked = subprocess.run(["sh", "-n", APP / "entry.sh"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_image_knows_every_time_zone_that_a_home_may_name(image: Image) -> None:
    # Debian's own tzdata lacks the older names, which Home Assistant offers; the package tzdata has them.
    ask = "import zoneinfo as z; z.reset_tzpath([]); z.ZoneInfo('Asia/Calcutta'); z.ZoneInfo('US/Pacific')"
    python = str(image.inside("/opt/sceop/bin/python"))
    asked = subprocess.run([python, "-c", ask], cwd=image.root, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr


def test_a_household_joins_the_built_image_and_its_readings_survive_a_restart(image: Image, data: Path) -> None:
    home = {
        "request": str(uuid.uuid4()),
        "name": "Test home",
        "kind": "home",
        "time_zone": "Europe/Amsterdam",
        "client": {"name": "test", "version": "0"},
    }
    block = {
        "channel": "grid_import",
        "start": "2026-11-20T10:00:00Z",
        "step": 900,
        "rev": 0,
        "quality": "measured",
        "wh": [12, 13, None],
    }
    with running(image) as hub:
        command = [str(image.inside("/opt/sceop/bin/sceop-hub")), "invite", "--data", str(data)]
        code = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        status, joined = hub.ask("POST", "/api/v1/join", home | {"code": code})
        assert status == HTTPStatus.CREATED, joined
        authorization = f"Bearer {joined['token']}"
        status, receipt = hub.ask("POST", "/api/v1/readings", {"blocks": [block]}, Authorization=authorization)
        assert (status, receipt["stored"]) == (HTTPStatus.OK, 2), receipt
        assert hub.stop() == 0, "".join(hub.log)
    assert (data / "hub.db").is_file()

    write_options(data)
    with running(image) as hub:
        status, receipt = hub.ask("POST", "/api/v1/readings", {"blocks": [block]}, Authorization=authorization)
        assert status == HTTPStatus.OK, receipt
        assert hub.stop() == 0, "".join(hub.log)
