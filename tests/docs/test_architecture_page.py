"""docs/architecture.md is one page, and names everything that there is."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([\w.]+)/?`", PAGE))


def test_it_names_every_module() -> None:
    found = {path.stem for path in (ROOT / "src/streamtts").iterdir() if path.suffix in ("", ".py")}
    assert sorted(found - {"__init__", "__main__", "__pycache__", "recorded"} - NAMED) == []


def test_it_names_every_part_of_the_core() -> None:
    assert sorted({path.name for path in (ROOT / "csrc").iterdir() if path.is_dir()} - NAMED) == []


def test_it_names_nothing_else() -> None:
    """Rows begin with what they are about."""
    rows = re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE)
    for name in re.findall(r"`([\w]+)/?`", " ".join(rows)):
        places = (ROOT / "src/streamtts" / name, ROOT / "src/streamtts" / f"{name}.py", ROOT / "csrc" / name)
        assert any(place.exists() for place in places), name


def test_it_is_one_page_with_one_diagram() -> None:
    assert len(PAGE.splitlines()) <= 110
    assert PAGE.count("```") == 2
