/* sync.h - what the locks and queues of asyncio share: their head, what a program has replaced, who waits. */
#ifndef AIOCORE_PY_SYNC_H
#define AIOCORE_PY_SYNC_H

#include "coroutines.h"

/* ---- What they all begin with (bound.c) ---- */

/* Zeroed by a class of the program whose __init__ does not call this one's. */
typedef struct pyac_bound {
    PyObject_HEAD PyObject *dict, *weakrefs;
    PyObject *keeper; /* owned: of the loop to which the core has bound it (ac_bound.loop), or NULL */
    PyObject *older;  /* owned: parts of it before a second __init__, which who waits may use; or NULL */
    size_t strangers; /* in its lists: who stands there and is not exactly a future of ours */
    bool waited;      /* somebody had to wait: where asyncio makes _waiters then */
} pyac_bound;

typedef struct pyac_lock {
    pyac_bound head;
    ac_lock core;
} pyac_lock;

typedef struct pyac_event {
    pyac_bound head;
    ac_event_flag core;
} pyac_event;

extern PyTypeObject PyacLock_Type, PyacEvent_Type, PyacCondition_Type, PyacSemaphore_Type,
    PyacBoundedSemaphore_Type, PyacBarrier_Type, PyacQueue_Type, PyacPriorityQueue_Type, PyacLifoQueue_Type;

/* Their common parts of slots; begin_dealloc comes first in a dealloc, end_dealloc last. */
int pyac_bound_traverse(PyObject *self, visitproc visit, void *arg);
void pyac_bound_clear(PyObject *self);
void pyac_bound_begin_dealloc(PyObject *self);
void pyac_bound_end_dealloc(PyObject *self);
/* Keeps a part as long as the object: a second __init__ is about to replace it.  NULL: nothing. */
int pyac_bound_keep(PyObject *self, PyObject *part);
/* The argument of an __init__ that has one, borrowed; NULL if it is left out and may be.  Without a keyword:
 * there is none.  asyncio's own __init__ says what is wrong. */
int pyac_init_argument(PyObject *self, const char *module, const char *type, PyObject *args, PyObject *kwargs,
                       const char *keyword, PyObject **value);
int pyac_refuse_init(PyObject *self, const char *module, const char *type, PyObject *args, PyObject *kwargs);
/* The attribute _loop; the closure is where the ac_bound lies in the object. */
PyObject *pyac_bound_get_loop(PyObject *self, void *place);
int pyac_bound_set_loop(PyObject *self, PyObject *value, void *place);
/* AttributeError of an object without this attribute: its __init__ has not run. */
PyObject *pyac_no_attribute(PyObject *self, const char *name);
/* object.__repr__ with "[extra]" and, if somebody waits, their number. */
PyObject *pyac_bound_repr(PyObject *self, PyObject *extra, size_t waiters);
/* Raises what a plain function of the core has failed with; NULL.  Or None, if it has not. */
PyObject *pyac_bound_done(ac_bound *bound, ac_status status);

/* The loop with which a coroutine that begins now may wait in the core, borrowed: one that makes futures of
 * ours, and a task of ours is being stepped.  NULL without an exception: it is to be asyncio's own
 * coroutine. */
pyac_loop *pyac_waits_on(void);
/* A loop that is never run: for what happens where none is. */
pyac_loop *pyac_outside(void);

/* ---- What a program has replaced (bound.c) ---- */

enum { PYAC_METHODS = 12 };

/* What is looked up in an object's class, and once more in the object, before asyncio's code is left out. */
typedef struct pyac_methods {
    const char *module, *type; /* asyncio's */
    const char *names[PYAC_METHODS + 1];
    PyObject *keys[PYAC_METHODS]; /* interned */
    struct pyac_methods_of {
        PyTypeObject *type;
        unsigned version;  /* its tp_version_tag; 0: nothing is known */
        uint32_t replaced; /* a bit for each name */
        PyTypeObject
            *owner[PYAC_METHODS]; /* of ours, which has the method; NULL: it is asyncio's, or replaced */
    } known[4];
} pyac_methods;

/* What is known of the class of an object; never NULL. */
const struct pyac_methods_of *pyac_methods_look_up(PyObject *self, pyac_methods *methods);
static inline const struct pyac_methods_of *pyac_methods_seen(PyObject *self, pyac_methods *methods)
{
    const PyTypeObject *type = Py_TYPE(self);
    const struct pyac_methods_of *known = &methods->known[type->tp_version_tag & 3];
    bool holds = known->type == type && known->version == type->tp_version_tag && known->version != 0;
    return holds ? known : pyac_methods_look_up(self, methods);
}
uint32_t pyac_replaced_in(PyObject *dict, pyac_methods *methods);
/* The bits of those methods that are neither ours nor asyncio's. */
static inline uint32_t pyac_replaced(PyObject *self, pyac_methods *methods)
{
    uint32_t replaced = pyac_methods_seen(self, methods)->replaced;
    PyObject *dict = ((pyac_bound *)self)->dict;
    return dict == NULL || PyDict_GET_SIZE(dict) == 0 ? replaced : replaced | pyac_replaced_in(dict, methods);
}

/* Calls asyncio's own method of this class with our object: where something of the program's takes part, and
 * for wrong arguments, of which it says so itself. */
PyObject *pyac_hand_over(const char *module, const char *type, PyObject *self, const char *method,
                         PyObject *const *args, Py_ssize_t count, PyObject *names);
/* For a begin: the rest is asyncio's own coroutine.  NULL. */
PyObject *pyac_hand_coroutine_over(pyac_coroutine *self, const char *module, const char *type,
                                   const char *method);

/* The same for __aexit__ of what has __aenter__ and a release. */
PyObject *pyac_hand_aexit_over(pyac_coroutine *self, const char *module, const char *type);

/* No arguments beside self. */
static inline bool pyac_alone(Py_ssize_t count, PyObject *names)
{
    return count == 0 && (names == NULL || PyTuple_GET_SIZE(names) == 0);
}

/* Exactly one, by its place. */
static inline bool pyac_single(Py_ssize_t count, PyObject *names)
{
    return count == 1 && (names == NULL || PyTuple_GET_SIZE(names) == 0);
}

/* An int of Python that fits. */
bool pyac_small_int(PyObject *object, int64_t *value);

/* ---- Who waits (waiters.c) ---- */

/* Attributes like _waiters: the closure is where the list lies in the object.  ..._if_any gives None until
 * somebody had to wait. */
PyObject *pyac_waiters_get(PyObject *self, void *place);
PyObject *pyac_waiters_get_if_any(PyObject *self, void *place);
int pyac_waiters_set(PyObject *self, PyObject *value, void *place);
/* Shows, and drops, what a program has put into a list. */
int pyac_waiters_visit(const ac_link *waiters, visitproc visit, void *arg);
void pyac_waiters_drop(const ac_link *waiters);
int pyac_waiters_ready(void);

/* ---- Locks, for conditions and barriers (locks.c) ---- */

/* A Lock of which nothing is replaced. */
bool pyac_lock_is_plain(PyObject *self);
/* For a begin: takes the lock of one that is plain, *answer is a new reference of 'taken' then, or binds its
 * acquire.  False: it is to be asyncio's own coroutine. */
bool pyac_lock_begin(pyac_coroutine *self, pyac_lock *lock, PyObject *taken, PyObject **answer);
/* A Condition of which nothing is replaced: its core; else NULL (condition.c). */
ac_condition *pyac_condition_core(PyObject *self);
/* An Event of which nothing is replaced (event.c). */
bool pyac_event_is_plain(PyObject *self);
/* For a finish: the result is True. */
PyObject *pyac_finish_true(pyac_coroutine *self, PyObject *result);

/* ---- Modules ---- */

int pyac_locks_ready(PyObject *module);
int pyac_event_ready(PyObject *module);
int pyac_condition_ready(PyObject *module);
int pyac_semaphore_ready(PyObject *module);
int pyac_barrier_ready(PyObject *module);
int pyac_queues_ready(PyObject *module);

#endif
