/* aside.c - what a running loop holds anyway is kept from the garbage collector.
 *
 * Idea       A task whose first step is to come is in the ready list of a loop that runs, and a timer in its
 *            heap: nothing of what they hold can be garbage.  The collector would find that out by walking
 *            them, again and again while a program makes thousands.  So they are set aside, that is, not
 *            tracked: a task with its coroutine and its context, a TimerHandle with its context.  To the
 *            collector they are like objects of a C library that it knows nothing of: whatever they refer to
 *            is in use.
 * Holds      What is aside is in a list of a loop that is in its turns.  It comes back, that is, is tracked
 *            again, when it leaves the list (the first step begins, the timer is run or dropped) and when
 *            the loop stops.
 * Owns       A coroutine or a context that is aside is held by whoever has set it aside and has it back
 *            before it is given up: CPython's deallocators rely on that they are tracked.
 * Shows      gc.is_tracked and gc.get_objects tell. */
#include "aside.h"

static void bring_back(PyObject *object)
{
    if (!PyObject_GC_IsTracked(object))
        PyObject_GC_Track(object);
}

void pyac_task_set_aside(pyac_task *task, bool own_context)
{
    if (!Py_IS_TYPE(task, &PyacTask_Type) || !PyCoro_CheckExact(task->coro))
        return;
    PyObject_GC_UnTrack(task);
    PyObject_GC_UnTrack(task->coro);
    if (own_context)
        PyObject_GC_UnTrack(pyac_seen(ac_task_get_context(&task->core)));
    task->body.flags |= PYAC_TASK_ASIDE;
}

/* A coroutine may have been given to several tasks, and a context is any object if a program gave it.  The
 * order is that in which they were made: the collector finalizes in it. */
void pyac_task_bring_back_now(pyac_task *task)
{
    PyObject *context = pyac_seen(ac_task_get_context(&task->core));
    task->body.flags &= (uint16_t)~PYAC_TASK_ASIDE;
    bring_back(task->coro);
    bring_back((PyObject *)task);
    if (context != NULL && PyContext_CheckExact(context))
        bring_back(context);
}

void pyac_context_set_aside(PyObject *context)
{
    PyObject_GC_UnTrack(context);
}

void pyac_context_bring_back(PyObject *context)
{
    bring_back(context);
}

/* Nothing that is aside is anywhere but in these lists. */
void pyac_bring_all_back(pyac_loop *loop)
{
    ac_handle *handle = NULL;
    ac_timer *timer;
    while ((handle = ac_loop_next_ready(&loop->core, handle)) != NULL) {
        ac_task *task = ac_handle_task(handle);
        if (task != NULL)
            pyac_task_bring_back((pyac_task *)pyac_task_object(task));
        else
            pyac_handle_bring_back(&loop->core, ac_handle_callback(handle));
    }
    for (size_t i = 0; loop->timers_aside > 0 && (timer = ac_loop_timer_at(&loop->core, i)) != NULL; i++)
        pyac_handle_bring_back(&loop->core, &timer->callback);
}
