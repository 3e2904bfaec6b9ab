"""``python -m tests.etl.importer.corpus [WORD]``: how much of every list comes out right, as a table."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.etl.importer.corpus.case import Score, score
from tests.etl.importer.corpus.lists import CASES

BAR = 0.95


def table(scores: list[Score]) -> str:
    """A line a list, then how many reach the bar."""
    lines = [f"{'list':<52}{'right':>6}{'of':>5}{'loaded':>8}{'share':>8}  wrong"]
    for one in scores:
        wrong = one.note or ", ".join(f"{name} {n}" for name, n in one.wrong.items())
        lines.append(f"{one.case:<52}{one.right:>6}{one.expected:>5}{one.loaded:>8}{one.share:>8.0%}  {wrong}")
    whole = sum(one.share >= BAR for one in scores)
    return "\n".join([*lines, f"{whole} of {len(scores)} lists have at least {BAR:.0%} of their operations right."])


def main() -> None:
    word = " ".join(sys.argv[1:]).casefold()
    scores = []
    for case in CASES:
        if word in case.name.casefold():
            with tempfile.TemporaryDirectory() as folder:
                scores.append(score(case, Path(folder)))
    print(table(scores))


if __name__ == "__main__":
    main()
