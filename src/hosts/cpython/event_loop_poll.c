/* event_loop_poll.c - the poll of aiocore.EventLoop: what has happened outside, asked once a turn.
 *
 * Mirrors    EpollSelector.select, BaseSelectorEventLoop._process_events, the poll of _run_once.
 * Idea       Where a loop has exactly what asyncio gives it on Linux, an EpollSelector, epoll is asked here,
 *            and what the selector knows of a descriptor is read from its dict.  Any other selector, and a
 *            _process_events of a program's, are called.
 * Left out   A turn that has something to do does not ask where the answer is known: only the loop's own pipe
 *            is watched, no signal handler of add_signal_handler's could have written to it, and nobody has
 *            by _write_to_self.  So a program cannot see whether it was asked.  Where other descriptors are
 *            watched every turn asks, as in asyncio, unless the program has set poll_interval.
 * GIL        It is kept where there is no time to wait: who waits for it in another thread gets it by the
 *            interpreter's switch interval.
 * Re-enters  Signal handlers, and whatever is called. */
#include "event_loop.h"

#include <errno.h>
#include <math.h>
#include <sys/epoll.h>

enum { USUAL_EVENTS = 64, EVENT_READ = 1, EVENT_WRITE = 2 }; /* selectors.EVENT_ */

/* ---- What is polled ---- */

static long number_of(PyObject *object)
{
    PyObject *number = PyObject_CallMethod(object, "fileno", NULL);
    long descriptor = number != NULL ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    return descriptor;
}

/* selectors.EpollSelector, borrowed. */
static PyObject *epoll_selector(void)
{
    static PyObject *type;
    PyObject *module = type == NULL ? PyImport_ImportModule("selectors") : NULL;
    if (module != NULL)
        type = PyObject_GetAttrString(module, "EpollSelector");
    Py_XDECREF(module);
    return type;
}

/* Only what exactly is an EpollSelector has its descriptor and its dict looked at. */
static int look_at_selector(event_loop *self, PyObject *selector)
{
    PyObject *type = epoll_selector(), *keys = NULL;
    long descriptor = -1;
    if (type == NULL)
        return -1;
    if ((PyObject *)Py_TYPE(selector) == type) {
        descriptor = number_of(selector);
        keys = descriptor >= 0 ? PyObject_GetAttrString(selector, "_fd_to_key") : NULL;
        if (keys == NULL)
            return -1;
        if (!PyDict_CheckExact(keys))
            descriptor = -1;
    }
    self->epoll = (int)descriptor;
    Py_XSETREF(self->keys, keys);
    Py_XSETREF(self->looked, Py_NewRef(selector));
    return 0;
}

static int look_at_pipe(event_loop *self)
{
    PyObject *number = NULL;
    if (self->pipe != NULL && self->pipe != Py_None) {
        number = PyObject_CallMethod(self->pipe, "fileno", NULL);
        if (number == NULL)
            return -1;
    }
    Py_XSETREF(self->pipe_looked, Py_XNewRef(self->pipe));
    Py_XSETREF(self->pipe_number, number);
    return 0;
}

static int look(event_loop *self)
{
    if (self->selector != self->looked && look_at_selector(self, self->selector) < 0)
        return -1;
    return self->pipe != self->pipe_looked ? look_at_pipe(self) : 0;
}

static bool is_epoll(event_loop *self)
{
    return self->epoll >= 0 && event_loop_is_own(self, LOOP_PROCESS_EVENTS);
}

/* ---- Need it be asked? ---- */

static bool has_no_signal_handlers(const event_loop *self)
{
    PyObject *handlers = self->signal_handlers;
    return handlers != NULL && PyDict_CheckExact(handlers) && PyDict_GET_SIZE(handlers) == 0;
}

static bool only_pipe_is_watched(const event_loop *self)
{
    return PyDict_GET_SIZE(self->keys) == 1 && self->pipe_number != NULL &&
           PyDict_Contains(self->keys, self->pipe_number) == 1;
}

/* poll_interval: not again before so many seconds have passed. */
static bool was_asked_just_now(event_loop *self)
{
    double now = pyac_clock();
    if (now - self->polled < self->poll_interval)
        return true;
    self->polled = now;
    return false;
}

static bool need_not_ask(event_loop *self)
{
    if (!self->pipe_written && only_pipe_is_watched(self) && has_no_signal_handlers(self))
        return true;
    return self->poll_interval > 0 && was_asked_just_now(self);
}

/* ---- What has happened ---- */

/* A reader or writer that was cancelled is taken off. */
static int tell(event_loop *self, PyObject *handle, PyObject *file, const char *remove)
{
    if (handle == Py_None)
        return 0;
    int is_cancelled = pyac_handle_is_cancelled(handle);
    if (is_cancelled <= 0)
        return is_cancelled < 0 ? -1
                                : pyac_handle_add(&self->loop, handle); /* which asks again, as asyncio */
    PyObject *answer = PyObject_CallMethod((PyObject *)self, remove, "O", file);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

/* key is a selectors.SelectorKey: fileobj, fd, events, data. */
static int happened(event_loop *self, PyObject *key, long mask)
{
    PyObject *file = PyTuple_GET_ITEM(key, 0), *pair = PyTuple_GET_ITEM(key, 3);
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
        PyErr_SetString(PyExc_TypeError,
                        "a descriptor that the loop's selector watches has no reader and writer");
        return -1;
    }
    if ((mask & EVENT_READ) != 0 && tell(self, PyTuple_GET_ITEM(pair, 0), file, "_remove_reader") < 0)
        return -1;
    return (mask & EVENT_WRITE) != 0 ? tell(self, PyTuple_GET_ITEM(pair, 1), file, "_remove_writer") : 0;
}

/* Holds the key: a callback of the program's may unregister it. */
static int happened_to_key(event_loop *self, PyObject *key, long mask)
{
    if (!PyTuple_Check(key) || PyTuple_GET_SIZE(key) != 4) {
        PyErr_Format(PyExc_TypeError, "%R is no SelectorKey", key);
        return -1;
    }
    Py_INCREF(key);
    int failed = happened(self, key, mask);
    Py_DECREF(key);
    return failed;
}

static int happened_to(event_loop *self, const struct epoll_event *event)
{
    PyObject *number = PyLong_FromLong(event->data.fd);
    PyObject *key = number != NULL ? PyDict_GetItemWithError(self->keys, number) : NULL;
    Py_XDECREF(number);
    if (key == NULL)
        return PyErr_Occurred() ? -1 : 0;
    long mask = ((event->events & ~(uint32_t)EPOLLIN) != 0 ? EVENT_WRITE : 0) |
                ((event->events & ~(uint32_t)EPOLLOUT) != 0 ? EVENT_READ : 0);
    if (PyTuple_Check(key) && PyTuple_GET_SIZE(key) == 4) {
        long wanted = PyLong_AsLong(PyTuple_GET_ITEM(key, 2));
        if (wanted == -1 && PyErr_Occurred())
            return -1;
        mask &= wanted;
    }
    return happened_to_key(self, key, mask);
}

/* _process_events(events), for who calls it. */
PyObject *event_loop_process_events(PyObject *object, PyObject *events)
{
    PyObject *list = PySequence_Fast(events, "events are a sequence"), *key;
    long mask;
    int failed = list == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; failed == 0 && i < PySequence_Fast_GET_SIZE(list); i++) {
        PyObject *pair = PySequence_Tuple(PySequence_Fast_GET_ITEM(list, i));
        failed = pair == NULL || !PyArg_ParseTuple(pair, "Ol", &key, &mask)
                     ? -1
                     : happened_to_key((event_loop *)object, key, mask);
        Py_XDECREF(pair);
    }
    Py_XDECREF(list);
    return failed < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- Asking ---- */

/* Of a program's selector, which may be its class's, or for a program's _process_events. */
static int ask_selector(event_loop *self, double timeout)
{
    PyObject *seconds = timeout < 0 ? Py_NewRef(Py_None) : PyFloat_FromDouble(timeout), *events = NULL,
             *answer = NULL, *selector = PyObject_GetAttrString((PyObject *)self, "_selector");
    if (seconds != NULL && selector != NULL)
        events = PyObject_CallMethod(selector, "select", "O", seconds);
    Py_XDECREF(selector);
    if (events != NULL)
        answer = PyObject_CallMethod((PyObject *)self, "_process_events", "(O)", events);
    Py_XDECREF(seconds);
    Py_XDECREF(events);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

/* In milliseconds, rounded away from zero; -1: for ever. */
static int milliseconds(double timeout)
{
    return timeout < 0 ? -1 : (int)ceil(timeout * 1e3);
}

/* A wait that a signal has cut short goes on, unless the signal's handler raises. */
static int wait_for_events(int epoll, struct epoll_event *events, int wanted, double timeout)
{
    double until = timeout > 0 ? pyac_clock() + timeout : 0;
    int count, left = milliseconds(timeout);
    for (;;) {
        Py_BEGIN_ALLOW_THREADS;
        count = epoll_wait(epoll, events, wanted, left);
        Py_END_ALLOW_THREADS;
        if (count >= 0 || errno != EINTR)
            return count;
        if (PyErr_CheckSignals() < 0)
            return -1;
        if (timeout > 0 && (left = milliseconds(until - pyac_clock())) < 0)
            return 0;
    }
}

static int ask_for(event_loop *self, struct epoll_event *events, int wanted, double timeout)
{
    int count = timeout == 0 ? epoll_wait(self->epoll, events, wanted, 0)
                             : wait_for_events(self->epoll, events, wanted, timeout);
    if (count < 0 && (PyErr_Occurred() || errno != EINTR)) {
        if (!PyErr_Occurred())
            PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    for (int i = 0; i < count; i++)
        if (happened_to(self, &events[i]) < 0)
            return -1;
    return 0;
}

/* One poll takes the events of all that is watched: if there were fewer places than descriptors with events,
 * some would be heard in a later turn than others. */
static int ask_epoll(event_loop *self, double timeout)
{
    struct epoll_event usual[USUAL_EVENTS], *events = usual;
    Py_ssize_t watched = PyDict_GET_SIZE(self->keys);
    if (watched > USUAL_EVENTS && (events = PyMem_New(struct epoll_event, (size_t)watched)) == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int failed = ask_for(self, events, watched > 0 ? (int)watched : 1, timeout);
    if (events != usual)
        PyMem_Free(events);
    return failed;
}

/* Virtual time (record.c) is not waited for, and brings no events. */
static int jump(const event_loop *self, ac_loop *loop)
{
    if (self->stopping) {
        (void)ac_loop_timeout(loop); /* which forgets cancelled timers */
        return 0;
    }
    ac_status status = ac_loop_run_poll(loop);
    if (status == AC_E_DEADLOCK)
        pyac_record_deadlock(loop);
    else if (status != AC_OK)
        (void)pyac_fail(loop, status, NULL);
    return status == AC_OK ? 0 : -1;
}

int event_loop_poll(event_loop *self)
{
    if (self->loop.core.clock != NULL)
        return jump(self, &self->loop.core);
    double timeout = ac_loop_timeout(&self->loop.core);
    if (self->stopping)
        timeout = 0;
    if (event_loop_time_failed(self) || (self->selector != NULL && look(self) < 0))
        return -1;
    if (self->selector == NULL || !is_epoll(self))
        return ask_selector(self, timeout);
    if (timeout == 0 && need_not_ask(self))
        return 0;
    self->pipe_written = false;
    return ask_epoll(self, timeout);
}
