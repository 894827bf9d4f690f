/* post.c - what becomes ready on a loop that is not ours: it is given to that loop's call_soon.
 *
 * Mirrors    call_soon, TaskStepMethWrapper and TaskWakeupDef of _asynciomodule.c.
 * Idea       The calls are those of CPython, with the same arguments: a task's step as a TaskStepMethWrapper,
 *            its wake-up as the bound method task_wakeup with the future, a program's callback as itself with
 *            the future.  Anything of the core's own (a gather on such a loop) as a Posted.
 * Owns       The core retains a task whose step is posted.  That reference is lent to the wrapper or bound
 *            method, which Python's collector sees; when it is called, the core gets it back.  If it goes
 *            without a call, the task goes with it or is left pending for ever, as in CPython.
 * Re-enters  call_soon is any code. */
#include "pyhost.h"

static PyObject *context_keyword; /* ("context",) */

int pyac_call_soon(PyObject *loop, PyObject *function, PyObject *argument, PyObject *context)
{
    PyObject *arguments[4] = {loop, function}, *answer;
    size_t count = 2;
    if (argument != NULL)
        arguments[count++] = argument;
    if (context != NULL)
        arguments[count] = context;
    answer = PyObject_VectorcallMethod(pyac_n.call_soon, arguments, count,
                                       context != NULL ? context_keyword : NULL);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

/* ---- The step of a task ---- */

/* Runs the step that was posted. */
static PyObject *step_run_posted(pyac_task *task);

static bool is_lent(const pyac_task *task)
{
    return (task->body.flags & PYAC_TASK_LENT) != 0;
}

typedef struct step_wrapper {
    PyObject_HEAD PyObject *task; /* of a free one, the next free one */
} step_wrapper;

enum { STEPS_FREE = 64 };

static PyTypeObject step_type;
static step_wrapper *step_free; /* what was freed is used again: each step takes one */
static unsigned step_free_count;

static int step_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((step_wrapper *)self)->task);
    return 0;
}

static int step_clear(PyObject *self)
{
    Py_CLEAR(((step_wrapper *)self)->task);
    return 0;
}

static void step_dealloc(PyObject *self)
{
    step_wrapper *own = (step_wrapper *)self;
    PyObject_GC_UnTrack(self);
    (void)step_clear(self);
    if (step_free_count >= STEPS_FREE) {
        PyObject_GC_Del(self);
        return;
    }
    own->task = (PyObject *)step_free;
    step_free = own;
    step_free_count++;
}

static PyObject *step_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    pyac_task *task = (pyac_task *)((step_wrapper *)self)->task;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0) {
        PyErr_SetString(PyExc_TypeError, "function takes no keyword arguments");
        return NULL;
    }
    if (args != NULL && PyTuple_GET_SIZE(args) != 0) {
        PyErr_SetString(PyExc_TypeError, "function takes no positional arguments");
        return NULL;
    }
    return is_lent(task) ? step_run_posted(task) : pyac_step_by_hand(task, NULL);
}

static PyObject *step_get_self(PyObject *self, void *unused)
{
    PyObject *task = ((step_wrapper *)self)->task;
    (void)unused;
    return Py_NewRef(task != NULL ? task : Py_None);
}

static PyGetSetDef step_getset[] = {
    {"__self__", step_get_self, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject step_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_asyncio.TaskStepMethWrapper",
    .tp_basicsize = sizeof(step_wrapper),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = step_traverse,
    .tp_clear = step_clear,
    .tp_dealloc = step_dealloc,
    .tp_call = step_call,
    .tp_getset = step_getset,
};

PyObject *pyac_step_of(pyac_task *task)
{
    step_wrapper *made = step_free;
    if (made != NULL) {
        step_free = (step_wrapper *)made->task;
        step_free_count--;
        (void)PyObject_Init((PyObject *)made, &step_type);
    } else if ((made = PyObject_GC_New(step_wrapper, &step_type)) == NULL) {
        return NULL;
    }
    made->task = Py_NewRef(task);
    PyObject_GC_Track(made);
    return (PyObject *)made;
}

static PyObject *wakeup_call(PyObject *self, PyObject *future)
{
    pyac_task *task = (pyac_task *)self;
    return is_lent(task) ? step_run_posted(task) : pyac_woken_by_foreign(task, future);
}

static PyMethodDef wakeup_def = {"task_wakeup", wakeup_call, METH_O, NULL};

PyObject *pyac_wakeup_of(pyac_task *task)
{
    return PyCFunction_New(&wakeup_def, (PyObject *)task);
}

ac_task *pyac_woken_task(PyObject *function)
{
    bool known = PyCFunction_Check(function) && PyCFunction_GET_FUNCTION(function) == wakeup_call;
    return known ? &((pyac_task *)PyCFunction_GET_SELF(function))->core : NULL;
}

/* What woke the task; NULL: it is the first step, or one that nobody woke. */
static PyObject *post_woken_by(const ac_task *task)
{
    ac_future *waited = ac_task_waiting_for(task);
    return waited != NULL && !ac_future_is_embedded(waited) ? pyac_object_of(waited) : NULL;
}

/* The step will never be run, but the task is there (task_making.c). */
static ac_status keep_refused(pyac_task *task)
{
    task->body.flags |= PYAC_TASK_LENT;
    Py_DECREF(task); /* the core's; whoever makes it has one */
    return AC_OK;
}

static ac_status post_step(pyac_loop *loop, ac_task *core, ac_handle *handle)
{
    pyac_task *task = (pyac_task *)pyac_task_object(core);
    if (PYAC_RARE(task, refused) != NULL)
        return keep_refused(task);
    PyObject *woken_by = post_woken_by(core), *context = pyac_seen(ac_handle_context(handle));
    PyObject *function = woken_by != NULL ? pyac_wakeup_of(task) : pyac_step_of(task);
    if (function == NULL)
        return pyac_raised(&loop->core);
    task->body.flags |= PYAC_TASK_LENT;
    Py_DECREF(task); /* the core's; function has one */
    int failed = pyac_call_soon(loop->object, function, woken_by, context);
    if (failed != 0 && is_lent(task)) {
        task->body.flags &= (uint16_t)~PYAC_TASK_LENT;
        Py_INCREF(task);
    }
    Py_DECREF(function);
    bool making = (task->body.flags & PYAC_TASK_MAKING) != 0;
    if (failed != 0 && making && pyac_rare_of((PyObject *)task) != NULL) {
        Py_XSETREF(task->rare->refused, PyErr_GetRaisedException());
        return keep_refused(task);
    }
    return failed != 0 ? pyac_raised(&loop->core) : AC_OK;
}

/* The loop has entered the context of the handle itself (Handle._run), and the core is to know that. */
static ac_status run_entered(pyac_loop *loop, ac_handle *handle)
{
    uint32_t skipped = loop->skipped;
    loop->entered = !ac_is_none(ac_handle_context(handle)) && ac_handle_child(handle) == NULL;
    ac_status status = ac_handle_run(&loop->core, handle);
    loop->entered = false;
    loop->skipped = skipped;
    return status;
}

int pyac_may_enter(const pyac_loop *loop, PyObject *task)
{
    PyObject *current = pyac_current(loop);
    if (pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP) && pyac_running_loop() != loop->object) {
        PyErr_Format(PyExc_RuntimeError, "loop %R is not the running loop", loop->object);
        return -1;
    }
    if (current == NULL)
        return 0;
    PyErr_Format(PyExc_RuntimeError, "Cannot enter into task %R while another task %R is being executed.",
                 task, current);
    return -1;
}

static PyObject *step_run_posted(pyac_task *task)
{
    ac_loop *core = ac_future_get_loop(&task->core.future);
    if (core == NULL) { /* cleared by the collector, and called all the same */
        PyErr_SetString(PyExc_RuntimeError, "uninitialized Task object");
        return NULL;
    }
    pyac_loop *loop = pyac_loop_of(core);
    if (pyac_may_enter(loop, (PyObject *)task) < 0)
        return NULL;
    PyObject *keeper = Py_NewRef(loop->keeper);
    bool over = ac_handle_task(&task->core.step) != NULL && ac_future_done(&task->core.future);
    if (over) /* it was ended from outside */
        ac_handle_cancel(&loop->core, &task->core.step);
    Py_INCREF(task);
    task->body.flags &= (uint16_t)~PYAC_TASK_LENT;
    Py_INCREF(task); /* the core's again */
    ac_status status = run_entered(loop, &task->core.step);
    if (status != AC_OK)
        (void)pyac_fail(&loop->core, status, &task->core.future);
    else if (over)
        (void)pyac_step_already_done((PyObject *)task, NULL);
    Py_DECREF(task);
    Py_DECREF(keeper);
    return status == AC_OK && !over ? Py_NewRef(Py_None) : NULL;
}

/* ---- Callbacks of the core's own ---- */

typedef struct posted {
    PyObject_HEAD PyObject *keeper;
    ac_loop *loop;
    ac_handle *handle; /* NULL: it has run, or is only shown */
    const char *name;
} posted;

static int posted_traverse(PyObject *self, visitproc visit, void *arg)
{
    const posted *own = (posted *)self;
    Py_VISIT(own->keeper);
    ac_callback *callback = own->handle != NULL ? ac_handle_callback(own->handle) : NULL;
    pyac_showing showing = pyac_show_to(visit, arg);
    return callback != NULL && callback->ops->visit != NULL ? callback->ops->visit(callback, &showing.visitor)
                                                            : 0;
}

static int posted_clear(PyObject *self)
{
    posted *own = (posted *)self;
    ac_handle *handle = own->handle;
    own->handle = NULL;
    if (handle != NULL) {
        ac_handle_cancel(own->loop, handle);
        (void)ac_handle_run(own->loop, handle);
    }
    return 0;
}

static void posted_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    (void)posted_clear(self);
    Py_DECREF(((posted *)self)->keeper);
    PyObject_GC_Del(self);
}

static PyObject *posted_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    posted *own = (posted *)self;
    ac_handle *handle = own->handle;
    (void)args;
    (void)kwargs;
    own->handle = NULL;
    ac_status status = handle != NULL ? run_entered(pyac_loop_of(own->loop), handle) : AC_OK;
    return status == AC_OK ? Py_NewRef(Py_None) : pyac_fail(own->loop, status, NULL);
}

static PyObject *posted_name(PyObject *self, void *unused)
{
    (void)unused;
    return PyUnicode_FromString(((posted *)self)->name);
}

static PyGetSetDef posted_getset[] = {
    {"__qualname__", posted_name, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject posted_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore._Posted",
    .tp_doc = PyDoc_STR("A callback of the runtime's own on a loop that is not its own."),
    .tp_basicsize = sizeof(posted),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = posted_traverse,
    .tp_clear = posted_clear,
    .tp_dealloc = posted_dealloc,
    .tp_call = posted_call,
    .tp_getset = posted_getset,
};

static posted *posted_new(pyac_loop *loop, ac_handle *handle, const ac_callback *callback)
{
    posted *made = PyObject_GC_New(posted, &posted_type);
    if (made == NULL)
        return NULL;
    made->keeper = Py_NewRef(loop->keeper);
    made->loop = &loop->core;
    made->handle = handle;
    made->name = callback != NULL && callback->ops->name != NULL ? callback->ops->name : "Posted";
    PyObject_GC_Track(made);
    return made;
}

static ac_status post_own(pyac_loop *loop, ac_handle *handle)
{
    posted *made = posted_new(loop, handle, ac_handle_callback(handle));
    if (made == NULL)
        return pyac_raised(&loop->core);
    bool tells_group = ac_handle_child(handle) != NULL; /* in a copy of what is current, not in the child's */
    PyObject *context = tells_group ? NULL : pyac_seen(ac_handle_context(handle));
    int failed = pyac_call_soon(loop->object, (PyObject *)made, NULL, context);
    if (failed != 0)
        made->handle = NULL; /* the core drops what was refused */
    ac_status status = failed != 0 ? pyac_raised(&loop->core) : AC_OK;
    Py_DECREF(made);
    return status;
}

/* ---- The hook ---- */

ac_status pyac_post(ac_loop *core, ac_handle *handle)
{
    pyac_loop *loop = pyac_loop_of(core);
    ac_task *task = ac_handle_task(handle);
    if (task != NULL)
        return post_step(loop, task, handle);
    ac_callback *callback = ac_handle_callback(handle);
    if (callback != NULL && callback->ops == &pyac_done_ops)
        return pyac_done_post(core, callback);
    return post_own(loop, handle);
}

int pyac_post_ready(void)
{
    if (context_keyword == NULL && (context_keyword = PyTuple_Pack(1, pyac_n.context)) == NULL)
        return -1;
    return PyType_Ready(&step_type) < 0 || PyType_Ready(&posted_type) < 0 ? -1 : 0;
}
