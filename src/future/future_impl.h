/* future_impl.h - what tasks and flow may do to a future beyond the public verbs.
 *
 * As in loop_impl.h, functions marked "task/" are named here and defined there: a task is a future whose
 * cancel and clear do more. */
#ifndef AIOCORE_FUTURE_IMPL_H
#define AIOCORE_FUTURE_IMPL_H

#include <aiocore/future.h>
#include <aiocore/gather.h>

#include "loop/loop_impl.h"

/* ac_future.flags; the two low bits are the ac_future_state. */
enum {
    ACI_F_STATE = 3,
    ACI_F_TASK = 4,
    ACI_F_BLOCKING = 8,     /* asyncio: _asyncio_future_blocking */
    ACI_F_LOG = 16,         /* an exception nobody asked for (asyncio: _log_traceback) */
    ACI_F_OVERRIDDEN = 32,  /* cancel by the host's hook */
    ACI_F_EMBEDDED = 64,    /* in a frame or group of the core: no host object, never retained or shown */
    ACI_F_CANCEL_EXC = 128, /* cancelled, and result is the CancelledError that left the body */
    /* tasks only */
    ACI_T_RUNNING = 1 << 8,     /* between enter and leave */
    ACI_T_MUST_CANCEL = 1 << 9, /* asyncio: _must_cancel */
    /* waiting.error is owned: what the next step throws, or the running one threw; of a task that is done,
     * the message of a request that it has swallowed */
    ACI_T_THROW = 1 << 10,
    ACI_T_PARKED = 1 << 11,      /* something foreign will wake it */
    ACI_T_LOG_DESTROY = 1 << 12, /* asyncio: _log_destroy_pending */
    ACI_T_NAMED = 1 << 13,       /* id.name is owned */
    ACI_T_HELD = 1 << 14,        /* the core keeps one retain on the task */
    ACI_T_NO_EDGE = 1 << 15,     /* the await graph has forgotten that its group waits for it */
    ACI_T_ASKED = 1 << 16,       /* its aborting group has cancelled it */
    ACI_T_BUSY = 1 << 17,        /* from the begin of enter to the end of leave: cannot be cleared */
    ACI_T_BY_HAND = 1 << 18,     /* stepped outside a turn: leave gives the core's retain up */
    ACI_T_NO_CONTEXT = 1 << 19,  /* and without a context: one that it is given meanwhile is left by leave */
    ACI_T_LOOSE = 1 << 24,       /* its group's callback is on its way, but nobody of the core's retains it */
    /* any */
    ACI_F_GATHER = 1 << 21, /* the struct around it is an ac_gather */
    ACI_F_STANDS = 1 << 23, /* the waiter of an ac_cancel_and_wait: it stands for what that waits for */
    ACI_F_HOLDS = 1 << 22,  /* among its callbacks are some that are to be told when it is done */
    ACI_F_TRACED = 1 << 20  /* a tracer was told of it, and is to be told of its end */
};

static inline ac_future_state aci_state(const ac_future *future)
{
    return (ac_future_state)(future->flags & ACI_F_STATE);
}

static inline bool aci_flag(const ac_future *future, uint32_t flag)
{
    return (future->flags & flag) != 0;
}

static inline void aci_unflag(ac_future *future, uint32_t flags)
{
    future->flags &= ~flags;
}

static inline ac_task *aci_as_task(ac_future *future)
{
    return AC_CONTAINER_OF(future, ac_task, future);
}

static inline ac_gather *aci_as_gather(ac_future *future)
{
    return AC_CONTAINER_OF(future, ac_gather, outer);
}

static inline void aci_retain(ac_loop *loop, ac_future *future)
{
    if (loop->host->retain != NULL && !aci_flag(future, ACI_F_EMBEDDED))
        loop->host->retain(loop, future);
}

/* HOST */
static inline void aci_release(ac_loop *loop, ac_future *future)
{
    if (loop->host->release != NULL && !aci_flag(future, ACI_F_EMBEDDED))
        loop->host->release(loop, future);
}

/* Puts a handle that is on no list at the end of the callbacks. */
static inline void aci_future_append(ac_future *future, ac_handle *handle)
{
    if (future->callbacks == NULL) {
        aci_ring_start(&handle->link);
        future->callbacks = handle;
    } else {
        aci_ring_insert_before(&future->callbacks->link, &handle->link);
    }
}

/* Tells the tracer that it is done; that it is gone, if a tracer knows it. */
ACI_COLD void aci_future_trace_done(ac_future *future);
ACI_COLD void aci_future_trace_gone(ac_future *future);

/* Takes a handle off the callbacks; it is there. */
void aci_future_unlink(ac_future *future, ac_handle *handle);
/* Moves all callbacks, of which there are some, to the ready list one by one: a foreign loop, or a closed
 * one, which drops them (AC_E_CLOSED).  HOST. */
ac_status aci_future_schedule_slowly(ac_future *future);

/* Tells the callbacks that want to know that the future is done. */
ACI_COLD void aci_future_hold(const ac_future *future);

/* Moves all callbacks to the ready list.  AC_E_CLOSED: they were dropped instead.  HOST if the loop posts or
 * is closed. */
static inline ac_status aci_future_schedule(ac_future *future)
{
    ac_loop *loop = future->loop;
    ac_handle *first = future->callbacks;
    if (first == NULL) {
        if (aci_traced(loop))
            aci_future_trace_done(future);
        return AC_OK;
    }
    if (aci_unlikely(aci_flag(future, ACI_F_HOLDS)))
        aci_future_hold(future);
    if (aci_unlikely(aci_is_unusual(loop)))
        return aci_future_schedule_slowly(future);
    future->callbacks = NULL;
    aci_list_append_ring(&loop->ready, &first->link);
    return AC_OK;
}

/* Finishes a pending future: state, result (stolen), callbacks.  Status as of aci_future_schedule.  HOST. */
static inline ac_status aci_future_finish(ac_future *future, ac_future_state state, ac_value result)
{
    ac_loop *loop = future->loop;
    ac_value message = future->result;
    future->result = result;
    future->flags |= (uint32_t)state;
    ac_status status = aci_future_schedule(future);
    aci_drop(loop, message); /* HOST */
    return status;
}

/* The CancelledError that a cancelled future gives now: the one that left the body, else a new one with the
 * message.  Owned. */
ac_value aci_cancelled_error(ac_future *future);
/* The two halves of ac_future_clear: moves the result and the callbacks out, which leaves the future inert;
 * drops them.  HOST: the second half. */
ac_value aci_future_take_apart(ac_future *future, ac_link *callbacks);
void aci_future_drop_parts(ac_loop *loop, ac_value result, ac_link *callbacks);

/* What StopIteration becomes in a future (gh-112182): takes and gives an exception, and the one that it has
 * replaced, which is to be dropped once the future is done.  AC_E_TYPE if it is refused. */
ac_status aci_guard_stop_iteration(ac_loop *loop, ac_value *exception, ac_value *replaced);

/* Makes a future inside a struct of the core pending again. */
static inline void aci_future_init_embedded(ac_future *future, ac_loop *loop)
{
    future->loop = loop;
    future->callbacks = NULL;
    future->result = ac_none();
    future->flags = ACI_F_EMBEDDED;
    future->extra = 0;
}

/* ac_future_cancel, which says how a cancel method of the program's is called.  HOST. */
ac_status aci_future_cancel(ac_future *future, ac_ref message, ac_cancel_call call, bool *did);

/* task/ */
ac_status aci_task_cancel(ac_task *task, ac_ref message, bool *accepted);
/* ac_future_clear of a task that is not being stepped.  HOST. */
void aci_task_clear(ac_task *task);
int aci_task_visit(ac_task *task, ac_visitor *visitor);

/* flow/: the same of the future that a gather begins with. */
ac_status aci_gather_cancel(ac_gather *gather, ac_ref message, bool *accepted);
void aci_gather_clear(ac_gather *gather);
int aci_gather_visit(ac_gather *gather, ac_visitor *visitor);

#endif
