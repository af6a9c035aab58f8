# SPDX-License-Identifier: Apache-2.0
"""Making, changing and disabling accounts, without any application or request."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cmp.accounts import verbs
from cmp.accounts.password import verify
from cmp.accounts.reads import count_users, find_user, list_users
from cmp.errors import Conflict, NotFound, Unprocessable
from cmp.trail import Activity

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "en lang og god setning"


def _create(session: Session, email: str = "kari@example.no", *roles: str) -> None:
    verbs.create_user(session, email, roles or ("marketing",), PASSWORD, at=AT, must_change=True)


def test_an_account_is_made_with_a_hash_and_its_roles(engine: Engine) -> None:
    with Session(engine) as session:
        _create(session, " Kari@Example.NO ", "marketing", "auditor")
        user = find_user(session, "KARI@example.no")
        assert user is not None
        assert user.email == "kari@example.no"
        assert verify(PASSWORD, user.password)
        assert user.must_change_password
        assert sorted(role.name for role in user.roles) == ["auditor", "marketing"]


@pytest.mark.parametrize(
    "email", ["", "kari", "kari@", "a b@example.no", "a\0@localhost", "<b>@x.no", "x" * 300]
)
def test_a_bad_address_is_refused(engine: Engine, email: str) -> None:
    with Session(engine) as session:
        with pytest.raises(Unprocessable):
            _create(session, email)
        assert count_users(session) == 0


@pytest.mark.parametrize("email", ["admin@localhost", "marketing@demo.localhost"])
def test_this_machine_is_an_address(engine: Engine, email: str) -> None:
    with Session(engine) as session:
        _create(session, email)
        assert [user.email for user in list_users(session)] == [email]


def test_an_address_is_used_once(engine: Engine) -> None:
    with Session(engine) as session:
        _create(session)
        with pytest.raises(Conflict):
            _create(session, "KARI@EXAMPLE.NO")


def test_an_unknown_role_and_a_short_password_are_refused(engine: Engine) -> None:
    with Session(engine) as session:
        with pytest.raises(Unprocessable):
            _create(session, "kari@example.no", "konge")
        session.rollback()
        with pytest.raises(Unprocessable):
            verbs.create_user(session, "a@b.no", ["admin"], "kort", at=AT, must_change=False)
        assert count_users(session) == 0


def test_every_deed_that_locks_out_renames_the_sessions(engine: Engine) -> None:
    with Session(engine) as session:
        _create(session)
        user = find_user(session, "kari@example.no")
        assert user is not None
        names = [user.fs_uniquifier]
        verbs.change_password(session, user, "en annen lang setning", at=AT)
        names.append(user.fs_uniquifier)
        verbs.end_sessions(session, user, at=AT, actor=user.email)
        names.append(user.fs_uniquifier)
        verbs.disable_user(session, user.email, at=AT, actor="test")
        names.append(user.fs_uniquifier)
        assert len(set(names)) == 4
        assert not user.active
        assert not user.must_change_password


def test_disabling_nobody_says_so(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(NotFound):
        verbs.disable_user(session, "ukjent@example.no", at=AT, actor="test")


def test_deeds_are_noted_and_passwords_are_not(engine: Engine) -> None:
    with Session(engine) as session:
        _create(session)
        verbs.disable_user(session, "kari@example.no", at=AT, actor="test")
        noted = list(session.scalars(select(Activity).order_by(Activity.activity_id)))
        assert [(n.verb, n.subject, n.actor) for n in noted] == [
            ("account.add", "kari@example.no", "command line"),
            ("account.disable", "kari@example.no", "test"),
        ]
        assert PASSWORD not in str([n.details for n in noted])
