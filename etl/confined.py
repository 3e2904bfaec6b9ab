"""Parsing of files from strangers in a child process that cannot take the server with it.

The child may use 512 MB of memory and 30 seconds, and can write nothing but its answer, whose size is limited too.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from etl.spec import SourceError

MEMORY = 512 * 2**20
SECONDS = 30
ANSWER = 256 * 2**20

_REFUSED = 3
_NO_MEMORY = 4


def confined(module: str, path: Path, *arguments: str, memory: int = MEMORY, seconds: float = SECONDS) -> IO[str]:
    """The text that ``python -m module path arguments`` prints, as an open file at its beginning.

    Raises :class:`SourceError` with the child's own message when it refuses the file, and with a plain one when it
    needs more than ``memory`` bytes or ``seconds``, or ends in any other way.
    """
    answer = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (the caller closes it)
    command = [sys.executable, "-I", "-X", "utf8", "-m", module, str(memory), str(path), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 (our own module; the path is an argument, never a command)
            command, stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.PIPE, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        answer.close()
        raise SourceError(
            f"{path.name}: reading it took longer than {seconds:.0f} seconds and was stopped. "
            "Remove sheets and columns that are not needed, or save it as CSV.",
            "too_slow",
        ) from error
    if done.returncode == 0:
        answer.seek(0)
        return answer
    answer.close()
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == _REFUSED:
        rule, _, message = said.partition("\n")
        raise SourceError(message, rule)
    raise SourceError(
        f"{path.name}: reading it needs more than {memory // 2**20} MB of memory, or the file is damaged. "
        "A cell far outside the table does this: delete the empty rows and columns around it, or save it as CSV.",
        "too_much_memory",
    )


def main(work: Callable[[Path, Sequence[str]], None]) -> None:
    """What a confined module runs: limits first, then ``work(path, arguments)``; exit codes as the parent knows."""
    memory, path, *arguments = sys.argv[1:]
    _limit(int(memory))
    try:
        work(Path(path), arguments)
        sys.stdout.flush()
    except SourceError as error:
        sys.stderr.write(f"{error.rule}\n{error}")
        sys.exit(_REFUSED)
    except (MemoryError, OSError):
        sys.exit(_NO_MEMORY)


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (ANSWER, ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
