"""An identity service of the test's own: real keys, real HTTP, and whatever is wrong with it."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

#: Made once: a key of RSA takes a while.
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()

_ALGORITHMS: dict[str, Any] = jwt.PyJWK.__init__.__globals__["get_default_algorithms"]()


def jwk(key: Any, algorithm: str, **members: object) -> dict[str, Any]:
    """Write the public half of a key as the issuer publishes it."""
    public: dict[str, Any] = json.loads(_ALGORITHMS[algorithm].to_jwk(key.public_key()))
    public.pop("key_ops", None)
    return {**public, "use": "sig", **members}


class FakeIssuer:
    """Publishes keys and signs tokens."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = [jwk(RSA, "RS256", kid="rsa-1", alg="RS256")]
        self.described: dict[str, Any] = {}
        #: Path -> how often it was asked for.
        self.asked: dict[str, int] = {}
        self.status = 200
        self.body: bytes | None = None
        #: Where it is described: below its path, or before it (RFC 8414).
        self.place = "/realms/town/.well-known/openid-configuration"
        self.server: TestServer[Any]

    @property
    def name(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/realms/town"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self.server = TestServer(app, host="127.0.0.1")
        await self.server.start_server()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked[request.path] = self.asked.get(request.path, 0) + 1
        if self.status != 200:
            return web.Response(status=self.status, headers={"Location": "/elsewhere"})
        if request.path == self.place:
            described = {"issuer": self.name, "jwks_uri": f"{self.name}/keys", **self.described}
            return web.json_response(described)
        if request.path == "/realms/town/keys":
            if self.body is not None:
                return web.Response(body=self.body)
            return web.json_response({"keys": self.keys})
        return web.Response(status=404)

    @property
    def fetches(self) -> int:
        return self.asked.get("/realms/town/keys", 0)

    def claims(self, **changed: object) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.name,
            "aud": ["account", "greffier"],
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "azp": "erp",
            "sub": "5f1c",
            "town": "namur",
            "realm_access": {"roles": ["offline_access", "greffier-render"]},
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self, key: Any = RSA, algorithm: str = "RS256", head: Any = None, **changed: object
    ) -> str:
        headers = {"kid": "rsa-1", "typ": "JWT"} if head is None else head
        return jwt.encode(self.claims(**changed), key, algorithm=algorithm, headers=headers)
