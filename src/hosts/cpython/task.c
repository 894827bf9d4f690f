/* task.c - _asyncio.Task: what programs ask and tell a task.
 *
 * Mirrors    TaskType of _asynciomodule.c, save its making (task_making.c) and its steps (task_step.c).
 * Idea       Task is a subclass of Future, also in memory, and inherits what it does not say here.
 * Holds      coro stays after the end, except of a task that ended in its eager step.
 * Owns       coro, foreign, refused.
 * Re-enters  cancel runs the cancel method of whatever a parked task waits for. */
#include "pyhost.h"

#include "aside.h"
#include "registry.h"
#include "task.h"

static pyac_task *task_of(PyObject *self)
{
    return (pyac_task *)self;
}

static bool task_is_made(const pyac_task *task)
{
    return task->core.future.loop != NULL;
}

/* ---- Cancellation ---- */

/* cancel(msg=None), by position or by name. */
static int task_read_message(PyObject *const *args, Py_ssize_t count, PyObject *names, PyObject **message)
{
    static const char *const keywords[] = {"msg", NULL};
    *message = Py_None;
    if (count == 0 && names == NULL)
        return 0;
    return pyac_parse(args, count, names, "|O:cancel", keywords, message);
}

static PyObject *task_cancel(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    pyac_task *task = task_of(self);
    ac_loop *loop = task->core.future.loop;
    PyObject *message;
    bool did = true; /* what was never made is pending, says CPython */
    if (task_read_message(args, count, names, &message) < 0)
        return NULL;
    if (!task_is_made(task))
        Py_RETURN_TRUE;
    ac_ref told = message != Py_None ? pyac_lent(message) : ac_none_ref();
    PyObject *keeper = Py_NewRef(pyac_loop_of(loop)->keeper);
    ac_status status = ac_future_cancel_base(&task->core.future, told, &did);
    PyObject *answer = status == AC_OK ? PyBool_FromLong(did) : pyac_fail(loop, status, &task->core.future);
    Py_DECREF(keeper);
    return answer;
}

static PyObject *task_cancelling(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLong(ac_task_cancelling(&task_of(self)->core));
}

static PyObject *task_uncancel(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLong(ac_task_uncancel(&task_of(self)->core));
}

/* ---- Names ---- */

static PyObject *task_get_name(PyObject *self, PyObject *unused)
{
    const pyac_task *task = task_of(self);
    PyObject *name = pyac_seen(ac_task_name(&task->core));
    (void)unused;
    if (name != NULL)
        return Py_NewRef(name);
    if (!task_is_made(task))
        Py_RETURN_NONE;
    return PyUnicode_FromFormat("Task-%llu", (unsigned long long)ac_task_serial(&task->core));
}

/* One that was never made has nowhere to keep a name. */
static PyObject *task_set_name(PyObject *self, PyObject *value)
{
    PyObject *name = pyac_task_name_of(value);
    if (name == NULL)
        return NULL;
    if (task_is_made(task_of(self)))
        ac_task_set_name(&task_of(self)->core, pyac_owned(name));
    else
        Py_DECREF(name);
    Py_RETURN_NONE;
}

/* ---- What it is made of ---- */

static PyObject *task_get_coro(PyObject *self, PyObject *unused)
{
    PyObject *coro = task_of(self)->coro;
    (void)unused;
    return Py_NewRef(coro != NULL ? coro : Py_None);
}

static PyObject *task_get_context(PyObject *self, PyObject *unused)
{
    PyObject *context = pyac_seen(ac_task_get_context(&task_of(self)->core));
    (void)unused;
    return Py_NewRef(context != NULL ? context : Py_None);
}

static PyObject *task_get_coro_attribute(PyObject *self, void *unused)
{
    (void)unused;
    return task_get_coro(self, NULL);
}

static PyObject *task_get_must_cancel(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(ac_task_must_cancel(&task_of(self)->core));
}

static PyObject *task_get_waiter(PyObject *self, void *unused)
{
    pyac_task *task = task_of(self);
    ac_future *waited = ac_task_waiting_for(&task->core);
    PyObject *shown = task->foreign;
    (void)unused;
    if (waited != NULL && ac_future_is_embedded(waited))
        return pyac_fut_waiter(task);
    if (waited != NULL)
        shown = pyac_object_of(waited);
    return Py_NewRef(shown != NULL ? shown : Py_None);
}

static PyObject *task_get_log_destroy(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(ac_task_get_log_destroy_pending(&task_of(self)->core));
}

/* The words are those of Argument Clinic, which makes setters since 3.14. */
static int task_set_log_destroy(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    if (value == NULL && Py_Version < 0x030e0000)
        PyErr_SetString(PyExc_AttributeError, "cannot delete attribute");
    else if (value == NULL)
        PyErr_Format(PyExc_AttributeError,
                     "attribute '_log_destroy_pending' of '%.100s' objects cannot be deleted",
                     Py_TYPE(self)->tp_name);
    int truth = value != NULL ? PyObject_IsTrue(value) : -1;
    if (truth < 0)
        return -1;
    if (task_is_made(task_of(self)))
        ac_task_set_log_destroy_pending(&task_of(self)->core, truth > 0);
    return 0;
}

/* ---- Looking at its stack, and what a task does not do ---- */

static PyObject *task_get_stack(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"limit", NULL};
    PyObject *limit = Py_None;
    if (pyac_parse(args, count, names, "|$O:get_stack", keywords, &limit) < 0 || pyac_import() < 0)
        return NULL;
    return PyObject_CallFunctionObjArgs(pyac_py.task_get_stack, self, limit, NULL);
}

static PyObject *task_print_stack(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"limit", "file", NULL};
    PyObject *limit = Py_None, *file = Py_None;
    if (pyac_parse(args, count, names, "|$OO:print_stack", keywords, &limit, &file) < 0 || pyac_import() < 0)
        return NULL;
    return PyObject_CallFunctionObjArgs(pyac_py.task_print_stack, self, limit, file, NULL);
}

static PyObject *task_set_result(PyObject *self, PyObject *result)
{
    (void)self;
    (void)result;
    PyErr_SetString(PyExc_RuntimeError, "Task does not support set_result operation");
    return NULL;
}

static PyObject *task_set_exception(PyObject *self, PyObject *exception)
{
    (void)self;
    (void)exception;
    PyErr_SetString(PyExc_RuntimeError, "Task does not support set_exception operation");
    return NULL;
}

static PyObject *task_repr(PyObject *self)
{
    return pyac_import() < 0 ? NULL : PyObject_CallOneArg(pyac_py.task_repr, self);
}

/* ---- The type ---- */

/* Shows all but one object. */
typedef struct all_but {
    visitproc visit;
    void *arg;
    const PyObject *hidden;
} all_but;

static int visit_all_but(PyObject *object, void *arg)
{
    const all_but *all = arg;
    return object != all->hidden ? all->visit(object, all->arg) : 0;
}

/* What the running step has thrown is CPython's on the C stack, where nobody sees it: programs look for who
 * refers to an exception.  The collector only learns that somebody has it. */
static int task_traverse(PyObject *self, visitproc visit, void *arg)
{
    const pyac_task *task = task_of(self);
    all_but all = {visit, arg, PYAC_RARE(task, thrown)};
    Py_VISIT(task->coro);
    Py_VISIT(task->foreign);
    Py_VISIT(PYAC_RARE(task, refused));
    return all.hidden != NULL ? pyac_future_traverse(self, visit_all_but, &all)
                              : pyac_future_traverse(self, visit, arg);
}

/* A task that is being stepped is left as it is. */
static int task_clear(PyObject *self)
{
    pyac_task *task = task_of(self);
    (void)pyac_future_clear(self);
    if (task_is_made(task))
        return 0;
    if (task->rare != NULL)
        Py_CLEAR(task->rare->refused);
    pyac_rare_free(self);
    Py_CLEAR(task->foreign);
    Py_CLEAR(task->coro);
    return 0;
}

/* All tasks is a weak set in asyncio: a task that is to be destroyed has left it, also if that keeps it
 * alive. */
static void task_finalize(PyObject *self)
{
    ac_task_keep(&task_of(self)->core); /* the collector has found it, but its callback is on its way */
    task_of(self)->body.flags |= PYAC_TASK_HIDDEN;
    pyac_future_finalize(self);
}

/* A loose task that has an attribute may be reached from there alone: then the collector must not find it. */
static int task_setattr(PyObject *self, PyObject *name, PyObject *value)
{
    ac_task_keep(&task_of(self)->core);
    return PyObject_GenericSetAttr(self, name, value);
}

static void task_dealloc(PyObject *self)
{
    if (ac_task_is_loose(&task_of(self)->core) && !pyac_task_goes(task_of(self)))
        return;
    pyac_task_bring_back(task_of(self));
    if (pyac_future_begin_dealloc(self) < 0)
        return;
    (void)task_clear(self);
    pyac_spare_give(&pyac_spare_tasks, self, pyac_task_type);
}

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

/* A method that is Future's own, but in Task's dictionary, too: so it is in CPython, and the interpreter
 * calls a method quickly only where the class of the object has it itself. */
#define AS_FUTURE(name)                                                                                      \
    {                                                                                                        \
        name, NULL, 0, NULL                                                                                  \
    }

static PyMethodDef task_methods[] = {
    AS_FUTURE("result"),
    AS_FUTURE("exception"),
    AS_FUTURE("add_done_callback"),
    AS_FUTURE("remove_done_callback"),
    AS_FUTURE("cancelled"),
    AS_FUTURE("done"),
    AS_FUTURE("_make_cancelled_error"),
    {"cancel", FAST(task_cancel), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR(
         "cancel($self, /, msg=None)\n--\n\n"
         "Asks the task to cancel itself.\n\n"
         "Its coroutine is thrown a CancelledError in the next turn of the loop, and may clean up, or go on\n"
         "all the same.  Gives False if the task is done, else True; cancelled() is true only once the\n"
         "CancelledError has come out of the coroutine.  Each request is counted: see cancelling().")},
    {"cancelling", task_cancelling, METH_NOARGS,
     PyDoc_STR("cancelling($self, /)\n--\n\n"
               "How many requests to cancel the task there were, less those that uncancel() took back.")},
    {"uncancel", task_uncancel, METH_NOARGS,
     PyDoc_STR("uncancel($self, /)\n--\n\n"
               "Takes back one request to cancel the task; gives how many are left.\n\n"
               "For whoever called cancel() before.")},
    {"get_name", task_get_name, METH_NOARGS, PyDoc_STR("get_name($self, /)\n--\n\n")},
    {"set_name", task_set_name, METH_O, PyDoc_STR("set_name($self, value, /)\n--\n\n")},
    {"get_coro", task_get_coro, METH_NOARGS, PyDoc_STR("get_coro($self, /)\n--\n\n")},
    {"get_context", task_get_context, METH_NOARGS, PyDoc_STR("get_context($self, /)\n--\n\n")},
    {"get_stack", FAST(task_get_stack), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR(
         "get_stack($self, /, *, limit=None)\n--\n\n"
         "The frames of the task's coroutine, oldest first.\n\n"
         "Of a coroutine that sleeps, the one in which it does; of one that failed, those of the traceback;\n"
         "otherwise none.  limit is how many at most: the newest of a stack, the oldest of a traceback.")},
    {"print_stack", FAST(task_print_stack), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR(
         "print_stack($self, /, *, limit=None, file=None)\n--\n\n"
         "Prints what get_stack(limit=limit) gives, as the traceback module does, to file or sys.stderr.")},
    {"set_result", task_set_result, METH_O, PyDoc_STR("set_result($self, result, /)\n--\n\n")},
    {"set_exception", task_set_exception, METH_O, PyDoc_STR("set_exception($self, exception, /)\n--\n\n")},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, PyDoc_STR("See PEP 585")},
    {NULL, NULL, 0, NULL},
};

static const PyGetSetDef task_own_getset[] = {
    {"_log_destroy_pending", task_get_log_destroy, task_set_log_destroy, NULL, NULL},
    {"_must_cancel", task_get_must_cancel, NULL, NULL, NULL},
    {"_coro", task_get_coro_attribute, NULL, NULL, NULL},
    {"_fut_waiter", task_get_waiter, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyGetSetDef task_getset[16];

static PyType_Slot task_slots[] = {
    {Py_tp_doc,
     (void *)(uintptr_t) "Task(coro, *, loop=None, name=None, context=None, eager_start=False)\n--\n\n"
                         "A coroutine wrapped in a Future."},
    {Py_tp_new, (void *)pyac_task_new_blank},
    {Py_tp_init, (void *)pyac_task_init},
    {Py_tp_traverse, (void *)task_traverse},
    {Py_tp_clear, (void *)task_clear},
    {Py_tp_finalize, (void *)task_finalize},
    {Py_tp_dealloc, (void *)task_dealloc},
    {Py_tp_repr, (void *)task_repr},
    {Py_tp_setattro, (void *)task_setattr},
    {Py_tp_iter, (void *)pyac_future_iter},
    {Py_am_await, (void *)pyac_future_iter},
    {Py_tp_methods, task_methods},
    {Py_tp_getset, task_getset},
    {0, NULL},
};

static PyType_Spec task_spec = {
    .name = "_asyncio.Task",
    .basicsize = sizeof(pyac_task),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_MANAGED_DICT | Py_TPFLAGS_MANAGED_WEAKREF,
    .slots = task_slots,
};

PyTypeObject *pyac_task_type;

static void task_methods_ready(void)
{
    for (PyMethodDef *own = task_methods; own->ml_name != NULL; own++)
        for (const PyMethodDef *of_future = pyac_future_methods;
             own->ml_meth == NULL && of_future->ml_name != NULL; of_future++)
            if (strcmp(own->ml_name, of_future->ml_name) == 0)
                *own = *of_future;
}

/* Before 3.14 a task has the attributes of a future in its own class, too. */
static void task_getset_ready(void)
{
    PyGetSetDef *end = task_getset;
    for (const PyGetSetDef *of_future = pyac_future_getset; of_future->name != NULL; of_future++)
        if (Py_Version < 0x030e0000)
            *end++ = *of_future;
    memcpy(end, task_own_getset, sizeof task_own_getset);
}

int pyac_task_ready(PyObject *module)
{
    PyObject *base = (PyObject *)pyac_future_type;
    task_methods_ready();
    task_getset_ready();
    if (pyac_task_type == NULL)
        pyac_task_type = (PyTypeObject *)PyType_FromSpecWithBases(&task_spec, base);
    if (pyac_task_type == NULL)
        return -1;
    pyac_future_type_made(pyac_task_type);
    return pyac_fut_waiter_ready() < 0 ? -1 : PyModule_AddType(module, pyac_task_type);
}
