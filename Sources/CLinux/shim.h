// What the C library's Swift module leaves out: signals and wake-ups as descriptors, a process's rights, its heap,
// interfaces, files in memory, Landlock.
#ifndef TUNNELSCOPE_CLINUX_H
#define TUNNELSCOPE_CLINUX_H

// Without _GNU_SOURCE: the C library's own module is built so, and the same names must mean the same in both.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <malloc.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// prctl and syscall take a variable number of arguments, which Swift does not call.

static inline int linux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved);

// Real, effective and saved identity (setresuid(2)).
static inline int linux_set_user(uid_t user) { return setresuid(user, user, user); }
static inline int linux_set_group(gid_t group) { return setresgid(group, group, group); }

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

// How many heaps the C library makes at most, and from how many bytes on a block comes from the system (mallopt(3)).
static inline void linux_bound_heap(int heaps, int block) {
  mallopt(M_ARENA_MAX, heaps);
  mallopt(M_MMAP_THRESHOLD, block);
}

// Gives the free pages of all heaps back to the system.
static inline void linux_trim_heap(void) { malloc_trim(0); }

// A file in memory, or -1.
static inline int linux_memory_file(const char *name) { return (int)syscall(SYS_memfd_create, name, 1U /* MFD_CLOEXEC */); }

// fork(2), which Swift hides because a process with threads may not go on after it. To be called while there is one.
static inline pid_t linux_fork(void) { return fork(); }

// Runs a command of the shell in a process group of its own, with a file as its standard input and standard error as its
// standard output too; its process, or -1. To be called while there is one thread.
static inline pid_t linux_run_shell(const char *command, int input) {
  pid_t child = fork();
  if (child != 0) return child;
  setpgid(0, 0);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  if (dup2(input, 0) < 0 || dup2(2, 1) < 0) _exit(126);
  execl("/bin/sh", "sh", "-c", command, (char *)0);
  _exit(127);
}

// Renames a file unless there is one of the new name (renameat2(2), RENAME_NOREPLACE); -1 and errno when it fails.
static inline int linux_rename_new(const char *from, const char *to) {
  return (int)syscall(SYS_renameat2, -100 /* AT_FDCWD */, from, -100, to, 1U);
}

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

// O_PATH, which is the same on all architectures that Swift runs on.
static const int linux_open_path = 0x200000;

static const int linux_cap_net_raw = CAP_NET_RAW;

// On Linux a priority is that of the calling thread alone.
static inline void linux_lower_thread_priority(void) { setpriority(PRIO_PROCESS, 0, 10); }

// Asks the kernel about an interface (netdevice(7)); -1 and errno when it cannot tell.
static inline int linux_ask_interface(const char *name, unsigned long what, struct ifreq *answer) {
  int asking = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (asking < 0) return -1;
  memset(answer, 0, sizeof *answer);
  strncpy(answer->ifr_name, name, IFNAMSIZ - 1);
  int status = ioctl(asking, what, answer);
  close(asking);
  return status;
}

// The flags of an interface (IFF_UP …); -1 when there is none of this name.
static inline int linux_interface_flags(const char *name) {
  struct ifreq answer;
  return linux_ask_interface(name, SIOCGIFFLAGS, &answer) == 0 ? (int)(unsigned short)answer.ifr_flags : -1;
}

// What kind of hardware an interface is (ARPHRD_ETHER …); -1 when there is none of this name.
static inline int linux_interface_hardware(const char *name) {
  struct ifreq answer;
  return linux_ask_interface(name, SIOCGIFHWADDR, &answer) == 0 ? (int)answer.ifr_hwaddr.sa_family : -1;
}

// Lets a packet socket see another interface; 0, or the number of the error. To open such a socket takes CAP_NET_RAW, to
// bind it takes no right.
static inline int linux_bind_packet_socket(int descriptor, unsigned interface) {
  struct sockaddr_ll address;
  memset(&address, 0, sizeof address);
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = (int)interface;
  return bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

// Lets the interface that a packet socket is bound to take in frames for others, too.
static inline int linux_make_promiscuous(int descriptor, unsigned interface) {
  struct packet_mreq request;
  memset(&request, 0, sizeof request);
  request.mr_ifindex = (int)interface;
  request.mr_type = PACKET_MR_PROMISC;
  return setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request);
}

// Lets the processor fetch memory while it does something else. Nothing is read, so that any address will do.
static inline void linux_prefetch(const void *start, unsigned long offset, unsigned long count) {
  for (unsigned long at = 0; at < count; at += 64)
    __builtin_prefetch((const void *)((unsigned long)start + offset + at));
}

#endif
