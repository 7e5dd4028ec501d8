"""Actions of ``greffier template`` that try one: sample data, and pictures of a version."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..sync_templates import Templates
from . import service, telling
from .actions import Action, Group, as_json
from .commands import CommandError

#: What a preview may be.
_FORMATS = ("png", "pdf")


def _declare_list(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    as_json(parser)


def _list(templates: Templates, args: argparse.Namespace) -> int:
    found = templates.samples(args.slug)
    if args.json:
        return telling.print_json(found)
    rows = (
        (
            each["name"],
            str(each["size"]),
            telling.moment(each["changed_at"]),
            ", ".join(sorted(each["proofs"], key=int)) or "-",
        )
        for each in found
    )
    print(telling.table(rows, ("SAMPLE", "BYTES", "SENT", "TRIED WITH VERSIONS")), end="")
    telling.say(f"{len(found)} sample(s)")
    return 0


def _declare_one(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    parser.add_argument("sample", metavar="SAMPLE", help="name of the sample")


def _show(templates: Templates, args: argparse.Namespace) -> int:
    return telling.print_json(templates.sample(args.slug, args.sample))


def _declare_put(parser: argparse.ArgumentParser) -> None:
    _declare_one(parser)
    parser.add_argument(
        "data", type=Path, help="JSON file with the data ('-' reads standard input)"
    )


def _put(templates: Templates, args: argparse.Namespace) -> int:
    templates.put_sample(args.slug, args.sample, service.read_json(args.data))
    print(f"{args.slug}: sample {args.sample} is kept")
    return 0


def _remove(templates: Templates, args: argparse.Namespace) -> int:
    templates.remove_sample(args.slug, args.sample)
    print(f"{args.slug}: sample {args.sample} is gone")
    return 0


def _declare_preview(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="where to put it: a picture of a page (.png), or the whole document (.pdf)",
    )
    parser.add_argument(
        "--version", type=int, help="number of the version, a draft perhaps (default: the newest)"
    )
    filled = parser.add_mutually_exclusive_group()
    filled.add_argument("--data", type=Path, metavar="FILE", help="JSON file to fill it with")
    filled.add_argument(
        "--sample", metavar="NAME", help="sample to fill it with (default: data are invented)"
    )
    parser.add_argument("--page", type=int, help="page of the picture (default: 1)")
    parser.add_argument("--dpi", type=int, help="dots per inch of the picture")


def _preview(templates: Templates, args: argparse.Namespace) -> int:
    kind = args.out.suffix.lstrip(".").lower()
    if kind not in _FORMATS:
        raise CommandError("a preview is a picture or a PDF: end the file in .png or .pdf")
    if not args.out.absolute().parent.is_dir():
        raise CommandError(f"there is no folder {args.out.parent} to write into")
    for name in ("page", "dpi"):
        if kind == "pdf" and getattr(args, name) is not None:
            raise CommandError(f"--{name} is about a picture; a PDF is the whole document")
    asked = {name: getattr(args, name) for name in ("version", "sample", "page", "dpi")}
    asked = {name: value for name, value in asked.items() if value is not None}
    if args.data is not None:
        asked["data"] = service.read_json(args.data)
    with service.progress("Making the document"):
        content = templates.preview(args.slug, format=kind, **asked)
    args.out.write_bytes(content)
    service.tell(args.out, None)
    return 0


def _slug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", metavar="NAME", help="name of the template")


SAMPLE = Group(
    "sample",
    "sample data, with which versions are tried before they go live",
    (
        Action("list", "list the samples of a template", _declare_list, _list),
        Action("show", "print the data of one", _declare_one, _show),
        Action("put", "keep sample data, in the place of those of that name", _declare_put, _put),
        Action("remove", "forget one", _declare_one, _remove),
    ),
)
PREVIEW = Action("preview", "see a version, a draft perhaps", _declare_preview, _preview)
