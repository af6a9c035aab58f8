# SPDX-License-Identifier: Apache-2.0
"""Keys as JSON Web Keys, and base64 that is written in one way."""

from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cmp.proof.encoding import from_base64, from_base64url, to_base64url
from cmp.proof.keys import from_seed, parse_jwk, public_jwk, thumbprint

KEY = from_seed(b"k" * 32).public_key()


def test_the_thumbprint_of_rfc_8037() -> None:
    # Appendix A.2 and A.3.
    public = from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    found = thumbprint(Ed25519PublicKey.from_public_bytes(public))
    assert found == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_key_set_entry_can_be_read_back() -> None:
    assert parse_jwk(public_jwk(KEY)) == KEY


@pytest.mark.parametrize(
    "changed",
    [{"x": None}, {"x": "AAAA"}, {"x": "!" * 43}, {"kid": "x"}, {"crv": "X25519"}, {"d": "secret"}],
)
def test_a_key_that_contradicts_itself_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"JSON Web Key|base64url"):
        parse_jwk({**public_jwk(KEY), **changed})


@pytest.mark.parametrize("size", range(6))
def test_base64_is_written_in_one_way(size: int) -> None:
    content = bytes(range(250, 250 + size))
    assert from_base64(b64encode(content).decode()) == content
    assert from_base64url(to_base64url(content)) == content


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "Q Q=", "QQ==\n", "_-==", "QQ==QQ==", "æ"])
def test_base64_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|ASCII"):
        from_base64(text)


@pytest.mark.parametrize("text", ["QQ==", "QR", "+/8", "Q", "Q Q", "QQ\n", "æ"])
def test_base64url_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64url|ASCII"):
        from_base64url(text)
