# SPDX-License-Identifier: Apache-2.0
"""Signed notes and checkpoints: who signed, who does not count, what is none."""

from base64 import b64encode

import pytest

from cmp.proof.checkpoint import open_checkpoint, parse_checkpoint, sign_checkpoint
from cmp.proof.keys import VerifierKey, from_seed, key_id, parse_vkey, vkey
from cmp.proof.note import NoteError, open_note, parse_note
from tests.unit.proof.made_log import KEY, ORIGIN

ROOT = b"r" * 32
NOTE = sign_checkpoint(ORIGIN, 7, ROOT, KEY)
OTHER = from_seed(b"o" * 32)
# The example of the Go package golang.org/x/mod/sumdb/note, whose format C2SP describes.
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZ"
    "b6KE6RyyBwJnAM=\n"
)
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def key_of(private: object = KEY, name: str = ORIGIN) -> VerifierKey:
    return parse_vkey(vkey(name, private.public_key()))


def line(name: str, identity: bytes, signature: bytes = b"s" * 64) -> str:
    return f"— {name} {b64encode(identity + signature).decode()}\n"


def test_a_published_note_opens() -> None:
    note, signers = open_note(PUBLISHED, [parse_vkey(PUBLISHED_KEY)])
    assert note.text.count("\n") == 2
    assert [key.name for key in signers] == ["PeterNeumann"]


def test_a_published_note_with_one_letter_changed_does_not() -> None:
    with pytest.raises(NoteError, match="PeterNeumann does not hold"):
        open_note(PUBLISHED.replace("think", "thinx"), [parse_vkey(PUBLISHED_KEY)])


def test_a_checkpoint_opens() -> None:
    signed = open_checkpoint(NOTE, [key_of()])
    assert (signed.origin, signed.size, signed.root) == (ORIGIN, 7, ROOT)
    assert parse_checkpoint(NOTE) == signed


def test_signatures_of_unknown_keys_are_ignored() -> None:
    unknown = line("witness.example.org/w", b"\x01\x02\x03\x04")
    assert open_checkpoint(NOTE + unknown, [key_of()]).size == 7


def test_another_key_with_a_known_name_is_ignored() -> None:
    same_name = line(ORIGIN, key_id(ORIGIN, OTHER.public_key()))
    assert open_checkpoint(NOTE + same_name, [key_of()]).size == 7
    with pytest.raises(NoteError, match="none of the keys"):
        open_checkpoint(NOTE, [key_of(OTHER)])


def test_a_known_key_with_a_bad_signature_rejects_the_note() -> None:
    bad = line("witness.example.org/w", key_of(OTHER, "witness.example.org/w").key_id)
    with pytest.raises(NoteError, match=r"witness.+does not hold"):
        open_checkpoint(NOTE + bad, [key_of(), key_of(OTHER, "witness.example.org/w")])


def test_two_signatures_of_two_keys_both_count() -> None:
    other = sign_checkpoint(ORIGIN, 7, ROOT, OTHER).rpartition("\n\n")[2]
    _, signers = open_note(NOTE + other + other, [key_of(), key_of(OTHER)])
    assert signers == (key_of(), key_of(OTHER))


def test_a_checkpoint_must_be_signed_by_the_log_itself() -> None:
    text = NOTE.rpartition("\n\n")[0] + "\n"
    name = "witness.example.org/w"
    note = f"{text}\n{line(name, key_id(name, OTHER.public_key()), OTHER.sign(text.encode()))}"
    with pytest.raises(NoteError, match="not signed by a key of that name"):
        open_checkpoint(note, [key_of(), key_of(OTHER, name)])


GOOD = line("a", b"1234")


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— a\n",
        f"text\n{GOOD}",
        f"text\n\n{GOOD[:-1]}",
        f"text\n\n{GOOD}\n",
        f"text\r\n\n{GOOD}",
        f"te\x00xt\n\n{GOOD}",
        f"text\n\n-{GOOD[1:]}",
        f"text\n\n{GOOD.replace('— a', '— a+b')}",
        "text\n\n" + GOOD.replace("— a", "— a\u00a0b"),
        f"text\n\n{GOOD.replace('— a', '— ')}",
        f"text\n\n{GOOD.replace('=', '')}",
        f"text\n\n{line('a', b'123', b'')}",
        f"text\n\n{line('a', b'1234', b'')}",
        f"text\n\n{GOOD * 101}",
        f"{'x' * 1_000_001}\n\n{GOOD}",
    ],
)
def test_what_is_no_note(note: str) -> None:
    with pytest.raises(NoteError):
        parse_note(note)


def test_sixteen_signatures_and_blank_lines_are_a_note() -> None:
    parsed = parse_note(f"one\n\ntwo\n\n{GOOD * 16}")
    assert parsed.text == "one\n\ntwo\n"
    assert len(parsed.signatures) == 16


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        "\n1\nROOT\n",
        "o\n1\nROOT\nextension\n",
        "o\n01\nROOT\n",
        "o\n-1\nROOT\n",
        "o\n+1\nROOT\n",
        "o\n\u0661\nROOT\n",
        "o\n1\nRO OT\n",
        "o\n1\ncm9vdA==\n",
        f"o\n{2**62 + 1}\nROOT\n",
        f"o\n{'9' * 5000}\nROOT\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    note = f"{text.replace('ROOT', b64encode(ROOT).decode())}\n{GOOD}"
    with pytest.raises(NoteError):
        parse_checkpoint(note)


WRITTEN = vkey("a", KEY.public_key())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+b",
        WRITTEN.replace("a+", "+", 1),
        WRITTEN.replace("a+", "b+", 1),
        WRITTEN.replace("a+", "a b+", 1),
        WRITTEN.upper(),
        WRITTEN + "=",
        WRITTEN[:-4],
        WRITTEN.replace("+A", "+B"),
        "a+00000000+æ",
    ],
)
def test_what_is_no_verifier_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|base64|ASCII"):
        parse_vkey(text)
