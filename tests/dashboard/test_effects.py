"""Cards and trees on the data: what the files state, the series beside it, what leaves, what comes in."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import keeping, saving
from dashboard.blocks import effect_cards, effect_figures, held, tree_call, tree_figures
from dashboard.blocks.held import Held
from dashboard.charts import chain, spark
from dashboard.exhibit import WITHHELD, Exhibit
from dashboard.export.routes import ROUTES
from dashboard.layout import View, view_of
from dashboard.store import records
from dashboard.texts import Said
from dashboard.theory import Fault, files
from dashboard.theory.card import Card, Step, card_of, document
from dashboard.theory.tree import Tree, tree_of
from etl.warehouse import build
from tests.conftest import AS_OF, ROOT

OWN = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
CASE = "arbetsmiljo-halsa-botkyrka-ornskoldsvik"
CARDS = ("ips-forstudie-shic", "hon-kan-molndal", "nema-problema-mentorprogram", CASE)


def rows_of(name: str) -> list[dict[str, str]]:
    with (ROOT / "data/effects" / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def place(tmp_path: Path, warehouse_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own with the embedded snapshot, where visitors may save."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "snapshots").symlink_to(warehouse_folder)
    monkeypatch.setenv("INKARTA_HOME", str(folder))
    monkeypatch.setenv("INKARTA_EDIT", "on")
    return folder


@pytest.fixture
def site(place: Path) -> TestClient:
    return TestClient(Starlette(routes=[*ROUTES, *keeping.ROUTES]), headers=OWN, follow_redirects=False)


def look(page: str = "effects", **query: str) -> View:
    return view_of(page, {"lang": "sv", **query})


def made(of: Exhibit | None) -> Exhibit:
    assert of is not None
    return of


def test_the_cards_are_those_four_and_each_part_stands_as_its_row_says(place: Path) -> None:
    found = effect_cards.embedded(look())
    assert tuple(found) == CARDS
    said = {(row["initiative_id"], row["part"]): row for row in rows_of("cards.csv")}
    assert len(said) == 4 * 10
    for name, card in found.items():
        for part, step in zip(effect_cards.STEPS, card.steps, strict=True):
            row = said[name, part]
            assert (step.what, step.whom) == (
                Said(row["text_sv"], row["text_en"]),
                Said(row["whom_sv"], row["whom_en"]),
            )
            assert (step.indicator, step.fit) == (row["indicator_code"], row["fit"])
            assert step.measured == Said(row["measured_sv"], row["measured_en"])
            assert step.source.title == row["source_title"]
        for part, check in zip(effect_cards.QUALITY, card.quality, strict=True):
            assert check.what == Said(said[name, part]["text_sv"], said[name, part]["text_en"])
        assert card_of(document(card)) == card


def test_no_step_is_called_measured_without_a_series_or_a_measurement_in_the_file(place: Path) -> None:
    counts: Counter[str] = Counter()
    steps = [row for row in rows_of("cards.csv") if row["part"] in effect_cards.STEPS]
    for row in steps:
        counts["own" if row["measured_sv"] else "series" if row["indicator_code"] else "unmeasured"] += 1
    of = effect_figures.overview(look())
    shown = Counter(str(cell) for row in of.rows for cell in row[1:7])
    assert shown == {"Serie finns": counts["series"], "Egen mätning": counts["own"], "Omätt": counts["unmeasured"]}
    assert of.finding == (
        f"Antal kort: 4. Av 24 steg är {counts['unmeasured']} omätta; med serie: {counts['series']}, "
        f"med egen mätning: {counts['own']}."
    )


def test_figures_of_the_sources_are_told_as_they_stand_there(place: Path) -> None:
    """The numbers of the four cards, against the rows that they are drawn from."""
    words = json.dumps([document(card) for card in effect_cards.embedded(look()).values()], ensure_ascii=False)
    with (ROOT / "data/initiatives/initiatives.csv").open(encoding="utf-8") as handle:
        rows = {row["initiative_id"]: row for row in csv.DictReader(handle)}
    assert rows["nema-problema-mentorprogram"]["participants_actual"] == "638"
    for number in ("638 deltagare", "148 i ungdomsprogrammet", "490 i yrkesprogrammet", "21 procent"):
        assert number in words
    assert "148 ungdom, 490 yrke" in rows["nema-problema-mentorprogram"]["note"]
    assert "minst −12 %" in rows[CASE]["note"]
    assert "minst 12 procent" in words
    assert "17 månaderna" in words


@pytest.mark.parametrize("name", CARDS)
def test_the_series_are_the_warehouses_for_the_initiatives_lan_and_riket(place: Path, name: str) -> None:
    v = look(kort=name)
    lans = [r["lan_code"] for r in v.w.rows(
        "SELECT DISTINCT lan_code FROM mart_location JOIN mart_operation USING (operation_id) WHERE local_id = $id "
        "ORDER BY 1", {"id": name},
    )]  # fmt: skip
    card = effect_cards.embedded(v)[name]
    of = made(effect_figures.figures(v))
    expected = []
    for step in card.steps:
        expected += [
            (v.regions[r["region_code"]], v.span(r["period"]), r["value"])
            for code in ([*lans, "00"] if step.indicator else [])
            for r in v.w.rows(
                "SELECT * FROM mart_indicator WHERE indicator_code = $i AND region_code = $r AND sex = 'T' "
                "ORDER BY period", {"i": step.indicator, "r": code},
            )
        ]  # fmt: skip
    assert [(row[2], row[3], row[4]) for row in of.rows] == expected
    assert expected


def test_a_step_tells_the_latest_value_of_each_place(place: Path) -> None:
    v = look(kort=CASE)
    link = effect_cards.links(v, effect_cards.embedded(v)[CASE])[0]
    newest = {
        code: v.w.row(
            "SELECT value, period FROM mart_indicator WHERE indicator_code = 'sick_days_sjukpenningtal' AND sex = 'T' "
            "AND region_code = $code ORDER BY period DESC LIMIT 1", {"code": code},
        )
        for code in ("01", "22", "00")
    }  # fmt: skip
    assert [place.told for place in link.places] == [
        f"{v.regions[code]} {v.n(row['value'], 1)} ({row['period']})" for code, row in newest.items() if row
    ]


def test_a_hidden_value_is_hidden_in_words_figures_and_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outlines: object
) -> None:
    done = build(tmp_path / "home/snapshots", as_of=AS_OF)
    with duckdb.connect(str(tmp_path / "home/snapshots" / f"{done.snapshot.snapshot_id}.duckdb")) as con:
        con.execute(
            "UPDATE mart_indicator SET value = NULL, flag = 's' WHERE indicator_code = 'sick_days_sjukpenningtal' "
            "AND region_code = '22'"
        )
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path / "home"))
    v = look(kort=CASE)
    link = effect_cards.links(v, effect_cards.embedded(v)[CASE])[0]
    assert "Västernorrlands län: inget värde (..)" in [place.told for place in link.places]
    of = made(effect_figures.figures(v))
    assert {row[4] for row in of.rows if row[2] == "Västernorrlands län"} == {WITHHELD}
    assert of.missing
    assert spark.looks(["01", "22", "00"], dark=False)["22"].colour not in spark.svg(link.series, dark=False)


def test_a_series_that_is_not_in_the_snapshot_measures_nothing_and_is_told_of(place: Path) -> None:
    card = Card(
        Said("Kort"), "finns-inte", "", (Step(Said("a"), indicator="okand_serie", fit="direct"),) + (Step(),) * 5
    )
    kept = records.add(saving.database(), "effect_card", document(card))
    v = look(kort=kept.id)
    assert made(effect_figures.card(v)).rows[0][3] == "Omätt"
    assert "okand_serie" in effect_cards.links(v, card)[0].about
    assert effect_figures.figures(v) is None


def test_a_line_is_interrupted_at_a_break_and_where_a_value_is_missing() -> None:
    def row(period: str, value: float | None, flag: str | None = None) -> dict[str, Any]:
        return {"region_code": "00", "period": period, "value": value, "flag": flag}

    def strokes(*rows: dict[str, Any]) -> int:
        return spark.svg(rows, dark=False).count('fill="none"')

    years = [str(year) for year in range(2018, 2024)]
    assert strokes(*(row(y, 5.0) for y in years)) == 1
    assert strokes(*(row(y, 5.0, "b" if y == "2021" else None) for y in years)) == 2
    assert not spark.is_line([row("2024", 5.0)])
    assert spark.svg([row("2024", None, "s")], dark=False).count("<path") == 0


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_exhibit_of_both_pages_is_sound_and_leaves_in_every_format(site: TestClient, lang: str) -> None:
    for page, names in (("effects", ("oversikt", "kort", "kvalitet", "serier")), ("trees", ("trad", "alla"))):
        for name in names:
            forms = ["csv", "xlsx", "pptx"]
            forms += {"kort": ["svg", "png", "toml", "json"], "trad": ["svg", "png", "json", "txt"]}.get(name, [])
            for form in forms:
                answer = site.get(f"/export/{page}/{name}.{form}", params={"lang": lang, "kort": CASE})
                assert answer.status_code == 200, (page, name, form, answer.text)
                assert answer.content
        assert site.get(f"/export/{page}.pdf", params={"lang": lang}).status_code == 200


def test_the_picture_of_a_card_is_sound_and_says_what_the_card_says(site: TestClient) -> None:
    picture = site.get("/export/effects/kort.svg", params={"kort": CASE}).text
    root = ElementTree.fromstring(picture)
    texts = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    whole = " ".join(texts)
    for words in ("1. Behov", "6. Utfall, lång sikt", "Omätt", "Egen mätning", "Stockholms län", "Uppföljningstid"):
        assert words in whole
    assert "inte vad insatsen gav" in whole
    assert site.get("/export/effects/kort.png", params={"kort": CASE}).content.startswith(b"\x89PNG")


def test_no_text_of_a_card_leaves_its_box_in_the_picture() -> None:
    from dashboard.charts.sheet import Sheet
    from dashboard.fonts import width

    long = "Ettmyckettlångtord" * 12 + " och en mening till"
    link = chain.Link(long, "series", long, long, "", long, long, (), (), long, long, long)
    sheet = Sheet()
    chain._link(sheet, link, 1, 0, 0, 300)
    for piece in sheet.pieces:
        if piece.startswith("<text"):
            node = ElementTree.fromstring(piece)
            room = width(node.text or "", float(node.attrib["font-size"]), int(node.attrib["font-weight"]))
            assert float(node.attrib["x"]) + room <= 300 - chain.PAD + 0.2


@pytest.mark.parametrize(("form", "load"), [("toml", tomllib.loads), ("json", json.loads)])
def test_a_card_that_leaves_comes_in_again_as_the_same_card(site: TestClient, form: str, load: Any) -> None:
    body = site.get(f"/export/effects/kort.{form}", params={"kort": CASE}).content
    assert card_of(load(body.decode())) == effect_cards.embedded(look())[CASE]
    answer = site.post("/effekter/fil", files={"fil": (f"kort.{form}", body)})
    assert answer.status_code == 303
    (kept,) = records.every(saving.database(), "effect_card")
    assert f"kort={kept.id}" in answer.headers["location"]
    assert kept.note == f"kort.{form}"
    assert card_of(kept.body) == effect_cards.embedded(look())[CASE]
    shown = made(effect_figures.card(look(kort=kept.id)))
    assert shown.rows == made(effect_figures.card(look(kort=CASE))).rows


def test_a_tree_that_leaves_comes_in_again_as_the_same_tree(site: TestClient) -> None:
    body = site.get("/export/trees/trad.json").content
    assert site.post("/problemtrad/fil", files={"fil": ("t.json", body)}).status_code == 303
    (kept,) = records.every(saving.database(), "problem_tree")
    assert tree_of(kept.body) == tree_figures.embedded(look("trees"))["konferensen-2023"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"\xff\xfe", "not_utf8"),
        (b'{"format": 1}', "unknown_format"),
        (b'{"format": "inkarta-effect-card", "version": 9}', "unknown_version"),
        (b"a = [", "not_toml"),
        (b'{"a": }', "not_json"),
        (b"", "unknown_format"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_in_words_and_nothing_is_kept(
    site: TestClient, body: bytes, rule: str
) -> None:
    answer = site.post("/effekter/fil", files={"fil": ("x.toml", body)})
    told = saving.report(answer.headers["location"].partition("fil=")[2])
    assert told is not None
    assert rule in [one[1] for one in told["faults"]]
    assert records.every(saving.database(), "effect_card") == ()
    assert "<strong>" in held.faults(look(), [Fault(*one) for one in told["faults"]], "effects")


def test_only_this_sites_own_form_may_send_a_file_and_only_where_it_is_allowed(
    site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = files.to_json(document(effect_cards.embedded(look())[CASE]))
    for path in ("/effekter/fil", "/problemtrad/fil"):
        sent = {"fil": ("a.json", body)}
        assert site.post(path, files=sent, headers={"origin": "https://annan.example"}).status_code == 403
        big = site.post(path, files={"fil": ("a", b" " * 600_000)})
        assert "fel=too_large" in big.headers["location"]
        assert "fel=no_file" in site.post(path, files={"annat": ("a", b"x")}).headers["location"]
        monkeypatch.setenv("INKARTA_EDIT", "off")
        assert site.post(path, files=sent).status_code == 403
        monkeypatch.setenv("INKARTA_EDIT", "on")
    assert records.every(saving.database(), "effect_card") == ()


def test_a_file_of_a_kept_card_is_made_anew_when_the_card_is_saved(site: TestClient) -> None:
    db = saving.database()
    card = Card(Said("Första"), steps=(Step(Said("a")),) + (Step(),) * 5)
    kept = records.add(db, "effect_card", document(card))
    path = f"/export/effects/kort.json?kort={kept.id}"
    first = site.get(path)
    assert site.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    records.save(db, kept.id, 1, document(Card(Said("Andra"), steps=card.steps)))
    second = site.get(path, headers={"if-none-match": first.headers["etag"]})
    assert second.status_code == 200
    assert card_of(second.json()).title == Said("Andra")
    assert card_of(site.get(f"{path}&utgava=1").json()).title == Said("Första")
    records.remove(db, kept.id)
    assert site.get(path).status_code == 404


def test_a_store_that_cannot_be_read_leaves_what_the_data_holds(place: Path) -> None:
    (place / "app.sqlite3").write_text("not a database " * 100)
    found, fault = effect_cards.SHELF.every(look())
    assert [one.id for one in found] == list(CARDS)
    assert fault == "unreadable"
    assert effect_cards.SHELF.one(look(kort="abcdefgh2345")) is None


def test_a_kept_card_of_one_kind_is_not_shown_as_the_other(place: Path) -> None:
    tree = tree_figures.embedded(look("trees"))["konferensen-2023"]
    kept = records.add(saving.database(), "effect_card", document(effect_cards.embedded(look())[CASE]))
    assert tree_figures.SHELF.one(look("trees", trad=kept.id)) is None
    broken = records.add(saving.database(), "problem_tree", {"format": "annat"})
    assert tree_figures.SHELF.one(look("trees", trad=broken.id)) is None
    assert [one.id for one in tree_figures.SHELF.every(look("trees"))[0]] == ["konferensen-2023"]
    assert isinstance(tree, Tree)


def test_the_tree_of_the_data_says_what_its_rows_say_and_which_arrows_a_source_states(place: Path) -> None:
    rows = rows_of("trees.csv")
    tree = tree_figures.embedded(look("trees"))["konferensen-2023"]
    assert [(n.id, n.kind, n.parent, n.text.sv, n.is_stated) for n in tree.nodes] == [
        (r["node_id"], r["kind"], r["parent"], r["text_sv"], r["is_stated"] == "yes") for r in rows
    ]
    assert {n.id for n in tree.nodes if n.is_stated} == {"omstallning", "synsatt"}
    of = made(tree_figures.figure(look("trees")))
    assert len(of.rows) == len(rows)
    stated = sum(row[3] == "källan säger det" for row in of.rows)
    assert of.finding.endswith(f"{stated} av {len(rows) - 1} pilar sägs av en källa.")


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_text_for_a_call_holds_every_node_its_evidence_and_the_gaps(place: Path, lang: str) -> None:
    v = look("trees", lang=lang, lan="18")
    tree = tree_figures.embedded(v)["konferensen-2023"]
    text = tree_call.text(v, tree)
    for node in tree.nodes:
        assert text.count(node.text.of(v.lang)) >= 1
        assert node.source.title in text
    row = v.w.row(
        "SELECT value FROM mart_indicator WHERE indicator_code = 'long_term_share_18_65' AND region_code = '18' "
        "AND sex = 'T' ORDER BY period DESC LIMIT 1"
    )
    assert row is not None
    assert v.n(row["value"], 1) in text
    for title in tree_figures.known(v, tree.nodes).values():
        assert f"- {title}" in text
    without = sum(not node.indicator for node in tree.nodes)
    assert f": {without} {'av' if lang == 'sv' else 'of'} {len(tree.nodes)}" in text


def test_the_words_of_a_viewer_are_text_and_nothing_else(site: TestClient) -> None:
    nasty = "<img src=x onerror=alert(1)> \"&' =cmd|x {n}"
    card = Card(
        Said(nasty), steps=(Step(Said(nasty), Said(nasty), why=Said(nasty), measured=Said(nasty)),) + (Step(),) * 5
    )
    kept = records.add(saving.database(), "effect_card", document(card))
    v = look(kort=kept.id)
    assert "<img src=x" not in effect_figures.matrix(v)
    picture = site.get(f"/export/effects/kort.svg?kort={kept.id}").text
    assert nasty.replace(" ", "") in "".join("".join(ElementTree.fromstring(picture).itertext()).split())
    assert held.say(look(lang="en"), Said("hej")) == "hej (in Swedish)"
    assert effect_cards.whence(v, Held(kept.id, card, kept)).startswith("Kort som gjorts här, version 1")
