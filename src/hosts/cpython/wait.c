/* wait.c - asyncio.wait: the core's wait as a coroutine in C.
 *
 * Mirrors    tasks.wait, tasks._wait.
 * Idea       What is waited for becomes a set and then a list, in that order, when the coroutine begins; at
 *            its end that list is split in two sets.
 * Elsewhere  Other loops, tasks and futures, and arguments that asyncio refuses: asyncio's own.  What was
 *            taken out of a generator by then goes on as an iterator.
 * Re-enters  Making a set of a generator runs the program. */
#include "coroutines.h"

static PyObject *wait_option(const pyac_coroutine *self, Py_ssize_t index)
{
    return PyTuple_GET_ITEM(self->argument, index);
}

/* subject is what is waited for, argument (timeout, return_when); the latter is NULL if it was not named. */
static PyObject *wait_hand_over(pyac_coroutine *self, PyObject *fs)
{
    static PyObject *names[2]; /* of the keywords */
    if (names[0] == NULL && (names[0] = Py_BuildValue("(s)", "timeout")) == NULL)
        return NULL;
    if (names[1] == NULL && (names[1] = Py_BuildValue("(ss)", "timeout", "return_when")) == NULL)
        return NULL;
    bool both = PyTuple_GET_SIZE(self->argument) > 1;
    PyObject *values[] = {fs, wait_option(self, 0), both ? wait_option(self, 1) : NULL};
    return pyac_coroutine_delegate(self, pyac_call_original("tasks", "wait", values, 1, names[both]));
}

/* From here on asyncio is given an iterator, which is never empty. */
static PyObject *wait_hand_over_list(pyac_coroutine *self)
{
    PyObject *iterator = PyObject_GetIter(self->subject);
    if (iterator == NULL)
        return NULL;
    (void)wait_hand_over(self, iterator);
    Py_DECREF(iterator);
    return NULL;
}

/* ---- Its arguments ---- */

/* False for whatever asyncio has to look at itself; *out stays if it was not named. */
static bool wait_when(const pyac_coroutine *self, ac_return_when *out)
{
    static const char *const words[] = {"ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"};
    if (PyTuple_GET_SIZE(self->argument) == 1)
        return true;
    PyObject *when = wait_option(self, 1);
    for (int i = 0; PyUnicode_CheckExact(when) && i < 3; i++) {
        if (PyUnicode_CompareWithASCIIString(when, words[i]) == 0) {
            *out = (ac_return_when)i;
            return true;
        }
    }
    return false;
}

/* list(set(items)) */
static PyObject *wait_unique(PyObject *items)
{
    PyObject *set = pyac_set_new(items), *list = NULL;
    if (set != NULL)
        list = PySequence_List(set);
    Py_XDECREF(set);
    return list;
}

/* ---- The coroutine ---- */

/* _wait up to its await; subject is a list now. */
static PyObject *wait_start(pyac_coroutine *self, pyac_loop *loop, const double *timeout, ac_return_when when)
{
    ac_wait *wait = (ac_wait *)(void *)self->frame;
    ac_future **futures = pyac_ours_futures(loop, self->subject);
    size_t count = (size_t)PyList_GET_SIZE(self->subject);
    if (futures == NULL || count == 0) {
        PyMem_Free(futures);
        return wait_hand_over_list(self);
    }
    ac_status status = ac_wait_init(wait, &loop->core, futures, count, timeout, when);
    PyMem_Free(futures);
    if (status == AC_OK)
        status = ac_wait_start(wait);
    if (status != AC_OK)
        return pyac_fail(&loop->core, status, NULL);
    pyac_coroutine_bind(self, loop, &wait->co, true);
    return NULL;
}

static PyObject *wait_begin(pyac_coroutine *self)
{
    pyac_loop *loop = pyac_ours();
    PyObject *timeout = wait_option(self, 0);
    double number = 0;
    const double *seconds = timeout != Py_None ? &number : NULL;
    ac_return_when when = AC_ALL_COMPLETED;
    bool good = loop != NULL && wait_when(self, &when) && pyac_ours_items(self->subject);
    if (!good || (seconds != NULL && !pyac_ours_seconds(timeout, &number)))
        return wait_hand_over(self, self->subject);
    int filled = PyObject_IsTrue(self->subject);
    if (filled <= 0)
        return filled == 0 ? wait_hand_over(self, self->subject) : NULL;
    PyObject *list = wait_unique(self->subject);
    if (list == NULL)
        return NULL;
    Py_SETREF(self->subject, list);
    return wait_start(self, loop, seconds, when);
}

/* (done, pending); steals the core's result, which is None.  What asyncio's own has given is that already. */
static PyObject *wait_finish(pyac_coroutine *self, PyObject *result)
{
    if (self->inner != NULL)
        return result;
    PyObject *list = self->subject, *sets[2] = {pyac_set_new(NULL), pyac_set_new(NULL)}, *pair = NULL;
    bool good = sets[0] != NULL && sets[1] != NULL;
    Py_DECREF(result);
    for (Py_ssize_t i = 0; good && i < PyList_GET_SIZE(list); i++) {
        PyObject *future = PyList_GET_ITEM(list, i);
        bool done = ac_future_done(&((pyac_future *)future)->core);
        good = pyac_set_add(sets[done ? 0 : 1], future) == 0;
    }
    if (good)
        pair = PyTuple_Pack(2, sets[0], sets[1]);
    Py_XDECREF(sets[0]);
    Py_XDECREF(sets[1]);
    return pair;
}

static const pyac_coroutine_kind wait_kind = {.name = "wait",
                                              .qualname = "wait",
                                              .begin = wait_begin,
                                              .finish = wait_finish,
                                              .frame_size = sizeof(ac_wait)};

static PyObject *wait_call(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"fs", "timeout", "return_when", NULL};
    PyObject *fs, *timeout = Py_None, *when = NULL;
    (void)module;
    if (count == 1 && names == NULL)
        fs = args[0];
    else if (pyac_parse(args, count, names, "O|$OO:wait", keywords, &fs, &timeout, &when) < 0)
        return pyac_ours_not("tasks", "wait", args, count, names);
    PyObject *options = PyTuple_Pack(when != NULL ? 2 : 1, timeout, when);
    PyObject *self = options != NULL ? pyac_coroutine_new(&wait_kind, fs, options) : NULL;
    Py_XDECREF(options);
    return self;
}

static PyMethodDef wait_functions[] = {
    {"wait", PYAC_VECTORCALL(wait_call),
     PyDoc_STR("wait(fs, *, timeout=None, return_when='ALL_COMPLETED')\n--\n\nWait for several futures.")},
    {NULL, NULL, 0, NULL},
};

int pyac_wait_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, wait_functions);
}
