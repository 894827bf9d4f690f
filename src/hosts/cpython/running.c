/* running.c - the running loop of each thread, and asyncio.get_event_loop.
 *
 * Mirrors    _get_running_loop, _set_running_loop, get_running_loop, get_event_loop of _asyncio.
 * Idea       What runs in a thread is kept in its dictionary; what was looked at last is remembered.  It
 *            keeps the runtime's part of the loop, so that a shadow lasts for the whole run and is not made
 *            anew for each future.
 * Forks      asyncio itself says in a child process that no loop runs (events.on_fork).  Where the current
 *            task belongs to the thread there is none in a child, either.
 * Versions   enter_task_checks_running_loop: the current task belongs to the thread, so it goes along when
 *            another loop becomes the running one.
 * Re-enters  A loop that is given up may be destroyed. */
#include "pyhost.h"

/* Of one thread. */
typedef struct running_place {
    PyObject_HEAD pyac_loop *loop; /* its keeper is held; NULL: no loop runs */
    PyObject *task;                /* the current task while no loop runs (Versions), or NULL */
} running_place;

static running_place
    *running_last; /* of the thread that was looked at last, or NULL if that has none; borrowed */
static uint64_t running_last_thread;
static PyObject *running_key; /* in a thread's dictionary */

static int running_traverse(PyObject *self, visitproc visit, void *arg)
{
    const running_place *own = (running_place *)self;
    Py_VISIT(own->task);
    if (own->loop != NULL)
        Py_VISIT(own->loop->keeper);
    return 0;
}

static int running_clear(PyObject *self)
{
    running_place *own = (running_place *)self;
    PyObject *keeper = own->loop != NULL ? own->loop->keeper : NULL;
    own->loop = NULL;
    Py_CLEAR(own->task);
    Py_XDECREF(keeper);
    return 0;
}

static void running_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (running_last == (running_place *)self)
        running_last = NULL;
    (void)running_clear(self);
    PyObject_GC_Del(self);
}

static PyTypeObject running_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore._Running",
    .tp_doc = PyDoc_STR("What runs in a thread."),
    .tp_basicsize = sizeof(running_place),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = running_traverse,
    .tp_clear = running_clear,
    .tp_dealloc = running_dealloc,
};

/* ---- This thread's ---- */

static void running_remember(uint64_t thread, running_place *own)
{
    running_last = own;
    running_last_thread = thread;
}

/* Borrowed; NULL without an exception if no loop has ever run in this thread. */
static running_place *running_here(void)
{
    uint64_t thread = PyThreadState_GetID(PyThreadState_Get());
    if (thread != running_last_thread) {
        PyObject *dict = PyThreadState_GetDict();
        running_remember(thread, dict != NULL ? (running_place *)PyDict_GetItem(dict, running_key) : NULL);
    }
    return running_last;
}

/* The same, made if it is not there. */
static running_place *running_make(void)
{
    running_place *own = running_here();
    if (own != NULL)
        return own;
    PyObject *dict = PyThreadState_GetDict();
    if (dict == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "thread-local storage is not available");
        return NULL;
    }
    own = PyObject_GC_New(running_place, &running_type);
    if (own == NULL)
        return NULL;
    own->loop = NULL;
    own->task = NULL;
    PyObject_GC_Track(own);
    int failed = PyDict_SetItem(dict, running_key, (PyObject *)own);
    Py_DECREF(own); /* the dictionary has it */
    if (failed != 0)
        return NULL;
    running_remember(PyThreadState_GetID(PyThreadState_Get()), own);
    return own;
}

pyac_loop *pyac_running(void)
{
    const running_place *own = running_here();
    return own != NULL ? own->loop : NULL;
}

PyObject *pyac_running_loop(void)
{
    const pyac_loop *loop = pyac_running();
    return loop != NULL ? loop->object : NULL;
}

/* ---- Setting it ---- */

static void carry_task(running_place *own, pyac_loop *from, pyac_loop *to)
{
    PyObject *task = own->task;
    own->task = NULL;
    if (from != NULL)
        task = pyac_current_swap(from, NULL);
    if (task == NULL || to == NULL) {
        own->task = task;
        return;
    }
    Py_XDECREF(pyac_current_swap(to, task));
    Py_DECREF(task);
}

/* A step that ends when its loop does not run any more is told so: the child of a fork. */
static void tell_cores(pyac_loop *before, pyac_loop *now)
{
    if (before != NULL && ac_loop_set_running(&before->core, false))
        before->interrupted = true;
    if (now != NULL && now->interrupted) {
        now->interrupted = false;
        (void)ac_loop_set_running(&now->core, true);
    }
}

/* None: no loop. */
static int set_running(PyObject *object)
{
    running_place *own = running_make();
    pyac_loop *loop = NULL;
    if (own == NULL || (object != Py_None && (loop = pyac_loop_find(object)) == NULL))
        return -1;
    pyac_loop *before = own->loop;
    own->loop = loop;
    if (before != loop && pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP)) {
        tell_cores(before, loop);
        carry_task(own, before, loop);
    }
    if (before != NULL)
        Py_DECREF(before->keeper);
    return 0;
}

/* ---- The loop that asyncio would use ---- */

PyObject *pyac_get_event_loop(void)
{
    PyObject *loop = pyac_running_loop();
    if (loop != NULL)
        return Py_NewRef(loop);
    if (pyac_import() < 0)
        return NULL;
    PyObject *policy = PyObject_CallNoArgs(pyac_py.get_event_loop_policy);
    loop = policy != NULL ? PyObject_CallMethodNoArgs(policy, pyac_n.get_event_loop) : NULL;
    Py_XDECREF(policy);
    return loop;
}

/* ---- The functions of _asyncio ---- */

static PyObject *running_get(PyObject *module, PyObject *unused)
{
    PyObject *loop = pyac_running_loop();
    (void)module;
    (void)unused;
    return Py_NewRef(loop != NULL ? loop : Py_None);
}

static PyObject *running_set(PyObject *module, PyObject *loop)
{
    (void)module;
    return set_running(loop) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *running_get_checked(PyObject *module, PyObject *unused)
{
    PyObject *loop = pyac_running_loop();
    (void)module;
    (void)unused;
    if (loop == NULL)
        PyErr_SetString(PyExc_RuntimeError, "no running event loop");
    return Py_XNewRef(loop);
}

static PyObject *running_get_event_loop(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return pyac_get_event_loop();
}

PyDoc_STRVAR(get_running_loop_doc, "_get_running_loop($module, /)\n--\n\n"
                                   "Return the running event loop or None.\n\n"
                                   "This is a low-level function intended to be used by event loops.\n"
                                   "This function is thread-specific.");
PyDoc_STRVAR(set_running_loop_doc, "_set_running_loop($module, loop, /)\n--\n\n"
                                   "Set the running event loop.\n\n"
                                   "This is a low-level function intended to be used by event loops.\n"
                                   "This function is thread-specific.");
PyDoc_STRVAR(get_running_loop_checked_doc,
             "get_running_loop($module, /)\n--\n\n"
             "Return the running event loop.  Raise a RuntimeError if there is none.\n\n"
             "This function is thread-specific.");
PyDoc_STRVAR(get_event_loop_doc, "get_event_loop($module, /)\n--\n\n"
                                 "Return an asyncio event loop.\n\n"
                                 "When called from a coroutine or a callback (e.g. scheduled with\n"
                                 "call_soon or similar API), this function will always return the\n"
                                 "running event loop.\n\n"
                                 "If there is no running event loop set, the function will return\n"
                                 "the result of `get_event_loop_policy().get_event_loop()` call.");

static PyMethodDef running_functions[] = {
    {"_get_running_loop", running_get, METH_NOARGS, get_running_loop_doc},
    {"_set_running_loop", running_set, METH_O, set_running_loop_doc},
    {"get_running_loop", running_get_checked, METH_NOARGS, get_running_loop_checked_doc},
    {"get_event_loop", running_get_event_loop, METH_NOARGS, get_event_loop_doc},
    {NULL, NULL, 0, NULL},
};

static PyObject *running_forked(PyObject *self, PyObject *unused)
{
    running_place *own = running_here();
    (void)self;
    (void)unused;
    if (own != NULL) {
        Py_CLEAR(own->task);
        Py_XDECREF(own->loop != NULL ? pyac_current_swap(own->loop, NULL) : NULL);
    }
    return Py_NewRef(Py_None);
}

/* Has running_forked called in each child process, where there are such. */
static int hear_of_forks(void)
{
    static PyMethodDef forked_def = {"_forked", running_forked, METH_NOARGS, NULL};
    PyObject *os = PyImport_ImportModule("os");
    PyObject *hear = os != NULL ? PyObject_GetAttrString(os, "register_at_fork") : NULL;
    Py_XDECREF(os);
    if (hear == NULL) {
        PyErr_Clear();
        return 0;
    }
    PyObject *forked = PyCFunction_New(&forked_def, NULL), *none = PyTuple_New(0);
    PyObject *named = forked != NULL ? Py_BuildValue("{sO}", "after_in_child", forked) : NULL;
    PyObject *done = none != NULL && named != NULL ? PyObject_Call(hear, none, named) : NULL;
    Py_DECREF(hear);
    Py_XDECREF(forked);
    Py_XDECREF(none);
    Py_XDECREF(named);
    Py_XDECREF(done);
    return done != NULL ? 0 : -1;
}

int pyac_running_ready(PyObject *module)
{
    if (pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP) && hear_of_forks() < 0)
        return -1;
    if (running_key == NULL &&
        (running_key = PyUnicode_InternFromString("__asyncio_running_event_loop__")) == NULL)
        return -1;
    return PyType_Ready(&running_type) < 0 ? -1 : PyModule_AddFunctions(module, running_functions);
}
