# SPDX-License-Identifier: Apache-2.0
"""The table role by action."""

import pytest

from cmp.accounts.permissions import ACTIONS, ROLES, may


def test_auditors_look_and_never_change() -> None:
    allowed = {action for action in ACTIONS if may(["auditor"], action)}
    assert allowed == {"account.own", "record.read", "record.export"}


def test_marketing_sees_no_records() -> None:
    assert not may(["marketing"], "record.read")
    assert not may(["marketing"], "record.export")


def test_roles_add_up() -> None:
    assert may(["marketing", "auditor"], "record.read")
    assert may(["marketing", "auditor"], "catalog.edit")


def test_nobody_without_a_role_may_anything() -> None:
    assert not any(may([], action) or may(["gjest"], action) for action in ACTIONS)


def test_every_role_of_the_table_exists() -> None:
    assert {role for roles in ACTIONS.values() for role in roles} <= set(ROLES)


def test_an_unknown_action_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        may(["admin"], "catalog.burn")
