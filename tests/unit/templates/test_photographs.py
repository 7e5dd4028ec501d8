"""Photographs stand upright in a document and tell nothing of who took them, and where."""

from __future__ import annotations

import io
from typing import Any

import pytest
from greffier_templates.errors import ValueRefused
from greffier_templates.pictures import images, photographs
from greffier_templates.pictures.images import Pictures, read_image
from PIL import ExifTags, Image, PngImagePlugin

#: Where the corner that is red stands in the stored picture, by EXIF orientation.
RED_AT = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (0, 1), 7: (1, 1), 8: (1, 0)}


def quarters(size: tuple[int, int], corner: tuple[int, int]) -> Image.Image:
    """White, with one quarter red."""
    image = Image.new("RGB", size, "white")
    width, height = size[0] // 2, size[1] // 2
    image.paste(
        "red",
        (
            corner[0] * width,
            corner[1] * height,
            *(
                (corner[0] + 1) * width,
                (corner[1] + 1) * height,
            ),
        ),
    )
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes: how it was held, who it belongs to, where it was."""
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Artist] = "Vandenbroucke"
    data.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (50.0, 27.0, 51.0)
    return data


def decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", RED_AT)
def test_a_picture_stands_upright(orientation: int, kind: str) -> None:
    size = (80, 40) if orientation < 5 else (40, 80)
    stored = quarters(size, RED_AT[orientation])
    picture = read_image(saved(stored, kind, exif=exif(orientation)))
    shown = decoded(picture.content).convert("RGB")
    assert (picture.width_px, picture.height_px) == shown.size == (80, 40)
    red, white = shown.getpixel((10, 10)), shown.getpixel((70, 30))
    assert red[0] > 200 and red[1] < 60, "the red corner is at the top left"
    assert min(white) > 200
    assert not shown.getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_what_a_picture_tells_of_people_is_gone(kind: str) -> None:
    content = saved(Image.effect_noise((40, 30), 90).convert("RGB"), kind, exif=exif())
    assert b"Vandenbroucke" in content
    assert b"Vandenbroucke" not in read_image(content).content


def test_comments_captions_and_xmp_are_gone_and_the_dots_are_untouched() -> None:
    image = Image.effect_noise((40, 30), 90).convert("RGB")
    jpeg = saved(
        image, "JPEG", comment=b"Vandenbroucke", dpi=(300, 300), xmp=b"<x>Vandenbroucke</x>"
    )
    caption = PngImagePlugin.PngInfo()
    caption.add_itxt("Author", "Vandenbroucke")
    png = saved(image, "PNG", pnginfo=caption, dpi=(300, 300))
    for content in (jpeg, png):
        assert b"Vandenbroucke" in content
        picture = read_image(content)
        assert b"Vandenbroucke" not in picture.content
        assert decoded(picture.content).tobytes() == decoded(content).tobytes()
        assert picture.dpi == pytest.approx((300, 300), abs=0.1)


def test_colours_stay_what_they_were() -> None:
    profile = b"\0" * 40 + b"a colour profile"
    for kind in ("JPEG", "PNG"):
        picture = read_image(saved(Image.new("RGB", (9, 9)), kind, icc_profile=profile))
        assert decoded(picture.content).info["icc_profile"] == profile


@pytest.mark.parametrize(
    ("kind", "mode", "options", "extension"),
    [
        ("WEBP", "RGB", {"quality": 90}, "jpg"),
        ("WEBP", "RGB", {"lossless": True}, "png"),
        ("WEBP", "RGBA", {}, "png"),
        ("BMP", "RGB", {}, "png"),
        ("BMP", "1", {}, "png"),
        ("TIFF", "RGB", {}, "png"),
        ("TIFF", "1", {"compression": "group4"}, "png"),
        ("TIFF", "CMYK", {"compression": "tiff_lzw"}, "png"),
        ("TIFF", "I;16", {}, "png"),
    ],
)
def test_other_formats_become_png_or_jpeg(
    kind: str, mode: str, options: dict[str, Any], extension: str
) -> None:
    image = Image.linear_gradient("L").resize((64, 32))
    image = Image.merge("RGBA", [image] * 4) if mode == "RGBA" else image.convert(mode)
    picture = read_image(saved(image, kind, **options))
    assert picture.extension == extension
    assert (picture.width_px, picture.height_px) == (64, 32)


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "TIFF"])
def test_other_formats_are_bounded_before_they_are_decoded(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = saved(Image.new("RGB", (64, 32)), kind)
    monkeypatch.setattr(images, "MAX_IMAGE_PIXELS", 64 * 32 - 1)
    monkeypatch.setattr(photographs, "_coded", None)
    with pytest.raises(ValueRefused, match="million pixels"):
        read_image(content)


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "TIFF", "JPEG"])
def test_a_damaged_picture_is_refused_without_quoting_it(kind: str) -> None:
    content = saved(Image.effect_noise((64, 64), 90).convert("RGB"), kind, exif=exif(6))
    with pytest.raises(ValueRefused, match="damaged"):
        read_image(content[: len(content) // 2])


def test_the_middle_of_a_picture_is_cut_out() -> None:
    image = Image.new("RGB", (300, 100), "white")
    image.paste("red", (100, 0, 200, 100))
    for kind in ("PNG", "JPEG", "GIF"):
        pictures = Pictures()
        whole = pictures.read(saved(image, kind))
        assert whole is not None
        square = pictures.crop(whole, 1.0)
        assert pictures.crop(whole, 1.0) is square
        shown = decoded(square.content).convert("RGB")
        assert shown.size == (100, 100)
        assert all(shown.getpixel(corner)[1] < 60 for corner in ((5, 5), (94, 94)))
        tall = pictures.crop(whole, 0.5)
        assert (tall.width_px, tall.height_px) == (50, 100)


def test_a_picture_of_the_right_shape_is_not_coded_again() -> None:
    pictures = Pictures()
    whole = pictures.read(saved(Image.new("RGB", (301, 100)), "JPEG"))
    assert whole is not None
    assert pictures.crop(whole, 3.0) is whole


def test_a_picture_of_unlike_resolutions_is_cropped_as_it_prints() -> None:
    pictures = Pictures()
    fax = pictures.read(saved(Image.new("L", (200, 100)), "PNG", dpi=(200, 100)))
    assert fax is not None
    assert pictures.crop(fax, 1.0) is fax
    assert pictures.crop(fax, 0.5).ratio == pytest.approx(0.5, abs=0.01)


def test_large_photographs_become_smaller_when_they_are_turned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photographs, "_MOST_PIXELS_CODED", 1_000)
    picture = read_image(saved(quarters((80, 40), (1, 1)), "JPEG", exif=exif(3)))
    assert (picture.width_px, picture.height_px) == (40, 20)
