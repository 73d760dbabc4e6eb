"""CosyVoice for streamtts, run by the Python that has it; nothing of streamtts is imported.

A frame on the socket is struct "!IIB", which are the payload's bytes, a number and a kind, and the payload.
"""

import fcntl
import inspect
import json
import os
import queue
import signal
import socket
import struct
import sys
import threading
from typing import Any

# SETUP comes once, with a JSON, and ASK with a text; they are told apart by their order.
_SETUP, READY, _ASK, PIECE, DONE, FAILED, CANCEL = range(1, 8)
parent, lifeline = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
asked: "queue.Queue[tuple[int, bytes]]" = queue.Queue()
cancelled: "set[int]" = set()


def tell(kind: int, request: int, payload: bytes = b"") -> None:
    parent.sendall(struct.pack("!IIB", len(payload), request, kind) + payload)


def listen() -> None:
    stream = parent.makefile("rb")
    while len(header := stream.read(9)) == 9:
        size, request, kind = struct.unpack("!IIB", header)
        payload = stream.read(size)
        if kind == CANCEL:
            cancelled.add(request)
        else:
            asked.put((request, payload))
    os.killpg(os.getpid(), signal.SIGKILL)  # the parent is gone: so is what we have started


def voice_of(wanted: Any) -> Any:
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    sys.path[:1] = wanted["path"]
    import cosyvoice.cli.cosyvoice as made

    make = getattr(made, "AutoModel", None) or made.CosyVoice2
    model = make(model_dir=wanted["model"], fp16=wanted["fp16"])
    method, words, sample = getattr(model, wanted["method"]), wanted["words"], wanted["sample"]
    if "prompt_speech_16k" in inspect.signature(method).parameters:  # as it was in 2025
        from cosyvoice.utils.file_utils import load_wav

        words, sample = words.removesuffix("<|endofprompt|>"), load_wav(sample, 16000)
    before, named = [words, sample] if words else [sample], {"stream": wanted["stream"]}
    if wanted["method"] == "inference_zero_shot" and hasattr(model, "add_zero_shot_spk"):
        model.add_zero_shot_spk(words, sample, "streamtts")  # the sample is read once
        before, named["zero_shot_spk_id"] = ["", ""], "streamtts"
    can_stress = "text_frontend" in inspect.signature(method).parameters

    def speak(text: str) -> Any:
        if "<strong>" in text and can_stress:  # what puts text in order would make words of it
            return method(wanted["start"] + text, *before, **named, text_frontend=False)
        text = text.replace("<strong>", "").replace("</strong>", "")
        return method(wanted["start"] + text, *before, **named)

    return model.sample_rate, speak


signal.signal(signal.SIGINT, signal.SIG_IGN)
if sys.platform == "linux":  # even while native code holds the interpreter we die with the parent
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
threading.Thread(target=listen, daemon=True).start()
rate_hz, speak = voice_of(json.loads(asked.get()[1]))
list(speak("OK."))
tell(READY, 0, json.dumps({"rate_hz": rate_hz}).encode())
while True:
    request, text = asked.get()
    try:
        for sound in speak(text.decode()):
            if request in cancelled:
                break
            tell(PIECE, request, sound["tts_speech"].cpu().numpy().astype("<f4").tobytes())
        tell(DONE, request)
    except Exception as error:  # noqa: BLE001 - the parent decides what it is worth
        tell(FAILED, request, f"{type(error).__name__}: {error}".encode())
