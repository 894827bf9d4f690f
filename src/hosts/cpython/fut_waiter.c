/* fut_waiter.c - Task._fut_waiter where the task waits for a future that is no object.
 *
 * Mirrors    Task._fut_waiter, which reprs show as wait_for=.
 * Idea       A coroutine in C waits for a future in its own frame.  Who looks at it gets a future made now,
 *            in the same state, with the callback that CPython's would have.
 * Holds      Its cancel is that of the future in the frame, as long as the task waits for that.
 * Owns       It holds the task, and nobody holds it.
 * Re-enters  Cancelling runs callbacks.
 * Tests      tests/cpython_robustness.py ("waiting") */
#include "pyhost.h"

typedef struct waiter {
    pyac_future future;
    PyObject *task;
} waiter;

static ac_future *waited_by(const pyac_task *task)
{
    ac_future *waited = ac_task_waiting_for(&task->core);
    return waited != NULL && ac_future_is_embedded(waited) ? waited : NULL;
}

static int waiter_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((waiter *)self)->task);
    return pyac_future_type->tp_traverse(self, visit, arg);
}

static int waiter_clear(PyObject *self)
{
    Py_CLEAR(((waiter *)self)->task);
    return pyac_future_type->tp_clear(self);
}

static void waiter_dealloc(PyObject *self)
{
    Py_CLEAR(((waiter *)self)->task);
    pyac_future_type->tp_dealloc(self);
}

/* The callback is only shown: the task is woken by the future in the frame. */
static int change_wakeup(PyObject *self, pyac_task *task, bool add)
{
    PyObject *wakeup = pyac_wakeup_of(task), *answer = NULL;
    if (wakeup != NULL)
        answer = (add ? pyac_future_add_done_callback : pyac_future_remove_done_callback)(self, &wakeup, 1,
                                                                                          NULL);
    Py_XDECREF(wakeup);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

/* If its frame has ended, by hand, the task wakes as from a request, which does not count. */
static ac_status cancel_waited(pyac_task *task, ac_future *waited, ac_ref message)
{
    if (ac_future_get_loop(waited) != NULL)
        return ac_future_cancel(waited, message, NULL);
    ac_status status = ac_task_cancel(&task->core, message, NULL);
    (void)ac_task_uncancel(&task->core);
    return status;
}

static ac_status cancel_both(waiter *self, ac_ref message, bool *did)
{
    pyac_task *task = (pyac_task *)self->task;
    ac_future *own = &self->future.core, *waited = task != NULL ? waited_by(task) : NULL;
    ac_status status = AC_OK;
    if (ac_future_done(own))
        return AC_OK;
    if (waited != NULL)
        status = cancel_waited(task, waited, message);
    if (status == AC_OK && task != NULL && change_wakeup((PyObject *)self, task, false) < 0)
        return pyac_raised(ac_future_get_loop(own));
    pyac_record_pause(true);
    if (status == AC_OK)
        status = ac_future_cancel_base(own, message, did);
    pyac_record_pause(false);
    return status;
}

static PyObject *waiter_cancel(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"msg", NULL};
    PyObject *message = Py_None;
    bool did = false;
    if (pyac_parse(args, count, names, "|O:cancel", keywords, &message) < 0)
        return NULL;
    ac_status status = cancel_both((waiter *)self, pyac_lent(message != Py_None ? message : NULL), &did);
    return status == AC_OK ? PyBool_FromLong(did)
                           : pyac_fail(ac_future_get_loop(&((waiter *)self)->future.core), status, NULL);
}

static PyMethodDef waiter_methods[] = {
    {"cancel", PYAC_VECTORCALL(waiter_cancel), NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot waiter_slots[] = {
    {Py_tp_doc, (void *)(uintptr_t) "What a task waits for in a coroutine of C."},
    {Py_tp_traverse, (void *)waiter_traverse},
    {Py_tp_clear, (void *)waiter_clear},
    {Py_tp_dealloc, (void *)waiter_dealloc},
    {Py_tp_methods, waiter_methods},
    {0, NULL},
};

static PyType_Spec waiter_spec = {
    .name = "_asyncio.Future",
    .basicsize = sizeof(waiter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = waiter_slots,
};

static PyTypeObject *waiter_type;

/* Without the callback, if it is pending. */
static ac_status take_state(ac_future *core, ac_future *waited)
{
    ac_ref out;
    if (!ac_future_done(waited))
        return AC_OK;
    if (ac_future_cancelled(waited))
        return ac_future_cancel_base(core, ac_future_cancel_message(waited), NULL);
    PyObject *result = ac_future_outcome(waited, &out) == AC_SEND ? pyac_seen(out) : NULL;
    return ac_future_set_result(core, pyac_owned(Py_NewRef(result != NULL ? result : Py_None)));
}

PyObject *pyac_fut_waiter(pyac_task *task)
{
    ac_future *waited = waited_by(task);
    if (waited == NULL)
        return NULL;
    ac_loop *loop = ac_future_get_loop(&task->core.future);
    waiter *made = (waiter *)waiter_type->tp_alloc(waiter_type, 0);
    if (made == NULL)
        return NULL;
    Py_INCREF(pyac_loop_of(loop)->keeper);
    (void)ac_future_init(&made->future.core, loop); /* it is blank */
    made->task = Py_NewRef(task);
    pyac_record_pause(true);
    ac_status status = take_state(&made->future.core, waited);
    pyac_record_pause(false);
    bool failed = status != AC_OK && pyac_fail(loop, status, NULL) == NULL;
    if (!failed && !ac_future_done(waited) && change_wakeup((PyObject *)made, task, true) < 0)
        failed = true;
    if (failed)
        Py_CLEAR(made);
    return (PyObject *)made;
}

int pyac_fut_waiter_ready(void)
{
    if (waiter_type == NULL)
        waiter_type = (PyTypeObject *)PyType_FromSpecWithBases(&waiter_spec, (PyObject *)pyac_future_type);
    if (waiter_type == NULL)
        return -1;
    pyac_future_type_made(waiter_type);
    return 0;
}
