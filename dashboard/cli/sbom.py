"""``inkarta sbom``: what this installation is made of, as a CycloneDX 1.6 bill of materials."""

from __future__ import annotations

import json
import sys
import uuid
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dashboard.cli.base import Exit, app, fail, out

SPEC: Final = "1.6"
PROJECT: Final = "inkluderingskartan"


@app.command()
def sbom(
    file: Annotated[Path | None, typer.Option("--out", help="Where to; else to standard output.")] = None,
) -> None:
    """Write a bill of materials (CycloneDX 1.6, JSON): every package in use, its version, licence and what needs it.

    It is read from what is installed, and the same installation gives the same bytes.
    """
    text = json.dumps(bill(), ensure_ascii=False, indent=2) + "\n"
    if file is None:
        sys.stdout.write(text)
        return
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        fail(Exit.USAGE, f"{file}: {error.strerror}. Choose another file with --out.")
    out.print(f"{file}: {len(bill()['components'])} packages", highlight=False)


def bill() -> dict[str, Any]:
    """The document."""
    found = installed()
    root = found.pop(PROJECT)
    components = [_component(dist, "library") for _, (dist, _) in sorted(found.items())]
    needs = [
        {"ref": _ref(dist), "dependsOn": sorted(_ref(found[name][0]) for name in names if name in found)}
        for _, (dist, names) in sorted({**found, PROJECT: root}.items())
    ]
    body: dict[str, Any] = {
        "metadata": {
            "component": _component(root[0], "application"),
            "tools": {"components": [{"type": "application", "name": "inkarta sbom", "version": root[0].version}]},
            "properties": [{"name": "python", "value": ".".join(map(str, sys.version_info[:3]))}],
        },
        "components": components,
        "dependencies": needs,
    }
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(body, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": SPEC, "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return head | body


def installed() -> dict[str, tuple[Distribution, tuple[str, ...]]]:
    """Name -> the distribution and the names of what it needs: the project and all that it rests upon."""
    found: dict[str, tuple[Distribution, tuple[str, ...]]] = {}
    waiting = [(PROJECT, frozenset[str]())]
    while waiting:
        name, extras = waiting.pop()
        try:
            dist = distribution(name)
        except PackageNotFoundError:
            continue  # needed on another platform only
        needs = [
            need
            for need in map(Requirement, dist.requires or ())
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras or {""})
        ]
        names = tuple(sorted({canonicalize_name(need.name) for need in needs}))
        if name not in found:
            found[name] = (dist, names)
            waiting += [(canonicalize_name(need.name), frozenset(need.extras)) for need in needs]
    return found


def _ref(dist: Distribution) -> str:
    return f"pkg:pypi/{canonicalize_name(dist.metadata['Name'])}@{dist.version}"


def _component(dist: Distribution, kind: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": kind,
        "bom-ref": _ref(dist),
        "name": canonicalize_name(dist.metadata["Name"]),
        "version": dist.version,
        "purl": _ref(dist),
    }
    if licence := _licence(dist):
        made["licenses"] = [licence]
    return made


def _licence(dist: Distribution) -> dict[str, Any] | None:
    """An SPDX expression where the package states one, else the words that it uses, else its classifier's."""
    if said := dist.metadata.get_all("License-Expression"):
        return {"expression": said[0]}
    words = "".join(dist.metadata.get_all("License") or ()).strip().splitlines()
    classified = [c.split(" :: ")[-1] for c in dist.metadata.get_all("Classifier") or () if c.startswith("License ::")]
    named = words[:1] if words and len(words[0]) <= 60 else classified[:1]
    return {"license": {"name": named[0]}} if named else None
