"""Fields of an agent's JSON, whose types nobody promises."""

from typing import Any

Record = dict[str, Any]
NO_RECORD: Record = {}


def whole(text: str) -> str:
    return (
        text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    )


def record_of(value: object) -> Record:
    return value if type(value) is dict else NO_RECORD


def text_of(value: object) -> str:
    return value if type(value) is str else ""


def blocks(content: object) -> list[Record]:
    if type(content) is str:
        return [{"type": "text", "text": content}]
    return [block for block in content if type(block) is dict] if type(content) is list else []


def first_text(content: object) -> str:
    return next((text_of(block.get("text")) for block in blocks(content) if block.get("type") == "text"), "")


def error_text(line: Record) -> str:
    error = line.get("error")
    message = error.get("message") if isinstance(error, dict) else error or line.get("message")
    return message if isinstance(message, str) else ""


def subtype_words(subtype: str) -> str:
    return "Error: " + subtype.removeprefix("error_").replace("_", " ")


def is_typed(line: Record) -> bool:
    content = record_of(line.get("message")).get("content")
    return isinstance(content, str) and line.get("isMeta") is not True
