/// Why packets cannot be captured, or cannot be captured any more.
public enum LiveError: Error, Equatable, Sendable {
  case noSuchInterface(name: String)
  /// The process lacks the right to capture; `program` is the path of the running program.
  case noPermission(interface: String, program: String)
  case badFilter(filter: String, reason: String)
  /// The interface went away while packets were read.
  case interfaceGone(name: String)
  /// The system refused something else; `reason` is its own message.
  case system(interface: String, reason: String)

  /// What an error means for the process's exit status, numbered as in sysexits.h.
  public var exitStatus: Int32 {
    switch self {
    case .noSuchInterface: 66
    case .noPermission: 77
    case .badFilter: 64
    case .interfaceGone, .system: 74
    }
  }
}

extension LiveError: CustomStringConvertible {
  /// One line: what is missing, and where it can, the command that mends it.
  public var description: String {
    switch self {
    case .noSuchInterface(let name): "\(name): no such interface; tunnelscope interfaces lists them"
    case .noPermission(let interface, let program):
      "\(interface): capturing needs the capability CAP_NET_RAW; grant it with: sudo setcap cap_net_raw+ep "
        + "\(Self.quoted(program)) (or run as root: rights are given up before the first packet is read)"
    case .badFilter(let filter, let reason): "filter \"\(filter)\": \(reason)"
    case .interfaceGone(let name): "\(name): the interface is gone"
    case .system(let interface, let reason): "\(interface): \(reason)"
    }
  }

  /// A path as a shell takes it.
  private static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"), UInt8(ascii: "+"):
        true
      default: false
      }
    }
    return isPlain
      ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
