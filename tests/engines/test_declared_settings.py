"""What an engine says that its settings are is what it asks for when it is loaded."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import streamtts
from streamtts import registry

PACKAGE = Path(streamtts.__file__).parent
ASKED = {"text", "number", "count", "choice"}

Table = tuple[str, str]  # engines or translators, and the engine's name


def asked_for() -> dict[Table, set[str]]:
    """The names in every function that opens a table of settings, read from its source."""
    found: dict[Table, set[str]] = {}
    for folder in ("synthesizers", "translators"):
        for file in sorted((PACKAGE / folder).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                for table in tables_of(function, constants_of(tree)):
                    found.setdefault(table, set()).update(names_in(function))
    return found


def constants_of(tree: ast.Module) -> dict[str, str]:
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def tables_of(function: ast.FunctionDef, constants: dict[str, str]) -> Iterator[Table]:
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == "Settings":
            named = call.args[0]
            name = constants[named.id] if isinstance(named, ast.Name) else ast.literal_eval(named)
            yield ast.literal_eval(call.args[2]) if len(call.args) > 2 else "engines", name


def names_in(function: ast.FunctionDef) -> Iterator[str]:
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in ASKED
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "settings"
        ):
            yield ast.literal_eval(call.args[0])


@pytest.mark.parametrize("kind", ["engines", "translators"])
def test_every_engine_of_ours_declares_what_it_asks_for(kind: str) -> None:
    asked = {name: names for (table, name), names in asked_for().items() if table == kind}
    every = registry.synthesizers() if kind == "engines" else registry.translators()
    declared = {engine.name: engine.settings for engine in every if engine.name in asked}
    assert len(declared) >= 8
    assert {name: {*names} for name, names in declared.items() if names} == {
        name: names for name, names in asked.items() if names
    }
    assert [name for name, names in declared.items() if names is None] == []
