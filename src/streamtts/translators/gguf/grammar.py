"""What a model may write: letters of the target's script, and the names that its sentence holds."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from streamtts.engine import EngineError
from streamtts.translation.names import possible_names

_FIRST_LEVEL = (0x889F, 0x9872)  # in Shift JIS
_COMMON = "丼傲冤刹哺喩嗅嘲囁彙恣慄憬拉拗摯曖楷毀璧瘍稟箋籠緻羞訃諧貪贅踪躇躊辣鬱齟齬綺繋辿揃"

_SOMETHING = 'root ::= [^ \\n] [^\\n]* "\\n"*\n'  # of a single word a model may make nothing


class Grammar:
    """Of one session, in llama.cpp's notation: our own, the user's, or none."""

    def __init__(self, setting: str, target: str) -> None:
        self._target = target if setting == "auto" else ""
        self._own = "" if setting in ("auto", "off") else _read(Path(setting))

    @property
    def is_the_users(self) -> bool:
        return bool(self._own)

    def of(self, text: str) -> str:
        """For the translation of this sentence."""
        if self._target == "ja":
            return japanese(possible_names(text))
        return _SOMETHING if self._target else self._own


def japanese(allowed: Sequence[str]) -> str:
    words = "".join(f" | {_quoted(name)}" for name in allowed)
    return f'root ::= (letter{words})+ "\\n"*\nletter ::= {_letters()}\n'


def _read(file: Path) -> str:
    try:
        return file.expanduser().read_text(encoding="utf-8")
    except (OSError, ValueError, RuntimeError):
        raise EngineError(
            f"translators.llama.grammar is {str(file)!r}: give auto, off, or a file in llama.cpp's notation"
        ) from None


@cache
def _letters() -> str:
    return "[" + "".join(_ranges()) + "]"


def _ranges() -> list[str]:
    """Kana, marks, digits, and the characters that Japanese writes every day; most others are Chinese."""
    ranges = ["\\u3041-\\u3096", "\\u30a1-\\u30fc", "、。「」『』・！？％：…々〜", " 0-9.,%+/:~\\x2d"]
    chars = [code for code in range(0x4E00, 0xA000) if _is_japanese(chr(code))]
    begin = previous = chars[0]
    for code in [*chars[1:], 0]:
        if code != previous + 1:
            ranges.append(f"\\u{begin:04x}" + (f"-\\u{previous:04x}" if previous > begin else ""))
            begin = code
        previous = code
    return ranges


def _is_japanese(char: str) -> bool:
    """Of the first level of JIS X 0208, or common although it is not."""
    try:
        code = int.from_bytes(char.encode("cp932"))
    except UnicodeEncodeError:
        return False
    return _FIRST_LEVEL[0] <= code <= _FIRST_LEVEL[1] or char in _COMMON


def _quoted(name: str) -> str:
    return '"' + "".join(f"\\x{ord(c):02x}" if c in '"\\' else c for c in name) + '"'
