"""What can go wrong, and the exit codes a shell sees."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit code of the `streamtts` command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class StreamttsError(Exception):
    """The root of all our errors; its message is one sentence that says what to do."""

    exit_status = ExitStatus.FAILED


class UsageError(StreamttsError):
    """The command was called in a way that cannot work: a wrong flag, a missing file."""

    exit_status = ExitStatus.USAGE
