"""What is no speech of a text, although a server says so: words for people, and sound without an end."""

import codecs
import re

JUDGED_BYTES = 1024  # 20 ms of samples

_SLOWEST_CHAR_S, _LONGEST_REST_S = 0.5, 8.0  # a digit is a word, which some languages say at length
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def may_be_text(begin: bytes) -> bool:
    """Of whatever begins so. Small samples, which all sound has, hold 0x00 or 0xFF, and no text does."""
    if _CONTROLS.search(begin):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(begin)
    except UnicodeDecodeError:
        return False
    return True


def kind_of_text(begin: bytes) -> str:
    return {b"{": "JSON", b"[": "JSON", b"<": "a page"}.get(begin.lstrip()[:1], "text")


def longest_s(text: str, speed: float = 1.0) -> float:
    """What comes after so much sound is no speech of the text."""
    return _LONGEST_REST_S + _SLOWEST_CHAR_S * len(text) / min(speed, 1.0)
