"""The commands of `handouts i18n`: arguments, exit codes, and nothing else."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.arguments import add_own_project, add_project, counted, date, own_project, project_here, today, words
from handouts.desk import Request
from handouts.findings import Finding, Location, UsageError, errors
from handouts.i18n import exchange
from handouts.i18n.init import Given, add_language
from handouts.i18n.merge import merge_catalogs
from handouts.i18n.messages import write_templates
from handouts.i18n.status import read_status, status_json, status_text
from handouts.layers import Layers, library_root, read_limited, shown_path
from handouts.publish import write_whole
from handouts.report import finding_text, summary_text
from handouts.review import find_standings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no other name for it


def add_commands(commands: Commands, epilog: str) -> Commands:
    """Add `i18n` with its own commands, which are given back; the epilog tells the exit codes."""
    description = "Translations: what there is to translate, how far each language is, out to translators and back."
    group = commands.add_parser("i18n", help="translate: extract, merge, status, export ...", description=description)
    inner = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_extract, _add_merge, _add_init, _add_status, _add_export):
        add(inner)
    _add_import(inner, epilog)
    return inner


def _add_extract(commands: Commands) -> None:
    says = "Write content.pot and ui.pot: every sentence, with what a translator must know."
    command = commands.add_parser("extract", help="write content.pot and ui.pot", description=says)
    command.add_argument("--out", metavar="DIR", type=Path, help="where to (default: locales of the project)")
    add_project(command)
    command.set_defaults(run=_extract)


def _add_merge(commands: Commands) -> None:
    says = "Bring the catalogs up to date with the English, by id: nothing is lost, nothing is lent."
    command = commands.add_parser("merge", help="bring the catalogs up to date", description=says)
    command.add_argument("languages", metavar="LANG", nargs="*", help="languages (default: all)")
    add_own_project(command)
    command.set_defaults(run=_merge)


def _add_init(commands: Commands) -> None:
    says = "Add a language or a regional variant: an entry in languages.yaml and its catalogs."
    command = commands.add_parser("init", help="add a language", description=says)
    command.add_argument("tag", metavar="TAG", help="its BCP 47 tag: sw, es-419, pt-BR")
    for name in ("autonym", "english", "script", "plural"):
        command.add_argument(f"--{name}", default="", help="in place of what CLDR says")
    add_own_project(command)
    command.set_defaults(run=_init)


def _extract(options: argparse.Namespace) -> int:
    out = options.out or (own_project(options.project) or library_root()) / "locales"
    for path in write_templates(Layers.of(project_here(options.project)), out):
        print(shown_path(path))
    return 0


def _merge(options: argparse.Namespace) -> int:
    for each in merge_catalogs(Layers.of(own_project(options.project)), options.languages, today()):
        print(f"{each.path}: {each.summary()}{'' if each.changed else ' (unchanged)'}")
    return 0


def _init(options: argparse.Namespace) -> int:
    given = Given(options.autonym, options.english, options.script, options.plural)
    for path in add_language(Layers.of(own_project(options.project)), options.tag, given, today()):
        print(path)
    return 0


def _add_status(commands: Commands) -> None:
    command = commands.add_parser(
        "status", help="say how far each language is", description="Count what is translated, fuzzy, stale and missing."
    )
    command.add_argument("handouts", metavar="ID", nargs="*", help="handouts to count (default: all)")
    command.add_argument("--lang", metavar="es,ar", type=words, default=(), help="languages to count (default: all)")
    command.add_argument("--format", choices=("text", "json"), default="text", help="how to write it (default: text)")
    add_project(command)
    command.set_defaults(run=_status)


def _add_export(commands: Commands) -> None:
    command = commands.add_parser(
        "export",
        help="write a handout for translators",
        description="Write one handout with its translation as a file for translators.",
    )
    command.add_argument("handout", metavar="ID", help="the handout")
    command.add_argument("--lang", metavar="TAG", required=True, help="the language, as es or zh-Hans")
    command.add_argument(
        "--format",
        choices=[*exchange.FORMATS],
        type=lambda name: "xliff" if name == "xlf" else name,
        help="of what kind (default: as the name after --out ends, else po)",
    )
    command.add_argument("--out", metavar="FILE", type=Path, help="where to (default: ID.TAG.ENDING, in this folder)")
    command.add_argument("--overwrite", action="store_true", help="write over a file that somebody may have worked on")
    add_project(command)
    command.set_defaults(run=_export)


def _add_import(commands: Commands, epilog: str) -> None:
    command = commands.add_parser(
        "import",
        help="take a translators' file back",
        description="Take a translators' file (PO, XLIFF 1.2, CSV) back into the language's catalog.",
        epilog=epilog,
    )
    command.add_argument("file", metavar="FILE", type=Path, help="what the translators sent")
    command.add_argument("--lang", metavar="TAG", default="", help="the language, where the file does not name it")
    add_own_project(command)
    command.add_argument("--today", metavar="DATE", type=date, default=None, help="the date to check for")
    command.set_defaults(run=_import)


def _status(options: argparse.Namespace) -> int:
    project = project_here(options.project)
    request = Request(today(), tuple(options.handouts), tuple(options.lang), project=project)
    states = {(row.handout, row.language): row.standing.state for row in find_standings(request)[0]}
    told = read_status(Layers.of(project), options.handouts, options.lang, states)
    sys.stdout.write(status_json(told) + "\n" if options.format == "json" else status_text(told))
    return 0


def _export(options: argparse.Namespace) -> int:
    form = options.format or exchange.format_of(options.out)
    path = options.out or Path(exchange.file_name(options.handout, options.lang, form))
    data = exchange.export(Layers.of(project_here(options.project)), options.handout, options.lang, form)
    if not options.overwrite:
        _refuse_to_overwrite(path, data)
    write_whole(path, data)
    print(path)
    return 0


def _refuse_to_overwrite(path: Path, data: bytes) -> None:
    """Raise UsageError where a file is there that is not what would be written: a translator may have worked on it."""
    if path.is_file() and not (path.stat().st_size == len(data) and read_limited(path, len(data)) == data):
        what = "the file is there already, with other words: somebody may have worked on it"
        remedy = "import it first, or name another file with `--out`; `--overwrite` throws away what is in it"
        raise UsageError([Finding("usage/overwrite", Location(shown_path(path)), what, remedy)])


def _import(options: argparse.Namespace) -> int:
    day = options.today or today()
    intake = exchange.import_file(Layers.of(own_project(options.project)), options.file, options.lang, day)
    for finding in intake.findings:
        print(finding_text(finding))
    print(f"{_came_to(intake)}; {summary_text(intake.findings)}", file=sys.stderr)
    return 1 if errors(intake.findings) else 0


def _came_to(intake: exchange.Intake) -> str:
    if errors(intake.findings):
        return f"nothing was written into {intake.catalog}"
    fuzzy = sum(each.fuzzy for each in intake.taken)
    return f"{counted(len(intake.taken), 'translation')} taken ({fuzzy} of them fuzzy) into {intake.catalog}"
