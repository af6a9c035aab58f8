# SPDX-License-Identifier: Apache-2.0
"""`kvitt catalog import|export|check`."""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from sqlalchemy.orm import Session

from cmp import clock
from cmp.catalog.import_file import FORMATS, read_file
from cmp.catalog.item_rules import ItemFacts, ServiceFacts
from cmp.catalog.reading import Plan, Reading, problem_words, unknown_lifetimes
from cmp.catalog.reads import services
from cmp.catalog.shipped import library_findings, library_plan
from cmp.catalog.transfer import write_csv, write_json
from cmp.catalog.verbs import Imported, import_plan
from cmp.cli.answers import CLEAN, FINDINGS, say
from cmp.cli.session import read_session, settings, write_session
from cmp.errors import Unprocessable
from cmp.paths import COOKIE_CATALOG
from cmp.sites.publish import find_site

__all__ = ["add_parser"]

WRITERS = {"csv": write_csv, "json": write_json}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    catalog = commands.add_parser("catalog", help="services and what they store")
    verbs = catalog.add_subparsers(dest="verb", required=True)
    bring = verbs.add_parser("import", help="add what a file or the shipped library holds")
    bring.add_argument("site")
    source = bring.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", type=Path, help="CSV or JSON")
    source.add_argument("--library", nargs="+", metavar="ID", help="services of the library")
    bring.add_argument(
        "--format", choices=FORMATS, default="auto", help="ocd: Open Cookie Database"
    )
    bring.add_argument("--dry-run", action="store_true", help="store nothing, only tell")
    export = verbs.add_parser("export", help="write a catalogue that imports to the same")
    export.add_argument("site")
    export.add_argument("--format", choices=sorted(WRITERS), default="csv")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="else standard output")
    check = verbs.add_parser("check", help="look for faults in the files of a library")
    check.add_argument("folder", nargs="?", type=Path, default=COOKIE_CATALOG)
    for command, run in ((bring, _import), (export, _export), (check, _check)):
        command.set_defaults(run=run)
    for command in (bring, check):
        command.add_argument("--json", action="store_true")


def _import(arguments: argparse.Namespace) -> int:
    reading = _read(arguments)
    with write_session(settings()) as session:
        find_site(session, arguments.site)
        added = _store(session, arguments.site, reading.plan, dry_run=arguments.dry_run)
    result = {
        "site": arguments.site,
        "format": reading.format,
        "dry_run": arguments.dry_run,
        "rows": reading.rows,
        "imported": reading.imported,
        "merged": msgspec.to_builtins(reading.merged),
        "refused": msgspec.to_builtins(reading.refused),
        "added": {"services": added.services, "items": added.items},
        "unchanged": added.unchanged,
        "unknown_lifetimes": reading.unknown_lifetimes,
    }
    lines = _told(reading, added, dry_run=arguments.dry_run)
    say(result, "\n".join(lines), as_json=arguments.json)
    return FINDINGS if reading.refused else CLEAN


def _read(arguments: argparse.Namespace) -> Reading:
    if arguments.library is None:
        return read_file(arguments.file, arguments.format)
    plan = library_plan(arguments.library)
    entries = len(plan) + sum(len(items) for _, items in plan)
    return Reading(
        format="library",
        plan=plan,
        rows=entries,
        imported=entries,
        merged=(),
        unknown_lifetimes=unknown_lifetimes(plan),
        refused=(),
    )


def _store(session: Session, site: str, plan: Plan, *, dry_run: bool) -> Imported:
    """Add what is missing; all of it, or with a dry run nothing."""
    added = import_plan(session, site, plan, at=clock.now(), actor="command line")
    if dry_run:
        session.rollback()
    return added


def _told(reading: Reading, added: Imported, *, dry_run: bool) -> list[str]:
    verb = "Would add" if dry_run else "Added"
    lines = [
        f"{reading.rows} rows: {reading.imported} imported, {len(reading.merged)} merged, "
        f"{len(reading.refused)} refused.",
        f"{verb} {added.services} services and {added.items} items; "
        f"{added.unchanged} items were there already and are unchanged.",
    ]
    if reading.unknown_lifetimes:
        lines.append(f"{reading.unknown_lifetimes} items have no known lifetime: state it.")
    lines += [
        f"line {each.line}, {each.entry}: the same as on line {each.into}; merged."
        for each in reading.merged
    ]
    return lines + [
        ", ".join(filter(None, [f"line {each.line}" if each.line else "", each.entry]))
        + f": {each.text}"
        for each in reading.refused
    ]


def _export(arguments: argparse.Namespace) -> int:
    with read_session(settings()) as session:
        find_site(session, arguments.site)
        plan = _plan(session, arguments.site)
    out = io.StringIO(newline="")
    WRITERS[arguments.format](plan, out)
    if arguments.output is None:
        sys.stdout.write(out.getvalue())
        sys.stdout.flush()
    else:
        _write(arguments.output, out.getvalue(), arguments.format)
    return CLEAN


def _plan(session: Session, site: str) -> Sequence[tuple[ServiceFacts, Sequence[ItemFacts]]]:
    return [
        (
            msgspec.convert(row, ServiceFacts, from_attributes=True),
            [msgspec.convert(item, ItemFacts, from_attributes=True) for item in row.items],
        )
        for row in services(session, site)
    ]


def _write(path: Path, text: str, file_format: str) -> None:
    """Put a whole file in place; a crash leaves the old one. CSV gets the mark that Excel wants."""
    try:
        partial = path.with_name(f"{path.name}.partial")
        encoding = "utf-8-sig" if file_format == "csv" else "utf-8"
        partial.write_text(text, encoding=encoding, newline="")
        partial.replace(path)
    except (OSError, ValueError) as fault:
        raise Unprocessable(
            f"{path} cannot be written: {fault}.", now="Choose another place."
        ) from fault


def _check(arguments: argparse.Namespace) -> int:
    findings: list[dict[str, str]] = [
        {
            "file": found.file,
            "subject": found.subject,
            "field": found.problem.field,
            "reason": found.problem.key,
            "text": problem_words(found.problem),
        }
        for found in library_findings(arguments.folder)
    ]
    lines = "\n".join(f"{f['file']}, {f['subject']}: {f['text']}" for f in findings)
    say({"findings": findings}, lines or "No faults.", as_json=arguments.json)
    return FINDINGS if findings else CLEAN
