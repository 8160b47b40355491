/// What "destination unreachable" means, by its code (RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1).
package enum ICMPWords {
  package static func meaning(code: Int, isIPv6: Bool) -> String {
    if isIPv6 {
      return switch code {
      case 0: "no route to destination"
      case 1: "communication administratively prohibited"
      case 3: "address unreachable"
      case 4: "port unreachable"
      case 5: "source address failed policy"
      case 6: "reject route"
      default: "destination unreachable"
      }
    }
    return switch code {
    case 0: "network unreachable"
    case 1: "host unreachable"
    case 2: "protocol unreachable"
    case 3: "port unreachable"
    case 9: "network administratively prohibited"
    case 10: "host administratively prohibited"
    case 13: "communication administratively prohibited"
    default: "destination unreachable"
    }
  }

  /// Whether a device says that a rule of its own forbids it.
  package static func isProhibited(code: Int, isIPv6: Bool) -> Bool {
    isIPv6 ? code == 1 : code == 9 || code == 10 || code == 13
  }

  package static func isPortUnreachable(code: Int, isIPv6: Bool) -> Bool { code == (isIPv6 ? 4 : 3) }
}
