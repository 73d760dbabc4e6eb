"""Puts a pipeline together from the settings: player, voices, translators, lexicon."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from streamtts.configuration.config import Config
from streamtts.pipeline.lag import LagPolicy
from streamtts.pipeline.pipeline import Manner, Pipeline
from streamtts.pipeline.playback import open_player
from streamtts.pipeline.remote import PipelineRemote
from streamtts.pipeline.translating import Plan
from streamtts.quality.policy import Policy
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.interpreters import Interpreters
from streamtts.voices import Voices


@dataclass(frozen=True, slots=True)
class Assembly:
    """A pipeline that is ready to start, and what belongs to it."""

    pipeline: Pipeline
    remote: PipelineRemote
    voices: Voices


@contextmanager
def assembled(config: Config, now_s: Callable[[], float], *, live: bool) -> Iterator[Assembly]:
    """A wrong setting is a UsageError before anything is opened."""
    lag = LagPolicy.parse(config.lag if live else "off")  # nothing is late in a recorded log
    lexicon = Lexicon.load(config.lexicon)
    policy = Policy(config.quality)

    def notice(text: str) -> None:
        pipeline.notice(text)

    voices = Voices(
        config.voice,
        threads=config.threads,
        isolate=config.isolate,
        settings=config.engines,
        notice=notice,
        policy=policy,
    )
    interpreters = Interpreters(
        config.translator,
        threads=config.threads,
        isolate=config.isolate,
        settings=config.translators,
        notice=notice,
        lexicon=lexicon,
        timeout_s=config.translation_timeout,
        cache_file=config.translation_cache,
        policy=policy,
    )
    interpreters.check(config.source, config.to)
    with closing(voices), closing(interpreters), closing(open_player(config.output)) as player:
        manner = Manner(
            Plan(config.to, config.source),
            lag,
            config.on_new_turn,
            config.earcon,
            config.speed,
            config.volume,
            live=live,
        )
        pipeline = Pipeline(manner, player, voices, lexicon, now_s=now_s, translators=interpreters)
        if warning := player.take_warning():
            pipeline.notice(f"{warning}; it goes on unheard: --output wav:FILE keeps it")
        with closing(pipeline):
            try:
                remote = PipelineRemote(pipeline, player, config.source, interpreters.check)
                yield Assembly(pipeline, remote, voices)
            finally:
                voices.stop_loading()  # the pipeline waits for its threads
                interpreters.stop_loading()
