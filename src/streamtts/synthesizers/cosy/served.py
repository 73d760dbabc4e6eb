"""CosyVoice behind `/v1/audio/speech`, as vLLM-Omni and SGLang-Omni serve it."""

from base64 import b64encode
from collections.abc import Mapping

from streamtts.engine import Synthesizer
from streamtts.synthesizers.cosy.prompts import plain, strong, transcript_prompt
from streamtts.synthesizers.cosy.speaker import Speaker, speaker_of
from streamtts.synthesizers.cosy.wanted import Wanted
from streamtts.synthesizers.speech_api import SpeechApi, SpeechApiVoice
from streamtts.web.address import WebAddress
from streamtts.web.openai import endpoint_of, key_of_environment

KEY_VARIABLE = "STREAMTTS_COSYVOICE_API_KEY"  # not OpenAI's, which is no business of other servers
_ENDPOINT = "/audio/speech"
_LONGEST = 300  # characters: what the model says well in one go


def address_of(url: str, *, allow_http: bool) -> WebAddress:
    return endpoint_of(url, _ENDPOINT, "engines.cosyvoice.url", allow_http=allow_http)


def served(wanted: Wanted) -> Synthesizer:
    address = address_of(wanted.url, allow_http=wanted.allow_http)
    speaker = speaker_of(wanted)
    api = SpeechApi(
        model=wanted.model,
        voice="" if speaker else wanted.voice,  # which is then the server's own
        form=wanted.form,
        rate_hz=wanted.rate_hz,
        timeout_s=wanted.timeout_s,
        first_timeout_s=wanted.first_timeout_s,
        key=key_of_environment([KEY_VARIABLE]),
        key_variable=KEY_VARIABLE,
        longest=_LONGEST,
        streams=wanted.streams,
        engine="cosyvoice",
        check="url, model, sample and transcript",
        extra={**_manner(wanted), **(_reference(speaker, wanted) if speaker else {})},
        plain=plain,
        strong=strong,
    )
    return SpeechApiVoice(api, address)


def _manner(wanted: Wanted) -> Mapping[str, object]:
    # Without the second word new servers stream events, without the first old ones do not stream.
    streaming: Mapping[str, object] = {"stream": True, "stream_format": "audio"} if wanted.streams else {}
    return {**streaming, "instructions": wanted.instruct} if wanted.instruct else streaming


def _reference(speaker: Speaker, wanted: Wanted) -> Mapping[str, object]:
    sample = f"data:{speaker.kind};base64,{b64encode(speaker.content).decode()}"
    if wanted.dialect == "sglang-omni":  # a transcript and instructions exclude each other there
        words = "" if wanted.instruct else speaker.transcript
    elif wanted.instruct:  # vLLM-Omni leaves instructions out of CosyVoice's prompt
        words = transcript_prompt(speaker.words(), wanted.instruct)
    else:
        words = speaker.words()
    return {"ref_audio": sample, "ref_text": words} if words else {"ref_audio": sample}
