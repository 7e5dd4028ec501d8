"""Signatures, verified by the package that receivers use."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping

import pytest
from greffier.webhooks.signing import new_secret, signed_headers
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

BODY = json.dumps({"type": "document.finished", "data": {"id": "é"}}, ensure_ascii=False).encode()


def signed(*secrets: str, body: bytes = BODY) -> Mapping[str, str]:
    return signed_headers(secrets, event_id="msg_1", timestamp=int(time.time()), body=body)


def received(secret: str, headers: Mapping[str, str], body: bytes = BODY) -> object:
    return Webhook(secret).verify(body, dict(headers))


def test_the_receiver_accepts_what_we_sign() -> None:
    secret = new_secret()
    assert received(secret, signed(secret)) == json.loads(BODY)


def test_while_rotating_a_receiver_with_either_secret_accepts() -> None:
    new, old = new_secret(), new_secret()
    headers = signed(new, old)
    assert received(new, headers) == received(old, headers) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        received(new_secret(), headers)


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp"])
def test_a_changed_head_is_refused(header: str) -> None:
    secret = new_secret()
    headers = dict(signed(secret))
    headers[header] = str(int(time.time()) - 1)
    with pytest.raises(WebhookVerificationError):
        received(secret, headers)


def test_a_changed_body_is_refused() -> None:
    secret = new_secret()
    with pytest.raises(WebhookVerificationError):
        received(secret, signed(secret), BODY + b" ")


@given(st.dictionaries(st.text(), st.text()))
def test_whatever_the_body_holds_is_verified(data: dict[str, str]) -> None:
    secret = new_secret()
    body = json.dumps(data).encode()
    assert received(secret, signed(secret, body=body), body) == data


def test_secrets_have_the_form_of_the_specification_and_differ() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    for secret in secrets:
        assert secret.startswith("whsec_")
        assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
