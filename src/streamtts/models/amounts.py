"""Bytes in words."""

_UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def amount(size: int) -> str:
    """Three figures at most, as a person would say it."""
    for unit, factor in _UNITS:
        if size >= factor:
            number = size / factor
            return f"{number:.1f} {unit}" if number < 10 else f"{number:.0f} {unit}"
    return f"{size} bytes"
