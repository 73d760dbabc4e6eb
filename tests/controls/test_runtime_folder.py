"""Where sockets are kept, and which of them still have somebody behind them."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from controls.recorder import Recorder
from controls.sockets import private_world, served
from streamtts.control.runtime_folder import (
    ADDRESS_BYTES,
    LONGEST_NAME,
    VARIABLE,
    candidates,
    prepared,
    why_unsafe,
)
from streamtts.control.server import ControlSocket
from streamtts.control.sessions import remove_stale, running
from streamtts.errors import StreamttsError

TEMPORARY = Path(f"/tmp/streamtts-{os.geteuid()}")  # noqa: S108


@pytest.fixture
def world() -> Iterator[dict[str, str]]:
    with private_world() as environ:
        yield environ


@pytest.fixture
def folder(world: dict[str, str]) -> Path:
    return prepared(candidates(world)[0])


def dead_pid() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def abandoned(folder: Path, pid: int) -> Path:
    """A socket as a killed process leaves it."""
    path = folder / f"{pid}.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bound:
        bound.bind(os.fspath(path))
    return path


def test_the_runtime_directory_comes_first(world: dict[str, str]) -> None:
    environ = {"XDG_RUNTIME_DIR": world["XDG_RUNTIME_DIR"]}
    assert candidates(environ, "linux") == [Path(world["XDG_RUNTIME_DIR"]) / "streamtts", TEMPORARY]


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_who_names_a_folder_sees_no_session_of_elsewhere(world: dict[str, str], platform: str) -> None:
    assert candidates({**world, VARIABLE: "/mine"}, platform) == [Path("/mine")]
    assert candidates({**world, VARIABLE: "mine"}, platform) == [Path.cwd() / "mine"]


def test_a_folder_that_is_named_too_long_ends_no_session() -> None:
    with private_world() as world:
        told: list[str] = []
        with ControlSocket(Recorder(), {**world, VARIABLE: f"{world[VARIABLE]}/{'x' * 200}"}, told.append):
            pass
    assert len(told) == 1
    assert told[0].startswith("no control socket: ")


@pytest.mark.parametrize("value", [None, "", "relative/path", "/does/not/exist", f"/{'long' * 30}"])
def test_what_cannot_be_the_runtime_directory_is_passed_over(value: str | None) -> None:
    environ = {} if value is None else {"XDG_RUNTIME_DIR": value}
    assert candidates(environ, "linux") == [TEMPORARY]


def test_the_runtime_directory_of_another_user_is_passed_over(tmp_path: Path) -> None:
    theirs = Path("/usr")
    if os.geteuid() == 0:
        theirs = tmp_path
        os.chown(theirs, 12345, 12345)
    assert candidates({"XDG_RUNTIME_DIR": str(theirs)}, "linux") == [TEMPORARY]


def test_on_macos_the_users_temporary_folder_serves() -> None:
    with private_world() as environ:
        mine = environ["XDG_RUNTIME_DIR"]
        found = candidates({"TMPDIR": mine}, "darwin")
    assert found[-1] == TEMPORARY
    assert len(found) == 2
    if sys.platform != "darwin":  # there, the system knows better than the variable
        assert found[0] == Path(mine) / "streamtts"


def test_addresses_fit(world: dict[str, str]) -> None:
    del world[VARIABLE]
    world["XDG_RUNTIME_DIR"] = f"{world['XDG_RUNTIME_DIR']}/{'x' * ADDRESS_BYTES}"
    Path(world["XDG_RUNTIME_DIR"]).mkdir()
    assert all(len(os.fsencode(folder / LONGEST_NAME)) <= ADDRESS_BYTES for folder in candidates(world))


def test_a_folder_is_made_for_the_user_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert why_unsafe(folder) == ""
    assert prepared(folder) == folder


def test_unsafe_folders_are_refused_in_a_sentence(folder: Path) -> None:
    link, file, open_folder = (folder.parent / name for name in ("link", "file", "open"))
    link.symlink_to(folder)
    file.write_text("", encoding="utf-8")
    open_folder.mkdir()
    for mode in (0o710, 0o701, 0o777):
        open_folder.chmod(mode)
        with pytest.raises(StreamttsError, match=f"others can get into {open_folder}: run `chmod 700"):
            prepared(open_folder)
    for path in (link, file):
        with pytest.raises(StreamttsError, match=f"{path} is not a folder: remove it"):
            prepared(path)
    with pytest.raises(StreamttsError, match=r"cannot make .*: No such file or directory"):
        prepared(folder.parent / "missing" / "streamtts")


def test_a_folder_of_another_user_is_refused(folder: Path) -> None:
    theirs = Path("/usr")
    if os.geteuid() == 0:
        theirs = folder
        os.chown(theirs, 12345, 12345)
    with pytest.raises(StreamttsError, match=f"{theirs} belongs to another user"):
        prepared(theirs)


def test_sockets_of_the_dead_are_removed_and_others_kept(world: dict[str, str], folder: Path) -> None:
    dead, alive = abandoned(folder, dead_pid()), abandoned(folder, os.getppid())
    reborn = abandoned(folder, os.getpid())
    other = folder / "notes.txt"
    other.write_text("", encoding="utf-8")
    with served(world) as session:
        assert session.path == reborn
        assert not dead.exists()
        assert alive.exists()
        assert other.exists()


def test_what_listens_is_never_stale(folder: Path) -> None:
    """It may belong to a process that cannot be seen from here, in a container."""
    path = folder / f"{dead_pid()}.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(os.fspath(path))
        listener.listen()
        remove_stale(folder)
        assert path.exists()
        assert [session.path for session in running([folder])] == [path]


def test_the_newest_session_comes_first(world: dict[str, str], folder: Path) -> None:
    abandoned(folder, dead_pid())
    with served(world) as first, served(world) as second:
        os.utime(first.path, ns=(1, 1))
        found = running([folder, folder / "missing"])
        assert [session.path for session in found] == [second.path, first.path]
        assert {session.pid for session in found} == {os.getpid()}
    assert running([folder]) == []
