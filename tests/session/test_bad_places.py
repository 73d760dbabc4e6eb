"""Where input and output are in each other's way, or go nowhere: one sentence, or the voice alone."""

import os
import subprocess
from pathlib import Path

import pytest

from cli.support import assistant
from session.running import COMMAND, Running, private_environment, wait_until


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_bytes(assistant("One. Two.", uuid="1"))
    return path


@pytest.mark.parametrize(
    "flags",
    [
        ("--output", "wav:{log}"),
        ("--output", "raw:{log},rate=24000"),
        ("--trace", "{log}"),
        ("--captions", "{link}"),
        ("--captions", "{folder}/both.srt", "--trace", "{folder}/both.srt"),
    ],
)
def test_nothing_is_written_over(tmp_path: Path, log: Path, flags: tuple[str, ...]) -> None:
    link = tmp_path / "link.srt"
    link.symlink_to(log)
    words = [flag.format(log=log, link=link, folder=tmp_path) for flag in flags]
    before = log.read_bytes()
    done = subprocess.run(
        [*COMMAND, "--voice", "tone", *words, log],
        env=private_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "name another file" in done.stderr
    assert done.stderr.count("\n") == 1
    assert log.read_bytes() == before


def test_a_full_standard_error_silences_nobody(tmp_path: Path, log: Path) -> None:
    wav = tmp_path / "out.wav"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "--voice", "tone", "--output", f"wav:{wav}", log],
            env=private_environment(tmp_path),
            stderr=full,
            check=False,
        )
    assert done.returncode == 0
    assert wav.stat().st_size > 30_000


def test_if_nothing_could_be_spoken_it_has_failed(tmp_path: Path) -> None:
    config = "[engines.tone]\nchars_per_s = 15\n"
    environment = {"PATH": "/nowhere"}
    with Running(tmp_path, voice="de=tone", config=config, environment=environment) as running:
        running.say("Это по-русски.")
        assert running.finish() == 1
        assert running.err.splitlines()[-1].startswith("streamtts: no sentence could be spoken")


def test_a_reader_of_sound_that_leaves_near_the_end_ends_it(tmp_path: Path, log: Path) -> None:
    for _ in range(5):
        reading, writing = os.pipe()
        with Running(tmp_path, "--output", "raw:-", "--quiet", log, stdout=writing) as running:
            os.close(writing)
            os.read(reading, 1000)
            os.close(reading)
            wait_until("the end", running.ended)
            assert running.finish() == 0
