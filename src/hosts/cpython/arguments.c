/* arguments.c - arguments of methods that are called by vectorcall, where they are not simply there; flags.
 *
 * Mirrors    The parsers that Argument Clinic makes, as far as programs see them: by the words of their
 *            errors.
 * Idea       A call that is as it should be, of objects alone, is taken apart here.  All others go to
 *            PyArg_ParseTupleAndKeywords, in a tuple and a dict, for its words. */
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

/* ---- The quick way: a format of objects alone, and nothing wrong with the call ---- */

enum { QUICK_MOST = 8 };

/* How a format divides the parameters: those that must be given, and from which on by name only. */
typedef struct division {
    Py_ssize_t total, required, positional;
} division;

static bool divide(const char *format, division *out)
{
    *out = (division){0, -1, -1};
    for (; *format != '\0' && *format != ':'; format++) {
        if (*format == '|')
            out->required = out->total;
        else if (*format == '$')
            out->positional = out->total;
        else if (*format != 'O' || out->total++ == QUICK_MOST)
            return false;
    }
    out->required = out->required >= 0 ? out->required : out->total;
    out->positional = out->positional >= 0 ? out->positional : out->total;
    return true;
}

static Py_ssize_t find_keyword(PyObject *name, const char *const *keywords, Py_ssize_t total)
{
    for (Py_ssize_t i = 0; i < total; i++)
        if (keywords[i][0] != '\0' && PyUnicode_CompareWithASCIIString(name, keywords[i]) == 0)
            return i;
    return -1;
}

/* Fills values, which is all NULL; false: something is wrong, or not known here. */
static bool match(PyObject *const *args, Py_ssize_t count, PyObject *names, const char *const *keywords,
                  const division *by, PyObject **values)
{
    Py_ssize_t named = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    if (count > by->positional)
        return false;
    for (Py_ssize_t i = 0; i < count; i++)
        values[i] = args[i];
    for (Py_ssize_t i = 0; i < named; i++) {
        Py_ssize_t at = find_keyword(PyTuple_GET_ITEM(names, i), keywords, by->total);
        if (at < 0 || values[at] != NULL)
            return false;
        values[at] = args[count + i];
    }
    for (Py_ssize_t i = 0; i < by->required; i++)
        if (values[i] == NULL)
            return false;
    return true;
}

static bool parse_quickly(PyObject *const *args, Py_ssize_t count, PyObject *names, const char *format,
                          const char *const *keywords, va_list out)
{
    PyObject *values[QUICK_MOST] = {NULL};
    division by;
    if (!divide(format, &by) || !match(args, count, names, keywords, &by, values))
        return false;
    for (Py_ssize_t i = 0; i < by.total; i++) {
        PyObject **at = va_arg(out, PyObject **);
        if (values[i] != NULL)
            *at = values[i];
    }
    return true;
}

/* ---- As PyArg_ParseTupleAndKeywords ---- */

/* The caller of a vectorcall keeps what is borrowed from it. */
static int parse_slowly(PyObject *const *args, Py_ssize_t count, PyObject *names, const char *format,
                        const char *const *keywords, va_list out)
{
    PyObject *tuple = arguments_positional(args, count), *dict = arguments_keywords(args + count, names);
    int parsed = 0;
    if (tuple != NULL && dict != NULL)
        parsed = PyArg_VaParseTupleAndKeywords(tuple, dict, format, (char **)(uintptr_t)keywords, out);
    Py_XDECREF(tuple);
    Py_XDECREF(dict);
    if (!parsed)
        arguments_remember_refusal();
    return parsed ? 0 : -1;
}

int pyac_parse(PyObject *const *args, Py_ssize_t count, PyObject *names, const char *format,
               const char *const *keywords, ...)
{
    va_list out;
    va_start(out, keywords);
    bool parsed = parse_quickly(args, count, names, format, keywords, out);
    va_end(out);
    if (parsed)
        return 0;
    va_start(out, keywords);
    int failed = parse_slowly(args, count, names, format, keywords, out);
    va_end(out);
    return failed;
}

PyObject *pyac_call_type(PyObject *type, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *tuple = arguments_positional(args, count), *dict = arguments_keywords(args + count, names);
    PyObject *made = tuple != NULL && dict != NULL ? PyType_Type.tp_call(type, tuple, dict) : NULL;
    Py_XDECREF(tuple);
    Py_XDECREF(dict);
    return made;
}

int pyac_set_flag(bool *flag, PyObject *value)
{
    int truth = value != NULL ? PyObject_IsTrue(value) : 0;
    if (truth >= 0)
        *flag = truth > 0;
    return truth < 0 ? -1 : 0;
}
