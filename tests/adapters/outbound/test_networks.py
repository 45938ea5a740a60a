"""Which addresses are public, held against IANA's table, the standard library, and every disguise of IPv4."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigdesk.adapters.outbound.networks import NOT_PUBLIC, Address, is_public, kind

GLOBAL_UNICAST = IPv6Network("2000::/3")
# The library calls these global; nobody has a webhook there.
OURS = (
    "168.63.129.16/32",
    "192.0.0.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.175.48.0/24",
)
INTERNET = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255",
    "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "2001:200::", "2003::", "2606:4700:4700::1111", "2a00:1450:4001::1", "3ffe::1",
]  # fmt: skip
addresses = st.ip_addresses()
four = st.ip_addresses(v=4)
DISGUISES = {
    "mapped": lambda n: 0xFFFF << 32 | n,
    "compatible": lambda n: n,
    "translated": lambda n: 0xFFFF << 48 | n,
    "NAT64": lambda n: 0x64FF9B << 96 | n,
    "local NAT64": lambda n: 0x64FF9B0001 << 80 | n,
    "6to4": lambda n: 0x2002 << 112 | n << 80,
    "Teredo": lambda n: 0x20010000 << 96 | n ^ 0xFFFFFFFF,
}


@pytest.mark.parametrize("text", INTERNET)
def test_a_host_on_the_internet_is_public(text: str) -> None:
    assert kind(ip_address(text)) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("192.168.178.1", "private"),
        ("127.255.255.254", "loopback"),
        ("169.254.169.254", "link-local"),
        ("100.100.100.200", "shared by carriers"),
        ("168.63.129.16", "the cloud's own"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "an IPv4 address inside IPv6"),
        ("::ffff:8.8.8.8", "an IPv4 address inside IPv6"),
        ("::127.0.0.1", "an IPv4 address inside IPv6"),
        ("64:ff9b::a9fe:a9fe", "NAT64"),
        ("64:ff9b:1::a00:1", "NAT64"),
        ("2001:0:4136:e378::", "Teredo"),
        ("2001:db8::1", "for documentation"),
        ("2002:7f00:1::", "6to4"),
        ("fc00::1", "unique local"),
        ("fd00:ec2::254", "unique local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "of one link"),
        ("2606:4700::1%eth0", "of one link"),
        ("ff02::1", "multicast"),
        ("5f00::1", "reserved"),
        ("100::1", "reserved"),
    ],
)
def test_what_is_not_public_is_named(text: str, what: str) -> None:
    assert kind(ip_address(text)) == what


@pytest.mark.parametrize("network", [network for network, _ in NOT_PUBLIC], ids=str)
def test_a_network_is_refused_from_its_first_to_its_last_address(network: IPv6Network) -> None:
    assert not is_public(network[0])
    assert not is_public(network[-1])


@given(addresses)
def test_what_is_public_is_global_to_the_standard_library(address: Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not any((address.is_multicast, address.is_private, address.is_reserved))


@given(four)
def test_no_address_of_the_internet_is_refused_without_need(address: IPv4Address) -> None:
    if address.is_global and not address.is_multicast and not any(address in ip_network(n) for n in OURS):
        assert is_public(address)


@given(st.ip_addresses(v=6))
def test_of_ipv6_only_global_unicast_is_public(address: IPv6Address) -> None:
    assert address in GLOBAL_UNICAST or not is_public(address)


@given(st.ip_addresses(network="2600::/12"))
def test_what_was_given_to_providers_is_public(address: IPv6Address) -> None:
    assert is_public(address) or address in IPv6Network("2620:4f:8000::/48")


@pytest.mark.parametrize("disguise", DISGUISES)
@given(address=four)
def test_an_ipv4_address_in_disguise_is_never_public(disguise: str, address: IPv4Address) -> None:
    assert not is_public(IPv6Address(DISGUISES[disguise](int(address))))
