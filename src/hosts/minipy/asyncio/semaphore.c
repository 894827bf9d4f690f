/* semaphore.c - Semaphore and BoundedSemaphore.
 *
 * Mirrors    locks.Semaphore, locks.BoundedSemaphore.
 * Limits     The counter is an int of 64 bits: Semaphore(1.5), which CPython takes, is a TypeError.
 * Re-enters  A value's comparison with 0. */
#include "asyncio/locks.h"

static mp_semaphore *semaphore_of(mp_vm *vm, mp_value self)
{
    mp_semaphore *semaphore = (mp_semaphore *)self;
    return mp_bound_ready(vm, self, &semaphore->core.waiters, "_value") ? semaphore : NULL;
}

/* False, raised: it is no number that can be less than 0. */
static bool semaphore_number(mp_vm *vm, mp_value given, int64_t *value)
{
    *value = 1;
    if (given == NULL)
        return true;
    if (mp_is_int(vm, given)) {
        *value = mp_int_of(given);
        return true;
    }
    mp_raise(vm, MP_X_TYPE_ERROR, "'<' not supported between instances of '%T' and 'int'", given);
    return false;
}

typedef ac_status semaphore_starter(ac_semaphore *semaphore, ac_ref self, int64_t value);

static bool semaphore_start(mp_vm *vm, mp_value self, mp_args *args, const char *name,
                            semaphore_starter *start)
{
    mp_semaphore *semaphore = (mp_semaphore *)self;
    mp_value given;
    int64_t value;
    if (!mp_bind_init(vm, args, name, "|value", &given) || !semaphore_number(vm, given, &value))
        return false;
    ac_loop *loop = semaphore->core.bound.loop;
    if (semaphore->core.waiters.next != NULL)
        ac_semaphore_abandon(&semaphore->core);
    ac_status status = start(&semaphore->core, mp_lent(self), value);
    if (status != AC_OK)
        (void)mp_bound_fail(vm, &semaphore->core.bound, status);
    semaphore->core.bound.loop = loop;
    return status == AC_OK;
}

static bool semaphore_init(mp_vm *vm, mp_value self, mp_args *args)
{
    return semaphore_start(vm, self, args, "Semaphore.__init__", ac_semaphore_init);
}

static bool bounded_init(mp_vm *vm, mp_value self, mp_args *args)
{
    return semaphore_start(vm, self, args, "BoundedSemaphore.__init__", ac_bounded_semaphore_init);
}

static mp_value semaphore_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return mp_bound_make(vm, type, args, semaphore_init);
}

static mp_value bounded_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return mp_bound_make(vm, type, args, bounded_init);
}

static int semaphore_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_semaphore *semaphore = (mp_semaphore *)self;
    mp_showing showing = mp_show_to(visit, data);
    int answer = mp_bound_visit(self, visit, data);
    if (answer == 0 && semaphore->core.waiters.next != NULL)
        answer = ac_semaphore_visit(&semaphore->core, &showing.visitor);
    return answer;
}

static void semaphore_clear(mp_vm *vm, mp_value self)
{
    mp_semaphore *semaphore = (mp_semaphore *)self;
    if (semaphore->core.waiters.next != NULL)
        ac_semaphore_abandon(&semaphore->core);
    mp_bound_clear(vm, self);
}

static mp_value semaphore_repr(mp_vm *vm, mp_value self)
{
    mp_builder text;
    const mp_semaphore *semaphore = semaphore_of(vm, self);
    if (semaphore == NULL)
        return NULL;
    mp_bound_begin_repr(&text, vm, self);
    if (ac_semaphore_locked(&semaphore->core))
        mp_builder_text(&text, "locked");
    else
        mp_builder_printf(&text, "unlocked, value:%lld", (long long)ac_semaphore_value(&semaphore->core));
    return mp_bound_end_repr(&text, ac_semaphore_waiter_count(&semaphore->core));
}

static mp_value semaphore_locked(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "Semaphore.locked", "self", &self))
        return NULL;
    const mp_semaphore *semaphore = semaphore_of(vm, self);
    return semaphore != NULL ? mp_bool_new(vm, ac_semaphore_locked(&semaphore->core)) : NULL;
}

static mp_value semaphore_release_of(mp_vm *vm, mp_value self)
{
    mp_semaphore *semaphore = semaphore_of(vm, self);
    if (semaphore == NULL)
        return NULL;
    return mp_bound_done(vm, &semaphore->core.bound, ac_semaphore_release(&semaphore->core));
}

static mp_value semaphore_release(mp_vm *vm, mp_args *args)
{
    mp_value self;
    return mp_bind_python(vm, args, "Semaphore.release", "self", &self) ? semaphore_release_of(vm, self)
                                                                        : NULL;
}

static mp_value semaphore_begin(mp_vm *vm, mp_native_coroutine *self, mp_value answer)
{
    mp_semaphore *semaphore = semaphore_of(vm, self->subject);
    if (semaphore == NULL)
        return NULL;
    if (ac_semaphore_try_acquire(&semaphore->core))
        return mp_incref(answer);
    mp_loop *loop = mp_bound_loop(vm, self->subject, &semaphore->core.bound);
    if (loop == NULL)
        return NULL;
    ac_semaphore_acquire *acquire = mp_native_frame(self);
    ac_semaphore_acquire_init(acquire, &semaphore->core);
    return mp_native_bind(self, loop, &acquire->co);
}

static mp_value semaphore_begin_acquire(mp_vm *vm, mp_native_coroutine *self)
{
    return semaphore_begin(vm, self, vm->true_);
}

static mp_value semaphore_begin_aenter(mp_vm *vm, mp_native_coroutine *self)
{
    return semaphore_begin(vm, self, vm->none);
}

static mp_value semaphore_acquire(mp_vm *vm, mp_args *args)
{
    return mp_bound_coroutine(vm, args, "Semaphore.acquire", sizeof(ac_semaphore_acquire),
                              semaphore_begin_acquire, mp_finish_true);
}

static mp_value semaphore_aenter(mp_vm *vm, mp_args *args)
{
    if (args->count == 1 && !mp_bound_is_builtin(vm, args->values[0], MP_TYPE_SEMAPHORE, MP_S_acquire))
        return mp_locks_call(vm, "_aenter", args->values, 1);
    return mp_bound_coroutine(vm, args, "_ContextManagerMixin.__aenter__", sizeof(ac_semaphore_acquire),
                              semaphore_begin_aenter, mp_finish_none);
}

static mp_value semaphore_begin_aexit(mp_vm *vm, mp_native_coroutine *self)
{
    return semaphore_release_of(vm, self->subject);
}

static mp_value semaphore_aexit(mp_vm *vm, mp_args *args)
{
    return mp_bound_aexit(vm, args, MP_TYPE_SEMAPHORE, semaphore_begin_aexit);
}

static mp_value semaphore_get_value(mp_vm *vm, mp_value self)
{
    const mp_semaphore *semaphore = semaphore_of(vm, self);
    return semaphore != NULL ? mp_int_new(vm, ac_semaphore_value(&semaphore->core)) : NULL;
}

static const mp_slots semaphore_slots = {.visit = semaphore_visit,
                                         .clear = semaphore_clear,
                                         .repr = semaphore_repr,
                                         .make = semaphore_make,
                                         .init = semaphore_init};
static const mp_slots bounded_slots = {.make = bounded_make, .init = bounded_init};

static const mp_method semaphore_methods[] = {
    {"locked", semaphore_locked, MP_M_METHOD},   {"acquire", semaphore_acquire, MP_M_METHOD},
    {"release", semaphore_release, MP_M_METHOD}, {"__aenter__", semaphore_aenter, MP_M_METHOD},
    {"__aexit__", semaphore_aexit, MP_M_METHOD}, {NULL, NULL, 0},
};

static const mp_getset semaphore_getsets[] = {{"_value", semaphore_get_value, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_semaphore_def = {
    .name = "Semaphore",
    .module = "asyncio.locks",
    .size = sizeof(mp_semaphore),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
    .slots = &semaphore_slots,
    .methods = semaphore_methods,
    .getsets = semaphore_getsets,
};

/* Its release is Semaphore's: the core knows the bound. */
const mp_type_def mp_bounded_semaphore_def = {
    .name = "BoundedSemaphore",
    .module = "asyncio.locks",
    .size = sizeof(mp_semaphore),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
    .slots = &bounded_slots,
};
