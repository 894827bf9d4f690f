/* host.c - the hook table of the C host: the whole of what it is to the core.
 *
 * Each hook is in the file of its subject.  What is missing is missing on purpose: retain_group and
 * release_group (a group lies in its parent's frame), next_serial (each loop counts its tasks by itself),
 * cancel (no program can replace a method in C), post (there is no
 * foreign loop). */
#include "chost_impl.h"

static ac_value dup_value(ac_loop *loop, ac_ref value)
{
    (void)loop;
    return c_dup(value);
}

static ac_status make_list(ac_loop *loop, const ac_ref *items, size_t count, ac_value *out)
{
    *out = ac_c_list(loop, items, count);
    return ac_is_none(ac_lend(*out)) ? AC_E_MEMORY : AC_OK;
}

static ac_ref exception_context(ac_loop *loop, ac_ref exception)
{
    (void)loop;
    return ac_c_context_of(exception);
}

static bool exception_member(ac_loop *loop, ac_ref exception, size_t index, ac_ref *out)
{
    (void)loop;
    if (!ac_c_isinstance(exception, &ac_c_ExceptionGroup) || index >= ac_c_member_count(exception))
        return false;
    *out = ac_c_member(exception, index);
    return true;
}

static const ac_host table = {
    .abi = AC_ABI,
    .size = sizeof(ac_host),
    /* values: integers are words, the rest is counted */
    .dup = dup_value,
    .drop = aci_c_drop,
    /* objects: tasks and futures are counted, too */
    .retain = aci_c_retain,
    .release = ac_c_release,
    /* exceptions */
    .error = aci_c_error,
    .classify = aci_c_classify,
    /* contexts */
    .copy_context = aci_c_copy_context,
    .enter = aci_c_enter,
    .leave = aci_c_leave,
    /* tasks */
    .make_task = aci_c_make_task,
    .set_name = aci_c_set_name,
    /* the loop */
    .report = aci_c_report,
    .now = aci_c_now,
    .poll = aci_c_poll,
    .wake = aci_c_wake,
    .set_running = aci_c_set_running,
    .thread = aci_c_thread,
    .slow = aci_c_slow,
    /* memory */
    .realloc = aci_c_realloc,
    /* results */
    .make_list = make_list,
    /* chains of exceptions */
    .exception_context = exception_context,
    .set_exception_context = aci_c_put_context,
    .exception_member = exception_member,
};

const ac_host *ac_c_host(void)
{
    return &table;
}

ac_loop *ac_c_loop_new(const ac_loop_options *options, const char **why)
{
    return ac_c_loop_new_with(&table, options, why);
}
