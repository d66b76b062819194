"""Bring the pictures that the browser tests left into docs/images, small enough for a page that many read.

Run it after the tests in a real browser: python -m tests.e2e.pictures
"""

import sys
from pathlib import Path

from PIL import Image

from tests.e2e.harness import PICTURES

DOCS = Path(__file__).parents[2] / "docs" / "images"
COLOURS = 256
MOST_BYTES = 200_000

SHOWN = {
    "hub-now": "now-desktop-light",
    "hub-now-phone": "now-phone-dark",
    "hub-patterns": "patterns-desktop-light",
    "hub-kiosk": "kiosk-lobby",
    "hub-invites": "invites-desktop-light",
    "dashboard-forecast": "dashboard-forecast-1280-light",
    "forecast-card": "forecast-card-1280-light-at-home",
    "not-normal": "not-normal-390-light",
    "peak-calendar": "peak-calendar",
}
"""Names in docs/images, and the pictures of the tests that they are.

Those of the hub's forecast are taken of script/demo: the street of the tests knows no weather.
"""


def bring(shown: str, taken: str) -> int:
    """Write one picture with few colours, which drawings and letters need no more of; return its size."""
    file = DOCS / f"{shown}.png"
    with Image.open(PICTURES / f"{taken}.png") as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(file, optimize=True)
    return file.stat().st_size


def main() -> int:
    """Bring all of them; tell those that became too large."""
    large = 0
    for shown, taken in SHOWN.items():
        size = bring(shown, taken)
        large += size > MOST_BYTES
        print(f"{shown}.png: {size:,} bytes{', too large' if size > MOST_BYTES else ''}")  # noqa: T201 - a program for a terminal
    return large


if __name__ == "__main__":
    sys.exit(main())
