"""Where webhooks may go: the address that a tenant names is hostile until it is checked.

A call from inside reaches what a caller from outside cannot: databases, the metadata of
clouds, printers. So an address is checked twice, here by its form when it is named, and
by :mod:`greffier.webhooks.sending` by the very address of each connection.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from yarl import URL

from greffier.webhooks.errors import TargetRefused

MAX_URL_LENGTH = 2000

# A name as DNS has it, in its ASCII form, with or without the final dot.
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,254}}$){_LABEL}(\.{_LABEL})*\.?")
# Resolvers read these as numbers, in bases and lengths of their own: 0x7f.1, 2130706433.
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\.?")
_PLAIN = re.compile(r"[!-~]+")

_PORTS = {"http": 80, "https": 443}

# What ipaddress counts as global, or did in some version of Python, and is nobody's receiver:
# https://www.iana.org/assignments/iana-ipv4-special-registry (protocol assignments, 6to4 relays)
_SPECIAL_4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
# https://www.iana.org/assignments/ipv6-address-space: all unicast that was ever given out.
# Mapped, translated (NAT64) and site-local addresses lie outside of it.
_UNICAST_6 = IPv6Network("2000::/3")
# https://www.iana.org/assignments/iana-ipv6-special-registry (Teredo and other protocols,
# documentation, 6to4, documentation)
_SPECIAL_6 = tuple(
    IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an operator lets webhooks reach besides addresses of the internet."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    #: Names whose addresses may be any.
    hosts: frozenset[str] = frozenset()
    #: Whether calls may go without TLS.
    http: bool = False

    def permits(self, address: Address) -> bool:
        """Whether a connection to an address may be made."""
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if any(address in network for network in self.networks):
            return True
        return is_global(address) and not _is_own(address)


@dataclass(frozen=True, slots=True)
class Target:
    """An address that webhooks may go to as far as its form shows."""

    #: As it is called: normalised, without a fragment.
    url: str
    host: str
    port: int
    #: The operator has named the host: its addresses may be any.
    trusted: bool


def read_allowed(entries: Iterable[str], *, http: bool) -> Allowed:
    """Read what an operator listed: networks (``10.1.0.0/16``), addresses and names.

    Raises:
        ValueError: an entry is neither.
    """
    networks = []
    hosts = set()
    for entry in entries:
        name = entry.lower().removesuffix(".")
        try:
            networks.append(ip_network(name))
        except ValueError as error:
            if "/" in name or not _is_name(name):
                raise ValueError(
                    f"{entry!r} is neither a network (10.1.0.0/16), an address nor a name"
                ) from error
            hosts.add(name)
    return Allowed(tuple(networks), frozenset(hosts), http=http)


def read_target(url: str, allowed: Allowed) -> Target:
    """Check the form of an address, and the address itself where the host is one.

    Raises:
        TargetRefused: webhooks may not go there.
    """
    if len(url) > MAX_URL_LENGTH:
        raise TargetRefused(f"It has more than {MAX_URL_LENGTH} characters.")
    if not _PLAIN.fullmatch(url) or "\\" in url:
        raise TargetRefused("Write it in ASCII, without blanks and backslashes.")
    try:
        parsed = URL(url)
        scheme, host, port = parsed.scheme, parsed.raw_host, parsed.port
        authority = urlsplit(url).netloc
    except ValueError as error:
        raise TargetRefused("It is not a web address.") from error
    if scheme not in _PORTS or not host or not port or not parsed.absolute:
        raise TargetRefused("Write a whole address: https://host/path.")
    if scheme == "http" and not allowed.http:
        raise TargetRefused("It must be https; the operator does not allow http.")
    if "@" in authority:
        raise TargetRefused("Put no name and password into it; calls are known by their signature.")
    if parsed.raw_fragment:
        raise TargetRefused("Leave out the part after #; it is never sent.")
    trusted = host.removesuffix(".") in allowed.hosts
    _check_host(host, allowed)
    if not trusted and port < 1024 and port not in _PORTS.values():
        raise TargetRefused("Ports below 1024 other than 80 and 443 are for other services.")
    return Target(str(parsed), host, port, trusted)


def is_global(address: Address) -> bool:
    """Whether an address is one of the internet, and of a single machine there.

    Stricter than ``ipaddress`` of any version: what carries another address inside (mapped,
    NAT64, 6to4, Teredo) is refused as a whole.
    """
    if isinstance(address, IPv4Address):
        special = any(address in network for network in _SPECIAL_4)
        return address.is_global and not address.is_multicast and not special
    return address in _UNICAST_6 and not any(address in network for network in _SPECIAL_6)


def _check_host(host: str, allowed: Allowed) -> None:
    try:
        address = ip_address(host)
    except ValueError:
        if not _is_name(host):
            raise TargetRefused(
                "Its host is neither a name nor an address in its usual form."
            ) from None
        return
    if not allowed.permits(address):
        raise TargetRefused("Its host is not an address of the internet.")


def _is_name(host: str) -> bool:
    if not _NAME.fullmatch(host):
        return False
    return not _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2])


def _is_own(address: Address) -> bool:
    """Whether an address is this machine's: behind its own firewall, like loopback.

    Nothing is sent: the kernel only chooses where packets to the address would come from.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))
            return ip_address(probe.getsockname()[0]) == address
    except OSError:  # no way leads there
        return False
