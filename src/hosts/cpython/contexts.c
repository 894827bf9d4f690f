/* contexts.c - the values of a context: what asyncio copies a context for.
 *
 * Mirrors    Context.copy of CPython, without the copy.
 * Idea       There is no function that says whether two contexts have the same values.  But each has one map
 *            of them, which is never changed: who sets a variable gives the context another map.  So a map is
 *            all that a copy would have, and a thousand timers that are made one after the other can hold one
 *            map instead of a context each, until somebody asks for the context or it is entered.
 * Where      A context shows its map to the collector.  Where it lies is looked for once, in a new context,
 *            and whether a context that is given another's map is a copy of that is tried once.  If it is not
 *            found there are no values, and everybody copies.
 * Re-enters  Never. */
#include "pyhost.h"

typedef struct sight {
    PyObject *seen; /* borrowed */
    unsigned count;
} sight;

static int see(PyObject *object, void *arg)
{
    sight *seen = arg;
    seen->seen = object;
    seen->count++;
    return 0;
}

/* 0: not found. */
static size_t map_offset;

static PyObject **word(PyObject *object, size_t offset)
{
    return (PyObject **)(void *)((char *)object + offset);
}

/* The only place of what the object shows, if that is one thing; else 0. */
static size_t find_shown(PyObject *object)
{
    sight seen = {NULL, 0};
    size_t found = 0;
    (void)Py_TYPE(object)->tp_traverse(object, see, &seen);
    for (size_t at = sizeof(PyObject); at < (size_t)Py_TYPE(object)->tp_basicsize; at += sizeof(PyObject *))
        if (seen.count == 1 && *word(object, at) == seen.seen) {
            if (found != 0)
                return 0;
            found = at;
        }
    return found;
}

PyObject *pyac_context_values(PyObject *context)
{
    return map_offset != 0 ? *word(context, map_offset) : NULL;
}

PyObject *pyac_current_values(void)
{
    PyObject *context = PyThreadState_Get()->context;
    return context != NULL ? pyac_context_values(context) : NULL;
}

PyObject *pyac_context_of(PyObject *values)
{
    PyObject *made = PyContext_New();
    if (made != NULL)
        Py_SETREF(*word(made, map_offset), Py_NewRef(values));
    return made;
}

/* ---- Is it so? ---- */

/* Sets a variable in the context: 0. */
static int set_within(PyObject *context, PyObject *variable, PyObject *value)
{
    if (PyContext_Enter(context) < 0)
        return -1;
    PyObject *token = PyContextVar_Set(variable, value);
    Py_XDECREF(token);
    return PyContext_Exit(context) < 0 || token == NULL ? -1 : 0;
}

/* Whether a context has this value; -1 with an exception. */
static int has_within(PyObject *context, PyObject *variable, const PyObject *value)
{
    PyObject *found = NULL;
    if (PyContext_Enter(context) < 0)
        return -1;
    int failed = PyContextVar_Get(variable, NULL, &found);
    Py_XDECREF(found); /* the context has it */
    return PyContext_Exit(context) < 0 || failed < 0 ? -1 : found == value;
}

/* A new context, which is not entered, shows its map and nothing else; a copy of it has the same one, and
 * what has the same one is a copy. */
static int try_with(PyObject *context, PyObject *variable)
{
    size_t found = find_shown(context);
    if (found == 0)
        return 0;
    if (set_within(context, variable, variable) < 0)
        return -1;
    PyObject *copy = PyContext_Copy(context), *made = NULL;
    int same = copy == NULL ? -1 : *word(copy, found) == *word(context, found);
    if (same > 0) {
        map_offset = found;
        made = pyac_context_of(*word(context, found));
        same = made != NULL ? has_within(made, variable, variable) : -1;
    }
    if (same <= 0)
        map_offset = 0;
    Py_XDECREF(copy);
    Py_XDECREF(made);
    return same < 0 ? -1 : 0;
}

int pyac_contexts_ready(void)
{
    PyObject *context = PyContext_New(), *variable = PyContextVar_New("aiocore", NULL);
    int failed = context != NULL && variable != NULL ? try_with(context, variable) : -1;
    Py_XDECREF(context);
    Py_XDECREF(variable);
    return failed;
}
