# SPDX-License-Identifier: Apache-2.0
"""What changes between two notices, one finding for each thing a person would name.

`material` says whether visitors who have answered are asked again because of it; together the
material changes are exactly what moves `material_sha256` (`cmp.sites.notice`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from cmp.sites.notice import NoticeBody
from cmp.sites.publish import draft, find_site, notice_in_force

__all__ = ["Change", "changes", "difference"]

_SERVICE_MATERIAL = ("provider", "country", "purpose", "hosts", "paths")
_SERVICE_COSMETIC = ("name", "role", "policy_url", "necessity")
_ITEM_MATERIAL = ("party", "purpose", "lifetime")
_PROGRAM = ("bundle_sri", "layout", "retention", "ttl")
_SITE = ("origins", "languages", "default_language", "mode", "dpo", "authority", "policy")


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `kind` is `service.added`, `item.field`, `site.field` and the like.

    `subject` names the service or storage item, `service` the service an item belongs to, `field`
    what of it has changed; `before` and `after` are values as notices hold them.
    """

    kind: str
    material: bool
    subject: str = ""
    service: str = ""
    field: str = ""
    before: Any = None
    after: Any = None


def difference(session: Session, site_key: str, *, at: datetime) -> list[Change]:
    """Return what publishing `site_key` at `at` would change of the notice in force.

    Raises NotFound for an unknown site.
    """
    site = find_site(session, site_key)
    previous = notice_in_force(session, site)
    after, _ = draft(session, site, at=at)
    return changes(msgspec.json.decode(previous.body) if previous else None, after)


def changes(before: NoticeBody | None, after: NoticeBody) -> list[Change]:
    """Return the changes from `before` (None: nothing was published) to `after`, material first."""
    old = before or {}
    found = [
        *_services(old.get("services", []), after["services"]),
        *_items(old, after),
        *_controller(old.get("controllers", []), after["controllers"]),
        *(_site(old, after) if before else ()),
    ]
    return sorted(found, key=lambda change: not change.material)


def _services(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    before, after = {s["id"]: s for s in old}, {s["id"]: s for s in new}
    for key, service in after.items():
        if key not in before:
            yield Change("service.added", True, service["name"], after=service["purpose"])
        else:
            yield from _fields("service", before[key], service, service["name"])
    for key, service in before.items():
        if key not in after:
            yield Change("service.removed", True, service["name"])


def _fields(kind: str, old: Any, new: Any, name: str, service: str = "") -> Iterator[Change]:
    material = _SERVICE_MATERIAL if kind == "service" else _ITEM_MATERIAL
    cosmetic = _SERVICE_COSMETIC if kind == "service" else ()
    for field in (*material, *cosmetic):
        if old[field] != new[field]:
            is_material = field in material
            yield Change(f"{kind}.field", is_material, name, service, field, old[field], new[field])
    if old["text"] != new["text"]:
        yield Change(f"{kind}.text", False, name, service)


def _items(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    names = {s["id"]: s["name"] for body in (old, new) for s in body.get("services", [])}
    before, after = ({_key(i): i for i in body.get("storage", [])} for body in (old, new))
    for key, item in after.items():
        of = names[item["service"]]
        if key not in before:
            yield Change("item.added", True, item["name"], of, after=item["lifetime"])
        else:
            yield from _fields("item", before[key], item, item["name"], of)
    for key, item in before.items():
        if key not in after:
            yield Change("item.removed", True, item["name"], names[item["service"]])


def _key(item: Mapping[str, Any]) -> tuple[str, ...]:
    return item["service"], item["name"], item["technology"], item["domain"]


def _controller(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    """Another controller needs a new consent; a new address of the same one does not."""
    if old and old != new:
        material = [c["id"] for c in old] != [c["id"] for c in new]
        yield Change("site.field", material, field="controllers", before=old, after=new)


def _site(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for field in _SITE:
        if old[field] != new[field]:
            yield Change("site.field", False, field=field, before=old[field], after=new[field])
    for lang, texts in new["text"].items():
        if lang in old["text"] and old["text"][lang] != texts:
            yield Change("site.text", False, field=lang)
    for field in _PROGRAM:
        if old[field] != new[field]:
            yield Change("site.field", False, field=field)
