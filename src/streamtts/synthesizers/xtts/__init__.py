"""Coqui XTTS v2 as a voice that streams: codes, latents and sound are each computed once, a little at a time.

    streamer = Streamer(model, precision="auto")  # once, of streaming.py; takes over an evaluated TTS `Xtts`
    voice = streamer.voice(gpt_cond_latent, speaker_embedding)  # once a voice: what all its sentences share
    for pcm in streamer.stream(tokens, voice, ticket=ticket, sampling=Sampling()):  # a sentence
        ...  # `Pcm` at 24 kHz, untrimmed; pieces small at first, then growing

`tokens` is what `model.tokenizer.encode(text.strip().lower(), lang=language)` returns, at most
`streamer.most_tokens` of them. `Sampling` (sampling.py) holds temperature, top_k, top_p, repetition_penalty,
speed and seed.
"""

from streamtts.synthesizers.xtts.description import engine

__all__ = ["engine"]
