"""Words of others inside a sentence of ours."""

_LONGEST = 200


def quoted(text: str) -> str:
    """On one line, short, and without anything that a terminal would obey."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: 16 * _LONGEST])
    words = " ".join(printable.split()).rstrip(".")
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()}..."
