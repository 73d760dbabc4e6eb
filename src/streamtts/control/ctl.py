"""`streamtts ctl`: speaks to a running session."""

import json
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from streamtts.control import runtime_folder
from streamtts.control import words as control_words
from streamtts.control.sessions import Session, remove_stale, running
from streamtts.errors import StreamttsError
from streamtts.verbs import Verb

LIST = "list"
PATIENCE_S = 5.0
TURN_S = 0.02
ANSWER_BYTES = 16 * 1024 * 1024
VALUE_CHARACTERS = 200

CONTROLS = (*control_words.WORDS, control_words.Word(LIST, "", "the sessions that run"))

Answer = Mapping[str, object]


def run(
    verb: str,
    argument: str,
    *,
    pid: int | None = None,
    as_json: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """What to print: the answer of the session, or a table of it."""
    name = verb.lower()
    asked = " ".join(argument.split())  # a request is one line
    if name == LIST and not asked:
        return _listing(_sessions(pid, environ), as_json=as_json)
    control_words.check(name, asked, CONTROLS)
    sessions = _sessions(pid, environ)
    chosen = sessions[0]
    answer = _ask(chosen, f"{name} {asked}".rstrip())
    if as_json:
        return json.dumps(answer) + "\n"
    text = _table(answer) if name == control_words.STATUS else f"session {chosen.pid}: {_now(chosen, name)}\n"
    if len(sessions) > 1:
        text += f"(the newest of {len(sessions)} sessions: --pid chooses, `streamtts ctl list` shows them)\n"
    return text


def _now(session: Session, name: str) -> str:
    """What has become of what was asked for, where the session can tell; else the word itself."""
    if name not in _TELLING:
        return name
    try:
        field, told = _TELLING[name]
        return told(_ask(session, control_words.STATUS)[field])
    except (StreamttsError, KeyError):  # it has just ended, or is of another version; what was asked is done
        return name


def _sessions(pid: int | None, environ: Mapping[str, str]) -> list[Session]:
    """Those that are meant, newest first, at least one."""
    folders = [
        folder for folder in runtime_folder.candidates(environ) if not runtime_folder.why_unsafe(folder)
    ]
    for folder in folders:
        remove_stale(folder, mine=False)
    found = running(folders)
    if not found:
        raise StreamttsError("no streamtts session is running: start one with `... | streamtts`")
    if meant := [session for session in found if pid in (None, session.pid)]:
        return meant
    pids = ", ".join(str(session.pid) for session in found)
    raise StreamttsError(f"no streamtts session has the process number {pid}: there is {pids}")


def _ask(session: Session, request: str) -> Answer:
    """Raises StreamttsError if the session refuses or does not answer."""
    answer = _understood(session, _exchange(session, request.encode("utf-8", "replace") + b"\n"))
    if answer.get("ok") is not True:
        raise StreamttsError(_printable(answer.get("error", "the session refuses and does not say why")))
    return answer


def _exchange(session: Session, request: bytes) -> bytes:
    received = bytearray()
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PATIENCE_S)
            _connect(connection, os.fspath(session.path))
            with suppress(
                BrokenPipeError, ConnectionResetError
            ):  # the reason for not listening is to be read
                connection.sendall(request)
            while not received.endswith(b"\n") and len(received) < ANSWER_BYTES:
                chunk = connection.recv(64 * 1024)
                if not chunk:
                    raise StreamttsError(f"session {session.pid} ended before it answered")
                received += chunk
    except (TimeoutError, BlockingIOError) as error:
        raise StreamttsError(
            f"session {session.pid} does not answer: if it was stopped with Ctrl-Z, go on with `fg`"
        ) from error
    except OSError as error:
        raise StreamttsError(f"session {session.pid} ended before it answered") from error
    return bytes(received)


def _connect(connection: socket.socket, path: str) -> None:
    """Where many want to speak to the session, wait for a turn."""
    end_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return connection.connect(path)
        except BlockingIOError:
            if time.monotonic() > end_s:
                raise
        time.sleep(TURN_S)


def _understood(session: Session, line: bytes) -> Answer:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise StreamttsError(f"session {session.pid} answers in a way this version does not know: restart it")
    return answer


def _listing(sessions: list[Session], *, as_json: bool) -> str:
    """One line for each session; one that does not answer is listed all the same."""
    answers = [_status_or_reason(session) for session in sessions]
    if as_json:
        return json.dumps(answers) + "\n"
    return "".join(
        f"{answer['pid']:>8}  {_printable(answer.get('state', '?')):<9} {_printable(what)}\n"
        for answer in answers
        for what in [answer.get("sentence") or answer.get("error") or ""]
    )


def _status_or_reason(session: Session) -> Answer:
    try:
        return {**_ask(session, control_words.STATUS), "pid": session.pid}
    except StreamttsError as error:
        return {"ok": False, "pid": session.pid, "error": str(error)}


def _table(answer: Answer) -> str:
    rows = {name: value for name, value in answer.items() if name != "ok"}
    width = max(map(len, rows), default=0)
    return "".join(f"{_printable(name):<{width}}  {_printable(value)}\n" for name, value in rows.items())


def _printable(value: object) -> str:
    """On one line, without what could command the terminal: sentences come from logs."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4g}"
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return text if len(text) <= VALUE_CHARACTERS else text[: VALUE_CHARACTERS - 1] + "…"


def _pace(speed: object) -> str:
    return f"{_printable(speed)} times as fast as usual"


def _heard_in(language: object) -> str:
    return f"{_printable(language)} from here on" if language else "as written from here on"


# What a field of the status says when a word has been carried out.
_TELLING: Mapping[str, tuple[str, Callable[[object], str]]] = {
    Verb.PAUSE: ("state", _printable),
    Verb.RESUME: ("state", _printable),
    Verb.TOGGLE: ("state", _printable),
    Verb.FASTER: ("speed", _pace),
    Verb.SLOWER: ("speed", _pace),
    Verb.MUTE: ("muted", lambda muted: "muted" if muted else "not muted"),
    Verb.TO: ("to", _heard_in),
}
