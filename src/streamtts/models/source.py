"""What a place that models come from can do."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from streamtts.models.digest import Digest, Expected


class Source(Protocol):
    @property
    def title(self) -> str:
        """As it stands in a sentence."""

    def files(self) -> Sequence[Expected]:
        """All that the model needs. Raises ModelError."""

    def bring(self, file: Expected, part: Path) -> Digest:
        """Leaves the checked file in `part`, of which a beginning may be there already. Raises ModelError."""
