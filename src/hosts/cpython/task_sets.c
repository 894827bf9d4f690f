/* task_sets.c - _scheduled_tasks and _current_tasks of 3.12 and 3.13, which look like a WeakSet and a dict.
 *
 * Idea       asyncio.tasks and some libraries use these two by their methods.  What they show is what the
 *            core knows and registry.c keeps, so that a task costs no entry in either.  A few methods are
 *            here; the others come from collections.abc, which makes the rest of a set or mapping from
 *            those. */
#include "registry.h"

/* ---- _scheduled_tasks ---- */

static PyObject *scheduled_tasks_add(PyObject *self, PyObject *task)
{
    (void)self;
    return pyac_tasks_add(task) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *scheduled_tasks_discard(PyObject *self, PyObject *task)
{
    (void)self;
    return pyac_tasks_discard(task) < 0 ? NULL : Py_NewRef(Py_None);
}

static int scheduled_tasks_contains(PyObject *self, PyObject *task)
{
    (void)self;
    return pyac_tasks_contain(task);
}

/* Of what is there now: whoever walks it may change it. */
static PyObject *iterator_of_list(PyObject *list)
{
    PyObject *iterator = list != NULL ? PyObject_GetIter(list) : NULL;
    Py_XDECREF(list);
    return iterator;
}

static Py_ssize_t length_of_list(PyObject *list)
{
    Py_ssize_t size = list != NULL ? PyList_GET_SIZE(list) : -1;
    Py_XDECREF(list);
    return size;
}

static PyObject *scheduled_tasks_iter(PyObject *self)
{
    (void)self;
    return iterator_of_list(pyac_tasks_list());
}

static Py_ssize_t scheduled_tasks_length(PyObject *self)
{
    (void)self;
    return length_of_list(pyac_tasks_list());
}

static PyObject *scheduled_tasks_repr(PyObject *self)
{
    PyObject *set = PySet_New(self), *repr = set != NULL ? PyObject_Repr(set) : NULL;
    Py_XDECREF(set);
    return repr;
}

static PyMethodDef scheduled_tasks_methods[] = {
    {"add", scheduled_tasks_add, METH_O, NULL},
    {"discard", scheduled_tasks_discard, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PySequenceMethods scheduled_tasks_sequence = {.sq_length = scheduled_tasks_length,
                                                     .sq_contains = scheduled_tasks_contains};

static PyTypeObject scheduled_tasks_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore._ScheduledTasks",
    .tp_doc = PyDoc_STR("All tasks that are not done, as asyncio registers them."),
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_repr = scheduled_tasks_repr,
    .tp_iter = scheduled_tasks_iter,
    .tp_as_sequence = &scheduled_tasks_sequence,
    .tp_methods = scheduled_tasks_methods,
};

/* ---- _current_tasks ---- */

static PyObject *current_tasks_loops(void)
{
    PyObject *list = PyList_New(0);
    for (pyac_loop *loop = NULL; list != NULL && (loop = pyac_loop_next(loop)) != NULL;)
        if (pyac_current(loop) != NULL && PyList_Append(list, loop->object) < 0)
            Py_CLEAR(list);
    return list;
}

static PyObject *current_tasks_iter(PyObject *self)
{
    (void)self;
    return iterator_of_list(current_tasks_loops());
}

static Py_ssize_t current_tasks_length(PyObject *self)
{
    (void)self;
    return length_of_list(current_tasks_loops());
}

/* A loop with a current task; NULL with a KeyError. */
static pyac_loop *current_tasks_find(PyObject *object)
{
    pyac_loop *loop = PyObject_Hash(object) != -1 ? pyac_loop_known(object) : NULL;
    if (loop != NULL && pyac_current(loop) != NULL)
        return loop;
    if (PyErr_Occurred() == NULL)
        PyErr_SetObject(PyExc_KeyError, object);
    return NULL;
}

static PyObject *current_tasks_get(PyObject *self, PyObject *object)
{
    const pyac_loop *loop = current_tasks_find(object);
    (void)self;
    return loop != NULL ? Py_NewRef(pyac_current(loop)) : NULL;
}

static int current_tasks_set(PyObject *self, PyObject *object, PyObject *task)
{
    (void)self;
    pyac_loop *loop = current_tasks_find(object);
    if (loop == NULL && task != NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        loop = pyac_loop_find(object);
    } else if (loop != NULL) {
        Py_INCREF(loop->keeper);
    }
    if (loop == NULL)
        return -1;
    Py_XDECREF(pyac_current_swap(loop, task));
    Py_DECREF(loop->keeper);
    return 0;
}

static PyObject *current_tasks_repr(PyObject *self)
{
    PyObject *dict = PyDict_New();
    PyObject *repr = dict != NULL && PyDict_Update(dict, self) == 0 ? PyObject_Repr(dict) : NULL;
    Py_XDECREF(dict);
    return repr;
}

static PyMappingMethods current_tasks_mapping = {.mp_length = current_tasks_length,
                                                 .mp_subscript = current_tasks_get,
                                                 .mp_ass_subscript = current_tasks_set};

static PyTypeObject current_tasks_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore._CurrentTasks",
    .tp_doc = PyDoc_STR("The current task of each loop that has one."),
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_repr = current_tasks_repr,
    .tp_iter = current_tasks_iter,
    .tp_as_mapping = &current_tasks_mapping,
};

/* ---- Setting up ---- */

/* Adds an instance of a class of base and collections.abc's mixin; its operators give plain objects. */
static int add_task_set(PyObject *module, const char *name, PyTypeObject *base, PyObject *abstract,
                        const char *mixin, PyObject *plain)
{
    PyObject *second = PyType_Ready(base) == 0 ? PyObject_GetAttrString(abstract, mixin) : NULL;
    PyObject *made = NULL, *type = NULL;
    if (second != NULL && plain != NULL)
        type = PyObject_CallFunction((PyObject *)Py_TYPE(second), "s(OO){s(),ss,sO}",
                                     base->tp_name + strlen("aiocore."), base, second, "__slots__",
                                     "__module__", "aiocore._core", "_from_iterable", plain);
    if (type != NULL)
        made = PyObject_CallNoArgs(type);
    int status = made != NULL ? PyModule_AddObjectRef(module, name, made) : -1;
    Py_XDECREF(made);
    Py_XDECREF(type);
    Py_XDECREF(second);
    return status;
}

int pyac_task_sets_ready(PyObject *module)
{
    PyObject *abstract = PyImport_ImportModule("collections.abc"), *set = (PyObject *)&PySet_Type;
    int status = -1;
    if (abstract != NULL &&
        add_task_set(module, "_scheduled_tasks", &scheduled_tasks_type, abstract, "MutableSet", set) == 0)
        status = add_task_set(module, "_current_tasks", &current_tasks_type, abstract, "MutableMapping", set);
    Py_XDECREF(abstract);
    return status;
}
