"""The gate as it is called: what it has compared is part of its answer, and misfits are one sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gate import __main__ as command
from gate import counts, waits
from gate.baseline import FILE, BaselineError, load

WHOLE = json.loads(FILE.read_bytes())


def without(kind: str) -> bytes:
    return json.dumps({**WHOLE, kind: {}}).encode()


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"{}", b"[]", b"\xff", b"null", b'"ratios"', b"[" * 100_000]
    + [json.dumps({**WHOLE, "ratios": {"split": each}}).encode() for each in (0.3, {}, {"ratio": 0.3})]
    + [
        json.dumps({**WHOLE, "waits_ms": {"split": each}}).encode()
        for each in ("0", None, True, float("nan"))
    ],
)
def test_what_is_no_baseline_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_bytes(content)
    with pytest.raises(BaselineError, match="is no baseline") as told:
        load(tmp_path / "baseline.json")
    assert "\n" not in str(told.value)


def test_no_baseline_at_all_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="make bench-baseline makes one"):
        load(tmp_path / "baseline.json")


@pytest.mark.parametrize("content", [b"{}", without("ratios"), without("waits_ms"), without("counts")])
def test_a_baseline_that_lacks_a_stage_compares_nothing(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "baseline.json").write_bytes(content)
    monkeypatch.setattr(command, "load", lambda: load(tmp_path / "baseline.json"))
    monkeypatch.setattr(sys, "argv", ["gate", "check"])
    assert command.main() == command.NOT_COMPARED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_counts_alone_where_none_are_counted_compare_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(counts, "COUNTER", Path("/nowhere/count_stages"))
    monkeypatch.setattr(sys, "argv", ["gate", "check", "--counts"])
    assert command.main() == command.NOT_COMPARED
    said = capsys.readouterr()
    assert "no stage is slower" not in said.out
    assert "nothing was compared" in said.err


def test_the_answer_tells_what_was_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = load()
    monkeypatch.setattr(counts, "COUNTER", Path("/nowhere/count_stages"))
    monkeypatch.setattr(waits, "missing", lambda: None)
    monkeypatch.setattr(command, "_ratios", lambda names: {name: known.ratios[name].ratio for name in names})
    monkeypatch.setattr(command, "_waits", lambda names: {name: known.waits_ms[name] for name in names})
    monkeypatch.setattr(sys, "argv", ["gate", "check"])
    assert command.main() == command.FINE
    said = capsys.readouterr()
    assert f"instructions are not compared: {counts.missing()}" in said.out
    assert f"no stage is slower than at {known.commit}: 8 ratios, 8 waits" in said.out


def test_a_stage_that_cannot_be_measured_is_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FILE.parent)
    with pytest.raises(SystemExit, match="nonsense could not be measured"):
        command._figure("ratio", "nonsense")
    assert "no stage is called nonsense" in capfd.readouterr().err


def test_without_git_the_range_ends_at_head(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command._commit() == "HEAD"


def test_it_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gate", "show", "--json", "ratio", "wire"],
        cwd=FILE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["wire"] > 0
