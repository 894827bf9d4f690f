/* event_loop.h - aiocore.EventLoop as its files see it: event_loop.c (the type, scheduling, turns),
 * event_loop_poll.c (what happens outside), create_task.c (what it makes).
 *
 * Own     Who wants to call a method of a loop asks first whether that is LoopCore's own (event_loop_is_own);
 *         if it is, the C function does it, and asyncio's code is not run.
 * Holds   'overridden' is right for the class as it was when it had 'version'.  'patched' only grows.
 *         'posts' stays what it was when the object was made: futures rely on the table of hooks.
 * Owns    Each PyObject * of the struct. */
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
    LOOP_PROCESS_EVENTS = 256,
    LOOP_SCHEDULES = LOOP_TIME | LOOP_CALL_SOON | LOOP_CALL_AT | LOOP_CALL_LATER,
};

typedef struct event_loop {
    PyObject_HEAD pyac_loop loop;
    PyObject *selector;        /* _selector; NULL: not set yet */
    PyObject *pipe;            /* _ssock: what wakes the loop is read from it; NULL or None: there is none */
    PyObject *signal_handlers; /* _signal_handlers: a dict; NULL: not set yet */
    PyObject *factory;         /* _task_factory; NULL or None: none */
    PyObject *thread_id;       /* _thread_id; NULL or None: it does not run */
    PyObject *time_failed;     /* what a time() of a program's has raised; NULL: nothing */
    PyObject *slow;            /* slow_callback_duration, as it was set */
    unsigned version;          /* tp_version_tag of its class when 'overridden' was found; 0: never */
    uint16_t overridden;       /* LOOP_ bits: what its class has of a program's */
    uint16_t patched;          /* the same: what was once set in the object itself */
    bool stopping;
    bool posts; /* its class schedules by methods of a program's: for futures and tasks it is not ours */
    /* Of the poll (event_loop_poll.c). */
    bool pipe_written;            /* by _write_to_self since it was last asked */
    PyObject *looked;             /* the selector for which the two next are */
    int epoll;                    /* its descriptor; -1: it is no EpollSelector */
    PyObject *keys;               /* its dict of what it watches; NULL: it is no EpollSelector */
    PyObject *pipe_looked;        /* the pipe for which the next is */
    PyObject *pipe_number;        /* its descriptor, an int; NULL: there is none */
    double poll_interval, polled; /* seconds; when it was last asked */
} event_loop;

extern PyTypeObject PyacLoopCore_Type;

static inline event_loop *event_loop_of(pyac_loop *loop)
{
    return AC_CONTAINER_OF(loop, event_loop, loop);
}

/* The same as pyac_event_loop, also of a loop that posts. */
event_loop *event_loop_at(PyObject *object);
/* Finds out what its class has of a program's. */
void event_loop_look_at_class(event_loop *self);
/* True if all these methods of the loop are LoopCore's own.  A class without a version (there are too many)
 * is looked at each time. */
static inline bool event_loop_is_own(event_loop *self, unsigned methods)
{
    if (Py_TYPE(self)->tp_version_tag != self->version || self->version == 0)
        event_loop_look_at_class(self);
    return ((self->overridden | self->patched) & methods) == 0;
}
/* is_running(), LoopCore's own. */
static inline bool event_loop_runs(const event_loop *self)
{
    return self->thread_id != NULL && self->thread_id != Py_None;
}
/* Raises what a time() of the program's has raised, if that there is. */
bool event_loop_time_failed(event_loop *self);
/* What has happened outside becomes ready; waits if nothing is ready (event_loop_poll.c). */
int event_loop_poll(event_loop *self);
PyObject *event_loop_process_events(PyObject *object, PyObject *events);
/* self.name(*values, **names) of the class that comes after LoopCore: asyncio's. */
PyObject *event_loop_of_asyncio(PyObject *self, PyObject *name, PyObject *const *values, Py_ssize_t count,
                                PyObject *names);
/* What calls of these methods would give, made here and now. */
PyObject *event_loop_create_task(PyObject *self, PyObject *const *values, Py_ssize_t count, PyObject *names);
PyObject *event_loop_create_future(PyObject *self, PyObject *unused);

#endif
