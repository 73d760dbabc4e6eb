"""Opening the player and saying what went wrong in the user's words."""

from streamtts import _core
from streamtts.errors import UsageError


def open_player(output: str) -> _core.Player:
    """A player on `output`; for a name that no output has, the error lists the right ones."""
    try:
        return _core.Player(output)
    except _core.Error as error:
        raise UsageError(str(error)) from error
