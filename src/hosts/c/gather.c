/* gather.c - gather and shield for programs in C: the futures that the core's are made of.
 *
 * Cost       A future that is there twice is found by looking at all before it: O(n^2) for n children, a
 *            pointer each.
 * Tests      tests/test_chost_flow.c, docs/examples/gather.c */
#include "chost_impl.h"

/* Where a future was among the children first; its own place if it was not. */
static size_t first_place(ac_future *const *children, size_t place)
{
    size_t first = 0;

    while (children[first] != children[place])
        first++;
    return first;
}

static ac_status fill(ac_gather *gather, ac_future *const *children, size_t count)
{
    ac_status status = AC_OK;

    for (size_t i = 0; i < count && status == AC_OK; i++) {
        size_t first = first_place(children, i);

        status = first < i ? ac_gather_add_again(gather, first) : ac_gather_add(gather, children[i]);
    }
    return status == AC_OK ? ac_gather_start(gather) : status;
}

ac_status ac_c_gather(ac_loop *loop, ac_future *const *children, size_t count, bool return_exceptions,
                      ac_future **out)
{
    ac_gather *gather = aci_c_gather_new(loop);
    ac_status status = AC_E_MEMORY;

    *out = NULL;
    if (gather)
        status = ac_gather_init(gather, loop, count, return_exceptions);
    if (status == AC_OK)
        status = fill(gather, children, count);
    if (status == AC_OK)
        *out = &gather->outer;
    else if (gather)
        ac_c_release(loop, &gather->outer);
    return status;
}

ac_status ac_c_shield(ac_loop *loop, ac_future *inner, ac_future **out)
{
    ac_future *outer;
    ac_status status;

    *out = NULL;
    if (ac_future_done(inner)) {
        ac_c_retain(inner);
        *out = inner;
        return AC_OK;
    }
    outer = ac_c_future_new(loop);
    status = outer ? ac_shield(inner, outer) : AC_E_MEMORY;
    if (status == AC_OK)
        *out = outer;
    else if (outer)
        ac_c_release(loop, outer);
    return status;
}
