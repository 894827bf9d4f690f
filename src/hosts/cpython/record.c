/* record.c - the event record of a program (docs/conformance.md), with time that is virtual.
 *
 * Idea       ./dev difftest and ./dev fuzz run a program on aiocore.EventLoop and compare the record with
 *            that of asyncio.  Between _begin_record and _end_record each new loop tells the core's own
 *            recorder (aiocore/trace.h), which asks here what things are called, and is on one virtual clock
 *            if a class was given: a loop that can never go on raises that.
 * Mirrors    difftests/recorder.py, which records asyncio: what it calls a task, a callback or a value is
 *            said here of ours.
 * Reports    The core tells of those that it makes, before the loop's call_exception_handler is called with
 *            them; a program may call that, too.  So they are told from there, by _record_report, and the
 *            core's own are left out.
 * Holds      A number of a context is never given again, though an address may be: a weak reference tells.
 *            One record is written at a time, of all threads that have loops; the GIL is its lock.
 * Owns       The text, until the next record begins; the recorder and the contexts until this one ends.
 * Cost       A program that is not recorded: the core's own test whether a loop has a tracer.
 * Re-enters  Never.  What a program has replaced is not asked; names are attributes of CPython's own types.
 * Tests      ./dev difftest --host install */
#include "registry.h"

#include <aiocore/trace.h>

#define RECORD_SHOWN 60 /* bytes of a text that are shown */

static struct recording {
    ac_tracer tracer;
    ac_trace *trace; /* NULL: nothing is recorded */
    ac_clock clock;
    PyObject *deadlock; /* an exception class; NULL: real time */
    PyObject *contexts; /* address: (weak reference, number) */
    PyObject *set;      /* a class; NULL: set */
    uint64_t last_context;
    char *text;
    size_t size, room;
    ac_handle *handle; /* that is told of */
    bool telling;      /* of a report */
    bool paused;
    bool failed; /* the value that is asked for is an exception that was raised */
} recording;

/* ---- Texts ---- */

/* As snprintf of %s. */
static size_t record_put(char *buffer, size_t size, const char *text, size_t length)
{
    if (size > 0) {
        size_t fits = length < size - 1 ? length : size - 1;
        memcpy(buffer, text, fits);
        buffer[fits] = '\0';
    }
    return length;
}

/* A str, stolen; NULL: no name. */
static size_t record_put_str(char *buffer, size_t size, PyObject *text)
{
    PyObject *bytes = text != NULL && PyUnicode_Check(text)
                          ? PyUnicode_AsEncodedString(text, "utf-8", "replace")
                          : NULL;
    size_t length = 0;
    if (bytes != NULL)
        length = record_put(buffer, size, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
    Py_XDECREF(bytes);
    Py_XDECREF(text);
    PyErr_Clear();
    return length;
}

/* Its qualified name, of a partial call that of the function; of what has none its class'. */
static PyObject *record_name_of(PyObject *thing)
{
    PyObject *name, *called = Py_NewRef(thing);
    while (Py_TYPE(called)->tp_name != NULL && strcmp(Py_TYPE(called)->tp_name, "functools.partial") == 0) {
        PyObject *inner = PyObject_GetAttrString(called, "func");
        if (inner == NULL)
            break;
        Py_SETREF(called, inner);
    }
    PyErr_Clear();
    name = PyObject_GetAttrString(called, "__qualname__");
    if (name == NULL || !PyUnicode_Check(name)) {
        PyErr_Clear();
        Py_XSETREF(name, PyType_GetName(Py_TYPE(called)));
    }
    Py_DECREF(called);
    return name;
}

/* ---- What things are called ---- */

static size_t record_task(void *data, const ac_task *task, char *buffer, size_t size)
{
    PyObject *name = pyac_seen(ac_task_name(task));
    (void)data;
    return record_put_str(buffer, size, Py_XNewRef(name));
}

static size_t record_body(void *data, const ac_task *task, char *buffer, size_t size)
{
    PyObject *coro = AC_CONTAINER_OF(task, const pyac_task, core)->coro;
    (void)data;
    return coro != NULL ? record_put_str(buffer, size, record_name_of(coro)) : 0;
}

static size_t record_callback(void *data, ac_handle *handle, char *buffer, size_t size)
{
    ac_callback *callback = ac_handle_callback(handle);
    PyObject *function = NULL, *future;
    (void)data;
    if (callback != NULL && callback->ops == &pyac_done_ops) {
        pyac_done_shown(callback, &function, &future);
        return record_put_str(buffer, size, record_name_of(function));
    }
    function = pyac_handle_function(handle);
    return function != NULL ? record_put_str(buffer, size, record_name_of(function)) : 0;
}

/* 'text', cut to what is shown. */
static size_t record_text(PyObject *text, char *buffer, size_t size)
{
    PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8", "replace"), *shown = NULL;
    if (bytes != NULL) {
        Py_ssize_t length = PyBytes_GET_SIZE(bytes);
        shown = PyUnicode_DecodeUTF8(PyBytes_AS_STRING(bytes), length < RECORD_SHOWN ? length : RECORD_SHOWN,
                                     "replace");
    }
    Py_XSETREF(shown, shown != NULL ? PyUnicode_FromFormat("'%U'", shown) : NULL);
    Py_XDECREF(bytes);
    return record_put_str(buffer, size, shown);
}

/* Plain values as they are, all others by their class; the recorder takes of an exception what is before the
 * parenthesis. */
static size_t record_value(void *data, ac_ref value, char *buffer, size_t size)
{
    PyObject *object = pyac_seen(value);
    (void)data;
    if (object == NULL)
        return record_put(buffer, size, "None", 4);
    if (object == Py_None || PyBool_Check(object) || PyLong_CheckExact(object) || PyFloat_CheckExact(object))
        return record_put_str(buffer, size, PyObject_Repr(object));
    if (PyUnicode_CheckExact(object))
        return record_text(object, buffer, size);
    PyObject *name = PyType_GetName(Py_TYPE(object));
    if (name != NULL)
        Py_SETREF(name, PyUnicode_FromFormat(recording.failed ? "%U()" : "<%U>", name));
    return record_put_str(buffer, size, name);
}

/* New reference. */
static PyObject *record_remember_context(PyObject *context, PyObject *address)
{
    PyObject *reference = PyWeakref_NewRef(context, NULL), *entry = NULL;
    if (reference != NULL)
        entry = Py_BuildValue("OK", reference, (unsigned long long)++recording.last_context);
    if (entry != NULL && PyDict_SetItem(recording.contexts, address, entry) < 0)
        Py_CLEAR(entry);
    Py_XDECREF(reference);
    return entry;
}

/* What a program gave as a context need not be one, nor be known to weak references: then it has no
 * number. */
static uint64_t record_context(void *data, ac_ref value)
{
    PyObject *context = pyac_seen(value), *there = NULL;
    if (context == NULL && recording.handle != NULL)
        context = pyac_handle_context(recording.handle);
    PyObject *address = context != NULL ? PyLong_FromVoidPtr(context) : NULL;
    PyObject *entry = address != NULL ? Py_XNewRef(PyDict_GetItem(recording.contexts, address)) : NULL;
    uint64_t number = 0;
    (void)data;
    if (entry != NULL)
        there = PyObject_CallNoArgs(PyTuple_GET_ITEM(entry, 0));
    if (address != NULL && there != context)
        Py_XSETREF(entry, record_remember_context(context, address));
    if (entry != NULL)
        number = PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(entry, 1));
    Py_XDECREF(there);
    Py_XDECREF(entry);
    Py_XDECREF(address);
    PyErr_Clear();
    return number;
}

/* ---- The record ---- */

static bool record_write(void *data, const char *bytes, size_t size)
{
    (void)data;
    if (recording.room - recording.size < size) {
        size_t room = 2 * recording.room + size;
        char *text = PyMem_Realloc(recording.text, room);
        if (text == NULL)
            return false;
        recording.text = text;
        recording.room = room;
    }
    memcpy(recording.text + recording.size, bytes, size);
    recording.size += size;
    return true;
}

static bool record_is_called(PyObject *function, const char *name)
{
    PyObject *called = record_name_of(function);
    bool same = called != NULL && PyUnicode_CompareWithASCIIString(called, name) == 0;
    Py_XDECREF(called);
    PyErr_Clear();
    return same;
}

/* The core takes what a task waits for by asyncio's protocol, a future of a subclass perhaps, for something
 * of the host's own.  In the record it is a future, and what wakes the task a wake-up. */
static ac_event record_seen(const ac_event *event)
{
    ac_event seen = *event;
    ac_callback *callback = event->handle != NULL ? ac_handle_callback(event->handle) : NULL;
    PyObject *function = NULL, *future = NULL;
    bool stops = event->kind == AC_EV_STEP_END && event->stop == AC_PARKED;
    if (stops || (event->kind == AC_EV_CANCEL && event->yes && event->future == NULL))
        future = ((pyac_task *)pyac_task_object(event->task))->foreign;
    if (future != NULL && pyac_is_future(future)) {
        seen.stop = AC_AWAITING;
        seen.future = &((pyac_future *)future)->core;
    }
    if (callback != NULL && callback->ops == &pyac_done_ops)
        pyac_done_shown(callback, &function, &future);
    if (function != NULL && event->run == AC_RUN_DONE_CALLBACK &&
        (seen.task = pyac_woken_task(function)) != NULL)
        seen.run = AC_RUN_WAKEUP;
    else if (function != NULL && PyMethod_Check(function) && pyac_is_task(future) &&
             record_is_called(PyMethod_GET_FUNCTION(function), "TaskGroup._on_task_done")) {
        seen.run = AC_RUN_GROUP; /* asyncio's own group: in debug mode */
        seen.task = &((pyac_task *)future)->core;
    }
    return seen;
}

static void record_event(ac_tracer *tracer, ac_loop *loop, const ac_event *event)
{
    ac_tracer *writer = ac_trace_tracer(recording.trace);
    (void)tracer;
    if (recording.paused || (event->kind == AC_EV_REPORT && !recording.telling))
        return;
    PyObject *saved = PyErr_GetRaisedException();
    ac_event seen = record_seen(event);
    recording.handle = event->handle;
    recording.failed = event->kind != AC_EV_DONE || event->state == AC_FAILED;
    writer->event(writer, loop, &seen);
    PyErr_SetRaisedException(saved);
}

ac_clock *pyac_record_clock(void)
{
    return recording.deadlock != NULL ? &recording.clock : NULL;
}

void pyac_record_loop(pyac_loop *loop)
{
    if (recording.trace != NULL)
        ac_loop_set_tracer(&loop->core, &recording.tracer);
}

void pyac_record_pause(bool begins)
{
    recording.paused = begins;
}

void pyac_record_deadlock(const ac_loop *loop)
{
    PyErr_SetString(recording.deadlock, ac_loop_why(loop));
}

/* ---- Sets ---- */

PyObject *pyac_set_new(PyObject *items)
{
    return recording.set == NULL ? PySet_New(items)
                                 : PyObject_CallFunctionObjArgs(recording.set, items, NULL);
}

int pyac_set_add(PyObject *set, PyObject *item)
{
    if (recording.set == NULL)
        return PySet_Add(set, item);
    PyObject *answer = PyObject_CallMethodOneArg(set, pyac_n.add, item);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

static PyObject *record_use_set(PyObject *module, PyObject *type)
{
    (void)module;
    Py_XSETREF(recording.set, Py_NewRef(type));
    Py_RETURN_NONE;
}

/* ---- Begin and end ---- */

static ac_status record_end(void)
{
    for (pyac_loop *loop = NULL; (loop = pyac_loop_next(loop)) != NULL;)
        if (ac_loop_get_tracer(&loop->core) == &recording.tracer)
            ac_loop_set_tracer(&loop->core, NULL);
    ac_status status = recording.trace != NULL ? ac_trace_end(recording.trace) : AC_OK;
    recording.trace = NULL;
    Py_CLEAR(recording.contexts);
    return status;
}

static PyObject *begin_record(PyObject *module, PyObject *deadlock)
{
    (void)module;
    (void)record_end();
    Py_XSETREF(recording.deadlock, deadlock != Py_None ? Py_NewRef(deadlock) : NULL);
    recording.tracer.event = record_event;
    recording.size = 0;
    recording.last_context = 0;
    ac_clock_init(&recording.clock);
    pyac_host_count_anew();
    ac_trace_options options = {
        .format = AC_TRACE_RECORD,
        .names = {record_task, record_body, record_callback, record_value, record_context, NULL, NULL},
        .write = record_write,
    };
    recording.contexts = PyDict_New();
    if (recording.contexts == NULL)
        return NULL;
    return ac_trace_new(&options, &recording.trace) == AC_OK ? Py_NewRef(Py_None) : PyErr_NoMemory();
}

static PyObject *end_record(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (record_end() != AC_OK)
        return PyErr_NoMemory();
    return PyUnicode_DecodeUTF8(recording.text != NULL ? recording.text : "", (Py_ssize_t)recording.size,
                                "replace");
}

static PyObject *record_report(PyObject *module, PyObject *args)
{
    PyObject *object;
    ac_report report = {.message = NULL};
    (void)module;
    if (!PyArg_ParseTuple(args, "Os:_record_report", &object, &report.message))
        return NULL;
    pyac_loop *loop = pyac_event_loop(object);
    if (loop != NULL) {
        recording.telling = true;
        ac_loop_trace_report(&loop->core, &report);
        recording.telling = false;
    }
    Py_RETURN_NONE;
}

static PyObject *record_tasks(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return pyac_tasks_list();
}

static PyMethodDef record_functions[] = {
    {"_begin_record", begin_record, METH_O,
     PyDoc_STR(
         "_begin_record(deadlock, /)\n--\n\n"
         "Record what happens on loops that are made from now on.  With a class of exceptions they are\n"
         "on a virtual clock, and raise it when they can never go on; None: real time.")},
    {"_end_record", end_record, METH_NOARGS, PyDoc_STR("_end_record()\n--\n\nNo longer; give the lines.")},
    {"_record_report", record_report, METH_VARARGS,
     PyDoc_STR("_record_report(loop, message, /)\n--\n\nThe exception handler is told this.")},
    {"_use_set", record_use_set, METH_O,
     PyDoc_STR("_use_set(type, /)\n--\n\nWhere the order of a set shows it is to be one of this class.")},
    {"_tasks", record_tasks, METH_NOARGS,
     PyDoc_STR("_tasks()\n--\n\nAll tasks that are not done, those of one loop in the order of creation.")},
    {NULL, NULL, 0, NULL},
};

int pyac_record_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, record_functions);
}
