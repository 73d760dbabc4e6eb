"""The `Retry-After` header."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_of(header: str) -> float:
    """How long to wait; 0 if it does not say."""
    if header.strip().isdecimal():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
