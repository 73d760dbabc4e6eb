"""How what programmers write together is taken apart: identifiers, files, flags, versions, units, signs.

Nothing here knows a language: the words come from a `Speech`, which the lexicon makes of its tables.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """What a language calls the parts of code."""

    word: Callable[[str], str | None]  # how a word is said; None if the voice reads it well
    letters: Callable[[str], str]  # how a text is spelled out
    signs: Mapping[str, str]
    units: Mapping[str, str]  # "second|seconds": of one, of any other number
    extensions: Mapping[str, str]  # of file names, in lower case
    forms: Mapping[str, str]  # "version {}", "{} to {}"
    between: Mapping[str, str]  # what a sign between the words of an identifier becomes


_VERSION = re.compile(
    r"(?!\d{1,2}\.\d{1,2}\.\d{4}$)"  # a date
    r"([vV]?)(\d{1,9}(?:\.\d{1,9}){1,5})([-+.]?(?:rc|alpha|beta|dev|post|a|b)[.-]?\d{0,9})?(?::(\d{1,5}))?"
)
_NUMBER = r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d+(?:\.\d+)?"
_QUANTITY = re.compile(rf"([~≈]?)({_NUMBER})([x×]|(?:[^\W\d_]|[%°µ])[\w/%]*)?")
_NO_SECONDS = re.compile(r"[45]\d\d|1[89]\d\d|20\d\d")  # 404s, the 1980s
_DURATION = re.compile(r"(?:(\d{1,4})(h))?(?:(\d{1,4})(m(?:in)?))?(?:(\d{1,4}(?:\.\d{1,4})?)(s))?")
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_DATE = re.compile(r"(\d{4})-(0\d|1[0-2])-([0-3]\d)")
_HASH = re.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,12}")
_FILE = re.compile(r"(\w[\w+/-]*(?:\.[\w+/-]+)*)?\.(\w{2,12}|(?<=\w\w\.)\w)")
_PLACE = re.compile(r"(.+\.(?!(?:com|org|net|io|dev|jp):)\w{1,12}):(\d{1,7})(?:[:-]\d{1,7})?")  # a.py:42:7
_FROM_HERE = re.compile(r"(?:~|\.{1,2})?/(?:\.\./)*")  # ./, ~/, ../../ say nothing that helps an ear
_HIDDEN = re.compile(r"\.(\w.*[./].+)")
_DOTFILE = re.compile(r"\.([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)")
_FLAG = re.compile(r"(?:(-)([A-Za-z]\d{0,3}|[a-z]{2,3})|(--)([A-Za-z][\w.-]*))(?:=(.+))?")
_ANCESTOR = re.compile(r"(\w[\w/-]*)(?:(~)(\d*)|(\^))")
_POWER = re.compile(r"(\w+)\^(\d+)")
_RANGE = re.compile(r"(\w[\w~^/-]*)\.\.(\w[\w~^/-]*)|(\d+)\.\.\.(\d+)")  # "well...no" is none
_GENERIC = re.compile(r"([A-Za-z_][\w:]*)<(\w[\w:]*)>")
_TAG = re.compile(r"</?([A-Za-z][\w-]*)/?>")
_ORDER = re.compile(r"([OΘΩ])\(([^()]+)\)")

_SIGN = re.compile(r"===|!==|<=>|->|=>|==|!=|<=|>=|&&|\|\||\+=|-=|:=|[→⇒←≥≤≠≈]")
_ATOM = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_HUMP = re.compile(r"[A-Z]{2,}s?(?![a-z])\d*|[A-Z]?[a-zß-öø-ÿ'’]+\d*|[A-Z]+\d*|\d+|[^\W\d_A-Za-z]+")
_HUMPED = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}")
_BRAND = re.compile(r"[a-z]{1,2}[A-Z]+\d*")  # gRPC, cuDNN
_WORD = re.compile(r"[^\W_]")
_LETTER = re.compile(r"[^\W\d_]")
_VOWEL = re.compile(r"[AEIOUY]")

_LONGEST = 200  # characters; nobody wants to hear a longer word taken apart


def spelled(written: str, speech: Speech) -> str | None:
    """How something written without a space is said; None if the voice reads it well."""
    if len(written) > _LONGEST:
        return None
    for shape in _SHAPES:
        if (said := shape(written, speech)) is not None:
            return said
    return None


def quantity(number: str, unit: str, speech: Speech) -> str | None:
    """A number with its unit, "3.5" and "s"."""
    if unit not in speech.units:
        return None
    one, _, more = speech.units[unit].partition("|")
    return speech.forms["unit"].format(number, one if number.lstrip("+-") == "1" or not more else more)


def _part(written: str, speech: Speech) -> str:
    said = speech.word(written)
    if said is None:
        said = spelled(written, speech)
    return written if said is None else said


def _as_flag(written: str, speech: Speech) -> str | None:
    if "flag" not in speech.forms or not (match := _FLAG.fullmatch(written)):
        return None
    form = speech.forms["flag" if match[1] else "long flag"]
    said = form.format(_words(match[2] or match[4], speech, dash=speech.forms["joint"]))
    return said if match[5] is None else speech.forms["set"].format(said, _part(match[5], speech))


def _as_version(written: str, speech: Speech) -> str | None:
    if "version" not in speech.forms or not (match := _VERSION.fullmatch(written)):
        return None
    prefix, number, suffix, port = match.groups()
    points = number.count(".")
    if points == 1 and not prefix:
        return None  # a decimal, with a unit perhaps
    address = points == 3 and not prefix and not suffix
    if port and not address:
        return None
    said = number.replace(".", speech.forms["dot" if address else "point"])
    said = speech.forms["version"].format(said) if prefix else said
    if suffix:
        said = f"{said} {_words(suffix.lstrip('-+.'), speech)}"
    return speech.forms["port"].format(said, port) if port else said


def _as_quantity(written: str, speech: Speech) -> str | None:
    if not (match := _QUANTITY.fullmatch(written)):
        return None
    about, number, unit = match.groups()
    said: str | None = number
    if unit == "s" and _NO_SECONDS.fullmatch(number):
        return None
    if unit:
        times = unit in ("x", "×") and "times" in speech.forms
        said = speech.forms["times"].format(number) if times else quantity(number, unit, speech)
    if said is None or not (about or unit):
        return None
    return speech.forms["about"].format(said) if about and "about" in speech.forms else said


def _as_duration(written: str, speech: Speech) -> str | None:
    match = _DURATION.fullmatch(written) if written[:1].isdigit() else None
    if not match or sum(part is not None for part in match.groups()) < 4:
        return None
    counted = ["min" if part == "m" else part for part in match.groups() if part is not None]
    said = [quantity(number, unit, speech) for number, unit in zip(counted[::2], counted[1::2], strict=True)]
    return None if None in said else speech.forms["words"].join(filter(None, said))


def _as_moment(written: str, speech: Speech) -> str | None:
    for shape, form in ((_TIME, "time"), (_DATE, "date")):
        if form in speech.forms and (match := shape.fullmatch(written)):
            return speech.forms[form].format(*map(int, match.groups()))
    return None


def _as_hash(written: str, speech: Speech) -> str | None:
    return speech.letters(written) if _HASH.fullmatch(written) else None


def _as_file(written: str, speech: Speech) -> str | None:
    dot = speech.forms.get("dot")
    if dot is None:
        return None
    if "line" in speech.forms and (match := _PLACE.fullmatch(written)):
        file = _as_file(match[1], speech)
        return None if file is None else speech.forms["line"].format(file, match[2])
    written = _FROM_HERE.sub("", written, count=1) if _FROM_HERE.match(written) else written
    if (hidden := _HIDDEN.fullmatch(written)) and (file := _as_file(hidden[1], speech)) is not None:
        return f"{dot.lstrip()}{file}"
    if (match := _FILE.fullmatch(written)) and (end := speech.extensions.get(match[2].lower())) is not None:
        stems = match[1].split(".") if match[1] else [""]
        return dot.join([*(_words(stem, speech) for stem in stems), end]).lstrip()
    if match := _DOTFILE.fullmatch(written):
        return dot.lstrip() + dot.join(_words(part, speech) for part in match[1].split("."))
    return None


def _as_range(written: str, speech: Speech) -> str | None:
    if "range" not in speech.forms or not (match := _RANGE.fullmatch(written)):
        return None
    return speech.forms["range"].format(*(_part(end, speech) for end in match.groups() if end))


def _as_power(written: str, speech: Speech) -> str | None:
    if (match := _POWER.fullmatch(written)) and "power" in speech.forms:
        return speech.forms["power"].format(_part(match[1], speech), match[2])
    if (match := _ANCESTOR.fullmatch(written)) and (sign := match[2] or match[4]) in speech.signs:
        return f"{_words(match[1], speech)} {speech.signs[sign]} {match[3] or ''}".rstrip()
    return None


def _as_type(written: str, speech: Speech) -> str | None:
    if match := _TAG.fullmatch(written):
        return _words(match[1], speech)
    if "of" not in speech.forms:
        return None
    if match := _GENERIC.fullmatch(written):
        return speech.forms["of"].format(_part(match[1], speech), _part(match[2], speech))
    if match := _ORDER.fullmatch(written):
        inside = " ".join(_part(word, speech) for word in match[2].split())
        return speech.forms["of"].format(match[1], inside)
    return None


def _as_expression(written: str, speech: Speech) -> str | None:
    """ "a==b": what stands on both sides of a sign, and the sign."""
    if not _WORD.search(written) or not any(sign[0] in speech.signs for sign in _SIGN.finditer(written)):
        return None
    said, begin = [], 0
    for sign in _SIGN.finditer(written):
        said += [_part(written[begin : sign.start()], speech), speech.signs.get(sign[0], sign[0])]
        begin = sign.end()
    said.append(_part(written[begin:], speech))
    return " ".join(filter(None, said))


def _as_identifier(written: str, speech: Speech) -> str | None:
    if not _LETTER.search(written):
        return None
    said = _words(written, speech)
    return None if said == written else said


_SHAPES = (
    _as_flag,
    _as_version,
    _as_quantity,
    _as_duration,
    _as_moment,
    _as_hash,
    _as_file,
    _as_range,
    _as_power,
    _as_type,
    _as_expression,
    _as_identifier,
)


def _words(written: str, speech: Speech, *, dash: str | None = None) -> str:
    """An identifier as the words it is made of, or as it is written if that is how they are said."""
    snake = "_" in written
    said = []
    begin = 0
    for atom in _ATOM.finditer(written):
        said.append(_between(written[begin : atom.start()], speech, dash))
        said.append(_atom(atom[0], speech, constant=snake))
        begin = atom.end()
    if not said:
        return written
    said.append(_between(written[begin:], speech, dash))
    return "".join(said).strip() if snake else "".join(said)


def _between(signs: str, speech: Speech, dash: str | None) -> str:
    """What stands between the words of an identifier."""
    if not signs:
        return ""
    if signs == "::" or ("_" in signs and not signs.strip("_.")):
        return speech.forms["joint"]
    if signs == "-" and dash is not None:
        return dash
    return "".join(speech.between.get(sign, sign) for sign in signs.replace("_", ""))


def _atom(atom: str, speech: Speech, *, constant: bool) -> str:
    said = speech.word(atom)
    if said is not None:
        return said
    if constant and atom.isupper() and len(atom) > 3 and _VOWEL.search(atom):
        return atom.lower()  # a word of a name such as MAX_RETRIES, not letters
    if not _HUMPED.search(atom) or _BRAND.fullmatch(atom):
        return atom
    humps = [(hump, speech.word(hump)) for hump in _HUMP.findall(atom)]
    if atom[0].isupper() and not any(said for _, said in humps):
        return atom  # the voice hears where each word of ValueError begins
    return speech.forms["joint"].join(hump if said is None else said for hump, said in humps)
