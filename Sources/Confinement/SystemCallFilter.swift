import CSeccomp

/// Makes system calls fail that reading captures never needs, through libseccomp.
///
/// What is refused is listed, not what is allowed: the Swift runtime, threads and the C library use calls that differ
/// from version to version, and a list of those would break with the next one.
enum SystemCallFilter {
  /// Other programs, and rights over other processes.
  private static let processes = [
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
    "pidfd_getfd", "pidfd_send_signal", "kcmp",
  ]
  private static let network = ["socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"]
  /// Owners, rights, times and attributes of files: Landlock limits who opens a file and not who changes these.
  private static let attributes = [
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "chown32", "fchown32",
    "lchown32", "utime", "utimes", "futimesat", "utimensat", "utimensat_time64", "setxattr", "lsetxattr", "fsetxattr",
    "setxattrat", "removexattr", "lremovexattr", "fremovexattr", "removexattrat", "file_setattr",
  ]
  /// The system itself, and ways round this filter.
  private static let system = [
    "mount", "umount2", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
    "pivot_root", "chroot", "setns", "unshare", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff",
    "add_key", "request_key", "keyctl", "open_by_handle_at", "name_to_handle_at", "acct", "quotactl", "settimeofday",
    "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "iopl", "ioperm", "mknod",
    "mknodat", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "capset",
    "personality", "fanotify_init", "lookup_dcookie", "syslog", "vhangup", "nfsservctl",
  ]

  /// Puts the filter in force for the whole process; false where the kernel has none.
  static func load(allowsNetwork: Bool) -> Bool {
    guard let filter = unsafe seccomp_allow_by_default() else { return false }
    defer { unsafe seccomp_release(filter) }
    for name in processes + attributes + system + (allowsNetwork ? [] : network) {
      guard unsafe seccomp_refuse(filter, name, EPERM) == 0 else { return false }
    }
    guard unsafe seccomp_refuse_processes(filter) == 0,
      // A filter cannot see what clone3 is to do; the C library falls back to clone when there seems to be none.
      unsafe seccomp_refuse(filter, "clone3", ENOSYS) == 0
    else { return false }
    return unsafe seccomp_load(filter) == 0
  }
}
