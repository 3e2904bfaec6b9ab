"""Lists that the user has imported, kept in the user's own folder, and the mappings that were right for them.

``home/imports/SLUG/`` holds the file as it came and ``import.toml``: its name, its date, its checksum and the mapping
that it was loaded with. ``home/mappings/FINGERPRINT.toml`` holds the last mapping used for a set of columns, so that
next month's file with the same columns is read as this month's was.
"""

from __future__ import annotations

import csv
import re
import shutil
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from etl.importer import plan
from etl.importer.operations import Importer
from etl.importer.plan import Chosen
from etl.normalise import fold, kommun_code, lan_code, lookup
from etl.spec import Source, SourceError
from etl.tables import sha256

REGIONS = Path(__file__).resolve().parents[2] / "data" / "regions"
_NOTE = "import.toml"


@dataclass(frozen=True)
class Imported:
    """One imported list. ``slug`` is its id, ``import_SLUG`` its source and portfolio."""

    slug: str
    name: str
    path: Path
    imported_at: datetime
    chosen: Chosen

    @property
    def importer(self) -> Importer:
        """The source that reads it."""
        return open_list(self.path, self.name, self.chosen)


def slug_of(name: str) -> str:
    """A name as an id: letters a–z, digits and hyphens, at most 40. Raises ``ValueError`` for a name without either."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40].strip("-")
    if not slug:
        raise ValueError(f"{name!r} has neither letters a–z nor digits. Give the list a name such as 'Irland ESF'.")
    return slug


def open_list(path: Path, name: str, chosen: Chosen | None = None) -> Importer:
    """Read a file as the list called ``name``. Raises :class:`SourceError`."""
    slug = slug_of(name)
    source = Source(
        id=f"import_{slug}", kind="operations", registry=name, publisher=name, title_sv=name, title_en=name, url="",
        licence="Egen inläst fil", licence_en="A file of your own",
        portfolio=f"import_{slug}", expected_rows=(1, 2_000_000), quarantine_ceiling=1.0,
        stale_after_days=800, priority=60,
        caveat_sv="En lista som någon har läst in här. Den räknas aldrig in i Sveriges summor.",
        caveat_en="A list that somebody imported here. It is never counted in Sweden's totals.",
    )  # fmt: skip
    importer = Importer(source, path, chosen or Chosen(), slug=slug, place=swedish_place)
    importer.SOURCE = replace(source, personal=importer.personal_columns(), id_columns=importer.coded_columns())
    return importer


@cache
def region_names() -> tuple[dict[str, str], dict[str, str]]:
    """Names and codes of län and of kommuner -> their code, see :func:`etl.normalise.lookup`."""
    with (REGIONS / "lan.csv").open(encoding="utf-8", newline="") as handle:
        lans = lookup((r["lan_code"], [r["name_sv"], r["short_name"], r["nuts3"]]) for r in csv.DictReader(handle))
    with (REGIONS / "kommun.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return lans, lookup((row["code"], [row["name"]]) for row in rows)


def swedish_place(text: str) -> tuple[str | None, str | None]:
    """Län and kommun code of a place in Sweden, None where it is none. A name that is both is the kommun's."""
    lans, kommuner = region_names()
    kommun = kommun_code(text, kommuner)
    lan = lan_code(text, lans)
    if kommun and not (lan and "län" in text.casefold()):
        return kommun[:2], kommun
    return lan, None


# -- the user's folder ------------------------------------------------------------------------------------------------


def known_mapping(home: Path, path: Path) -> Chosen | None:
    """The mapping saved for a file with these columns, or None."""
    saved = home / "mappings"
    if not saved.is_dir():
        return None
    from etl.importer.reading import read

    names = read(path).names
    found = saved / f"{plan.fingerprint(names)}.toml"
    return plan.load(found) if found.exists() else None


def add(home: Path, importer: Importer, name: str, *, now: datetime) -> Imported:
    """Keep a list and its mapping; one with the same name is replaced. The copy is complete before it counts."""
    slug = slug_of(name)
    folder, aside = home / "imports" / slug, home / "imports" / f".{slug}"
    if aside.exists():
        shutil.rmtree(aside)
    aside.mkdir(parents=True)
    shutil.copyfile(importer.path, aside / importer.path.name)
    chosen = replace(importer.chosen, columns=importer.reading.mapping | _left_out(importer))
    note = [
        f"name = {plan.quoted(name)}",
        f"file = {plan.quoted(importer.path.name)}",
        f"sha256 = {plan.quoted(sha256(importer.path))}",
        f"imported_at = {now.isoformat(timespec='seconds')}",
    ]
    (aside / _NOTE).write_text("\n".join(note) + "\n", "utf-8")
    (aside / "mapping.toml").write_text(plan.dump(chosen), "utf-8")
    mappings = home / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    (mappings / f"{plan.fingerprint(importer.reading.names)}.toml").write_text(plan.dump(chosen), "utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    aside.rename(folder)
    return Imported(slug, name, folder / importer.path.name, now, chosen)


def _left_out(importer: Importer) -> dict[str, str]:
    return {target: "" for target, name in importer.chosen.columns.items() if not name}


def remove(home: Path, name: str) -> bool:
    """Forget a list by its name or id; False when there is none. Its mapping stays for next time."""
    folder = home / "imports" / slug_of(name)
    if not folder.is_dir():
        return False
    shutil.rmtree(folder)
    return True


def listed(home: Path) -> list[Imported]:
    """Every imported list, by id. Raises :class:`SourceError` for a folder that is damaged, naming it."""
    found = []
    for folder in sorted(p for p in (home / "imports").glob("[!.]*") if p.is_dir()):
        try:
            note = tomllib.loads((folder / _NOTE).read_text("utf-8"))
            path = folder / note["file"]
            found.append(
                Imported(folder.name, note["name"], path, note["imported_at"], plan.load(folder / "mapping.toml"))
            )
        except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
            raise SourceError(
                f"imports/{folder.name}: the imported list is damaged ({error}). Remove it with "
                f"inkarta imports --remove {folder.name}, or import the file again."
            ) from error
    return found
