"""One file, whole and checked, however often the connection breaks; what is there already is kept."""

import os
import re
from io import FileIO
from pathlib import Path

from streamtts.models.digest import Digest, Expected
from streamtts.models.part_file import opened, write_all
from streamtts.models.patience import Patience
from streamtts.models.report import World
from streamtts.models.trouble import ModelError
from streamtts.models.web import Answer, Web, WebError

_READ_BYTES = 1 << 20
_WORTHWHILE_BYTES = 1 << 20
_RANGE = re.compile(r"bytes (\d+)-.*")


def download(web: Web, path: str, expected: Expected, part: Path, world: World) -> Digest:
    """Leaves the checked file in `part`. Raises WebError, and keeps the beginning for the next time."""
    with opened(part) as file:
        transfer = _Transfer(web, path, expected, file, world)
        resumed = transfer.resume()
        for whole in (not resumed, True):
            one_go = transfer.complete() and whole
            if transfer.digest.good:
                os.fsync(file.fileno())
                return transfer.digest
            transfer.begin_anew()
            if one_go:
                break
    raise ModelError(
        f"what {web.name} sends as {expected.name} is not what it announces (its digest is wrong), so"
        " nothing was kept: try again later"
    )


class _Transfer:
    def __init__(self, web: Web, path: str, expected: Expected, file: FileIO, world: World) -> None:
        self._web = web
        self._path = path
        self._expected = expected
        self._file = file
        self._world = world
        self.digest = Digest(expected)

    def resume(self) -> bool:
        """Takes in what is there already; True if that is something."""
        while piece := self._file.read(_READ_BYTES):
            self._take_in(piece)
        if self.digest.size > self._expected.size:
            self.begin_anew()
        return self.digest.size > 0

    def begin_anew(self) -> None:
        self._world.report.advance(-self.digest.size)
        self.digest = Digest(self._expected)
        self._file.seek(0)
        self._file.truncate(0)

    def complete(self) -> bool:
        """Asks until all is there; True if one answer brought it."""
        patience, furthest, answers = Patience(self._world.clock), self.digest.size, 0
        while self.digest.size < self._expected.size:
            answers += 1
            try:
                self._append()
            except WebError as error:
                in_vain = self.digest.size < furthest + _WORTHWHILE_BYTES
                furthest = max(furthest, self.digest.size)
                patience.after(error, in_vain=in_vain)
        return answers <= 1

    def _append(self) -> None:
        start = self.digest.size
        with self._web.get(self._path, start) as answer:
            if answer.status == 416:
                self.begin_anew()
                raise WebError("has a shorter file than it announces: try again later", passing=True)
            if start and not _goes_on(answer, start):
                self.begin_anew()
                if answer.status == 206:
                    raise WebError("answers what was not asked: try again later", passing=True)
            for piece in answer.pieces(self._expected.size - self.digest.size):
                write_all(self._file, piece)
                self._take_in(piece)
        if self.digest.size < self._expected.size:
            raise WebError("closed the connection in the middle: check the network", passing=True)

    def _take_in(self, piece: bytes) -> None:
        self.digest.update(piece)
        self._world.report.advance(len(piece))


def _goes_on(answer: Answer, start: int) -> bool:
    found = _RANGE.fullmatch(answer.headers.get("content-range", ""))
    return answer.status == 206 and found is not None and int(found[1][:20]) == start
