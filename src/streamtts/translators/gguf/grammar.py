"""What a model may write: letters of the target's script, and the names that its sentence holds."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from streamtts.engine import EngineError
from streamtts.translation.japanese import is_acronym

_LONGEST_NAME = 200  # characters
_MOST_NAMES = 40
_CHUNK = re.compile(r"[\x21-\x7e]+")
_EDGES = ".,;:!?()[]{}\"'`"
_OPENING = "([{\"'`"
# A sign of code inside, a capital that is not the first letter, or a digit beside letters.
_CODE = re.compile(
    r"[A-Za-z][._/\\@#=:+~$-]*[._/\\@#=:+~$][A-Za-z0-9]|[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]|^[-./~@$_][-./~@$_A-Za-z]+"
)
_COMMANDS = frozenset(
    ("apt", "bash", "brew", "cargo", "clang", "cmake", "conda", "cron", "curl", "docker", "eslint",
     "gcc", "gdb", "git", "grep", "gradle", "helm", "jest", "jq", "kubectl", "mypy", "mysql", "nginx",
     "node", "npm", "npx", "pip", "pnpm", "poetry", "postgres", "prettier", "psql", "pylint", "pytest",
     "redis", "rsync", "ruff", "rustc", "sed", "sqlite", "ssh", "sudo", "systemctl", "tar",
     "terraform", "tmux", "tsc", "uv", "vim", "vite", "vitest", "webpack", "yarn", "zsh")
)  # fmt: skip
_LATIN = re.compile(r"[A-Za-z]")
_FIRST_LEVEL = (0x889F, 0x9872)  # in Shift JIS
_COMMON = "丼傲冤刹哺喩嗅嘲囁彙恣慄憬拉拗摯曖楷毀璧瘍稟箋籠緻羞訃諧貪贅踪躇躊辣鬱齟齬綺繋辿揃"


def names(text: str) -> list[str]:
    """Words in Latin letters that nobody translates, as they are written."""
    found = dict.fromkeys(_named(text))
    return sorted(found, key=lambda name: (-len(name), name))[:_MOST_NAMES]


def _named(text: str) -> list[str]:
    named = []
    for place, chunk in enumerate(_CHUNK.findall(text)):
        word = chunk.strip(_EDGES) if not chunk.startswith((".", "-", "/", "~")) else chunk.rstrip(_EDGES)
        if not _LATIN.search(word) or len(word) > _LONGEST_NAME:
            continue
        owner = re.sub(r"['’]s$", "", word)
        proper = owner[:1].isupper() and (place > 0 or not owner[1:].islower())
        if owner in _COMMANDS or _CODE.search(owner) or is_acronym(owner) or (proper and len(owner) > 1):
            named.append(owner)
    return named


class Grammar:
    """Of one session, in llama.cpp's notation: our own, the user's, or none."""

    def __init__(self, setting: str, target: str) -> None:
        self._constrains = setting == "auto" and target == "ja"
        self._own = "" if setting in ("auto", "off") else _read(Path(setting))

    @property
    def is_the_users(self) -> bool:
        return bool(self._own)

    def of(self, text: str) -> str:
        """For the translation of this sentence."""
        return japanese(names(text)) if self._constrains else self._own


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
