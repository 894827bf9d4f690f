/* locks.c - what the objects of asyncio.locks share, and Lock.
 *
 * Mirrors    locks.Lock, locks._ContextManagerMixin, mixins._LoopBoundMixin.
 * Idea       The core's machines are native coroutines.  What need not wait does without one, and without a
 *            loop: as in CPython such a coroutine can be driven by hand where no loop runs.
 * Re-enters  Reprs of classes of the program, in messages. */
#include "asyncio/locks.h"

#include "objects/types_impl.h"

/* ---- Loops and failures ---- */

mp_loop *mp_bound_loop(mp_vm *vm, mp_value self, const ac_bound *bound)
{
    if (vm->running_loop != NULL)
        return mp_as_loop(vm->running_loop);
    if (bound->loop != NULL)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "%R is bound to a different event loop", self);
    else
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'NoneType' object has no attribute 'create_future'");
    return NULL;
}

mp_value mp_bound_fail(mp_vm *vm, ac_bound *bound, ac_status status)
{
    if (bound->loop != NULL)
        mp_raise_taken(vm, ac_bound_exception(bound, bound->loop, status));
    else
        mp_raise(vm, status == AC_E_VALUE ? MP_X_VALUE_ERROR : MP_X_RUNTIME_ERROR, "%s", bound->why);
    return NULL;
}

mp_value mp_bound_done(mp_vm *vm, ac_bound *bound, ac_status status)
{
    return status == AC_OK ? mp_incref(vm->none) : mp_bound_fail(vm, bound, status);
}

bool mp_bound_ready(mp_vm *vm, mp_value self, const ac_link *waiters, const char *attribute)
{
    if (waiters->next != NULL)
        return true;
    mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'%T' object has no attribute '%s'", self, attribute);
    return false;
}

bool mp_bound_is_builtin(mp_vm *vm, mp_value self, mp_type_index index, mp_name name)
{
    mp_str *key = vm->names[name];
    const mp_type *type = mp_type_of(vm, self);
    const mp_dict *own = ((mp_bound *)self)->dict;
    if (own != NULL && mp_dict_get_str(own, key) != NULL)
        return false;
    return type == vm->types[index] || mp_lookup(type, key) == mp_lookup(vm->types[index], key);
}

/* ---- Life and looks ---- */

mp_value mp_bound_make(mp_vm *vm, mp_type *type, mp_args *args, bool init(mp_vm *, mp_value, mp_args *))
{
    mp_value self = mp_new(vm, type, 0);
    if (self != NULL && !init(vm, self, args))
        mp_clear_slot(vm, &self);
    return self;
}

int mp_bound_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_bound *bound = (mp_bound *)self;
    mp_value owned[] = {mp_as_value(bound->dict), bound->loop};
    return mp_visit_all(owned, 2, visit, data);
}

void mp_bound_clear(mp_vm *vm, mp_value self)
{
    mp_bound *bound = (mp_bound *)self;
    mp_clear_slot(vm, (mp_value *)&bound->dict);
    mp_clear_slot(vm, &bound->loop);
}

void mp_bound_begin_repr(mp_builder *text, mp_vm *vm, mp_value self)
{
    mp_builder_init(text, vm);
    mp_str *plain = (mp_str *)mp_default_repr(vm, self);
    if (plain == NULL) {
        text->failed = true;
        return;
    }
    mp_builder_add(text, plain->data, plain->size - 1);
    mp_builder_text(text, " [");
    mp_decref(vm, mp_as_value(plain));
}

mp_value mp_bound_end_repr(mp_builder *text, size_t waiters)
{
    if (waiters > 0)
        mp_builder_printf(text, ", waiters:%zu", waiters);
    mp_builder_text(text, "]>");
    return mp_as_value(mp_builder_finish(text));
}

/* ---- Coroutines ---- */

static const char *after_dot(const char *method)
{
    const char *name = method;
    for (; *method != '\0'; method++)
        if (*method == '.')
            name = method + 1;
    return name;
}

mp_value mp_bound_coroutine(mp_vm *vm, mp_args *args, const char *method, size_t frame,
                            mp_value begin(mp_vm *vm, mp_native_coroutine *self),
                            mp_value finish(mp_vm *vm, mp_native_coroutine *self, mp_value result))
{
    mp_value self;
    if (!mp_bind_python(vm, args, method, "self", &self))
        return NULL;
    mp_native_coroutine *made = mp_native_coroutine_new(vm, after_dot(method), self, NULL, frame);
    if (made != NULL) {
        made->qualname = method;
        made->begin = begin;
        made->finish = finish;
        made->follows = true;
    }
    return mp_as_value(made);
}

mp_value mp_finish_true(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    (void)self;
    mp_decref(vm, result);
    return mp_bool_new(vm, true);
}

mp_value mp_finish_none(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    (void)self;
    mp_decref(vm, result);
    return mp_incref(vm->none);
}

mp_value mp_bound_aexit(mp_vm *vm, mp_args *args, mp_type_index index,
                        mp_value begin(mp_vm *vm, mp_native_coroutine *self))
{
    static const char name[] = "_ContextManagerMixin.__aexit__";
    mp_value values[4];
    if (!mp_bind_python(vm, args, name, "self exc_type exc tb", values))
        return NULL;
    if (!mp_bound_is_builtin(vm, values[0], index, MP_S_release))
        return mp_locks_call(vm, "_aexit", values, 4);
    mp_native_coroutine *made = mp_native_coroutine_new(vm, "__aexit__", values[0], NULL, 0);
    if (made != NULL) {
        made->qualname = name;
        made->begin = begin;
    }
    return mp_as_value(made);
}

/* ---- Lock ---- */

static mp_lock *lock_of(mp_vm *vm, mp_value self)
{
    mp_lock *lock = (mp_lock *)self;
    return mp_bound_ready(vm, self, &lock->core.waiters, "_locked") ? lock : NULL;
}

static bool lock_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_lock *lock = (mp_lock *)self;
    if (!mp_bind_init(vm, args, "Lock.__init__", "", NULL))
        return false;
    ac_loop *loop = lock->core.bound.loop;
    if (lock->core.waiters.next != NULL)
        ac_lock_abandon(&lock->core);
    ac_lock_init(&lock->core, mp_lent(mp_as_value(lock)));
    lock->core.bound.loop = loop;
    return true;
}

static mp_value lock_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return mp_bound_make(vm, type, args, lock_init);
}

static int lock_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_lock *lock = (mp_lock *)self;
    mp_showing showing = mp_show_to(visit, data);
    int answer = mp_bound_visit(self, visit, data);
    return answer == 0 && lock->core.waiters.next != NULL ? ac_lock_visit(&lock->core, &showing.visitor)
                                                          : answer;
}

static void lock_clear(mp_vm *vm, mp_value self)
{
    mp_lock *lock = (mp_lock *)self;
    if (lock->core.waiters.next != NULL)
        ac_lock_abandon(&lock->core);
    mp_bound_clear(vm, self);
}

static mp_value lock_repr(mp_vm *vm, mp_value self)
{
    mp_builder text;
    const mp_lock *lock = lock_of(vm, self);
    if (lock == NULL)
        return NULL;
    mp_bound_begin_repr(&text, vm, self);
    mp_builder_text(&text, ac_lock_locked(&lock->core) ? "locked" : "unlocked");
    return mp_bound_end_repr(&text, ac_lock_waiter_count(&lock->core));
}

static mp_value lock_locked(mp_vm *vm, mp_args *args)
{
    mp_value self;
    const mp_lock *lock = mp_bind_python(vm, args, "Lock.locked", "self", &self) ? lock_of(vm, self) : NULL;
    return lock != NULL ? mp_bool_new(vm, ac_lock_locked(&lock->core)) : NULL;
}

static mp_value lock_release(mp_vm *vm, mp_args *args)
{
    mp_value self;
    mp_lock *lock = mp_bind_python(vm, args, "Lock.release", "self", &self) ? lock_of(vm, self) : NULL;
    return lock != NULL ? mp_bound_done(vm, &lock->core.bound, ac_lock_release(&lock->core)) : NULL;
}

static mp_value lock_begin(mp_vm *vm, mp_native_coroutine *self, mp_value answer)
{
    mp_lock *lock = lock_of(vm, self->subject);
    if (lock == NULL)
        return NULL;
    if (ac_lock_try_acquire(&lock->core))
        return mp_incref(answer);
    mp_loop *loop = mp_bound_loop(vm, self->subject, &lock->core.bound);
    if (loop == NULL)
        return NULL;
    ac_lock_acquire *acquire = mp_native_frame(self);
    ac_lock_acquire_init(acquire, &lock->core);
    return mp_native_bind(self, loop, &acquire->co);
}

static mp_value lock_begin_acquire(mp_vm *vm, mp_native_coroutine *self)
{
    return lock_begin(vm, self, vm->true_);
}

static mp_value lock_begin_aenter(mp_vm *vm, mp_native_coroutine *self)
{
    return lock_begin(vm, self, vm->none);
}

static mp_value lock_acquire(mp_vm *vm, mp_args *args)
{
    return mp_bound_coroutine(vm, args, "Lock.acquire", sizeof(ac_lock_acquire), lock_begin_acquire,
                              mp_finish_true);
}

mp_value mp_lock_aenter(mp_vm *vm, mp_args *args)
{
    if (args->count == 1 && !mp_bound_is_builtin(vm, args->values[0], MP_TYPE_LOCK, MP_S_acquire))
        return mp_locks_call(vm, "_aenter", args->values, 1);
    return mp_bound_coroutine(vm, args, "_ContextManagerMixin.__aenter__", sizeof(ac_lock_acquire),
                              lock_begin_aenter, mp_finish_none);
}

static mp_value lock_begin_aexit(mp_vm *vm, mp_native_coroutine *self)
{
    mp_lock *lock = lock_of(vm, self->subject);
    return lock != NULL ? mp_bound_done(vm, &lock->core.bound, ac_lock_release(&lock->core)) : NULL;
}

mp_value mp_lock_aexit(mp_vm *vm, mp_args *args)
{
    return mp_bound_aexit(vm, args, MP_TYPE_LOCK, lock_begin_aexit);
}

static mp_value lock_get_locked(mp_vm *vm, mp_value self)
{
    const mp_lock *lock = lock_of(vm, self);
    return lock != NULL ? mp_bool_new(vm, ac_lock_locked(&lock->core)) : NULL;
}

static const mp_slots lock_slots = {
    .visit = lock_visit, .clear = lock_clear, .repr = lock_repr, .make = lock_make, .init = lock_init};

static const mp_method lock_methods[] = {
    {"locked", lock_locked, MP_M_METHOD},      {"acquire", lock_acquire, MP_M_METHOD},
    {"release", lock_release, MP_M_METHOD},    {"__aenter__", mp_lock_aenter, MP_M_METHOD},
    {"__aexit__", mp_lock_aexit, MP_M_METHOD}, {NULL, NULL, 0},
};

static const mp_getset lock_getsets[] = {{"_locked", lock_get_locked, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_lock_def = {
    .name = "Lock",
    .module = "asyncio.locks",
    .size = sizeof(mp_lock),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
    .slots = &lock_slots,
    .methods = lock_methods,
    .getsets = lock_getsets,
};
