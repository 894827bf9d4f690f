/* reports.c - what the core has to tell the loop's exception handler, as asyncio's own dict.
 *
 * Mirrors    FutureObj_finalize and TaskObj_finalize of _asynciomodule.c; events.Handle._run.
 * Idea       The dict goes to the loop's call_exception_handler, which a program may have replaced.  Of a
 *            callback that failed on our own loop the dict has a handle: the one that call_soon gave, or one
 *            made now as asyncio would have made it.
 * Re-enters  Everything here: reprs, and the handler of the program. */
#include "pyhost.h"

static int report_put(PyObject *dict, PyObject *key, PyObject *value)
{
    return value == NULL ? 0 : PyDict_SetItem(dict, key, value);
}

/* ---- Callbacks ---- */

/* The arguments of events.Handle(); steals function and args. */
static PyObject *report_parts(ac_loop *loop, PyObject *function, PyObject *args, ac_handle *handle)
{
    PyObject *context = pyac_seen(ac_handle_context(handle)), *parts = NULL;
    if (function != NULL && args != NULL)
        parts = PyTuple_Pack(4, function, args, pyac_loop_of(loop)->object, context ? context : Py_None);
    Py_XDECREF(function);
    Py_XDECREF(args);
    return parts;
}

PyObject *pyac_handle_parts(ac_loop *loop, ac_handle *handle)
{
    ac_callback *callback = ac_handle_callback(handle);
    ac_task *task = ac_handle_task(handle);
    PyObject *function, *future;
    if (task != NULL)
        return report_parts(loop, pyac_step_of((pyac_task *)pyac_task_object(task)), PyTuple_New(0), handle);
    if (callback != NULL && callback->ops == &pyac_done_ops) {
        pyac_done_shown(callback, &function, &future);
        return report_parts(loop, Py_NewRef(function), PyTuple_Pack(1, future), handle);
    }
    PyObject *shown = pyac_handle_shown(handle);
    if (shown != NULL)
        return shown;
    ac_task *child = ac_handle_child(handle);
    if (child != NULL)
        return report_parts(loop, pyac_shown_function("TaskGroup._on_task_done"),
                            PyTuple_Pack(1, pyac_task_object(child)), handle);
    const char *name = callback != NULL ? callback->ops->name : NULL;
    return report_parts(loop, pyac_shown_function(name != NULL ? name : "?"), PyTuple_New(0), handle);
}

PyObject *pyac_handle_from(PyObject *parts)
{
    if (parts == NULL || !PyTuple_Check(parts))
        return parts;
    PyObject *type = pyac_asyncio("events", "Handle");
    PyObject *made = type != NULL ? PyObject_CallObject(type, parts) : NULL;
    Py_XDECREF(type);
    Py_DECREF(parts);
    return made;
}

/* format_helpers._format_callback_source of what a handle has. */
static PyObject *report_callback_text(ac_loop *loop, PyObject *handle)
{
    PyObject *format = pyac_asyncio("format_helpers", "_format_callback_source"), *text = NULL;
    PyObject *function = format != NULL ? PyObject_GetAttrString(handle, "_callback") : NULL;
    PyObject *args = function != NULL ? PyObject_GetAttrString(handle, "_args") : NULL;
    PyObject *both = args != NULL ? PyTuple_Pack(2, function, args) : NULL;
    PyObject *named = both != NULL && pyac_has(AC_S_HANDLE_REPR_HIDES_ARGS)
                          ? Py_BuildValue("{s:O}", "debug", ac_loop_get_debug(loop) ? Py_True : Py_False)
                          : NULL;
    if (both != NULL && !PyErr_Occurred())
        text = PyObject_Call(format, both, named);
    Py_XDECREF(named);
    Py_XDECREF(both);
    Py_XDECREF(args);
    Py_XDECREF(function);
    Py_XDECREF(format);
    return text;
}

static PyObject *report_callback_message(ac_loop *loop, const ac_report *report, PyObject *handle)
{
    PyObject *text = report_callback_text(loop, handle);
    PyObject *message = text != NULL ? PyUnicode_FromFormat("%s %U", report->message, text) : NULL;
    Py_XDECREF(text);
    return message;
}

static int report_fill_callback(PyObject *dict, ac_loop *loop, const ac_report *report)
{
    PyObject *handle = pyac_handle_from(pyac_handle_parts(loop, report->handle));
    if (handle == NULL)
        return -1;
    PyObject *message = report_callback_message(loop, report, handle);
    PyObject *traceback = PyObject_GetAttrString(handle, "_source_traceback");
    int failed = message == NULL || report_put(dict, pyac_n.message, message) < 0 ||
                 report_put(dict, pyac_n.exception, pyac_seen(report->exception)) < 0 ||
                 report_put(dict, pyac_n.handle, handle) < 0;
    if (!failed && traceback != NULL && traceback != Py_None)
        failed = report_put(dict, pyac_n.source_traceback, traceback) < 0;
    Py_XDECREF(traceback);
    Py_XDECREF(message);
    Py_XDECREF(handle);
    return failed ? -1 : 0;
}

/* ---- What took long ---- */

/* base_events._format_handle: of a step, the task. */
static PyObject *slow_text(ac_loop *loop, ac_handle *handle)
{
    PyObject *seen = pyac_handle_from(pyac_handle_parts(loop, handle));
    PyObject *format = pyac_asyncio("base_events", "_format_handle");
    PyObject *text = seen != NULL && format != NULL ? PyObject_CallOneArg(format, seen) : NULL;
    Py_XDECREF(format);
    Py_XDECREF(seen);
    return text;
}

void pyac_report_slow(ac_loop *loop, ac_handle *handle, double seconds)
{
    PyObject *saved = PyErr_GetRaisedException(), *answer = NULL;
    PyObject *text = slow_text(loop, handle);
    PyObject *logger = text != NULL ? pyac_asyncio("base_events", "logger") : NULL;
    if (logger != NULL)
        answer = PyObject_CallMethod(logger, "warning", "sOd", "Executing %s took %.3f seconds", text,
                                     seconds);
    if (answer == NULL)
        PyErr_WriteUnraisable(pyac_loop_of(loop)->object);
    Py_XDECREF(answer);
    Py_XDECREF(logger);
    Py_XDECREF(text);
    PyErr_SetRaisedException(saved);
}

/* ---- Futures and tasks ---- */

/* CPython begins this one with the name of the class. */
static PyObject *report_message(ac_loop *loop, const ac_report *report)
{
    pyac_subjects subjects = {loop,           report->task, report->parent,
                              report->future, NULL,         pyac_seen(report->exception)};
    static const char lost[] = "Future exception was never retrieved",
                      lost_task[] = "Task exception was never retrieved";
    const char *text = report->message;
    if (report->future != NULL && (strcmp(text, lost) == 0 || strcmp(text, lost_task) == 0)) {
        PyObject *name = PyType_GetName(Py_TYPE(pyac_object_of(report->future)));
        PyObject *words = name != NULL ? PyUnicode_FromFormat("%U%s", name, strchr(text, ' ')) : NULL;
        Py_XDECREF(name);
        return words;
    }
    return pyac_words(text, &subjects);
}

static int report_fill(PyObject *dict, ac_loop *loop, const ac_report *report)
{
    PyObject *task = report->task != NULL ? pyac_task_object(report->task) : NULL;
    PyObject *future = report->future != NULL ? pyac_object_of(report->future) : NULL;
    PyObject *about = task != NULL ? task : future, *message = report_message(loop, report);
    PyObject *traceback = about != NULL ? PYAC_RARE((pyac_future *)about, source_traceback) : NULL;
    int failed = message == NULL || report_put(dict, pyac_n.message, message) < 0 ||
                 report_put(dict, pyac_n.exception, pyac_seen(report->exception)) < 0 ||
                 report_put(dict, pyac_n.task, task) < 0 || report_put(dict, pyac_n.future, future) < 0 ||
                 report_put(dict, pyac_n.source_traceback, traceback) < 0;
    Py_XDECREF(message);
    return failed ? -1 : 0;
}

static PyObject *report_dict(ac_loop *loop, const ac_report *report)
{
    PyObject *dict = PyDict_New();
    if (dict != NULL && (report->handle != NULL ? report_fill_callback : report_fill)(dict, loop, report) < 0)
        Py_CLEAR(dict);
    return dict;
}

/* Whether nobody could be given what the handler raises. */
static bool report_of_finalizer(const ac_report *report)
{
    static const char *const words[] = {"never retrieved", "was destroyed but", "coroutine ignored",
                                        "Exception ignored"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(report->message, words[i]) != NULL)
            return true;
    return false;
}

void pyac_report(ac_loop *loop, const ac_report *report)
{
    PyObject *saved = PyErr_GetRaisedException();
    PyObject *object = Py_NewRef(pyac_loop_of(loop)->object);
    PyObject *dict = report_dict(loop, report), *answer = NULL;
    if (dict != NULL)
        answer = PyObject_CallMethodOneArg(object, pyac_n.call_exception_handler, dict);
    if (answer == NULL && report_of_finalizer(report))
        PyErr_WriteUnraisable(report->future != NULL ? pyac_object_of(report->future) : object);
    else if (answer == NULL)
        (void)pyac_raised(loop);
    Py_XDECREF(answer);
    Py_XDECREF(dict);
    Py_DECREF(object);
    PyErr_SetRaisedException(saved);
}
