"""A designer's whole round with the real service: sent, live, printed, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import pdf_text
from greffier_client import Client, NotFound
from greffier_client.cli import main
from odt import field, link, odt, p
from running import Running


def test_a_permit_goes_live_and_back_without_a_developer(
    greffier: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GREFFIER_URL", greffier.url)
    library, pdf = tmp_path / "library", tmp_path / "printed.pdf"
    for name in ("permit-round", "letterhead-round"):
        (library / name).mkdir(parents=True)
    host = [p(link('include="letterhead-round"')), p("Permit for ", field("name"))]
    (library / "letterhead-round/block.odt").write_bytes(odt(p("Town of Exempleville")))
    permit = library / "permit-round/template.odt"
    permit.write_bytes(odt(*host))
    assert main(["template", "push", str(library), "--publish"]) == 0

    with Client(greffier.url) as client:

        def printed() -> tuple[str, str]:
            """Which version is live, and what it prints."""
            document = client.render("permit-round", {"name": "Ann"}, to=pdf)
            return document.template, pdf_text(pdf)

        assert printed()[0] == "permit-round@1"
        assert "Town of Exempleville" in printed()[1]
        assert "Permit for Ann" in printed()[1]

        permit.write_bytes(odt(*host, p("Granted by the council")))
        assert main(["template", "push", str(permit), "--name", "permit-round"]) == 0
        assert printed()[0] == "permit-round@1"
        capsys.readouterr()
        assert main(["template", "diff", "permit-round"]) == 0
        assert "Granted by the council" in capsys.readouterr().out
        assert main(["template", "publish", "permit-round"]) == 0
        assert printed()[0] == "permit-round@2"
        assert "Granted by the council" in printed()[1]

        assert main(["template", "rollback", "permit-round"]) == 0
        assert printed()[0] == "permit-round@1"
        assert "Granted" not in printed()[1]

        # Shared, and used with the letterhead of whoever prints it.
        assert main(["template", "propose", "permit-round"]) == 0
        with Client(greffier.url, tenant="commons") as commons:
            commons.templates.take(client.templates.export(slug="letterhead-round"), publish=True)
        (proposal,) = client.templates.proposals(state="open")
        client.templates.decide(proposal["id"], "accept")
        shared = client.render("commons/permit-round", {"name": "Bo"}, to=pdf)
        assert shared.template == "commons/permit-round@1"
        assert "Permit for Bo" in pdf_text(pdf)

        assert main(["template", "archive", "permit-round"]) == 0
        with pytest.raises(NotFound):
            printed()
