"""A program that is given text: what it does wrong, and that it never outlives its ticket."""

import threading
from pathlib import Path
from time import sleep

import pytest

from engines.programs import HANG_S, FakePrograms, is_gone
from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.synthesizers.program import output_of


@pytest.fixture
def programs(tmp_path: Path) -> FakePrograms:
    return FakePrograms(tmp_path / "bin")


def output(program: Path, text: str = "", ticket: Ticket | None = None, patience_s: float = HANG_S) -> bytes:
    return b"".join(output_of([str(program)], text, ticket or Ticket(), patience_s=patience_s))


def test_text_goes_in_and_sound_comes_out(programs: FakePrograms) -> None:
    program = programs.add("echo", "sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])")
    assert output(program, "-v äöü\n") == "-v äöü\n".encode()[::-1]


def test_sound_is_passed_on_while_the_program_goes_on(programs: FakePrograms) -> None:
    program = programs.add("slow", "print('first', flush=True); sys.stdin.read(); time.sleep(600)")
    ticket = Ticket()
    pieces = output_of([str(program)], "text", ticket, patience_s=HANG_S)
    assert next(pieces) == b"first\n"
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(pieces)
    assert is_gone(programs.pids()[0])


def test_a_cancel_kills_what_the_program_started_too(programs: FakePrograms) -> None:
    program = programs.add(
        "parent",
        """
        if os.fork() == 0:
            told('pids', f'{os.getpid()}\\n')
            time.sleep(600)
        time.sleep(600)
        """,
    )
    ticket = Ticket()
    finished: list[type[BaseException]] = []

    def speak() -> None:
        try:
            output(program, ticket=ticket)
        except Cancelled as end:
            finished.append(type(end))

    thread = threading.Thread(target=speak)
    thread.start()
    while len(programs.pids()) < 2:
        sleep(0.005)
    ticket.cancel()
    thread.join(HANG_S)
    assert finished == [Cancelled]
    assert all(map(is_gone, programs.pids()))


def test_whoever_leaves_early_leaves_nothing_running(programs: FakePrograms) -> None:
    program = programs.add("endless", "while True: sys.stdout.write('x' * 1000)")
    pieces = output_of([str(program)], "", Ticket(), patience_s=HANG_S)
    next(pieces)
    del pieces
    assert is_gone(programs.pids()[0])


def test_a_cancelled_ticket_starts_nothing(programs: FakePrograms) -> None:
    program = programs.add("never", "")
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        output(program, ticket=ticket)
    assert not (programs.notes / "pids").exists()


def test_silence_is_not_waited_for_without_end(programs: FakePrograms) -> None:
    program = programs.add("mute", "time.sleep(600)")
    with pytest.raises(EngineError, match=r"^mute gave no sound for 0\.2 s: "):
        output(program, patience_s=0.2)
    assert all(map(is_gone, programs.pids() if (programs.notes / "pids").exists() else []))


def test_a_failure_is_told_in_the_programs_words_without_its_escapes(programs: FakePrograms) -> None:
    program = programs.add(
        "bad", "sys.stderr.write('\\x1b[31mno\\x07 data\\x00\\n' + 'x' * 9999); sys.exit(3)"
    )
    with pytest.raises(EngineError, match=r"^bad failed: ") as caught:
        output(program)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_a_quiet_failure_is_told_by_its_number(programs: FakePrograms) -> None:
    with pytest.raises(EngineError, match="exit status 3"):
        output(programs.add("bad", "sys.exit(3)"), "a text that it does not read")


def test_a_program_that_crashes_is_a_failure_even_after_sound(programs: FakePrograms) -> None:
    program = programs.add("crash", "print('sound', flush=True); os.abort()")
    with pytest.raises(EngineError, match="crash failed"):
        output(program)


def test_what_cannot_be_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"^cannot run .*/nosuch: "):
        output(tmp_path / "nosuch")
