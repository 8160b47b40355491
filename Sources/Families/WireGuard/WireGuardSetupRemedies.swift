extension WireGuard {
  /// What to do where wg-quick says what stopped it; empty where the rule's own words fit.
  static func setupRemedies(_ reason: String) -> [String] {
    if reason.contains("Permission denied") {
      return [
        "Where IPv6 is switched off, take its addresses out of `Address` and `AllowedIPs`, or switch it on (`sysctl net.ipv6.conf.all.disable_ipv6=0`; Docker: `--sysctl`)."
      ] + rights
    }
    if reason.contains("not permitted") { return rights }
    if reason.contains("not supported") || reason.contains("Unknown device type") || reason.contains("No such device") {
      return [
        "Load the kernel's module on the host (`modprobe wireguard`); before Linux 5.6 it is a package of its own, and after an update of the kernel the host may need a restart.",
        "Where the kernel has none, use `wireguard-go`.",
      ]
    }
    if reason.contains("File exists") {
      return [
        "Look for an interface or a route that is there already (`ip link`, `ip route`): another tunnel with the same `AllowedIPs`, or a wg-quick that was not ended."
      ]
    }
    if reason.contains("name resolution") || reason.contains("Name or service") || reason.contains("Name does not") {
      return [
        "Check how the name in `Endpoint` is written, and whether the host's DNS servers know it before the tunnel is up."
      ]
    }
    if reason.contains("correct length or format") {
      return ["Put the key there that belongs there: 44 characters of base64 (`wg genkey`, `wg pubkey`)."]
    }
    if reason.contains("nitialize ") {
      return [
        "Load the kernel's modules of that table on the host (`modprobe iptable_\(reason.contains("raw") ? "raw" : "nat")`), or let the commands of `PostUp` use what the kernel has (`nft`, `iptables-nft`).",
        "Without `0.0.0.0/0` in `AllowedIPs`, or with `Table = off`, wg-quick sets no rules of its own.",
      ]
    }
    if reason.contains("command not found") {
      return [
        "Install the command that is missing (`resolvconf`: openresolv or systemd-resolvconf), or take out the setting that needs it (`DNS`)."
      ]
    }
    return []
  }

  private static var rights: [String] {
    ["Run wg-quick as root; give a container the right to configure its network (Docker: `--cap-add NET_ADMIN`)."]
  }
}
