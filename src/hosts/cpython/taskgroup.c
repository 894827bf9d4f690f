/* taskgroup.c - TaskGroup: the core's group as an object with __aenter__ and __aexit__.
 *
 * Mirrors    taskgroups.TaskGroup of the release that runs.
 * Idea       Both ends are coroutines in C: nothing happens until they are awaited.  A child is made by the
 *            loop's create_task, which may be a program's.
 * Holds      The group is bound to the loop that runs when it is entered; before that there is only the
 *            object, and what was asked of it (cancel) is remembered.
 * Elsewhere  A parent that is no aiocore task: then asyncio's own group does it all, inside of ours.
 * Left out   Children that are no aiocore tasks (a task factory that makes others): the core can have no
 * callback on
 *            them; TypeError.
 * Re-enters  The exit and cancel run what children and callbacks run. */
#include "coroutines.h"

PyObject *pyac_group_object(ac_group *group)
{
    return (PyObject *)AC_CONTAINER_OF(group, pyac_task_group, core);
}

static PyObject *group_fail(pyac_task_group *group, ac_status status)
{
    PyObject *exception = pyac_taken(ac_group_status_exception(&group->core, status));
    if (exception == NULL)
        return PyErr_NoMemory();
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
    return NULL;
}

/* ---- Entering ---- */

static int group_bind(pyac_task_group *group)
{
    if (group->loop != NULL)
        return 0;
    PyObject *running = pyac_running_loop();
    if (running == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no running event loop");
        return -1;
    }
    group->loop = pyac_loop_find(running);
    if (group->loop == NULL)
        return -1;
    ac_group_init(&group->core, &group->loop->core);
    return group->cancelled_before && ac_group_cancel(&group->core) != AC_OK ? -1 : 0;
}

/* Whether the task that enters is none of ours: one of Python's is not even known to us as the current one. */
static bool group_has_strange_parent(void)
{
    const pyac_loop *loop = pyac_running();
    return loop != NULL && ac_loop_current_task(&loop->core) == NULL;
}

static int group_make_other(pyac_task_group *group)
{
    PyObject *type = pyac_original("taskgroups", "TaskGroup");
    PyObject *other = type != NULL ? PyObject_CallNoArgs(type) : NULL;
    Py_XDECREF(type);
    if (other != NULL && group->cancelled_before) {
        PyObject *cancelled = PyObject_CallMethodNoArgs(other, pyac_n.cancel);
        if (cancelled == NULL)
            Py_CLEAR(other);
        Py_XDECREF(cancelled);
    }
    group->other = other;
    return other != NULL ? 0 : -1;
}

static PyObject *group_begin_enter(pyac_coroutine *self)
{
    pyac_task_group *group = (pyac_task_group *)self->subject;
    if (group->loop == NULL && group->other == NULL && group_has_strange_parent() &&
        group_make_other(group) < 0)
        return NULL;
    if (group->other != NULL) {
        (void)pyac_coroutine_delegate(self, PyObject_CallMethod(group->other, "__aenter__", NULL));
        return NULL;
    }
    if (group_bind(group) < 0)
        return NULL;
    ac_status status = ac_group_enter(&group->core);
    return status == AC_OK ? Py_NewRef(group) : group_fail(group, status);
}

static PyObject *group_finish_enter(pyac_coroutine *self, PyObject *result)
{
    Py_DECREF(result);
    return Py_NewRef(self->subject);
}

static const pyac_coroutine_kind group_enter_kind = {.name = "__aenter__",
                                                     .qualname = "TaskGroup.__aenter__",
                                                     .begin = group_begin_enter,
                                                     .finish = group_finish_enter};

static PyObject *group_aenter(PyObject *self, PyObject *unused)
{
    (void)unused;
    return pyac_coroutine_new(&group_enter_kind, self, NULL);
}

/* ---- Leaving ---- */

static PyObject *group_refuse(PyObject *group, const char *words)
{
    PyErr_Format(PyExc_RuntimeError, "TaskGroup %R %s", group, words);
    return NULL;
}

/* argument is the exception that left the block. */
static PyObject *group_begin_exit(pyac_coroutine *self)
{
    pyac_task_group *group = (pyac_task_group *)self->subject;
    PyObject *exception = self->argument == Py_None ? NULL : self->argument;
    if (group->other != NULL) {
        PyObject *type = exception != NULL ? (PyObject *)Py_TYPE(exception) : Py_None;
        (void)pyac_coroutine_delegate(
            self, PyObject_CallMethod(group->other, "__aexit__", "OOO", type, self->argument, Py_None));
        return NULL;
    }
    if (group->loop == NULL)
        return group_refuse((PyObject *)group, "has not been entered");
    ac_status status = ac_group_exit(&group->core, pyac_lent(exception));
    if (status != AC_OK)
        return group_fail(group, status);
    pyac_coroutine_bind(self, group->loop, &group->core.exit, false);
    return NULL;
}

/* What is not raised is swallowed, which 3.15 says by its result. */
static PyObject *group_finish_exit(pyac_coroutine *self, PyObject *result)
{
    if (self->inner != NULL)
        return result;
    Py_DECREF(result);
    return Py_NewRef(pyac_has(AC_S_TASKGROUP_CANCEL) ? Py_True : Py_None);
}

static const pyac_coroutine_kind group_exit_kind = {.name = "__aexit__",
                                                    .qualname = "TaskGroup.__aexit__",
                                                    .begin = group_begin_exit,
                                                    .finish = group_finish_exit,
                                                    .raises = true};

static PyObject *group_aexit(PyObject *self, PyObject *const *values, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_Format(PyExc_TypeError, "TaskGroup.__aexit__() takes 4 positional arguments but %zd were given",
                     count + 1);
        return NULL;
    }
    return pyac_coroutine_new(&group_exit_kind, self, values[1]);
}

/* ---- Children ---- */

/* Closes a coroutine that the group refuses; what was raised before is raised still. */
static void group_close(PyObject *coro)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *closed = pyac_has(AC_S_TASKGROUP_CLOSES_REFUSED_CORO) && coro != NULL
                           ? PyObject_CallMethodNoArgs(coro, pyac_n.close)
                           : Py_NewRef(Py_None);
    if (closed == NULL)
        Py_XDECREF(raised);
    else
        PyErr_SetRaisedException(raised);
    Py_XDECREF(closed);
}

static PyObject *group_admit(pyac_task_group *group)
{
    if (group->loop == NULL)
        return group_refuse((PyObject *)group, "has not been entered");
    ac_status status = ac_group_admit(&group->core);
    return status == AC_OK ? Py_None : group_fail(group, status);
}

/* Where.create_task(coro, **kwargs), where is a loop or asyncio's own group. */
static PyObject *group_make_in(PyObject *where, PyObject *coro, PyObject *kwargs)
{
    PyObject *method = PyObject_GetAttrString(where, "create_task");
    PyObject *args = method != NULL ? PyTuple_Pack(1, coro) : NULL, *task = NULL;
    if (args != NULL)
        task = PyObject_Call(method, args, kwargs);
    Py_XDECREF(args);
    Py_XDECREF(method);
    return task;
}

/* The arguments go on to the loop as they are: an unknown one is refused there. */
static PyObject *group_make(pyac_task_group *group, PyObject *coro, PyObject *kwargs)
{
    PyObject *task = group_make_in(group->loop->object, coro, kwargs);
    if (task == NULL || pyac_is_task(task))
        return task;
    PyErr_Format(PyExc_TypeError, "a group of aiocore has aiocore's tasks, and the loop has made %R", task);
    Py_DECREF(task);
    return NULL;
}

static PyObject *group_create_task(PyObject *object, PyObject *args, PyObject *kwargs)
{
    pyac_task_group *group = (pyac_task_group *)object;
    PyObject *coro;
    if (PyTuple_GET_SIZE(args) != 1) {
        PyErr_Format(PyExc_TypeError,
                     "TaskGroup.create_task() takes 2 positional arguments but %zd were given",
                     PyTuple_GET_SIZE(args) + 1);
        return NULL;
    }
    coro = PyTuple_GET_ITEM(args, 0);
    if (group->other != NULL)
        return group_make_in(group->other, coro, kwargs);
    if (group_admit(group) == NULL) {
        group_close(coro);
        return NULL;
    }
    PyObject *task = group_make(group, coro, kwargs);
    if (task == NULL)
        return NULL;
    ac_status status = ac_group_add(&group->core, &((pyac_task *)task)->core);
    if (status == AC_OK)
        return task;
    Py_DECREF(task);
    return group_fail(group, status);
}

static PyObject *group_cancel(PyObject *object, PyObject *unused)
{
    pyac_task_group *group = (pyac_task_group *)object;
    ac_status status = AC_OK;
    (void)unused;
    if (group->other != NULL)
        return PyObject_CallMethodNoArgs(group->other, pyac_n.cancel);
    if (group->loop == NULL)
        group->cancelled_before = true;
    else
        status = ac_group_cancel(&group->core);
    return status == AC_OK ? Py_NewRef(Py_None) : group_fail(group, status);
}

/* ---- The type ---- */

static PyObject *group_repr(PyObject *self)
{
    const pyac_task_group *group = (pyac_task_group *)self;
    char tasks[32] = "", errors[32] = "";
    const char *state = "";
    if (group->other != NULL)
        return PyObject_Repr(group->other);
    if (group->loop != NULL) {
        size_t task_count = ac_group_task_count(&group->core),
               error_count = ac_group_error_count(&group->core);
        if (task_count > 0)
            PyOS_snprintf(tasks, sizeof tasks, " tasks=%zu", task_count);
        if (error_count > 0)
            PyOS_snprintf(errors, sizeof errors, " errors=%zu", error_count);
        if (ac_group_is_aborting(&group->core))
            state = " cancelling";
        else if (ac_group_is_entered(&group->core))
            state = " entered";
    }
    return PyUnicode_FromFormat("<TaskGroup%s%s%s>", tasks, errors, state);
}

static int group_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    if (PyTuple_GET_SIZE(args) == 0 && (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0))
        return 0;
    PyErr_SetString(PyExc_TypeError, "TaskGroup() takes no arguments");
    return -1;
}

static int group_traverse(PyObject *self, visitproc visit, void *arg)
{
    pyac_task_group *group = (pyac_task_group *)self;
    pyac_showing showing = pyac_show_to(visit, arg);
    Py_VISIT(group->dict);
    Py_VISIT(group->other);
    if (group->loop == NULL)
        return 0;
    Py_VISIT(group->loop->keeper);
    return ac_group_visit(&group->core, &showing.visitor);
}

static int group_clear(PyObject *self)
{
    pyac_task_group *group = (pyac_task_group *)self;
    pyac_loop *loop = group->loop;
    group->loop = NULL;
    if (loop != NULL) {
        ac_group_clear(&group->core);
        Py_DECREF(loop->keeper);
    }
    Py_CLEAR(group->other);
    Py_CLEAR(group->dict);
    return 0;
}

static void group_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((pyac_task_group *)self)->weakrefs != NULL)
        PyObject_ClearWeakRefs(self);
    (void)group_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef group_methods[] = {
    {"__aenter__", group_aenter, METH_NOARGS, NULL},
    {"__aexit__", (PyCFunction)(void (*)(void))group_aexit, METH_FASTCALL, NULL},
    {"create_task", (PyCFunction)(void (*)(void))group_create_task, METH_VARARGS | METH_KEYWORDS,
     PyDoc_STR("create_task($self, coro, **kwargs)\n--\n\nCreate a new task in this group and return it.")},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL},
};

/* Since 3.15. */
static PyMethodDef group_cancel_method = {"cancel", group_cancel, METH_NOARGS,
                                          PyDoc_STR("cancel($self, /)\n--\n\nCancel the task group.")};

PyTypeObject PyacTaskGroup_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.taskgroups.TaskGroup",
    .tp_doc = PyDoc_STR("Asynchronous context manager for managing groups of tasks."),
    .tp_basicsize = sizeof(pyac_task_group),
    .tp_dictoffset = offsetof(pyac_task_group, dict),
    .tp_weaklistoffset = offsetof(pyac_task_group, weakrefs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = group_init,
    .tp_traverse = group_traverse,
    .tp_clear = group_clear,
    .tp_dealloc = group_dealloc,
    .tp_repr = group_repr,
    .tp_methods = group_methods,
};

int pyac_taskgroup_ready(PyObject *module)
{
    if (PyModule_AddType(module, &PyacTaskGroup_Type) < 0)
        return -1;
    if (!pyac_has(AC_S_TASKGROUP_CANCEL))
        return 0;
    PyObject *cancel = PyDescr_NewMethod(&PyacTaskGroup_Type, &group_cancel_method);
    int failed = cancel != NULL ? PyDict_SetItemString(PyacTaskGroup_Type.tp_dict, "cancel", cancel) : -1;
    Py_XDECREF(cancel);
    PyType_Modified(&PyacTaskGroup_Type);
    return failed;
}
