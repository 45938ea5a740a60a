"""Which addresses are public: one host on the internet, reached without translation.

The table follows the special-purpose registries of IANA (RFC 6890). Addresses that carry another one inside
(mapped, compatible, translated, tunnelled) are refused whole, whatever they carry. Of IPv6 only 2000::/3 has
been given out as global unicast, so that all the rest is refused too.
"""

from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

# The first that fits names the kind.
NOT_PUBLIC = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "the cloud's own"),  # Azure's host, public by its looks
        ("169.254.0.0/16", "link-local"),  # with 169.254.169.254, the metadata of most clouds
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),  # with 192.0.0.192, the metadata of Oracle's cloud
        ("192.0.2.0/24", "for documentation"),
        ("192.31.196.0/24", "reserved"),
        ("192.52.193.0/24", "reserved"),
        ("192.88.99.0/24", "6to4"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "reserved"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),  # with 255.255.255.255, broadcast
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "an IPv4 address inside IPv6"),
        ("::ffff:0:0:0/96", "an IPv4 address inside IPv6"),
        ("::/96", "an IPv4 address inside IPv6"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("2001::/32", "Teredo"),
        ("2001:db8::/32", "for documentation"),
        ("2001::/23", "reserved"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "reserved"),
        ("3fff::/20", "for documentation"),
        ("fc00::/7", "unique local"),  # with fd00:ec2::254, the metadata of AWS
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
        ("::/3", "reserved"),
        ("4000::/2", "reserved"),
        ("8000::/1", "reserved"),
    )
)


def is_public(address: Address) -> bool:
    """Whether it is one host on the internet."""
    return kind(address) is None


def kind(address: Address) -> str | None:
    """What the address is, if it is not public: ``loopback``, ``private`` …"""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "of one link"
    return next((kind for network, kind in NOT_PUBLIC if address in network), None)
