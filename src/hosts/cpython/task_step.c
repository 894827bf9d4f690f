/* task_step.c - one step of a task: its coroutine is resumed, and what that yields is said to the core.
 *
 * Mirrors    task_step_impl, task_step_handle_result_impl, task_wakeup of _asynciomodule.c.
 * Idea       The body runs on the C stack.  A future or task that is exactly ours goes to the core, which
 *            waits for it without Python's help.  Everything else that says it is a future
 *            (_asyncio_future_blocking) is asked for its loop and told to call task_wakeup: then the task is
 *            parked.
 * Fails      What goes wrong while a foreign future is asked is no business of the coroutine: the step fails
 *            (AC_STUCK), the loop is told, and the task sleeps for ever, as in CPython.
 * Owns       A future that was yielded becomes the core's own reference; a foreign one, and the coroutine in
 *            whose frame one is, is held by task->foreign until the next step.
 * Re-enters  Everything here runs the program. */
#include "aside.h"
#include "coroutines.h"
#include "task.h"

/* ---- Resuming ---- */

static PySendResult step_throw(PyObject *coro, PyObject *exception, PyObject **result)
{
    *result = PyObject_CallMethodOneArg(coro, pyac_n.throw, exception);
    if (*result != NULL)
        return PYGEN_NEXT;
    if (!PyErr_ExceptionMatches(PyExc_StopIteration))
        return PYGEN_ERROR;
    PyObject *stop = PyErr_GetRaisedException();
    *result = Py_NewRef(((PyStopIterationObject *)stop)->value);
    Py_DECREF(stop);
    return PYGEN_RETURN;
}

/* The exception of a future has the traceback with which it was set.  Of a gather's future asyncio calls the
 * method result, which raises it: it gets what is handled around the loop as its context. */
static PySendResult step_deliver(pyac_task *task, PyObject *coro, PyObject *exception, PyObject **result)
{
    ac_future *by = ac_task_woken_by(&task->core);
    if (by != NULL && !ac_future_is_embedded(by))
        pyac_future_give_traceback((pyac_future *)pyac_object_of(by));
    if (by != NULL && !ac_future_is_embedded(by) && Py_TYPE(pyac_object_of(by)) == pyac_gathering_type)
        pyac_host.raising(ac_future_get_loop(by), pyac_lent(exception), ac_none_ref());
    pyac_rare *rare = pyac_rare_of((PyObject *)task);
    if (rare != NULL)
        rare->thrown = exception;
    PySendResult sent = step_throw(coro, exception, result);
    if (task->rare != NULL)
        task->rare->thrown = NULL;
    return sent;
}

/* The core had no memory for an exception. */
static PySendResult step_deliver_memory_error(PyObject *coro, PyObject **result)
{
    PyObject *exception = PyObject_CallNoArgs(PyExc_MemoryError);
    PySendResult sent = exception != NULL ? step_throw(coro, exception, result) : PYGEN_ERROR;
    Py_XDECREF(exception);
    return sent;
}

static PySendResult step_close(PyObject *coro, PyObject **result)
{
    *result = PyObject_CallMethodNoArgs(coro, pyac_n.close);
    return *result != NULL ? PYGEN_RETURN : PYGEN_ERROR;
}

static PySendResult step_coroutine(pyac_task *task, ac_how how, ac_ref in, PyObject **result)
{
    PyObject *coro = Py_XNewRef(task->coro), *foreign = task->foreign;
    PySendResult sent;
    *result = NULL;
    task->foreign = NULL;
    Py_XDECREF(foreign);
    if (coro == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "uninitialized Task object");
        return PYGEN_ERROR;
    }
    if (how == AC_SEND)
        sent = PyIter_Send(coro, Py_None, result);
    else if (how == AC_CLOSE)
        sent = step_close(coro, result);
    else if (ac_is_none(in))
        sent = step_deliver_memory_error(coro, result);
    else
        sent = step_deliver(task, coro, pyac_seen(in), result);
    Py_DECREF(coro);
    return sent;
}

/* ---- What was yielded: futures that are not exactly ours ---- */

/* Fails the step by the exception that is set; drops what was yielded. */
static ac_turn step_stuck(PyObject *yielded, ac_out *out)
{
    out->value = pyac_take_raised();
    Py_DECREF(yielded);
    return AC_STUCK;
}

/* Steals the words, and drops what was yielded.  Without words there is an exception: a repr failed. */
static ac_turn step_refuse(PyObject *yielded, PyObject *words, ac_out *out)
{
    PyObject *exception = words != NULL ? PyObject_CallOneArg(PyExc_RuntimeError, words) : NULL;
    Py_XDECREF(words);
    if (exception == NULL)
        return step_stuck(yielded, out);
    out->value = pyac_owned(exception);
    Py_DECREF(yielded);
    return AC_REFUSED;
}

static ac_turn step_refuse_loop(const pyac_task *task, PyObject *future, ac_out *out)
{
    return step_refuse(
        future, PyUnicode_FromFormat("Task %R got Future %R attached to a different loop", task, future),
        out);
}

/* An attribute that may be missing: 0, and *value may be NULL. */
static int step_get(PyObject *object, PyObject *name, PyObject **value)
{
    *value = PyObject_GetAttr(object, name);
    if (*value != NULL)
        return 0;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    PyErr_Clear();
    return 0;
}

/* get_loop() of a future, or _loop of one that has no such method. */
static PyObject *step_loop_of(PyObject *future)
{
    PyObject *method, *loop;
    if (step_get(future, pyac_n.get_loop, &method) < 0)
        return NULL;
    if (method == NULL)
        return PyObject_GetAttr(future, pyac_n._loop);
    loop = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    return loop;
}

/* future.add_done_callback(task_wakeup, context=...). */
static int step_ask_to_wake(pyac_task *task, PyObject *future)
{
    static PyObject *keyword;
    if (keyword == NULL && (keyword = PyTuple_Pack(1, pyac_n.context)) == NULL)
        return -1;
    PyObject *context = pyac_seen(ac_task_get_context(&task->core)), *wakeup = pyac_wakeup_of(task);
    PyObject *arguments[] = {future, wakeup, context != NULL ? context : Py_None}, *answer = NULL;
    if (wakeup != NULL)
        answer = PyObject_VectorcallMethod(pyac_n.add_done_callback, arguments, 2, keyword);
    Py_XDECREF(wakeup);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

/* The order is CPython's: it shows in the graph of who awaits whom if one of these raises. */
static int step_park(pyac_task *task, PyObject *future)
{
    if (pyac_has(AC_S_CALL_GRAPH_API) && pyac_is_future(future) &&
        pyac_told_add(future, (PyObject *)task) < 0)
        return -1;
    if (PyObject_SetAttr(future, pyac_n._asyncio_future_blocking, Py_False) < 0)
        return -1;
    return step_ask_to_wake(task, future);
}

/* Something that says whether it blocks.  Steals both. */
static ac_turn step_foreign(pyac_task *task, PyObject *future, PyObject *blocks, ac_out *out)
{
    const pyac_loop *own = pyac_loop_of(task->core.future.loop);
    int blocking = PyObject_IsTrue(blocks);
    Py_DECREF(blocks);
    PyObject *loop = blocking >= 0 ? step_loop_of(future) : NULL;
    if (loop == NULL)
        return step_stuck(future, out);
    bool same = loop == own->object;
    Py_DECREF(loop);
    if (!same)
        return step_refuse_loop(task, future, out);
    if (blocking == 0)
        return step_refuse(
            future,
            PyUnicode_FromFormat("yield was used instead of yield from in task %R with %R", task, future),
            out);
    if (step_park(task, future) < 0)
        return step_stuck(future, out);
    task->foreign = future;
    return AC_PARKED;
}

/* ---- What was yielded: all else ---- */

/* Our own: the reference becomes the core's.  One that was never made is of no loop. */
static ac_turn step_own(pyac_task *task, PyObject *yielded, ac_out *out)
{
    out->future = &((pyac_future *)yielded)->core;
    return ac_future_get_loop(out->future) != NULL ? AC_AWAITING : step_refuse_loop(task, yielded, out);
}

/* A coroutine in C shows itself for a future in its frame. */
static bool step_is_view(pyac_task *task, PyObject *yielded, ac_out *out)
{
    if (!Py_IS_TYPE(yielded, &PyacCoroutine_Type) || (out->future = pyac_view_future(yielded)) == NULL)
        return false;
    task->foreign = yielded;
    if (((pyac_coroutine *)yielded)->kind->sleeps)
        pyac_sleep_set_aside((pyac_coroutine *)yielded, task);
    return true;
}

static ac_turn step_yielded(pyac_task *task, PyObject *yielded, ac_out *out)
{
    PyObject *blocks;
    if (pyac_is_exact(yielded) || yielded == (PyObject *)task)
        return step_own(task, yielded, out);
    if (yielded == Py_None) {
        Py_DECREF(yielded);
        return AC_YIELDED;
    }
    if (step_is_view(task, yielded, out))
        return AC_AWAITING;
    if (step_get(yielded, pyac_n._asyncio_future_blocking, &blocks) < 0)
        return step_stuck(yielded, out);
    if (blocks != NULL && blocks != Py_None)
        return step_foreign(task, yielded, blocks, out);
    Py_XDECREF(blocks);
    int is_generator = PyObject_IsInstance(yielded, (PyObject *)&PyGen_Type);
    if (is_generator < 0)
        return step_stuck(yielded, out);
    out->value = pyac_owned(yielded);
    return is_generator != 0 ? AC_GENERATOR : AC_STRANGE;
}

/* ---- The body ---- */

static ac_turn step_raised(pyac_task *task, ac_out *out)
{
    out->value = pyac_take_raised();
    PyObject *exception = pyac_seen(ac_lend(out->value));
    if (!PyErr_GivenExceptionMatches(exception, pyac_py.cancelled_error))
        pyac_future_keep_traceback((pyac_future *)task, exception);
    return AC_RAISED;
}

static ac_turn body_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    pyac_task *task = AC_CONTAINER_OF(co, pyac_task, body);
    PyObject *result;
    uint32_t before;
    pyac_task_bring_back(task);
    PySendResult sent = step_coroutine(task, how, in, &result);
    (void)loop;
    if (sent == PYGEN_NEXT)
        return step_yielded(task, result, out);
    if (sent == PYGEN_ERROR)
        return step_raised(task, out);
    if (ac_task_get_group(&task->core, &before) != NULL)
        pyac_task_over_aside(task);
    out->value = pyac_owned(result);
    return AC_RETURNED;
}

/* foreign.cancel(message).  The core holds the task meanwhile, the task what it waits for only perhaps. */
static ac_status body_unpark(ac_loop *loop, ac_coro *co, ac_ref message, bool *did)
{
    PyObject *foreign = AC_CONTAINER_OF(co, pyac_task, body)->foreign;
    PyObject *told = pyac_seen(message);
    if (foreign == NULL)
        return AC_OK;
    Py_INCREF(foreign);
    PyObject *answer = PyObject_CallMethodOneArg(foreign, pyac_n.cancel, told != NULL ? told : Py_None);
    int truth = answer != NULL ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    Py_DECREF(foreign);
    if (truth < 0)
        return pyac_raised(loop);
    *did = truth > 0;
    return AC_OK;
}

/* The coroutine is shown and given up by the object (task.c, task_making.c). */
const ac_coro_ops pyac_body_ops = {body_resume, body_unpark, NULL, NULL};

/* ---- Steps that were not posted ---- */

PyObject *pyac_step_already_done(PyObject *task, PyObject *exception)
{
    const char *words = Py_Version < 0x030e0000 ? "_step(): already done: %R %R"
                                                : "__step(): already done: %R %R";
    PyErr_Format(pyac_py.invalid_state_error, words, task, exception != NULL ? exception : Py_None);
    return NULL;
}

/* Whoever steps a task that waits for a future of ours makes it forget that it does; the future will not wake
 * it. */
static void step_stop_waiting(pyac_task *task)
{
    ac_future *waited = ac_task_waiting_for(&task->core);
    pyac_task_bring_back(task);
    if (waited != NULL && !ac_future_done(waited))
        (void)ac_future_remove_handle(waited, &task->core.step);
}

/* The foreign loop has entered the context; it runs, or CPython would not look whether it does. */
PyObject *pyac_step_by_hand(pyac_task *task, PyObject *exception)
{
    ac_loop *core = task->core.future.loop;
    if (core == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "uninitialized Task object");
        return NULL;
    }
    if (pyac_may_enter(pyac_loop_of(core), (PyObject *)task) < 0)
        return NULL;
    if (ac_future_done(&task->core.future))
        return pyac_step_already_done((PyObject *)task, exception);
    PyObject *keeper = Py_NewRef(pyac_loop_of(core)->keeper);
    bool before = ac_loop_set_running(core, true);
    Py_INCREF(task);
    step_stop_waiting(task);
    ac_status status = ac_task_step(&task->core, exception != NULL ? AC_THROW : AC_SEND,
                                    pyac_lent(exception));
    (void)ac_loop_set_running(core, before);
    PyObject *answer = status == AC_OK ? Py_NewRef(Py_None) : pyac_fail(core, status, &task->core.future);
    Py_DECREF(task);
    Py_DECREF(keeper);
    return answer;
}

PyObject *pyac_woken_by_foreign(pyac_task *task, PyObject *future)
{
    if (pyac_has(AC_S_CALL_GRAPH_API) && pyac_is_future(future) &&
        pyac_told_discard(future, (PyObject *)task) < 0)
        return NULL;
    PyObject *result = pyac_is_exact(future) ? pyac_future_outcome((pyac_future *)future)
                                             : PyObject_CallMethodNoArgs(future, pyac_n.result);
    Py_XDECREF(result);
    PyObject *exception = result == NULL ? PyErr_GetRaisedException() : NULL;
    PyObject *answer = pyac_step_by_hand(task, exception);
    Py_XDECREF(exception);
    return answer;
}
