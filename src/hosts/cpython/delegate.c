/* delegate.c - a body of the core that awaits a coroutine of the program.
 *
 * Mirrors    "await x" in an async def of asyncio itself: gen_send_ex2 and _gen_throw with what is awaited.
 * Idea       The core's machines await bodies (AC_AWAIT_CORO).  This one is resumed by driving a coroutine,
 *            and hands on what that yields.
 * Left out   Other awaitables: who awaits one hands over to asyncio's own function.
 * Holds      coroutine is NULL once it has ended.
 * Re-enters  Each step runs the program. */
#include "coroutines.h"

static pyac_delegate *delegate_of(ac_coro *co)
{
    return AC_CONTAINER_OF(co, pyac_delegate, co);
}

/* What is on its way as an exception stays that. */
static void delegate_end(pyac_delegate *self)
{
    PyObject *raised = PyErr_GetRaisedException();
    self->co.at = AC_AT_END;
    Py_CLEAR(self->coroutine);
    PyErr_SetRaisedException(raised);
}

/* As the interpreter does it for an outer coroutine: GeneratorExit closes the inner one, and is raised where
 * that was awaited. */
static PySendResult delegate_exit(PyObject *coroutine, PyObject *exit)
{
    PyObject *closed = PyObject_CallMethodNoArgs(coroutine, pyac_n.close);
    if (closed != NULL)
        PyErr_SetRaisedException(Py_NewRef(exit));
    Py_XDECREF(closed);
    return PYGEN_ERROR;
}

static PySendResult delegate_close(PyObject *coroutine, PyObject **out)
{
    *out = PyObject_CallMethodNoArgs(coroutine, pyac_n.close);
    return *out != NULL ? PYGEN_RETURN : PYGEN_ERROR;
}

/* The core had no memory for an exception if there is none. */
static PySendResult delegate_throw(PyObject *coroutine, PyObject *exception, PyObject **out)
{
    PyObject *thrown = exception != NULL ? Py_NewRef(exception) : PyObject_CallNoArgs(PyExc_MemoryError);
    PySendResult sent = PYGEN_ERROR;
    if (thrown != NULL && PyErr_GivenExceptionMatches(thrown, PyExc_GeneratorExit))
        sent = delegate_exit(coroutine, thrown);
    else if (thrown != NULL)
        sent = pyac_coroutine_throw(coroutine, thrown, out);
    Py_XDECREF(thrown);
    return sent;
}

/* It is held: a step may end the frame around this. */
static PySendResult delegate_step(PyObject *coroutine, ac_how how, PyObject *value, PyObject **out)
{
    PySendResult sent;
    Py_INCREF(coroutine);
    *out = NULL;
    if (how == AC_SEND)
        sent = PyIter_Send(coroutine, value != NULL ? value : Py_None, out);
    else if (how == AC_THROW)
        sent = delegate_throw(coroutine, value, out);
    else
        sent = delegate_close(coroutine, out);
    Py_DECREF(coroutine);
    return sent;
}

static ac_turn delegate_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    pyac_delegate *self = delegate_of(co);
    PyObject *result;
    if (co->at == AC_AT_END)
        return ac_ended(out);
    if (co->at == 0 && how != AC_SEND) {
        delegate_end(self);
        return ac_unstarted(loop, co, how, in, out);
    }
    co->at = 1;
    PySendResult sent = delegate_step(self->coroutine, how, pyac_seen(in), &result);
    if (sent == PYGEN_NEXT) {
        out->value = pyac_owned(result);
        return AC_STRANGE;
    }
    out->value = sent == PYGEN_RETURN ? pyac_owned(result) : pyac_take_raised();
    delegate_end(self);
    return sent == PYGEN_RETURN ? AC_RETURNED : AC_RAISED;
}

static int delegate_visit(ac_coro *co, ac_visitor *visitor)
{
    PyObject *coroutine = delegate_of(co)->coroutine;
    return coroutine != NULL ? visitor->value(visitor, pyac_lent(coroutine)) : 0;
}

static void delegate_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    delegate_end(delegate_of(co));
}

/* One that is suspended is being awaited already, which is an error of its own. */
int pyac_delegate_takes(PyObject *awaitable)
{
    if (!PyCoro_CheckExact(awaitable) && !Py_IS_TYPE(awaitable, &PyacCoroutine_Type))
        return 0;
    PyObject *suspended = PyObject_GetAttr(awaitable, pyac_n.cr_suspended);
    int answer = suspended != NULL ? suspended != Py_True : -1;
    Py_XDECREF(suspended);
    return answer;
}

void pyac_delegate_init(pyac_delegate *delegate, PyObject *coroutine)
{
    static const ac_coro_ops ops = {delegate_resume, NULL, delegate_visit, delegate_clear};
    ac_coro_init(&delegate->co, &ops);
    delegate->coroutine = Py_NewRef(coroutine);
}
