/* base.h - values, ownership, statuses and the small structs that everything else embeds.
 *
 * Ownership in one sentence: *steal in, borrow out*.  An ac_value is OWNED: whoever holds it passes it
 * on or drops it exactly once.  An ac_ref is BORROWED: it is valid until the next call that may run
 * host code; to keep it longer, ac_dup() it.  A function that takes an ac_value has taken it when it
 * returns AC_OK; after any other status the value is still the caller's (the exceptions, AC_E_CLOSED and
 * AC_E_RAISED out of the verbs that finish a future, is documented there).
 *
 * Units: seconds are double, sizes are bytes.
 * Threads: one loop belongs to one thread at a time.  Everything here may only be called on that thread,
 * save ac_loop_call_soon_threadsafe(). */
#ifndef AIOCORE_BASE_H
#define AIOCORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(AIOCORE_STATIC) || !defined(__GNUC__)
#define AC_API
#else
#define AC_API __attribute__((visibility("default")))
#endif

/* ---- Values ------------------------------------------------------------------------------------ */

/* A value of the host: never looked into.  All-zero bits mean "none"; a host whose own encoding uses
 * zero (a NaN box) adds a constant.  As an exception, none means "the exception could not be made for
 * want of memory": every host must be able to raise it (CPython: MemoryError). */
typedef struct ac_value {
    uint64_t bits;
} ac_value;

/* A borrowed value.  Built with -DAC_CHECK_OWNERSHIP the two are different types, so that mixing them
 * up does not compile; ordinary builds make them one, and the conversions below cost nothing. */
#ifdef AC_CHECK_OWNERSHIP
typedef struct ac_ref {
    uint64_t bits;
} ac_ref;
#else
typedef ac_value ac_ref;
#endif

static inline ac_value ac_none(void)
{
    ac_value none = {0};
    return none;
}

static inline ac_ref ac_none_ref(void)
{
    ac_ref none = {0};
    return none;
}

/* Lends an owned value: the owner stays the owner. */
static inline ac_ref ac_lend(ac_value owned)
{
    ac_ref lent = {owned.bits};
    return lent;
}

static inline bool ac_is_none(ac_ref value)
{
    return value.bits == 0;
}

/* Moves a value out of *slot and leaves none there: the first half of "move out before you call out". */
static inline ac_value ac_take(ac_value *slot)
{
    ac_value taken = *slot;
    slot->bits = 0;
    return taken;
}

/* ---- Statuses ---------------------------------------------------------------------------------- */

/* What happened to *this call*.  After anything but AC_OK nothing was changed, unless the function says
 * otherwise.  ac_loop_why() has the words that CPython would use, and ac_status_name() the word of the
 * code.  That a *program* failed (a coroutine raised) is no failing call: it is an AC_RAISED turn.
 * Nothing here sets errno, prints or unwinds, and no hook may unwind (longjmp, throw) through us. */
typedef enum ac_status {
    AC_OK = 0,
    AC_E_STATE = -1,    /* InvalidStateError: the object is not in a state that allows this */
    AC_E_RUNTIME = -2,  /* RuntimeError: a rule of use was broken */
    AC_E_TYPE = -3,     /* TypeError: an argument of the wrong kind */
    AC_E_VALUE = -4,    /* ValueError: an argument out of range, an unknown name */
    AC_E_MEMORY = -5,   /* MemoryError: the allocator said no */
    AC_E_CLOSED = -6,   /* RuntimeError: Event loop is closed */
    AC_E_RAISED = -7,   /* host code raised: ac_loop_take_raised() has the exception */
    AC_E_DEADLOCK = -8, /* nothing is ready, no timer is set, and nothing can ever happen */
    AC_E_RECURSION = -9 /* RecursionError: a chain without end, or nested too deeply */
} ac_status;

/* The name of a status, as "AC_E_STATE"; "?" for a number that is none.  Static storage. */
AC_API const char *ac_status_name(ac_status status);

/* ---- The types of the library ------------------------------------------------------------------- */

typedef struct ac_loop ac_loop;
typedef struct ac_handle ac_handle;
typedef struct ac_callback ac_callback;
typedef struct ac_timer ac_timer;
typedef struct ac_deadline ac_deadline; /* private: a timer of the library's own */
typedef struct ac_future ac_future;
typedef struct ac_task ac_task;
typedef struct ac_coro ac_coro;
typedef struct ac_gather ac_gather;
typedef struct ac_group ac_group;
typedef struct ac_host ac_host;
typedef struct ac_task_spec ac_task_spec;
typedef struct ac_tracer ac_tracer;

/* A link of an intrusive, circular, doubly linked list.  On no list: both are NULL. */
typedef struct ac_link {
    struct ac_link *prev, *next;
} ac_link;

/* The object of type TYPE whose member MEMBER is at POINTER.  (The only way from a link, a handle or a
 * coroutine head back to what embeds it; a macro because C has no other word for it.) */
#define AC_CONTAINER_OF(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* ---- Visiting, for garbage collectors ------------------------------------------------------------ */

/* Shows each owned value and each object that the core keeps alive exactly once, so that a tracing or
 * cycle-detecting collector sees the true graph.  A function that returns non-zero stops the visit, and
 * its answer is the visit's.  Neither may change anything. */
typedef struct ac_visitor {
    int (*value)(struct ac_visitor *visitor, ac_ref value);
    int (*future)(struct ac_visitor *visitor,
                  ac_future *kept);                           /* also tasks: a task begins with its future */
    int (*group)(struct ac_visitor *visitor, ac_group *kept); /* NULL: groups are not counted */
} ac_visitor;

#ifdef __cplusplus
}
#endif
#endif
