"""``greffier template`` as a designer uses it, against the service itself (without LibreOffice)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from greffier_client import Client, NotFound
from greffier_client.cli import main
from odt import field, link, odt, p

FIRST, SECOND = odt(p("Dear ", field("name"))), odt(p("Hello ", field("name")))
BROKEN = odt(p(field("name.")))

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs an action; gives its exit code and all that it printed."""
    monkeypatch.setenv("GREFFIER_URL", url)
    monkeypatch.delenv("GREFFIER_API_KEY", raising=False)

    def run(*words: str | Path, tenant: str = "") -> tuple[int, str]:
        monkeypatch.setenv("GREFFIER_TENANT", tenant)
        code = main(["template", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder as a designer keeps it under version control."""
    folder = tmp_path / "library"
    write(folder, "permit/template.odt", FIRST)
    write(folder, "permit/about.json", {"title": "Permis"})
    write(folder, "permit/samples/simple.json", {"name": "Ann"})
    write(folder, "letterhead/block.odt", odt(p("Namur")))
    write(folder, "README.md", b"Notes of the designer")
    return folder


def write(folder: Path, name: str, content: bytes | dict[str, Any]) -> Path:
    """Write a file of the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_a_version_goes_live_and_one_goes_back(run: Run, library: Path) -> None:
    assert run("push", library, "--publish", "--note", "First") == (
        0,
        "letterhead: new, version 1, live\npermit: new, version 1, live\n",
    )
    assert run("push", library, "--publish")[1] == (
        "letterhead: unchanged, live as version 1\npermit: unchanged, live as version 1\n"
    )
    write(library, "permit/template.odt", SECOND)
    code, told = run("push", library)
    assert (code, "permit: version 2 is new, not live yet" in told) == (0, True)
    assert run("publish", "permit") == (0, "permit: version 2 is live\n")
    assert run("rollback", "permit") == (0, "permit: version 1 is live again\n")
    code, told = run("rollback", "permit")
    assert (code, "No other version" in told) == (1, True)
    _, told = run("show", "permit")
    assert "title: Permis" in told
    assert [line.split()[:2] for line in told.splitlines()[2:]] == [
        ["2", "replaced"],
        ["1", "published"],
    ]


def test_what_applications_have_to_send_from_now_on_is_told(run: Run, library: Path) -> None:
    run("push", library / "permit", "--publish")
    write(library, "permit/template.odt", odt(p(field("name"), field("fee"))))
    write(library, "permit/samples/simple.json", {"name": "Ann", "fee": 12})
    run("push", library / "permit")
    code, told = run("publish", "permit")
    assert (code, "Applications have to send more than for version 1:" in told) == (0, True)
    assert "fee" in told


def test_mistakes_are_told_as_check_tells_them(run: Run, library: Path) -> None:
    broken = write(library, "permit/template.odt", BROKEN)
    code, told = run("push", broken, "--name", "permit")
    assert code == 1
    assert "permit: new, version 1, a draft with mistakes\nerror: " in told
    assert "\n    at name." in told
    assert "\n    -> " in told
    code, told = run("publish", "permit")
    assert (code, "has mistakes" in told) == (1, True)
    code, told = run("push", library, "--publish")
    assert code == 1
    assert "permit: changed: what is said of it, samples, not live." in told
    assert "letterhead: new, version 1, live" in told


def test_a_file_is_sent_under_its_own_name_or_another(
    run: Run, tmp_path: Path, library: Path
) -> None:
    path = write(tmp_path, "Receipt.odt", FIRST)
    assert run("push", path)[1] == "receipt: new, version 1, not live yet\n"
    assert run("push", path, "--name", "other", "--block", "--publish")[1] == (
        "other: new, version 1, live\n"
    )
    assert run("push", library / "permit", "--publish")[1] == "permit: new, version 1, live\n"
    for words in (
        ("push", write(tmp_path, "Été.odt", FIRST)),
        ("push", tmp_path / "nothing"),
        ("push", tmp_path / "data"),
        ("push", library, "--name", "x"),
    ):
        code, told = run(*words)
        assert (code, told.startswith("greffier: "), told.count("\n")) == (2, True, 1)


def test_what_is_pulled_is_what_was_pushed(run: Run, library: Path, tmp_path: Path) -> None:
    run("push", library, "--publish")
    copy = tmp_path / "copy"
    code, told = run("pull", copy)
    assert (code, "5 of 5 file(s) changed" in told) == (0, True)
    assert (copy / "permit/template.odt").read_bytes() == FIRST
    assert (copy / "permit/samples/simple.json").read_text() == '{"name": "Ann"}'
    assert json.loads((copy / "permit/about.json").read_text())["title"] == "Permis"
    assert "0 of 5 file(s) changed" in run("pull", copy)[1]
    write(copy, "permit/notes.txt", b"mine")
    write(copy, "permit/template.odt", SECOND)
    run("push", copy)
    assert "0 of 4" not in run("pull", copy, "--name", "permit")[1]
    assert (copy / "permit/template.odt").read_bytes() == FIRST
    run("pull", copy, "--newest")
    assert (copy / "permit/template.odt").read_bytes() == SECOND
    assert (copy / "permit/notes.txt").read_bytes() == b"mine"


def test_lists_tell_what_there_is(run: Run, library: Path) -> None:
    run("push", library, "--publish")
    code, told = run("list", "--search", "permis")
    assert code == 0
    assert [line.split() for line in told.splitlines()[:2]] == [
        ["NAME", "LIVE", "NEWEST", "TITLE"],
        ["permit", "1", "1", "Permis"],
    ]
    _, told = run("list", "--kind", "block", "--json")
    assert json.loads(told)[0]["slug"] == "letterhead"
    assert run("archive", "permit") == (0, "permit: archived\n")
    assert "permit" not in run("list")[1]
    assert "archived" in run("list", "--archived")[1]
    assert run("unarchive", "permit") == (0, "permit: version 1 is live\n")
    assert run("withdraw", "permit") == (0, "permit: nothing is live any more\n")


def test_a_block_tells_who_includes_it(run: Run, library: Path) -> None:
    write(library, "permit/template.odt", odt(p(link('include="letterhead"'))))
    run("push", library, "--publish")
    assert "included by permit@1\n" in run("show", "letterhead")[1]
    code, told = run("archive", "letterhead")
    assert (code, "permit" in told) == (1, True)
    assert run("archive", "letterhead", "--allow-broken")[0] == 0


def test_towns_share_templates(run: Run, library: Path) -> None:
    run("push", library, "--publish")
    code, told = run("propose", "permit", "--as", "permis", "--note", "For all")
    assert (code, told) == (0, "permit: version 1 is proposed as commons/permis (1)\n")
    assert "For all" in run("proposals", "--state", "open")[1]
    code, told = run("decide", "1", "accept", "--answer", "Thanks")
    assert told == "Proposal 1 of permit is accepted as commons/permis@1\n"
    assert "commons/permis" in run("list", "--commons")[1]
    code, told = run("adopt", "commons/permis", "--as", "own", tenant="commons")
    assert (code, told.splitlines()) == (
        0,
        [
            "own: version 1 is a copy of commons/permis",
            "It is not live yet: greffier template publish own 1",
        ],
    )
    assert run("adopt", "library/accuse-reception")[0] == 0
    assert run("adopt", "library/nothing")[0] == 1
    assert run("decide", "1", "withdraw", "--answer", "no")[0] == 2


def test_nothing_to_compare_is_told(run: Run, library: Path) -> None:
    run("push", library)
    assert run("diff", "permit")[0] == 2
    run("publish", "permit")
    code, told = run("diff", "permit")
    assert (code, "is the newest" in told) == (0, True)
    assert run("diff", "nothing")[0] == 1


def test_programs_do_the_same(url: str) -> None:
    with Client(url) as greffier:
        templates = greffier.templates
        templates.create("permit", title="Permis", tags=["a"])
        sent = templates.send("permit", FIRST, note="first", schema=b"{}")
        assert (sent["number"], sent["has_schema"], sent["note"]) == (1, True, "first")
        assert templates.publish("permit", 1)["state"] == "published"
        assert templates.content("permit", 1) == FIRST
        assert templates.change("permit", title="Other")["title"] == "Other"
        assert [each["slug"] for each in templates.list(tag="a", published=True)] == ["permit"]
        assert templates.version("permit", 1)["report"]["findings"] is not None
        assert [each["version"] for each in templates.publications("permit")] == [1]
        assert templates.rollback("permit", 1)["number"] == 1
        document = greffier.render("permit", {"name": "A"}, output={"format": "odt"})
        assert document.template == "permit@1"
        with pytest.raises(NotFound):
            templates.get("nothing")


def test_samples_are_kept_and_a_version_is_seen_with_them(
    run: Run, library: Path, tmp_path: Path
) -> None:
    run("push", library / "permit")
    data = write(tmp_path, "data.json", {"name": "Béatrice"})
    assert run("sample", "put", "permit", "long", data) == (0, "permit: sample long is kept\n")
    assert json.loads(run("sample", "show", "permit", "long")[1]) == {"name": "Béatrice"}
    run("publish", "permit")
    code, told = run("sample", "list", "permit")
    assert (code, told.splitlines()[-1]) == (0, "2 sample(s)")
    lines = [line.split() for line in told.splitlines()[1:3]]
    assert [(line[0], line[-1]) for line in lines] == [("long", "1"), ("simple", "1")]
    for more in (("--sample", "long"), ("--data", data), ("--version", "1"), ()):
        out = tmp_path / f"seen-{len(more)}.pdf"
        assert run("preview", "permit", *more, "-o", out) == (0, f"{out}\n")
        assert out.read_bytes().startswith(b"%PDF")
        out.unlink()
    picture = tmp_path / "seen.PNG"
    assert run("preview", "permit", "--dpi", "72", "-o", picture)[0] == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert run("sample", "remove", "permit", "long") == (0, "permit: sample long is gone\n")
    assert "long" not in run("sample", "list", "permit", "--json")[1]
    assert run("sample", "show", "permit", "long")[0] == 1


def test_a_preview_that_cannot_be_is_told_before_anything_is_written(
    run: Run, library: Path, tmp_path: Path
) -> None:
    run("push", library / "permit")
    out = tmp_path / "seen.pdf"
    for code, words in (
        (1, ("--sample", "none")),
        (1, ("--version", "7")),
        (2, ("--page", "2")),
    ):
        assert run("preview", "permit", "-o", out, *words)[0] == code
        assert not out.exists()
    assert run("preview", "permit", "-o", tmp_path / "seen.docx")[0] == 2
    assert run("preview", "permit", "-o", tmp_path / "nowhere" / "seen.pdf")[0] == 2
