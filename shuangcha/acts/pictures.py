"""Photographed pages: turned upright, freed of everything but the picture, and written anew.

A phone writes into a photo where, when and with which device it was taken, sometimes a small film: enough to tell who
complains. So the picture alone is kept: the original file is not stored anywhere. JPEG and WebP become JPEG, PNG stays
PNG (no loss); documents and other files are never touched.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO

from PIL import Image, ImageCms, ImageOps

from shuangcha.access.refusals import Invalid

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
"""Endings of pictures, with the one decoder each is read by: an ending never opens another decoder."""
LARGEST_SIDE = 6000
"""Pixels; an A4 page at 500 dots per inch. A larger picture is made smaller while it is read,
which bounds the memory."""
MOST_PIXELS = {"JPEG": 220_000_000, "PNG": 60_000_000, "WEBP": 60_000_000}
"""Only JPEG can be decoded smaller than it is."""
Image.MAX_IMAGE_PIXELS = None  # asked below, with a sentence
QUALITY = 88
UNREADABLE = "图片不完整或已损坏，无法读取，请重新拍照，或改用扫描件上传。"


def is_picture(ending: str) -> bool:
    return ending in FORMATS


def name_of(name: str) -> str:
    """The name under which the picture is kept: WebP has become JPEG."""
    return f"{name[:-5]}.jpg" if name.lower().endswith(".webp") else name


def rewrite(source: Path, ending: str, out: IO[bytes]) -> None:
    """Write the picture of the file `source` to `out`. Raises Invalid for what is no readable picture."""
    form = FORMATS[ending]
    try:
        with Image.open(source, formats=[form]) as opened:
            if opened.width * opened.height > MOST_PIXELS[form]:
                raise Invalid("图片尺寸过大，请把手机相机的像素调低，或改用扫描件上传。", field="file")
            opened.draft(None, (LARGEST_SIDE, LARGEST_SIDE))  # JPEG: decoded no larger than needed
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
            picture = _plain(picture, keep_alpha=form == "PNG")
    except Invalid:
        raise
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Invalid(UNREADABLE, field="file") from None
    if form == "PNG":
        picture.save(out, "PNG", optimize=False)
    else:
        picture.save(out, "JPEG", quality=QUALITY, subsampling=0)


def _plain(picture: Image.Image, *, keep_alpha: bool) -> Image.Image:
    """The pixels in ordinary colours, in a picture that carries nothing else."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            picture = (
                ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB") or picture
            )
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the pixels as they are
    modes = ("1", "L", "LA", "RGB", "RGBA") if keep_alpha else ("L", "RGB")
    if picture.mode not in modes:
        has_alpha = "A" in picture.mode or "transparency" in picture.info
        picture = picture.convert("RGBA" if has_alpha else "RGB")
        if has_alpha and not keep_alpha:
            page = Image.new("RGB", picture.size, "white")
            page.paste(picture, mask=picture.getchannel("A"))
            picture = page
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare
