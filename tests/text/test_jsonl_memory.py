"""Memory stays under four times the longest line, and a long log needs no more than a short one."""

import subprocess
import sys

import pytest

LINE_MIB = 16

# Linux counts what was inherited from the parent into ru_maxrss; VmHWM is this program's own.
PEAK = """
import pathlib, re, resource, sys
from streamtts._core import Extractor

def peak_mib():
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / (1 << 10)
"""

# Feeds one giant line in reads of 64 KiB, then prints by how many MiB the process grew at its peak.
GIANT_LINE = """
head, filler, tail, mib = (*(eval(word) for word in sys.argv[1:4]), int(sys.argv[4]))
filler *= -(-65536 // len(filler))
extractor = Extractor()
extractor.feed(b'{"content":"warm"}\\n')
before = peak_mib()
extractor.feed(head)
for _ in range(mib * (1 << 20) // len(filler)):
    extractor.feed(filler)
events = extractor.feed(tail + b"\\n")
print(peak_mib() - before, sum(len(event.text) for event in events))
"""

ENDLESS_LINE = """
head, filler = (eval(word) for word in sys.argv[1:])
filler *= -(-65536 // len(filler))
extractor = Extractor()
before = peak_mib()
extractor.feed(head)
for _ in range(400 * 16):
    extractor.feed(filler)
print(peak_mib() - before, 0)
"""


def run(script: str, *words: str) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", PEAK + script, *words], check=True, capture_output=True, text=True, timeout=120
    )
    return [float(word) for word in done.stdout.split()]


SAID = b'{"type":"assistant","message":{"content":[{"type":"text","text":"'
END = b'"}]}}'


@pytest.mark.parametrize(
    ("head", "filler", "tail", "is_heard"),
    [
        (SAID, b"words and words ", END, True),
        (SAID, b"a line of words\\n", END, True),
        (SAID, b"\\u00e9", END, True),
        (SAID, b"\\ud83d", END, True),
        (SAID, "é".encode(), END, True),
        (SAID, b"bad \xff", END, True),
        (SAID, b"\xff", END, True),
        (SAID, b"\x01", END, True),
        (b'{"type":"user","message":{"content":"', b"QUJD", b'"}}', False),
        (b'{"type":"user","x":[0', b",1", b"]}", False),
        (b'{"type":"user","x":[[]', b",[]", b"]}", False),
        (b'{"type":"user","x":[{"some_key":"some value"}', b',{"some_key":"some value"}', b"]}", False),
        (b'{"content":[0', b',{"type":"text","text":"%s"}' % (b"words " * 50), b"]}", True),
        (b"", b"noise ", b"", False),
        (b"{", b"[", b"", False),
    ],
)
def test_a_giant_line_costs_less_than_four_times_itself(
    head: bytes, filler: bytes, tail: bytes, *, is_heard: bool
) -> None:
    grown_mib, heard = run(GIANT_LINE, repr(head), repr(filler), repr(tail), str(LINE_MIB))
    assert grown_mib < 4 * LINE_MIB
    assert (heard > 1 << 18) == is_heard


@pytest.mark.parametrize(("head", "filler"), [(b"", bytes(1)), (SAID, b"words "), (b"noise", b"noise ")])
def test_a_line_without_end_is_kept_up_to_a_bound(head: bytes, filler: bytes) -> None:
    grown_mib, _ = run(ENDLESS_LINE, repr(head), repr(filler))
    assert grown_mib < 200


LONG_LOG = """
def log(first, last):
    for n in range(first, last):
        delta = b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"some words "}}'
        yield b'{"type":"stream_event","uuid":"%d","event":%s}\\n' % (n, delta)
        part = b'{"id":"prt_%d","messageID":"msg_%d","type":"text","text":"Words."}' % (n, n)
        yield b'{"type":"text","part":%s}\\n' % part
        yield b'{"type":"item.updated","item":{"id":"%d","type":"agent_message","text":"Words."}}\\n' % n
        yield b'{"type":"response.output_text.delta","output_index":%d,"delta":"words"}\\n' % n
        yield b'{"type":"assistant.message_delta","data":{"messageId":"%d","deltaContent":"words"}}\\n' % n

extractor = Extractor()
for line in log(0, 20000):
    extractor.feed(line)
before = peak_mib()
for line in log(20000, 120000):
    extractor.feed(line)
print(peak_mib() - before)
"""


def test_a_long_log_that_confirms_nothing_needs_no_more_than_a_short_one() -> None:
    (grown_mib,) = run(LONG_LOG)
    assert grown_mib < 8
