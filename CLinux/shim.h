// What the C library's Swift module leaves out: signals as a descriptor, a process's rights, files in memory,
// Landlock.
#ifndef TUNNELSCOPE_CLINUX_H
#define TUNNELSCOPE_CLINUX_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// prctl and syscall take a variable number of arguments, which Swift does not call.

static inline int linux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

// Takes every capability out of the bounding set. Fails where the process may not, which is no loss.
static inline int linux_empty_bounding_set(void) {
  for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return -1;
  return 0;
}

// Gives up all ambient, effective, permitted and inheritable capabilities of this thread (capabilities(7)).
static inline int linux_drop_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  memset(data, 0, sizeof data);
  return (int)syscall(SYS_capset, &header, data);
}

// Whether this thread holds a capability effectively: 1 or 0, or -1 when it cannot be told.
static inline int linux_has_capability(int capability) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (syscall(SYS_capget, &header, data) != 0) return -1;
  return (data[capability / 32].effective >> (capability % 32)) & 1;
}

// A file in memory, or -1.
static inline int linux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

// Landlock (landlock(7)). The structures and numbers stand here because the C library has no wrappers, and its headers
// may be older than the kernel.

struct linux_landlock_ruleset {
  unsigned long long files, network, scopes;
};
struct linux_landlock_path {
  unsigned long long allowed;
  int parent;
} __attribute__((packed));

// The version of the kernel's interface, or -1 where there is none.
static inline int linux_landlock_version(void) { return (int)syscall(444, (void *)0, 0, 1); }

// A set of rules about everything that a version knows, as a descriptor, or -1.
static inline int linux_landlock_create(const struct linux_landlock_ruleset *rules, int version) {
  size_t size = version < 4 ? 8 : version < 6 ? 16 : 24;
  return (int)syscall(444, rules, size, 0);
}

// Allows something on a file, or beneath a folder.
static inline int linux_landlock_allow(int ruleset, const struct linux_landlock_path *path) {
  return (int)syscall(445, ruleset, 1, path, 0);
}

// Puts the rules in force for this thread and those that it begins.
static inline int linux_landlock_restrict(int ruleset) { return (int)syscall(446, ruleset, 0); }

static const int linux_open_path = O_PATH;

static const int linux_cap_net_raw = CAP_NET_RAW;

#endif
