/* coro.h - the resumable: a Python coroutine, a Lua thread, a heap frame, or a C state machine.
 *
 * The body of a task carries its own resume function, so that coroutines of several kinds run on one
 * loop, and aiocore's own async functions (sleep, a group's exit) are written once and awaited by every
 * host.
 *
 * A coroutine in C reads top to bottom (see docs/TOUR.md):
 *
 *     enum { NAP = 1, BELL };                           every place where this body can be asleep
 *     static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
 *     {
 *         struct frame *f = AC_CONTAINER_OF(co, struct frame, co);
 *         ac_turn turn;
 *         AC_BEGIN(co);
 *         ac_sleep_init(&f->nap, loop, 0.5, ac_none());
 *         AC_AWAIT_CORO(NAP, &f->nap.co, turn);         await sleep(0.5)
 *         if (turn == AC_RAISED)
 *             return AC_RAISED;                         out->value is the exception: pass it on
 *         AC_AWAIT(BELL, f->bell);                      await a future
 *         if (how == AC_THROW)
 *             return ac_raise(loop, in, out);
 *         AC_END(co);
 *         return ac_return(out, ac_none());
 *     }
 *
 * Rules, and what catches a breach:
 *   - The parameters are named loop, co, how, in, out: the macros use these names.
 *   - A local variable does not survive an await: keep state in the frame.  gcc's -Wjump-misses-init and
 *     clang's -Wsometimes-uninitialized report it.
 *   - No await inside a nested switch: its case label would land in the wrong one.  AC_END answers an
 *     unknown resume point with AC_RAISED and no exception, and each point is visited by a test.
 *   - An await can *throw*: look at how (or turn) after it.
 *   - Nothing runs between ac_future_await and the return of resume: AC_AWAIT is both. */
#ifndef AIOCORE_CORO_H
#define AIOCORE_CORO_H

#include <aiocore/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a body is resumed. */
typedef enum ac_how {
    AC_SEND,  /* go on; 'in' is the result of the future that was awaited, or none */
    AC_THROW, /* 'in' is an exception, raised at the place where the body waits */
    AC_CLOSE  /* coroutine.close(): clean up, do not wait again, answer AC_RETURNED (or AC_RAISED) */
} ac_how;

/* How a step of a body ends. */
typedef enum ac_turn {
    AC_RETURNED,  /* done; out->value is the result, owned by the caller of resume */
    AC_RAISED,    /* done; out->value is the exception, owned by the caller of resume */
    AC_AWAITING,  /* out->future, blocking and retained (ac_future_await), must be done first */
    AC_YIELDED,   /* a bare yield: run me again in the next turn */
    AC_PARKED,    /* a foreign awaitable has me; the host will call ac_task_wake or ac_task_step */
    AC_STRANGE,   /* yielded out->value, which nobody can wait for: "Task got bad yield" */
    AC_GENERATOR, /* yielded the generator out->value: "yield was used instead of yield from" */
    AC_REFUSED,   /* yielded what this task may not wait for: the next step throws out->value */
    AC_STUCK      /* parked, but what it waits for could not be asked to wake it: the step fails, not the
                   * body, with out->value (AC_E_RAISED), and the task stays as it is */
} ac_turn;

typedef union ac_out {
    ac_value value;
    ac_future *future;
} ac_out;

/* The operations of one kind of body.  resume is required, the rest may be NULL. */
typedef struct ac_coro_ops {
    /* Runs the body to its next stop.  RUNS USER CODE; MAY CALL BACK (anything but a turn of the same
     * loop).  'in' is borrowed for the call.  A body that has not started must answer AC_THROW with
     * AC_RAISED and that exception, and AC_CLOSE with AC_RETURNED, without running a line. */
    ac_turn (*resume)(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);
    /* Cancels the foreign thing that a parked body waits for.  RUNS USER CODE; MAY CALL BACK; MAY FAIL
     * (whoever cancels gets the failure).  *did: whether that will wake the task. */
    ac_status (*unpark)(ac_loop *loop, ac_coro *co, ac_ref message, bool *did);
    /* Shows what the frame owns.  May do nothing else. */
    int (*visit)(ac_coro *co, ac_visitor *visitor);
    /* Drops what the frame owns; the body never runs again.  RUNS USER CODE (finalizers).  May be called
     * twice. */
    void (*clear)(ac_loop *loop, ac_coro *co);
} ac_coro_ops;

/* The head of a frame; the frame embeds it.  'at' is the resume point, 0 at the start. */
struct ac_coro {
    const ac_coro_ops *ops;
    uint16_t at, flags; /* flags belong to the body */
    uint32_t spare;     /* so do these bits */
};

/* The answer of a body that was resumed after its end, or at a point that it does not have. */
enum { AC_AT_END = 0xffff };

static inline void ac_coro_init(ac_coro *co, const ac_coro_ops *ops)
{
    co->ops = ops;
    co->at = co->flags = 0;
    co->spare = 0;
}

/* Resumes a body.  See ac_coro_ops.resume. */
static inline ac_turn ac_coro_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    return co->ops->resume(loop, co, how, in, out);
}

/* True for the turns after which the body is asleep, false for returned and raised. */
static inline bool ac_turn_suspends(ac_turn turn)
{
    return turn != AC_RETURNED && turn != AC_RAISED;
}

/* Closes a body that was never given to a task or is refused by one (coroutine.close()).  RUNS USER CODE.
 * An exception that comes out is reported, "Exception ignored while closing a coroutine". */
AC_API void ac_coro_close(ac_loop *loop, ac_coro *co);

/* Gives up what a body owns: for the clear of a frame that embeds it.  At any time, also twice, and of memory
 * that was zeroed and never prepared.  RUNS USER CODE. */
static inline void ac_coro_clear(ac_loop *loop, ac_coro *co)
{
    if (co->ops != NULL && co->ops->clear != NULL)
        co->ops->clear(loop, co);
}

/* Ends a body: "return ac_return(out, value)" steals the value. */
static inline ac_turn ac_return(ac_out *out, ac_value result)
{
    out->value = result;
    return AC_RETURNED;
}

/* Ends a body: "return ac_raise(loop, exception, out)" keeps a new reference of the exception. */
AC_API ac_turn ac_raise(ac_loop *loop, ac_ref exception, ac_out *out);

/* The name of a turn, as "AC_AWAITING".  Static storage. */
AC_API const char *ac_turn_name(ac_turn turn);

/* ---- Writing a body in C: the whole machinery ------------------------------------------------------ */

#if defined(__GNUC__)
#define AC_FALLTHROUGH __attribute__((fallthrough))
#else
#define AC_FALLTHROUGH (void)0
#endif

/* Expands to: switch (co->at) { case 0:   An unstarted body that is thrown into never runs. */
#define AC_BEGIN(co)                                                                                         \
    switch ((co)->at) {                                                                                      \
    case 0:                                                                                                  \
        if (how != AC_SEND)                                                                                  \
            return ac_unstarted(loop, (co), how, in, out);

/* Expands to: break; default: the body has ended } co->at = AC_AT_END; */
#define AC_END(co)                                                                                           \
    break;                                                                                                   \
    default:                                                                                                 \
        return ac_ended(out);                                                                                \
        }                                                                                                    \
        (co)->at = AC_AT_END

/* Waits for an ac_future.  Expands to: if it is pending { co->at = POINT; return AC_AWAITING; case POINT: }
 * Afterwards 'how' and 'in' say how it ended; a future that is done already does not suspend. */
#define AC_AWAIT(point, fut)                                                                                 \
    do {                                                                                                     \
        if (ac_future_done(fut)) {                                                                           \
            how = ac_future_outcome((fut), &in);                                                             \
        } else {                                                                                             \
            co->at = (point);                                                                                \
            return ac_future_await((fut), out);                                                              \
        case (point):;                                                                                       \
        }                                                                                                    \
    } while (0)

/* Waits for another body (a coroutine that no task has).  Afterwards turn is AC_RETURNED or AC_RAISED, and
 * out->value, owned by the caller, is the result or the exception. */
#define AC_AWAIT_CORO(point, sub, turn)                                                                      \
    do {                                                                                                     \
        co->at = (point);                                                                                    \
        how = AC_SEND;                                                                                       \
        in = ac_none_ref();                                                                                  \
        AC_FALLTHROUGH;                                                                                      \
    case (point):                                                                                            \
        (turn) = ac_coro_resume(loop, (sub), how, in, out);                                                  \
        if (ac_turn_suspends(turn))                                                                          \
            return (turn);                                                                                   \
    } while (0)

/* A bare yield: the rest runs in the next turn.  (asyncio: await sleep(0)) */
#define AC_YIELD(point)                                                                                      \
    do {                                                                                                     \
        co->at = (point);                                                                                    \
        return AC_YIELDED;                                                                                   \
    case (point):;                                                                                           \
    } while (0)

/* What AC_BEGIN and AC_END call; not for use by hand. */
AC_API ac_turn ac_unstarted(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);
AC_API ac_turn ac_ended(ac_out *out);

#ifdef __cplusplus
}
#endif
#endif
