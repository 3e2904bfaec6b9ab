"""Markup: any text comes out as text, and a link leads nowhere that it should not."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from dashboard import parts
from dashboard.parts import Bar, Figure

BENIGN = {
    "a", "caption", "dd", "div", "dl", "dt", "h1", "h2", "i", "li", "p", "small", "span", "strong", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip


class Read(HTMLParser):
    """What a browser makes of the markup: tags, attributes, text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.append("declaration")


PARTS: dict[str, Any] = {
    "join": lambda x: parts.join([x, x]),
    "figures": lambda x: parts.figures([Figure(x, x, x), Figure(x, x)]),
    "bars": lambda x: parts.bars([Bar(x, x, 0.5), Bar(x, x, None, current=True)], x),
    "table": lambda x: parts.table([x, x], [[x, x], [x, x]], caption=x, numeric=(1,)),
    "facts": lambda x: parts.facts([(x, x)]),
    "lede": parts.lede,
    "source": parts.source,
    "missing": parts.missing,
    "tags": lambda x: parts.tags([x, x]),
    "badge": lambda x: parts.badge(x, x),
    "empty": lambda x: parts.empty(x, x),
    "ways": lambda x: parts.ways([("/lan", x, x)]),
    "heading": lambda x: parts.heading(2, x, x),
    "link": lambda x: parts.link("/lan", x),
    "address": lambda x: parts.link(f"/lan?q={x}", "x"),
}
COUNTS = {"join": 2, "figures": 5, "bars": 5, "table": 7, "facts": 2, "tags": 2, "empty": 2, "ways": 2, "address": 0}
PAYLOADS = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "</table><h1>", "<!--",
    "&lt;b&gt;", "&amp;", "{}", "{0.__class__}", "%s", "<meta http-equiv=refresh content=0>", "]]>", "\u202e<b>",
]  # fmt: skip


def check(name: str, text: str) -> None:
    shape = Read(PARTS[name]("x"))
    made = PARTS[name](text)
    assert isinstance(made, Markup)
    found = Read(str(made))
    assert found.tags == shape.tags
    assert set(found.tags) <= BENIGN
    assert [key for key, _ in found.attributes] == [key for key, _ in shape.attributes]
    if name != "address":
        assert found.text == text * COUNTS.get(name, 1)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", PARTS)
def test_a_payload_is_text_in_every_part(name: str, payload: str) -> None:
    check(name, payload)


@given(st.sampled_from(list(PARTS)), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_text_in_every_part(name: str, text: str) -> None:
    if name == "address":
        text = re.sub(r"[\x00-\x1f\x7f\\]", "", text)
    check(name, text)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "\x01javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "mailto:a@example.org",
        "//evil.example", " //evil.example", "\t//evil.example", "/\t/evil.example", "/\\evil.example",
        "\\\\evil.example", "\\/evil.example", "\x01//evil.example",
    ],
)  # fmt: skip
def test_an_address_that_leads_astray_is_shown_as_text(href: str) -> None:
    made = Read(str(parts.link(href, "label")))
    assert made.tags == []
    assert made.text == "label"


@pytest.mark.parametrize("href", ["http://[", "https://[::1", "http://exa℀mple.org", "http://a:b:c/"])
def test_an_address_that_is_no_address_breaks_no_page(href: str) -> None:
    assert Read(str(parts.link(href, "label"))).text == "label"


@given(st.text(max_size=30))
def test_no_text_as_an_address_breaks_a_page_or_runs_a_script(href: str) -> None:
    found = Read(str(parts.link(href, "x")))
    for name, value in found.attributes:
        assert name in ("href", "rel")
        assert urlsplit(value or "").scheme in ("", "http", "https") or name == "rel"


@pytest.mark.parametrize("href", ["/lan?lan=12", "?lan=12", "#a", "kallor", "/", "/lan?x=http://y"])
def test_an_address_within_is_a_plain_link(href: str) -> None:
    assert Read(str(parts.link(href, "x"))).attributes == [("href", href)]


@pytest.mark.parametrize("href", ["http://example.org/å?a=1&b=2", "https://example.org", "HTTPS://EXAMPLE.ORG"])
def test_an_outside_address_tells_nothing_about_us(href: str) -> None:
    assert Read(str(parts.link(href, "x"))).attributes == [("href", href), ("rel", "noopener noreferrer")]


def test_markup_stays_markup_inside_a_part() -> None:
    inside = parts.link("/lan", "a & b")
    assert "<a href" in parts.table(["x"], [[inside]])
    assert Read(str(parts.table(["x"], [[inside]]))).text == "xa & b"


def test_a_bar_is_as_long_as_its_share_and_none_draws_none() -> None:
    made = parts.bars([Bar("a", "1", 0.25), Bar("b", "–", None)], "x")
    assert Read(str(made)).attributes.count(("style", "--w:25.0%")) == 1
    assert sum(name == "style" for name, _ in Read(str(made)).attributes) == 1


def test_the_first_cell_of_a_row_is_its_header_and_numbers_are_marked() -> None:
    made = str(parts.table(["a", "b"], [["x", "1"]], numeric=(1,)))
    assert "<tbody><tr><th>x<td>1</table>" in made
    assert '<table class="ik-table ik-n2">' in made
    assert Read(made).text == "abx1"


def _whole(short: str) -> str:
    """What the shell makes of short links and lines of files to take."""
    told = re.search(r'<i hidden(?: data-heads="([^"]*)")?(?: data-takes="([^" ]*) ([^" ]*) ([^"]*)")?></i>$', short)
    if told is None or told[0] == "<i hidden></i>":
        return short
    heads = (told[1] or "").split(" ")
    whole = re.sub(
        r'data-h="(\d+) ([^"]*)"', lambda link: f'href="{heads[int(link[1])]}{link[2]}"', short[: told.start()]
    )
    return re.sub(
        r'<p data-t="([^"]*)"([^>]*)></p>',
        lambda take: f'<p class="ik-take" data-take="{told[2]}{take[1]}{told[3]}"{take[2]}><span>{told[4]}</span></p>',
        whole,
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["/lan?lan=", "/kallor?lang=sv&kalla=population_kommun:", "/kallor?kalla=", "https://scb.se/?a=", "/"]
            ),
            st.text() | st.sampled_from(["a:1", "b:2", "c:", ":", "a=b:3"]),
        ),
        max_size=9,
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["/export/county/", "/export/"]),
            st.sampled_from(["pengar", "pengar?lan=12", "karta?lan=12", "karta?lan=12&q=a b", "b/c?lan=12", ""]),
            st.sampled_from(["Ladda ner", "<Ladda>", ""]),
        ),
        max_size=9,
    ),
    st.text(),
)
def test_what_is_short_says_the_same(
    found: list[tuple[str, str]], files: list[tuple[str, str, str]], words: str
) -> None:
    whole = Markup("").join(
        [
            escape(words),
            *(parts.link(head + tail, words) for head, tail in found),
            *(parts.takes(said, folder + name, ("csv", "xlsx"), words) for folder, name, said in files),
        ]
    )
    short = parts.short(whole)
    assert _whole(short) == whole
    assert len(short) <= len(whole) + 60


def test_links_that_begin_alike_say_so_once() -> None:
    short = parts.short(Markup("").join(parts.link(f"/kallor?lang=sv&kalla=kommun:{n}", str(n)) for n in range(50)))
    assert short.count("/kallor") == 1
    assert Read(_whole(short)).text == "".join(map(str, range(50)))


def test_links_to_rows_of_several_sources_say_once_what_they_share() -> None:
    short = parts.short(Markup("").join(parts.link(f"/kallor?kalla=indicator_{n}:7", str(n)) for n in range(9)))
    assert (short.count("/kallor"), short.count("indicator_3:7")) == (1, 1)


def test_the_columns_of_a_stacked_table_are_named_by_its_head_alone() -> None:
    made = parts.table(["Kommun", "Invånare", "Andel", "År"], [["Ale", "1", "2", "3"]], numeric=(1,))
    whole = str(made)
    assert "--l2:'Invånare'" in whole
    assert parts.short(made) == whole.replace(whole[whole.index(" style=") : whole.index("><thead>")], "")
    assert parts.short(parts.table(["a", "b"], [])) == parts.table(["a", "b"], [])


def test_lines_of_files_say_once_what_they_share() -> None:
    lines = [parts.takes("Ladda ner", f"/export/county/{n}?lan=12", ("csv",), str(n)) for n in range(5)]
    short = parts.short(Markup("").join(lines))
    assert (short.count("/export"), short.count("Ladda ner"), short.count("data-of")) == (1, 1, 5)


def test_facts_without_a_value_are_left_out() -> None:
    assert Read(str(parts.facts([("a", ""), ("b", "2")]))).text == "b2"
