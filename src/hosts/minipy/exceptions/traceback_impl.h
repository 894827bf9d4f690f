/* traceback_impl.h - what the files that write tracebacks know of one another. */
#ifndef MP_TRACEBACK_IMPL_H
#define MP_TRACEBACK_IMPL_H

#include "exceptions/exception_impl.h"

/* Where a piece of source is marked by "^" within "~": the operator of a sum, the brackets of a call. */
typedef struct mp_anchors {
    const char *left, *right; /* left NULL: the whole is marked alike */
    bool is_call;
} mp_anchors;

/* traceback_anchors.c: what kind of expression a piece of source is, as far as marks need it. */
mp_anchors mp_find_anchors(const char *text, const char *end);

/* traceback_source.c: the lines of a span, indented, with marks below. */
void mp_traceback_source(mp_builder *out, const mp_str *source, const mp_span *span);

/* traceback_lines.c: one entry ("  File ..., line 3, in f" with its source), under the name of a function;
 * the last lines of an exception, "ValueError: x" with its notes. */
void mp_traceback_entry(mp_builder *out, const mp_trace_entry *entry, const mp_str *name);
void mp_traceback_final(mp_builder *out, mp_value exception);

#endif
