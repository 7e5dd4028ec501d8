"""Which addresses webhooks may go to, by their form alone."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import pytest
from greffier.webhooks import targets
from greffier.webhooks.errors import TargetRefused
from greffier.webhooks.targets import (
    Allowed,
    is_global,
    read_allowed,
    read_target,
)
from hypothesis import example, given
from hypothesis import strategies as st

# Written down from the registries of IANA, independently of the code.
NOT_GLOBAL_4 = [
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24",
    "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24",
    "224.0.0.0/4 240.0.0.0/4",
]
NOT_GLOBAL_6 = [
    "::/8 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/32 2001:2::/48 2001:10::/28 2001:db8::/32",
    "2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8",
]
NETWORKS_4 = [IPv4Network(each) for each in " ".join(NOT_GLOBAL_4).split()]
NETWORKS_6 = [IPv6Network(each) for each in " ".join(NOT_GLOBAL_6).split()]


def inside(network: IPv4Network | IPv6Network) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    first, last = int(network.network_address), int(network.broadcast_address)
    kind = IPv4Address if network.version == 4 else IPv6Address
    return st.integers(first, last).map(kind)


not_global_4 = st.one_of([inside(each) for each in NETWORKS_4])
not_global = st.one_of(not_global_4, *(inside(each) for each in NETWORKS_6))


@given(not_global)
def test_no_special_address_is_one_of_the_internet(address: IPv4Address | IPv6Address) -> None:
    assert not is_global(address)
    assert not Allowed().permits(address)


@given(not_global_4)
def test_an_address_within_an_address_is_refused(address: IPv4Address) -> None:
    number = int(address)
    for carried in (
        number,  # compatible, ::a.b.c.d
        0xFFFF << 32 | number,  # mapped
        0xFFFF << 48 | number,  # translated (SIIT)
        int(IPv6Address("64:ff9b::")) | number,  # NAT64
        0x2002 << 112 | number << 80,  # 6to4
        int(IPv6Address("2001::")) | number ^ 0xFFFFFFFF,  # Teredo
    ):
        host = f"[{IPv6Address(carried)}]"
        with pytest.raises(TargetRefused):
            read_target(f"https://{host}/", Allowed())


@pytest.mark.parametrize("address", ["1.1.1.1", "193.190.130.15", "2606:4700::1", "2a02:a03f::1"])
def test_addresses_of_the_internet_are_taken(address: str) -> None:
    assert is_global(ip_address(address))


def test_an_address_of_this_machine_is_refused_though_it_were_of_the_internet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(targets, "is_global", lambda address: True)
    assert not Allowed().permits(ip_address("127.0.0.1"))
    assert Allowed().permits(ip_address("192.0.2.1"))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "HTTPS://LOCALHOST:0/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://017700000001/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://１２７.0.0.1/",
        "https://127。0。0。1/",
        "https://169.254.169.254/latest/meta-data",
        "https://user:pass@example.org/",
        "https://example.org@127.0.0.1/",
        "https://:x@example.org/",
        "https://@example.org/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/\r\nHost: x",
        "https://example.org/#here",
        "https://example.org:25/",
        "https://example.org:22/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://exa%20mple.org/",
        "https://-example.org/",
        "https://example..org/",
        "https:///path",
        "https:example.org",
        "//example.org/",
        "/path",
        "",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "http://example.org/",
        "HTTP://example.org/",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_receiver_of_the_internet_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        read_target(url, Allowed())


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/hooks?town=namur",
        "https://EXAMPLE.org.:8443/",
        "https://xn--mnchen-3ya.de/",
        "https://1.1.1.1/",
        "https://[2606:4700::1]:443/",
    ],
)
def test_ordinary_receivers_are_taken(url: str) -> None:
    target = read_target(url, Allowed())
    assert target.url.startswith("https://")
    assert not target.trusted


@given(st.text(max_size=60) | st.from_regex(r"https?:[/\\]{0,3}[!-~]{0,40}", fullmatch=True))
@example("https://a@b@c/")
@example("https://a?@127.0.0.1/")
@example("https://a:1@[::1]/")
@example("https://[::ffff:7f00:1]:443:80/")
def test_no_two_readers_of_an_address_see_different_hosts(url: str) -> None:
    """What is checked is what is called, and what others who read it would call."""
    try:
        target = read_target(url, Allowed(http=True))
    except TargetRefused:
        return
    again = urlsplit(target.url)
    assert again.hostname == target.host == (urlsplit(url).hostname or "").lower()
    assert (again.username, again.password, again.fragment) == (None, None, "")
    assert read_target(target.url, Allowed(http=True)) == target


def test_operators_allow_networks_addresses_names_and_http() -> None:
    allowed = read_allowed(["10.1.0.0/16", "fd00::7", "ERP.namur.local."], http=True)
    assert allowed.permits(ip_address("10.1.2.3"))
    assert allowed.permits(ip_address("::ffff:10.1.2.3"))
    assert allowed.permits(ip_address("fd00::7"))
    assert not allowed.permits(ip_address("10.2.0.1"))
    assert read_target("http://10.1.2.3:8080/", allowed).port == 8080
    assert read_target("http://erp.namur.local:843/", allowed).trusted
    assert not read_target("http://erp.namur.local.example.org/", allowed).trusted
    with pytest.raises(TargetRefused):
        read_target("http://10.2.0.1/", allowed)


@pytest.mark.parametrize("entry", ["10.1.0.0/99", "10.1.2.3/8", "a b", "*.namur.be", "127.1", ""])
def test_what_an_operator_cannot_mean_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a network"):
        read_allowed([entry], http=False)


def test_networks_are_what_they_say() -> None:
    assert read_allowed(["10.1.2.3"], http=False).networks == (ip_network("10.1.2.3/32"),)
