"""Engines that are loaded when they are needed and kept warm; when one keeps failing, the next takes over."""

import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from streamtts.engine import EngineError, Ticket
from streamtts.errors import UsageError

FAILURES_IN_A_ROW = 3  # and an engine is down


class Choice(Protocol):
    """One of those that could do it."""

    @property
    def label(self) -> str: ...

    @property
    def named(self) -> bool:
        """By the user."""


class AbsentError(EngineError):
    """An engine is not installed: no reason to speak of it, unless somebody asked for it."""


KeyT = TypeVar("KeyT", bound=Hashable)
ChoiceT = TypeVar("ChoiceT", bound=Choice)
LoadedT = TypeVar("LoadedT", bound=Hashable)


class Succession(ABC, Generic[KeyT, ChoiceT, LoadedT]):
    """For each key the first of its chain that loads. One thread uses them, another may warm."""

    verb: str  # what these engines do
    tells_trouble: bool  # with an engine that nobody named, at once

    def __init__(self, notice: Callable[[str], None]) -> None:
        self._notice = notice
        self._closing = Ticket()
        self._loading = threading.Lock()
        self._lock = threading.Lock()  # of what follows
        self._by_key: dict[KeyT, LoadedT] = {}
        self._spares: dict[KeyT, LoadedT] = {}  # the next in the chain, loaded before its turn
        self._passed: dict[tuple[str, KeyT], str] = {}  # label and key -> why this one does not do it
        self._failures: Counter[LoadedT] = Counter()
        self._told: set[str] = set()

    def stop_loading(self) -> None:
        """Whoever waits for an engine is Cancelled, now and from now on."""
        self._closing.cancel()

    def close(self) -> None:
        self.stop_loading()
        with self._loading, self._lock:
            loaded = [*self._by_key.values(), *self._spares.values()]
            self._by_key.clear()
            self._spares.clear()
        for each in loaded:
            self._end(each)

    # What these engines are.

    @abstractmethod
    def _chain(self, key: KeyT) -> Iterable[ChoiceT]:
        """Who could do it, best first."""

    @abstractmethod
    def _load(self, choice: ChoiceT, key: KeyT) -> LoadedT:
        """Raises EngineError."""

    @abstractmethod
    def _described(self, loaded: LoadedT) -> tuple[str, KeyT]:
        """Its label, and what it was loaded for."""

    @abstractmethod
    def _matter(self, key: KeyT) -> str:
        """What is done, to be said after the verb."""

    @abstractmethod
    def _shut(self, loaded: LoadedT) -> None:
        """Raises EngineError."""

    def _arrived(
        self, choice: ChoiceT, loaded: LoadedT, passed: Sequence[tuple[ChoiceT, EngineError]]
    ) -> None:
        """One was loaded, after others just now were not."""

    def _is_told(self, choice: ChoiceT, error: EngineError) -> bool:
        return choice.named or (self.tells_trouble and not isinstance(error, AbsentError))

    def _reason(self, key: KeyT) -> str:
        """Why the best of the chain does not do it."""
        return next(self._passed[choice.label, key] for choice in self._chain(key))

    # For those who know what they are.

    def _first(self, key: KeyT) -> LoadedT:
        """The best there is. Raises EngineError if there is none, Cancelled once we are closed."""
        if (loaded := self._kept(key)) is not None:
            return loaded
        with self._loading:
            if (loaded := self._kept(key)) is not None:
                return loaded
            return self._first_of(key)

    def _succeeded(self, loaded: LoadedT) -> None:
        with self._lock:
            self._failures.pop(loaded, None)

    def _failed(self, loaded: LoadedT, error: EngineError, tolerated: int = FAILURES_IN_A_ROW) -> None:
        """The third failure in a row brings it down; the next of the chain takes its place."""
        label, key = self._described(loaded)
        with self._lock:
            self._failures[loaded] += 1
            failures = self._failures[loaded]
            if failures < tolerated or self._by_key.get(key) is not loaded:
                return
            del self._by_key[key], self._failures[loaded]
            trouble = f"{label} failed {failures} times in a row, at last because {error}"
            self._passed[label, key] = trouble
        self._end(loaded)
        try:
            then = f"{self._described(self._first(key))[0]} {self.verb}s from here on"
        except EngineError:
            then = f"nothing else here can {self.verb} {self._matter(key)}"
        self._notice(f"{trouble}: {then}")

    def _spare(self, loaded: LoadedT) -> LoadedT | None:
        """The next of the chain, for what this one has failed at; None if there is no other."""
        label, key = self._described(loaded)
        with self._loading:
            self._closing.check()
            with self._lock:
                if key in self._spares:
                    return self._spares[key]
            if (found := self._loaded_first(key, without=label)) is not None:
                with self._lock:
                    self._spares[key] = found
            return found

    def _kept(self, key: KeyT) -> LoadedT | None:
        self._closing.check()
        with self._lock:
            return self._by_key.get(key)

    def _first_of(self, key: KeyT) -> LoadedT:
        loaded = self._loaded_first(key)
        if loaded is None:
            raise EngineError(f"nothing here can {self.verb} {self._matter(key)}: {self._reason(key)}")
        with self._lock:
            self._by_key[key] = loaded
        return loaded

    def _loaded_first(self, key: KeyT, *, without: str = "") -> LoadedT | None:
        passed: list[tuple[ChoiceT, EngineError]] = []
        for choice in self._chain(key):
            if choice.label == without or (choice.label, key) in self._passed:
                continue
            if (spare := self._taken_from_spares(choice, key)) is not None:
                return spare
            try:
                loaded = self._load(choice, key)
            except EngineError as error:
                with self._lock:
                    self._passed[choice.label, key] = str(error)
                passed.append((choice, error))
                if self._is_told(choice, error):
                    self._tell_once(f"{choice.label} cannot {self.verb}: {error}")
                continue
            self._arrived(choice, loaded, passed)
            return loaded
        return None

    def _tell_once(self, trouble: str) -> None:
        """The same reason holds for other keys, too."""
        with self._lock:
            is_told = trouble in self._told
            self._told.add(trouble)
        if not is_told:
            self._notice(trouble)

    def _taken_from_spares(self, choice: ChoiceT, key: KeyT) -> LoadedT | None:
        with self._lock:
            spare = self._spares.get(key)
            if spare is None or self._described(spare)[0] != choice.label:
                return None
            return self._spares.pop(key)

    def _end(self, loaded: LoadedT) -> None:
        try:
            self._shut(loaded)
        except EngineError as error:
            self._notice(str(error))


def parsed(spec: str, what: str, form: str) -> tuple[str | None, str, str]:
    """The parts of `[FOR=]ENGINE[:WHICH]`, the first None if it is not there; UsageError if it is none."""
    head, colon, which = spec.partition(":")
    tag, equals, name = head.rpartition("=")
    if not name or (colon and not which):
        raise UsageError(f"{spec!r} is no {what}: give {form}")
    return (tag if equals else None), name, which
