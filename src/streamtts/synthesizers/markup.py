"""What speech programs would take for orders in the text they are given."""


def without_commands(text: str) -> str:
    """`[[...]]` holds phonemes for eSpeak and Piper, and `[[volm 0]]` and the like for macOS."""
    while "[[" in text:
        text = text.replace("[[", "[ [")
    return text
