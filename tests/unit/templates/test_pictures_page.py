"""Every name of a frame in docs/designers/pictures-and-codes.md does what the page says."""

from __future__ import annotations

import io
import zipfile

import pytest
from designers_page import Page
from greffier_templates.pictures.codes.kinds import CODES
from greffier_templates.prepared import prepare
from odt import NAMESPACES, PNG, find, odt, p, part, picture

NAMES = [name for name, _ in Page("pictures-and-codes.md").rows]
DATA = {
    "photo": PNG,
    "link": "https://example.org",
    "iban": "BE71096123456769",
    "name": "Commune d’Exempleville",
    "amount": "143.70",
    "notice": "301000000000000144",
    "number": "400638133393",
}
ADDRESS = {"name": "Town", "postal_code": "3000", "town": "Bern", "country": "CH"}
CREDITORS = {"pagopa": "00000000000", "swissqr": ADDRESS}
SIZES = {
    "py3o.image(photo)": ("3.000cm", "3.000cm"),
    "py3o.image(photo, fit='fill')": ("4cm", "3cm"),
    "py3o.image(photo, fit='stretch')": ("4.000cm", "3.000cm"),
    "py3o.image(photo, width='4cm')": ("4.000cm", "4.000cm"),
    "py3o.image(photo, height='1.5in')": ("1.500in", "1.500in"),
    "py3o.image(photo, fit='fit', width='4cm', height='3cm')": ("3.000cm", "3.000cm"),
    "py3o.code128(number)": ("4.000cm", "3.000cm"),
    "py3o.ean13(number)": ("4.000cm", "3.000cm"),
    "py3o.swissqr(iban, creditor, amount)": ("5.600cm", "5.600cm"),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_frames(name: str) -> None:
    code = name.removeprefix("py3o.").partition("(")[0]
    data = {**DATA, "creditor": CREDITORS.get(code)}
    if code == "swissqr":
        data["iban"] = "CH9300762011623852957"
    written = name.replace("…", "'for a year'")
    out = io.BytesIO()
    filled = prepare(odt(p(picture(written, width="4cm", height="3cm")))).fill(data, out)
    assert not filled.warnings
    (frame,) = find(part(out.getvalue()), "//draw:frame")
    size = tuple(frame.get(f"{{{NAMESPACES['svg']}}}{side}") for side in ("width", "height"))
    expected = SIZES.get(name, ("3.000cm", "3.000cm"))
    assert [float(side[:-2]) for side in size] == [float(side[:-2]) for side in expected]
    (image,) = find(frame, "./draw:image/@xlink:href")
    content = zipfile.ZipFile(out).read(image)
    assert content.startswith(b"\x89PNG" if code == "image" else b"<?xml")


def test_the_page_names_every_code() -> None:
    named = {name.removeprefix("py3o.").partition("(")[0] for name in NAMES}
    assert named == {*CODES, "image"}
    assert set(SIZES) <= set(NAMES)
