"""The figures of a run that the top README shows, in its words."""

from suite.figures import Figure

HIGHLIGHTS = {
    "bytes to sentences, a line a feed, C++": "a 4-character delta to sentences, C++",
    "bytes to sentences from Python, a line a read": "the same, seen from Python",
    "scan of 100 MB of logs, C++": "scan of a 100 MB log",
    "the same, against Python": "the same, against a Python extractor",
    "the most memory for 1 GB of logs through a pipe": "memory for a 1 GB log through a pipe",
    "`streamtts --help`": "`streamtts --help`",
    "from the start to the first sentence, less the voice's own time, hibari": "from the start to the first"
    " sentence, less the voice's own time",
    "from write to render, beyond the device's next request": "audio written to the device's next request",
    "last byte to the sample at a PulseAudio monitor, eight English words, hibari": "last byte of an English"
    " sentence to its sound at a PulseAudio monitor, hibari",
    "last byte to the sample at a PulseAudio monitor, Japanese, to its first clause, openjtalk": "the same in"
    " Japanese, to the first clause, openjtalk",
    "stop on the control socket to silence at the monitor, the sink's block of 5 ms in it": "stop to silence"
    " at the monitor, its block of 5 ms in it",
    "CPU while hibari speaks": "CPU while hibari speaks",
    "CPU of a silent session, between words, pulse": "CPU while nobody does",
    "resident after 20 sentences, hibari": "memory with hibari",
}


def highlights(figures: list[Figure]) -> list[tuple[str, Figure]]:
    """Those that the run has, in the order of the table."""
    known = {figure.stage: figure for figure in figures}
    return [(said, known[stage]) for stage, said in HIGHLIGHTS.items() if stage in known]
