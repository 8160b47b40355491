// What of zlib Swift cannot call by itself: inflateInit2 is a macro.
#ifndef TUNNELSCOPE_CZLIB_H
#define TUNNELSCOPE_CZLIB_H

#include <zlib.h>

// Begins to inflate gzip and nothing else: 16 is zlib's word for that, 15 the largest window that gzip has.
static inline int zlib_begin_gzip(z_stream *stream) { return inflateInit2(stream, 16 + 15); }

#endif
