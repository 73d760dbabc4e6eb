"""The rival: what a first script does with a log of Claude Code; a listener hears where it is wrong.

Each line is parsed whole, markdown is cut out by expressions, and sentences end where a full stop does.
"""

import json
import re

_FENCE = re.compile(r"```.*?(```|\Z)", re.DOTALL)
_SIGNS = re.compile(r"[`*_#>|]+|^\s*[-+]\s+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_URL = re.compile(r"https?://\S+")
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n\s*\n")


class NaivePipeline:
    """Lines in, sentences out; what is held is searched again with every piece."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, line: bytes) -> list[str]:
        event = json.loads(line).get("event", {})
        if event.get("type") == "message_stop":
            return self.finish()
        self._held += event.get("delta", {}).get("text", "")
        *whole, self._held = _END.split(self._held)
        return [said for sentence in whole if (said := cleaned(sentence))]

    def finish(self) -> list[str]:
        said, self._held = cleaned(self._held), ""
        return [said] if said else []


def cleaned(markdown: str) -> str:
    prose = _LINK.sub(r"\1", _FENCE.sub(" ", markdown))
    return " ".join(_SIGNS.sub("", _URL.sub(" ", prose)).split())
