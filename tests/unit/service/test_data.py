"""The data of a request, and the digest of its text."""

from __future__ import annotations

import hashlib
import json

import pytest
from greffier.data import read_data, read_json
from greffier.errors import DataMalformed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = st.text(max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


# A busy machine is no fault of what is tried here.
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.dictionaries(NAMES, VALUES, max_size=4),
    others=st.dictionaries(NAMES.filter(lambda name: name != "data"), VALUES, max_size=2),
    first=st.booleans(),
    indent=st.sampled_from([None, 1]),
    plain=st.booleans(),
)
def test_it_is_what_json_reads_with_the_digest_of_its_text(
    data: dict[str, object],
    others: dict[str, object],
    first: bool,
    indent: int | None,
    plain: bool,
) -> None:
    whole = {"data": data, **others} if first else {**others, "data": data}
    text = json.dumps(whole, indent=indent, ensure_ascii=plain)
    request = text.encode(errors="replace")
    read, digest = read_data(request)
    assert read == read_json(request)["data"]  # type: ignore[index]
    if indent is None:
        alone = json.dumps(data, ensure_ascii=plain).encode(errors="replace")
        assert digest == hashlib.sha256(alone).hexdigest()


def test_the_text_is_taken_as_it_came() -> None:
    _, digest = read_data(b'{"locale": "fr", "data" :\n {"b":1.10, "a":"\\u00e9"}\t, "x": [{}]}')
    assert digest == hashlib.sha256(b'{"b":1.10, "a":"\\u00e9"}').hexdigest()


def test_of_two_the_last_counts() -> None:
    read, digest = read_data(b'{"data": {"a": 1}, "data": {"a": 2}}')
    assert read == {"a": 2}
    assert digest == hashlib.sha256(b'{"a": 2}').hexdigest()


@pytest.mark.parametrize("request_", [b'{"data": {"a": NaN}}', b'{"data" {}}', b'{"data": {}', b""])
def test_what_is_no_json_is_refused(request_: bytes) -> None:
    with pytest.raises(DataMalformed):
        read_data(request_)
