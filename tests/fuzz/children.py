"""Children that may die: what they say is heard, and how they ended."""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

from fuzz.verdicts import Verdict


def in_child(work: Callable[[Callable[[str], None]], Verdict], seconds: float = 120) -> Verdict:
    """Run something in a child; its death is a verdict."""
    said, kind, why = "", "", ""
    for message in listen(lambda say: say(json.dumps(work(say).__dict__)), seconds):
        if message.startswith("{"):
            return Verdict(**json.loads(message))
        if message.startswith("died: "):
            kind, why = (
                ("no answer" if said in ("", "exact") else "differs"),
                f"{said} side {message}",
            )
        said = message
    return Verdict(kind or "no answer", why or "nothing was said")


def fork(work: Callable[[Callable[[str], None]], None]) -> tuple[int, int]:
    """Start a child that writes messages, one a line; give its id and the reading end."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 70
    try:
        os.close(reading)
        work(lambda text: write(writing, text))
        status = 0
    except BaseException as fault:  # the parent is to know, whatever it is
        with suppress(BaseException):
            write(writing, f"broke: {type(fault).__name__}: {fault}")
    os._exit(status)


def write(descriptor: int, text: str) -> None:
    data = (text.replace("\n", " ") + "\n").encode("utf-8", "replace")
    while data:
        data = data[os.write(descriptor, data) :]


def listen(work: Callable[[Callable[[str], None]], None], seconds: float) -> Iterator[str]:
    """Yield a child's messages; a last one tells of its death."""
    child, reading = fork(work)
    with Ear(child, reading) as ear, selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        while not ear.ended:
            if not selector.select(seconds):
                os.kill(child, signal.SIGKILL)
                yield f"died: no answer within {seconds:.0f} s"
                return
            yield from ear.hear()
        if ear.death():
            yield f"died: {ear.death()}"


class Ear:
    """The reading end of one child."""

    def __init__(self, child: int, reading: int) -> None:
        self.child, self.reading = child, reading
        self.ended = False
        self._rest = b""
        self._status: int | None = None

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.reading)
        self.death()

    def hear(self) -> list[str]:
        """Read what has been said."""
        data = os.read(self.reading, 1 << 16)
        self.ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines]

    def death(self) -> str:
        """Wait for the child and say how it died; empty where it ended well."""
        if self._status is None:
            self._status = os.waitpid(self.child, 0)[1]
        code = os.waitstatus_to_exitcode(self._status)
        return "" if not code else (f"exit code {code}" if code > 0 else signal.Signals(-code).name)
