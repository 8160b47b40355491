// What of libseccomp Swift cannot call by itself: macros with arguments, and functions that take any number of them.
#ifndef TUNNELSCOPE_CSECCOMP_H
#define TUNNELSCOPE_CSECCOMP_H

#include <errno.h>
#include <linux/sched.h>
#include <seccomp.h>

static inline scmp_filter_ctx seccomp_allow_by_default(void) { return seccomp_init(SCMP_ACT_ALLOW); }

// Makes a system call fail with an error number; a name that this machine's kernel interface lacks is passed over.
static inline int seccomp_refuse(scmp_filter_ctx filter, const char *name, int error) {
  int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR) return 0;
  int status = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(error), number, 0, 0);
  return status == -EDOM ? 0 : status;
}

// Makes clone fail where it would begin a process and not a thread.
static inline int seccomp_refuse_processes(scmp_filter_ctx filter) {
  struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0);
  return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &thread);
}

#endif
