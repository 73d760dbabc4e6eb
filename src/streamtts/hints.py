"""One clear line for the eye when there is nothing, or less than there could be, for the ear."""

from streamtts._core import ExtractorStats
from streamtts.shown.terminal import printable


def agent_notice(message: str) -> str:
    """An error that the agent wrote into its stream."""
    return f"the agent reports: {printable(message)}"


def closing_hint(stats: ExtractorStats, *, live: bool) -> str | None:
    """What to tell the user at the end of the input; `live` means it came from a pipe."""
    if stats.lines > 0 and stats.events == 0:
        lines = "the one line" if stats.lines == 1 else f"none of the {stats.lines} lines"
        verb = "is not" if stats.lines == 1 else "is"
        return (
            f"{lines} of the input {verb} an agent's JSON; "
            "run the agent with its JSON output, like "
            "`claude -p ... --output-format stream-json --include-partial-messages --verbose`"
        )
    if live and stats.whole_message_claude:
        return "Claude Code wrote whole messages only; with --include-partial-messages sentences come sooner"
    return None
