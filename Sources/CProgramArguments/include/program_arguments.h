// The program's arguments as the kernel passed them. Swift's own way to them leads through /proc, which need not be there.
#ifndef TUNNELSCOPE_CPROGRAMARGUMENTS_H
#define TUNNELSCOPE_CPROGRAMARGUMENTS_H

// How many there are, the program's name included.
int program_argument_count(void);

// One of them, a string of bytes; NULL beyond the last.
const char *program_argument(int index);

#endif
