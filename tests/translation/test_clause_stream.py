"""Where the clauses of a translation end, as it comes."""

import pytest

from streamtts.translation.clause_stream import clauses


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("データは圧縮され、書き込まれます。", ["データは", "圧縮され、", "書き込まれます。"]),
        ("まず、データは圧縮されます。", ["まず、", "データは圧縮されます。"]),
        ("READMEは、あとで読みます。", ["READMEは", "、あとで読みます。"]),
        ("これはテストです。", ["これはテストです。"]),
        ("または止めます。", ["または止めます。"]),
        ("「値は空です」と出ます。", ["「値は空です」と出ます。"]),
        ("Done. All is well.", ["Done. ", "All is well."]),
    ],
)
def test_only_the_first_clause_ends_behind_its_topic(text: str, wanted: list[str]) -> None:
    assert list(clauses(iter(text))) == wanted
    assert list(clauses(iter([text]))) == wanted
