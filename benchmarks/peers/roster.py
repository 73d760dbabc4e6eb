"""Who is compared, in which version, and what its own environment needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtualenv below build/peers, and the ways of splitting that are measured in it."""

    name: str
    packages: tuple[str, ...]
    splitters: tuple[str, ...]
    alone: tuple[str, ...] = ()  # without what they depend on


OURS = "streamtts"
OURS_WHOLE = "streamtts, its whole way"

ENVIRONMENTS = (
    Environment(
        "realtimetts",
        ("realtimetts==0.8.10", "pyaudio==0.2.14"),  # pyaudio is built: apt-get install portaudio19-dev
        ("RealtimeTTS", "RealtimeTTS, whole sentences", "stream2sentence, as its README advises"),
        alone=("llama-index-core==0.14.25",),  # carries the data that nltk would fetch
    ),
    Environment("stream2sentence", ("stream2sentence==1.1.0",), ("stream2sentence",)),
    Environment("livekit", ("livekit-agents==1.8.9",), ("LiveKit", "LiveKit, its filters first")),
    Environment("pipecat", ("pipecat-ai==1.14.0",), ("pipecat", "pipecat, markdown stripped")),
    Environment("sentence-stream", ("sentence-stream==1.3.0",), ("sentence-stream",)),
    Environment("sentencex", ("sentencex==1.0.32",), ("sentencex, asked again with every delta",)),
    Environment(
        "blingfire", ("blingfire==0.1.8", "numpy==2.4.1"), ("blingfire, asked again with every delta",)
    ),
)

# Who does something about markdown, as far as it goes; a bare splitter stands for all those that do nothing.
SPEAK_MARKDOWN = (
    OURS_WHOLE,
    "LiveKit, its filters first",
    "pipecat, markdown stripped",
    "RealtimeTTS, whole sentences",
    "sentence-stream",
    "sentencex, asked again with every delta",
)
# What changes the text before it is split cannot be judged by where it is split.
CHANGE_THE_TEXT = (OURS_WHOLE, "LiveKit, its filters first", "pipecat, markdown stripped")
