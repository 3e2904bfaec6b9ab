"""Tables that a user declares: a small TOML file in ``tables/`` of the user's data folder, one a series.

``file`` names a PC-Axis (.px) or json-stat (.json) file that lies beside the declaration; ``table`` is the id of a
table of PxWebApi 2, which ``inkarta fetch`` brings. The README has an example. Every error names the file and the key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn, cast

from etl.pxweb import Dimensions, PxWebTable
from etl.pxweb2 import SCB, PxWeb2Table
from etl.sources.pxfile import PxFile
from etl.spec import Indicator, Remote, Source, SourceError

_TEXTS = ("indicator", "title_sv", "title_en", "unit_sv", "unit_en", "better", "publisher", "licence", "url")
_MORE = ("note_sv", "note_en", "licence_en", "file", "table", "api")
_MAPPINGS = ("variables", "sexes", "fixed", "regions")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_REGION = re.compile(r"\d{2}(?:\d{2})?|SE\d\d")


@dataclass(frozen=True)
class Declared:
    """A declared table. ``path``: the file beside the declaration; None where it is fetched."""

    source: PxFile | PxWebTable
    declaration: Path
    path: Path | None


def declared(folder: Path, taken: Collection[str] = ()) -> tuple[Declared, ...]:
    """The tables of a folder, by file name; none when there is no such folder.

    ``taken``: codes of indicators that already are. Raises :class:`SourceError` for a declaration that cannot be read.
    """
    found: list[Declared] = []
    codes = dict.fromkeys(taken, "an indicator of the product")
    for path in sorted(folder.glob("*.toml")):
        one = _table(path)
        code = one.source.INDICATORS[0].code
        if code in codes:
            _refuse(path, "indicator", f"the code {code!r} is already {codes[code]}", "Choose another code.")
        codes[code] = f"declared in {path.name}"
        found.append(one)
    return tuple(found)


def _table(path: Path) -> Declared:
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path.name}: not a TOML file ({error}). Compare it with the example in the README."
        ) from error
    known = {*_TEXTS, *_MORE, *_MAPPINGS, "decimals"}
    for key in given:
        if key not in known:
            _refuse(path, key, "no such key", f"The keys are {', '.join(sorted(known))}.")
    for key in _TEXTS:
        if key not in given:
            _refuse(path, key, "the key is missing", "Add it.")
    for key in (*_TEXTS, *_MORE):
        if key in given and (not isinstance(given[key], str) or not given[key].strip()):
            _refuse(path, key, f"{given[key]!r} is not a text", "Write it within quotation marks.")
    for key in _MAPPINGS:
        if not isinstance(given.get(key, {}), dict) or not all(isinstance(v, str) for v in given.get(key, {}).values()):
            _refuse(path, key, "not a table of texts", f'Write [{key}], and below it lines such as name = "value".')
    indicator = _indicator(path, given)
    dimensions = _dimensions(path, given)
    if ("file" in given) == ("table" in given):
        _refuse(path, "file", "either file or table is needed, and not both", "Name a file beside this one, or an id.")
    if "table" in given:
        remote = (Remote(f"{indicator.code}.json", f"tables/{given['table']}", media=("application/json",)),)
        source = _source(given, indicator, given.get("api", SCB), remote)
        return Declared(PxWeb2Table(source, (indicator,), dimensions), path, None)
    name = given["file"]
    beside = path.with_name(name) if Path(name).name == name else path
    kinds: dict[str, type[PxFile] | type[PxWebTable]] = {".px": PxFile, ".json": PxWebTable}
    kind = kinds.get(beside.suffix.lower())
    if kind is None:
        _refuse(path, "file", f"{name!r} is not the name of a .px or .json file", "Name a file in the same folder.")
    if not beside.is_file():
        _refuse(path, "file", f"{name!r} is not there", f"Put it in {path.parent}, or correct the name.")
    return Declared(kind(_source(given, indicator, "", ()), (indicator,), dimensions), path, beside)


def _source(given: Mapping[str, Any], indicator: Indicator, base_url: str, remotes: tuple[Remote, ...]) -> Source:
    return Source(
        id=f"table_{indicator.code}",
        kind="indicators",
        registry="declared",
        publisher=indicator.publisher,
        title_sv=f"{indicator.title_sv} ({indicator.table_id})",
        title_en=f"{indicator.title_en} ({indicator.table_id})",
        url=given["url"],
        licence=indicator.licence,
        licence_en=given.get("licence_en", ""),
        caveat_sv=indicator.note,
        caveat_en=indicator.note_en,
        base_url=base_url,
        remotes=remotes,
        quarantine_ceiling=0.05,
    )


def _indicator(path: Path, given: Mapping[str, Any]) -> Indicator:
    if not _CODE.fullmatch(given["indicator"]):
        _refuse(path, "indicator", f"{given['indicator']!r} is no code", "Use a–z, 0–9 and _, a letter first.")
    if given["better"] not in ("high", "low", "neutral"):
        _refuse(path, "better", f"{given['better']!r} is no direction", "Write high, low or neutral.")
    decimals = given.get("decimals", 1)
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= 6:
        _refuse(path, "decimals", f"{decimals!r} is not a number from 0 to 6", "Write for example decimals = 1.")
    if not given["url"].startswith(("https://", "http://")):
        _refuse(path, "url", f"{given['url']!r} is no web address", "Write the page where the table can be seen.")
    return Indicator(
        given["indicator"], given["title_sv"], given["title_en"], given["unit_sv"],
        cast(Literal["high", "low", "neutral"], given["better"]), given["publisher"],
        given.get("table") or given.get("file", ""), given["licence"], decimals, given.get("note_sv", ""),
        given["unit_en"], given.get("note_en", ""),
    )  # fmt: skip


def _dimensions(path: Path, given: Mapping[str, Any]) -> Dimensions:
    variables = given.get("variables", {})
    for name in ("region", "period"):
        if name not in variables:
            _refuse(path, f"variables.{name}", "the key is missing", f"Say which variable of the table is the {name}.")
    if odd := sorted(set(variables) - {"region", "period", "sex"}):
        _refuse(path, f"variables.{odd[0]}", "no such key", "The variables are region, period and sex; fix others.")
    sexes = given.get("sexes", {})
    if ("sex" in variables) != bool(sexes):
        _refuse(path, "sexes", "needed with variables.sex, and only then", 'Write for example [sexes] and "1" = "M".')
    for key, sex in sexes.items():
        if sex not in ("K", "M", "T"):
            _refuse(path, f"sexes.{key}", f"{sex!r} is no sex", "Write K, M or T (both).")
    for key, code in given.get("regions", {}).items():
        if not _REGION.fullmatch(code):
            _refuse(
                path, f"regions.{key}", f"{code!r} is no region", "Write 00, a län, a kommun, or a code such as SE11."
            )
    fixed = given.get("fixed", {})
    if twice := sorted(set(fixed) & set(variables.values())):
        _refuse(path, f"fixed.{twice[0]}", "it is one of the variables too", "Take it away from one of the two.")
    return Dimensions(
        region=variables["region"], period=variables["period"], sex=variables.get("sex"),
        sexes=cast(dict[str, Literal["K", "M", "T"]], sexes), chosen=fixed, regions=given.get("regions", {}),
        only_these=bool(given.get("regions")),
    )  # fmt: skip


def _refuse(path: Path, key: str, what: str, remedy: str) -> NoReturn:
    raise SourceError(f"{path.name}, {key}: {what}. {remedy}")
