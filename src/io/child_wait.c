/* child_wait.c - await process.wait().
 *
 * Mirrors    BaseSubprocessTransport._wait, and the loop over _exit_waiters, which is in the order of
 *            arrival here (asyncio: a set since 3.14).
 * Holds      A wait is on the list <=> its machine is asleep.
 * Tests      tests/test_io_child.c */
#include <string.h>

#include "child_impl.h"
#include "transport_impl.h"

void aci_exit_init(ac_exit *end)
{
    end->waiters.prev = end->waiters.next = &end->waiters;
    end->returncode = 0;
    end->known = false;
}

static ac_child_wait *wait_of(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_child_wait, listed);
}

/* A waiter leaves the list when it runs.  To finish a future runs no code of programs. */
ac_status aci_exit_wake(ac_exit *end)
{
    ac_status status = AC_OK;

    for (ac_link *link = end->waiters.next; link != &end->waiters; link = link->next) {
        ac_child_wait *wait = wait_of(link);
        wait->returncode = end->returncode;
        if (!ac_future_done(&wait->future)) {
            ac_status woken = ac_future_set_result(&wait->future, ac_none());
            status = status == AC_OK ? woken : status;
        }
    }
    return status;
}

void aci_exit_forget(ac_exit *end)
{
    while (end->waiters.next != &end->waiters) {
        wait_of(end->waiters.next)->end = NULL;
        aci_link_remove(end->waiters.next);
    }
}

enum { ENDED = 1 };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_child_wait *self = AC_CONTAINER_OF(co, ac_child_wait, co);
    ac_turn turn;

    AC_BEGIN(co);
    if (self->end->known) {
        self->returncode = self->end->returncode;
        co->at = AC_AT_END;
        return ac_return(out, ac_none());
    }
    ac_future_init_embedded(&self->future, loop);
    aci_link_append(&self->end->waiters, &self->listed);
    AC_AWAIT(ENDED, &self->future);
    AC_END(co);
    turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
    aci_link_remove(&self->listed);
    ac_future_clear(&self->future); /* HOST: it may hold a cancel's message */
    return turn;
}

/* While it is on the list the child will wake it: nobody shows that, and so it is held. */
static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_child_wait *self = AC_CONTAINER_OF(co, ac_child_wait, co);

    return self->listed.next != NULL ? 0 : ac_future_visit(&self->future, visitor);
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_child_wait *self = AC_CONTAINER_OF(co, ac_child_wait, co);

    (void)loop;
    co->at = AC_AT_END;
    aci_link_remove(&self->listed);
    ac_future_clear(&self->future); /* HOST */
}

static const ac_coro_ops wait_ops = {resume, NULL, visit, clear};

void aci_exit_wait_init(ac_child_wait *wait, ac_loop *loop, ac_exit *end)
{
    memset(wait, 0, sizeof *wait);
    ac_coro_init(&wait->co, &wait_ops);
    ac_future_init_embedded(&wait->future, loop);
    wait->end = end;
}
