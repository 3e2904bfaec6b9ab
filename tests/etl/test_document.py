"""Documents of visitors: what is read is what stands there, and nothing takes the server's memory or time with it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.document import LEVELS, MEMORY, SECONDS, DocumentError, document, parsed

values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), values, max_size=4))
@settings(max_examples=15)  # a child process each
def test_json_is_what_it_says_whichever_process_reads_it(whole: dict[str, Any]) -> None:
    data = json.dumps(whole).encode()
    assert document(data) == parsed(data) == whole


def test_toml_is_read_too_where_it_may_be_and_its_dates_are_texts() -> None:
    data = '[[rad]]\n"när" = 2024-05-01\nhur = [\'å\', "b"]\n'.encode()
    assert document(data) == {"rad": [{"när": "2024-05-01", "hur": ["å", "b"]}]}
    with pytest.raises(DocumentError, match="not_json"):
        document(data, is_toml_too=False)


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    ("data", "rule", "where"),
    [
        (b"\xff\xfe", "not_utf8", "0"),
        (b'{"a": 1,\n "b": }', "not_json", "2:7"),
        (b"a = ", "not_toml", ""),
        (b'{"a": {"b": 1, "b": 2}}', "twice", "b"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not_json", "1:1"),
        (nested(LEVELS + 1), "too_nested", ""),
        (nested(100_000), "too_nested", ""),
        (b"a = " + b"[" * 100_000, "too_nested", ""),
        (b"a." * 2_000 + b"a = 1", "too_nested", ""),
    ],
)
def test_what_is_no_document_is_refused_by_a_rule(data: bytes, rule: str, where: str) -> None:
    with pytest.raises(DocumentError) as told:
        document(data)
    assert (told.value.rule, told.value.where) == (rule, where)
    assert document(nested(LEVELS))


def test_a_key_of_dots_ends_within_the_bounds_and_takes_nothing_of_this_process() -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(DocumentError, match="too_heavy"):
        document(b"a." * 120_000 + b"a = 1")
    assert time.monotonic() - began < SECONDS + 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_without_bounds_that_key_takes_more_than_a_child_may() -> None:
    """The reason for the child: the same bytes, a tenth as many, read by the same function in a process with room."""
    code = (
        "import resource; from etl.document import DocumentError, parsed\n"
        "try: parsed(b'a.' * 12_000 + b'a = 1')\nexcept DocumentError: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) * 1024 > MEMORY
