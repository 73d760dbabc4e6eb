"""What goes wrong with a kernel, in the words that its writer sees."""


class CompileError(RuntimeError):
    """The source is not Metal, or not the part of it that the simulator knows."""


class LaunchError(RuntimeError):
    """The kernel was called wrongly, or did what no kernel may do."""


class Refusal(Exception):  # noqa: N818 (it becomes a CompileError once its line is known to be the source's)
    """A line of the source, and why it is refused."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"program_source:{line}: {sentence}")
