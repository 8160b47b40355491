"""The four families' own programs: one gateway of each, and as many clients as wanted.

A client's inner traffic goes to the gateway's inner address, which answers it. Timers are shorter than by default, so
that a run of half an hour sees failures through.
"""
import dataclasses
import os
import subprocess
import time

from soaking.network import CLIENTS, GATEWAYS


@dataclasses.dataclass(frozen=True)
class Tunnel:
    family: str
    # The outer address, which tells it from all others.
    address: str
    # The namespace that its inner traffic comes from, and the address, where there are several in one.
    namespace: str
    inner: str
    inner_gateway: str
    # The family's channel that a failure takes away is UDP 443 alone: TLS goes on.
    only_udp: bool = False

    @property
    def name(self):
        return self.address


def openconnect(network, count):
    """ocserv and openconnect: TLS with DTLS."""
    gateway = f"{GATEWAYS}.1"
    template = network.write("template", f'cn = "vpn.example.com"\ndns_name = "vpn.example.com"\nip_address = "{gateway}"\n'
                             "expiration_days = 2\nca\ncert_signing_key\nsigning_key\ntls_www_server\n")
    key, certificate, users = (network.path(name) for name in ("oc.key", "oc.pem", "users"))
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["certtool", "--generate-privkey", "--ecc", "--outfile", key], **quiet)
    subprocess.run(["certtool", "--generate-self-signed", "--load-privkey", key, "--template", template,
                    "--outfile", certificate], **quiet)
    subprocess.run(["ocpasswd", "-c", users, "alice"], input=b"secret\nsecret\n", **quiet)
    settings = network.write("ocserv.conf", "\n".join([
        f'auth = "plain[passwd={users}]"', f"listen-host = {gateway}", "tcp-port = 443", "udp-port = 443",
        "run-as-user = root", "run-as-group = root", f"socket-file = {network.path('oc.socket')}",
        f"server-cert = {certificate}", f"server-key = {key}", "isolate-workers = false", "max-clients = 0",
        "max-same-clients = 0", "rate-limit-ms = 0", "keepalive = 300", "dpd = 20", "try-mtu-discovery = false",
        "auth-timeout = 60", "cookie-timeout = 600", "persistent-cookies = true", "deny-roaming = false",
        "use-occtl = false", "device = oc", "predictable-ips = true", "ipv4-network = 10.51.0.0",
        "ipv4-netmask = 255.255.255.0", "ping-leases = false", "cisco-client-compat = true", "dtls-legacy = true",
        "route = 10.51.0.0/255.255.255.0", "max-ban-score = 0", ""]))
    network.start(network.gateway, "ocserv", "-f", "-c", settings)
    script = network.write("connected", "#!/bin/sh\n[ \"$reason\" = connect ] || exit 0\nip link set \"$TUNDEV\" up\n"
                           "ip addr add \"$INTERNAL_IP4_ADDRESS/24\" dev \"$TUNDEV\"\n", 0o755)
    time.sleep(1)
    for number in range(1, count + 1):
        address = f"{CLIENTS}.1.{number}"
        own = network.client(f"oc{number}", [address])
        client = network.start(own, "openconnect", "--cafile", certificate, "--user", "alice", "--passwd-on-stdin",
                               "--script", script, "--reconnect-timeout", "3600", "--resolve", f"vpn.example.com:{gateway}",
                               "https://vpn.example.com/", stdin=subprocess.PIPE)
        client.stdin.write(b"secret\n")
        client.stdin.close()
        yield Tunnel("openconnect", address, own, "", "10.51.0.1", only_udp=True)


def charon(network, namespace, name, settings):
    folder = network.path(name)
    os.mkdir(folder)
    vici = f"unix://{folder}/vici"
    plugins = ("random nonce openssl hmac kdf gcm drbg aes sha1 sha2 curve25519 kernel-libipsec kernel-netlink "
               "socket-default vici updown")
    network.write(f"{name}/strongswan.conf", f"""
        charon-systemd {{
          load = {plugins}
          retransmit_tries = 5
          plugins {{ vici {{ socket = {vici} }} }}
          filelog {{ stderr {{ default = 0 }} }}
        }}""")
    network.write(f"{name}/swanctl.conf", settings)
    environment = dict(os.environ, STRONGSWAN_CONF=f"{folder}/strongswan.conf", SWANCTL_DIR=folder)
    network.start(namespace, "charon-systemd", log=f"{name}.log", env=environment)
    for _ in range(100):
        if os.path.exists(f"{folder}/vici"):
            break
        time.sleep(0.1)
    # It names each folder of certificates that is not there.
    network.inside(namespace, "swanctl", "--load-all", "--uri", vici, "--file", f"{folder}/swanctl.conf", env=environment,
                   stderr=subprocess.DEVNULL)


def ipsec(network, count):
    """strongSwan on both ends, IKEv2 with pre-shared keys, ESP in UDP (its own, in user space)."""
    gateway, inner = f"{GATEWAYS}.2", "10.52.0.1"
    network.batch(network.gateway, f"addr add {inner}/32 dev lo")
    suites = "proposals = aes128-sha256-x25519\n dpd_delay = 15s\n"
    secret = 'secrets { ike-1 { secret = "correct horse" } }\n'
    charon(network, network.gateway, "ike-gateway", f"""
        connections {{ vpn {{ version = 2
          {suites} local_addrs = {gateway}
          local {{ auth = psk
            id = vpn.example.com }}
          remote {{ auth = psk }}
          children {{ net {{ esp_proposals = aes128gcm128
            local_ts = {inner}/32
            remote_ts = 10.52.1.0/24 }} }} }} }}
        {secret}""")
    addresses = [f"{CLIENTS}.2.{number}" for number in range(1, count + 1)]
    own = network.client("ipsec", addresses)
    network.batch(own, *(f"addr add 10.52.1.{number}/32 dev lo" for number in range(1, count + 1)))
    charon(network, own, "ike-client", "connections {" + "".join(f"""
        c{number} {{ version = 2
          {suites} keyingtries = 0
          local_addrs = {address}
          remote_addrs = {gateway}
          local {{ auth = psk
            id = c{number}.example.com }}
          remote {{ auth = psk
            id = vpn.example.com }}
          children {{ net {{ esp_proposals = aes128gcm128
            local_ts = 10.52.1.{number}/32
            remote_ts = {inner}/32
            start_action = start
            dpd_action = restart }} }} }}""" for number, address in enumerate(addresses, 1)) + "}\n" + secret)
    # charon keeps one route for all its tunnels and takes it away with the first of them.
    network.batch(own, f"route add {inner}/32 dev ipsec0")
    for number, address in enumerate(addresses, 1):
        yield Tunnel("ipsec", address, own, f"10.52.1.{number}", inner)


def openvpn(network, count):
    """OpenVPN over UDP with TLS."""
    gateway = f"{GATEWAYS}.3"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": network.folder.name}
    for name in ("server", "client"):
        usage = "serverAuth" if name == "server" else "clientAuth"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", f"/CN={name}.example.com", "-addext", f"extendedKeyUsage={usage}", "-keyout", f"{name}.key",
                        "-out", f"{name}.pem"], **quiet)
    keys = {name: ["--cert", network.path(f"{name}.pem"), "--key", network.path(f"{name}.key")] for name in ("server", "client")}
    network.start(network.gateway, "openvpn", "--mode", "server", "--tls-server", "--dev", "tun-vpn", "--dev-type", "tun",
                  "--proto", "udp", "--local", gateway, "--topology", "subnet", "--server", "10.53.0.0", "255.255.255.0",
                  "--keepalive", "5", "15", "--dh", "none", "--duplicate-cn", "--ca", network.path("client.pem"), *keys["server"],
                  "--verb", "1", log="openvpn-gateway.log")
    for number in range(1, count + 1):
        address = f"{CLIENTS}.3.{number}"
        own = network.client(f"ov{number}", [address])
        network.start(own, "openvpn", "--client", "--dev", "tun", "--proto", "udp", "--remote", gateway, "1194", "--nobind",
                      "--keepalive", "5", "30", "--connect-retry", "5", "10", "--ca", network.path("server.pem"), *keys["client"], "--verb", "1")
        yield Tunnel("openvpn", address, own, "", "10.53.0.1")


def wireguard(network, count):
    """wireguard-go."""
    gateway = f"{GATEWAYS}.4"

    def key(name):
        private = subprocess.run(["wg", "genkey"], check=True, capture_output=True).stdout
        network.write(name, private.decode())
        return subprocess.run(["wg", "pubkey"], input=private, check=True, capture_output=True).stdout.decode().strip()

    def device(namespace, name, address, *settings):
        # In the foreground it ends with the network; it says when its control socket is there by making it.
        network.start(namespace, "wireguard-go", "-f", name, env=dict(os.environ, LOG_LEVEL="error"))
        for _ in range(100):
            if os.path.exists(f"/var/run/wireguard/{name}.sock"):
                break
            time.sleep(0.05)
        network.inside(namespace, "wg", "set", name, *settings)
        network.batch(namespace, f"addr add {address} dev {name}", f"link set {name} up")

    public = key("wg-gateway")
    # The control sockets of all devices lie in one folder, so their names must differ.
    mark = f"w{os.getpid()}-"
    device(network.gateway, f"{mark}0", "10.54.0.1/24", "private-key", network.path("wg-gateway"), "listen-port", "51820")
    for number in range(1, count + 1):
        address = f"{CLIENTS}.4.{number}"
        own = network.client(f"wg{number}", [address])
        peer = key(f"wg-{number}")
        network.inside(network.gateway, "wg", "set", f"{mark}0", "peer", peer, "allowed-ips", f"10.54.0.{number + 1}/32")
        device(own, f"{mark}{number}", f"10.54.0.{number + 1}/24", "private-key", network.path(f"wg-{number}"), "peer", public,
               "endpoint", f"{gateway}:51820", "allowed-ips", "10.54.0.1/32", "persistent-keepalive", "25")
        yield Tunnel("wireguard", address, own, "", "10.54.0.1")


ALL = [openconnect, ipsec, openvpn, wireguard]
PACKAGES = ["ocserv", "openconnect", "gnutls-bin", "openvpn", "openssl", "wireguard-go", "wireguard-tools", "charon-systemd",
            "strongswan-swanctl", "libstrongswan-standard-plugins", "libstrongswan-extra-plugins", "libcharon-extra-plugins",
            "nftables", "iproute2", "procps"]
