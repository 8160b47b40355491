#include "program_arguments.h"

#include <stddef.h>

static int count;
static char **arguments;

// The GNU C library passes to constructors what it passes to main.
__attribute__((constructor)) static void remember(int given, char **values) {
  count = given;
  arguments = values;
}

int program_argument_count(void) { return count; }

const char *program_argument(int index) { return index >= 0 && index < count ? arguments[index] : NULL; }
