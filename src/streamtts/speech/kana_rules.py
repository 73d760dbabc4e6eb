"""An English word that no list has, read in katakana by the rules of its spelling."""

import re

# Letters to sounds, the first rule that fits wins. Sounds: consonants k s t n h m y r w g z d b p f v j,
# S (sh), C (ch); vowels a i u e o; - a long vowel; N and Q, the kana that are a consonant by themselves.
_RULES = [
    (re.compile(pattern), sounds)
    for pattern, sounds in (
        ("^(?:kn|gn|pn)", "n"),
        ("^wr", "r"),
        ("^ps(?=[aeiouy])", "s"),
        ("^x", "z"),
        ("^y(?=[aeiou])", "y"),
        ("^re(?=[bcdfgklmnpqstvz][aeiou])", "ri"),
        ("^de(?=[bcdfgklmnpqstvz][aeiou])", "de"),
        ("^pro(?=[cgjmv])", "puro"),
        ("^un(?=[^aeiou])", "aN"),
        ("^auto", "o-to"),
        ("ation", "e-SoN"),
        ("ution", "yu-SoN"),
        ("otion", "o-SoN"),
        ("ssion", "QSoN"),
        ("(?<=[aeiour])sion", "joN"),
        ("[ts]ion", "SoN"),
        ("cian", "SaN"),
        ("[tc]ial", "Saru"),
        ("[tcx]ious", "Sasu"),
        ("[tc]ient", "SeNt"),
        ("tures?$", "Ca-"),
        ("sures?$", "ja-"),
        ("ous$", "asu"),
        ("ght", "t"),
        ("ough", "o-"),
        ("augh", "o-"),
        ("igh", "ai"),
        ("eigh", "ei"),
        ("gh", "g"),
        ("dge", "Qj"),
        ("tch", "QC"),
        ("sch", "sk"),
        ("sc(?=[eiy])", "s"),
        ("sc(?=a)", "sky"),
        ("ca(?=[mnpt])", "kya"),
        ("ck(?=$|[^aeiou])", "Qk"),
        ("ck", "Qk"),
        ("cc(?=[eiy])", "ks"),
        ("ch(?=[lr])", "k"),
        ("ch", "C"),
        ("ph", "f"),
        ("sh", "S"),
        ("th", "s"),
        ("wh", "w"),
        ("qu(?=[ei])", "ku"),
        ("qu", "kw"),
        ("ng(?=$|s$)", "Ngu"),
        ("gn(?=e?$|[bcdfgklmnpstvz])", "N"),
        ("n(?=[bcdfgjklmpqstvxz]|e?$)", "N"),
        ("m(?=[bp])", "N"),
        ("mb$", "m"),
        ("ex(?=[aeiou])", "iguz"),
        ("ex", "ekus"),
        ("x", "Qks"),
        ("c(?=[eiy])", "s"),
        ("(?<=[aeiou])s(?=e$)", "z"),
        ("g(?=[eiy](?!t|v|ft))", "j"),
        ("(?<=[^aeiou])les?$", "ru"),
        ("(?<=[bcdfgklmnprstvz])y$", "i-"),
        ("ay|ai(?!r)|ey(?=[a-z])|ei", "ei"),
        ("ey$", "i-"),
        ("air|are$", "ea"),
        ("ear|eer|ere$", "ia"),
        ("ee|ea|ie(?=[a-z])", "i-"),
        ("ie$", "i-"),
        ("oo(?=k|d)", "uQ"),
        ("oo", "u-"),
        ("ou(?=r)", "o-"),
        ("ou|ow(?=[a-z])", "au"),
        ("ow$", "o-"),
        ("oa|oe", "o-"),
        ("oi|oy", "oi"),
        ("au|aw", "o-"),
        ("(?<=b)ui", "i"),
        ("ew|eu|ue$|ui", "yu-"),
        ("ire$", "aia-"),
        ("ure$", "yua"),
        ("(?<=[ts])or$", "a-"),
        ("ore$|or(?=[^aeiou]|$)", "o-"),
        ("(?:ar|er|ir|ur)(?=[^aeiour]|$)", "a-"),
        ("a(?:l|ll)(?=[kt]|$)", "o-r"),
        ("a(?=(?:[bcdfgklmnprstvz]|st|ng|bl|th)e$)", "e-"),
        ("i(?=[bcdfgklmnpstvz]e$)", "ai"),
        ("o(?=[bcdfgklmnprstvz]e$)", "o-"),
        ("u(?=[bcdfgklmnprstvz]e$)", "yu-"),
        ("y(?=[bcdfgklmnprstvz]e?$)", "ai"),
        ("(?<=[a-z])e$", ""),
        ("u(?=[bcdfgklmnprstvz][aeiou])|u(?=al)", "yu"),
        ("u", "a"),
        ("y", "i"),
        ("c|q", "k"),
        ("l", "r"),
        ("[abdefghijkmnoprstvwz]", "="),
    )
]
_STOPS = re.compile(r"(?<=[bcdfghjklmnprstvwSC])([aieu])([ktpd])$")  # "map" is mappu
_DOUBLED = re.compile(r"([bdfglmnrz])\1")
_DOUBLED_STOP = re.compile(r"([kpst])\1")

_KANA = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サシスセソ",
    "z": "ザジズゼゾ",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
    "t": "タ ティ トゥ テ ト",
    "d": "ダ ディ ドゥ デ ド",
    "f": "ファ フィ フ フェ フォ",
    "v": "バ ビ ブ ベ ボ",
    "j": "ジャ ジ ジュ ジェ ジョ",
    "S": "シャ シ シュ シェ ショ",
    "C": "チャ チ チュ チェ チョ",
    "y": "ヤ イ ユ イェ ヨ",
    "w": "ワ ウィ ウ ウェ ウォ",
}
_SYLLABLE = {
    consonant + vowel: kana
    for consonant, row in _KANA.items()
    for vowel, kana in zip("aiueo", row.split() if " " in row else row, strict=True)
}
_SMALL_Y = (
    {c + "yu": _SYLLABLE[c + "i"][:1] + "ュ" for c in "kgnhbpmrfv"}
    | {"kya": "キャ"}
    | {c + "yu": _SYLLABLE[c + "u"] for c in "sztdjSC"}
)
_ALONE = {
    "t": "ト",
    "d": "ド",
    "C": "チ",
    "j": "ジ",
    "S": "シュ",
    "y": "イ",
    "w": "ウ",
    "N": "ン",
    "Q": "ッ",
    "-": "ー",
}
_SOUND = re.compile("[kgsznhbpmrtdfvjSC]yu|kya|[kgsznhbpmrtdfvjSCyw]?[aiueo]|.")


def read_by_rules(word: str) -> str:
    """`word`, in lower case, in katakana."""
    return _in_kana(_sounds(word))


def _sounds(word: str) -> str:
    sounds, at = "", 0
    word = _DOUBLED_STOP.sub(r"\1", _DOUBLED.sub(r"\1", word))
    while at < len(word):
        for rule, said in _RULES:
            if match := rule.match(word, at):
                sounds += match[0] if said == "=" else said
                at = match.end()
                break
        else:
            at += 1
    sounds = sounds.replace("--", "-")
    return _STOPS.sub(r"\1Q\2", sounds)


def _in_kana(sounds: str) -> str:
    kana = []
    for sound in _SOUND.findall(sounds):
        if sound in _SYLLABLE:
            kana.append(_SYLLABLE[sound])
        elif sound in _SMALL_Y:
            kana.append(_SMALL_Y[sound])
        else:
            kana.append(_ALONE.get(sound) or _SYLLABLE.get(sound + "u", ""))
    return re.sub("^[ッー]+|ッ+(?=[ーンァ-オナ-ノマ-モラ-ワ]|$)", "", "".join(kana))
