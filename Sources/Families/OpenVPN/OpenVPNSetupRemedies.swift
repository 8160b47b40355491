extension OpenVPN {
  /// What to do where OpenVPN says why it does not start; empty where the rule's own words fit.
  static func setupRemedies(_ reason: String) -> [String] {
    if reason == NetworkManagerLog.reason { return NetworkManagerLog.remedies }
    if reason == OpenVPNGarbledData.reason {
      return [
        "Set the same compression on both sides, best none: no `comp-lzo` and no `compress` line on either, and none that the gateway pushes.",
        "Set `fragment` to the same number on both sides, or on neither: a gateway cannot push it.",
        "Where the gateway cannot change, give the client what it has: \"'comp-lzo' is present in remote config\" among the client's first lines says so.",
      ]
    }
    if reason.contains("TUN/TAP dev") || reason.contains("TUNSETIFF") {
      return [
        "Let it open its tunnel device: run it as root, and load the module (`modprobe tun`) so that /dev/net/tun is there.",
        "Give a container the device and the right to configure it (Docker: `--device /dev/net/tun --cap-add NET_ADMIN`).",
      ]
    }
    if reason.contains("name is not resolved") {
      return [
        "Check how the gateway's name is written in `remote`, and whether the client's DNS servers know it: `nslookup` with that name.",
        "Where a kill switch or the tunnel's own DNS is left over from before, nobody answers: end it, or give `remote` the address.",
      ]
    }
    if reason.contains("adapters on this system") || reason.hasPrefix("There are no TAP-Windows") {
      return [
        "End the other OpenVPN or VPN client that uses the adapter, or add one (`tapctl create`).",
        "Look in Windows' device manager whether the adapter is there and enabled; the installer repairs its driver.",
      ]
    }
    if reason.contains("Socket bind failed") {
      return [
        "Find the program that uses the port (Linux: `ss -lunp`, `ss -ltnp`; Windows: `netstat -abn`), often a second OpenVPN, and end it.",
        "Set `nobind` on a client, or another `lport`; on a gateway another `port`.",
      ]
    }
    if reason.contains("too weak") || reason.contains("key too small") {
      return [
        "Make the certificates anew with SHA-256 and keys of 2048 bits or more, the CA's too: newer TLS libraries refuse the old ones.",
        "For the time until then, set `tls-cert-profile insecure` on the side that refuses them.",
      ]
    }
    if reason.contains("password of its private key") {
      return [
        "Give it the password that the private key is encrypted with (`askpass`; in NetworkManager the private key's password, not the user's): `openssl pkey -in client.key -noout` asks for the same."
      ]
    }
    if reason.hasPrefix("its script ") {
      return [
        "Let the gateway run the script that the line names: its path, its first line (`#!`), its rights, and `script-security 2`.",
        "Where OpenVPN runs as another user or in a chroot, or systemd limits its processes (`LimitNPROC`), it may not start one.",
      ]
    }
    if reason.hasPrefix("Cannot ") {
      return [
        "Check that the file that the line names is there, is readable for the user that OpenVPN runs as, and is whole: BEGIN and END, and the key that fits the certificate."
      ]
    }
    if reason.hasPrefix("Options error") {
      return [
        "Correct the option that the line names; one that is newer than the program is not known to it (`openvpn --version` on both sides)."
      ]
    }
    if reason.contains("management interface") || reason.contains("tty device") {
      return [
        "Give it the user name and password when it asks, or in a file (`auth-user-pass file`): nobody answered its question."
      ]
    }
    return []
  }
}
