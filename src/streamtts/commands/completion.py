"""`streamtts completion`: scripts for shells, made of the parsers, so that they cannot lie."""

from streamtts.errors import StreamttsError


def script(shell: str) -> str:
    raise StreamttsError(f"completion for {shell} is being built")
