/* names.c - how the things of the C host are called, for traces and for who asks what a loop is at.
 *
 * Holds      No code of programs runs, and nothing is allocated.
 * Tests      tests/test_chost_values.c; docs/examples/ps.c */
#include "chost_impl.h"

#include <aiocore/trace.h>

static size_t name_of_task(void *data, const ac_task *task, char *buffer, size_t size)
{
    (void)data;
    return ac_c_task_name(task, buffer, size);
}

static size_t name_of_value(void *data, ac_ref value, char *buffer, size_t size)
{
    (void)data;
    return ac_c_repr(value, buffer, size);
}

const ac_trace_names ac_c_trace_names = {.task = name_of_task, .value = name_of_value};
