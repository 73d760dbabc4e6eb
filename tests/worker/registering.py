"""Engines registered through the real door: a folder that looks like an installed distribution."""

from collections.abc import Mapping
from pathlib import Path

from streamtts.registry import SYNTHESIZERS


def install(
    folder: Path,
    engines: Mapping[str, str],
    *,
    distribution: str = "fake_engines",
    group: str = SYNTHESIZERS,
) -> None:
    """Once `folder` leads the path, `engines` are there: name to `module:attribute`.

    A distribution called streamtts hides the engines of the real one.
    """
    info = folder / f"{distribution}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    points = "".join(f"{name} = {place}\n" for name, place in engines.items())
    (info / "entry_points.txt").write_text(f"[{group}]\n{points}")
