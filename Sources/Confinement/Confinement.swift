import CLinux

/// Takes from the process what reading captures does not need, before the first byte of one is read: other files, the
/// network, other programs, new rights.
///
/// A fault in a reader, a dissector or a library is then worth little to whoever made the capture. It holds for this
/// thread and all that it begins, and cannot be undone; so it belongs before any thread. What a kernel lacks is left
/// out: the program works without, as it does where there is none of it.
public struct Confinement: Sendable, Hashable {
  /// Files that are read, as they were named; they need not be there.
  public var reads: [String]
  /// Files that are written, and made and renamed in their folder, over and over.
  public var writes: [String]
  /// Files that another one in their folder is renamed to, or that one is removed instead.
  public var renames: [String]
  /// Folders in which files are listed, read, made, renamed and removed.
  public var folders: [String]
  /// Whether sockets are made and bound: over one an interface is asked for its state, and by one it is captured on again.
  public var usesSockets: Bool

  public init(
    reads: [String], writes: [String] = [], renames: [String] = [], folders: [String] = [], usesSockets: Bool = false
  ) {
    self.reads = reads
    self.writes = writes
    self.renames = renames
    self.folders = folders
    self.usesSockets = usesSockets
  }

  /// What is in force, once it is.
  public struct Measures: Sendable, Hashable {
    /// Whether programs that are set-user-ID give no rights any more (prctl(2), PR_SET_NO_NEW_PRIVS).
    public var noNewPrivileges = false
    /// The version of Landlock that limits files, network and signals; nil where the kernel has none.
    public var landlock: Int?
    /// Whether system calls that nothing here needs fail (seccomp(2)).
    public var systemCallFilter = false
  }

  /// Puts everything in force that the kernel has.
  @discardableResult
  public func apply() -> Measures {
    var measures = Measures()
    measures.noNewPrivileges = linux_no_new_privileges() == 0
    // Without it the kernel takes neither of the others from a process that is not root.
    guard measures.noNewPrivileges else { return measures }
    measures.landlock = Landlock.restrict(self)
    measures.systemCallFilter = SystemCallFilter.load(allowsNetwork: usesSockets)
    return measures
  }
}
