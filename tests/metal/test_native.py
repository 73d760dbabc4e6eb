"""The native Metal host as a Mac runs it, from Python down to every message to the system, on a fake GPU."""

import array
import struct
from collections.abc import Callable
from threading import Thread
from types import ModuleType
from typing import Any

import pytest

from metal.native import building

Slot = tuple[int, int, bool, int]
Memory = dict[int, memoryview]
MSL_3_1 = (3 << 16) + 1
BUFFER, TEXTURE = 0, 2


class Refusal(Exception):  # noqa: N818
    """What the fake compiler and the fake GPU refuse with; the fake knows it by its name."""


def slots(*sizes: int) -> list[Slot]:
    return [(index, size, True, BUFFER) for index, size in enumerate(sizes)]


class Compiler:
    """Takes every source, and keeps what it was asked."""

    def __init__(self, kernels: dict[str, list[Slot]]) -> None:
        self.kernels = kernels
        self.asked: list[tuple[str, bool, int]] = []

    def __call__(self, source: str, fast: bool, version: int) -> dict[str, list[Slot]]:
        self.asked.append((source, fast, version))
        return self.kernels


class Gpu:
    """Runs functions of Python as kernels, and keeps what it was asked."""

    def __init__(self, **kernels: Callable[[Memory], None]) -> None:
        self.kernels = kernels
        self.asked: list[tuple[str, dict[int, bytes], list[int], list[int]]] = []

    def __call__(self, kernel: str, bound: Memory, threads: list[int], group: list[int]) -> None:
        self.asked.append((kernel, {index: bytes(memory) for index, memory in bound.items()}, threads, group))
        self.kernels.get(kernel, _nothing)(bound)


def _nothing(_: Memory) -> None:
    """A kernel without effect."""


def double(bound: Memory) -> None:
    numbers = bound[1].cast("f")
    for index, number in enumerate(bound[0].cast("f")):
        numbers[index] = 2 * number


KERNELS = {"double": slots(4, 4), "add": slots(4, 4, 8), "none": []}


@pytest.fixture(scope="module")
def core() -> ModuleType:
    if reason := building.missing():
        pytest.skip(reason)
    return building.module()


@pytest.fixture
def mac(core: ModuleType) -> Any:
    """One with a compiler and a GPU."""
    made = core.new_mac()
    made.compile = Compiler(KERNELS)
    made.dispatch = Gpu(double=double)
    return made


@pytest.fixture
def library(core: ModuleType, mac: Any) -> Any:  # noqa: ARG001
    return core.metal.compile("source")


def gpu_of(mac: Any) -> Gpu:
    gpu = Gpu(double=double)
    mac.dispatch = gpu
    return gpu


def test_a_mac_has_metal(core: ModuleType, mac: Any) -> None:
    assert core.metal.available()
    mac.has_gpu = False
    assert not core.metal.available()


def test_what_the_device_is(core: ModuleType, mac: Any) -> None:
    mac.name, mac.system, mac.buffer_bytes = "Apple M4 Max 株", (26, 0, 1), 1 << 33
    found = core.metal.device()
    assert (found.name, found.system) == ("Apple M4 Max 株", "26.0.1")
    assert (found.buffer_bytes, found.threadgroup_bytes, found.working_set_bytes) == (
        1 << 33,
        32768,
        12 << 30,
    )
    assert found.unified_memory


@pytest.mark.parametrize("family", [0, 1, 7, 8, 9, 10, 20])
def test_the_newest_family_is_found(family: int, core: ModuleType, mac: Any) -> None:
    mac.newest_family = 1000 + family
    assert core.metal.device().apple_family == family


def test_a_mac_without_a_gpu_says_so(core: ModuleType, mac: Any) -> None:
    mac.has_gpu = False
    for ask in (core.metal.device, lambda: core.metal.compile("")):
        with pytest.raises(core.Error, match="no GPU that Metal can use"):
            ask()


def test_an_old_system_has_no_kernels(core: ModuleType, mac: Any) -> None:
    mac.system = (13, 6, 7)
    assert not core.metal.available()
    assert core.metal.device().system == "13.6.7"
    with pytest.raises(core.Error, match=r"need macOS 14 or newer, and this is 13\.6\.7"):
        core.metal.compile("")


@pytest.mark.parametrize("fast", [False, True])
def test_the_compiler_is_asked_for_the_language_and_the_mathematics(
    fast: bool, core: ModuleType, mac: Any
) -> None:
    compiler = Compiler(KERNELS)
    mac.compile = compiler
    source = "// ünï\0código 漢字\n" * 10
    assert core.metal.compile(source, fast_math=fast).names == ["add", "double", "none"]
    assert compiler.asked == [(source, fast, MSL_3_1)]


def test_a_source_that_is_refused_is_told_with_its_lines(core: ModuleType, mac: Any) -> None:
    def refuse(*_: object) -> None:
        raise Refusal("program_source:3:7: error: unknown type name 'flaot'")

    mac.compile = refuse
    with pytest.raises(core.Error, match=r"refused the source: program_source:3:7: error: .*flaot"):
        core.metal.compile("")


def test_a_kernel_runs_on_memory_of_ours(library: Any) -> None:
    given, taken = array.array("f", [1, 2, 3]), array.array("f", [0, 0, 0])
    assert library.run("double", [given, taken], 3) == pytest.approx(0.25)
    assert list(taken) == [2, 4, 6]
    assert list(given) == [1, 2, 3]


def test_numbers_are_what_compile_shader_makes_of_them(mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    library.run("none", [7, -1, True, 0.1, [1, 2, 3], (0.5, -0.5), [True, 1], b"\x05\x00"], 1)
    asked = gpu.asked[0][1]
    assert asked == {
        0: struct.pack("<q", 7),
        1: struct.pack("<q", -1),
        2: struct.pack("<q", 1),
        3: struct.pack("<f", 0.1),
        4: struct.pack("<3q", 1, 2, 3),
        5: struct.pack("<2f", 0.5, -0.5),
        6: struct.pack("<2q", 1, 1),
        7: b"\x05\x00",
    }


def test_a_long_list_has_memory_of_its_own(mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    for count in (512, 513, 5000):
        library.run("none", [list(range(count))], 1)
        assert gpu.asked[-1][1] == {0: struct.pack(f"<{count}q", *range(count))}


def test_what_cannot_be_written_to_stays_as_it_is(mac: Any, library: Any) -> None:
    mac.dispatch = Gpu(none=lambda bound: bound[0].__setitem__(slice(0, 4), b"\xff" * 4))
    text = bytes(range(4))
    library.run("none", [text], 1)
    assert list(text) == [0, 1, 2, 3]


@pytest.mark.parametrize("written", [0, 1, 2])
def test_memory_that_is_given_twice_is_the_same_on_the_gpu(written: int, mac: Any, library: Any) -> None:
    seen: list[int] = []

    def write(bound: Memory) -> None:
        bound[written][3] = 7
        seen.extend(memory[3] for memory in bound.values())

    mac.dispatch = Gpu(none=write)
    memory = bytearray(4)
    library.run("none", [memory, memoryview(memory), memory], 1)
    assert seen == [7, 7, 7]
    assert memory == b"\0\0\0\x07"


def test_overlapping_memory_is_refused_only_if_it_can_be_written_to(library: Any) -> None:
    memory = bytearray(16)
    part = memoryview(memory)[4:]
    for pair in ([memory, part], [part, memory], [memory, part.toreadonly()], [part.toreadonly(), memory]):
        with pytest.raises(ValueError, match=r"arguments 0 and 1 overlap.*give copies"):
            library.run("none", pair, 1)
    with memoryview(memory).toreadonly() as whole:
        library.run("none", [whole, whole[4:]], 1)
    library.run("none", [memoryview(memory)[:8], memoryview(memory)[8:]], 1)


def test_an_empty_buffer_is_an_argument(mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    library.run("none", [b"", bytearray(), 1], 1)
    assert sorted(gpu.asked[0][1]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ((5, None), ([5, 1, 1], [5, 1, 1])),
        ((5000, None), ([5000, 1, 1], [1024, 1, 1])),
        (((64, 3), None), ([64, 3, 1], [64, 1, 1])),
        (([2000, 2, 2], None), ([2000, 2, 2], [1024, 1, 1])),
        (((64, 3), (32, 1)), ([64, 3, 1], [32, 1, 1])),
        (([64, 4, 2], [8, 8, 16]), ([64, 4, 2], [8, 8, 16])),
        ((3, 1024), ([3, 1, 1], [1024, 1, 1])),
    ],
)
def test_the_grid(asked: Any, got: Any, mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    library.run("none", [], *asked)
    assert [each[2:] for each in gpu.asked] == [got]


@pytest.mark.parametrize(
    ("threads", "group_size"),
    [
        (0, None),
        ((4, 0), None),
        (1 << 32, None),
        (1 << 63, None),
        ((), None),
        ((1, 1, 1, 1), None),
        (4, 0),
        (4, 1025),
        ((4, 4), (33, 32)),
        ((4, 4, 4), (16, 8, 9)),
        ((4, 4, 4), (1 << 32, 1 << 32, 1)),
        ((4, 4, 4), (1 << 22, 1 << 21, 1 << 21)),
        ((4, 4), (4,)),
        (4, (4, 1)),
    ],
)
def test_a_grid_that_no_gpu_has(threads: Any, group_size: Any, mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    with pytest.raises(ValueError, match="threads"):
        library.run("none", [], threads, group_size)
    assert gpu.asked == []


def test_a_group_is_as_large_as_its_kernel_lets_it(mac: Any, library: Any) -> None:
    mac.largest_group = 384
    assert library.largest_group("double") == 384
    with pytest.raises(ValueError, match="from 1 to 384 threads"):
        library.run("none", [], 1000, 385)


def test_repeats_go_one_after_the_other_and_the_time_is_of_one(mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    assert library.run("double", [array.array("f", [1]), bytearray(4)], 1, repeats=8) == pytest.approx(0.25)
    assert len(gpu.asked) == 8


@pytest.mark.parametrize("repeats", [0, 10001])
def test_repeats_have_bounds(repeats: int, library: Any) -> None:
    with pytest.raises(ValueError, match="from 1 to 10000 times"):
        library.run("none", [], 1, repeats=repeats)


def test_too_few_arguments_never_reach_the_gpu(mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    with pytest.raises(ValueError, match="add takes an argument number 2, and there are 2"):
        library.run("add", [b"1234", b"1234"], 1)
    assert gpu.asked == []


def test_a_number_that_is_too_short_never_reaches_the_gpu(mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    with pytest.raises(ValueError, match="add takes 8 bytes as argument 2, and there are 4"):
        library.run("add", [b"1234", b"1234", 0.5], 1)
    assert gpu.asked == []


def test_only_buffers_that_a_kernel_uses_are_missed(core: ModuleType, mac: Any) -> None:
    mac.compile = Compiler({"odd": [(0, 4, True, BUFFER), (1, 4, False, BUFFER), (2, 0, True, TEXTURE)]})
    core.metal.compile("").run("odd", [b"1234"], 1)


def test_more_arguments_than_there_are_places(library: Any) -> None:
    library.run("none", [1] * 31, 1)
    with pytest.raises(ValueError, match="at most 31 arguments"):
        library.run("none", [1] * 32, 1)


@pytest.mark.parametrize("name", ["missing", "", "double\0", "ダブル"])
def test_a_kernel_that_there_is_not(name: str, library: Any) -> None:
    with pytest.raises(ValueError, match="no kernel"):
        library.run(name, [], 1)
    with pytest.raises(ValueError, match="no kernel"):
        library.largest_group(name)


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        ("text", TypeError),
        (None, TypeError),
        ({}, TypeError),
        ([1, "2"], TypeError),
        ([1, 0.5], TypeError),
        ([[1]], TypeError),
        ([], ValueError),
        (1 << 63, OverflowError),
        ([-(1 << 64)], OverflowError),
        (memoryview(b"12345678")[::2], ValueError),
    ],
)
def test_what_is_no_argument(argument: Any, error: type[Exception], library: Any) -> None:
    with pytest.raises(error):
        library.run("none", [argument], 1)


def test_arrays_of_several_directions_are_taken_in_a_row(mac: Any, library: Any) -> None:
    gpu = gpu_of(mac)
    square = memoryview(bytes(range(12))).cast("B", (3, 4))
    library.run("none", [square], 1)
    assert gpu.asked[0][1] == {0: bytes(range(12))}


def test_memory_that_the_gpu_has_no_room_for(core: ModuleType, mac: Any, library: Any) -> None:
    mac.buffer_bytes = 100
    with pytest.raises(core.Error, match="no room for 101 bytes"):
        library.run("none", [bytearray(101)], 1)


def test_a_kernel_that_the_gpu_gives_up_on_changes_nothing(core: ModuleType, mac: Any, library: Any) -> None:
    def fail(bound: Memory) -> None:
        bound[0][0] = 1
        raise Refusal("Caused GPU Hang Error (00000003)")

    mac.dispatch = Gpu(none=fail)
    memory = bytearray(4)
    with pytest.raises(core.Error, match="gave up on none: Caused GPU Hang Error"):
        library.run("none", [memory], 1)
    assert memory == bytearray(4)


def test_a_kernel_that_no_pipeline_can_be_made_of(core: ModuleType, mac: Any) -> None:
    mac.compile = Compiler({"wide": slots(*[4] * 32)})
    with pytest.raises(core.Error, match="cannot run wide: too many buffers"):
        core.metal.compile("").run("wide", [], 1)


def test_threads_take_turns(library: Any) -> None:
    results: list[list[float]] = []

    def work(number: int) -> None:
        given, taken = array.array("f", [number] * 8), array.array("f", [0] * 8)
        for _ in range(20):
            library.run("double", [given, taken], 8)
        results.append(list(taken))

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [[2.0 * number] * 8 for number in range(4)]


@pytest.mark.usefixtures("mac")
def test_nothing_of_the_systems_is_left_behind(core: ModuleType) -> None:
    before = core.alive()
    for _ in range(3):
        library = core.metal.compile("source")
        library.run("double", [array.array("f", [1] * 2000), bytearray(8000)], 1)
        library.run("none", [list(range(600))], 1, repeats=3)
        for wrong in ("missing", "add"):
            with pytest.raises(ValueError, match=r"no kernel|takes an argument"):
                library.run(wrong, [], 1)
        library.names.clear()
        core.metal.device()
        assert core.alive() > before
        del library
        assert core.alive() == before
