"""Who waits for a translator is told so, and who does not wait is not."""

from threading import Event

from streamtts.translation.patience import told_if_slow

HANG_S = 60.0


def test_a_slow_load_is_told_once() -> None:
    told, heard = list[str](), Event()

    def tell(text: str) -> None:
        told.append(text)
        heard.set()

    with told_if_slow(tell, "ja", moment_s=0.01):
        assert heard.wait(HANG_S)
    assert told == ["what translates into Japanese is being loaded; the first time takes longest"]


def test_a_quick_one_is_not() -> None:
    told = list[str]()
    with told_if_slow(told.append, "ja", moment_s=HANG_S):
        pass
    assert told == []
