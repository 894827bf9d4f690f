/* functions.c - what stands where asyncio has functions written in Python.
 *
 * Idea       A function of C cannot carry attributes and is no coroutine function to anybody who asks, and
 *            unittest.mock and frameworks do ask.  A function (PyacFunction_Type) calls one (the same
 *            vectorcall), and is dressed as the function of asyncio that it stands for: its name, module,
 *            signature, and the mark of inspect.markcoroutinefunction.
 * Originals  Once asyncio's own name is replaced its function is still wanted, for loops and futures that
 *            are not ours: pyac_original gives it.
 * Holds      inner has a vectorcall. */
#include "pyhost.h"

typedef struct function {
    PyObject_HEAD PyObject *dict, *weakrefs;
    PyObject *inner;
    vectorcallfunc call, inner_call;
} function;

static PyObject *originals; /* name -> asyncio's own */
static PyObject *classes;   /* name -> what stands for a class of asyncio */

/* Arguments that are refused: asyncio's own function, which __wrapped__ is, does that in Python's words. */
static PyObject *function_refuse(PyObject *self, PyObject *const *args, size_t count, PyObject *names)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *original = PyObject_GetAttrString(self, "__wrapped__");
    PyErr_SetRaisedException(raised);
    if (original == NULL)
        return NULL;
    PyErr_Clear();
    PyObject *answer = PyObject_Vectorcall(original, args, count, names);
    Py_DECREF(original);
    return answer;
}

static PyObject *function_vectorcall(PyObject *self, PyObject *const *args, size_t count, PyObject *names)
{
    const function *own = (function *)self;
    PyObject *answer = own->inner_call(own->inner, args, count, names);
    return answer == NULL && pyac_refused()
               ? function_refuse(self, args, count & ~PY_VECTORCALL_ARGUMENTS_OFFSET, names)
               : answer;
}

/* As a function of Python: looked up in an object it is a method. */
static PyObject *function_get(PyObject *self, PyObject *object, PyObject *type)
{
    (void)type;
    return object == NULL || object == Py_None ? Py_NewRef(self) : PyMethod_New(self, object);
}

static PyObject *function_repr(PyObject *self)
{
    PyObject *name = PyObject_GetAttrString(self, "__qualname__"), *repr = NULL;
    if (name != NULL)
        repr = PyUnicode_FromFormat("<function %U at %p>", name, self);
    Py_XDECREF(name);
    return repr;
}

/* By its name, as functions are. */
static PyObject *function_reduce(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyObject_GetAttrString(self, "__qualname__");
}

static int function_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((function *)self)->dict);
    Py_VISIT(((function *)self)->inner);
    return 0;
}

static int function_clear(PyObject *self)
{
    Py_CLEAR(((function *)self)->dict);
    return 0;
}

static void function_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((function *)self)->weakrefs != NULL)
        PyObject_ClearWeakRefs(self);
    (void)function_clear(self);
    Py_CLEAR(((function *)self)->inner);
    PyObject_GC_Del(self);
}

static PyObject *function_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *inner;
    (void)type;
    static char unnamed[] = "", *keywords[] = {unnamed, NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:function", keywords, &inner))
        return NULL;
    if (PyVectorcall_Function(inner) == NULL) {
        PyErr_Format(PyExc_TypeError, "%R has no vectorcall", inner);
        return NULL;
    }
    function *self = PyObject_GC_New(function, &PyacFunction_Type);
    if (self == NULL)
        return NULL;
    self->dict = self->weakrefs = NULL;
    self->inner = Py_NewRef(inner);
    self->call = function_vectorcall;
    self->inner_call = PyVectorcall_Function(inner);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyMethodDef function_methods[] = {
    {"__reduce__", function_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef function_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacFunction_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore.function",
    .tp_doc = PyDoc_STR("function(inner)\n--\n\nA function of C that can carry attributes."),
    .tp_basicsize = sizeof(function),
    .tp_dictoffset = offsetof(function, dict),
    .tp_weaklistoffset = offsetof(function, weakrefs),
    .tp_vectorcall_offset = offsetof(function, call),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_new = function_new,
    .tp_call = PyVectorcall_Call,
    .tp_descr_get = function_get,
    .tp_repr = function_repr,
    .tp_traverse = function_traverse,
    .tp_clear = function_clear,
    .tp_dealloc = function_dealloc,
    .tp_methods = function_methods,
    .tp_getset = function_getset,
};

PyObject *pyac_function_inner(PyObject *object)
{
    return Py_IS_TYPE(object, &PyacFunction_Type) ? ((function *)object)->inner : object;
}

/* ---- What they stand for ---- */

PyObject *pyac_original(const char *module, const char *name)
{
    PyObject *kept = originals != NULL ? PyDict_GetItemString(originals, name) : NULL;
    return kept != NULL ? Py_NewRef(kept) : pyac_asyncio(module, name);
}

PyObject *pyac_call_original(const char *module, const char *name, PyObject *const *args, Py_ssize_t count,
                             PyObject *names)
{
    PyObject *original = pyac_original(module, name), *answer = NULL;
    if (original != NULL)
        answer = PyObject_Vectorcall(original, args, (size_t)count, names);
    Py_XDECREF(original);
    return answer;
}

PyTypeObject *pyac_derived(const char *name)
{
    return classes != NULL ? (PyTypeObject *)PyDict_GetItemString(classes, name) : NULL;
}

/* ---- What the core's own callbacks are in asyncio ---- */

/* Among the constants of a function's code: the code of the function with this name inside of it;
 * borrowed. */
static PyObject *inner_code(PyObject *around, const char *name)
{
    PyObject *code = PyFunction_Check(around) ? PyFunction_GetCode(around) : NULL;
    PyObject *constants = code != NULL ? ((PyCodeObject *)code)->co_consts : NULL;
    for (Py_ssize_t i = 0; constants != NULL && i < PyTuple_GET_SIZE(constants); i++) {
        PyObject *each = PyTuple_GET_ITEM(constants, i);
        if (PyCode_Check(each) &&
            PyUnicode_CompareWithASCIIString(((PyCodeObject *)each)->co_qualname, name) == 0)
            return each;
    }
    return NULL;
}

/* Of what it would share with the function around it, it has nothing. */
static PyObject *inner_function(PyObject *around, PyObject *code)
{
    PyObject *cells = PyTuple_New(PyCode_GetNumFree((PyCodeObject *)code)), *made = NULL;
    for (Py_ssize_t i = 0; cells != NULL && i < PyTuple_GET_SIZE(cells); i++) {
        PyObject *cell = PyCell_New(NULL);
        if (cell == NULL)
            Py_CLEAR(cells);
        else
            PyTuple_SET_ITEM(cells, i, cell);
    }
    if (cells != NULL)
        made = PyObject_CallFunctionObjArgs((PyObject *)&PyFunction_Type, code, PyFunction_GetGlobals(around),
                                            Py_None, Py_None, cells, NULL);
    Py_XDECREF(cells);
    return made;
}

/* "Class.method", bound to nothing: what asyncio gives is a method, of which no source is shown. */
static PyObject *make_shown_method(const char *name, const char *dot)
{
    static const char *const modules[] = {"tasks", "taskgroups", "timeouts"};
    char first[64];
    PyObject *class = NULL;
    PyOS_snprintf(first, sizeof first, "%.*s", (int)(dot - name), name);
    for (size_t i = 0; class == NULL && i < sizeof modules / sizeof modules[0]; i++) {
        PyErr_Clear();
        class = pyac_original(modules[i], first);
    }
    PyObject *method = class != NULL ? PyObject_GetAttrString(class, dot + 1) : NULL;
    PyObject *made = method != NULL ? PyMethod_New(method, Py_None) : NULL;
    Py_XDECREF(method);
    Py_XDECREF(class);
    PyErr_Clear();
    return made;
}

/* NULL without an exception: there is none like it in asyncio. */
static PyObject *make_shown(const char *name)
{
    const char *inside = strstr(name, ".<locals>."), *dot = strrchr(name, '.');
    if (inside == NULL && dot != NULL)
        return make_shown_method(name, dot);
    char first[64];
    PyOS_snprintf(first, sizeof first, "%.*s",
                  (int)(inside != NULL ? inside - name : (ptrdiff_t)strlen(name)), name);
    PyObject *around = pyac_original("tasks", first);
    PyObject *code = around != NULL && inside != NULL ? inner_code(around, name) : NULL;
    PyErr_Clear();
    if (inside == NULL || around == NULL)
        return around;
    PyObject *made = code != NULL ? inner_function(around, code) : NULL;
    Py_DECREF(around);
    return made;
}

PyObject *pyac_shown_function(const char *name)
{
    static PyObject *shown;
    if (shown == NULL && (shown = PyDict_New()) == NULL)
        return NULL;
    PyObject *known = PyDict_GetItemString(shown, name);
    if (known != NULL)
        return Py_NewRef(known);
    PyObject *made = make_shown(name);
    if (made == NULL && PyErr_Occurred() == NULL)
        return PyUnicode_FromString(name);
    if (made != NULL && PyDict_SetItemString(shown, name, made) < 0)
        Py_CLEAR(made);
    return made;
}

static int functions_put(PyObject **dict, PyObject *name, PyObject *value)
{
    if (*dict == NULL)
        *dict = PyDict_New();
    return *dict != NULL ? PyDict_SetItem(*dict, name, value) : -1;
}

/* _keep(name, original, derived=None): before asyncio's name is replaced. */
static PyObject *functions_keep(PyObject *module, PyObject *args)
{
    PyObject *name, *original, *derived = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "UO|O!:_keep", &name, &original, &PyType_Type, &derived))
        return NULL;
    if (functions_put(&originals, name, original) < 0)
        return NULL;
    if (derived != NULL && functions_put(&classes, name, derived) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions_functions[] = {
    {"_keep", functions_keep, METH_VARARGS,
     PyDoc_STR(
         "_keep(name, original, derived=None)\n--\n\nKeeps what asyncio itself has under this name, and "
         "the class that stands for it.")},
    {NULL, NULL, 0, NULL},
};

int pyac_functions_ready(PyObject *module)
{
    return PyModule_AddType(module, &PyacFunction_Type) < 0
               ? -1
               : PyModule_AddFunctions(module, functions_functions);
}
