import CLinux
import Glibc

/// Gives up the rights that opening an interface took, before the first packet is looked at.
public enum Privileges {
  public enum Problem: Error, Equatable, Sendable {
    case noSuchUser(String)
    /// Only root may become somebody else.
    case notRoot(user: String)
    /// The system refused a step; its own message.
    case refused(step: String, reason: String)

    /// Whether another option would do.
    public var isUsage: Bool {
      if case .refused = self { return false }
      return true
    }

    /// In a line for a person.
    public var text: String {
      switch self {
      case .noSuchUser(let name): "no user is called \(name)"
      case .notRoot(let user): "only root can become \(user); leave --user out"
      case .refused(let step, let reason): "rights could not be given up (\(step)): \(reason)"
      }
    }
  }

  /// A user of this machine.
  public struct User: Sendable, Hashable {
    public let name: String
    public let identifier: UInt32
    public let group: UInt32

    /// Whether it has root's rights.
    public var isPrivileged: Bool { identifier == 0 || group == 0 }

    /// Looks a user up by name.
    public init(named name: String) throws(Problem) {
      var entry = unsafe passwd()
      var buffer = [CChar](repeating: 0, count: 16_384)
      var found: UnsafeMutablePointer<passwd>?
      let status = unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found)
      guard status == 0, unsafe found != nil else {
        throw .noSuchUser(name)
      }
      self.name = name
      identifier = unsafe entry.pw_uid
      group = unsafe entry.pw_gid
    }
  }

  /// The user that root becomes unless told otherwise.
  public static let usualUser = "nobody"

  public static var isRoot: Bool { geteuid() == 0 }

  /// Who the process is to become: nil to stay who it is.
  public static func user(named name: String?) throws(Problem) -> User? {
    guard isRoot else {
      if let name { throw .notRoot(user: name) }
      return nil
    }
    return try User(named: name ?? usualUser)
  }

  /// Becomes `user` if one is given, and gives up every capability and the way to new ones, for good.
  ///
  /// What cannot be given up is an error: a program that goes on with rights it meant to drop is worse than one that
  /// stops. The process must have one thread still.
  public static func drop(to user: User?) throws(Problem) {
    if let user {
      // Only while root: without the right to, the bounding set stays, and without privileges to gain it is idle.
      try check(linux_empty_bounding_set(), "bounding set")
      var groups = [gid_t(user.group)]
      try check(unsafe setgroups(groups.count, &groups), "groups")
      try check(linux_set_group(user.group), "group")
      try check(linux_set_user(user.identifier), "user")
    }
    try check(linux_drop_capabilities(), "capabilities")
    try check(linux_no_new_privileges(), "new privileges")
    if let user, user.identifier != 0, setuid(0) == 0 {
      throw .refused(step: "user", reason: "root's rights can be had back")
    }
  }

  private static func check(_ status: Int32, _ step: String) throws(Problem) {
    if status != 0 { throw .refused(step: step, reason: unsafe String(cString: strerror(errno))) }
  }
}

/// The running program.
enum Program {
  /// Its path, as the kernel knows it; the argument that `setcap` needs.
  static var path: String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
    return length > 0 ? LiveSource.text(buffer) : "tunnelscope"
  }
}
