"""Figures that no chart engine draws, as pictures and as documents: effect cards and problem trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dashboard.blocks import effect_cards, tree_call, tree_figures
from dashboard.blocks.effect_figures import held_card
from dashboard.blocks.held import Held
from dashboard.charts import chain, tidy
from dashboard.charts import tree as drawing
from dashboard.export import picture
from dashboard.export.about import About
from dashboard.export.names import NoFileError
from dashboard.theory import card, files, tree


def card_svg(about: About) -> str:
    """The card as a chain, with what it says of itself under it."""
    v, held = about.v, held_card(about.v)
    if held is None:
        raise NoFileError("export.nothing")
    return chain.picture(
        about.of.title, about.of.finding, effect_cards.links(v, held.thing), v.t("effects.quality"),
        effect_cards.marks(v, held.thing), small(about), v.lang,
    )  # fmt: skip


def small(about: About) -> list[str]:
    """The small print of a picture: how to read it, what is missing, source, snapshot and link."""
    return [*about.of.basis, *about.of.missing, about.source, f"{about.dated}. {about.link}"]


def _card_file(about: About, written: Callable[[dict[str, object]], bytes]) -> bytes:
    held = held_card(about.v)
    if held is None:
        raise NoFileError("export.nothing")
    return written(card.document(held.thing))


def _tree(about: About) -> Held[tree.Tree]:
    held = tree_figures.held_tree(about.v)
    if held is None:
        raise NoFileError("export.nothing")
    return held


def tree_svg(about: About) -> str:
    """The tree as a picture, with what it says of itself under it."""
    found = tidy.placed(tree_figures.items(about.v, _tree(about).thing))
    return drawing.picture(
        found, title=about.of.title, finding=about.of.finding, said=small(about), lang=about.v.lang
    )  # fmt: skip


def tree_text(about: About) -> str:
    """The tree as a text for a call, ended by where its figures are from."""
    said = [tree_call.text(about.v, _tree(about).thing), about.source, f"{about.dated}. {about.link}"]
    return "\n".join(said) + "\n"


MAKERS: Final[Mapping[tuple[str, str, str], Callable[[About], bytes]]] = {
    ("effects", "kort", "svg"): lambda about: card_svg(about).encode(),
    ("effects", "kort", "png"): lambda about: picture.painted(card_svg(about)),
    ("effects", "kort", "toml"): lambda about: _card_file(about, files.to_toml),
    ("effects", "kort", "json"): lambda about: _card_file(about, files.to_json),
    ("trees", "trad", "svg"): lambda about: tree_svg(about).encode(),
    ("trees", "trad", "png"): lambda about: picture.painted(tree_svg(about)),
    ("trees", "trad", "json"): lambda about: files.to_json(tree.document(_tree(about).thing)),
    ("trees", "trad", "txt"): lambda about: tree_text(about).encode(),
}
"""Page, figure and format -> who makes it."""
