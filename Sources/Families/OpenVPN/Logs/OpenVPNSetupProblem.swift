import Logs

extension LogText {
  /// What keeps OpenVPN from starting, in its own words: what it then writes is that it exits. nil for other lines.
  ///
  /// What a gateway pushes and a client does not know is passed over, and a gateway's own options are no client's.
  var openVPNSetupProblem: String? {
    let isProblem: Bool
    switch next {
    case UInt8(ascii: "C"):
      // "Cannot load inline certificate file", "Cannot load private key file client.key".
      isProblem =
        starts(with: "Cannot load ") && (contains(" certificate file") || contains(" private key file"))
        || starts(with: "Cannot pre-load keyfile ")
    case UInt8(ascii: "O"):
      isProblem =
        starts(with: "Options error: ") && !contains("[PUSH-OPTIONS]") && !contains("--server") && !contains("--dh")
        && !contains("/ccd/")
    case UInt8(ascii: "T"): isProblem = starts(with: "TCP/UDP: Socket bind failed on local address ")
    case UInt8(ascii: "E"):
      isProblem =
        starts(with: "ERROR: Cannot open TUN/TAP dev ") || starts(with: "ERROR: Cannot ioctl TUNSETIFF ")
        || starts(with: "ERROR: could not read ") && contains(" from management interface")
    case UInt8(ascii: "A"):
      isProblem = starts(with: "All ") && contains(" adapters on this system are currently in use")
    case UInt8(ascii: "n"): isProblem = starts(with: "neither stdin nor stderr are a tty device")
    default: isProblem = starts(with: "There are no TAP-Windows")
    }
    guard isProblem else { return nil }
    let words = restString
    return words.hasSuffix(".") ? String(words.dropLast()) : words
  }

  /// The reason in "0A000102:SSL routines::unsupported protocol:", the last of its fields that is not empty.
  var openSSLReason: String {
    let fields = restString.split(separator: ":")
    return fields.last.map { String($0.drop { $0 == " " }) } ?? restString
  }
}
