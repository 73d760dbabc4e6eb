"""A language model in this process: llama.cpp's own server, spoken to without a network."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamtts.engine import EngineError
from streamtts.synthesizers import openmp
from streamtts.translators.gguf import header

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_WRITES_NOTHING = re.compile("bert|encoder|clip|tokenizer")  # architectures
_ANSWER_S = 60.0  # of what is no translation
_ALWAYS = {"temperature": 0, "top_k": 1, "cache_prompt": True, "stream": True, "return_progress": True}
# Tokens of a sentence that are read at once while it arrives: few, for they come slowly and the last of them
# are waited for; a GPU would idle.
_STRIDE_CPU, _STRIDE_GPU = 4, 64
_AT_ONCE = 64  # at most


@dataclass(frozen=True, slots=True)
class Load:
    """What a model is loaded with."""

    path: Path
    threads: int
    context: int  # tokens
    gpu_layers: int  # -1 is as many as fit
    states: Path | None = None  # a folder that keeps what was read
    adapter: Path | None = None  # what was learnt besides


class LlamaServer:
    """One model and one text that it has read. One thread asks; `complete` may be stopped by its callback."""

    def __init__(self, load: Load) -> None:
        _check_file(load.path)
        openmp.wait_shortly()
        import xllamacpp

        self.version = str(xllamacpp.__version__)
        self.stride = _STRIDE_CPU if _only_processors(xllamacpp) else _STRIDE_GPU
        self._folder = Path(tempfile.mkdtemp(prefix="streamtts-llama-"))
        self._socket = self._folder / "server.sock"
        try:
            self._server = xllamacpp.Server(self._params(xllamacpp, load))
        except RuntimeError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            beside = f" with the adapter {load.adapter.name}" if load.adapter else ""
            raise EngineError(
                f"the model {load.path.name} cannot be loaded{beside}: it is damaged, too large for this"
                " machine, or none that llama.cpp knows; pull it again, or choose another"
            ) from error
        self.read([0])  # closing one that has not begun to work yet would wait for ever

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """Signs of the model are letters like any other, unless they are meant."""
        asked = {"content": text, "add_special": False, "parse_special": special}
        found: list[int] = self._asked("/tokenize", asked)["tokens"]
        return found

    def chat(self, turns: Sequence[Mapping[str, str]]) -> str:
        """What the model is given to read in a talk, up to where it answers, without thinking if it can."""
        asked: dict[str, object] = {
            "messages": list(turns),
            "chat_template_kwargs": {"enable_thinking": False},
        }
        text: str = self._asked("/apply-template", asked)["prompt"]
        return text

    def save(self, name: str) -> None:
        self._asked("/slots/0?action=save", {"filename": name})

    def restore(self, name: str) -> None:
        """What was read when `name` was saved is as good as read. Raises EngineError."""
        self._asked("/slots/0?action=restore", {"filename": name})

    def read(self, tokens: Sequence[int]) -> None:
        """What it knows of already costs nothing, but for the last token."""
        self.write({"prompt": list(tokens), "n_predict": 0}, lambda _: False)

    def write(self, request: dict[str, object], take: Callable[[str], bool]) -> None:
        """Hands over pieces as they are written, "" in between; ends soon after `take` has returned True."""
        trouble: list[str] = []

        def taken(chunk: dict[str, Any]) -> bool:
            if "choices" not in chunk:
                trouble.append(str(chunk.get("error", chunk)))
                return True
            return take(chunk["choices"][0]["text"] if chunk["choices"] else "")

        if self._server is None:
            raise EngineError("llama is closed")
        self._server.handle_completions(_ALWAYS | request, taken)
        if trouble:
            raise EngineError(f"the model cannot go on ({_message(trouble[0])}): choose another one")

    @property
    def address(self) -> str:
        return str(self._server.listening_address)

    def close(self) -> None:
        self._server = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _params(self, xllamacpp: Any, load: Load) -> Any:
        params = xllamacpp.CommonParams()
        params.model.path = str(load.path)
        params.hostnames = [str(self._socket)]
        params.n_ctx = load.context
        params.n_batch = params.n_ubatch = _AT_ONCE
        params.n_parallel = 1
        params.n_gpu_layers = load.gpu_layers
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = load.threads
        params.cache_ram_mib = params.n_ctx_checkpoints = 0  # one text is all there is to remember
        params.ui = False
        params.offline = True
        params.verbosity = -1
        if load.adapter is not None:
            learnt = xllamacpp.CommonAdapterLoraInfo()
            learnt.path, learnt.scale = str(load.adapter), 1.0
            params.lora_adapters = [learnt]
        if load.states is not None:
            params.slot_save_path = f"{load.states}/"
        return params

    def _asked(self, path: str, question: dict[str, object]) -> Any:
        with closing(_Connection(str(self._socket))) as connection:
            body = json.dumps(question).encode()
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        if response.status != 200:
            raise EngineError(f"the model cannot go on ({_message(str(answer))}): choose another one")
        return answer


class _Connection(http.client.HTTPConnection):
    """To a socket in a folder that is ours alone."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _check_file(path: Path) -> None:
    """The native code says nothing of use, and goes down with a model that cannot write."""
    try:
        begin = header.beginning(path)
    except IsADirectoryError:
        raise EngineError(f"the model {path} is a folder: give the path of a GGUF file") from None
    except OSError as error:
        raise EngineError(f"the model {path} cannot be read ({error.strerror}): give another path") from None
    if not begin.startswith(b"GGUF"):
        raise EngineError(f"the model {path} is no GGUF file: give the path of one")
    kind = header.text(begin, "general.architecture")
    if _WRITES_NOTHING.search(kind):
        raise EngineError(f"the model {path.name} writes no text, for it is a {kind}: choose a chat model")


def _only_processors(xllamacpp: Any) -> bool:
    kinds = xllamacpp.ggml_backend_dev_type
    return all(device["type"] == kinds.GGML_BACKEND_DEVICE_TYPE_CPU for device in xllamacpp.get_device_info())


def _message(trouble: str) -> str:
    return " ".join(trouble.split())[:200]
