"""Files that are there whole or not at all, whatever moment a process is killed at or the disk is full."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

FREE_SOME = "Free some room (inkarta snapshots prune, inkarta tidy) and try again."
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) if hasattr(errno, "EDQUOT") else (errno.ENOSPC, errno.EFBIG)


def write_whole(path: Path, text: str) -> None:
    """Write a small file aside and put it in place by a rename; what killed processes left aside of it is removed."""
    sweep(path.parent, path.name)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, "utf-8")
        flush(aside)
        os.replace(aside, path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    flush(path.parent)


def flush(path: Path) -> None:
    """See to it that a file, or a folder's list of names, is on the disk itself."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path, name: str) -> None:
    """Remove files called ``.<name>.<process>`` whose process is gone, with anything that ends on more."""
    for left in folder.glob(f".{name}.*"):
        found = re.fullmatch(r"(\d+)(\..+)?", left.name.removeprefix(f".{name}."))
        if found and not is_alive(int(found[1])):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether there is such a process; where that cannot be asked, yes."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_full(error: BaseException) -> bool:
    """Whether a failure, of the system or of a library that tells of it in words, is for want of room."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    said = str(error)
    return any(os.strerror(number) in said for number in _FULL) or "database or disk is full" in said
