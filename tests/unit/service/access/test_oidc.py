"""Tokens of an identity service: those that open, and all the others."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from greffier.access.model import Principal, Role
from greffier.access.oidc.errors import IssuerUnavailable, TokenRefused, TokenUnmapped
from greffier.access.oidc.settings import Issuer
from greffier.access.oidc.tokens import Tokens, is_token
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.service.access.issuer import EC, ED, OTHER_RSA, RSA, FakeIssuer, jwk

OPENS = Principal("namur", "erp", frozenset({Role.RENDER}))


class Clock:
    """Time as the test wants it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


Opener = Callable[..., Tokens]


@pytest.fixture
async def opener(issuer: FakeIssuer) -> AsyncIterator[Opener]:
    made: list[Tokens] = []

    def make(clock: Callable[[], float] = time.monotonic, **changed: Any) -> Tokens:
        given = {
            "issuer": issuer.name,
            "audience": "greffier",
            "tenant_claim": "town",
            "roles_claim": "realm_access.roles",
            "roles": {"greffier-render": "render", "greffier-admin": ["design", "operate"]},
            **changed,
        }
        given = {name: value for name, value in given.items() if value is not None}
        made.append(Tokens([Issuer.model_validate(given)], clock=clock))
        return made[-1]

    yield make
    for each in made:
        await each.close()


Refuses = Callable[[str], Awaitable[str]]


@pytest.fixture
def refused(opener: Opener) -> Refuses:
    """Give what is told of a token that does not open."""
    tokens = opener()

    async def tell(token: str) -> str:
        with pytest.raises(TokenRefused) as error:
            await tokens.principal(token)
        return str(error.value)

    return tell


# --- those that open -----------------------------------------------------------------------


async def test_a_token_opens_for_its_tenant_with_its_roles(
    issuer: FakeIssuer, opener: Opener
) -> None:
    assert await opener().principal(issuer.token()) == OPENS


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(RSA, "RS256"), (RSA, "PS512"), (EC, "ES256"), (ED, "EdDSA")],
)
async def test_keys_of_all_usual_kinds(
    issuer: FakeIssuer, opener: Opener, key: Any, algorithm: str
) -> None:
    issuer.keys = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k"},
        {"kty": "unheard of", "kid": "k"},
        jwk(OTHER_RSA, "RS256", kid="k", use="enc"),
        jwk(key, algorithm, kid="k"),
    ]
    token = issuer.token(key, algorithm, {"kid": "k"})
    assert await opener().principal(token) == OPENS


@pytest.mark.parametrize("kind", ["at+jwt", "AT+JWT", "application/at+jwt", "JWT"])
async def test_access_tokens_of_rfc_9068(issuer: FakeIssuer, opener: Opener, kind: str) -> None:
    token = issuer.token(head={"kid": "rsa-1", "typ": kind}, client_id="rfc9068", azp=None)
    assert (await opener().principal(token)).name == "rfc9068"


async def test_an_issuer_described_as_rfc_8414_has_it(issuer: FakeIssuer, opener: Opener) -> None:
    issuer.place = "/.well-known/oauth-authorization-server/realms/town"
    assert await opener().principal(issuer.token()) == OPENS


async def test_an_only_key_needs_no_id(issuer: FakeIssuer, opener: Opener) -> None:
    issuer.keys = [jwk(RSA, "RS256")]
    assert await opener().principal(issuer.token(head={})) == OPENS
    issuer.keys.append(jwk(OTHER_RSA, "RS256", kid="2"))
    with pytest.raises(TokenRefused, match="does not publish"):
        await opener().principal(issuer.token(head={}))


async def test_clocks_may_differ_a_little(issuer: FakeIssuer, opener: Opener) -> None:
    now = int(time.time())
    assert await opener().principal(issuer.token(exp=now - 10, iat=now + 10, nbf=now + 10)) == OPENS


async def test_the_issuer_is_reached_through_the_proxy_of_the_environment(
    issuer: FakeIssuer, opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = []

    async def forward(request: web.Request) -> web.StreamResponse:
        passed.append(request.path)
        described = {"issuer": issuer.name, "jwks_uri": f"{issuer.name}/keys"}
        return web.json_response({**described, "keys": issuer.keys})

    app = web.Application()
    app.router.add_get("/{path:.*}", forward)
    async with TestServer(app, host="127.0.0.1") as proxy:
        tokens = opener()
        monkeypatch.setenv("http_proxy", str(proxy.make_url("/")))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert await tokens.principal(issuer.token()) == OPENS
    assert len(passed) == 2
    assert issuer.fetches == 0


# --- those that do not ---------------------------------------------------------------------


#: Parameters are made when tests are collected, long before some of them run.
_DAY_S = 24 * 3600


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"exp": int(time.time()) - 60}, "expired"),
        ({"exp": None}, "lacks"),
        ({"nbf": int(time.time()) + _DAY_S}, "not valid yet"),
        ({"iat": int(time.time()) + _DAY_S}, "not valid yet"),
        ({"aud": "account"}, "another service"),
        ({"aud": ["account", "greffier2"]}, "another service"),
        ({"aud": None}, "lacks"),
        ({"aud": {"greffier": 1}}, "another service"),
        ({"exp": "soon"}, "cannot be read"),
        ({"exp": float("inf")}, "cannot be read"),
        ({"cnf": {"jkt": "x"}}, "bound to a key"),
        ({"azp": None, "sub": None}, "names no application"),
        ({"azp": "a\nb", "sub": "x" * 101}, "names no application"),
    ],
)
async def test_what_a_token_claims_must_be_right(
    issuer: FakeIssuer, refused: Refuses, changed: dict[str, object], told: str
) -> None:
    assert told in await refused(issuer.token(**changed))


async def test_a_token_signed_by_somebody_else_is_refused(
    issuer: FakeIssuer, refused: Refuses
) -> None:
    assert "signature is wrong" in await refused(issuer.token(OTHER_RSA))


async def test_a_changed_token_is_refused(issuer: FakeIssuer, refused: Refuses) -> None:
    head, _, signature = issuer.token().split(".")
    claims = json.dumps(issuer.claims(town="liege")).encode()
    body = base64.urlsafe_b64encode(claims).rstrip(b"=").decode()
    assert "signature is wrong" in await refused(f"{head}.{body}.{signature}")
    assert "signature is wrong" in await refused(f"{head}.{body}.")


def forged(issuer: FakeIssuer, head: dict[str, object], secret: bytes | None) -> str:
    """Write a token by hand: with a MAC, or with nothing."""
    parts = [json.dumps(each).encode() for each in (head, issuer.claims())]
    signed = ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts)
    mac = b"" if secret is None else hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None])
async def test_unsigned_tokens_are_refused(
    issuer: FakeIssuer, refused: Refuses, algorithm: str | None
) -> None:
    token = forged(issuer, {"alg": algorithm, "kid": "rsa-1"}, None)
    assert "see `alg`" in await refused(token)
    assert issuer.asked == {}


@pytest.mark.parametrize("algorithm", ["HS256", "HS512", "RS256", "ES256"])
async def test_the_public_key_is_no_secret(
    issuer: FakeIssuer, refused: Refuses, algorithm: str
) -> None:
    """The attack: a MAC whose key is what everybody knows (RFC 8725, section 2.1)."""
    public = RSA.public_key()
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(issuer.keys[0]).encode(),
        b"",
    ):
        await refused(forged(issuer, {"alg": algorithm, "kid": "rsa-1"}, secret))


async def test_a_key_is_only_for_its_own_algorithm(issuer: FakeIssuer, opener: Opener) -> None:
    issuer.keys = [jwk(RSA, "RS256", kid="rsa-1", alg="RS256"), jwk(EC, "ES256", kid="ec")]
    tokens = opener()
    for token in (
        issuer.token(RSA, "PS256"),
        issuer.token(EC, "ES256", {"kid": "rsa-1"}),
        issuer.token(RSA, "RS256", {"kid": "ec"}),
    ):
        with pytest.raises(TokenRefused, match="does not publish"):
            await tokens.principal(token)


async def test_operators_may_take_fewer_algorithms(issuer: FakeIssuer, opener: Opener) -> None:
    with pytest.raises(TokenRefused, match="see `alg`"):
        await opener(algorithms="ES256").principal(issuer.token())


async def test_short_keys_are_refused(issuer: FakeIssuer, opener: Opener) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    issuer.keys = [jwk(short, "RS256", kid="short")]
    body = json.dumps(issuer.claims()).encode()
    with pytest.warns(match="bits"):
        token = jwt.api_jws.encode(body, short, "RS256", headers={"kid": "short"})
    with pytest.raises(TokenRefused):
        await opener().principal(token)


async def test_a_token_does_not_bring_its_own_key(issuer: FakeIssuer, refused: Refuses) -> None:
    """RFC 8725, section 3.10: neither ``jwk`` nor an address in a token is used."""
    elsewhere = f"{issuer.name}/stolen"
    for head in (
        {"jwk": jwk(OTHER_RSA, "RS256")},
        {"jku": elsewhere, "kid": "evil"},
        {"x5u": elsewhere, "kid": "evil"},
        {"kid": "../../../../dev/null"},
        {"kid": "' OR 1=1 --"},
        {"kid": elsewhere},
        {"kid": "x" * 5000},
    ):
        await refused(issuer.token(OTHER_RSA, "RS256", head))
    assert set(issuer.asked) == {issuer.place, "/realms/town/keys"}
    assert issuer.fetches == 1


@pytest.mark.parametrize(
    "head",
    [
        {"kid": "rsa-1", "typ": "logout+jwt"},
        {"kid": "rsa-1", "typ": "dpop+jwt"},
        {"kid": "rsa-1", "crit": ["b64"], "b64": False},
        {"kid": "rsa-1", "crit": ["exp"], "exp": 1},
    ],
)
async def test_other_kinds_of_tokens_are_refused(
    issuer: FakeIssuer, refused: Refuses, head: dict[str, Any]
) -> None:
    parts = [json.dumps(each).encode() for each in ({"alg": "RS256", **head}, issuer.claims())]
    signed = ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts)
    await refused(f"{signed}.AAAA")
    assert issuer.asked == {}


async def test_an_unknown_issuer_costs_no_call(issuer: FakeIssuer, refused: Refuses) -> None:
    for name in (f"{issuer.name}/", "https://evil.example", None, 7, ["x"]):
        claims = {**issuer.claims(), "iss": name}
        token = jwt.api_jws.encode(
            json.dumps(claims).encode(), RSA, "RS256", headers={"kid": "rsa-1"}
        )
        assert "issuer" in await refused(token)
    assert issuer.asked == {}


@pytest.mark.parametrize(
    "token",
    [
        "eyJ" + "A" * 20_000 + ".eyJ.x",
        "eyJhbGciOiJSUzI1NiJ9." + base64.urlsafe_b64encode(b"[" * 9000).decode() + ".AAAA",
        base64.urlsafe_b64encode(b'{"a":' * 1500).decode() + ".e30.AAAA",
        "eyJhbGciOiJSUzI1NiJ9.W10.AAAA",
        "eyJhbGciOiJSUzI1NiJ9..",
        "eyJ..",
        "..",
        "",
        "eyJ.é.x",
    ],
)
async def test_what_is_no_token_is_refused(
    issuer: FakeIssuer, refused: Refuses, token: str
) -> None:
    await refused(token)
    assert issuer.asked == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(min_value=0), put=st.characters(min_codepoint=33, max_codepoint=126))
async def test_one_changed_letter_never_opens_for_somebody_else(
    issuer: FakeIssuer, opener: Opener, at: int, put: str
) -> None:
    token = issuer.token()
    at %= len(token)
    changed = token[:at] + put + token[at + 1 :]
    if changed != token:
        with pytest.raises(TokenRefused):
            await opener().principal(changed)


def test_keys_of_ours_are_not_taken_for_tokens(issuer: FakeIssuer) -> None:
    assert is_token(issuer.token())
    assert not is_token("gref_0123456789ab_" + "x" * 43)
    assert not is_token("a-key-of-sixteen-or-more")


# --- tenants and roles ---------------------------------------------------------------------


async def test_values_of_a_claim_are_mapped_to_tenants(issuer: FakeIssuer, opener: Opener) -> None:
    tokens = opener(tenant_claim="groups", tenants={"/towns/namur": "namur", "/towns/x": "x"})
    principal = await tokens.principal(issuer.token(groups=["/staff", "/towns/namur"]))
    assert principal.tenant == "namur"
    for groups, told in [
        (["/staff"], "no tenant"),
        (["/towns/namur", "/towns/x"], "several tenants"),
        ([], "no tenant"),
        (None, "no tenant"),
        ({"/towns/namur": 1}, "no tenant"),
        ("namur", "no tenant"),
    ]:
        with pytest.raises(TokenUnmapped, match=f"{told}.*`groups`"):
            await tokens.principal(issuer.token(groups=groups))


@pytest.mark.parametrize("town", ["Namur", "na mur", "", "../x", 7, None, True])
async def test_a_claim_that_names_no_tenant_is_refused(
    issuer: FakeIssuer, opener: Opener, town: object
) -> None:
    with pytest.raises(TokenUnmapped, match="`town`"):
        await opener().principal(issuer.token(town=town))


async def test_an_issuer_may_be_one_tenants_own(issuer: FakeIssuer, opener: Opener) -> None:
    tokens = opener(tenant="dinant", tenant_claim=None)
    assert (await tokens.principal(issuer.token(town="namur"))).tenant == "dinant"


async def test_roles_come_from_the_claim_and_what_is_not_ours_is_no_matter(
    issuer: FakeIssuer, opener: Opener
) -> None:
    tokens = opener()
    both = {"roles": ["greffier-render", "greffier-admin", "uma_authorization", 7]}
    principal = await tokens.principal(issuer.token(realm_access=both))
    assert principal.roles == {Role.RENDER, Role.DESIGN, Role.OPERATE}
    for access in ({"roles": ["operate"]}, {"roles": []}, {}, [], "greffier-render", None):
        with pytest.raises(TokenUnmapped, match=r"`realm_access\.roles`"):
            await tokens.principal(issuer.token(realm_access=access))


async def test_roles_may_be_scopes_or_granted_to_all(issuer: FakeIssuer, opener: Opener) -> None:
    tokens = opener(roles_claim="scope", roles={"documents:write": "render"})
    principal = await tokens.principal(issuer.token(scope="openid documents:write"))
    assert principal.roles == {Role.RENDER}
    tokens = opener(roles_claim=None, roles=None, grant="render")
    assert (await tokens.principal(issuer.token())).roles == {Role.RENDER}


async def test_names_of_claims_may_have_dots(issuer: FakeIssuer, opener: Opener) -> None:
    claim = "https://town.example/tenant"
    tokens = opener(tenant_claim=[claim])
    assert (await tokens.principal(issuer.token(**{claim: "namur"}))).tenant == "namur"


# --- keys change, issuers fail -------------------------------------------------------------


async def test_keys_are_fetched_once_for_many(issuer: FakeIssuer, opener: Opener) -> None:
    import asyncio

    tokens = opener()
    await asyncio.gather(*(tokens.principal(issuer.token()) for _ in range(20)))
    assert issuer.fetches == 1


async def test_a_new_key_is_fetched_when_it_is_missed(issuer: FakeIssuer, opener: Opener) -> None:
    clock = Clock()
    tokens = opener(clock)
    await tokens.principal(issuer.token())
    issuer.keys.append(jwk(OTHER_RSA, "RS256", kid="rsa-2"))
    clock.now += 31
    new = issuer.token(OTHER_RSA, head={"kid": "rsa-2"})
    assert await tokens.principal(new) == OPENS
    assert issuer.fetches == 2


async def test_made_up_key_ids_do_not_call_the_issuer_at_will(
    issuer: FakeIssuer, opener: Opener
) -> None:
    clock = Clock()
    tokens = opener(clock)
    for number in range(50):
        with pytest.raises(TokenRefused):
            await tokens.principal(issuer.token(OTHER_RSA, head={"kid": str(number)}))
    assert issuer.fetches == 1
    assert await tokens.principal(issuer.token()) == OPENS


async def test_a_key_that_is_withdrawn_does_not_count_for_long(
    issuer: FakeIssuer, opener: Opener
) -> None:
    import asyncio

    clock = Clock()
    tokens = opener(clock)
    await tokens.principal(issuer.token())
    issuer.keys = [jwk(EC, "ES256", kid="ec")]
    clock.now += 601
    await tokens.principal(issuer.token())  # and asks anew, without making anybody wait
    async with asyncio.timeout(5):
        while issuer.fetches < 2:
            await asyncio.sleep(0.01)
    with pytest.raises(TokenRefused):
        await tokens.principal(issuer.token())


async def test_an_issuer_that_fails_is_no_fault_of_the_token(
    issuer: FakeIssuer, opener: Opener
) -> None:
    clock = Clock()
    tokens = opener(clock)
    issuer.status = 500
    for _ in range(5):
        with pytest.raises(IssuerUnavailable):
            await tokens.principal(issuer.token())
    assert sum(issuer.asked.values()) == 2  # one try, in both places
    issuer.status = 200
    clock.now += 5
    assert await tokens.principal(issuer.token()) == OPENS


async def test_keys_outlast_a_short_failure_and_no_long_one(
    issuer: FakeIssuer, opener: Opener
) -> None:
    clock = Clock()
    tokens = opener(clock)
    await tokens.principal(issuer.token())
    issuer.status = 503
    clock.now += 1800
    assert await tokens.principal(issuer.token()) == OPENS
    clock.now += 1801
    with pytest.raises(IssuerUnavailable):
        await tokens.principal(issuer.token())


async def test_an_unknown_key_while_the_issuer_fails_is_not_called_wrong(
    issuer: FakeIssuer, opener: Opener
) -> None:
    clock = Clock()
    tokens = opener(clock)
    await tokens.principal(issuer.token())
    issuer.status = 503
    clock.now += 31
    for _ in range(3):
        with pytest.raises(IssuerUnavailable):
            await tokens.principal(issuer.token(OTHER_RSA, head={"kid": "rsa-2"}))
    assert await tokens.principal(issuer.token()) == OPENS


async def test_nobody_there(issuer: FakeIssuer, opener: Opener) -> None:
    tokens, token = opener(), issuer.token()
    await issuer.server.close()
    with pytest.raises(IssuerUnavailable):
        await tokens.principal(token)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "http://192.0.2.1/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
async def test_a_description_that_is_not_the_issuers_is_not_used(
    issuer: FakeIssuer, opener: Opener, described: dict[str, Any]
) -> None:
    issuer.described = described
    with pytest.raises(IssuerUnavailable):
        await opener().principal(issuer.token())


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"keys":[]}', b'{"keys":{}}', b"[" * 100_000, b" " * 600_000]
)
async def test_keys_that_cannot_be_read_are_none(
    issuer: FakeIssuer, opener: Opener, body: bytes
) -> None:
    issuer.body = body
    with pytest.raises(IssuerUnavailable):
        await opener().principal(issuer.token())


async def test_redirects_of_an_issuer_are_not_followed(issuer: FakeIssuer, opener: Opener) -> None:
    issuer.status = 302
    with pytest.raises(IssuerUnavailable):
        await opener().principal(issuer.token())
    assert "/elsewhere" not in issuer.asked


# --- settings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "http://idp.example"},
        {"issuer": "idp.example"},
        {"issuer": "https://idp.example/?x=1"},
        {"audience": []},
        {"audience": ""},
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"tenant": "namur"},
        {"tenant_claim": None},
        {"tenant_claim": "a..b"},
        {"roles": {"x": ["admin"]}},
        {"roles": {}},
        {"roles_claim": None},
        {"audiense": "x"},
    ],
)
def test_what_an_operator_cannot_mean_is_refused(changed: dict[str, Any]) -> None:
    given = {
        "issuer": "https://idp.example",
        "audience": "greffier",
        "tenant_claim": "town",
        "roles_claim": "roles",
        "roles": {"r": "render"},
    }
    Issuer.model_validate(given)
    with pytest.raises(ValueError):  # pydantic's
        Issuer.model_validate({**given, **changed})


def test_curves_are_told_apart() -> None:
    """A key of another curve is not taken for one of the curve that the algorithm asks for."""
    from greffier.access.oidc.keys import _usable

    other = ec.generate_private_key(ec.SECP384R1())
    assert set(_usable([jwk(other, "ES384", kid="k")])) == {"ES384"}
