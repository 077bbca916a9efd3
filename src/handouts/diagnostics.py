"""Findings that no check makes: what stops a file from being read, a template from being filled, a PDF from being made.

Checks say what they look for themselves (`checks.check.Check`). None of these can be muted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from handouts.findings import Severity


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A kind of finding: what it means, and what to do. `title` is lower case without a full stop."""

    id: str
    title: str
    remedy: str
    severity: Severity = Severity.ERROR


DIAGNOSTICS: Final[tuple[Diagnostic, ...]] = (
    # --- YAML files
    Diagnostic(
        "source/unreadable",
        "a file cannot be opened or read",
        "Restore the file, or give yourself the right to read it.",
    ),
    Diagnostic(
        "source/too-large", "a file is larger than any of its kind needs to be", "Split it, or make it smaller."
    ),
    Diagnostic("source/encoding", "a file is not UTF-8", "Save it as UTF-8 in your editor."),
    Diagnostic(
        "source/outside",
        "a name leads out of the project and the library, through a link or `..`; the file is not opened",
        "Put a copy of the file where the link stands.",
    ),
    Diagnostic(
        "source/syntax",
        "a YAML file cannot be understood from this line on",
        "Look at this line and the one above: a quote, a bracket, a colon or the indent is off.",
    ),
    Diagnostic("source/tab", "a tab stands where YAML wants spaces", "Indent with two spaces."),
    Diagnostic("source/character", "a character that YAML forbids, mostly one that cannot be seen", "Remove it."),
    Diagnostic("source/not-a-map", "a file holds no `key: value` lines", "Begin it with `id: ...`."),
    Diagnostic("source/key", "a key is not a word but a list or a map", "Write the key as one word."),
    Diagnostic(
        "source/duplicate-key", "a key stands twice in one map, and one of the two would be lost", "Keep one of them."
    ),
    Diagnostic(
        "source/alias",
        "an alias (`*name`), which would print a passage that stands elsewhere",
        "Write the passage out where it is used, or make it a shared block.",
    ),
    Diagnostic("source/tag", "a YAML tag (`!name`); tags have no meaning here", "Remove it."),
    Diagnostic("source/too-deep", "more levels within one another than any content has", "Write it flatter."),
    Diagnostic(
        "source/comment-after-text",
        "text behind a `#` that YAML takes for a comment, so that no reader sees it",
        "Put the whole text in quotes if what follows `#` belongs to it.",
        Severity.WARNING,
    ),
    # --- Content
    Diagnostic("content/missing-field", "a key that must be there is not", "Add it; `handouts schema` lists the keys."),
    Diagnostic("content/unknown-key", "a key that means nothing here", "Correct its spelling, or remove it."),
    Diagnostic(
        "content/wrong-value",
        "a value of the wrong type or form",
        "Write it as the finding says; `handouts schema` describes every key.",
    ),
    Diagnostic(
        "content/markup",
        "marks in a text that do not come in pairs, or a single brace",
        "Write `**bold**`, `[words](ref:block)` and `{fact}`, and nothing else that looks like them.",
    ),
    Diagnostic("content/unknown-handout", "a handout that does not exist", "Correct its id."),
    Diagnostic("content/unknown-block", "`use` names a shared block that does not exist", "Correct its name."),
    Diagnostic("content/unknown-kind", "a block of a kind that `kinds.yaml` does not have", "Correct the kind."),
    Diagnostic("content/unknown-term", "a term that the glossary does not have", "Correct it, or add the term."),
    Diagnostic("content/unknown-fact", "a `{fact}` that `facts.yaml` does not have", "Correct it, or add the fact."),
    Diagnostic(
        "content/unknown-reference", "a `ref:` that leads to no block and no term of the handout", "Correct the name."
    ),
    Diagnostic("content/unknown-claim", "a claim that `claims.yaml` does not have", "Correct it, or add the claim."),
    Diagnostic("content/unknown-figure", "a figure that its claim does not have", "Correct it, or add the figure."),
    Diagnostic(
        "content/unknown-source",
        "a claim that a handout makes rests on a source that is missing or has faults of its own",
        "Mend the claim or the source.",
    ),
    Diagnostic(
        "content/unknown-region", "a region that `regions.yaml` does not have", "Correct it, or add the region."
    ),
    Diagnostic(
        "content/not-a-chance",
        "`chance` names what is no chance, so that no dots can be drawn for it",
        "Name a figure of `kind: chance`.",
    ),
    Diagnostic(
        "content/id-and-file", "a handout's id and the name of its file differ", "Give both the same name: the id."
    ),
    Diagnostic("claims/without-source", "a claim of `claims.yaml` has no source", "Name at least one source."),
    Diagnostic(
        "claims/unknown-source",
        "a claim names a source that `sources.yaml` does not have",
        "Correct it, or add the source.",
    ),
    # --- Brands
    Diagnostic("brand/unknown", "a brand that does not exist", "Correct its id."),
    Diagnostic("brand/id-and-folder", "a brand's id and its folder differ", "Give both the same name."),
    Diagnostic("brand/unknown-region", "a brand's region that `regions.yaml` does not have", "Correct the region."),
    Diagnostic(
        "brand/unknown-language",
        "a brand's name in a language that `languages.yaml` does not have",
        "Correct the language.",
    ),
    Diagnostic("brand/logo-remote", "the logo is an address on the net", "Copy the logo into the brand's folder."),
    Diagnostic("brand/logo-outside", "the logo lies outside the project", "Copy the logo into the brand's folder."),
    Diagnostic("brand/logo-missing", "there is no such logo", "Put the file there, or correct the name."),
    Diagnostic("brand/logo-type", "the logo is neither SVG nor PNG", "Save it as SVG or PNG."),
    Diagnostic("brand/logo-large", "the logo is too large, in bytes, pixels or shapes", "Save it smaller."),
    Diagnostic("brand/logo-damaged", "the logo's PNG is damaged", "Save it anew."),
    Diagnostic("brand/svg-syntax", "the logo's SVG cannot be read", "Save it anew."),
    Diagnostic("brand/svg-unsafe", "the logo's SVG has more in it than shapes", "Save it as plain SVG."),
    Diagnostic("brand/font-remote", "the font is an address on the net", "Copy the font into the brand's folder."),
    Diagnostic("brand/font-outside", "the font lies outside the project", "Copy the font into the brand's folder."),
    Diagnostic("brand/font-missing", "there is no such font", "Put the file there, or correct the name."),
    Diagnostic("brand/font-large", "the font file is too large", "Use a file with Latin letters only."),
    Diagnostic("brand/font-type", "the font is not a whole TrueType font", "Use the `.ttf` file of the font."),
    Diagnostic("brand/font-broken", "the font file is damaged", "Get the file again from its maker."),
    Diagnostic(
        "brand/font-rights",
        "the font says of itself that it may not be embedded",
        "Ask its maker for a file that may be embedded, or leave `font` out.",
    ),
    Diagnostic(
        "brand/font-letters",
        "the font lacks letters, digits or signs that handouts need",
        "Use a font that has all Latin letters, digits and signs.",
    ),
    Diagnostic(
        "brand/font-weights",
        "the font does not have the weights that handouts use",
        "Name two files, a `regular` and a `bold` one, or a variable font that has both.",
    ),
    # --- Translations
    Diagnostic("translation/encoding", "a PO file is not UTF-8", "Save it as UTF-8."),
    Diagnostic(
        "translation/syntax",
        "a PO file cannot be understood at this line",
        "Look for a missing or stray quote, or a keyword that is not one; or take the last file that could be read.",
    ),
    Diagnostic(
        "translation/unknown-language",
        "a folder of translations for a language that `languages.yaml` does not have",
        "Add the language there, or rename the folder.",
    ),
    Diagnostic(
        "translation/unknown-script",
        "a language in a script for which there are no fonts",
        "Correct the script (ISO 15924), or leave the language out until there are fonts.",
    ),
    Diagnostic(
        "translation/missing-word",
        "words of the templates are not translated into a language",
        "Translate them in the language's `ui.po`.",
        Severity.WARNING,
    ),
    Diagnostic(
        "translation/source-language",
        "a catalog for the English itself, which prints nothing",
        "Change the words in `content`, or lay a block of your own over the library's.",
        Severity.WARNING,
    ),
    # --- Templates and style
    Diagnostic(
        "template/error", "a template fails where it is filled in", "Correct the template at the line that is named."
    ),
    Diagnostic(
        "template/unsafe",
        "a template or style sheet asks for what no handout may: an address, a script, what never ends",
        "Remove it; pictures and fonts come from the brand.",
    ),
    Diagnostic("template/style", "the typesetter does not understand a line of the style sheet", "Correct that line."),
    Diagnostic(
        "page/endless",
        "a page took so long to make that it was given up",
        "Make the templates and the style sheet simpler: fewer boxes within one another.",
    ),
    Diagnostic(
        "page/broken",
        "something broke while a page was made; the other files were made",
        "Look at the templates and the style sheet; where they are the library's, tell us.",
    ),
    Diagnostic(
        "page/worker",
        "the process that made a page was ended twice, as where memory runs out",
        "Give workers more memory, or make the templates and the style sheet simpler.",
    ),
    # --- Mutes
    Diagnostic(
        "mutes/unknown-check", "a mute of a check that does not exist", "Correct its id; `handouts explain` lists all."
    ),
    Diagnostic(
        "mutes/not-mutable",
        "a mute of a check that may not be muted: a patient could be harmed",
        "Mend what the check finds, and remove the mute.",
    ),
    Diagnostic("mutes/no-reason", "a mute without a reason that helps the next reader", "Say why in a sentence."),
    Diagnostic("mutes/expired", "a mute whose end date has passed", "Mend what it muted, or decide anew."),
    Diagnostic("mutes/too-long", "a mute for more than a year", "Choose an end date within a year."),
    Diagnostic("mutes/unused", "a mute that mutes nothing", "Remove it.", Severity.WARNING),
    # --- The standards of the appraisal, and what persons attest
    Diagnostic(
        "appraisal/unknown-check", "an item of a standard rests on a check that does not exist", "Correct its id."
    ),
    Diagnostic(
        "appraisal/undecided",
        "an item of a standard that neither a check nor a person can decide",
        "Name the checks that decide it, or say what a person is to look at.",
    ),
    Diagnostic("appraisal/unknown-handout", "an attestation of a handout that does not exist", "Correct its id."),
    Diagnostic("appraisal/unknown-standard", "an attestation by a standard that is not known", "Correct its name."),
    Diagnostic("appraisal/unknown-item", "an attestation of an item that its standard does not have", "Correct it."),
    Diagnostic("appraisal/date", "an attestation of a day to come", "Correct the date."),
    Diagnostic(
        "appraisal/rating",
        "a rating by a standard that has none, or none by one that asks for it",
        "Give `rating` for DISCERN alone, in an entry of its own.",
    ),
    # --- Sign-offs and the policy of releases
    Diagnostic("policy/too-weak", "a policy that asks for no review", "Name at least one review among `signoffs`."),
    Diagnostic("policy/translator", "a policy that asks for a translator of the English", "Ask for a review."),
    Diagnostic("reviews/unknown-handout", "a sign-off of a handout that does not exist", "Correct its id."),
    Diagnostic(
        "reviews/impossible",
        "a sign-off that cannot be true or counts for nothing: of a day to come, in a role that makes no sense",
        "Correct it, or have another person check the handout.",
    ),
    Diagnostic(
        "reviews/unfinished",
        "somebody would sign a translation that is not finished",
        "Translate what is missing, and take the fuzzy marks away when you have read them; then sign.",
    ),
    Diagnostic(
        "usage/signature", "a sign-off on the command line that cannot be recorded", "Say it as the finding asks for."
    ),
    # --- Comparing two builds
    Diagnostic("changes/missing", "there is no manifest to compare", "Name a folder that `handouts build` wrote."),
    Diagnostic("changes/broken", "a manifest is no JSON", "Build again, or take a backup."),
    Diagnostic("changes/foreign", "a JSON file is no manifest of a build", "Name a manifest of `handouts build`."),
    Diagnostic(
        "changes/format",
        "a manifest was written by another version of the program",
        "Build that state of the handouts again with this one, then compare.",
    ),
    Diagnostic(
        "changes/entry",
        "an entry of a manifest is wrong or too old",
        "Build that sheet and all others of its folder again.",
    ),
    Diagnostic("changes/twice", "two files of a build are the same sheet", "Build into an empty folder."),
    Diagnostic(
        "changes/same-version",
        "the words of a handout changed, and its version did not: old prints cannot be told from new ones",
        "Raise `version` in the handout's file.",
    ),
    # --- The command line
    Diagnostic(
        "usage/project",
        "there is no such project folder, or a command would write into a library that is not this one's checkout",
        "Name the folder of your project with `--project`.",
    ),
    Diagnostic("usage/unknown-handout", "there is no such handout", "`handouts list` names the handouts."),
    Diagnostic("usage/unknown-language", "there is no such language", "Use one of `languages.yaml`."),
    Diagnostic("usage/unknown-paper", "there is no such paper", "Use `a4` or `letter`."),
    Diagnostic("usage/unknown-brand", "there is no such brand", "Use the name of a folder of `content/brands`."),
    Diagnostic("usage/unknown-check", "there is no such check", "`handouts explain` lists all of them."),
    Diagnostic(
        "usage/overwrite",
        "an export would write over a file that somebody may have worked on",
        "Import it first, name another file with `--out`, or give `--overwrite`.",
    ),
    # --- The machine
    Diagnostic(
        "machine/library", "a library that the typesetter needs is not installed", "Install what the finding names."
    ),
    Diagnostic(
        "machine/typesetter",
        "the typesetter cannot be used as it is installed",
        "Install the versions of the lock file.",
    ),
    Diagnostic(
        "machine/store",
        "prepared fonts cannot be kept",
        "Set `XDG_CACHE_HOME` to a folder that can be written, on a disk that has room.",
    ),
    Diagnostic(
        "machine/other-versions",
        "a worker would set type otherwise than the machine that asks it",
        "Install the same lock file and the same Debian packages on every worker.",
    ),
    Diagnostic(
        "machine/refused",
        "the machine refuses something that has nothing to do with any content, such as to start a process",
        "Look at what the finding says, and try again with fewer workers.",
    ),
    Diagnostic(
        "machine/workers",
        "workers end before they print anything",
        "Look at what they said on standard error.",
    ),
    Diagnostic("fonts/package-missing", "a font package is not installed", "Install Patient Handouts anew."),
    Diagnostic(
        "fonts/package",
        "a file of a font package is not the one that is expected",
        "Install the versions of the lock file.",
    ),
    Diagnostic("fonts/unknown-script", "there are no fonts for a script", "Use a script that has fonts."),
    Diagnostic(
        "fonts/collision",
        "two font files have one name, and one would print with the other's letters",
        "This is a fault of the program: please report it.",
    ),
    Diagnostic(
        "publish/write", "a file cannot be written", "Make room, or name another place with `--out` or `--output`."
    ),
    # --- A finished build
    Diagnostic("verify/manifest", "a folder without a manifest", "Name a folder that `handouts build` wrote."),
    Diagnostic("verify/outside", "a manifest that lists a file outside its folder", "Build into that folder again."),
    Diagnostic("verify/missing", "a file that the manifest lists is not there", "Build into that folder again."),
    Diagnostic("verify/changed", "a file that is not what the build wrote", "Build into that folder again."),
    Diagnostic("verify/unlisted", "a PDF that the manifest does not list", "Take it away: no build made it."),
    Diagnostic(
        "verify/versions",
        "files that were made with other versions than those here",
        "Verify with the versions that the manifest names.",
    ),
    Diagnostic(
        "verify/refused",
        "a file that would not be made today",
        "Look at `handouts check`, then build again.",
    ),
    Diagnostic(
        "verify/other-bytes",
        "a file that comes out otherwise when it is made again",
        "Look at `handouts changes`, then build again.",
    ),
    Diagnostic("merge/no-shard", "a folder that is no shard of a build", "Make it with `handouts build --shard 1/4`."),
    Diagnostic(
        "merge/other-build",
        "shards that are not of one build",
        "Make all shards with the same versions and options, for the same `--today`.",
    ),
    Diagnostic("merge/shard-twice", "a shard that was named twice", "Name each shard once."),
    Diagnostic("merge/shard-missing", "a shard that was not named", "Name the folders of all shards of one build."),
    Diagnostic("merge/file-twice", "a file that is in two shards", "Build each shard into an empty folder."),
    Diagnostic(
        "usage/scheduler",
        "a scheduler that is not there, or that anyone can reach",
        "Use `tls://` with the three files of TLS.",
    ),
    # --- Files for translators
    Diagnostic(
        "exchange/format",
        "a file whose ending says that no translator's tool wrote it",
        "Import a `.po`, `.xlf`, `.xliff`, `.csv`, `.tsv` or `.txt` file.",
    ),
    Diagnostic("exchange/encoding", "a translator's file is in another encoding", "Save it as UTF-8 or UTF-16."),
    Diagnostic(
        "exchange/syntax",
        "a translator's file cannot be understood at this place",
        "Export it anew from the tool that wrote it.",
    ),
    Diagnostic(
        "exchange/unsafe",
        "a DTD, an entity or endless nesting in XML, none of which a translation needs",
        "Remove it, or export it anew from the tool that wrote it.",
    ),
    Diagnostic("exchange/columns", "a table without the columns of the export", "Name the columns in the first row."),
    Diagnostic(
        "exchange/state",
        "a word in the column `state` that is none of the states; the translation counts as fuzzy",
        "Write `translated` for what is finished, `fuzzy` for what is not.",
        Severity.WARNING,
    ),
    Diagnostic(
        "exchange/cell",
        "what a spreadsheet program makes of a formula or a truth value, in the place of a translation",
        "Write the translation again, in a cell that is formatted as text.",
    ),
    Diagnostic("exchange/character", "a character that cannot be seen, and that no text may have", "Remove it."),
    Diagnostic(
        "exchange/tag",
        "an element in an XLIFF text that does not say what it stands for",
        "Write the mark out: `{fact}`, `**bold**`, `[words](ref:key)`.",
    ),
    Diagnostic(
        "exchange/language",
        "a translator's file is for another language than is asked for, for several, or names none",
        "Name its language with `--lang`.",
    ),
    Diagnostic("exchange/twice", "a sentence has two translations in one file", "Keep one of them."),
    Diagnostic(
        "exchange/unknown-key",
        "a translation whose sentence does not exist any more, or whose key was changed",
        "Export the handout again under another name, and carry the translation over.",
        Severity.WARNING,
    ),
    Diagnostic(
        "exchange/changed-english",
        "a translation of an English sentence that was changed since the export",
        "Export the handout again under another name, and carry the translation over.",
        Severity.WARNING,
    ),
    Diagnostic(
        "exchange/conflict",
        "a sentence that was translated both in the file and here since the export",
        "Export the handout again under another name, and choose one of the two.",
        Severity.WARNING,
    ),
    Diagnostic(
        "exchange/emptied",
        "a translation that is empty in the file and not here",
        "Nothing was taken away; mark it as fuzzy to withdraw it.",
        Severity.WARNING,
    ),
    # --- Languages and catalogs
    Diagnostic("translation/duplicate", "a message stands twice in a PO file", "Keep the entry with the right text."),
    Diagnostic(
        "translation/plural",
        "a message with other plural forms than its language has",
        "Write each form that the language's plural rule asks for.",
    ),
    Diagnostic("usage/language-tag", "what is no tag of a language", "Write one such as `sw` or `es-419` (BCP 47)."),
    Diagnostic(
        "usage/language-there",
        "a language that is there already, or that all others are translated from",
        "Run `handouts i18n merge TAG`, or name another language.",
    ),
    Diagnostic(
        "usage/language-plural",
        "a plural rule that gettext cannot count by",
        "Write one such as `nplurals=2; plural=(n != 1);`.",
    ),
    Diagnostic(
        "usage/language-unknown",
        "a language that CLDR does not know, or lacks a part of",
        "Give what the finding names.",
    ),
    Diagnostic("usage/language-script", "there are no fonts for the script", "Use a script that has fonts."),
)
"""All of them, by the stage that makes them."""
