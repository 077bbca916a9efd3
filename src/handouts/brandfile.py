"""A file that a brand names: found inside the clinic's project, never an address, never outside."""

from __future__ import annotations

import re
from pathlib import Path

from handouts.findings import Finding, HandoutError, Location
from handouts.layers import Layers


def find_brand_file(layers: Layers, folder: str, name: str, what: str, where: Location) -> Path:
    """The file that a brand names, relative to the brand's folder.

    `what` is the file's part in the brand (`logo`, `font`) and stands in the findings' ids: `brand/logo-missing`.
    Raises HandoutError at `where`, the place of the name.
    """
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", name) or name.startswith("//"):
        fault = f"the {what} `{name}` is an address, not a file"
        raise _refused(f"brand/{what}-remote", where, fault, "copy it into the brand's folder: nothing is fetched")
    if name.startswith("/") or ".." in Path(name).parts or "\\" in name:
        raise _outside(name, what, where)
    try:
        path = layers.find(f"{folder}/{name}")
    except HandoutError:
        raise _outside(name, what, where) from None
    if path is None:
        remedy = f"put the file into `{folder}` or correct the name"
        raise _refused(f"brand/{what}-missing", where, f"there is no {what} `{name}`", remedy)
    return path


def _outside(name: str, what: str, where: Location) -> HandoutError:
    fault = f"the {what} `{name}` lies outside the project"
    return _refused(f"brand/{what}-outside", where, fault, "copy it into the brand's folder")


def _refused(kind: str, where: Location, what: str, remedy: str) -> HandoutError:
    return HandoutError([Finding(kind, where, what, remedy)])
