"""What is almost a field, an instruction or a picture is told, never passed over."""

import pytest
from filling import lines, mistakes
from greffier_templates.model import Severity
from greffier_templates.telling.check import check
from odt import NAMESPACES, field, input_field, link, odt, p, picture


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("py3o.imge(photo)", "py3o.image(photo)"),
        ("py3o.image(photo", "py3o.image(photo)"),
        ("py3o.image", "py3o.image(photo)"),
        ("Py3o.image(photo, width='4cm')", "py3o.image(photo, width='4cm')"),
        ("PY3O.StaticImage.seal", "py3o.staticimage.seal"),
        ("py3o.staticimage(seal)", "py3o.staticimage.seal"),
        ("py3o.staticimge.seal", "py3o.staticimage.seal"),
        ("py3o.staticimage.", "py3o.staticimage.logo"),
        ("py3o.Qr(link)", "py3o.qr(link)"),
        ("py3o.qrcode(link)", "py3o.qr(link)"),
        ("py3o.barcode(number)", "py3o.code128(number)"),
        ("py3o.data_matrix(number)", "py3o.datamatrix(number)"),
        ("py3o.ean13", "py3o.ean13(number)"),
        ("py3o.aztek(number)", "py3o.aztec(number)"),
        ("py3o.girocode(iban, name)", "py3o.epc(iban, name)"),
        ("py3o.swissQR(iban, town", "py3o.swissqr(iban, town)"),
    ],
)
def test_a_frame_name_that_is_not_understood_is_a_mistake(name: str, meant: str) -> None:
    (mistake,) = mistakes(p("Portrait ", picture(name)))
    assert mistake.code == "picture-name-unknown"
    assert f"“{name}”" in mistake.message
    assert mistake.field == name
    assert mistake.where.startswith("body › “Portrait”")
    assert mistake.hint == f"Did you mean “{meant}”?"


@pytest.mark.parametrize("name", ["py3o.photo", "py3o.logo", "py3o."])
def test_a_frame_that_stock_leaves_as_it_is_is_only_warned_of(name: str) -> None:
    source = odt(p("Portrait ", picture(name)))
    (warning,) = (one for one in check(source) if one.code == "picture-name-unknown")
    assert warning.severity is Severity.WARNING
    assert "py3o.image(" in warning.hint


def test_frames_of_any_other_name_are_left_alone() -> None:
    found = check(odt(p(picture("Logo"), picture("python.png"), picture("Image1"))))
    assert {finding.code for finding in found} == {"alt-text-missing"}


def ordinary_field(name: str) -> str:
    return field("x", "as drawn").replace("py3o.x", name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Py3o.name", "py3o.name"),
        ("PY3O.person.name", "py3o.person.name"),
        ("py30.name", "py3o.name"),
        ("pyo3.name", "py3o.name"),
        ("py3o", "py3o.name"),
    ],
)
def test_a_field_that_is_almost_ours_is_warned_of_and_stays(name: str, meant: str) -> None:
    (warning,) = check(odt(p(ordinary_field(name))))
    assert (warning.code, warning.severity) == ("field-not-filled", "warning")
    assert warning.where == "body › “as drawn”"
    assert warning.hint == f"Did you mean “{meant}”?"
    assert lines(p(ordinary_field(name)), data={"name": "x"}) == ["as drawn"]


@pytest.mark.parametrize("name", ["name", "python.version", "copy.date", "http", "Pages: py3o?"])
def test_other_fields_are_nobodys_business(name: str) -> None:
    assert check(odt(p(ordinary_field(name)))) == ()


@pytest.mark.parametrize(
    "address",
    ['py3o:/if="a"', 'PY3O://if="a"', 'Py3o://if="a"', 'py3o:if="a"', 'http://py3o://if="a"'],
)
def test_a_link_that_is_almost_an_instruction_is_warned_of(address: str) -> None:
    href = address.replace('"', "%22")
    (warning,) = check(odt(p(link("x", "word").replace("py3o://x", href))))
    assert (warning.code, warning.severity) == ("instruction-not-read", "warning")
    assert f"“{address}”" in warning.message
    assert warning.where == "body › “word”"


@pytest.mark.parametrize("reference", ['Py3o://if="a"', 'py30://if="a"', 'py3o/if="a"', "py3o"])
def test_an_input_field_that_is_almost_an_instruction_is_warned_of(reference: str) -> None:
    described = input_field("x").replace("py3o://x", reference.replace('"', "&quot;"))
    (warning,) = check(odt(p(described)))
    assert (warning.code, warning.severity) == ("instruction-not-read", "warning")
    assert f"“{reference}”" in warning.message


def test_a_long_address_is_not_repeated_whole() -> None:
    (warning,) = check(odt(p(input_field("x").replace("py3o://x", "py3o:" + "x" * 2000))))
    assert len(warning.message) < 200


def test_other_links_and_input_fields_are_nobodys_business() -> None:
    ordinary = input_field("x").replace("py3o://x", "Write your name; python is not asked")
    web = f'<text:a xlink:href="{NAMESPACES["xlink"]}">web</text:a>'
    assert [finding.code for finding in check(odt(p(ordinary, web)))] == ["link-external"]
