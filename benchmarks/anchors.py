"""Fetches the rival rings that no installable package carries: headers only, into a folder of the build.

What cannot be had is named and left out; the benchmark then says what it was not measured against.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

PYARROW = "pyarrow==26.0.1"
APT_LISTS = Path("/etc/apt")


class MissingError(Exception):
    """Says in one line why a header cannot be had here."""


def source_lists(folder: Path) -> Path:
    """The system's own package sources, asked for source packages."""
    old = [APT_LISTS / "sources.list", *sorted((APT_LISTS / "sources.list.d").glob("*"))]
    parts = folder / "parts"
    parts.mkdir()
    for number, path in enumerate(path for path in old if path.is_file()):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^deb ", "deb-src ", text, flags=re.MULTILINE)
        text = re.sub(r"^Types:.*$", "Types: deb-src", text, flags=re.MULTILINE)
        (parts / f"{number}{path.suffix}").write_text(text, encoding="utf-8")
    return parts


def debian_source(package: str, folder: Path) -> Path:
    """Downloads a source package, checked by apt, and returns its tarball."""
    if shutil.which("apt-get") is None:
        raise MissingError(f"no apt-get to fetch Debian's source package {package} with")
    state = folder / "state"
    (state / "lists/partial").mkdir(parents=True)
    options = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": str(source_lists(folder)),
        "Dir::State::lists": str(state / "lists"),
        "Dir::Cache": str(state),
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    for command in (["update"], ["source", "--download-only", "--tar-only", package]):
        done = subprocess.run([*apt, *command], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise MissingError(f"apt-get {command[0]}: {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    return next(folder.glob("*.orig.tar.*"))


def rigtorp(into: Path) -> None:
    """rigtorp::SPSCQueue lies inside the source of the mixxx package."""
    wanted = "rigtorp/SPSCQueue.h"
    with TemporaryDirectory() as folder, tarfile.open(debian_source("mixxx", Path(folder))) as tar:
        member = next((m for m in tar if m.name.endswith(f"include/{wanted}")), None)
        header = tar.extractfile(member) if member is not None else None
        if header is None:
            raise MissingError(f"this version of mixxx has no {wanted}")
        save(into / wanted, header.read())


def folly(into: Path) -> None:
    """folly::ProducerConsumerQueue is one of the headers that pyarrow installs."""
    wanted = "arrow/vendored/ProducerConsumerQueue.h"
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", PYARROW]
        done = subprocess.run([*command, "-d", folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise MissingError(
                f"pip download {PYARROW}: {(done.stderr.strip() or 'failed').splitlines()[-1]}"
            )
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            save(into / wanted, wheel.read(f"pyarrow/include/{wanted}"))


def save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main() -> None:
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    for fetch in (rigtorp, folly):
        try:
            fetch(into)
        except MissingError as reason:
            print(f"benchmarks go without {fetch.__name__}: {reason}")


if __name__ == "__main__":
    main()
