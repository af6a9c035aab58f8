# SPDX-License-Identifier: Apache-2.0
"""`/openapi.json` lists every address that needs no login, and says what comes back from each."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from cmp.clock import now
from cmp.sites.models import Notice
from cmp.web.frame.doors import PUBLIC, Route, routes_of
from tests.factories import ORIGIN, SITE, decision


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = answer.json
    return found


def _address(route: Route) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.rule)


def test_it_lists_every_public_route_of_visitors_and_operators(described: dict[str, Any]) -> None:
    wanted = {
        (_address(route), method.lower())
        for door in ("visitor", "ops")
        for route in routes_of()[door]
        for method in route.methods
        # Browsers ask that by themselves (Fetch, CORS preflight); no program calls it.
        if route.action == PUBLIC and method != "OPTIONS"
    }
    assert {(path, verb) for path, verbs in described["paths"].items() for verb in verbs} == wanted


def test_each_operation_has_a_name_of_its_own_and_the_parameters_of_its_address(
    described: dict[str, Any],
) -> None:
    names = []
    for path, verbs in described["paths"].items():
        for operation in verbs.values():
            names.append(operation["operationId"])
            told = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
            assert told == re.findall(r"{(\w+)}", path)
    assert len(set(names)) == len(names)


def test_its_schemas_are_schemas_and_fit_what_is_sent(
    described: dict[str, Any], notice: Notice
) -> None:
    schemas = described["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    whole = {"$ref": "#/components/schemas/Decision", "components": described["components"]}
    assert Draft202012Validator(whole).is_valid(decision(notice))
    assert not Draft202012Validator(whole).is_valid(decision(notice, more=1))


def test_what_comes_back_is_what_it_says(
    client: FlaskClient, described: dict[str, Any], notice: Notice
) -> None:
    stored = client.post(
        f"/v1/sites/{SITE}/decisions", json=decision(notice), headers={"Origin": ORIGIN}
    )
    script = client.get(f"/k/{SITE}.js").text
    values = {
        "site": SITE,
        "sha256": notice.sha256,
        "record_id": stored.json["record_id"],
        "year": str(now().year),
        "path": "0/000.p/1",
        "name": re.findall(r'"l":{"nb":\["(\w+)"', script)[0],
    }
    client.get(f"/log/{SITE}/{values['year']}/checkpoint")
    for path, verbs in described["paths"].items():
        if "get" in verbs:
            answer = client.get(path.format(**values))
            assert answer.status_code == 200, path
            assert answer.mimetype in verbs["get"]["responses"]["200"]["content"], path


def test_what_is_not_there_is_a_problem(client: FlaskClient, described: dict[str, Any]) -> None:
    unknown = dict.fromkeys(("site", "sha256", "record_id", "path", "name"), "nothing")
    for path, verbs in described["paths"].items():
        if "404" in verbs.get("get", {"responses": {}})["responses"]:
            answer = client.get(path.format(**unknown, year="1999"))
            assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), path
