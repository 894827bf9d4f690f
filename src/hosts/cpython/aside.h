/* aside.h - objects that the garbage collector need not look at while a loop holds them (aside.c). */
#ifndef AIOCORE_PY_ASIDE_H
#define AIOCORE_PY_ASIDE_H

#include "pyhost.h"

/* A task that has just been made and waits for its first step on a loop that holds what it has; does nothing
 * for one of a subclass, or whose coroutine is not CPython's own.  own_context: the context is a copy that
 * was made for it. */
void pyac_task_set_aside(pyac_task *task, bool own_context);
void pyac_task_bring_back_now(pyac_task *task);

static inline void pyac_task_bring_back(pyac_task *task)
{
    if ((task->body.flags & PYAC_TASK_ASIDE) != 0)
        pyac_task_bring_back_now(task);
}

/* A context that whoever calls this has made, and holds until it has brought it back. */
void pyac_context_set_aside(PyObject *context);
void pyac_context_bring_back(PyObject *context);
/* A timer of a TimerHandle that is aside comes back; any other callback, or none, is left as it is
 * (handles.c). */
void pyac_handle_bring_back(ac_loop *loop, ac_callback *callback);
/* All that is aside on this loop: it stops, or its lists are emptied. */
void pyac_bring_all_back(pyac_loop *loop);

#endif
