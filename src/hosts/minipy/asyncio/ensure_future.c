/* ensure_future.c - asyncio.ensure_future: a future as it is, a coroutine or another awaitable as a task.
 *
 * Mirrors    tasks.ensure_future, base_futures.isfuture, futures._get_loop, inspect.isawaitable.
 * Idea       Everything that takes "coroutines or futures" (gather, wait, shield, wait_for, a loop's run)
 *            comes here.  The task may be made by a factory of the program or start eagerly: then a native
 *            frame waits for it, which closes the coroutine if no task could be made.
 * Owns       The frame holds the coroutine until there is a task.
 * Re-enters  Factories and first steps run the program. */
#include "asyncio/host.h"

/* ---- What it is ---- */

/* A class of the program may advertise itself as a future by an attribute. */
int mp_looks_like_future(mp_vm *vm, mp_value value)
{
    mp_str *name = vm->names[MP_S__asyncio_future_blocking];
    if (mp_is_future(vm, value))
        return 1;
    if (mp_lookup(mp_type_of(vm, value), name) == NULL)
        return 0;
    mp_value blocking = mp_get_attr(vm, value, name);
    int answer = blocking == NULL ? -1 : blocking != vm->none;
    mp_xdecref(vm, blocking);
    return answer;
}

bool mp_is_awaitable(mp_vm *vm, mp_value value)
{
    const mp_type *type = mp_type_of(vm, value);
    return type->slots.await_iter != NULL || mp_lookup(type, vm->names[MP_S___await__]) != NULL;
}

/* future.get_loop(), or the attribute of older imitations. */
static mp_value ensure_loop_of(mp_vm *vm, mp_value future)
{
    mp_value get_loop = mp_find_attr(vm, future, vm->names[MP_S_get_loop]);
    if (get_loop == NULL)
        return vm->raised == NULL ? mp_get_attr(vm, future, vm->names[MP_S__loop]) : NULL;
    mp_value loop = mp_call_0(vm, get_loop);
    mp_decref(vm, get_loop);
    return loop;
}

/* loop NULL: any. */
static mp_value ensure_same_loop(mp_vm *vm, mp_loop *loop, mp_value future)
{
    if (loop == NULL)
        return mp_incref(future);
    mp_value its = ensure_loop_of(vm, future);
    if (its == NULL)
        return NULL;
    mp_decref(vm, its);
    if (its == mp_as_value(loop))
        return mp_incref(future);
    mp_raise(vm, MP_X_VALUE_ERROR,
             "The future belongs to a different loop than the one specified as the loop argument");
    return NULL;
}

/* tasks._wrap_awaitable(awaitable): a coroutine that awaits it. */
static mp_value ensure_wrap(mp_vm *vm, mp_value awaitable)
{
    return mp_part_call(vm, MP_PART_TASKS, "_wrap_awaitable", &awaitable, 1);
}

/* ---- Making the task ---- */

struct ensure_frame {
    mp_value coro; /* owned; what is closed if no task can be made; NULL: nothing */
};

/* RuntimeError is raised: the coroutine will never run. */
static void ensure_close(mp_vm *vm, mp_value coro)
{
    mp_value error = mp_take_raised(vm);
    mp_value closed = mp_call_method(vm, coro, vm->names[MP_S_close], NULL, 0);
    if (closed == NULL) {
        mp_set_context(vm, vm->raised, error);
        mp_decref(vm, error);
        return;
    }
    mp_decref(vm, closed);
    mp_reraise(vm, error);
}

/* Steals the task, which may be NULL (raised). */
static mp_value ensure_made(mp_vm *vm, const struct ensure_frame *rest, mp_value task)
{
    if (task == NULL && rest->coro != NULL && mp_raised_is(vm, MP_X_RUNTIME_ERROR))
        ensure_close(vm, rest->coro);
    return task;
}

static mp_value ensure_resume(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    (void)outcome;
    return ensure_made(vm, mp_frame_fields(frame), value);
}

static void ensure_drop(mp_vm *vm, mp_frame *frame)
{
    struct ensure_frame *rest = mp_frame_fields(frame);
    mp_clear_slot(vm, &rest->coro);
}

static const mp_native_ops ensure_ops = {"ensure_future", ensure_resume, ensure_drop,
                                         sizeof(mp_frame) + sizeof(struct ensure_frame)};

/* The wrapper of an awaitable is not closed: it is dropped unstarted, which is told of. */
static mp_value ensure_task(mp_vm *vm, mp_loop *loop, mp_value coro, bool closes)
{
    mp_frame *frame = mp_push_native(vm, &ensure_ops);
    if (frame == NULL)
        return NULL;
    struct ensure_frame *rest = mp_frame_fields(frame);
    rest->coro = closes ? mp_incref(coro) : NULL;
    mp_value task = mp_create_plain_task(vm, loop, coro);
    return task == MP_PUSHED ? task : mp_end_native(vm, frame, ensure_made(vm, rest, task));
}

static mp_value ensure_wrapped(mp_vm *vm, mp_loop *loop, mp_value awaitable)
{
    if (!mp_is_awaitable(vm, awaitable)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "An asyncio.Future, a coroutine or an awaitable is required");
        return NULL;
    }
    mp_value coro = ensure_wrap(vm, awaitable);
    if (coro != NULL && loop == NULL)
        loop = mp_default_loop(vm);
    mp_value task = coro != NULL && loop != NULL ? ensure_task(vm, loop, coro, false) : NULL;
    mp_xdecref(vm, coro);
    return task;
}

mp_value mp_ensure_begin(mp_vm *vm, mp_loop *loop, mp_value awaitable)
{
    int is_future = mp_looks_like_future(vm, awaitable);
    if (is_future < 0)
        return NULL;
    if (is_future > 0)
        return ensure_same_loop(vm, loop, awaitable);
    if (!mp_is_coroutine(vm, awaitable))
        return ensure_wrapped(vm, loop, awaitable);
    if (loop == NULL)
        loop = mp_default_loop(vm);
    return loop != NULL ? ensure_task(vm, loop, awaitable, true) : NULL;
}

mp_value mp_ensure_future(mp_vm *vm, mp_loop *loop, mp_value awaitable)
{
    mp_frame *before = vm->frame;
    return mp_finish(vm, before, mp_ensure_begin(vm, loop, awaitable));
}

/* ---- The function ---- */

mp_value mp_ensure_future_function(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "ensure_future", "coro_or_future |$loop", values))
        return NULL;
    mp_loop *loop = NULL;
    if (values[1] != NULL && values[1] != vm->none &&
        (loop = mp_loop_argument(vm, values[1], mp_default_loop)) == NULL)
        return NULL;
    return mp_ensure_begin(vm, loop, values[0]);
}
