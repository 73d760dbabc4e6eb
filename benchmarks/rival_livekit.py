"""LiveKit's StreamAdapter around a voice that answers at once: an agent's tokens in, moments out."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator

from livekit.agents import tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS

RATE_HZ = 24_000
called: list[tuple[float, str]] = []
heard: dict[int, float] = {}


class NullStream(tts.ChunkedStream):  # type: ignore[misc]
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        called.append((time.monotonic(), self._input_text))
        number = len(called)  # what all samples of this sentence are
        output_emitter.initialize(
            request_id=str(number), sample_rate=RATE_HZ, num_channels=1, mime_type="audio/pcm"
        )
        output_emitter.push(number.to_bytes(2, sys.byteorder) * (RATE_HZ // 4))
        output_emitter.flush()


class NullTTS(tts.TTS):  # type: ignore[misc]
    def __init__(self) -> None:
        capabilities = tts.TTSCapabilities(streaming=False)
        super().__init__(capabilities=capabilities, sample_rate=RATE_HZ, num_channels=1)

    def synthesize(self, text: str, *, conn_options: object = DEFAULT_API_CONNECT_OPTIONS) -> NullStream:
        return NullStream(tts=self, input_text=text, conn_options=conn_options)


async def listen(stream: tts.SynthesizeStream) -> None:
    async for audio in stream:
        now_s = time.monotonic()
        for number in new_numbers(audio.frame.data):
            heard[number] = now_s


def new_numbers(samples: memoryview) -> Iterator[int]:
    for number in {samples[0], samples[-1]}:
        if 0 < number <= len(called) and number not in heard:
            yield number


async def main() -> None:
    stream = tts.StreamAdapter(tts=NullTTS()).stream()
    listening = asyncio.create_task(listen(stream))
    stream.push_text(" ")  # it makes its threads and spans now, not in what is measured
    await asyncio.sleep(2)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    async for line in lines:
        event = json.loads(line)["event"]
        if event["type"] == "content_block_delta":
            stream.push_text(event["delta"]["text"])
    stream.end_input()
    await listening
    json.dump({"called": called, "heard": [heard[number] for number in sorted(heard)]}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
