"""The few sentences that the program itself says aloud."""

_SKIPPING = {
    "de": ("Ein Satz wird übersprungen.", "{count} Sätze werden übersprungen."),
    "en": ("Skipping one sentence.", "Skipping {count} sentences."),
    "es": ("Salto una frase.", "Salto {count} frases."),
    "fr": ("Je saute une phrase.", "Je saute {count} phrases."),
    "it": ("Salto una frase.", "Salto {count} frasi."),
    "ja": ("1文を飛ばします。", "{count}文を飛ばします。"),
}


def skipping(count: int, language: str) -> tuple[str, str]:
    """What is said when `count` sentences are skipped, and the language it is said in."""
    spoken = language if language in _SKIPPING else "en"
    one, many = _SKIPPING[spoken]
    return (one if count == 1 else many.format(count=count)), spoken
