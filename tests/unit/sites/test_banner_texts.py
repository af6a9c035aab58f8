# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from cmp.errors import EnvironmentFault
from cmp.i18n.text import LANGUAGES, texts
from cmp.sites.banner_texts import (
    PLACEHOLDER,
    banner_texts,
    dialog_texts,
    rendered_text_sha256,
    script,
)
from tests.e2e.banner.sample import BASE, sample_notice

# Lint rule R71: sentences of at most 25 words on layer 1, LIX of at most 45.
LONGEST_SENTENCE, LARGEST_LIX = 25, 45
# Lint rules R31 to R34, as far as a default text could break them.
FORBIDDEN = (
    *("ved å fortsette", "by continuing", "opplevelse", "oppleving", "experience", "forstått"),
    *("unik", "unique", "got it", "vilkår", "terms", "nyhetsbrev", "newsletter", "dessverre"),
)


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def strings(value: Any) -> Iterator[str]:
    """Every text within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def lix(text: str) -> float:
    """Björnsson's readability index: words per sentence and long words in a hundred."""
    words = re.findall(r"\w+", text)
    sentences = len(re.findall(r"[.:!?]", text)) or 1
    return len(words) / sentences + 100 * sum(len(w) > 6 for w in words) / len(words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_says_the_same_things(lang: str) -> None:
    ours, theirs = texts("banner", "nb"), texts("banner", lang)
    assert set(ours) == set(theirs)
    for key, text in theirs.items():
        assert text.strip() == text != "", key
        assert placeholders(text) == placeholders(ours[key]), key
        assert not [phrase for phrase in FORBIDDEN if phrase in text.lower()], key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_layer_says_what_must_be_said_before_a_choice(lang: str) -> None:
    notice = sample_notice()
    layer = banner_texts(notice, lang, base=BASE)
    words, said = texts("banner", lang), " ".join(layer["body"])
    for purpose in ("functional", "analytics", "personalisation", "marketing"):
        assert words[f"category.{purpose}.short"] in layer["body"][0]
    assert notice["controllers"][0]["name"] in said
    assert said.count("5 ") == 1
    assert words["body.withdraw"] in said
    assert layer["title"].endswith("Demobutikken")
    assert len({layer["accept"], layer["reject"], layer["customise"]}) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_layer_is_plain(lang: str) -> None:
    notice = sample_notice()
    notice["controllers"][0]["name"] = "Butikken"
    layer = banner_texts(notice, lang, base=BASE)
    text = " ".join([f"{layer['title']}.", *layer["body"]])
    longest = max(len(sentence.split()) for sentence in re.split(r"[.!?]", text))
    assert longest <= LONGEST_SENTENCE
    assert lix(text) <= LARGEST_LIX


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_second_layer_is_plain(lang: str) -> None:
    words = texts("banner", lang)
    text = " ".join(v for k, v in words.items() if k.endswith((".description", ".reason", "intro")))
    assert lix(text) <= LARGEST_LIX


def test_refusing_is_said_in_words_that_refusing_tools_know() -> None:
    assert [texts("banner", lang)["reject"] for lang in LANGUAGES] == [
        "Avvis alle",
        "Avvis alle",
        "Reject all",
    ]


@pytest.mark.parametrize(
    ("providers", "sentence"),
    [
        ([], "Ingen andre er med."),
        (["A"], "Én leverandør er med."),
        (["A", "A", "B"], "2 leverandører"),
    ],
    ids=str,
)
def test_providers_are_counted_once_each(providers: list[str], sentence: str) -> None:
    notice = sample_notice()
    one = next(s for s in notice["services"] if s["purpose"] == "marketing")
    notice["services"] = [one | {"provider": name} for name in providers]
    assert banner_texts(notice, "nb", base=BASE)["body"][1].startswith(sentence)


def test_every_service_and_item_is_told_with_its_facts() -> None:
    layer = dialog_texts(sample_notice(), "nb", base=BASE)
    services = {s["id"]: s for c in layer["categories"] for s in c["services"]}
    assert len(services) == 8
    assert sum(len(s["items"]) for s in services.values()) == 25
    chat = services["demo-prat"]
    assert chat["provider"] == "Demo-prat (oppdiktet), Norge"
    assert ["dp_thread", "Informasjonskapsel hos leverandøren. Varighet: 30 dager"] in [
        item[:2] for item in chat["items"]
    ]
    pixel = next(i for i in services["demo-annonse"]["items"] if i[0] == "px.gif")
    assert pixel[1] == "Sporingspiksel hos leverandøren"


def test_only_what_is_exempt_gives_a_reason() -> None:
    layer = dialog_texts(sample_notice(), "nb", base=BASE)
    for category in layer["categories"]:
        assert ("reason" in category) is category["exempt"]
        assert all(("reason" in s) is category["exempt"] for s in category["services"])


def test_a_sites_own_words_replace_the_defaults() -> None:
    notice = sample_notice()
    notice["text"]["nb"] |= {"title": "Kaker {hos} {site}", "reject": "Nei takk"}
    layer = banner_texts(notice, "nb", base=BASE)
    assert (layer["title"], layer["reject"]) == ("Kaker {hos} Demobutikken", "Nei takk")


@pytest.mark.parametrize(
    "text", ["{", "}", "{0}", "{site.__class__}", "{site!r}", "{{site}}", "{:>10}"], ids=repr
)
def test_a_stray_brace_is_a_brace(text: str) -> None:
    notice = sample_notice()
    notice["text"]["nb"] |= {"title": text}
    shown = banner_texts(notice, "nb", base=BASE)["title"]
    assert shown == text.replace("{site}", "Demobutikken")


def test_an_older_notice_without_a_word_gets_todays() -> None:
    notice = sample_notice()
    del notice["text"]["nb"]["body.controller"]
    assert "Behandlingsansvarlig er" in banner_texts(notice, "nb", base=BASE)["body"][1]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example", ""])
def test_a_visitor_is_sent_to_web_addresses_only(url: str) -> None:
    notice = sample_notice()
    notice["policy"]["url"] = {"nb": url}
    notice["authority"]["url"] = url
    notice["services"][0]["policy_url"] = url
    layer = dialog_texts(notice, "nb", base=BASE)
    assert (layer["policy_url"], layer["authority_url"]) == ("", "")
    assert url == "" or url not in set(strings(layer))


def test_a_language_the_notice_lacks_is_refused() -> None:
    with pytest.raises(KeyError):
        banner_texts(sample_notice(), "se", base=BASE)


def test_right_to_left_is_told() -> None:
    notice = sample_notice()
    notice["text"]["ar"] = dict(texts("banner", "nb")) | {"site_name": "Demobutikken"}
    assert banner_texts(notice, "ar", base=BASE)["dir"] == "rtl"
    assert banner_texts(notice, "nb", base=BASE)["dir"] == "ltr"


def test_texts_cannot_leave_the_script_they_stand_in() -> None:
    nasty = {"title": "</script><script>alert(1)</script>\u2028<!--"}
    made = script(f"let t={PLACEHOLDER};", nasty)
    assert "<" not in made
    assert "\u2028" not in made
    assert json.loads(made.removeprefix("let t=").removesuffix(";")) == nasty


@pytest.mark.parametrize("source", ["", f"{PLACEHOLDER}{PLACEHOLDER}"], ids=["none", "two"])
def test_a_bundle_with_another_number_of_placeholders_is_refused(source: str) -> None:
    with pytest.raises(EnvironmentFault):
        script(source, {})


def test_the_hash_is_formed_as_the_specification_says() -> None:
    layer = banner_texts(sample_notice(), "en", base=BASE)
    lines = [
        "en",
        f"heading:{layer['title']}",
        *(f"p:{text}" for text in layer["body"]),
        "link:Privacy policy",
        "link:Cookie list",
        "button:Reject all",
        "button:Accept all",
        "button:Customise",
    ]
    wanted = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert rendered_text_sha256(layer, 1, "en") == wanted


def test_the_hash_does_not_see_how_a_text_is_composed_or_spaced() -> None:
    layer = banner_texts(sample_notice(), "nb", base=BASE)
    same = layer | {"title": f"  {layer['title']}\n", "customise": "Tilpa\u030a"}
    assert rendered_text_sha256(layer | {"customise": "Tilp\u00e5"}, 1, "nb") == (
        rendered_text_sha256(same, 1, "nb")
    )


@pytest.mark.parametrize("layer", [1, 2])
def test_the_hash_sees_every_word(layer: int) -> None:
    build = banner_texts if layer == 1 else dialog_texts
    shown = build(sample_notice(), "nb", base=BASE)
    hashes = {rendered_text_sha256(shown, layer, lang) for lang in ("nb", "nn")}
    words = ("title", "accept", "reject", "policy", "list", "customise" if layer == 1 else "save")
    for word in words:
        hashes.add(rendered_text_sha256(shown | {word: "Annet"}, layer, "nb"))
    assert len(hashes) == 2 + len(words)


def test_a_link_that_leads_nowhere_is_not_shown_and_not_hashed() -> None:
    shown = dialog_texts(sample_notice(), "nb", base=BASE) | {"authority_url": ""}
    other = rendered_text_sha256(shown | {"authority": "Annet"}, 2, "nb")
    assert rendered_text_sha256(shown, 2, "nb") == other
