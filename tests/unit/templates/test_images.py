"""Pictures of the data are taken when they are pictures, and only the picture is taken."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zlib

import pytest
from greffier_templates.errors import ValueRefused
from greffier_templates.pictures import images
from greffier_templates.pictures.image_size import fit
from greffier_templates.pictures.images import ImageCall, Picture, Pictures, read_image
from PIL import Image

FORMATS = [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("GIF", "image/gif", "gif")]


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    """A picture with enough detail that its coded data is no trivial run."""
    image = Image.effect_noise(size, 80)
    if kind == "GIF":
        image = image.convert("P")
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def png_of_size(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("kind", "media_type", "extension"), FORMATS)
def test_a_picture_is_recognised_by_its_bytes(kind: str, media_type: str, extension: str) -> None:
    content = drawn(kind)
    for value in (content, as_text(content), f"data:image/x-odd;base64,{as_text(content)}"):
        picture = read_image(value, mime_type="image/svg+xml")
        assert picture.content == content
        assert (picture.media_type, picture.extension) == (media_type, extension)
        assert (picture.width_px, picture.height_px) == (40, 20)
        assert picture.name == f"Pictures/{hashlib.sha256(content).hexdigest()}.{extension}"


def test_base64_may_be_wrapped_unpadded_or_bytes() -> None:
    content = drawn(size=(41, 21))
    text = as_text(content)
    wrapped = "\n".join(text[start : start + 76] for start in range(0, len(text), 76))
    for value in (wrapped, text.rstrip("=")):
        assert read_image(value).content == content
    assert read_image(text.encode(), isb64=True).content == content
    assert read_image(content, isb64=True).content == content


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_resolution_is_read_and_an_absurd_one_ignored(kind: str) -> None:
    assert read_image(drawn(kind, dpi=(300, 300))).dpi == pytest.approx((300, 300), abs=0.1)
    assert read_image(drawn(kind, dpi=(1, 1))).dpi == (96, 96)
    assert read_image(drawn(kind)).dpi == (96, 96)


def test_progressive_and_animated_pictures_are_read_to_their_end() -> None:
    progressive = drawn("JPEG", size=(200, 150), progressive=True, quality=95)
    assert read_image(progressive).content == progressive
    frames = [Image.effect_noise((30, 30), 40 + n).convert("P") for n in range(3)]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    assert read_image(target.getvalue()).content == target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9, 0.999])
def test_a_picture_cut_short_is_refused(kind: str, kept: float) -> None:
    content = drawn(kind, size=(60, 60))
    with pytest.raises(ValueRefused, match=r"damaged|not a PNG"):
        read_image(content[: int(len(content) * kept)])


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_file_that_is_also_something_else_is_refused(kind: str) -> None:
    with pytest.raises(ValueRefused, match="something else behind it"):
        read_image(drawn(kind) + b"PK\x03\x04 an archive")


def test_what_phones_append_to_a_jpeg_is_cut_off() -> None:
    content = drawn("JPEG")
    assert read_image(content + drawn("JPEG") + b"PK\x03\x04 an archive").content == content


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"\x01\x00\x00\x00" + bytes(60),
        b"\xd7\xcd\xc6\x9a" + bytes(60),
        b"PK\x03\x04",
        b"",
    ],
)
def test_other_formats_are_refused(content: bytes) -> None:
    with pytest.raises(ValueRefused, match="not a PNG, JPEG, GIF, SVG, WebP, BMP or TIFF"):
        read_image(content)


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image, "open", decode)
    with pytest.raises(ValueRefused, match="50 million pixels"):
        read_image(png_of_size(20_000, 20_000))
    with pytest.raises(ValueRefused, match="no size"):
        read_image(png_of_size(0, 10))


def test_a_damaged_header_is_refused() -> None:
    content = bytearray(drawn())
    content[17] ^= 1  # a bit of the width, so that its checksum is wrong
    with pytest.raises(ValueRefused, match="damaged"):
        read_image(bytes(content))


def test_limits_on_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_IMAGE_BYTES", 1000)
    content = drawn(size=(100, 100))
    for value in (content, as_text(content)):
        with pytest.raises(ValueRefused, match="is larger than"):
            read_image(value)


@pytest.mark.parametrize(
    "value", ["Vandenbroucke is no base64!", "data:image/png,abc", 12, [1], {}]
)
def test_what_is_no_picture_is_refused_without_quoting_it(value: object) -> None:
    with pytest.raises(ValueRefused, match="needs a picture as base64 text") as caught:
        read_image(value)
    assert "Vandenbroucke" not in str(caught.value)


# --- sizes ---------------------------------------------------------------------------


def picture(width: int, height: int, dpi: float = 96) -> Picture:
    return Picture(b"", "image/png", "png", width, height, (dpi, dpi))


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, ("4.000cm", "2.000cm")),  # wide picture in a square frame: full width
        ({"height": "3cm"}, ("6.000cm", "3.000cm")),
        ({"width": "1in"}, ("1.000in", "0.500in")),
        ({"width": "1,5cm"}, ("1.500cm", "0.750cm")),
        ({"width": "9cm", "height": "10 mm"}, ("20.000mm", "10.000mm")),  # as stock: height decides
        ({"width": "9cm", "height": "10mm", "fit": "fit"}, ("20.000mm", "10.000mm")),
        ({"width": "1cm", "height": "9cm", "fit": "fit"}, ("1.000cm", "0.500cm")),
        ({"fit": "stretch"}, ("4.000cm", "4.000cm")),
        ({"fit": "fill"}, ("4.000cm", "4.000cm")),
        ({"fit": "fill", "height": "2cm"}, ("4.000cm", "2.000cm")),
        ({"keep_ratio": False}, ("4.000cm", "4.000cm")),
        ({"keep_ratio": False, "width": "1cm"}, ("1.000cm", "4.000cm")),
        ({"keep_ratio": False, "width": "1cm", "height": "5pt"}, ("1.000cm", "5.000pt")),
    ],
)
def test_the_size_is_what_the_call_asks_within_the_frame(
    asked: dict[str, object], size: tuple[str, str]
) -> None:
    assert fit(picture(200, 100), ImageCall("", **asked), ("4cm", "4cm")) == size


def test_a_tall_picture_fills_the_height_of_the_frame() -> None:
    assert fit(picture(100, 200), ImageCall(""), ("4cm", "40mm")) == ("20.000mm", "40.000mm")


def test_a_frame_without_a_size_takes_the_pictures_own() -> None:
    own = fit(picture(300, 600, dpi=300), ImageCall(""), ("", ""))
    assert own == ("2.540cm", "5.080cm")
    assert fit(picture(300, 600), ImageCall(""), ("3cm", "")) == ("3.000cm", "6.000cm")
    assert fit(picture(300, 600), ImageCall(""), ("50%", "scale")) == ("7.938cm", "15.875cm")


def test_a_size_nobody_asked_for_is_no_wider_than_the_place() -> None:
    panorama = picture(1000, 100)
    tall = ImageCall("", height="3cm")
    assert fit(panorama, tall, ("5cm", "5cm"), 17.0) == ("17.000cm", "1.700cm")
    assert fit(panorama, ImageCall("", width="30cm"), ("5cm", "5cm"), 17.0)[0] == "30.000cm"
    assert fit(panorama, ImageCall(""), ("", ""), 17.0) == ("17.000cm", "1.700cm")


def test_a_way_to_fit_that_is_none_is_refused() -> None:
    with pytest.raises(ValueRefused, match="none of fit, fill, stretch"):
        fit(picture(1, 1), ImageCall("", fit="cover"), ("4cm", "4cm"))


@pytest.mark.parametrize("width", ["4", "wide", "-3cm", "0cm", "4cm;x", 4, "1e9cm"])
def test_a_length_that_is_none_is_refused(width: object) -> None:
    with pytest.raises(ValueRefused, match=r"write width='4\.5cm'"):
        fit(picture(1, 1), ImageCall("", width=width), ("4cm", "4cm"))


# --- the pictures of one document ----------------------------------------------------


def test_the_same_picture_is_stored_once() -> None:
    pictures = Pictures()
    first, second = drawn(), drawn(size=(30, 30))
    names = {
        pictures.store(pictures.read(value))
        for value in (first, as_text(first), second, as_text(first), bytearray(first))
    }
    assert set(pictures.parts) == names
    assert len(names) == 2


@pytest.mark.parametrize("missing", [None, "", b""])
def test_a_missing_picture_is_none(missing: object) -> None:
    pictures = Pictures()
    assert pictures.read(missing) is None
    assert not pictures.parts


def test_all_pictures_together_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = drawn(), drawn(size=(30, 30))
    monkeypatch.setattr(images, "MAX_PICTURES_BYTES", len(first) + len(second) - 1)
    pictures = Pictures()
    pictures.store(pictures.read(first))
    pictures.store(pictures.read(as_text(first)))
    with pytest.raises(ValueRefused, match="pictures of this document larger"):
        pictures.store(pictures.read(second))
