"""A session at the terminal: what is read, how it is shown, and the controls around it."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from streamtts._core import SentenceStream
from streamtts.arguments import SpeakCommand, WatchCommand
from streamtts.configuration.config import Config
from streamtts.control.keys import HINT, Keys
from streamtts.control.server import ControlSocket
from streamtts.distinct import check_distinct
from streamtts.environment import Environment
from streamtts.errors import StreamttsError, UsageError
from streamtts.events import Event, HeardStart, Notice, Observer, Skipped, Started
from streamtts.input import replay, source, transcript
from streamtts.input.source import SentenceSource
from streamtts.pipeline import draining
from streamtts.pipeline.assembly import assembled
from streamtts.pipeline.pipeline import Pipeline
from streamtts.pipeline.reading import Reading
from streamtts.pipeline.stop import Stop, StoppableClock
from streamtts.shown.captions import NoticesOnly, captions_for
from streamtts.shown.subtitles import SubtitleFile
from streamtts.shown.trace import TraceFile
from streamtts.surroundings import surroundings

Inputs = Iterator[Iterable[bytes]]


def speak(
    command: SpeakCommand,
    env: Environment,
    observers: Sequence[Observer] = (),
    *,
    through: Callable[[Iterable[bytes]], Iterable[bytes]] = lambda chunks: chunks,
) -> None:
    """`streamtts`: standard input or files, until their end was heard; `through` may look at what is read."""
    if not command.files and os.isatty(env.stdin_fd):
        raise UsageError("nothing is piped in: put `... |` in front or name a log file; see streamtts --help")
    source.check_readable(command.files, env.stdin_fd)
    check_distinct(command.config, command.files)
    live = not command.files or command.replay_speed is not None
    with closing(Stop()) as stop:
        inputs: Inputs = source.inputs(env.stdin_fd, command.files, stop)
        if command.replay_speed is not None:
            inputs = _paced(inputs, StoppableClock(env.clock, stop), command.replay_speed)
        _Session(command.config, env, stop, observers).run(
            map(through, inputs), live=live, piped=not command.files
        )


def watch(command: WatchCommand, env: Environment) -> None:
    """`streamtts watch`: a transcript that an agent is writing, until somebody quits."""
    path = command.path or transcript.transcripts_root(env.environ, Path.home())
    with closing(Stop()) as stop:
        session = _Session(command.config, env, stop)
        chunks = transcript.growing(path, stop, following=lambda file: session.notice(f"listening to {file}"))
        session.run(iter([chunks]), live=True, piped=False)


def _paced(inputs: Inputs, clock: StoppableClock, speed: float) -> Inputs:
    for chunks in inputs:
        yield replay.paced(iter(chunks), clock, speed)


class _Session:
    """One run of the pipeline with everything around it."""

    def __init__(
        self, config: Config, env: Environment, stop: Stop, observers: Sequence[Observer] = ()
    ) -> None:
        self._config = config
        self._env = env
        self._stop = stop
        self._observers = [*_observers(config, env), *observers]
        self.notice: Callable[[str], None] = lambda _: None
        self._heard = self._lost = False
        self._start_s = 0.0

    def run(self, inputs: Inputs, *, live: bool, piped: bool) -> None:
        config, clock = self._config, self._env.clock
        stream = SentenceStream(
            code=config.code,
            tables=config.tables,
            eager=config.eager,
            tools=config.tools,
            turn_ends=True,
            stresses=True,
        )
        sentences = SentenceSource(stream, clock)
        self._start_s = sentences.start_s
        with ExitStack() as stack:
            for observer in self._observers:
                stack.callback(observer.close)
            assembly = stack.enter_context(assembled(config, self._now_s, live=live))
            pipeline = assembly.pipeline
            self.notice = pipeline.notice
            keys = stack.enter_context(Keys(assembly.remote, pipeline.notice)) if config.keys else None
            reading = Reading(
                inputs,
                sentences,
                self._stop,
                push=pipeline.push,
                notice=pipeline.notice,
                arriving=pipeline.hint,
                end=lambda: self._end_input(pipeline, keys),
                live=piped,
            )
            if piped:
                stack.enter_context(self._sparing_the_agent(reading))
            stack.callback(self._stop.set)
            if config.control:
                stack.enter_context(ControlSocket(assembly.remote, self._env.environ, pipeline.notice))
            now_s = clock.now()
            self._show(Started(now_s - self._start_s, time.time(), now_s))
            pipeline.start(reading.run if piped else lambda: self._read_when_ready(pipeline, reading))
            for event in pipeline.events():
                self._show(event)
            if self._lost and not self._heard:
                raise StreamttsError("no sentence could be spoken; `streamtts doctor` says what to do")
            hint = reading.hint()
            owed = [f"you heard {maker}" for maker in assembly.voices.attributions()]
            for text in [*owed, *filter(None, [hint])]:
                self._show(Notice(self._now_s(), text))

    def _now_s(self) -> float:
        return self._env.clock.now() - self._start_s

    def _show(self, event: Event) -> None:
        self._heard = self._heard or isinstance(event, HeardStart)
        self._lost = self._lost or (isinstance(event, Skipped) and event.why == "failed")
        for observer in self._observers:
            observer.on_event(event)

    def _read_when_ready(self, pipeline: Pipeline, reading: Reading) -> None:
        """What is recorded does not run away, and its times are of the engines at work."""
        pipeline.wait_until_ready()
        reading.run()

    def _end_input(self, pipeline: Pipeline, keys: Keys | None) -> None:
        pipeline.end_input()
        if keys is not None:
            keys.retake()  # the agent may have put the terminal back as it had found it

    @contextmanager
    def _sparing_the_agent(self, reading: Reading) -> Iterator[None]:
        """Whatever ends us early, except Ctrl-C, which the agent gets too, must not end the agent."""
        try:
            yield
        except KeyboardInterrupt:
            raise
        except BaseException:
            self._leave_pipe(reading)
            raise
        self._leave_pipe(reading)

    def _leave_pipe(self, reading: Reading) -> None:
        if not reading.done and draining.drain_in_background(self._env.stdin_fd):
            self._show(Notice(self._now_s(), "silent from here on; the agent works on undisturbed"))


def _observers(config: Config, env: Environment) -> Iterator[Observer]:
    """What shows and saves the session, in the order it is told."""
    if config.quiet:
        yield NoticesOnly(env.stderr)
    else:
        yield captions_for(
            env.stderr,
            lambda: os.get_terminal_size(env.stderr.fileno()),
            env.environ,
            terminal=env.stderr.isatty(),
            hint=HINT if config.keys else "",
        )
    if config.captions is not None:
        yield SubtitleFile(config.captions)
    if config.trace is not None:
        yield TraceFile(config.trace, surroundings(config))
