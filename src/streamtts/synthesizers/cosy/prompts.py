"""What CosyVoice reads before the text, in each of its versions."""

import re

_END = "<|endofprompt|>"
_ASSISTANT = "You are a helpful assistant."
_TOKENS = re.compile(r"[\[\]]|<\||\|>|<(?=[/\w])|(?<=[/\w])>")


def transcript_prompt(transcript: str, instruct: str = "", version: int = 3) -> str:
    """Version 3 says a transcript again that comes without this beginning."""
    return transcript if version < 3 else instruct_prompt(instruct) + transcript


def instruct_prompt(instruct: str, version: int = 3) -> str:
    return (instruct if version < 3 else f"{_ASSISTANT} {instruct}".rstrip()) + _END


def strong(text: str) -> str:
    return f"<strong>{text}</strong>"


def plain(text: str) -> str:
    """Without what would be a token: `<|en|>`, `<strong>`, `[breath]`, `[AH0]`."""
    return _TOKENS.sub(" ", text)
