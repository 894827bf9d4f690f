/* event_loop.h - aiocore.EventLoop as its files see it: event_loop.c (the type, scheduling, turns),
 * create_task.c (what it makes). */
#ifndef AIOCORE_PY_EVENT_LOOP_H
#define AIOCORE_PY_EVENT_LOOP_H

#include "pyhost.h"

/* Methods that are asked for so often that they are not called if they are LoopCore's own. */
enum {
    LOOP_CREATE_FUTURE = 1,
    LOOP_CREATE_TASK = 2,
    LOOP_GET_DEBUG = 4,
    LOOP_IS_RUNNING = 8,
    LOOP_TIME = 16,
    LOOP_CALL_SOON = 32,
    LOOP_CALL_AT = 64,
    LOOP_CALL_LATER = 128,
    LOOP_SCHEDULES = LOOP_TIME | LOOP_CALL_SOON | LOOP_CALL_AT | LOOP_CALL_LATER,
};

typedef struct event_loop {
    PyObject_HEAD pyac_loop loop;
    PyObject *selector;    /* asyncio's, for which epoll is; NULL: not looked at yet */
    PyObject *factory;     /* _task_factory; NULL or None: none */
    PyObject *thread_id;   /* _thread_id; NULL or None: it does not run */
    PyObject *time_failed; /* what a time() of a program's has raised; NULL: nothing */
    PyObject *slow;        /* slow_callback_duration, as it was set */
    unsigned version;      /* tp_version_tag of its class when 'overridden' was found; 0: never */
    uint8_t overridden;    /* LOOP_ bits: what its class has of a program's */
    uint8_t patched;       /* the same: what was once set in the object itself */
    bool stopping;
    bool posts; /* its class schedules by methods of a program's: for futures and tasks it is not ours */
    int epoll;  /* the selector's descriptor; -1: it is no EpollSelector */
} event_loop;

extern PyTypeObject PyacLoopCore_Type;

static inline event_loop *event_loop_of(pyac_loop *loop)
{
    return AC_CONTAINER_OF(loop, event_loop, loop);
}

/* The same as pyac_event_loop, also of a loop that posts. */
event_loop *event_loop_at(PyObject *object);
/* True if all these methods of the loop are LoopCore's own. */
bool event_loop_is_own(event_loop *self, unsigned methods);
/* What calls of these methods would give, made here and now. */
PyObject *event_loop_create_task(PyObject *self, PyObject *const *values, Py_ssize_t count, PyObject *names);
PyObject *event_loop_create_future(PyObject *self, PyObject *unused);

#endif
