"""Words that small models get wrong: where one occurs in a sentence, its translation stands behind it."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_BEFORE, _AFTER = r"(?<![\w./\\@#-])", r"(?![\w/\\@#-]|\.\w)"  # no part of a name
_ENDING = "s?"


class Glossary:
    """For one target language; of English terms."""

    def __init__(self, source: str, target: str) -> None:
        self._terms = _terms(target) if source == "en" else {}
        longest_first = sorted(self._terms, key=lambda term: (-len(term), term))
        self._beginnings = {
            " ".join(term.split()[:count]) for term in self._terms for count in range(1, term.count(" ") + 1)
        }
        spelled = "|".join(re.escape(term) for term in longest_first) or "(?!)"
        self._pattern = re.compile(f"{_BEFORE}({spelled}){_ENDING}{_AFTER}", re.IGNORECASE)

    def noted(self, text: str, *, complete: bool = True) -> str:
        """Each term once. What is noted in a beginning of the text is noted in the whole."""
        noted: set[str] = set()

        def with_note(found: re.Match[str]) -> str:
            term = found[1].lower()
            if term in noted or (not complete and found.end() == len(text) and term in self._beginnings):
                return found[0]
            noted.add(term)
            return f"{found[0]}({self._terms[term]})"

        return self._pattern.sub(with_note, text)


@cache
def _terms(target: str) -> Mapping[str, str]:
    file = files("streamtts.translators.gguf") / f"glossary_{target}.tsv"
    if not file.is_file():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line)
