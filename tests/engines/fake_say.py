"""A `say` that knows what the real one is asked here, checks it as that does, and writes as Apple writes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engines.programs import FakePrograms
from streamtts.engine import VoiceOptions

LISTING = """\
Albert              en_US    # Hello! My name is Albert.
Alice               it_IT    # Ciao! Mi chiamo Alice.
Amélie              fr_CA    # Bonjour! Je m’appelle Amélie.
Anna                de_DE    # Hallo! Ich heiße Anna.
Bad News            en_US    # Hello! My name is Bad News.
Daniel              en_GB    # Hello! My name is Daniel.
Eddy (German (Germany)) de_DE    # Hallo! Ich heiße Eddy.
Eddy (Japanese (Japan)) ja_JP    # こんにちは! 私の名前はEddyです。
Eddy (Finnish (Finland)) fi_FI    # Hei! Nimeni on Eddy.
Fiona               en-scotland # Hello, my name is Fiona. I am a Scottish-English voice.
Kyoko               ja_JP    # こんにちは! 私の名前はKyokoです。
Majed               ar_001   # مرحبًا! اسمي ماجد.
Meijia              zh_TW    # 你好，我叫美佳。
Otoya (Premium)     ja_JP    # こんにちは! 私の名前はOtoyaです。
Samantha            en_US    # Hello! My name is Samantha.
Samantha (Enhanced) en_US    # Hello! My name is Samantha. # not en_GB # 1
Tingting            zh_CN    # 你好！我叫婷婷。
Thomas              fr_FR    # Bonjour, je m’appelle Thomas.
"""

_BODY = """
import getopt, math, struct
LISTING = {listing!r}
try:
    options, rest = getopt.getopt(sys.argv[1:], 'v:o:f:r:', ['file-format=', 'data-format='])
except getopt.GetoptError as problem:
    sys.exit(f'say: {{problem}}')
given = dict(options)
if given.get('-v') == '?':
    sys.stdout.buffer.write(LISTING.encode())
    sys.exit()
if given['-v'] not in [line.split('#')[0].rstrip().rsplit(None, 1)[0] for line in LISTING.splitlines()]:
    sys.exit(f"Voice `{{given['-v']}}' not found.")
if rest or given.get('-f') != '-' or os.environ.get('LC_ALL') != 'en_US.UTF-8':
    sys.exit('the fake takes its text from standard input, in UTF-8')
if given.get('--file-format') != 'WAVE' or given.get('--data-format') != 'LEF32@22050':
    sys.exit('Opening output file failed: fmt?')
text = sys.stdin.buffer.read().decode('utf-8', 'strict')
told('argv', ' '.join(sys.argv[1:]) + '\\n')
told('text', text + '\\n')
told('mode', oct(os.stat(os.path.dirname(given['-o'])).st_mode & 0o777) + '\\n')
{trouble}
tone = [0.15 * math.sin(math.tau * i / 50) for i in range(1000 * min(len(text), 100))]
sound = bytes(4 * 2205) + struct.pack(f'<{{len(tone)}}f', *tone) + bytes(4 * 4410)
{sound}
fmt = struct.pack('<HHIIHHHHI', 0xFFFE, 1, 22050, 88200, 4, 32, 22, 32, 4)
fmt += bytes.fromhex('0300000000001000800000aa00389b71')
chunks = b'WAVEfmt ' + struct.pack('<I', 40) + fmt
filler = 4096 - 8 - 8 - len(chunks) - 4
chunks += b'FLLR' + struct.pack('<I', filler) + bytes(filler)
chunks += b'data' + struct.pack('<I', len(sound)) + sound
with open(given['-o'], 'wb') as file:
    file.write(b'RIFF' + struct.pack('<I', len(chunks)) + chunks)
"""


def add_say(programs: FakePrograms, *, listing: str = LISTING, trouble: str = "", sound: str = "") -> None:
    """`trouble` runs before a sound is made, `sound` may change it."""
    programs.add("say", _BODY.format(listing=listing, trouble=trouble, sound=sound))


@contextmanager
def say_options() -> Iterator[VoiceOptions]:
    """For the suite that hears every engine, some of it in processes of its own."""
    before = os.environ["PATH"]
    with TemporaryDirectory() as folder:
        programs = FakePrograms(Path(folder, "bin"))
        add_say(programs)
        os.environ["PATH"] = f"{programs.folder}{os.pathsep}{before}"
        try:
            yield VoiceOptions(language="en")
        finally:
            os.environ["PATH"] = before
