"""The rival of `llama`: the packaged model as anyone would ask it, a chat with five examples in its cache."""

from collections.abc import Iterator
from threading import Thread

from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translators.gguf.desk import Errand
from streamtts.translators.llama import LlamaTranslator, engine

_TASK = (
    "Translate the English sentence of a coding agent into natural spoken Japanese. Keep file names and"
    " identifiers as they are. Answer with the translation alone."
)
_EXAMPLES = (
    ("I updated the settings page.", "設定ページを更新しました。"),
    ("The request timed out after five seconds.", "リクエストは5秒後にタイムアウトしました。"),
    ("Let me open the log file.", "ログファイルを開いてみます。"),
    ("There are 12 files in src/utils.", "src/utilsには12個のファイルがあります。"),
    ("We should add a test for this function.", "この関数のテストを追加するべきです。"),
)


class PlainCall:
    """Without what it has been tuned with, and without a grammar."""

    def __init__(self, threads: int) -> None:
        created = engine.create(TranslatorOptions("en", "ja", threads=threads, settings={"adapter": "off"}))
        assert isinstance(created, LlamaTranslator)
        self._translator = created
        list(self.ask("Done."))

    def ask(self, text: str) -> Iterator[str]:
        """Every piece as it comes."""
        talk = [{"role": "system", "content": _TASK}]
        for said, translation in _EXAMPLES:
            talk += [{"role": "user", "content": said}, {"role": "assistant", "content": translation}]
        server = self._translator.server
        prompt = server.tokens(server.chat([*talk, {"role": "user", "content": text}]), special=True)
        errand = Errand({"prompt": prompt, "n_predict": 100})

        def write() -> None:
            server.write(errand.request, errand.take)
            errand.stop()

        Thread(target=write).start()
        yield from errand.pieces(Ticket())

    def close(self) -> None:
        self._translator.close()
