"""What goes wrong with voices of the user's own."""

from streamtts.errors import StreamttsError


class SampleError(StreamttsError):
    """No voice can be made of a recording; one sentence for the user, which says what to do."""
