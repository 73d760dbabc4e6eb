"""The hosted CI's job file names what there is: targets, files, systems and Pythons."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/wheels.yml").read_text(encoding="utf-8"))
JOBS: dict[str, Any] = WORKFLOW["jobs"]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CIBUILDWHEEL: dict[str, Any] = PROJECT["tool"]["cibuildwheel"]
STEPS: list[dict[str, Any]] = [step for job in JOBS.values() for step in job["steps"]]
COMMANDS = [line for step in STEPS for line in str(step.get("run", "")).splitlines()]
PYTHONS = [
    found[1]
    for classifier in PROJECT["project"]["classifiers"]
    if (found := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", classifier))
]


def test_wheels_are_built_for_every_python_that_we_name() -> None:
    assert CIBUILDWHEEL["build"] == [f"cp{version.replace('.', '')}-*" for version in PYTHONS]
    assert PROJECT["project"]["requires-python"] == f">={PYTHONS[0]}"


def test_wheels_are_built_for_every_system_that_we_name() -> None:
    built = {(each["system"], each["archs"]) for each in JOBS["wheels"]["strategy"]["matrix"]["include"]}
    assert built == {("macos", "arm64"), ("linux", "x86_64"), ("linux", "aarch64")}
    assert set(CIBUILDWHEEL["macos"]["archs"]) == {"arm64"}
    assert {f"manylinux-{archs}-image" for system, archs in built if system == "linux"} <= set(
        CIBUILDWHEEL["linux"]
    )


def test_the_oldest_mac_is_the_one_that_the_cross_build_is_for() -> None:
    toolchain = (ROOT / "tests/mac/toolchain.cmake").read_text(encoding="utf-8")
    assert f"aarch64-macos.{CIBUILDWHEEL['macos']['environment']['MACOSX_DEPLOYMENT_TARGET']})" in toolchain


def test_what_the_steps_make_are_targets() -> None:
    made = [found[1] for command in COMMANDS if (found := re.match(r"make (\S+)", command))]
    targets = re.findall(r"^([\w-]+):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert made
    assert set(made) <= set(targets)


def test_what_the_steps_run_is_there() -> None:
    words = [word for command in [*COMMANDS, CIBUILDWHEEL["test-command"]] for word in command.split()]
    paths = [
        word.removeprefix("{project}/") for word in words if "/" in word and not word.startswith(".venv/")
    ]
    assert {"tools/smoke.py", "tests/mac"} <= set(paths)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_other_peoples_steps_have_a_version() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert [each for each in used if not re.search(r"@v\d", each)] == []


def test_a_python_of_a_step_is_one_that_we_name() -> None:
    asked = [step["with"]["python-version"] for step in STEPS if "python-version" in step.get("with", {})]
    assert asked
    assert set(asked) <= set(PYTHONS)


def test_a_job_ends_and_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 60 for job in JOBS.values())


def test_what_a_wheel_must_do_is_done_by_this_package() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/smoke.py")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(
        r"version: \S+\ntext: It works\. Run make test now\.\nsound: \d+\.\d seconds\nmetal: .+\n",
        done.stdout,
    )
