"""The Hugging Face hub, or a server that speaks as it does."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from streamtts.models.catalogue import Model
from streamtts.models.digest import Digest, Expected
from streamtts.models.download import download
from streamtts.models.names import is_safe
from streamtts.models.patience import Patience
from streamtts.models.report import World
from streamtts.models.trouble import ModelError
from streamtts.models.web import Web, WebError, checked_endpoint, is_private

_ENDPOINT = "https://huggingface.co"
_COMMIT, _SHA256 = re.compile(r"[0-9a-f]{40}"), re.compile(r"[0-9a-f]{64}")
_T = TypeVar("_T")
_ON = ("1", "true", "yes", "on")


def offline_because(world: World) -> str:
    """What forbids the network; empty if nothing does."""
    if world.offline:
        return "the setting offline (STREAMTTS_OFFLINE)"
    return "HF_HUB_OFFLINE" if world.environ.get("HF_HUB_OFFLINE", "").strip().lower() in _ON else ""


class Hub:
    """One repository at one commit, which the first question settles."""

    def __init__(self, model: Model, world: World) -> None:
        self._model = model
        self._world = world
        endpoint = checked_endpoint(world.environ.get("HF_ENDPOINT") or _ENDPOINT)
        token = world.environ.get("HF_TOKEN", "").strip()
        if token and not (token.isascii() and token.isprintable()):
            raise ModelError("HF_TOKEN is no token: set it to one of your account, or unset it")
        if token and not is_private(endpoint):
            raise ModelError(
                "HF_TOKEN would go to HF_ENDPOINT unencrypted: give an https address, or unset HF_TOKEN"
            )
        self._has_token = bool(token)
        self._web = Web(endpoint, token, world.clock)
        self._commit = model.revision

    @property
    def title(self) -> str:
        return f"{self._web.name}/{self._model.hub}"

    def files(self) -> Sequence[Expected]:
        with self._in_words():
            revision = quote(self._model.revision, safe="")
            path = f"/api/models/{self._model.hub}/revision/{revision}?blobs=true"
            found = self._asked(lambda: self._web.json(path))
            self._commit, rows = _listing(found)
            picked = self._model.pick(rows)
        if picked.lacking:
            raise ModelError(
                f"{self.title} has no {picked.lacking[0]} any more: update streamtts, or give the files with"
                f" `{self._model.pull} --from FOLDER`"
            )
        return [self._expected(name, rows[name]) for name in picked.names]

    def bring(self, file: Expected, part: Path) -> Digest:
        with self._in_words():
            return download(self._web, self._path(file.name), file, part, self._world)

    def _path(self, name: str) -> str:
        return f"/{self._model.hub}/resolve/{quote(self._commit, safe='')}/{quote(name)}"

    def _asked(self, ask: Callable[[], _T]) -> _T:
        patience = Patience(self._world.clock)
        while True:
            try:
                return ask()
            except WebError as error:
                patience.after(error)

    def _expected(self, name: str, row: Mapping[str, Any]) -> Expected:
        """From the list, else from the file's own head, where a mirror gives names alone."""
        lfs = row.get("lfs")
        told = lfs if isinstance(lfs, dict) else {"size": row.get("size"), "etag": row.get("blobId")}
        expected = self._told_of(name, told.get("size"), told.get("sha256") or told.get("etag"))
        if expected is None:
            with self._in_words():
                head = self._asked(lambda: self._web.head(self._path(name)))
            size = head.get("x-linked-size") or head.get("content-length", "")
            etag = head.get("x-linked-etag") or head.get("etag", "")
            digest = etag.removeprefix("W/").strip('"')
            expected = self._told_of(name, int(size[:20]) if size.isdecimal() else None, digest)
        if expected is None:
            raise ModelError(
                f"{self._web.name} does not say what {name} must be, so it could not be checked: try later"
            )
        return expected

    def _told_of(self, name: str, size: object, digest: object) -> Expected | None:
        known = self._model.sha256.get(name) or digest
        if type(size) is not int or size < 0 or not isinstance(known, str):
            return None
        if _SHA256.fullmatch(known):
            return Expected(name, size, sha256=known)
        return Expected(name, size, git_sha1=known) if _COMMIT.fullmatch(known) else None

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except WebError as error:
            raise ModelError(self._sentence(error)) from error

    def _sentence(self, error: WebError) -> str:
        model, server = self._model.name, self._web.name
        match error.status:
            case 401 if self._has_token:
                return f"{server} does not accept HF_TOKEN: set it to a valid one, or unset it"
            case 401:
                return f"{server} shows {self._model.hub} to nobody without a token: set HF_TOKEN to yours"
            case 403:
                return (
                    f"{server} keeps {model} for those who accept its terms: do so at {self._web.home}/"
                    f"{self._model.hub} and set HF_TOKEN"
                )
            case 404 | 410:
                return (
                    f"{self.title} is not there (any more): update streamtts, or give the files with"
                    f" `{self._model.pull} --from FOLDER`"
                )
            case 429:
                return f"{server} wants fewer questions (429): try again later, or set HF_TOKEN to your token"
            case _:
                return f"{server} {error}"


def _listing(found: Any) -> tuple[str, dict[str, Mapping[str, Any]]]:
    """The commit, and its files by name; other names than plain ones are none for us."""
    try:
        commit, siblings = found["sha"], found["siblings"]
        rows = {row["rfilename"]: row for row in siblings}
    except (KeyError, TypeError):
        raise WebError("does not answer as a model hub does: check HF_ENDPOINT") from None
    if not _is(_COMMIT, commit):
        raise WebError("does not answer as a model hub does: check HF_ENDPOINT")
    return commit, {name: row for name, row in rows.items() if isinstance(name, str) and is_safe(name)}


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
