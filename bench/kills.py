"""``inkarta bench kills``: fetch, build and publish killed at 500 points (``INKARTA_BENCH_KILLS``), none inconsistent.

After each death: ``current`` names a whole snapshot, the one before or the new one, to the last cell; each fetched file
is the one that the manifest tells of; nothing else lies there than what a later run takes away. Then the next run
succeeds, makes the same snapshot as one that nobody disturbed, and leaves exactly the files that that one leaves:
tried after each death that left a state on disk (names and contents, apart from what the half build holds) not seen
before, and after every tenth.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.deadly import Run
from bench.figure import Figure
from bench.stage import ROOT

NAME = "kills"
POINTS = 500
"""With fewer there is nothing to say of the goal."""
KEPT = ("population", "dependency_ratio", "employment_20_64", "low_economic_standard")
"""The indicators that the marts are made of."""
DAYS = ("2026-11-23", "2026-11-24")
EVERY = 10
_TRANSIENT = re.compile(r"\.(building|current|manifest\.json|attempts\.json)\.\d+(\..*)?|\..+\.part(\.json)?|.*\.tmp")
_TOLD = ("snapshot", "source_file")
"""Tables with moments of the clock in them."""


@dataclass
class Tally:
    """What became of the tries."""

    killed: Counter[str] = field(default_factory=Counter)
    lived: int = 0
    inconsistent: list[str] = field(default_factory=list)
    states: set[str] = field(default_factory=set)
    recovered: int = 0
    new: int = 0
    """How often the new snapshot was named already."""


class World:
    """A small world: data with few values, two sources that answer from this machine, a home with an older snapshot."""

    def __init__(self, folder: Path, server: Any) -> None:
        self.folder, self.server = folder, server
        self.data = small(folder / "data")
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "bench.deadly"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.before = folder / "before"
        self.old = self._undisturbed(self.before, DAYS[0])
        for path, body in server.files.items():
            server.files[path] = body.replace(b"Syntetiskt", b"Annat") if path.startswith("/kohesio") else body
        self.after = folder / "after"
        self._copy(self.before, self.after)
        told = self.run(self.after, DAYS[1])
        self.steps: list[str] = told["steps"]
        self.new = told["id"]
        self.whole = {one: contents(self.after / f"snapshots/{one}.duckdb") for one in (self.old, self.new)}
        self.largest = (self.after / f"snapshots/{self.new}.duckdb").stat().st_size
        self.left = names(self.after)
        empty = folder / "empty"
        self.run(empty, DAYS[1])
        self.left_from_nothing = names(empty)

    def _undisturbed(self, home: Path, day: str) -> str:
        told = self.run(home, day)
        assert "id" in told, told
        return str(told["id"])

    def run(self, home: Path, day: str, *, fatal: int = 0, byte: int = 0) -> dict[str, Any]:
        """What the nursery tells of a run."""
        bases = self.server.base_urls
        run = Run(str(home), str(self.data), day, {one: bases[one] for one in bases}, fatal, byte)
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(json.dumps(asdict(run)) + "\n")
        self.nursery.stdin.flush()
        told: dict[str, Any] = json.loads(self.nursery.stdout.readline())
        return told

    def _copy(self, home: Path, to: Path) -> None:
        shutil.copytree(home, to, copy_function=lambda a, b: (os.link if a.endswith(".duckdb") else shutil.copy2)(a, b))

    def start(self, name: str, is_empty: bool) -> Path:
        """A home to be disturbed: with yesterday's files and snapshot, or with nothing."""
        home = self.folder / name
        if is_empty:
            home.mkdir()
        else:
            self._copy(self.before, home)
        return home

    def close(self) -> None:
        if self.nursery.stdin:
            self.nursery.stdin.close()
        self.nursery.wait(30)


@contextmanager
def world() -> Iterator[World]:
    """A world in memory where there is room for one, else on disk; gone afterwards."""
    from tests.replay.server import ReplayServer

    shm = Path("/dev/shm")
    at = shm if shm.is_dir() and shutil.disk_usage(shm).free > 2**30 else None
    with tempfile.TemporaryDirectory(dir=at, prefix="inkarta-kills-") as folder, ReplayServer() as server:
        made = World(Path(folder), server)
        try:
            yield made
        finally:
            made.close()


def small(folder: Path) -> Path:
    """``data/`` with the values of one year and both sexes together, of the indicators that the marts need."""
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("*.md"))
    kept = [(folder / "indicators/catalogue.csv", lambda row: row["code"] in KEPT)]
    for path in (folder / "indicators/values").glob("*.csv"):
        if path.stem in KEPT:
            kept.append((path, lambda row: row["period"] == "2024" and row["sex"] == "T"))
        else:
            path.unlink()
    for path, wanted in kept:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            rows, header = [row for row in reader if wanted(row)], list(reader.fieldnames or ())
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def contents(path: Path) -> str:
    """A digest of every cell of a snapshot, apart from moments of the clock and a sum's last digits."""
    from etl.warehouse import open_published

    con = open_published(path)
    try:
        tables: dict[str, list[str]] = {}
        for table, column, kind in con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'published' "
            "ORDER BY table_name, column_index"
        ).fetchall():
            if table not in _TOLD:
                tables.setdefault(table, []).append(f'round("{column}", 9)' if kind == "DOUBLE" else f'"{column}"')
        told = [
            (name, con.execute(f'SELECT count(*), bit_xor(hash({", ".join(columns)})) FROM "{name}"').fetchone())
            for name, columns in tables.items()
        ]
    finally:
        con.close()
    return hashlib.sha256(repr(told).encode()).hexdigest()


def names(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


def faults(w: World, home: Path) -> Iterator[str]:
    """What is not as it must be after a death; and what is in the way of a later run."""
    from etl.fetch import read_manifest

    snapshots, fetched = home / "snapshots", home / "fetched"
    for path in home.rglob("*"):
        if path.is_file() and path.name.startswith(".") and not _TRANSIENT.fullmatch(path.name):
            yield f"{path.name} is nobody's"
    for path in snapshots.glob("[0-9]*.duckdb"):
        is_untouched = path.stem != w.new and path.stat().st_nlink > 1
        if path.stem not in w.whole:
            yield f"{path.name} is another snapshot"
        elif not is_untouched and contents(path) != w.whole[path.stem]:
            yield f"{path.name} is not whole"
    if (snapshots / "current").exists():
        named = (snapshots / "current").read_text("utf-8").strip()
        if not (snapshots / f"{named}.duckdb").exists():
            yield f"current names {named!r}, which is not there"
    elif (home / "snapshots").exists() and any(snapshots.glob("[0-9]*")) and home.name.startswith("old"):
        yield "current is gone"
    manifest = read_manifest(fetched)
    here = {path.name for path in fetched.glob("[a-z]*") if path.name not in ("manifest.json", "attempts.json")}
    for name in here | set(manifest):
        if name not in here or name not in manifest:
            yield f"{name} and the manifest do not know each other"
        elif hashlib.sha256((fetched / name).read_bytes()).hexdigest() != manifest[name].sha256:
            yield f"{name} is not what the manifest tells of"


def state(home: Path) -> str:
    """What lies there, by name and content; a half build by its name, a snapshot by its name and size."""
    told = []
    for name in names(home):
        path = home / name
        if path.name.startswith(".building"):
            told.append(re.sub(r"\d+", "N", name))
        elif path.suffix == ".duckdb":
            told.append(f"{name} {path.stat().st_size}")
        else:
            text = re.sub(rb'"\w+_at": "[^"]*"', b"", path.read_bytes())
            told.append(re.sub(r"\.\d+$", ".N", name) + hashlib.sha256(text).hexdigest())
    return "\n".join(told)


def attempt(w: World, tally: Tally, number: int, *, fatal: int = 0, byte: int = 0) -> None:
    """Kill a run, look at what it left, and let the next one go on."""
    is_empty = number % 3 == 2
    home = w.start(f"{'new' if is_empty else 'old'}-{number}", is_empty)
    told = w.run(home, DAYS[1], fatal=fatal, byte=byte)
    at = f"byte {byte}" if byte else f"step {fatal} ({w.steps[fatal - 1] if fatal <= len(w.steps) else '?'})"
    if told["signal"] in (signal.SIGKILL, signal.SIGXFSZ):
        tally.killed["amid DuckDB's writes" if byte else w.steps[fatal - 1].split(":")[0]] += 1
    elif "id" in told:
        tally.lived += 1
    else:
        tally.inconsistent.append(f"{at}: {told}")
    found = list(faults(w, home))
    named = home / "snapshots/current"
    tally.new += named.exists() and named.read_text("utf-8").strip() == w.new
    seen = state(home)
    if seen not in tally.states or number % EVERY == 0:
        tally.states.add(seen)
        again = w.run(home, DAYS[1])
        tally.recovered += 1
        if again.get("id") != w.new:
            found.append(f"the next run: {again}")
        found += faults(w, home)
        if (left := names(home)) != (w.left_from_nothing if is_empty else w.left):
            found.append(f"left behind: {left}")
    tally.inconsistent += [f"{at}, {'nothing' if is_empty else 'a snapshot'} before: {one}" for one in found]
    shutil.rmtree(home)


def points(w: World, count: int) -> list[tuple[int, int]]:
    """(step, byte) of each try: every step of fetching, publishing and pruning if there is room, the rest spread
    evenly over the build's steps and, one in five, over the bytes that DuckDB writes."""
    few = [n for n, name in enumerate(w.steps, 1) if not name.startswith("build")]
    many = [n for n, name in enumerate(w.steps, 1) if name.startswith("build")]
    bytes_ = max(1, count // 5)
    chosen = spread(few, min(count * 2 // 5, 2 * len(few)))
    chosen += spread(many, count - bytes_ - len(chosen))
    return [(n, 0) for n in sorted(chosen)] + [(0, int(w.largest * (n + 0.5) / bytes_)) for n in range(bytes_)]


def spread(of: Sequence[int], count: int) -> list[int]:
    """``count`` of them, evenly; each several times when there are fewer."""
    return [of[int(n * len(of) / count)] for n in range(count)]


def tried(w: World, count: int) -> Tally:
    """``count`` deaths."""
    tally = Tally()
    for number, (fatal, byte) in enumerate(points(w, count)):
        attempt(w, tally, number, fatal=fatal, byte=byte)
    return tally


def measure() -> list[Figure]:
    """Deaths, and how many left something inconsistent."""
    with world() as w:
        count = int(os.environ.get("INKARTA_BENCH_KILLS", str(POINTS)))
        tally = tried(w, count)
    for one in tally.inconsistent:
        print(f"  {one}", file=sys.stderr)
    where = ", ".join(f"{n} in {stage}" for stage, n in tally.killed.most_common())
    note = (
        f"{where}; {len(w.steps)} steps in all; {tally.lived} runs were over before; {len(tally.states)} different "
        f"states on disk; the new snapshot was named already {tally.new} times"
    )
    done = Figure("kill -9 during fetch, build, publish", sum(tally.killed.values()), "deaths", note=note)
    return [
        done,
        replace(
            done, name="runs made after a death, each as if undisturbed", value=tally.recovered, unit="runs", note=""
        ),
        Figure("inconsistent states", len(tally.inconsistent), "states", goal=0 if count >= POINTS else None),
    ]
