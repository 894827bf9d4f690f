/* coroutines.h - coroutines in C, for what asyncio writes as async functions (coroutines.c). */
#ifndef AIOCORE_PY_COROUTINES_H
#define AIOCORE_PY_COROUTINES_H

#include "pyhost.h"

#include <stdalign.h>

typedef struct pyac_coroutine pyac_coroutine;

/* One async function. */
typedef struct pyac_coroutine_kind {
    const char *name, *qualname;
    /* What stands before the first wait: binds a body or hands over (and gives NULL), or gives the result, or
     * NULL with an exception. */
    PyObject *(*begin)(pyac_coroutine *self);
    /* What the result of the body means; steals it.  NULL: it is the result. */
    PyObject *(*finish)(pyac_coroutine *self, PyObject *result);
    Py_ssize_t frame_size; /* bytes */
    bool sleeps;           /* its frame is a pyac_sleep (aside.h) */
    bool raises;           /* what it raises is raised by a statement, not passed on */
    bool passes;           /* a cancellation that was thrown in goes on as it is, by a bare raise */
} pyac_coroutine_kind;

/* Of state. */
enum { PYCO_CREATED, PYCO_SUSPENDED, PYCO_RUNNING, PYCO_ENDED };

struct pyac_coroutine {
    PyObject_VAR_HEAD const pyac_coroutine_kind *kind;
    PyObject *subject, *argument; /* owned, or NULL: the kind's */
    PyObject *keeper;             /* owned: of the loop */
    PyObject *inner;              /* owned: a coroutine that does it all, or NULL */
    PyObject *origin;             /* owned: cr_origin, or NULL: nobody keeps track of such */
    ac_loop *loop;
    ac_coro *co;        /* the body, once it has begun */
    ac_future *waiting; /* what it was last seen to wait for */
    uint8_t state;
    bool owns_body;  /* co lies in the frame: it is visited and cleared with the coroutine */
    bool by_hand;    /* a program has begun it by calling send() */
    bool aside;      /* with the task that it has put to sleep (aside.c) */
    PyObject *shown; /* owned: what stands for it to who looks at it (frames.c), or NULL */
    alignas(16) unsigned char frame[];
};

extern PyTypeObject PyacCoroutine_Type;

PyObject *pyac_coroutine_new(const pyac_coroutine_kind *kind, PyObject *subject, PyObject *argument);
/* For a begin: from now on it is this body's steps.  loop NULL: the body needs none. */
void pyac_coroutine_bind(pyac_coroutine *self, pyac_loop *loop, ac_coro *co, bool owns_body);
/* For a begin, which returns what it gives, NULL: from now on it is the steps of another coroutine (stolen;
 * NULL: an exception is set), or of what asyncio's own function of this name makes of subject and
 * argument. */
PyObject *pyac_coroutine_delegate(pyac_coroutine *self, PyObject *coroutine);
PyObject *pyac_coroutine_hand_over(pyac_coroutine *self, const char *name);
/* For a begin: the running loop, if it is a task of ours that is being stepped; else the coroutine has to do
 * without views.  The second gives only loops of ours.  Borrowed; NULL without an exception. */
pyac_loop *pyac_stepping(void);
pyac_loop *pyac_stepping_own(void);
static inline pyac_coroutine *pyac_coroutine_of_frame(void *frame)
{
    return AC_CONTAINER_OF(frame, pyac_coroutine, frame);
}
/* The future of the core behind what a coroutine has yielded; NULL: it does not wait any more. */
ac_future *pyac_view_future(PyObject *view);
/* coroutine.throw(exception), as PyIter_Send answers. */
PySendResult pyac_coroutine_throw(PyObject *coroutine, PyObject *exception, PyObject **out);
int pyac_coroutines_ready(void);

/* ---- Frames, for who looks (frames.c) ---- */

/* How an exception leaves a coroutine: before its first line, before its first wait, thrown into the place
 * where it is suspended (inside: the innermost function alone), after that wait, or in what it asks the
 * program then. */
typedef enum pyac_way_how {
    PYAC_WAY_UNBEGUN,
    PYAC_WAY_BEGUN,
    PYAC_WAY_SUSPENDED,
    PYAC_WAY_INSIDE,
    PYAC_WAY_OVER,
    PYAC_WAY_ASKING
} pyac_way_how;

enum { PYAC_WAY_INNER = 3 };

/* Where it is: which functions of asyncio it is in, where its own does not say it. */
typedef struct pyac_way {
    const pyac_coroutine_kind *kind;
    pyac_way_how how;
    const char *inner[PYAC_WAY_INNER]; /* static; NULL after the last */
} pyac_way;

void pyac_way_of(const pyac_coroutine *self, pyac_way_how how, pyac_way *way);
/* cr_frame, cr_await and cr_code of one that has not ended; of one that is suspended; of any. */
PyObject *pyac_frames_get_frame(pyac_coroutine *self);
PyObject *pyac_frames_get_await(pyac_coroutine *self);
PyObject *pyac_frames_get_code(const pyac_coroutine *self);
/* The exception that is set leaves these frames: it gets their entries in its traceback.  thrown is the one
 * that has just been thrown in, or NULL. */
void pyac_frames_leave(const pyac_way *way, PyObject *thrown);
int pyac_frames_ready(PyObject *module);
/* It is thrown in where it may be caught. */
void pyac_frames_enter(const pyac_way *way, PyObject *thrown);

/* ---- Bodies that await something of the program (delegate.c) ---- */

typedef struct pyac_delegate {
    ac_coro co;
    PyObject *coroutine; /* owned; NULL once it has ended */
} pyac_delegate;

/* A coroutine of Python or one of ours that nobody awaits yet: 1; 0 anything else; -1. */
int pyac_delegate_takes(PyObject *awaitable);
void pyac_delegate_init(pyac_delegate *delegate, PyObject *coroutine);

/* ---- Is it all ours? (ours.c) ---- */

/* As pyac_stepping_own, if neither the loop nor the task, which is exactly ours, has a method of a program's
 * that asyncio would call.  NULL without an exception: asyncio's own function is to do it. */
pyac_loop *pyac_ours(void);
/* The core of a future that is exactly ours and of this loop, NULL of anything else. */
ac_future *pyac_ours_future(const pyac_loop *loop, PyObject *object);
/* The same of all in a list; to be given to PyMem_Free.  NULL without an exception: one of them is not. */
ac_future **pyac_ours_futures(const pyac_loop *loop, PyObject *list);
/* A number of seconds, if it is an int or a float and nothing else. */
bool pyac_ours_seconds(PyObject *object, double *out);
/* What set() takes one by one without a surprise: the containers of Python, and generators. */
bool pyac_ours_items(PyObject *items);
/* Calls asyncio's own with the arguments of a vectorcall that we cannot read, for its words. */
PyObject *pyac_ours_not(const char *module, const char *name, PyObject *const *args, Py_ssize_t count,
                        PyObject *names);

/* ---- sleep.c ---- */

int pyac_sleep_ready(PyObject *module);

/* ---- gather.c, shield.c ---- */

int pyac_gather_ready(PyObject *module);
int pyac_shield_ready(PyObject *module);

/* ---- taskgroup.c ---- */

typedef struct pyac_task_group {
    PyObject_HEAD PyObject *dict, *weakrefs;
    pyac_loop *loop;       /* once entered; its keeper is held */
    bool cancelled_before; /* cancel() came before the enter */
    bool by_asyncio;       /* it has been handed over to asyncio's own methods */
    ac_group core;
} pyac_task_group;

extern PyTypeObject PyacTaskGroup_Type;
int pyac_taskgroup_ready(PyObject *module);

/* ---- wait.c, wait_for.c, timeouts.c, as_completed.c ---- */

int pyac_wait_ready(PyObject *module);
int pyac_wait_for_ready(PyObject *module);
int pyac_timeouts_ready(PyObject *module);
int pyac_as_completed_ready(PyObject *module);

#endif
