"""The page of personal data: who is responsible, on what ground, what anyone may ask for, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.texts import LANGS, Lang, t
from tests.dashboard.test_administration import drawn, text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("owner", ["", "Region <b>Örebro</b> län"])
def test_it_names_the_controller_the_ground_and_the_rights(
    lang: Lang, owner: str, warehouse_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "snapshots").symlink_to(warehouse_folder)
    monkeypatch.setenv("INKARTA_HOME", str(tmp_path))
    monkeypatch.setenv("INKARTA_OPERATOR", owner)
    monkeypatch.setenv("INKARTA_CONTACT", "dataskydd@region.example" if owner else "")
    said = text(drawn("about", lang))
    if owner:
        assert "Region &lt;b&gt;Örebro&lt;/b&gt; län" in said
        assert "dataskydd@region.example" in said
    else:
        assert t("privacy.controller_unnamed", lang) in said
    for name in ("data", "small", "visit", "saved", "sign_in", "sent", "feedback", "takedown", "basis", "recipients"):
        assert t(f"privacy.{name}", lang) in said
    assert t("privacy.basis_text", lang) in said
    assert t("privacy.rights_text", lang) in said
    assert 'href="https://www.imy.se/"' in said
