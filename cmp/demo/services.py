# SPDX-License-Identifier: Apache-2.0
"""What the demo shop would declare about itself: who is called, what is stored, for how long.

One row says what a service is, the rows below it what it stores. Texts are in `texts/` under
`service.<id>.…` and `item.<name>`.
"""

from dataclasses import dataclass

__all__ = ["SERVICES", "Item", "Service"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something stored or sent; `lifetime` is ISO 8601, `session`, `persistent` or empty."""

    name: str
    lifetime: str
    technology: str = "cookie"
    party: str = "third"


@dataclass(frozen=True, slots=True)
class Service:
    """A party the pages call; `place` names its address: a tracker kind, shop or platform."""

    id: str
    name: str
    place: str
    category: str
    role: str
    items: tuple[Item, ...]

    @property
    def necessary(self) -> bool:
        """Whether it is exempt from consent (ekomloven § 3-15 second paragraph)."""
        return self.category == "necessary"


SERVICES = (
    Service(
        "demobutikken",
        "Demobutikken",
        "shop",
        "necessary",
        "controller",
        (Item("shop_session", "session", party="first"),),
    ),
    Service(
        "kvitt",
        "Kvitt",
        "platform",
        "necessary",
        "processor",
        (Item("kvitt", "P12M", party="first"),),
    ),
    Service(
        "demo-betaling",
        "Demo-betaling",
        "payment",
        "necessary",
        "controller",
        (Item("db_session", "session"),),
    ),
    Service(
        "demo-skrift",
        "Demo-skrift",
        "fonts",
        "functional",
        "controller",
        (Item("bricolage-grotesque.woff2", "P7D", "cache"),),
    ),
    Service(
        "demo-video",
        "Demo-video",
        "video",
        "functional",
        "controller",
        (Item("dv_player", "P6M"), Item("dv_volume", "persistent", "local_storage")),
    ),
    Service(
        "demo-prat",
        "Demo-prat",
        "chat",
        "functional",
        "processor",
        (Item("dp_thread", "P30D"), Item("_dp_open", "persistent", "local_storage", "first")),
    ),
    Service(
        "demo-analyse",
        "Demo-analyse",
        "analytics",
        "analytics",
        "processor",
        (
            Item("_dm_uid", "P2Y", party="first"),
            Item("_dm_visit", "session", "session_storage", "first"),
            Item("dm_id", "P13M"),
        ),
    ),
    Service(
        "demo-forslag",
        "Demo-forslag",
        "suggestions",
        "personalisation",
        "processor",
        (
            Item("_ds_taste", "P6M", party="first"),
            Item("_ds_seen", "persistent", "local_storage", "first"),
            Item("ds_id", "P6M"),
        ),
    ),
    Service(
        "demo-annonse",
        "Demo-annonse",
        "ads",
        "marketing",
        "controller",
        (
            Item("_dm_ad", "P90D", party="first"),
            Item("da_id", "P13M"),
            Item("px.gif", "", "pixel"),
        ),
    ),
    Service(
        "demo-formidling",
        "Demo-formidling",
        "affiliate",
        "marketing",
        "controller",
        (Item("df_ref", "P30D"), Item("conv", "", "pixel")),
    ),
)
