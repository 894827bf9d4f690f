/* arguments.c - arguments of methods that are called by vectorcall, where they are not simply there.
 *
 * Mirrors    The parsers that Argument Clinic makes, as far as programs see them: by the words of their
 *            errors.
 * Cost       Makes a tuple and a dict; callers look first whether they have what they want. */
#include "pyhost.h"

static PyObject *arguments_keywords(PyObject *const *values, PyObject *names)
{
    PyObject *dict = PyDict_New();
    for (Py_ssize_t i = 0; dict != NULL && names != NULL && i < PyTuple_GET_SIZE(names); i++)
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), values[i]) < 0)
            Py_CLEAR(dict);
    return dict;
}

static PyObject *arguments_positional(PyObject *const *args, Py_ssize_t count)
{
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple != NULL && i < count; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    return tuple;
}

static const void *refusal; /* the address of the last exception of pyac_parse */

static void arguments_remember_refusal(void)
{
    PyObject *raised = PyErr_GetRaisedException();
    refusal = raised;
    PyErr_SetRaisedException(raised);
}

/* An address may come again: but then the exception has been through a frame. */
bool pyac_refused(void)
{
    if (refusal == NULL || !PyErr_ExceptionMatches(PyExc_TypeError))
        return false;
    PyObject *raised = PyErr_GetRaisedException(), *traceback = PyException_GetTraceback(raised);
    bool same = raised == refusal && traceback == NULL;
    Py_XDECREF(traceback);
    PyErr_SetRaisedException(raised);
    return same;
}

/* The caller of a vectorcall keeps what is borrowed from it. */
int pyac_parse(PyObject *const *args, Py_ssize_t count, PyObject *names, const char *format,
               const char *const *keywords, ...)
{
    PyObject *tuple = arguments_positional(args, count), *dict = arguments_keywords(args + count, names);
    int parsed = 0;
    va_list out;
    va_start(out, keywords);
    if (tuple != NULL && dict != NULL)
        parsed = PyArg_VaParseTupleAndKeywords(tuple, dict, format, (char **)(uintptr_t)keywords, out);
    va_end(out);
    Py_XDECREF(tuple);
    Py_XDECREF(dict);
    if (!parsed)
        arguments_remember_refusal();
    return parsed ? 0 : -1;
}
