/* condition.c - Condition.
 *
 * Mirrors    locks.Condition.
 * Idea       As in CPython locked, acquire and release of the lock become attributes of the object.  The
 *            core's machine works with a Lock whose methods are asyncio's; for any other lock the same is
 *            done in Python (library.c), by these attributes.
 * Holds      foreign <=> core is not used.  core.lock points into 'lock' otherwise.
 * Re-enters  A predicate runs anything. */
#include "asyncio/locks.h"

static mp_condition *condition_of(mp_vm *vm, mp_value self)
{
    mp_condition *condition = (mp_condition *)self;
    return mp_bound_ready(vm, self, &condition->core.waiters, "locked") ? condition : NULL;
}

/* ---- Making ---- */

static bool condition_is_plain(mp_vm *vm, mp_value lock)
{
    return mp_is(vm, lock, MP_TYPE_LOCK) && ((mp_lock *)lock)->core.waiters.next != NULL &&
           mp_bound_is_builtin(vm, lock, MP_TYPE_LOCK, MP_S_locked) &&
           mp_bound_is_builtin(vm, lock, MP_TYPE_LOCK, MP_S_acquire) &&
           mp_bound_is_builtin(vm, lock, MP_TYPE_LOCK, MP_S_release);
}

static bool condition_take_methods(mp_vm *vm, mp_value self, mp_value lock)
{
    static const mp_name names[] = {MP_S_locked, MP_S_acquire, MP_S_release};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        mp_value method = mp_get_attr(vm, lock, vm->names[names[i]]);
        bool taken = method != NULL && mp_set_attr(vm, self, vm->names[names[i]], method);
        mp_xdecref(vm, method);
        if (!taken)
            return false;
    }
    return true;
}

/* Steals the lock. */
static bool condition_start(mp_vm *vm, mp_condition *condition, mp_value lock)
{
    mp_value self = mp_as_value(condition);
    ac_loop *loop = condition->core.bound.loop;
    if (condition->core.waiters.next != NULL)
        ac_condition_abandon(&condition->core);
    condition->foreign = !condition_is_plain(vm, lock);
    ac_condition_init(&condition->core, mp_lent(self), condition->foreign ? NULL : &((mp_lock *)lock)->core);
    condition->core.bound.loop = loop;
    mp_set_slot(vm, &condition->lock, lock);
    if (!condition_take_methods(vm, self, lock))
        return false;
    mp_value prepared = condition->foreign ? mp_locks_call(vm, "_condition_prepare", &self, 1) : NULL;
    mp_xdecref(vm, prepared);
    return prepared != NULL || !condition->foreign;
}

static bool condition_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_value lock;
    if (!mp_bind_init(vm, args, "Condition.__init__", "|lock", &lock))
        return false;
    if (lock == NULL || lock == vm->none)
        lock = mp_call_0(vm, mp_as_value(vm->types[MP_TYPE_LOCK]));
    else
        lock = mp_incref(lock);
    return lock != NULL && condition_start(vm, (mp_condition *)self, lock);
}

static mp_value condition_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return mp_bound_make(vm, type, args, condition_init);
}

mp_condition *mp_condition_new(mp_vm *vm)
{
    return (mp_condition *)mp_call_0(vm, mp_as_value(vm->types[MP_TYPE_CONDITION]));
}

static int condition_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_condition *condition = (mp_condition *)self;
    mp_showing showing = mp_show_to(visit, data);
    int answer = mp_bound_visit(self, visit, data);
    if (answer == 0)
        answer = mp_visit_all(&condition->lock, 1, visit, data);
    if (answer == 0 && condition->core.waiters.next != NULL)
        answer = ac_condition_visit(&condition->core, &showing.visitor);
    return answer;
}

static void condition_clear(mp_vm *vm, mp_value self)
{
    mp_condition *condition = (mp_condition *)self;
    if (condition->core.waiters.next != NULL)
        ac_condition_abandon(&condition->core);
    mp_clear_slot(vm, &condition->lock);
    mp_bound_clear(vm, self);
}

/* 1, 0, -1 raised. */
static int condition_locked(mp_vm *vm, mp_condition *condition)
{
    if (!condition->foreign)
        return ac_lock_locked(condition->core.lock);
    mp_value locked = mp_call_method(vm, mp_as_value(condition), vm->names[MP_S_locked], NULL, 0);
    int answer = locked != NULL ? mp_truth(vm, locked) : -1;
    mp_xdecref(vm, locked);
    return answer;
}

static size_t condition_count_waiters(mp_vm *vm, mp_condition *condition)
{
    mp_value self = mp_as_value(condition);
    if (!condition->foreign)
        return ac_condition_waiter_count(&condition->core);
    mp_value count = mp_locks_call(vm, "_condition_count", &self, 1);
    size_t waiters = count != NULL && mp_is_int(vm, count) ? (size_t)mp_int_of(count) : 0;
    mp_xdecref(vm, count);
    return waiters;
}

static mp_value condition_repr(mp_vm *vm, mp_value self)
{
    mp_builder text;
    mp_condition *condition = condition_of(vm, self);
    int locked = condition != NULL ? condition_locked(vm, condition) : -1;
    if (locked < 0)
        return NULL;
    size_t waiters = condition_count_waiters(vm, condition);
    if (vm->raised != NULL)
        return NULL;
    mp_bound_begin_repr(&text, vm, self);
    mp_builder_text(&text, locked > 0 ? "locked" : "unlocked");
    return mp_bound_end_repr(&text, waiters);
}

/* ---- wait ---- */

static mp_value condition_begin_wait(mp_vm *vm, mp_native_coroutine *self)
{
    mp_condition *condition = condition_of(vm, self->subject);
    if (condition == NULL)
        return NULL;
    if (!ac_lock_locked(condition->core.lock)) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "cannot wait on un-acquired lock");
        return NULL;
    }
    mp_loop *loop = mp_bound_loop(vm, self->subject, &condition->core.bound);
    if (loop == NULL)
        return NULL;
    ac_condition_wait *wait = mp_native_frame(self);
    ac_condition_wait_init(wait, &condition->core);
    return mp_native_bind(self, loop, &wait->co);
}

static mp_value condition_wait(mp_vm *vm, mp_args *args)
{
    if (args->count == 1 && ((mp_condition *)args->values[0])->foreign)
        return mp_locks_call(vm, "_condition_wait", args->values, 1);
    return mp_bound_coroutine(vm, args, "Condition.wait", sizeof(ac_condition_wait), condition_begin_wait,
                              mp_finish_true);
}

/* ---- wait_for ---- */

/* What "result = predicate()" and "not result" do. */
static bool condition_ask(mp_vm *vm, mp_value predicate, mp_value *result, bool *holds)
{
    *result = mp_call_0(vm, predicate);
    int truth = *result != NULL ? mp_truth(vm, *result) : -1;
    if (truth < 0)
        mp_clear_slot(vm, result);
    *holds = truth > 0;
    return truth >= 0;
}

static ac_status condition_predicate(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    mp_vm *vm = mp_vm_of(loop);
    const mp_native_coroutine *self = data;
    mp_value answer;
    if (!condition_ask(vm, self->argument, &answer, holds))
        return ac_loop_raise(loop, mp_take_for_core(vm));
    *result = mp_owned(answer);
    return AC_OK;
}

/* Without a running loop it is asked once. */
static mp_value condition_ask_once(mp_vm *vm, mp_native_coroutine *self, mp_condition *condition)
{
    mp_value answer;
    bool holds;
    if (!condition_ask(vm, self->argument, &answer, &holds) || holds)
        return answer;
    mp_decref(vm, answer);
    if (!ac_lock_locked(condition->core.lock))
        mp_raise(vm, MP_X_RUNTIME_ERROR, "cannot wait on un-acquired lock");
    else
        (void)mp_bound_loop(vm, self->subject, &condition->core.bound);
    return NULL;
}

static mp_value condition_begin_wait_for(mp_vm *vm, mp_native_coroutine *self)
{
    mp_condition *condition = condition_of(vm, self->subject);
    if (condition == NULL)
        return NULL;
    if (vm->running_loop == NULL)
        return condition_ask_once(vm, self, condition);
    mp_loop *loop = mp_as_loop(vm->running_loop);
    ac_condition_wait_for *wait = mp_native_frame(self);
    ac_condition_wait_for_init(wait, &condition->core, condition_predicate, self);
    return mp_native_bind(self, loop, &wait->co);
}

static mp_value condition_wait_for(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "Condition.wait_for", "self predicate", values))
        return NULL;
    if (((mp_condition *)values[0])->foreign ||
        !mp_bound_is_builtin(vm, values[0], MP_TYPE_CONDITION, MP_S_wait))
        return mp_locks_call(vm, "_condition_wait_for", values, 2);
    mp_native_coroutine *made = mp_native_coroutine_new(vm, "wait_for", values[0], values[1],
                                                        sizeof(ac_condition_wait_for));
    if (made != NULL) {
        made->qualname = "Condition.wait_for";
        made->begin = condition_begin_wait_for;
        made->follows = true;
    }
    return mp_as_value(made);
}

/* ---- notify ---- */

/* How many "idx >= n" lets through for idx = 0, 1, ...  False, raised: n cannot be compared with numbers. */
static bool condition_count(mp_vm *vm, mp_value n, size_t *count)
{
    double number;
    if (mp_is_int(vm, n)) {
        int64_t whole = mp_int_of(n);
        *count = whole > 0 ? (size_t)whole : 0;
        return true;
    }
    if (!mp_is(vm, n, MP_TYPE_FLOAT)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'>=' not supported between instances of 'int' and '%T'", n);
        return false;
    }
    if (!mp_to_double(vm, n, &number))
        return false;
    *count = 0;
    while (*count < (size_t)1 << 32 && !((double)*count >= number))
        ++*count;
    return true;
}

static mp_value condition_notify_some(mp_vm *vm, mp_condition *condition, mp_value n)
{
    size_t count = 1;
    bool asks = ac_lock_locked(condition->core.lock) && ac_condition_waiter_count(&condition->core) > 0;
    if (n != NULL && asks && !condition_count(vm, n, &count))
        return NULL;
    return mp_bound_done(vm, &condition->core.bound, ac_condition_notify(&condition->core, count));
}

static mp_value condition_notify(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "Condition.notify", "self |n", values))
        return NULL;
    mp_condition *condition = condition_of(vm, values[0]);
    if (condition == NULL)
        return NULL;
    if (condition->foreign)
        return mp_locks_call(vm, "_condition_notify", values, values[1] != NULL ? 2 : 1);
    return condition_notify_some(vm, condition, values[1]);
}

static mp_value condition_notify_all(mp_vm *vm, mp_args *args)
{
    mp_value self;
    mp_condition *condition = mp_bind_python(vm, args, "Condition.notify_all", "self", &self)
                                  ? condition_of(vm, self)
                                  : NULL;
    if (condition == NULL)
        return NULL;
    if (condition->foreign)
        return mp_locks_call(vm, "_condition_notify_all", &self, 1);
    return mp_bound_done(vm, &condition->core.bound, ac_condition_notify_all(&condition->core));
}

/* ---- async with: what its lock does ---- */

static mp_value condition_aenter(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "_ContextManagerMixin.__aenter__", "self", &self))
        return NULL;
    mp_condition *condition = condition_of(vm, self);
    if (condition == NULL)
        return NULL;
    if (condition->foreign)
        return mp_locks_call(vm, "_aenter", &self, 1);
    mp_args of_lock = {&condition->lock, 1, NULL};
    return mp_lock_aenter(vm, &of_lock);
}

static mp_value condition_aexit(mp_vm *vm, mp_args *args)
{
    mp_value values[4];
    if (!mp_bind_python(vm, args, "_ContextManagerMixin.__aexit__", "self exc_type exc tb", values))
        return NULL;
    mp_condition *condition = condition_of(vm, values[0]);
    if (condition == NULL)
        return NULL;
    if (condition->foreign)
        return mp_locks_call(vm, "_aexit", values, 4);
    values[0] = condition->lock;
    mp_args of_lock = {values, 4, NULL};
    return mp_lock_aexit(vm, &of_lock);
}

/* ---- The type ---- */

static mp_value condition_get_lock(mp_vm *vm, mp_value self)
{
    const mp_condition *condition = condition_of(vm, self);
    return condition != NULL ? mp_incref(condition->lock) : NULL;
}

static const mp_slots condition_slots = {.visit = condition_visit,
                                         .clear = condition_clear,
                                         .repr = condition_repr,
                                         .make = condition_make,
                                         .init = condition_init};

static const mp_method condition_methods[] = {
    {"wait", condition_wait, MP_M_METHOD},
    {"wait_for", condition_wait_for, MP_M_METHOD},
    {"notify", condition_notify, MP_M_METHOD},
    {"notify_all", condition_notify_all, MP_M_METHOD},
    {"__aenter__", condition_aenter, MP_M_METHOD},
    {"__aexit__", condition_aexit, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset condition_getsets[] = {{"_lock", condition_get_lock, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_condition_def = {
    .name = "Condition",
    .module = "asyncio.locks",
    .size = sizeof(mp_condition),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
    .slots = &condition_slots,
    .methods = condition_methods,
    .getsets = condition_getsets,
};
