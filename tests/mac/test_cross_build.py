"""The whole extension, compiled and linked for a Mac, so that no change can break `pip install .` there."""

from pathlib import Path

import pytest

from mac import cross
from mac.macho import libraries

ENTRY = "void return_large_blocks() {"
BINDING = "csrc/bind/bind_process.cpp"
PORT = "csrc/audio/coreaudio/coreaudio_port.cpp"
RENDER = "source_.render(mono, frames);"
BLUNDERS = {
    "memory": "source_.render(mono, *new UInt32(frames));",
    "a lock": f"static std::mutex mutex; mutex.lock(); {RENDER}",
    "a system call": f"(void)AudioOutputUnitStop(nullptr); {RENDER}",
}
# What compiles, and is on no Mac.
NOWHERE = {
    "_epoll_create1": ('extern "C" int epoll_create1(int);', "epoll_create1(0);"),
    "_PyLong_FromPenguin": ('extern "C" void* PyLong_FromPenguin();', "PyLong_FromPenguin();"),
    "_AudioUnitSetPenguin": ('extern "C" int AudioUnitSetPenguin();', "AudioUnitSetPenguin();"),
    "__ZN9streamtts7penguinEv": ("namespace streamtts { void penguin(); }", "streamtts::penguin();"),
    "_os_sync_wait_on_address": (  # of macOS 14.4
        'extern "C" int os_sync_wait_on_address(void*, unsigned long long, unsigned long, unsigned);',
        "os_sync_wait_on_address(nullptr, 0, 4, 0);",
    ),
    "__ZNSt3__18to_charsEPcS0_d": ("#include <charconv>", "char c[9]; (void)std::to_chars(c, c + 9, 0.5);"),
}


@pytest.fixture(scope="module")
def core() -> Path:
    if reason := cross.missing():
        pytest.skip(reason)
    return cross.built()


def changed(source: str, replaced: dict[str, str], folder: Path) -> Path:
    text = (cross.ROOT / source).read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new, 1)
    made = folder / Path(source).name
    made.write_text(text, encoding="utf-8")
    return made


def test_a_mac_has_everything_that_the_extension_wants(core: Path) -> None:
    assert cross.unknown(core) == set()


def test_it_loads_frameworks_of_the_system_and_no_other_library(core: Path) -> None:
    loaded = libraries(core.read_bytes())
    names = {Path(library).name for library in loaded if library.startswith("/System/Library/Frameworks/")}
    assert {"AudioToolbox", "CoreAudio", "CoreFoundation", "CoreGraphics", "Foundation", "Metal"} >= names
    rest = {library for library in loaded if Path(library).name not in names}
    assert rest <= {"/usr/lib/libSystem.B.dylib", "/usr/lib/libobjc.A.dylib"}


def test_the_sound_path_and_metal_are_in_it(core: Path) -> None:
    found = {each.symbol for each in cross.from_frameworks(core)}
    assert {"_AudioOutputUnitStart", "_MTLCreateSystemDefaultDevice", "_OBJC_CLASS_$_NSString"} <= found


def test_what_no_mac_has_is_found(core: Path, tmp_path: Path) -> None:
    declared = "\n".join(declaration for declaration, _ in NOWHERE.values())
    used = " ".join(use for _, use in NOWHERE.values())
    source = changed(
        BINDING, {"namespace py": f"{declared}\nnamespace py", ENTRY: f"{ENTRY} {used}"}, tmp_path
    )
    wrong = cross.compiled(source, BINDING, tmp_path / "wrong.o")
    assert core.exists()
    assert cross.unknown(cross.linked(wrong, Path(BINDING).name, tmp_path / "wrong.so")) == set(NOWHERE)


def test_a_header_of_linux_is_found(core: Path, tmp_path: Path) -> None:
    source = changed(BINDING, {"#include <pyb": "#include <sys/epoll.h>\n#include <pyb"}, tmp_path)
    assert core.exists()
    with pytest.raises(cross.BuildError, match=r"'sys/epoll\.h' file not found"):
        cross.compiled(source, BINDING, tmp_path / "wrong.o")


def test_what_python_says_of_a_mac_is_so(core: Path, tmp_path: Path) -> None:
    assert core.exists()
    cross.compiled(cross.HERE / "python/facts.cpp", BINDING, tmp_path / "facts.o")


@pytest.mark.parametrize("blunder", BLUNDERS)
def test_the_render_callback_may_not_use(blunder: str, core: Path, tmp_path: Path) -> None:
    source = changed(
        PORT,
        {RENDER: BLUNDERS[blunder], "#include <algorithm>": "#include <algorithm>\n#include <mutex>"},
        tmp_path,
    )
    assert core.exists()
    with pytest.raises(cross.BuildError, match="-Wfunction-effects"):
        cross.compiled(source, PORT, tmp_path / "blunder.o")
