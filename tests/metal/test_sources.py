"""A family of kernels as one text, in a checkout and where the build has installed it."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from streamtts.errors import StreamttsError
from streamtts.metal import sources

ROOT = Path(__file__).resolve().parent.parent.parent
KERNELS = ROOT / "metal"
MAKER = re.compile(r"\b([A-Z][A-Z0-9_]+)\(([a-z][a-z0-9]*(?:, [a-z0-9]+)*)\)")
INCLUDE = re.compile(r"^\s*#\s*include\s*(\S+)", re.MULTILINE)


def folder_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **texts: str) -> None:
    """Makes `tmp_path` the folder of the kernels; in a name, `_` before the suffix stands for the dot."""
    for name, text in texts.items():
        stem, _, suffix = name.rpartition("_")
        (tmp_path / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sources, "_folder", lambda: tmp_path)
    monkeypatch.setattr(sources, "NAMES", tuple(path.stem for path in tmp_path.glob("*.metal")))


def test_every_family_has_a_name() -> None:
    assert list(sources.NAMES) == sorted(path.stem for path in KERNELS.glob("*.metal"))


@pytest.mark.parametrize("name", sources.NAMES)
def test_a_family_needs_no_file_of_ours(name: str) -> None:
    text = sources.source(name)
    assert set(INCLUDE.findall(text)) == {"<metal_stdlib>"}
    assert "[[kernel]]" in text
    assert "#pragma once" not in text


@pytest.mark.parametrize("name", sources.NAMES)
def test_a_header_holds_what_the_kernels_call_and_no_kernel(name: str) -> None:
    text = sources.header(name)
    assert set(INCLUDE.findall(text)) == {"<metal_stdlib>"}
    assert "[[kernel]]" not in text
    assert text in sources.source(name)


def test_each_file_is_put_in_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(
        tmp_path,
        monkeypatch,
        k_metal='#include "a.h"\n  #  include "b.h" // why\nkernel',
        a_h='#pragma once\n#include <metal_stdlib>\n#include "b.h"\nint a;\n',
        b_h='#pragma once\n#include "a.h"\nint b;',
    )
    assert sources.source("k") == "#include <metal_stdlib>\nint b;\nint a;\nkernel\n"


def test_what_only_looks_like_an_include_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '// #include "no.h"\nconstant char say[] = "#include";\n'
    folder_of(tmp_path, monkeypatch, k_metal=text)
    assert sources.source("k") == text


@pytest.mark.parametrize("name", ["", "nothing", "../README", "gemv_int8.metal", "/etc/passwd", "a\0b"])
def test_an_unknown_name_is_told(name: str) -> None:
    for ask in (sources.source, sources.header):
        with pytest.raises(StreamttsError, match=r"There are no Metal kernels named .*; there are: "):
            ask(name)


@pytest.mark.parametrize("name", sources.NAMES)
def test_a_source_of_one_kernel_is_all_that_it_takes(name: str) -> None:
    """The lists at the end of a file make its kernels; each may be asked for alone."""
    makers = MAKER.findall(sources.source(name))
    assert makers
    for macro, values in makers:
        kernel = "_".join([macro.lower(), *values.split(", ")])
        alone = sources.source(name, [kernel])
        assert MAKER.findall(alone) == [(macro, values)]
        assert f'"{macro.lower()}_" #T' in alone


def test_what_no_list_makes_is_always_there() -> None:
    text = sources.source("argmax_vocab", ["argmax_vocab_best"])
    assert " void argmax_vocab_best(" in text
    assert not MAKER.findall(text)


@pytest.mark.parametrize("kernel", ["", "gemv_int8", "gemv_int8_half", "gemv_int4_half_half_1", "no\nname"])
def test_an_unknown_kernel_is_told(kernel: str) -> None:
    with pytest.raises(StreamttsError, match=r"There is no Metal kernel '.*' among those of gemv_int8\."):
        sources.source("gemv_int8", ["gemv_int8_half_half_1", kernel])


def test_a_missing_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, monkeypatch, k_metal='#include "gone.h"\n')
    with pytest.raises(StreamttsError, match=r"The Metal source gone\.h cannot be read \(No such file"):
        sources.source("k")


def test_where_streamtts_is_installed_the_same_texts_are_found(tmp_path: Path) -> None:
    """The build's own install rule, without the extension, which would take minutes to compile."""
    cmake, build = str(Path(sys.executable).parent / "cmake"), str(tmp_path / "build")
    interpreter = f"-DPython_EXECUTABLE={sys.executable}"
    for command in (
        [cmake, "-S", str(ROOT), "-B", build, "-DSTREAMTTS_PYTHON=OFF", interpreter],
        [cmake, "--install", build, "--prefix", str(tmp_path)],
    ):
        subprocess.run(command, check=True, capture_output=True)
    copied = shutil.copy(ROOT / "src/streamtts/metal/sources.py", tmp_path / "streamtts/metal")
    spec = importlib.util.spec_from_file_location("installed_sources", copied)
    assert spec is not None
    assert spec.loader is not None
    installed = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(installed)
    assert installed.NAMES == sources.NAMES
    assert all(installed.source(name) == sources.source(name) for name in sources.NAMES)
