# SPDX-License-Identifier: Apache-2.0
"""`kvitt log export|verify|fsck`: records out of the log, and proofs that they are the log's."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from cmp import clock
from cmp.cli.answers import CLEAN, FINDINGS, say
from cmp.cli.evidence import Evidence, open_evidence
from cmp.cli.progress import Progress
from cmp.cli.session import open_database, read_session, settings
from cmp.errors import EnvironmentFault, Malformed, NotFound
from cmp.ledger.export import json_lines
from cmp.ledger.fsck import check_logs
from cmp.ledger.keys import KeyStore
from cmp.ledger.selection import Selection
from cmp.proof.export_lines import read_lines
from cmp.proof.finding import Report, Section
from cmp.proof.keys import VerifierKey, parse_jwk, parse_vkey
from cmp.proof.verify import verify_lines, verify_proof, verify_receipt

__all__ = ["add_parser"]

# What every record's proof and receipt may have; a download may have any number of lines.
LARGEST_SINGLE = 1 << 20


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    log = commands.add_parser("log", help="export, verify and check the log")
    verbs = log.add_subparsers(dest="verb", required=True)
    export = verbs.add_parser("export", help="write a site's records as JSON Lines with proofs")
    export.add_argument("site")
    export.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")
    export.add_argument("--since", type=_moment, help="date or time (UTC), included")
    export.add_argument("--until", type=_moment, help="date or time (UTC), not included")
    export.add_argument("--method", default="", help="only decisions made in this way")
    export.add_argument("--category", default="", help="only records that grant this category")
    verify = verbs.add_parser("verify", help="check a download, a receipt or a proof")
    verify.add_argument("evidence", metavar="FILE|URL", help="`-` reads standard input")
    verify.add_argument(
        "--vkey",
        action="append",
        default=[],
        metavar="KEY|FILE",
        help="verifier key of a log that you trust, or a file of them (kvitt-keys.txt)",
    )
    verify.add_argument("--jwks", metavar="FILE", help="keys of receipts (jwks.json)")
    fsck = verbs.add_parser("fsck", help="rebuild every log in the database and compare")
    for command, run in ((export, _export), (verify, _verify), (fsck, _fsck)):
        command.add_argument("--json", action="store_true")
        command.set_defaults(run=run)


def _moment(text: str) -> datetime:
    """A date is its first instant in UTC; a time without a zone is in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write 2026-11-24") from fault
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _export(arguments: argparse.Namespace) -> int:
    given = settings()
    selection = Selection(
        arguments.site,
        since=arguments.since,
        until=arguments.until,
        method=arguments.method,
        category=arguments.category,
    )
    with read_session(given) as session:
        chunks = json_lines(session, selection, keys=KeyStore(given.key_dir), at=clock.now())
        size = _write(chunks, arguments.output)
    if arguments.output:
        lines = f"Wrote {arguments.output}. Check it with: kvitt log verify {arguments.output}"
        say({"file": arguments.output, "bytes": size}, lines, as_json=arguments.json)
    return CLEAN


def _write(chunks: Iterator[bytes], output: str | None) -> int:
    size = 0
    try:
        with _output(output) as stream:
            for chunk in chunks:
                size += stream.write(chunk)
    except BrokenPipeError:
        # Whoever read standard output has enough; nothing may be written to it any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as fault:
        raise EnvironmentFault(
            f"{output} cannot be written: {fault}.", now="Check the folder and its free space."
        ) from fault
    return size


@contextmanager
def _output(name: str | None) -> Iterator[BinaryIO]:
    """Give standard output, or a file that gets its name only when it is whole."""
    if name is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft = Path(f"{name}.part")
    with draft.open("wb") as stream:
        yield stream
    draft.replace(name)


def _verify(arguments: argparse.Namespace) -> int:
    vkeys = [key for text in arguments.vkey for key in _vkeys(text)]
    with open_evidence(arguments.evidence) as evidence, Progress("lines") as progress:
        if evidence.kind == "receipt":
            report = _verify_receipt(evidence, arguments.jwks)
        elif evidence.kind == "proof":
            if not vkeys:
                raise Malformed(
                    "A proof does not hold the log's key.",
                    now="Give it with --vkey; it stands in /.well-known/kvitt-keys.txt.",
                )
            report = verify_proof(_text(evidence), vkeys)
        else:
            report = verify_lines(read_lines(evidence.stream), vkeys=vkeys, progress=progress)
    say(report.as_members(), "\n".join(_as_text(report)), as_json=arguments.json)
    return CLEAN if report.holds else FINDINGS


def _vkeys(text: str) -> list[VerifierKey]:
    """The keys in `text`: one, or those of a file with one on each line."""
    path, lines = Path(text), [text]
    try:
        if path.is_file():
            lines = path.read_text("utf-8").splitlines()
        return [parse_vkey(x.strip()) for x in lines if x.strip() and not x.startswith("#")]
    except (OSError, ValueError) as fault:
        raise Malformed(
            f"--vkey {text}: {fault}.", now="Give name+id+base64, or a file with such lines."
        ) from fault


def _verify_receipt(evidence: Evidence, jwks: str | None) -> Report:
    if jwks is None:
        raise Malformed(
            "A receipt does not hold the key that signed it.",
            now="Give --jwks FILE; the file is /.well-known/jwks.json of the platform.",
        )
    try:
        named = json.loads(Path(jwks).read_text("utf-8"))
        keys = [parse_jwk(key) for key in named.get("keys", [named])]
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as fault:
        raise Malformed(f"--jwks {jwks}: {fault}.", now="Give a JSON Web Key Set.") from fault
    return verify_receipt(_text(evidence), keys)


def _text(evidence: Evidence) -> str:
    content = evidence.stream.read(LARGEST_SINGLE + 1)
    if len(content) > LARGEST_SINGLE:
        raise Malformed(f"{evidence.name} is too large.", now="Check that it is the right file.")
    # What is not UTF-8 cannot hold either; it becomes a finding like any other changed byte.
    return content.decode(errors="replace")


def _fsck(arguments: argparse.Namespace) -> int:
    given = settings()
    engine = open_database(given)
    with Progress("leaves") as progress:
        report = check_logs(engine, KeyStore(given.key_dir), progress=progress)
    engine.dispose()
    if not report.sections and not report.counts:
        raise NotFound("The database holds no log.", now="Publish a notice; then a log begins.")
    say(report.as_members(), "\n".join(_as_text(report)), as_json=arguments.json)
    return CLEAN if report.holds else FINDINGS


_NAMES = {
    "export": "a download",
    "receipt": "a receipt",
    "proof": "a proof",
    "database": "the logs in the database",
}
_HOLDS = {
    "export": "It holds: every record is one that the log committed to, under the signed root.",
    "receipt": "It holds: the platform gave this receipt. The proof shows it in the log itself.",
    "proof": "It holds: the record is in the log, under the signed root.",
    "database": "Everything holds: each tree is that of its leaves, and what was signed is in it.",
}


def _as_text(report: Report) -> Iterator[str]:
    """The report for people: what was checked, how much, what does not hold."""
    yield f"Checked {_NAMES[report.what]}."
    for section in report.sections:
        yield f"  {section.origin}"
        yield f"    {_amounts(report, section)}"
        if not section.everything:
            yield "    Only a download of everything shows that no record was left out."
        yield from _signers(section)
    if report.holds:
        yield _HOLDS[report.what]
        return
    total = sum(report.counts.values())
    yield f"IT DOES NOT HOLD: {_count(total, 'finding')}."
    for finding in report.findings:
        at = f"line {finding.line}: " if finding.line and finding.index is not None else ""
        yield f"  {finding.kind}: {at}{finding.what}"
        yield f"    {finding.means}"
    if total > len(report.findings):
        yield f"  and {total - len(report.findings)} more of the same classes."


def _amounts(report: Report, section: Section) -> str:
    if report.what == "receipt":
        return "the receipt of one record"
    if report.what == "proof":
        return f"one record of {section.size} leaves"
    return (
        f"{section.size} leaves: {_count(section.records, 'record')}, {section.public} public "
        f"({_count(section.notices, 'notice')}), {section.covered} not shown"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _signers(section: Section) -> Iterator[str]:
    if not section.signed_by:
        yield "    no signature of a key at hand"
        return
    yield f"    signed by {section.signed_by}"
    if not section.key_given:
        host = section.origin.partition("/")[0]
        yield f"    This key stands in the file itself. Compare it with what {host} publishes at"
        yield f"    https://{host}/.well-known/kvitt-keys.txt, or give that file with --vkey."
