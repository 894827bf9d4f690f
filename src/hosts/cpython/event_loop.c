/* event_loop.c - LoopCore: the ready list, timers and turns of aiocore.EventLoop.
 *
 * Mirrors    BaseEventLoop's call_soon family, _run_once and what they keep.
 * Idea       aiocore.EventLoop is class EventLoop(LoopCore, asyncio.SelectorEventLoop).  What LoopCore
 *            defines comes first: scheduling, time and the turn are the core's; servers, transports, signals,
 *            executors and subprocesses stay asyncio's, and use this by asyncio's own private names.
 *            Attributes that asyncio's __init__ sets and the core keeps are descriptors here, so that setting
 *            them sets the core's.
 * Overriding A class that has its own call_soon, call_at, call_later or time is asked by asyncio's functions
 *            and futures, as any loop that is not ours: it gets a shadow (loops.c), whose calls come back to
 *            its methods, and from there to the core here.
 * Runs       run_forever is asyncio's own.  It calls _run_once until the loop is stopping; _run_once knows by
 *            whom it is called, and gives run_forever all turns of the run at once, so that no Python runs
 *            between them.  Order and fairness are asyncio's: events first, then timers, then what is ready.
 * Re-enters  Everything that runs callbacks, and the selector. */
#include "event_loop.h"

#include "aside.h"

static inline pyac_loop *loop_in(PyObject *self)
{
    return &((event_loop *)self)->loop;
}

/* A class has this slot from LoopCore, unless it has its own __setattr__. */
static int loop_setattr(PyObject *self, PyObject *name, PyObject *value);

/* Futures on any loop ask this, and a foreign class has many bases: the last one is known by its version. */
event_loop *event_loop_at(PyObject *object)
{
    static unsigned foreign; /* no class has version 0 */
    unsigned version = Py_TYPE(object)->tp_version_tag;
    if (Py_TYPE(object)->tp_setattro == loop_setattr)
        return (event_loop *)object;
    if (version != 0 && version == foreign)
        return NULL;
    if (PyObject_TypeCheck(object, &PyacLoopCore_Type))
        return (event_loop *)object;
    foreign = version;
    return NULL;
}

pyac_loop *pyac_event_loop(PyObject *object)
{
    event_loop *self = event_loop_at(object);
    return self != NULL && !self->posts ? &self->loop : NULL;
}

/* ---- Methods of a program's ---- */

/* In the order of the bits of LOOP_. */
static PyObject *const *const watched[] = {
    &pyac_n.create_future, &pyac_n.create_task, &pyac_n.get_debug,  &pyac_n.is_running,     &pyac_n.time,
    &pyac_n.call_soon,     &pyac_n.call_at,     &pyac_n.call_later, &pyac_n._process_events};
enum { WATCHED = sizeof watched / sizeof watched[0] };

/* A method descriptor that is looked up in a class is itself. */
static uint16_t overridden_in(PyTypeObject *type)
{
    uint16_t found = 0;
    for (unsigned i = 0; i < WATCHED; i++) {
        PyObject *own = PyDict_GetItemWithError(PyacLoopCore_Type.tp_dict, *watched[i]);
        PyObject *method = PyObject_GetAttr((PyObject *)type, *watched[i]);
        if (method != own)
            found |= (uint16_t)(1u << i);
        Py_XDECREF(method);
        PyErr_Clear();
    }
    return found;
}

void event_loop_look_at_class(event_loop *self)
{
    self->overridden = overridden_in(Py_TYPE(self));
    self->version = Py_TYPE(self)->tp_version_tag;
}

/* Remembers what a program puts in the place of a method. */
static int loop_setattr(PyObject *self, PyObject *name, PyObject *value)
{
    for (unsigned i = 0; i < WATCHED; i++)
        if (name == *watched[i])
            ((event_loop *)self)->patched |= (uint16_t)(1u << i);
    return PyObject_GenericSetAttr(self, name, value);
}

int pyac_loop_debugs(PyObject *loop)
{
    pyac_loop *own = pyac_event_loop(loop);
    if (own != NULL && event_loop_is_own(event_loop_of(own), LOOP_GET_DEBUG))
        return ac_loop_get_debug(&own->core);
    PyObject *answer = PyObject_CallMethodNoArgs(loop, pyac_n.get_debug);
    int debugs = answer != NULL ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    return debugs;
}

int pyac_loop_runs(PyObject *loop)
{
    pyac_loop *own = pyac_event_loop(loop);
    if (own != NULL && event_loop_is_own(event_loop_of(own), LOOP_IS_RUNNING))
        return event_loop_runs(event_loop_of(own));
    PyObject *answer = PyObject_CallMethodNoArgs(loop, pyac_n.is_running);
    Py_XDECREF(answer);
    return answer != NULL ? answer == Py_True : -1;
}

PyObject *event_loop_of_asyncio(PyObject *self, PyObject *name, PyObject *const *values, Py_ssize_t count,
                                PyObject *names)
{
    PyObject *super = PyObject_CallFunctionObjArgs((PyObject *)&PySuper_Type, &PyacLoopCore_Type, self, NULL);
    PyObject *method = super != NULL ? PyObject_GetAttr(super, name) : NULL, *made = NULL;
    if (method != NULL)
        made = PyObject_Vectorcall(method, values, (size_t)count, names);
    Py_XDECREF(super);
    Py_XDECREF(method);
    return made;
}

/* ---- Scheduling ---- */

/* The arguments of a call_ method: what comes before the callback's own, and context=. */
typedef struct scheduling {
    PyObject *function, *args, *context;
} scheduling;

/* args becomes a new reference. */
static int scheduling_read(scheduling *out, PyObject *const *values, Py_ssize_t count, Py_ssize_t leading,
                           PyObject *names, const char *method)
{
    Py_ssize_t named = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    if (count < leading) {
        PyErr_Format(PyExc_TypeError, "%s() missing %zd required positional argument%s", method,
                     leading - count, leading - count == 1 ? "" : "s");
        return -1;
    }
    out->context = NULL;
    for (Py_ssize_t i = 0; i < named; i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), "context") != 0) {
            PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", method,
                         PyTuple_GET_ITEM(names, i));
            return -1;
        }
        out->context = values[count + i] != Py_None ? values[count + i] : NULL;
    }
    out->function = values[leading - 1];
    out->args = PyTuple_New(count - leading);
    for (Py_ssize_t i = leading; out->args != NULL && i < count; i++)
        PyTuple_SET_ITEM(out->args, i - leading, Py_NewRef(values[i]));
    return out->args != NULL ? 0 : -1;
}

/* asyncio's own checks in debug mode. */
static int debug_checks(PyObject *self, PyObject *function, const char *method, bool thread)
{
    PyObject *answer = Py_NewRef(Py_None);
    if (!ac_loop_get_debug(&loop_in(self)->core)) {
        Py_DECREF(answer);
        return 0;
    }
    if (thread)
        Py_SETREF(answer, PyObject_CallMethod(self, "_check_thread", NULL));
    if (answer != NULL)
        Py_SETREF(answer, PyObject_CallMethod(self, "_check_callback", "Os", function, method));
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

static int check_closed(PyObject *self)
{
    if (!ac_loop_is_closed(&loop_in(self)->core))
        return 0;
    PyErr_SetString(PyExc_RuntimeError, "Event loop is closed");
    return -1;
}

/* In debug mode the last frames of the traceback are of asyncio, not of the program; ours has none of
 * them. */
static PyObject *loop_call_soon(PyObject *self, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    scheduling what;
    if (scheduling_read(&what, values, count, 1, names, "call_soon") < 0)
        return NULL;
    if (check_closed(self) < 0 || debug_checks(self, what.function, "call_soon", true) < 0) {
        Py_DECREF(what.args);
        return NULL;
    }
    return pyac_handle_soon(loop_in(self), what.function, what.args, what.context, false);
}

static PyObject *loop_call_soon_threadsafe(PyObject *self, PyObject *const *values, Py_ssize_t count,
                                           PyObject *names)
{
    scheduling what;
    if (scheduling_read(&what, values, count, 1, names, "call_soon_threadsafe") < 0)
        return NULL;
    if (check_closed(self) < 0 || debug_checks(self, what.function, "call_soon_threadsafe", false) < 0) {
        Py_DECREF(what.args);
        return NULL;
    }
    PyObject *made = pyac_handle_soon(loop_in(self), what.function, what.args, what.context, true);
    PyObject *woken = made != NULL ? PyObject_CallMethod(self, "_write_to_self", NULL) : NULL;
    if (woken == NULL)
        Py_CLEAR(made);
    Py_XDECREF(woken);
    return made;
}

static PyObject *loop_call_at(PyObject *self, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    scheduling what;
    if (count > 0 && values[0] == Py_None) {
        PyErr_SetString(PyExc_TypeError, "when cannot be None");
        return NULL;
    }
    if (scheduling_read(&what, values, count, 2, names, "call_at") < 0)
        return NULL;
    if (check_closed(self) < 0 || debug_checks(self, what.function, "call_at", true) < 0) {
        Py_DECREF(what.args);
        return NULL;
    }
    return pyac_handle_at(loop_in(self), values[0], what.function, what.args, what.context);
}

/* self.time() + delay */
static PyObject *time_after(event_loop *self, PyObject *delay)
{
    PyObject *now = event_loop_is_own(self, LOOP_TIME)
                        ? PyFloat_FromDouble(ac_loop_time(&self->loop.core))
                        : PyObject_CallMethodNoArgs((PyObject *)self, pyac_n.time);
    PyObject *when = now != NULL ? PyNumber_Add(now, delay) : NULL;
    Py_XDECREF(now);
    return when;
}

/* call_later(delay, ...) as self.call_at(when, ...); steals when. */
static PyObject *call_at_of_program(PyObject *self, PyObject *when, PyObject *const *values, Py_ssize_t count,
                                    PyObject *names)
{
    Py_ssize_t all = count + (names != NULL ? PyTuple_GET_SIZE(names) : 0);
    PyObject **args = PyMem_New(PyObject *, (size_t)all + 1), *made = NULL;
    if (args != NULL) {
        memcpy(args + 1, values, (size_t)all * sizeof *values);
        args[0] = self;
        args[1] = when;
        made = PyObject_VectorcallMethod(pyac_n.call_at, args, (size_t)count + 1, names);
    } else {
        PyErr_NoMemory();
    }
    PyMem_Free(args);
    Py_DECREF(when);
    return made;
}

static PyObject *loop_call_later(PyObject *self, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    scheduling what;
    if (count > 0 && values[0] == Py_None) {
        PyErr_SetString(PyExc_TypeError, "delay must not be None");
        return NULL;
    }
    if (scheduling_read(&what, values, count, 2, names, "call_later") < 0)
        return NULL;
    PyObject *when = time_after((event_loop *)self, values[0]);
    if (when != NULL && !event_loop_is_own((event_loop *)self, LOOP_CALL_AT)) {
        Py_DECREF(what.args);
        return call_at_of_program(self, when, values, count, names);
    }
    if (when == NULL || check_closed(self) < 0 || debug_checks(self, what.function, "call_at", true) < 0) {
        Py_XDECREF(when);
        Py_DECREF(what.args);
        return NULL;
    }
    PyObject *made = pyac_handle_at(loop_in(self), when, what.function, what.args, what.context);
    Py_DECREF(when);
    return made;
}

/* asyncio gives handles of its own here: a reader's, a writer's, a signal's. */
static PyObject *loop_add_callback(PyObject *self, PyObject *handle)
{
    return pyac_handle_add(loop_in(self), handle) < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- A turn ---- */

/* The hook 'now'.  What a time() of a program's raises waits until the core is left. */
double pyac_event_loop_now(ac_loop *core)
{
    event_loop *self = event_loop_of(pyac_loop_of(core));
    if (event_loop_is_own(self, LOOP_TIME))
        return pyac_clock();
    PyObject *saved = PyErr_GetRaisedException();
    PyObject *answer = PyObject_CallMethodNoArgs((PyObject *)self, pyac_n.time);
    double now = answer != NULL ? PyFloat_AsDouble(answer) : -1.0;
    Py_XDECREF(answer);
    if (now == -1.0 && PyErr_Occurred())
        Py_XSETREF(self->time_failed, PyErr_GetRaisedException());
    PyErr_SetRaisedException(saved);
    return now;
}

bool event_loop_time_failed(event_loop *self)
{
    PyObject *raised = self->time_failed;
    self->time_failed = NULL;
    if (raised != NULL)
        PyErr_SetRaisedException(raised);
    return raised != NULL;
}

static int turn(event_loop *self)
{
    if (event_loop_poll(self) < 0)
        return -1;
    ac_status status = ac_loop_turn(&self->loop.core);
    if (event_loop_time_failed(self))
        return -1;
    if (status != AC_OK)
        (void)pyac_fail(&self->loop.core, status, NULL);
    return status == AC_OK ? 0 : -1;
}

/* Signal handlers run between turns, for there may be no bytecode in them. */
static int turns(event_loop *self)
{
    bool before = ac_loop_set_running(&self->loop.core, true);
    bool held = self->loop.holds;
    int failed;
    self->loop.holds = !self->posts;
    do
        failed = PyErr_CheckSignals() < 0 ? -1 : turn(self);
    while (failed == 0 && !self->stopping);
    self->loop.holds = held;
    pyac_bring_all_back(&self->loop);
    (void)ac_loop_set_running(&self->loop.core, before);
    return failed;
}

/* Whether asyncio's own run_forever has called: it calls again until the loop is stopping, and does nothing
 * in between. */
static int is_called_by_run_forever(void)
{
    static PyObject *code;
    PyFrameObject *frame = PyEval_GetFrame(); /* borrowed */
    if (code == NULL) {
        PyObject *type = pyac_asyncio("base_events", "BaseEventLoop");
        PyObject *function = type != NULL ? PyObject_GetAttrString(type, "run_forever") : NULL;
        code = function != NULL ? PyObject_GetAttrString(function, "__code__") : NULL;
        Py_XDECREF(type);
        Py_XDECREF(function);
        if (code == NULL)
            return -1;
    }
    if (frame == NULL)
        return 0;
    PyCodeObject *caller = PyFrame_GetCode(frame);
    Py_DECREF(caller); /* the frame keeps it */
    return (PyObject *)caller == code;
}

static PyObject *loop_run_once(PyObject *object, PyObject *unused)
{
    event_loop *self = (event_loop *)object;
    int whole_run = is_called_by_run_forever();
    (void)unused;
    int failed = whole_run > 0 ? turns(self) : whole_run < 0 ? -1 : turn(self);
    return failed < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *loop_write_to_self(PyObject *self, PyObject *unused)
{
    (void)unused;
    ((event_loop *)self)->pipe_written = true;
    return event_loop_of_asyncio(self, pyac_n._write_to_self, NULL, 0, NULL);
}

/* ---- What it keeps ---- */

static PyObject *loop_time(PyObject *self, PyObject *unused)
{
    (void)unused;
    const ac_clock *virtual_time = loop_in(self)->core.clock;
    return PyFloat_FromDouble(virtual_time != NULL ? virtual_time->now : pyac_clock());
}

static PyObject *loop_get_debug(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(ac_loop_get_debug(&loop_in(self)->core));
}

static PyObject *loop_is_running(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(event_loop_runs((event_loop *)self));
}

static PyObject *get_debug(PyObject *self, void *unused)
{
    (void)unused;
    return loop_get_debug(self, NULL);
}

static int set_debug(PyObject *self, PyObject *value, void *unused)
{
    bool debug;
    (void)unused;
    if (pyac_set_flag(&debug, value) < 0)
        return -1;
    ac_loop_set_debug(&loop_in(self)->core, debug);
    return 0;
}

static PyObject *get_stopping(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((event_loop *)self)->stopping);
}

static int set_stopping(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    return pyac_set_flag(&((event_loop *)self)->stopping, value);
}

static PyObject *get_slow(PyObject *self, void *unused)
{
    PyObject *slow = ((event_loop *)self)->slow;
    (void)unused;
    return slow != NULL ? Py_NewRef(slow) : PyFloat_FromDouble(0.1);
}

static int set_slow(PyObject *self, PyObject *value, void *unused)
{
    double seconds = value != NULL ? PyFloat_AsDouble(value) : 0.1;
    (void)unused;
    if (seconds == -1.0 && PyErr_Occurred())
        return -1;
    ac_loop_set_slow_callback_duration(&loop_in(self)->core, seconds);
    Py_XSETREF(((event_loop *)self)->slow, Py_XNewRef(value));
    return 0;
}

/* ---- What waits to be run, for who looks (loop.py makes views of it) ---- */

static int list_add(PyObject *list, ac_loop *loop, ac_handle *handle)
{
    PyObject *parts = pyac_handle_parts(loop, handle);
    int failed = parts != NULL ? PyList_Append(list, parts) : -1;
    Py_XDECREF(parts);
    return failed;
}

/* Making handles runs programs, which may run or drop what is here: not before all parts are there.  Steals
 * the list. */
static PyObject *list_made(PyObject *list, bool whole)
{
    for (Py_ssize_t i = 0; whole && i < PyList_GET_SIZE(list); i++) {
        PyObject *made = pyac_handle_from(Py_NewRef(PyList_GET_ITEM(list, i)));
        whole = made != NULL && PyList_SetItem(list, i, made) == 0;
    }
    if (!whole)
        Py_CLEAR(list);
    return list;
}

static PyObject *loop_ready_handles(PyObject *self, PyObject *unused)
{
    ac_loop *loop = &loop_in(self)->core;
    PyObject *list = PyList_New(0);
    bool whole = list != NULL;
    (void)unused;
    for (ac_handle *at = NULL; whole && (at = ac_loop_next_ready(loop, at)) != NULL;) {
        ac_task *child = ac_handle_child(at);
        whole = (child == NULL || pyac_unfold(child) == 0) && list_add(list, loop, at) == 0;
    }
    return list_made(list, whole);
}

static PyObject *loop_scheduled_handles(PyObject *self, PyObject *unused)
{
    ac_loop *loop = &loop_in(self)->core;
    PyObject *list = PyList_New(0);
    bool whole = list != NULL;
    ac_timer *timer;
    (void)unused;
    for (size_t i = 0; whole && (timer = ac_loop_timer_at(loop, i)) != NULL; i++)
        whole = list_add(list, loop, &timer->callback.handle) == 0;
    return list_made(list, whole);
}

static PyObject *loop_drop_ready(PyObject *self, PyObject *unused)
{
    (void)unused;
    pyac_bring_all_back(loop_in(self));
    ac_loop_drop_ready(&loop_in(self)->core);
    Py_RETURN_NONE;
}

static PyObject *loop_drop_scheduled(PyObject *self, PyObject *unused)
{
    (void)unused;
    pyac_bring_all_back(loop_in(self));
    ac_loop_drop_timers(&loop_in(self)->core);
    Py_RETURN_NONE;
}

static PyObject *loop_add_timer(PyObject *self, PyObject *handle)
{
    return pyac_handle_add_timer(loop_in(self), handle) < 0 ? NULL : Py_NewRef(Py_None);
}

/* asyncio's TimerHandle.cancel calls it; ours tell the core themselves. */
static PyObject *loop_timer_handle_cancelled(PyObject *self, PyObject *handle)
{
    pyac_handle_timer_cancelled(loop_in(self), handle);
    Py_RETURN_NONE;
}

static PyObject *get_timers_cancelled(PyObject *self, void *unused)
{
    (void)unused;
    return PyLong_FromSize_t(ac_loop_timers_cancelled(&loop_in(self)->core));
}

/* asyncio's __init__ sets it to 0. */
static int set_timers_cancelled(PyObject *self, PyObject *value, void *unused)
{
    (void)self;
    (void)value;
    (void)unused;
    return 0;
}

/* The core's part of close(): what is ready or timed is dropped. */
static PyObject *loop_close_core(PyObject *self, PyObject *unused)
{
    (void)unused;
    ac_status status = ac_loop_close(&loop_in(self)->core);
    return status == AC_OK ? Py_NewRef(Py_None) : pyac_fail(&loop_in(self)->core, status, NULL);
}

/* ---- The type ---- */

static PyObject *loop_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)args;
    (void)kwargs;
    if (pyac_import() < 0 || pyac_handles_ready() < 0)
        return NULL;
    event_loop *self = (event_loop *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->epoll = -1;
    if (pyac_loop_init(&self->loop, (PyObject *)self, (PyObject *)self, &pyac_host) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    self->posts = !event_loop_is_own(self, LOOP_SCHEDULES);
    if (self->posts)
        pyac_loop_unlink(&self->loop); /* a shadow is found for the object instead */
    pyac_record_loop(&self->loop);
    return (PyObject *)self;
}

/* The objects that it holds, besides what the core does. */
static const size_t owned_at[] = {
    offsetof(event_loop, selector),        offsetof(event_loop, pipe),
    offsetof(event_loop, signal_handlers), offsetof(event_loop, factory),
    offsetof(event_loop, thread_id),       offsetof(event_loop, slow),
    offsetof(event_loop, looked),          offsetof(event_loop, keys),
    offsetof(event_loop, pipe_looked),     offsetof(event_loop, pipe_number),
    offsetof(event_loop, time_failed),
};
enum { OWNED = sizeof owned_at / sizeof owned_at[0] };

static PyObject **owned(PyObject *self, size_t index)
{
    return (PyObject **)(void *)((char *)self + owned_at[index]);
}

static int loop_traverse(PyObject *self, visitproc visit, void *arg)
{
    for (size_t i = 0; i < OWNED; i++)
        Py_VISIT(*owned(self, i));
    return pyac_loop_visit(loop_in(self), visit, arg);
}

/* Of a loop that nobody can reach: nothing of it will run. */
static int loop_clear(PyObject *self)
{
    for (size_t i = 0; i < OWNED; i++)
        Py_CLEAR(*owned(self, i));
    if (loop_in(self)->keeper != NULL && !ac_loop_is_running(&loop_in(self)->core))
        (void)ac_loop_close(&loop_in(self)->core);
    pyac_loop_clear(loop_in(self));
    return 0;
}

static void loop_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    (void)loop_clear(self);
    pyac_loop_unlink(loop_in(self));
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef loop_methods[] = {
    {"call_soon", (PyCFunction)(void (*)(void))loop_call_soon, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("call_soon($self, callback, /, *args, context=None)\n--\n\n"
               "Call callback(*args) in the next turn of the loop; give its Handle.")},
    {"call_soon_threadsafe", (PyCFunction)(void (*)(void))loop_call_soon_threadsafe,
     METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("call_soon_threadsafe($self, callback, /, *args, context=None)\n--\n\nLike call_soon, from "
               "any thread.")},
    {"call_at", (PyCFunction)(void (*)(void))loop_call_at, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("call_at($self, when, callback, /, *args, context=None)\n--\n\n"
               "Call callback(*args) when time() reaches when; give its TimerHandle.")},
    {"call_later", (PyCFunction)(void (*)(void))loop_call_later, METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("call_later($self, delay, callback, /, *args, context=None)\n--\n\n"
               "Call callback(*args) after delay seconds; give its TimerHandle.")},
    {"time", loop_time, METH_NOARGS, PyDoc_STR("time($self, /)\n--\n\nSeconds on the loop's clock.")},
    {"get_debug", loop_get_debug, METH_NOARGS,
     PyDoc_STR("get_debug($self, /)\n--\n\nWhether debug mode is on.")},
    {"is_running", loop_is_running, METH_NOARGS,
     PyDoc_STR("is_running($self, /)\n--\n\nReturns True if the event loop is running.")},
    {"create_future", event_loop_create_future, METH_NOARGS,
     PyDoc_STR("create_future($self, /)\n--\n\nCreate a Future object attached to the loop.")},
    {"create_task", PYAC_VECTORCALL(event_loop_create_task),
     PyDoc_STR("create_task($self, coro, **kwargs)\n--\n\n"
               "Schedule or begin executing a coroutine object.\n\nReturn a task object.")},
    {"_add_callback", loop_add_callback, METH_O, NULL},
    {"_process_events", event_loop_process_events, METH_O, NULL},
    {"_write_to_self", loop_write_to_self, METH_NOARGS, NULL},
    {"_run_once", loop_run_once, METH_NOARGS, NULL},
    {"_close_core", loop_close_core, METH_NOARGS, NULL},
    {"_ready_handles", loop_ready_handles, METH_NOARGS, NULL},
    {"_scheduled_handles", loop_scheduled_handles, METH_NOARGS, NULL},
    {"_drop_ready", loop_drop_ready, METH_NOARGS, NULL},
    {"_drop_scheduled", loop_drop_scheduled, METH_NOARGS, NULL},
    {"_add_timer", loop_add_timer, METH_O, NULL},
    {"_timer_handle_cancelled", loop_timer_handle_cancelled, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef loop_members[] = {
    {"_selector", Py_T_OBJECT_EX, offsetof(event_loop, selector), 0, NULL},
    {"_ssock", Py_T_OBJECT_EX, offsetof(event_loop, pipe), 0, NULL},
    {"_signal_handlers", Py_T_OBJECT_EX, offsetof(event_loop, signal_handlers), 0, NULL},
    {"poll_interval", Py_T_DOUBLE, offsetof(event_loop, poll_interval), 0,
     PyDoc_STR(
         "For how many seconds a turn that has something to do need not ask again whether there is I/O; "
         "0: every turn asks, as in asyncio.")},
    {"_task_factory", Py_T_OBJECT_EX, offsetof(event_loop, factory), 0, NULL},
    {"_thread_id", Py_T_OBJECT_EX, offsetof(event_loop, thread_id), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef loop_getset[] = {
    {"_debug", get_debug, set_debug, NULL, NULL},
    {"_stopping", get_stopping, set_stopping, NULL, NULL},
    {"slow_callback_duration", get_slow, set_slow, NULL, NULL},
    {"_timer_cancelled_count", get_timers_cancelled, set_timers_cancelled, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacLoopCore_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore._core.LoopCore",
    .tp_doc = PyDoc_STR("The ready list, the timers and the turns of aiocore.EventLoop."),
    .tp_basicsize = sizeof(event_loop),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = loop_new,
    .tp_traverse = loop_traverse,
    .tp_clear = loop_clear,
    .tp_dealloc = loop_dealloc,
    .tp_setattro = loop_setattr,
    .tp_methods = loop_methods,
    .tp_members = loop_members,
    .tp_getset = loop_getset,
};

int pyac_event_loop_ready(PyObject *module)
{
    return PyModule_AddType(module, &PyacLoopCore_Type);
}
