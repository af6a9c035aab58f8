# SPDX-License-Identifier: Apache-2.0
"""Record ids and pseudonyms."""

import uuid
from datetime import UTC, datetime

from cmp.consent.identifiers import new_record_id, new_subject_key

AT = datetime(2026, 11, 24, 9, 0, 0, 123_000, tzinfo=UTC)


def test_a_record_id_is_a_uuid_of_version_7_with_the_millisecond() -> None:
    for _ in range(200):
        text = new_record_id(AT)
        parsed = uuid.UUID(text)
        assert str(parsed) == text
        assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
        assert parsed.int >> 80 == int(AT.timestamp() * 1000)


def test_no_two_are_alike_in_one_millisecond() -> None:
    assert len({new_record_id(AT) for _ in range(2000)}) == 2000
    assert len({new_subject_key() for _ in range(2000)}) == 2000


def test_a_pseudonym_is_128_bits_in_base64url() -> None:
    assert len(new_subject_key()) == 22
