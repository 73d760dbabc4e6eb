"""Models: what there is, where it comes from, and where it lies on this machine."""

from streamtts.models.store import derived, path

__all__ = ["derived", "path"]
