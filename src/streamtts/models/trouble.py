"""What goes wrong with models."""

from streamtts.errors import StreamttsError


class ModelError(StreamttsError):
    """A model cannot be had, kept or removed; one sentence for the user, which says what to do."""
