extension OpenVPN {
  /// What to do where a log says why a handshake failed; nil where the reason is of no known kind.
  static func failureRemedies(_ reason: String) -> [String]? {
    if reason.contains("cipher") { return [commonCipher] }
    if reason.hasPrefix("AUTH_FAILED") {
      return [
        "Check the user's name, password and second factor; a provider may have others for OpenVPN than for its web page.",
        "A client that begins anew sends what it has kept: a one-time password is used up by then (`auth-nocache`, `auth-gen-token` on the gateway).",
        "Look in the gateway's log for that moment: its plugin, script or authentication server says why, or a limit of sessions.",
      ]
    }
    guard reason.hasPrefix("certificate") else { return nil }
    if reason.contains("CRL has expired") {
      return [
        "Make the list of revoked certificates anew (easy-rsa: `easyrsa gen-crl`), and put it where `crl-verify` of the side that says so names it.",
        "Give the list a longer life (easy-rsa: `EASYRSA_CRL_DAYS`), or make it anew on a schedule.",
      ]
    }
    if reason.contains("not yet valid") {
      return [
        "Set the clock of the side that says so: by it, the other side's certificate is from the future (`date`, NTP, the time zone).",
        "Otherwise the clock was wrong where the certificate was made: make it anew there.",
      ]
    }
    if reason.contains("has expired") {
      return [
        "Renew the certificate that the line names: at depth 0 the other side's own, at depth 1 and above its CA's, and then all that it signed.",
        "Check the clock of the side that says so.",
      ]
    }
    if reason.contains("certificate purpose") {
      return [
        "Give each side a certificate that was made for it: a client's for client authentication, a server's for server authentication (easy-rsa: `build-client-full`, `build-server-full`). The line names the one that is not."
      ]
    }
    if reason.contains("issuer certificate") || reason.contains("self signed") || reason.contains("self-signed")
      || reason.contains("in certificate chain")
    {
      return [
        "Give the side that says so the CA that signed the other side's certificate, and each CA in between (`ca`): it does not know them."
      ]
    }
    if reason.contains("revoked") {
      return ["Give that client a new certificate: its old one stands in the list of `crl-verify`."]
    }
    return nil
  }
}
