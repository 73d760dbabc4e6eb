"""Memory is flat, however many sentences are said."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engines.xtts import tiny_xtts
from engines.xtts.tiny_xtts import TOKENS
from streamtts import _core
from streamtts.engine import Ticket
from streamtts.synthesizers.xtts import sharing

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'streamtts[xtts]'")
SETTLED, ALL = 100, 500
MOST_KIB = 8_000  # half of what the network remembers of as many sentences


@pytest.fixture(scope="module")
def streamer() -> Any:
    from streamtts.synthesizers.xtts.streaming import Streamer

    return Streamer(tiny_xtts.make_model())


@pytest.fixture
def say(streamer: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sentences that end before a second thread is needed, that need one, and that are dropped."""
    from streamtts.synthesizers.xtts.sampling import Sampling

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    monkeypatch.setattr(streamer, "_sharing", sharing.chosen(torch, torch.device("cpu")))
    voice = streamer.voice(*tiny_xtts.conditioning())

    def sentences(count: int) -> None:
        for number in range(count):
            codes = (1, 2, 7, 3, 8)[number % 5]
            sampling = Sampling(least_codes=codes, most_codes=codes)
            sound = streamer.stream(TOKENS, voice, ticket=Ticket(), sampling=sampling)
            if number % 7 == 3:
                next(sound)
                continue
            for _ in sound:
                pass

    yield sentences
    torch.set_num_threads(before)


def resident_kib() -> int:
    gc.collect()
    _core.return_large_blocks()
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("there is no /proc here")
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS"))


def tensors() -> tuple[int, int]:
    gc.collect()
    found = [each for each in gc.get_objects() if type(each) is torch.Tensor]
    return len(found), sum(each.numel() for each in found)


def test_memory_is_as_large_after_500_sentences_as_after_100(say: Any) -> None:
    say(SETTLED)
    before, held = resident_kib(), tensors()
    say(ALL - SETTLED)
    assert tensors() == held
    assert resident_kib() - before < MOST_KIB
