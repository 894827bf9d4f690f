/* sleep.c - asyncio.sleep: the core's sleep as a coroutine in C.
 *
 * Mirrors    tasks.sleep.
 * Idea       The delay is looked at when the coroutine starts, as in an async function.  A delay of 0 or less
 *            is one bare yield and needs no loop.  Where a loop has methods of the program's, and for a delay
 *            that is neither an int nor a float, asyncio's own sleep does it. */
#include "aside.h"
#include "event_loop.h"

enum { SLEEP0_YIELDED = 1 };

static ac_turn sleep0_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)loop;
    if (co->at == 0) {
        co->at = SLEEP0_YIELDED;
        return AC_YIELDED;
    }
    co->at = AC_AT_END;
    PyObject *result = pyac_coroutine_of_frame(AC_CONTAINER_OF(co, ac_sleep, co))->argument;
    out->value = pyac_owned(Py_NewRef(how == AC_THROW ? pyac_seen(in) : result));
    return how == AC_THROW ? AC_RAISED : AC_RETURNED;
}

static const ac_coro_ops sleep0_ops = {sleep0_resume, NULL, NULL, NULL};

/* The running loop, if nothing of the program's has a part in a sleep on it; else NULL. */
static pyac_loop *sleep_loop(PyObject *delay)
{
    pyac_loop *loop = PyFloat_CheckExact(delay) || PyLong_CheckExact(delay) ? pyac_stepping_own() : NULL;
    const unsigned used = LOOP_CREATE_FUTURE | LOOP_TIME | LOOP_CALL_LATER | LOOP_CALL_AT | LOOP_GET_DEBUG;
    return loop != NULL && event_loop_is_own(event_loop_of(loop), used) ? loop : NULL;
}

/* subject is the delay, argument the result. */
static PyObject *sleep_begin(pyac_coroutine *self)
{
    PyObject *zero = PyLong_FromLong(0);
    int none = zero != NULL ? PyObject_RichCompareBool(self->subject, zero, Py_LE) : -1;
    Py_XDECREF(zero);
    if (none < 0)
        return NULL;
    ac_sleep *sleep = (ac_sleep *)(void *)self->frame;
    if (none > 0) {
        ac_coro_init(&sleep->co, &sleep0_ops);
        pyac_coroutine_bind(self, NULL, &sleep->co, true);
        return NULL;
    }
    pyac_loop *loop = sleep_loop(self->subject);
    if (loop == NULL)
        return pyac_coroutine_hand_over(self, "sleep");
    double delay = PyFloat_AsDouble(self->subject);
    if (delay == -1.0 && PyErr_Occurred())
        return NULL;
    ac_sleep_init(sleep, &loop->core, delay, pyac_owned(Py_NewRef(self->argument)));
    pyac_coroutine_bind(self, loop, &sleep->co, true);
    return NULL;
}

static const pyac_coroutine_kind sleep_kind = {.name = "sleep",
                                               .qualname = "sleep",
                                               .begin = sleep_begin,
                                               .frame_size = sizeof(pyac_sleep),
                                               .sleeps = true};

static PyObject *sleep_call(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"delay", "result", NULL};
    PyObject *delay, *result = Py_None;
    (void)module;
    if (pyac_parse(args, count, names, "O|O:sleep", keywords, &delay, &result) < 0)
        return NULL;
    return pyac_coroutine_new(&sleep_kind, delay, result);
}

static PyMethodDef sleep_functions[] = {
    {"sleep", PYAC_VECTORCALL(sleep_call),
     PyDoc_STR("sleep(delay, result=None)\n--\n\nCoroutine that completes after a given time (in seconds).")},
    {NULL, NULL, 0, NULL},
};

int pyac_sleep_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, sleep_functions);
}
