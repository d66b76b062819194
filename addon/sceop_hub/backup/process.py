"""What the process of a backup or a restore does: it reads as JSON what is asked, and answers in JSON."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import msgspec

from ..domain.refusal import Refusal
from ..gentle import be_gentle
from .make import make
from .restore import stage


def main() -> int:
    """Do one piece of work; a refusal is an answer, and anything else a trace in the hub's log."""
    os.umask(0o077)
    be_gentle()
    asked = json.load(sys.stdin)
    data, passphrase = Path(asked["data"]), asked["passphrase"]
    try:
        if asked["work"] == "make":
            answer = {"made": make(data, asked["kind"], datetime.fromisoformat(asked["at"]), passphrase).name}
        else:
            file, newer = Path(asked["file"]), asked["even_if_newer"]
            answer = {"staged": stage(file, data, passphrase, even_if_newer=newer, who=asked["who"]).name}
    except Refusal as refusal:
        answer = {"problem": refusal.problem, "saying": msgspec.to_builtins(refusal.saying)}
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
