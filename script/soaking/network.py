"""Namespaces, and the programs that run in them.

    clients ---- router ---- wan, edge, lan ---- gateway

The edge drops what has failed, both ways; on its interface wan a failed gateway is one that says nothing."""
import ctypes
import os
import socket
import subprocess
import sys
import tempfile

# The networks for benchmarks of RFC 2544 and for documentation of RFC 5737: nothing real is there.
CLIENTS, GATEWAYS, BETWEEN = "198.18", "203.0.113", "192.0.2"


def run(*command, **options):
    options.setdefault("stdout", subprocess.DEVNULL)
    return subprocess.run([str(part) for part in command], check=True, **options)


class Network:
    def __init__(self):
        self.prefix = f"soak-{os.getpid()}"
        self.names, self.processes = [], []
        self.folder = tempfile.TemporaryDirectory(prefix="soak-")

    def build(self):
        self.router, self.edge, self.gateway = (self.namespace(name) for name in ("router", "edge", "gateway"))
        self.batch(self.router, "link add bridge type bridge", f"addr add {CLIENTS}.255.254/16 dev bridge",
                   "link set bridge up", f"link add edge type veth peer name wan netns {self.edge}",
                   f"addr add {BETWEEN}.1/30 dev edge", "link set edge up", f"route add {GATEWAYS}.0/24 via {BETWEEN}.2")
        self.batch(self.edge, f"addr add {BETWEEN}.2/30 dev wan", "link set wan up", f"route add default via {BETWEEN}.1",
                   f"link add lan type veth peer name lan netns {self.gateway}", f"addr add {GATEWAYS}.254/24 dev lan",
                   "link set lan up")
        self.batch(self.gateway, "link set lan up", *(f"addr add {GATEWAYS}.{last}/24 dev lan" for last in range(1, 5)),
                   f"route add default via {GATEWAYS}.254")
        for forwarding in (self.router, self.edge):
            self.inside(forwarding, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        # Not in the gateway itself: there a program that sends would be told that it may not.
        self.inside(self.edge, "nft", """
            table inet soak {
              set dead { type ipv4_addr; }
              set deaf { type ipv4_addr; }
              chain through {
                type filter hook forward priority 0
                ip saddr @dead drop
                ip daddr @dead drop
                ip saddr @deaf udp dport 443 drop
                ip daddr @deaf udp sport 443 drop
              }
            }""")

    def namespace(self, name):
        name = f"{self.prefix}-{name}"
        run("ip", "netns", "add", name)
        self.names.append(name)
        self.batch(name, "link set lo up")
        return name

    def client(self, name, addresses):
        """A namespace with these addresses on the clients' network, the first of which is its own."""
        own, link = self.namespace(name), f"c{len(self.names)}"
        self.batch(self.router, f"link add {link} type veth peer name wan netns {own}", f"link set {link} master bridge up")
        self.batch(own, "link set wan up", *(f"addr add {address}/16 dev wan" for address in addresses),
                   f"route add default via {CLIENTS}.255.254 src {addresses[0]}")
        return own

    @staticmethod
    def batch(namespace, *commands):
        run("ip", "-n", namespace, "-batch", "-", input="\n".join(commands).encode())

    def inside(self, namespace, *command, **options):
        return run("ip", "netns", "exec", namespace, *command, **options)

    def start(self, namespace, *command, log=None, **options):
        """Starts a program that runs until the network goes; its words go to a file of the folder."""
        with open(self.path(log or f"{os.path.basename(str(command[0]))}.log"), "ab") as words:
            options.setdefault("stdout", words)
            process = subprocess.Popen(["ip", "netns", "exec", namespace, *map(str, command)], stderr=words, **options)
        self.processes.append(process)
        return process

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def fail(self, address, only_udp):
        self.inside(self.edge, "nft", "add", "element", "inet", "soak", "deaf" if only_udp else "dead", f"{{ {address} }}")

    def heal(self, address, only_udp):
        self.inside(self.edge, "nft", "delete", "element", "inet", "soak", "deaf" if only_udp else "dead", f"{{ {address} }}")

    def socket(self, namespace):
        """A UDP socket of this process that lives in a namespace."""
        libc = ctypes.CDLL(None, use_errno=True)
        own, other = os.open("/proc/self/ns/net", os.O_RDONLY), os.open(f"/run/netns/{namespace}", os.O_RDONLY)
        try:
            if libc.setns(other, 0) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            return socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        finally:
            if libc.setns(own, 0) != 0:
                sys.exit("cannot come back from a namespace")
            os.close(own)
            os.close(other)

    def remove(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        for name in self.names:
            # Daemons leave children behind; nobody else is in these namespaces.
            left = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=False).stdout.split()
            for pid in left:
                try:
                    os.kill(int(pid), 9)
                except ProcessLookupError:
                    pass
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL, check=False)
        self.folder.cleanup()
