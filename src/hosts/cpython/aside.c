/* aside.c - what a running loop holds anyway is kept from the garbage collector.
 *
 * Idea       A task whose first step is to come is in the ready list of a loop that runs, so is a child of a
 *            group that has ended until the group has been told, and a task that sleeps hangs on a timer in
 *            its heap: nothing of what they hold can be garbage.  The collector would find that out by
 *            walking them, again and again while a program makes thousands.  So they are set aside, that is,
 *            not tracked: a task with its coroutine and its context, one that sleeps also with the coroutines
 *            down to the sleep, a TimerHandle.  To the collector they are like objects of a
 *            C library that it knows nothing of: whatever they refer to is in use.
 * Holds      What is aside is in a list of a loop that is in its turns, or hangs on what is there.  It comes
 *            back, that is, is tracked again, when it leaves the list (the first step begins, the core gives
 *            a child up, the timer is run or dropped), when the loop stops, and before a sleep is resumed or
 *            closed by whomever: all that a task's coroutine is suspended in goes on or ends by way of the
 *            sleep.
 * Owns       A coroutine or a context that is aside is held by whoever has set it aside and has it back
 *            before it is given up: CPython's deallocators rely on that they are tracked.
 * Shows      gc.is_tracked and gc.get_objects tell. */
#include "aside.h"

static void bring_back(PyObject *object)
{
    if (!PyObject_GC_IsTracked(object))
        PyObject_GC_Track(object);
}

/* ---- Tasks whose first step is to come ---- */

void pyac_task_set_aside(pyac_task *task, bool own_context)
{
    if (!Py_IS_TYPE(task, pyac_task_type) || !PyCoro_CheckExact(task->coro))
        return;
    PyObject_GC_UnTrack(task);
    PyObject_GC_UnTrack(task->coro);
    if (own_context)
        PyObject_GC_UnTrack(pyac_seen(ac_task_get_context(&task->core)));
    task->body.flags |= PYAC_TASK_ASIDE;
}

/* A coroutine may have been given to several tasks, and a context is any object if a program gave it.  The
 * order is that in which they were made: the collector finalizes in it. */
static void task_is_back(pyac_task *task)
{
    PyObject *context = pyac_seen(ac_task_get_context(&task->core));
    task->body.flags &= (uint16_t) ~(PYAC_TASK_ASIDE | PYAC_TASK_ASLEEP | PYAC_TASK_OVER);
    if (task->coro != NULL)
        bring_back(task->coro);
    bring_back((PyObject *)task);
    if (context != NULL && PyContext_CheckExact(context))
        bring_back(context);
}

void pyac_task_bring_back_now(pyac_task *task)
{
    if ((task->body.flags & PYAC_TASK_ASLEEP) != 0)
        pyac_sleep_bring_back((pyac_coroutine *)task->foreign);
    else
        task_is_back(task);
}

/* ---- Tasks that are over ---- */

void pyac_task_over_aside(pyac_task *task)
{
    PyObject *context = pyac_seen(ac_task_get_context(&task->core));
    if (!Py_IS_TYPE(task, pyac_task_type) || !pyac_loop_of(task->core.future.loop)->holds)
        return;
    PyObject_GC_UnTrack(task);
    if (context != NULL && PyContext_CheckExact(context))
        PyObject_GC_UnTrack(context);
    task->body.flags |= PYAC_TASK_OVER;
}

/* ---- Tasks that sleep ---- */

/* cr_await of a coroutine of CPython's, new reference, by the function behind the attribute.  NULL without an
 * exception: it has none. */
static PyObject *awaited_by(PyObject *coroutine)
{
    static const PyGetSetDef *attribute;
    if (attribute == NULL)
        for (attribute = PyCoro_Type.tp_getset;
             attribute->name != NULL && strcmp(attribute->name, "cr_await") != 0;)
            attribute++;
    return attribute->name != NULL ? attribute->get(coroutine, attribute->closure) : NULL;
}

/* The coroutines between the task's and the sleep, if they are so few; those next to the task's own. */
static void take_inner(pyac_sleeper *sleeper, PyObject *coroutine)
{
    int count = 0;
    PyObject *inner = PyCoro_CheckExact(coroutine) ? awaited_by(coroutine) : NULL;
    for (; inner != NULL && count < PYAC_SLEEPER_MOST && PyCoro_CheckExact(inner);
         inner = awaited_by(inner)) {
        PyObject_GC_UnTrack(inner);
        sleeper->inner[count++] = inner;
    }
    Py_XDECREF(inner);
    if (count < PYAC_SLEEPER_MOST)
        sleeper->inner[count] = NULL;
}

static pyac_sleeper *sleeper_of(pyac_coroutine *sleep)
{
    return &((pyac_sleep *)(void *)sleep->frame)->sleeper;
}

static pyac_coroutine *sleep_of(pyac_sleeper *sleeper)
{
    return pyac_coroutine_of_frame(AC_CONTAINER_OF(sleeper, pyac_sleep, sleeper));
}

static void link_sleeper(pyac_loop *loop, pyac_sleeper *sleeper)
{
    sleeper->link = (ac_link){loop->sleepers.prev, &loop->sleepers};
    loop->sleepers.prev->next = &sleeper->link;
    loop->sleepers.prev = &sleeper->link;
}

static void unlink_sleeper(const pyac_sleeper *sleeper)
{
    sleeper->link.prev->next = sleeper->link.next;
    sleeper->link.next->prev = sleeper->link.prev;
}

void pyac_sleep_set_aside(pyac_coroutine *sleep, pyac_task *task)
{
    pyac_loop *loop = pyac_loop_of(task->core.future.loop);
    PyObject *context = pyac_seen(ac_task_get_context(&task->core));
    if (!loop->holds || sleep->loop != &loop->core || sleep->aside || !Py_IS_TYPE(task, pyac_task_type) ||
        task->coro == NULL || !pyac_is_own_coroutine(task->coro))
        return;
    PyObject_GC_UnTrack(task->coro);
    PyObject_GC_UnTrack(task);
    if (context != NULL && PyContext_CheckExact(context))
        PyObject_GC_UnTrack(context);
    take_inner(sleeper_of(sleep), task->coro);
    PyObject_GC_UnTrack(sleep);
    sleeper_of(sleep)->task = task;
    link_sleeper(loop, sleeper_of(sleep));
    task->body.flags |= PYAC_TASK_ASLEEP;
    sleep->aside = true;
}

/* Where a coroutine was ended behind the back of its sleep, which takes a tracing function that raises, what
 * it awaited goes now. */
void pyac_sleep_bring_back(pyac_coroutine *sleep)
{
    pyac_sleeper sleeper = *sleeper_of(sleep);
    int count = 0;
    unlink_sleeper(&sleeper);
    sleep->aside = false;
    task_is_back(sleeper.task);
    while (count < PYAC_SLEEPER_MOST && sleeper.inner[count] != NULL)
        bring_back(sleeper.inner[count++]);
    bring_back((PyObject *)sleep);
    while (count > 0)
        Py_DECREF(sleeper.inner[--count]);
}

/* ---- All ---- */

/* Nothing that is aside is anywhere but in these lists. */
void pyac_bring_all_back(pyac_loop *loop)
{
    ac_handle *handle = NULL;
    ac_timer *timer;
    while (loop->sleepers.next != &loop->sleepers)
        pyac_sleep_bring_back(sleep_of(AC_CONTAINER_OF(loop->sleepers.next, pyac_sleeper, link)));
    while ((handle = ac_loop_next_ready(&loop->core, handle)) != NULL) {
        ac_task *child = ac_handle_child(handle), *task = child != NULL ? child : ac_handle_task(handle);
        if (task != NULL)
            pyac_task_bring_back((pyac_task *)pyac_task_object(task));
        else
            pyac_handle_bring_back(&loop->core, ac_handle_callback(handle));
    }
    for (size_t i = 0; loop->timers_aside > 0 && (timer = ac_loop_timer_at(&loop->core, i)) != NULL; i++)
        pyac_handle_bring_back(&loop->core, &timer->callback);
}
