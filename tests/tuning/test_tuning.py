"""A small model learns two sentences, and says them in the product."""

from pathlib import Path

import pytest

from translators.llama import models, tiny_gguf

LEARNT = {"Done.": "完了です。", "The tests pass.": "テストは通ります。"}


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    models.skip_without_packages()
    for package in ("torch", "transformers", "accelerate"):
        pytest.importorskip(package, reason=f"{package} is not installed: make test-engines")
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path / "models"))
    return tiny_gguf.write(tmp_path / "tiny.gguf")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_learnt_is_said(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from training import tune

    pairs = tiny.parent / "pairs"
    pairs.mkdir()
    lines = [f"{english}\t{japanese}" for english, japanese in LEARNT.items()]
    (pairs / "two.tsv").write_text("\n".join(lines), encoding="utf-8")
    learnt = tiny.parent / "learnt.gguf"
    asked = ["--model", tiny, "--pairs", pairs, "--rank", "16", "--rounds", "150", "--rate", "0.02", "--all"]
    tune.main([*map(str, asked), str(learnt)])
    assert "2 examples" in capsys.readouterr().out
    with models.loaded(tiny, adapter=str(learnt)) as tuned:
        assert {english: models.said(tuned, english) for english in LEARNT} == LEARNT
    with models.loaded(tiny) as plain:
        assert models.said(plain, "Done.") != LEARNT["Done."]
