/* loop_impl.h - what the other folders may do to a loop beyond the public verbs.
 *
 * Some functions below are named here and defined further up (task/): a handle says by a flag that it
 * is a task's step, not by a pointer to operations, which makes a task one word smaller and its step a direct
 * call.  The linker ties this knot; no file includes upwards. */
#ifndef AIOCORE_LOOP_IMPL_H
#define AIOCORE_LOOP_IMPL_H

#include <aiocore/loop.h>
#include <aiocore/task.h>
#include <aiocore/trace.h>
#include <stdatomic.h>

#include "base/assert.h"
#include "base/list.h"

/* ac_handle.flags */
enum {
    ACI_H_STEP = 1,      /* a task's step: the struct around it is an ac_task */
    ACI_H_GROUP = 2,     /* a step that serves as the done callback of the task's group */
    ACI_H_IN_HEAP = 4,   /* it is in the timer heap (asyncio: TimerHandle._scheduled) */
    ACI_H_CANCELLED = 8, /* skip it */
    ACI_H_IN_INBOX = 16, /* it came from another thread and is not on the ready list yet */
    ACI_H_POSTED = 32,   /* a foreign loop has it */
    ACI_H_ENTERED = 64,  /* a step that runs in its context */
    ACI_H_DONE = 128,    /* it was put on a future as a done callback */
    ACI_H_TIMER = 256,   /* it was set as a timer */
    ACI_H_NO_EDGE = 512  /* a done callback by which somebody waits, but the await graph has forgotten that */
};

/* ac_loop.flags */
enum {
    ACI_L_CLOSED = 1,
    ACI_L_RUNNING = 2,   /* asyncio's is_running() */
    ACI_L_IN_TURN = 4,   /* inside a turn: readying needs no wake */
    ACI_L_OWN_RUN = 8,   /* the turn itself has made the loop running (guest mode) */
    ACI_L_STOPPING = 16, /* stop() was called */
    ACI_L_SWEPT = 32,    /* cancelled timers were dropped since the last turn */
    ACI_L_DEBUG = 64,
    ACI_L_POSTS = 128,      /* the host has its own loop: handles go there */
    ACI_L_POLL_WAITS = 256, /* polling with something ready would find nothing */
    ACI_L_TRACED = 512,     /* there is a tracer: what is quick otherwise goes the long way */
    ACI_L_IN_POLL = 1024    /* a selector is polled: readying needs no wake */
};

/* Leaves the words for a failure with the loop and gives the status. */
static inline ac_status aci_fail(ac_loop *loop, ac_status status, const char *why)
{
    loop->why = why;
    return status;
}

/* Host code that may come back here for ever (a cancel that cancels, rule 37) is bounded like eager
 * starts. */
static inline ac_status aci_go_deeper(ac_loop *loop)
{
    if (loop->depth >= loop->max_depth)
        return aci_fail(loop, AC_E_RECURSION, "maximum recursion depth exceeded");
    loop->depth++;
    return AC_OK;
}

/* ON ANY THREAD. */
static inline void aci_wake(ac_loop *loop)
{
    if (loop->selector != NULL && loop->selector->wake != NULL)
        loop->selector->wake(loop->selector, loop);
    else if (loop->selector == NULL && loop->host->wake != NULL)
        loop->host->wake(loop);
}

/* On the loop's own thread: neither a turn nor a poll can be woken. */
static inline bool aci_needs_wake(const ac_loop *loop)
{
    return (loop->flags & (ACI_L_IN_TURN | ACI_L_IN_POLL)) == 0;
}

static inline bool aci_has(const ac_loop *loop, ac_semantics_flag flag)
{
    return ac_semantics_has(loop->semantics, flag);
}

static inline void aci_drop(ac_loop *loop, ac_value value)
{
    if (value.bits != 0)
        loop->host->drop(loop, value);
}

/* Moves what a slot owns out and drops it: the slot is empty before host code runs. */
static inline void aci_drop_slot(ac_loop *loop, ac_value *slot)
{
    aci_drop(loop, ac_take(slot));
}

static inline ac_value aci_dup(ac_loop *loop, ac_ref value)
{
    if (value.bits != 0 && loop->host->dup != NULL)
        return loop->host->dup(loop, value);
    ac_value same = {value.bits};
    return same;
}

static inline ac_callback *aci_callback(ac_handle *handle)
{
    return AC_CONTAINER_OF(handle, ac_callback, handle);
}

static inline ac_task *aci_step_task(ac_handle *handle)
{
    return AC_CONTAINER_OF(handle, ac_task, step);
}

static inline ac_handle *aci_handle_of(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_handle, link);
}

/* Runs a step that has left the ready list: resumes the body, or tells the group.  HOST. */
ac_status aci_task_run(ac_loop *loop, ac_task *task);
/* The step has left the lists for good, or will be linked again: gives up the core's retain if nothing needs
 * it. HOST. */
void aci_task_settle(ac_loop *loop, ac_task *task);

/* task/: tells the tracer, of which there is one.  Whoever calls it from a hot place does so out of line,
 * ACI_COLD. */
void aci_trace(ac_loop *loop, ac_event event);
/* The same for an event about a handle: fills run, task and group. */
void aci_trace_handle(ac_loop *loop, ac_handle *handle, ac_event event);

/* ACI_APART keeps what is long out of the quick ways around it.  ACI_SOON asks for memory that will be
 * written soon. */
#if defined(__GNUC__)
#define ACI_APART __attribute__((noinline))
#define ACI_COLD __attribute__((noinline, cold))
#define ACI_SOON(address) __builtin_prefetch(address, 1)
#else
#define ACI_APART
#define ACI_COLD
#define ACI_SOON(address) (void)(address)
#endif

static inline bool aci_traced(const ac_loop *loop)
{
    return aci_unlikely((loop->flags & ACI_L_TRACED) != 0);
}

/* Makes an exception by the host's error hook, with a text alone.  None if memory is short. */
ac_value aci_error(ac_loop *loop, ac_xkind kind, const char *text);
/* The xclass bits; 0 for none (a MemoryError is an ordinary error). */
unsigned aci_classify(ac_loop *loop, ac_ref exception);
/* Raises the exit exception 'exception' (stolen) or reports any other as "Exception in callback".  HOST. */
ac_status aci_raise_or_report(ac_loop *loop, ac_handle *handle, ac_value exception);

/* Debug mode: AC_E_RUNTIME on a thread that does not run the loop (asyncio: _check_thread). */
ac_status aci_check_thread_slowly(ac_loop *loop);

static inline ac_status aci_check_thread(ac_loop *loop)
{
    return aci_unlikely((loop->flags & ACI_L_DEBUG) != 0) ? aci_check_thread_slowly(loop) : AC_OK;
}

/* The slow half of aci_ready: closed, outside a turn, foreign loop, traced.  by: the future that is done;
 * NULL if it is not for one. */
ac_status aci_ready_slowly(ac_loop *loop, ac_handle *handle, ac_future *by);
/* call_soon, also of a callback for a future that is done. */
ac_status aci_call_soon(ac_loop *loop, ac_handle *handle, ac_future *by);
/* Moves what other threads have put in to the ready list, in their order. */
void aci_inbox_drain(ac_loop *loop);
/* Shows what other threads have put in. */
int aci_inbox_visit(ac_loop *loop, ac_visitor *visitor);
/* Refuses all further calls from other threads; appends what was in the inbox to 'dropped'. */
void aci_inbox_close(ac_loop *loop, ac_link *dropped);

/* What a host that could not enter a context said (host.h). */
static inline ac_status aci_enter_failed(ac_status status)
{
    return status == AC_E_TYPE ? AC_E_RAISED : status;
}

/* Enters the handle's context.  False if it cannot be entered: that was reported, or left *status to be
 * returned, and the handle was given up.  HOST. */
bool aci_handle_enter(ac_loop *loop, ac_handle *handle, ac_status *status);
/* Ends a run: leaves the context, reports a failure, gives the handle up.  HOST. */
ac_status aci_handle_ran(ac_loop *loop, ac_handle *handle, ac_status status);
/* Shows what a handle on a list keeps alive. */
int aci_handle_visit(ac_handle *handle, ac_visitor *visitor);
/* The handle has left the lists for good.  HOST. */
void aci_handle_done(ac_loop *loop, ac_handle *handle);
/* The same for one that did not run.  HOST. */
void aci_handle_drop(ac_loop *loop, ac_handle *handle);

static inline bool aci_inbox_filled(ac_loop *loop)
{
    return atomic_load_explicit(&loop->inbox, memory_order_relaxed) != NULL;
}

/* Readying takes more than linking: outside a turn, closed, debug mode, traced, a foreign loop, something in
 * the inbox. */
static inline bool aci_is_unusual(ac_loop *loop)
{
    enum { LOOKED_AT = ACI_L_IN_TURN | ACI_L_CLOSED | ACI_L_POSTS | ACI_L_DEBUG | ACI_L_TRACED };
    return (loop->flags & LOOKED_AT) != ACI_L_IN_TURN || aci_inbox_filled(loop);
}

static inline bool aci_handle_busy(const ac_handle *handle)
{
    return aci_linked(&handle->link) ||
           (handle->flags & (ACI_H_IN_HEAP | ACI_H_IN_INBOX | ACI_H_POSTED)) != 0;
}

/* Puts a handle that is on no list at the end of the ready list.  The inbox is drained first, so that what
 * this thread put in by call_soon_threadsafe keeps its place.  Fails only if the loop is closed or posts. */
static inline ac_status aci_ready(ac_loop *loop, ac_handle *handle)
{
    if (aci_unlikely(aci_is_unusual(loop)))
        return aci_ready_slowly(loop, handle, NULL);
    aci_list_append(&loop->ready, &handle->link);
    return AC_OK;
}

/* Runs a handle's step or callback.  HOST. */
static inline ac_status aci_handle_call(ac_loop *loop, ac_handle *handle)
{
    if ((handle->flags & ACI_H_STEP) != 0)
        return aci_task_run(loop, aci_step_task(handle));
    ac_callback *callback = aci_callback(handle);
    return callback->ops->run(loop, callback); /* HOST */
}

/* After a run: a handle that was queued again keeps going, any other has left the loop.  HOST. */
void aci_handle_give_up(ac_loop *loop, ac_handle *handle);

#endif
