"""``POST /v1/checks``: the report as JSON, as text, or as the template with comments in it."""

from __future__ import annotations

import pytest
from odt import ODT, field, find, link, odt, p, part

from .conftest import Service

WRONG = odt(p("Dear ", link("/if")), p("{d.name}"))


async def test_json_is_what_one_gets_who_asks_for_nothing(service: Service) -> None:
    answer = await service.client.post("/v1/checks", data=WRONG, headers={"Content-Type": ODT})
    report = await answer.json()
    assert answer.status == 200
    assert report["usable"] is False
    assert [(one["code"], one["severity"]) for one in report["findings"]] == [
        ("block-not-opened", "error"),
        ("foreign-has-equivalent", "warning"),
    ]
    assert report["foreign"] == {"Carbone": {"has-equivalent": 1}}
    assert answer.headers["Content-Language"] == "en"


async def test_text_is_for_people(service: Service) -> None:
    headers = {"Content-Type": ODT, "Accept": "text/plain"}
    answer = await service.client.post("/v1/checks", data=WRONG, headers=headers)
    told = await answer.text()
    assert answer.content_type == "text/plain"
    assert told.startswith("error: “/if” closes nothing: no “if” is open here.\n    in body › ")
    assert told.endswith("Errors: 1. Warnings: 1. Advice: 0.\n")


async def test_the_template_comes_back_with_comments(service: Service) -> None:
    headers = {"Content-Type": ODT, "Accept": ODT}
    answer = await service.client.post("/v1/checks", data=WRONG, headers=headers)
    assert (answer.status, answer.content_type) == (200, ODT)
    assert answer.headers["Greffier-Errors"] == "1"
    assert answer.headers["Greffier-Warnings"] == "1"
    assert "checked.odt" in answer.headers["Content-Disposition"]
    assert len(find(part(await answer.read()), "//office:annotation")) == 2
    assert await service.cleared()


async def test_a_file_without_a_place_for_comments_is_refused_as_such(service: Service) -> None:
    headers = {"Content-Type": ODT, "Accept": ODT}
    answer = await service.client.post("/v1/checks", data=b"PK nothing", headers=headers)
    assert answer.status == 422
    assert (await answer.json())["errors"]


@pytest.mark.parametrize("language", ["fr", "nl", "de", "da", "it"])
async def test_the_report_is_in_the_language_of_the_caller(service: Service, language: str) -> None:
    headers = {"Content-Type": ODT, "Accept-Language": f"pl, {language}-XX;q=0.8, en;q=0.5"}
    answer = await service.client.post("/v1/checks", data=WRONG, headers=headers)
    assert answer.headers["Content-Language"] == language
    first = (await answer.json())["findings"][0]
    assert "closes nothing" not in first["message"]
    assert "/if" in first["message"]


async def test_a_refused_template_is_told_of_in_the_language_of_the_caller(
    service: Service,
) -> None:
    service.client.session.headers["Accept-Language"] = "de"
    answer = await service.post({"data": {}}, template=odt(p(field("name"))))
    problem = await answer.json()
    assert answer.status == 422
    assert answer.headers["Content-Language"] == "de"
    assert problem["errors"][0]["message"] in problem["detail"]
    assert "is not in the data" not in problem["detail"]


async def test_mistakes_of_programs_are_told_in_english(service: Service) -> None:
    headers = {"Accept-Language": "de"}
    answer = await service.client.post("/v1/documents", json={"dta": {}}, headers=headers)
    assert answer.headers["Content-Language"] == "en"
    assert (await answer.json())["errors"][0]["field"] == "data"
