"""The keys and the control socket are two threads: what they ask for at once is done one after the other."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any, cast

import pytest

from streamtts.pipeline.following import Wishes
from streamtts.pipeline.remote import PipelineRemote
from streamtts.verbs import Verb

_LONG_ENOUGH_S = 0.2  # for the other thread to come between, where it can


class Player:
    """Lets somebody else come between a wish and its fulfilment, once."""

    between: Callable[[], None]

    def __init__(self) -> None:
        self.paused, self.volume = False, 1.0
        self.between = lambda: None

    def pause(self) -> None:
        self._let_others_come()
        self.paused = True

    def resume(self) -> None:
        self._let_others_come()
        self.paused = False

    def set_volume(self, volume: float) -> None:
        self._let_others_come()
        self.volume = volume

    def wake(self) -> None:
        pass

    def _let_others_come(self) -> None:
        between, self.between = self.between, lambda: None
        between()


class Pipeline:
    def __init__(self) -> None:
        self.wishes = Wishes()
        self.script = cast("Any", self)
        self.next_sentence = self.previous_sentence = self.repeat = self.next_turn = self.stop = object()

    def jump(self, _move: object, _why: str) -> None:
        pass

    def quit(self) -> None:
        pass


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Verb.PAUSE, Verb.RESUME),
        (Verb.RESUME, Verb.PAUSE),
        (Verb.TOGGLE, Verb.TOGGLE),
        (Verb.PAUSE, Verb.NEXT),
        (Verb.MUTE, Verb.MUTE),
    ],
)
def test_what_is_wished_is_what_the_player_does(first: Verb, second: Verb) -> None:
    pipeline, player = Pipeline(), Player()
    remote = PipelineRemote(cast("Any", pipeline), cast("Any", player), "en")
    done = Event()

    def other() -> None:
        remote.perform(second)
        done.set()

    thread = Thread(target=other)

    def come_between() -> None:
        thread.start()
        done.wait(_LONG_ENOUGH_S)

    player.between = come_between
    remote.perform(first)
    thread.join()
    assert pipeline.wishes.paused == player.paused
    assert pipeline.wishes.muted == (player.volume == 0.0)
