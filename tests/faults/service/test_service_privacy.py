"""Whatever happens to a request, nothing it says reaches a log, a measure or another answer."""

from __future__ import annotations

import json
from pathlib import Path

import requests
from faults.service.conftest import LONG, ODT, Victim
from odt import field, odt, p
from running import greffier_serve

#: Planted wherever callers can put something.
NAME = "Zebulonski"
LETTER = odt(p("Dear ", field("name"), ", born ", field("format_date(born, 'short')")))


def test_no_personal_data_outside_of_the_documents(tmp_path: Path) -> None:
    settings = {
        "GREFFIER_LOG_FORMAT": "json",
        "GREFFIER_LOG_LEVEL": "debug",
        "GREFFIER_MAX_TEMPLATE_BYTES": "100000",
    }
    with greffier_serve(tmp_path, settings) as running:
        service = Victim(running, tmp_path)
        address = f"{running.url}/v1/documents"
        refusals = [
            service.post({"name": NAME, "born": NAME}, LETTER),
            service.post({"born": NAME}, LETTER),
            service.post({"name": [NAME], "born": {NAME: NAME}}, LETTER),
            service.post([NAME], LETTER),
            service.post({"name": NAME}, NAME.encode()),
            service.post({"name": NAME}, NAME.encode() * 20_000),
            requests.post(
                address, json={"data": {"name": NAME}, "output": {"title": NAME}}, timeout=60
            ),
            requests.post(address, data=f'{{"data": "{NAME}', timeout=60),
            requests.post(
                address,
                data=f'{{"data": "{NAME}',
                headers={"Content-Type": "application/json"},
                timeout=60,
            ),
            requests.post(
                f"{running.url}/v1/conversions",
                files={"file": (f"{NAME}.docx", NAME.encode(), ODT)},
                timeout=60,
            ),
        ]
        assert all(400 <= answer.status_code < 500 for answer in refusals)
        requests.get(f"{running.url}/v1/{NAME}?name={NAME}", timeout=60)
        requests.get(f"{running.url}/docs", headers={"Cookie": f"name={NAME}"}, timeout=60)
        asked = service.ask({"lines": [f"{NAME} {number}" for number in range(8_000)]}, LONG)
        service.until_busy("office")
        service.processes("office")[0].kill()
        assert asked.result().status_code == 200
        measures = requests.get(f"{running.url}/metrics", timeout=60).text
        facts = requests.get(f"{running.url}/v1/info", timeout=60).text
    assert NAME not in measures + facts
    # What the caller sent as a value comes back in no refusal.
    for answer in refusals:
        assert NAME not in answer.text.replace(json.dumps({"title": NAME}), ""), answer.text
    log = running.log.read_text()
    assert '"route": "/v1/documents"' in log
    assert NAME not in log
    left = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not [path for path in left if NAME.encode() in path.read_bytes()]
