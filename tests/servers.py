"""Servers that the service talks to, run by tests for themselves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import obstore
from obstore.store import S3Store

#: What the server takes for keys: any.
S3_KEYS = {"AWS_ACCESS_KEY_ID": "key-of-tests", "AWS_SECRET_ACCESS_KEY": "secret-of-tests"}


@dataclass
class S3Server:
    """A server that speaks S3."""

    url: str
    process: subprocess.Popen[str]

    def make_bucket(self, name: str) -> None:
        request = urllib.request.Request(f"{self.url}/{name}", method="PUT")
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200

    def put(self, bucket: str, path: str, content: bytes) -> None:
        """Write an object past the service."""
        store = S3Store(
            bucket,
            endpoint=self.url,
            access_key_id=S3_KEYS["AWS_ACCESS_KEY_ID"],
            secret_access_key=S3_KEYS["AWS_SECRET_ACCESS_KEY"],
            client_options={"allow_http": True},
        )
        obstore.put(store, path, content)


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run moto's server on a port of its own choice; it keeps everything in memory."""
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
        env=_without_aws(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = next(
            found[0]
            for line in process.stdout
            if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
        )
        yield S3Server(url, process)
    finally:
        process.kill()
        process.communicate()


def _without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}
