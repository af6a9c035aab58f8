# SPDX-License-Identifier: Apache-2.0
"""Receipts and proofs of one record: what opens, and that nothing else does."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmp.proof.canonical import canonical
from cmp.proof.commitment import commitment
from cmp.proof.encoding import from_base64url, to_base64url
from cmp.proof.keys import from_seed, parse_vkey, public_jwk, vkey
from cmp.proof.leaf import leaf_entry
from cmp.proof.receipt import ReceiptError, open_receipt, sign_receipt
from cmp.proof.tlog_proof import HEADER, ProofError, parse_proof, tlog_proof
from cmp.proof.verify import verify_proof, verify_receipt
from tests.unit.proof.made_log import KEY, ORIGIN, RECEIPT_KEY, consent, some_log

SALT = b"s" * 32
PUBLIC = RECEIPT_KEY.public_key()
OTHER = from_seed(b"o" * 32)


def payload(**changes: Any) -> dict[str, Any]:
    record = changes.pop("record", consent(5))
    entry = leaf_entry("consent", "2026-11", commitment(canonical(record), SALT))
    said = {
        "entry": b64encode(entry).decode(),
        "index": 7,
        "iss": "consent.example.no",
        "log": ORIGIN,
        "record": record,
        "salt": b64encode(SALT).decode(),
    }
    return said | changes


RECEIPT = sign_receipt(payload(), RECEIPT_KEY)
LOG = some_log(9)
EXTRA = json.loads(LOG.leaves[7][1])
PROOF = tlog_proof(7, LOG.path(7), LOG.note(), {"record": EXTRA["record"], "salt": EXTRA["salt"]})
VKEYS = [parse_vkey(vkey(ORIGIN, KEY.public_key()))]


def test_the_header_is_exactly_ours() -> None:
    header = json.loads(from_base64url(RECEIPT.split(".")[0]))
    kid = public_jwk(PUBLIC)["kid"]
    assert header == {"alg": "Ed25519", "kid": kid, "typ": "cmp-receipt+jws"}


def test_a_receipt_opens_with_its_key_among_others() -> None:
    assert open_receipt(RECEIPT, [OTHER.public_key(), PUBLIC]) == payload()
    report = verify_receipt(f"{RECEIPT}\n", [PUBLIC])
    assert report.holds
    assert report.sections[0].origin == ORIGIN


def test_a_receipt_does_not_open_with_another_key() -> None:
    with pytest.raises(ReceiptError, match="none of the keys"):
        open_receipt(RECEIPT, [OTHER.public_key()])


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "cmp-receipt+jws"},
        {"alg": "EdDSA", "kid": public_jwk(PUBLIC)["kid"], "typ": "cmp-receipt+jws"},
        {"alg": "Ed25519", "kid": public_jwk(PUBLIC)["kid"]},
        {"alg": "Ed25519", "crit": ["b64"], "kid": "x", "typ": "cmp-receipt+jws"},
        {"alg": "Ed25519", "jwk": public_jwk(OTHER.public_key()), "typ": "cmp-receipt+jws"},
    ],
)
def test_no_algorithm_and_no_key_is_taken_from_the_header(header: dict[str, Any]) -> None:
    signed = f"{to_base64url(canonical(header))}.{to_base64url(canonical(payload()))}"
    token = f"{signed}.{to_base64url(RECEIPT_KEY.sign(signed.encode()))}"
    with pytest.raises(ReceiptError, match="none of the keys"):
        open_receipt(token, [PUBLIC])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"index": -1}, "index"),
        ({"index": True}, "index"),
        ({"log": "other.example.no/cmp/prove-butikk/2026"}, "issuer"),
        ({"log": 1}, "issuer"),
        ({"salt": b64encode(b"t" * 32).decode()}, "do not give the leaf"),
        ({"salt": b64encode(b"t" * 31).decode()}, "give no leaf"),
        ({"salt": "!"}, "give no leaf"),
        ({"salt": 1}, "give no leaf"),
        ({"entry": b64encode(b"cmp.leaf/v1\n").decode()}, "do not give the leaf"),
        ({"record": {}}, "give no leaf"),
        ({"record": {"event": {"time": 1}}}, "give no leaf"),
        ({"extra": 1}, "members"),
    ],
)
def test_a_signed_receipt_that_contradicts_itself_is_none(
    changes: dict[str, Any], why: str
) -> None:
    token = sign_receipt({**payload(), **changes}, RECEIPT_KEY)
    with pytest.raises(ReceiptError, match=why):
        open_receipt(token, [PUBLIC])


def test_a_signed_receipt_of_a_record_that_may_not_be_is_a_finding() -> None:
    token = sign_receipt(payload(record=consent(5, context__email="x")), RECEIPT_KEY)
    report = verify_receipt(token, [PUBLIC])
    assert not report.holds
    assert [finding.kind for finding in report.findings] == ["record"]


@pytest.mark.parametrize("token", ["", ".", "..", "a.b", "a.b.c.d", "æ.ø.å", "a.b.c" * 300_000])
def test_what_is_no_receipt_is_a_finding(token: str) -> None:
    report = verify_receipt(token, [PUBLIC])
    assert [finding.kind for finding in report.findings] == ["receipt"]
    assert not report.holds


@given(st.integers(0, len(RECEIPT) - 1), st.integers(1, 127))
def test_a_receipt_with_any_byte_changed_does_not_hold(place: int, flip: int) -> None:
    content = bytearray(RECEIPT.encode())
    content[place] ^= flip
    changed = content.decode()
    # White space around a receipt is how it was pasted, not what it says.
    assert changed.strip() == RECEIPT or not verify_receipt(changed, [PUBLIC]).holds


def test_a_proof_holds() -> None:
    report = verify_proof(PROOF, VKEYS)
    assert report.holds
    assert (report.sections[0].origin, report.sections[0].size) == (ORIGIN, 11)


def test_every_leaf_of_a_log_has_a_proof_that_holds() -> None:
    for index in range(2, 11):
        said = json.loads(LOG.leaves[index][1])
        extra = {"record": said["record"], "salt": said["salt"]}
        assert verify_proof(tlog_proof(index, LOG.path(index), LOG.note(), extra), VKEYS).holds
        wrong = tlog_proof(index - 1, LOG.path(index - 1), LOG.note(), extra)
        assert not verify_proof(wrong, VKEYS).holds


def test_a_proof_under_another_key_does_not_hold() -> None:
    others = [parse_vkey(vkey(ORIGIN, OTHER.public_key()))]
    for keys in ([], others):
        report = verify_proof(PROOF, keys)
        assert [finding.kind for finding in report.findings] == ["signature"]


@given(st.integers(0, len(PROOF.encode()) - 1), st.integers(1, 255))
def test_a_proof_with_any_byte_changed_does_not_hold(place: int, flip: int) -> None:
    content = bytearray(PROOF.encode())
    content[place] ^= flip
    assert not verify_proof(content.decode(errors="replace"), VKEYS).holds


LINES = PROOF.split("\n")


def with_extra(extra: Any) -> str:
    return "\n".join([HEADER, f"extra {b64encode(canonical(extra)).decode()}", *LINES[2:]])


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEADER,
        f"{HEADER}\n\n",
        "\n".join(["c2sp.org/tlog-proof@v2", *LINES[1:]]),
        "\n".join([HEADER, LINES[2], LINES[1], *LINES[3:]]),
        "\n".join([*LINES[:2], "index 07", *LINES[3:]]),
        "\n".join([*LINES[:2], "index -7", *LINES[3:]]),
        "\n".join([*LINES[:2], "index \u0667", *LINES[3:]]),
        "\n".join([*LINES[:2], f"index {'9' * 5000}", *LINES[3:]]),
        "\n".join([*LINES[:2], "index 99", *LINES[3:]]),
        "\n".join([*LINES[:3], "cm9vdA==", *LINES[3:]]),
        "\n".join([*LINES[:3], *["A" * 43 + "="] * 64, *LINES[3:]]),
        "\n".join([*LINES[:3], "A" * 43 + "=", *LINES[3:]]),
        "\n".join([*LINES[:3], *LINES[4:]]),
        with_extra([]),
        with_extra({}),
        with_extra({"record": EXTRA["record"]}),
        with_extra({"record": EXTRA["record"], "salt": 1}),
        with_extra({"record": EXTRA["record"], "salt": "c2hvcnQ="}),
        with_extra({"record": {"event": 1}, "salt": EXTRA["salt"]}),
        with_extra({"record": EXTRA["record"], "salt": EXTRA["salt"], "x": 1}),
    ],
)
def test_what_is_no_proof_is_a_finding(text: str) -> None:
    report = verify_proof(text, VKEYS)
    assert len(report.findings) == 1
    assert not report.holds


def test_what_is_too_long_is_not_read() -> None:
    with pytest.raises(ProofError):
        parse_proof(PROOF + "x" * (1 << 20))
