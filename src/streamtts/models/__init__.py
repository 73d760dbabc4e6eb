"""Models: what there is, where it comes from, and where it lies on this machine."""

from streamtts.models.store import check, derived, path

__all__ = ["check", "derived", "path"]
