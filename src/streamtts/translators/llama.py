"""llama: any chat model as a GGUF file, in this process, through llama.cpp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamtts import models
from streamtts.engine import EngineError, Ticket, TranslatorEngine, TranslatorOptions
from streamtts.synthesizers import packages
from streamtts.synthesizers.settings import Settings
from streamtts.translation.clause_stream import clauses
from streamtts.translators.gguf import adapters
from streamtts.translators.gguf import grammar as llama_grammar
from streamtts.translators.gguf import prompt as llama_prompt
from streamtts.translators.gguf.desk import Desk
from streamtts.translators.gguf.frame import Frame
from streamtts.translators.gguf.server import LlamaServer, Load
from streamtts.translators.gguf.states import States

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEFAULT_MODEL = "qwen2.5-coder-1.5b-instruct-q4"

_CONTEXT = 4096  # tokens


class LlamaTranslator:
    """A Translator. Its examples are read when it is loaded, a sentence while it is still arriving."""

    def __init__(self, options: TranslatorOptions) -> None:
        settings = Settings("llama", options.settings, "translators")
        grammar, adapter = settings.text("grammar", "auto"), settings.text("adapter", "auto")
        self._context = settings.count("context", _CONTEXT, 512, 131072)
        layers = settings.count("gpu_layers", -1, -1, 1000)
        settings.close()
        packages.require(_missing())
        name = options.model or DEFAULT_MODEL
        path = models.path(name)
        learnt = adapters.adapter(adapter, path, options.source, options.target)
        states = States(models.derived(name if name == DEFAULT_MODEL else path.name), path, learnt)
        self._grammar = llama_grammar.Grammar(grammar, options.target)
        load = Load(path, options.threads, self._context, layers, states.folder, learnt)
        self.server = LlamaServer(load)
        try:
            self._frame = Frame(self.server, options.source, options.target, tuned=learnt is not None)
            request = self._request("Done.")
            states.read(self.server, self._frame.head)
            self._check(request)
            self.desk = Desk(self.server, self._frame.head)
        except BaseException:
            self.server.close()
            raise

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        if any(map(str.isalpha, text)):
            yield from clauses(self.desk.ask(self._request(text), ticket))
        elif text.strip():
            yield text

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        ticket.check()
        return ["".join(self.translate(text, ticket)) for text in texts]

    def prefix(self, text: str) -> None:
        if text.strip():
            tokens = [*self._frame.head, *self._frame.sentence(text.rstrip(), complete=False)]
            self.desk.read_ahead(tokens[: self._context - 1])

    def close(self) -> None:
        self.desk.close()
        self.server.close()

    def _check(self, request: dict[str, object]) -> None:
        """A grammar that is none shows at the first word."""
        try:
            self.server.write(request | {"n_predict": 1}, lambda _: False)
        except EngineError as error:
            if not self._grammar.is_the_users:
                raise
            raise EngineError(
                f"translators.llama.grammar does not work ({error}): mend the file, or set it to auto"
            ) from error

    def _request(self, text: str) -> dict[str, object]:
        sentence = self._frame.sentence(text)
        prompt = [*self._frame.head, *sentence, *self._frame.mark]
        most = llama_prompt.most_tokens(len(sentence))
        if len(prompt) + most > self._context:
            raise EngineError(
                f"a sentence of {len(text)} characters is too long for llama: shorten it, or give"
                f" translators.llama.context more than {self._context} tokens"
            )
        request: dict[str, object] = {"prompt": prompt, "n_predict": most, "stop": [llama_prompt.END]}
        if grammar := self._grammar.of(text):
            request["grammar"] = grammar
        return request


def _missing() -> str | None:
    return packages.reason_missing("llama", ("xllamacpp",), "pip install 'streamtts[llama]'")


engine = TranslatorEngine(
    name="llama",
    summary="a chat model as a GGUF file, on processor cores or a GPU",
    licence="MIT; each model has its own",
    create=LlamaTranslator,
    missing=_missing,
    model=lambda _source, _target: DEFAULT_MODEL,
    wants=lambda options: packages.objection(models.path, options.model or DEFAULT_MODEL),
    speaks=lambda source, target: source != target and llama_prompt.knows(source, target),
    placeholder="X{}X",
    models_of="llama",
    settings=("adapter", "grammar", "context", "gpu_layers"),
)
