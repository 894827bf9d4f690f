/* aside.h - objects that the garbage collector need not look at while a loop holds them (aside.c). */
#ifndef AIOCORE_PY_ASIDE_H
#define AIOCORE_PY_ASIDE_H

#include "coroutines.h"

/* A task that has just been made and waits for its first step on a loop that holds what it has; does nothing
 * for one of a subclass, or whose coroutine is not CPython's own.  own_context: the context is a copy that
 * was made for it. */
void pyac_task_set_aside(pyac_task *task, bool own_context);
void pyac_task_bring_back_now(pyac_task *task);

static inline void pyac_task_bring_back(pyac_task *task)
{
    if ((task->body.flags & (PYAC_TASK_ASIDE | PYAC_TASK_ASLEEP | PYAC_TASK_OVER)) != 0)
        pyac_task_bring_back_now(task);
}

/* A child of a group that has ended, or is about to: until the core has told the group, the loop holds it.
 * With the core's next reference that goes it is back. */
void pyac_task_over_aside(pyac_task *task);

static inline void pyac_task_released(PyObject *object)
{
    if (Py_IS_TYPE(object, pyac_task_type) && (((pyac_task *)object)->body.flags & PYAC_TASK_OVER) != 0 &&
        Py_REFCNT(object) > 1)
        pyac_task_bring_back_now((pyac_task *)object);
}

/* A task that has just begun to wait for a sleep of ours, and what it is suspended in.  It lies in the frame
 * of the sleep. */
enum { PYAC_SLEEPER_MOST = 4 };

typedef struct pyac_sleeper {
    ac_link link;                       /* of its loop's */
    pyac_task *task;                    /* borrowed */
    PyObject *inner[PYAC_SLEEPER_MOST]; /* owned: the coroutines between the task's and the sleep */
} pyac_sleeper;

typedef struct pyac_sleep {
    ac_sleep core;
    pyac_sleeper sleeper; /* while the coroutine is aside */
} pyac_sleep;

/* Sets all of it aside, if the loop holds what it has and nothing of it is a program's own kind; and brings
 * it back. */
void pyac_sleep_set_aside(pyac_coroutine *sleep, pyac_task *task);
void pyac_sleep_bring_back(pyac_coroutine *sleep);

/* A timer of a TimerHandle that is aside comes back; any other callback, or none, is left as it is
 * (handles.c). */
void pyac_handle_bring_back(ac_loop *loop, ac_callback *callback);
/* All that is aside on this loop: it stops, or its lists are emptied. */
void pyac_bring_all_back(pyac_loop *loop);

#endif
