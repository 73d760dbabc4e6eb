"""`streamtts devices`: where sound can go."""

import subprocess
import sys
import wave
from pathlib import Path

import pytest

from cli.support import process_environ, run


def test_the_listing_names_what_output_takes() -> None:
    outcome = run("devices")
    assert outcome.status == 0
    names = [line.split()[0] for line in outcome.lines]
    assert names[:4] == ["default", "null", "wav:FILE", "raw:-"]


def test_no_way_to_a_sound_server_that_does_not_answer(tmp_path: Path) -> None:
    shown = "{ type null hint { show on description Server } }"
    configuration = tmp_path / "asound.conf"
    configuration.write_text(f"pcm.pulse {shown}\npcm.pipewire {shown}\n")
    environ = process_environ(PULSE_SERVER=f"unix:{tmp_path}/none", ALSA_CONFIG_PATH=str(configuration))
    devices = [sys.executable, "-m", "streamtts", "devices"]
    listing = subprocess.run(devices, capture_output=True, text=True, env=environ, check=True).stdout
    names = [line.split()[0] for line in listing.splitlines()]
    if sys.platform != "linux" or "pipewire" not in names:
        pytest.skip("no ALSA here")
    assert "pulse" not in names


def test_a_chime_in_a_wav_file(tmp_path: Path) -> None:
    path = tmp_path / "chime.wav"
    outcome = run("devices", "--test", "--output", f"wav:{path}")
    assert (outcome.status, outcome.out) == (0, "")
    assert "played a chime" in outcome.err
    with wave.open(str(path)) as chime:
        frames = chime.readframes(chime.getnframes())
        seconds = chime.getnframes() / chime.getframerate()
    assert seconds == pytest.approx(0.36, abs=0.01)
    assert max(frames) > 0


def test_a_wrong_name_lists_the_right_ones() -> None:
    outcome = run("devices", "--test", "--output", "kitchen")
    assert outcome.status == 2
    assert outcome.err.startswith(
        'streamtts: there is no output "kitchen"; there are default, null, wav:FILE'
    )
    assert outcome.err.count("\n") == 1


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    outcome = run("devices", "--test", "--output", f"wav:{tmp_path}/none/chime.wav")
    assert outcome.status == 2
    assert "No such file or directory" in outcome.err


def test_a_wrong_flag_gets_the_near_one() -> None:
    outcome = run("devices", "--tset")
    assert (outcome.status, outcome.err) == (2, "streamtts: there is no --tset: did you mean --test?\n")


def test_an_output_without_a_test_says_what_it_is_for() -> None:
    outcome = run("devices", "--output", "null")
    assert (outcome.status, outcome.err) == (
        2,
        "streamtts: --output says where to play the chime: add --test\n",
    )


def test_help_is_the_commands_own() -> None:
    assert "--output NAME" in run("devices", "--help").out


def test_a_reader_of_raw_sound_that_leaves_ends_it_quietly() -> None:
    script = f"{sys.executable} -m streamtts devices --test --output raw:- | head -c 100 | wc -c"
    shell = ["bash", "-o", "pipefail", "-c", script]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "100")
    assert "Traceback" not in done.stderr
    assert "rror" not in done.stderr
