/* wait_for.c - asyncio.wait_for: the core's wait_for as a coroutine in C.
 *
 * Mirrors    tasks.wait_for.
 * Idea       The timeout is looked at when the coroutine starts, as in "async def wait_for".  A future is
 *            awaited by the core, a coroutine by a delegate.  For what is done already there is a timer, too:
 *            it stays in the heap a while, and others of one deadline come out of that in another order.
 * Elsewhere  Other loops and tasks, other awaitables, and a coroutine that has no time at all, which is made
 *            a task: asyncio's own.
 * Re-enters  A step runs the program. */
#include "coroutines.h"

struct wait_frame {
    ac_wait_for wait;
    pyac_delegate delegate;
};

static PyObject *wait_for_future(pyac_coroutine *self, pyac_loop *loop, ac_future *future,
                                 const double *seconds)
{
    struct wait_frame *frame = (struct wait_frame *)(void *)self->frame;
    if (ac_future_done(future) && (seconds == NULL || *seconds <= 0)) /* without a timer */
        return pyac_future_outcome((pyac_future *)self->subject);
    ac_wait_for_future(&frame->wait, &loop->core, future, seconds);
    pyac_coroutine_bind(self, loop, &frame->wait.co, true);
    return NULL;
}

static PyObject *wait_for_coroutine(pyac_coroutine *self, pyac_loop *loop, const double *seconds)
{
    struct wait_frame *frame = (struct wait_frame *)(void *)self->frame;
    pyac_delegate_init(&frame->delegate, self->subject);
    ac_wait_for_body(&frame->wait, &loop->core, &frame->delegate.co, seconds);
    pyac_coroutine_bind(self, loop, &frame->wait.co, true);
    return NULL;
}

/* subject is what is waited for, argument the timeout. */
static PyObject *wait_for_begin(pyac_coroutine *self)
{
    pyac_loop *loop = pyac_ours();
    double number = 0;
    const double *seconds = self->argument != Py_None ? &number : NULL;
    if (loop == NULL || (seconds != NULL && !pyac_ours_seconds(self->argument, &number)))
        return pyac_coroutine_hand_over(self, "wait_for");
    ac_future *future = pyac_ours_future(loop, self->subject);
    if (future != NULL)
        return wait_for_future(self, loop, future, seconds);
    int takes = seconds != NULL && number <= 0 ? 0 : pyac_delegate_takes(self->subject);
    if (takes < 0)
        return NULL;
    return takes > 0 ? wait_for_coroutine(self, loop, seconds) : pyac_coroutine_hand_over(self, "wait_for");
}

static const pyac_coroutine_kind wait_for_kind = {.name = "wait_for",
                                                  .qualname = "wait_for",
                                                  .begin = wait_for_begin,
                                                  .frame_size = sizeof(struct wait_frame)};

static PyObject *wait_for_call(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"fut", "timeout", NULL};
    PyObject *fut, *timeout;
    (void)module;
    if (count == 2 && names == NULL) {
        fut = args[0];
        timeout = args[1];
    } else if (pyac_parse(args, count, names, "OO:wait_for", keywords, &fut, &timeout) < 0) {
        return pyac_ours_not("tasks", "wait_for", args, count, names);
    }
    return pyac_coroutine_new(&wait_for_kind, fut, timeout);
}

static PyMethodDef wait_for_functions[] = {
    {"wait_for", PYAC_VECTORCALL(wait_for_call),
     PyDoc_STR("wait_for(fut, timeout)\n--\n\nWait for a future or coroutine, but not longer than so many "
               "seconds.")},
    {NULL, NULL, 0, NULL},
};

int pyac_wait_for_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, wait_for_functions);
}
