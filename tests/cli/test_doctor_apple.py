"""`streamtts doctor --apple` where there is no Apple."""

import sys

import pytest

from cli.support import run


@pytest.mark.skipif(sys.platform == "darwin", reason="here it does its work: streamtts doctor --apple")
def test_elsewhere_it_says_what_it_is_for() -> None:
    outcome = run("doctor", "--apple")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == (
        "streamtts: --apple is for Macs with Apple silicon: `streamtts doctor` examines the rest\n"
    )
