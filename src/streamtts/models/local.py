"""Files that the user has already: a folder, or the one file that a model is."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from streamtts.models.catalogue import Model
from streamtts.models.digest import Digest, Expected
from streamtts.models.part_file import opened, write_all
from streamtts.models.report import World
from streamtts.models.tree import exists, files_in
from streamtts.models.trouble import ModelError

_PIECE_BYTES = 1 << 20


class Local:
    """The files are copied; what the catalogue knows of them is checked, else they are taken as they are."""

    def __init__(self, model: Model, given: Path, world: World) -> None:
        self._model = model
        self._given = given
        self._world = world
        self._places = self._found()

    @property
    def title(self) -> str:
        return str(self._given)

    def files(self) -> Sequence[Expected]:
        return [
            Expected(name, place.stat().st_size, self._model.sha256.get(name, ""))
            for name, place in self._places.items()
        ]

    def bring(self, file: Expected, part: Path) -> Digest:
        source = self._places[file.name]
        with opened(part) as target:
            target.truncate(0)
            try:
                content = source.open("rb")
            except OSError as error:
                raise ModelError(f"cannot read {source}: {error.strerror}") from error
            with content:
                digest = Digest(file)
                while piece := content.read(_PIECE_BYTES):
                    write_all(target, piece)
                    digest.update(piece)
                    self._world.report.advance(len(piece))
        if not digest.good:
            raise ModelError(
                f"{source} is not the {file.name} of {self._model.name} (its digest is wrong): fetch it anew"
            )
        return digest

    def _found(self) -> dict[str, Path]:
        """Each file of the model, by its name in the model; a folder may hold them flat."""
        if not exists(self._given):
            raise ModelError(f"{str(self._given)[:200]} is not there: give the folder that holds the files")
        if self._given.is_file() and len(self._model.files) == 1 and not self._model.weights:
            return {self._model.files[0]: self._given}
        if not self._given.is_dir():
            raise ModelError(f"{self._given} is no folder: give the one that holds {self._model.files[0]}")
        names = {name: self._given / name for name in files_in(self._given)}
        for wanted in self._model.files:
            flat = PurePosixPath(wanted).name
            if wanted not in names and flat in names:
                names[wanted] = names[flat]
        picked = self._model.pick(names)
        if picked.lacking:
            raise ModelError(
                f"{self._given} has no {picked.lacking[0]}, which {self._model.name} needs: add it"
            )
        return {name: names[name] for name in picked.names}
