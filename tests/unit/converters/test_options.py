from __future__ import annotations

from typing import Any

import pytest
from greffier_converters.errors import OptionRefused
from greffier_converters.filter_data import export
from greffier_converters.options import Encryption, PdfOptions, page_count, read_options


@pytest.mark.parametrize(
    ("given", "option", "message"),
    [
        ({"watermrk": "x"}, "watermrk", "Did you mean watermark?"),
        ({"encryption": {"pasword": "x"}}, "encryption.pasword", "There are: open_password"),
        ({"watermark": 2024}, "watermark", "watermark must be a text"),
        ({"ua": 1}, "ua", "ua must be true or false"),
        ({"images": {"quality": True}}, "images.quality", "a whole number"),
        ({"images": {"quality": "90"}}, "images.quality", "a whole number"),
        ({"images": {"quality": 0}}, "images.quality", "from 1 to 100"),
        ({"images": "small"}, "images", "images must be an object"),
        ({"keywords": "a, b"}, "keywords", "a list of texts"),
        ({"keywords": ["a", 1]}, "keywords", "a list of texts"),
        ({"profile": "PDF/A-9"}, "profile", "one of PDF/A-1b, PDF/A-2b, PDF/A-3b"),
        ({"profile": "PDF/A-2u"}, "profile", "PDF/A-2u: level u is not offered yet"),
        ({"profile": "PDF/A-1a"}, "profile", "does not write level a"),
        ({"attachments": []}, "attachments", "cannot be attached to a PDF yet"),
        ({"pages": "0-3"}, "pages", "such as 1-3,5"),
        ({"pages": "1-"}, "pages", "such as 1-3,5"),
        ({"pages": "1-3,5-4"}, "pages", "such as 1-3,5"),
        ({"lang": "French"}, "lang", "fr-BE"),
        ({"watermark": " "}, "watermark", "must not be empty"),
        ({"initial_view": {"zoom": "120"}}, "initial_view.zoom", "or a whole number"),
        ({"initial_view": {"zoom": 5}}, "initial_view.zoom", "from 10 to 1600"),
        ({"initial_view": {"page": 0}}, "initial_view.page", "from 1"),
        ({"encryption": {"open_password": "ы"}}, "encryption.open_password", "Latin-1"),
        ({"encryption": {"open_password": "x" * 33}}, "encryption.open_password", "1 to 32"),
    ],
)
def test_an_option_that_is_not_understood_is_refused_by_name(
    given: dict[str, Any], option: str, message: str
) -> None:
    with pytest.raises(OptionRefused) as refused:
        read_options(given)
    assert refused.value.option == f"pdf.{option}"
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"profile": "PDF/A-2b", "encryption": {"open_password": "x"}}, "encryption"),
        ({"profile": "PDF/A-1b", "ua": True, "title": "T", "lang": "nl"}, "ua"),
        (
            {"ua": True, "title": "T", "lang": "nl", "encryption": {"open_password": "x"}},
            "encryption",
        ),
        ({"profile": "PDF/A-1b", "watermark": "Ontwerp"}, "watermark"),
        ({"ua": True, "title": "T", "lang": "nl", "watermark": "Ontwerp"}, "watermark"),
        ({"profile": "PDF/A-2b", "notes": True}, "notes"),
        ({"profile": "PDF/A-2b", "form_fields": True}, "form_fields"),
        ({"ua": True, "lang": "nl"}, "title"),
        ({"ua": True, "title": "T"}, "lang"),
        (
            {"ua": True, "title": "T", "lang": "nl", "initial_view": {"title": False}},
            "initial_view.title",
        ),
        ({"ua": True, "title": "T", "lang": "nl", "tagged": False}, "tagged"),
        ({"profile": "PDF/A-3b", "tagged": False}, "tagged"),
        ({"encryption": {}}, "encryption"),
        (
            {"encryption": {"open_password": "x", "copying": False}},
            "encryption.permission_password",
        ),
        ({"images": {"lossless": True, "quality": 80}}, "images.quality"),
    ],
)
def test_options_that_exclude_each_other_are_refused(given: dict[str, Any], option: str) -> None:
    with pytest.raises(OptionRefused) as refused:
        read_options(given)
    assert refused.value.option == f"pdf.{option}"


def test_null_is_as_good_as_absent_where_nothing_is_an_answer() -> None:
    given = {"profile": None, "title": None, "encryption": None, "keywords": None}
    assert read_options(given) == PdfOptions()


def test_a_refusal_never_repeats_a_value() -> None:
    with pytest.raises(OptionRefused) as refused:
        read_options({"encryption": {"open_password": "geheim-ы"}})
    assert "geheim" not in str(refused.value)
    assert "geheim" not in repr(Encryption(open_password="geheim"))


def test_texts_that_look_like_numbers_stay_texts() -> None:
    options = read_options(
        {"watermark": "2024", "pages": "2", "encryption": {"open_password": "1234"}}
    )
    data = export(options).options
    assert data["Watermark"] == "2024"
    assert data["PageRange"] == "2"
    assert data["DocumentOpenPassword"] == "1234"


def test_the_pages_of_ranges_are_counted() -> None:
    assert page_count("2") == 1
    assert page_count("1-3,5;7-8") == 6


def test_comments_and_the_authors_name_stay_out_unless_asked_for() -> None:
    plain = export(PdfOptions())
    assert plain.options["ExportNotes"] is False
    assert plain.properties == {"Author": ""}
    assert export(PdfOptions(), anonymous=True).properties == {}
    asked = export(read_options({"notes": True, "author": "Cel Vergunningen"}))
    assert asked.options["ExportNotes"] is True
    assert asked.properties["Author"] == "Cel Vergunningen"


def test_everything_at_once_is_named_and_typed_as_libreoffice_expects() -> None:
    told = export(
        read_options(
            {
                "profile": "PDF/A-3b",
                "ua": True,
                "title": "Besluit",
                "lang": "nl-BE",
                "subject": "Vergunning",
                "keywords": ["a", "b"],
                "images": {"quality": 80, "resolution_dpi": 150},
                "initial_view": {"page": 2, "panel": "outline", "zoom": 120, "layout": "facing"},
                "blank_pages": True,
            }
        )
    )
    assert told.options == {
        "SelectPdfVersion": 3,
        "PDFUACompliance": True,
        "UseTaggedPDF": True,
        "ExportBookmarks": True,
        "ExportNotes": False,
        "ExportFormFields": False,
        "IsSkipEmptyPages": False,
        "SinglePageSheets": False,
        "UseLosslessCompression": False,
        "Quality": 80,
        "ReduceImageResolution": True,
        "MaxImageResolution": 150,
        "InitialPage": 2,
        "InitialView": 1,
        "PageLayout": 3,
        "DisplayPDFDocumentTitle": True,
        "OpenInFullScreenMode": False,
        "Magnification": 4,
        "Zoom": 120,
    }
    assert told.properties == {
        "Author": "",
        "Title": "Besluit",
        "Language": "nl-BE",
        "Subject": "Vergunning",
        "Keywords": ("a", "b"),
    }


def test_permissions_are_numbered_as_in_the_pdf_export_filter() -> None:
    told = export(
        read_options(
            {
                "encryption": {
                    "permission_password": "beheer",
                    "printing": "low",
                    "changes": "fill_in",
                    "copying": False,
                }
            }
        )
    ).options
    assert told["RestrictPermissions"] is True
    assert told["Printing"] == 1
    assert told["Changes"] == 2
    assert told["EnableCopyingOfContent"] is False
    assert told["EnableTextAccessForAccessibilityTools"] is True
    assert "EncryptFile" not in told


def test_every_refused_option_is_named_at_once() -> None:
    given = {"titel": "x", "pages": "0", "ua": 1, "images": {"quality": 0, "x": 1}, "profile": "Z"}
    with pytest.raises(OptionRefused) as refused:
        read_options(given)
    assert [option for option, _ in refused.value.faults] == [
        "pdf.titel",
        "pdf.ua",
        "pdf.images.x",
        "pdf.profile",
        "pdf.images.quality",
        "pdf.pages",
    ]


def test_every_rule_between_options_is_told_at_once() -> None:
    with pytest.raises(OptionRefused) as refused:
        read_options({"ua": True, "watermark": "Draft"})
    assert [option for option, _ in refused.value.faults] == [
        "pdf.title",
        "pdf.lang",
        "pdf.watermark",
    ]
