# SPDX-License-Identifier: Apache-2.0
"""`kvitt key list`: the public halves, for auditors and for the record of keys."""

import argparse

from cmp.cli.answers import CLEAN, say
from cmp.cli.session import read_session, settings
from cmp.ledger.keys import KeyStore
from cmp.ledger.reading import verifier_keys
from cmp.proof.keys import public_jwk

__all__ = ["add_parser"]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    key = commands.add_parser("key", help="public keys")
    verbs = key.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="list the keys of logs and receipts")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)


def _list(arguments: argparse.Namespace) -> int:
    given = settings()
    keys = KeyStore(given.key_dir)
    with read_session(given) as session:
        logs = verifier_keys(session, keys)
    receipt = public_jwk(keys.receipt_key.public_key())
    lines = "\n".join([*logs, f"receipts: {receipt['kid']}"])
    say({"logs": logs, "receipts": receipt}, lines, as_json=arguments.json)
    return CLEAN
