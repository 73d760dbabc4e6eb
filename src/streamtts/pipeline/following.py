"""The ear's stage: what is heard when, and how far speech is behind the text."""

from collections.abc import Callable
from dataclasses import dataclass

from streamtts import _core
from streamtts.events import Event, HeardEnd, HeardStart, Skipped, State, Status, TurnHeard
from streamtts.pipeline.lag import LagPolicy, ramped
from streamtts.pipeline.line import Line
from streamtts.pipeline.playback import PAUSE_INDEX
from streamtts.pipeline.script import Script
from streamtts.pipeline.speaking import Speaking

_SPEAKING_TICK_S = 0.25
_IDLE_TICK_S = 3600.0  # somebody wakes the player when there is something to follow
_DRAIN_S = 10.0
_BETWEEN_ANNOUNCEMENTS_S = 15.0

SLOWEST, FASTEST = 0.5, 3.0


@dataclass(slots=True)
class Wishes:
    """What the listener set; written by the controls, read here."""

    speed: float = 1.0
    volume: float = 1.0
    muted: bool = False
    paused: bool = False


class Following:
    """Turns the player's boundaries into events, and keeps the lag within the policy."""

    def __init__(
        self,
        script: Script,
        player: _core.Player,
        speaking: Speaking,
        policy: LagPolicy,
        wishes: Wishes,
        *,
        emit: Callable[[Event], None],
        now_s: Callable[[], float],
        announce_skipped: Callable[[int], None],
    ) -> None:
        self._script = script
        self._player = player
        self._speaking = speaking
        self._policy = policy
        self._wishes = wishes
        self._emit = emit
        self._now_s = now_s
        self._announce_skipped = announce_skipped
        self._hurry = 1.0
        self._unannounced = 0
        self._next_announcement_s = 0.0
        self._ticked_s = now_s()
        self._told: tuple[object, ...] = ()

    def run(self) -> None:
        """Until everything that will ever be said has been heard."""
        while not self._script.closed:
            busy = self._script.in_flight()
            for boundary in self._player.boundaries(_SPEAKING_TICK_S if busy else _IDLE_TICK_S):
                self._pass(boundary)
            self._keep_up()
            self._tell_status()
            if self._unannounced and not self._script.in_flight():
                self._announce()  # else it would wait for the agent's next words, or for ever
            elif self._script.finished() and self._drained():
                return

    def lag_s(self) -> float:
        """How much speech is still to come, at an ordinary pace."""
        waiting_s = self._speaking.seconds_to_speak(self._script.pending_characters())
        return self._player.buffered_s + waiting_s

    def speed(self) -> float:
        return min(max(self._wishes.speed * self._hurry, SLOWEST), FASTEST)

    def state(self) -> State:
        if self._wishes.paused:
            return "paused"
        return "speaking" if self._script.in_flight() else "waiting"

    def _pass(self, boundary: _core.Boundary) -> None:
        index, epoch = boundary.seq, boundary.turn
        if index == PAUSE_INDEX:
            return
        if boundary.begins:
            self._script.wait_for_beginning(index, epoch)
        move = self._script.begins if boundary.begins else self._script.ends
        with self._script.still():
            if line := move(index, epoch):
                self._emit_boundary(line, self._now_s() - boundary.ago_s, boundary)

    def _emit_boundary(self, line: Line, at_s: float, boundary: _core.Boundary) -> None:
        if line.sentence.text and boundary.begins:
            self._emit(HeardStart(at_s, boundary.media_s, line.index, self._player.latency_s))
        elif line.sentence.text:
            self._emit(HeardEnd(at_s, boundary.media_s, line.index))
        elif not boundary.begins:
            self._emit(TurnHeard(at_s, line.sentence.turn))

    def _keep_up(self) -> None:
        now_s, lag_s = self._now_s(), self.lag_s()
        elapsed_s = min(now_s - self._ticked_s, _SPEAKING_TICK_S)  # what came before a rest is no ramp
        self._ticked_s = now_s
        if self._wishes.paused:
            return  # then it is the listener who is behind
        self._hurry = ramped(self._hurry, self._policy.speed(lag_s), elapsed_s)
        self._player.set_speed(self.speed())
        if self._policy.too_far_behind(lag_s):
            self._skip(lag_s)
        elif now_s >= self._next_announcement_s:
            self._announce()

    def _skip(self, lag_s: float) -> None:
        characters = self._script.pending_characters()
        excess_s = lag_s - self._policy.limit_s
        per_character_s = self._speaking.seconds_to_speak(1)
        keep = max(characters - int(excess_s / per_character_s), 0)
        with self._script.still():
            passed = self._script.skip_oldest(keep)
            for line in passed:
                self._emit(Skipped(self._now_s(), line.index, "lag"))
            self._unannounced += len(passed)
            if self._now_s() >= self._next_announcement_s:
                self._announce()

    def _announce(self) -> None:
        """How many were skipped, once for all that are skipped one after the other."""
        if self._unannounced:
            self._announce_skipped(self._unannounced)
            self._unannounced = 0
            self._next_announcement_s = self._now_s() + _BETWEEN_ANNOUNCEMENTS_S

    def _drained(self) -> bool:
        """The last of the sound is out, and nobody went back meanwhile."""
        self._player.resume()  # all was heard: a pause would only hold silence
        self._player.drain(_DRAIN_S)
        return self._script.end_if_finished()

    def _tell_status(self) -> None:
        wishes = self._wishes
        told = (
            self.state(),
            round(self.lag_s()),
            round(self.speed(), 1),
            wishes.muted,
            self._speaking.engine,
        )
        if told != self._told:
            self._told = told
            self._emit(
                Status(
                    self._now_s(),
                    self.state(),
                    self.lag_s(),
                    self.speed(),
                    wishes.muted,
                    self._speaking.engine,
                )
            )
