"""How schemathesis sends bodies that are files: whatever it makes up, as bytes."""

import schemathesis


@schemathesis.serializer("application/zip")
def as_bytes(context: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")
