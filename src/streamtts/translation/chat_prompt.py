"""What a chat model is told, so that it translates and does nothing else."""

from collections.abc import Mapping, Sequence

from streamtts.translation import codes

_SYSTEM = (
    "Translate what a coding agent says from {source} to {target}, as a developer would say it aloud. "
    "Keep names of files, commands and code as they are. Answer with the translation alone, on one line."
)
_EXAMPLES = {
    ("en", "ja"): (
        (
            "I fixed the parser, and all 42 tests pass now.",
            "パーサーを修正し、42個のテストがすべて通るようになりました。",
        ),
        ("Let me check `src/config.py` first.", "まず`src/config.py`を確認します。"),
    )
}


class Prompt:
    """For one pair of languages."""

    def __init__(self, source: str, target: str) -> None:
        names = {"source": codes.name(source), "target": codes.name(target)}
        self._before = [{"role": "system", "content": _SYSTEM.format(**names)}]
        for said, translated in _EXAMPLES.get((source, target), ()):
            self._before += [
                {"role": "user", "content": said},
                {"role": "assistant", "content": translated},
            ]

    def messages(self, text: str) -> Sequence[Mapping[str, str]]:
        return [*self._before, {"role": "user", "content": text}]
