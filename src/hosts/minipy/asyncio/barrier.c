/* barrier.c - Barrier.
 *
 * Mirrors    locks.Barrier.
 * Idea       The core's machines, around a Condition object, which messages name.
 * Holds      condition and core are set together; before that (a class whose __init__ calls no other) it is
 *            not usable. */
#include "asyncio/locks.h"

static mp_barrier *barrier_of(mp_vm *vm, mp_value self)
{
    mp_barrier *barrier = (mp_barrier *)self;
    if (barrier->condition != NULL)
        return barrier;
    mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'%T' object has no attribute '_cond'", self);
    return NULL;
}

static bool barrier_check(mp_vm *vm, mp_value given, int64_t *parties)
{
    if (!mp_is_int(vm, given)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'<' not supported between instances of '%T' and 'int'", given);
        return false;
    }
    *parties = mp_int_of(given);
    if (*parties >= 1)
        return true;
    mp_raise(vm, MP_X_VALUE_ERROR, "%s", ac_barrier_parties_words(vm->asyncio->semantics));
    return false;
}

static bool barrier_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_barrier *barrier = (mp_barrier *)self;
    mp_value given;
    int64_t parties;
    if (!mp_bind_init(vm, args, "Barrier.__init__", "parties", &given) || !barrier_check(vm, given, &parties))
        return false;
    mp_condition *condition = mp_condition_new(vm);
    if (condition == NULL)
        return false;
    (void)ac_barrier_init(&barrier->core, &condition->core, parties);
    mp_set_slot(vm, &barrier->condition, mp_as_value(condition));
    return true;
}

static mp_value barrier_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return mp_bound_make(vm, type, args, barrier_init);
}

static int barrier_visit(mp_value self, mp_visit *visit, void *data)
{
    int answer = mp_bound_visit(self, visit, data);
    return answer == 0 ? mp_visit_all(&((mp_barrier *)self)->condition, 1, visit, data) : answer;
}

static void barrier_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_barrier *)self)->condition);
    mp_bound_clear(vm, self);
}

static mp_value barrier_repr(mp_vm *vm, mp_value self)
{
    mp_builder text;
    mp_barrier *barrier = barrier_of(vm, self);
    if (barrier == NULL)
        return NULL;
    const ac_barrier *core = &barrier->core;
    mp_bound_begin_repr(&text, vm, self);
    mp_builder_text(&text, ac_barrier_state_name(ac_barrier_get_state(core)));
    if (!ac_barrier_broken(core))
        mp_builder_printf(&text, ", waiters:%lld/%lld", (long long)ac_barrier_n_waiting(core),
                          (long long)ac_barrier_parties(core));
    return mp_bound_end_repr(&text, 0);
}

/* ---- Coroutines ---- */

static mp_loop *barrier_loop(mp_vm *vm, const mp_barrier *barrier)
{
    return mp_bound_loop(vm, barrier->condition, &((mp_condition *)barrier->condition)->core.bound);
}

static mp_value barrier_begin_wait(mp_vm *vm, mp_native_coroutine *self)
{
    mp_barrier *barrier = barrier_of(vm, self->subject);
    mp_loop *loop = barrier != NULL ? barrier_loop(vm, barrier) : NULL;
    if (loop == NULL)
        return NULL;
    ac_barrier_wait *wait = mp_native_frame(self);
    ac_barrier_wait_init(wait, &barrier->core);
    return mp_native_bind(self, loop, &wait->co);
}

static mp_value barrier_finish_wait(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    const ac_barrier_wait *wait = mp_native_frame(self);
    mp_decref(vm, result);
    return mp_int_new(vm, wait->index);
}

static mp_value barrier_wait(mp_vm *vm, mp_args *args)
{
    return mp_bound_coroutine(vm, args, "Barrier.wait", sizeof(ac_barrier_wait), barrier_begin_wait,
                              barrier_finish_wait);
}

static mp_value barrier_aenter(mp_vm *vm, mp_args *args)
{
    if (args->count == 1 && !mp_bound_is_builtin(vm, args->values[0], MP_TYPE_BARRIER, MP_S_wait))
        return mp_locks_call(vm, "_barrier_aenter", args->values, 1);
    return mp_bound_coroutine(vm, args, "Barrier.__aenter__", sizeof(ac_barrier_wait), barrier_begin_wait,
                              barrier_finish_wait);
}

static mp_value barrier_begin_aexit(mp_vm *vm, mp_native_coroutine *self)
{
    (void)self;
    return mp_incref(vm->none);
}

/* async def __aexit__(self, *args): pass */
static mp_value barrier_aexit(mp_vm *vm, mp_args *args)
{
    mp_args self = {args->values, args->count > 0 ? 1 : 0, args->names};
    return mp_bound_coroutine(vm, &self, "Barrier.__aexit__", 0, barrier_begin_aexit, NULL);
}

typedef void barrier_changer(ac_barrier_change *change, ac_barrier *barrier);

static mp_value barrier_begin_change(mp_vm *vm, mp_native_coroutine *self, barrier_changer *prepare)
{
    mp_barrier *barrier = barrier_of(vm, self->subject);
    mp_loop *loop = barrier != NULL ? barrier_loop(vm, barrier) : NULL;
    if (loop == NULL)
        return NULL;
    ac_barrier_change *change = mp_native_frame(self);
    prepare(change, &barrier->core);
    return mp_native_bind(self, loop, &change->co);
}

static mp_value barrier_begin_reset(mp_vm *vm, mp_native_coroutine *self)
{
    return barrier_begin_change(vm, self, ac_barrier_reset_init);
}

static mp_value barrier_begin_abort(mp_vm *vm, mp_native_coroutine *self)
{
    return barrier_begin_change(vm, self, ac_barrier_abort_init);
}

static mp_value barrier_reset(mp_vm *vm, mp_args *args)
{
    return mp_bound_coroutine(vm, args, "Barrier.reset", sizeof(ac_barrier_change), barrier_begin_reset,
                              NULL);
}

static mp_value barrier_abort(mp_vm *vm, mp_args *args)
{
    return mp_bound_coroutine(vm, args, "Barrier.abort", sizeof(ac_barrier_change), barrier_begin_abort,
                              NULL);
}

/* ---- The type ---- */

static mp_value barrier_get_parties(mp_vm *vm, mp_value self)
{
    mp_barrier *barrier = barrier_of(vm, self);
    return barrier != NULL ? mp_int_new(vm, ac_barrier_parties(&barrier->core)) : NULL;
}

static mp_value barrier_get_n_waiting(mp_vm *vm, mp_value self)
{
    mp_barrier *barrier = barrier_of(vm, self);
    return barrier != NULL ? mp_int_new(vm, ac_barrier_n_waiting(&barrier->core)) : NULL;
}

static mp_value barrier_get_broken(mp_vm *vm, mp_value self)
{
    mp_barrier *barrier = barrier_of(vm, self);
    return barrier != NULL ? mp_bool_new(vm, ac_barrier_broken(&barrier->core)) : NULL;
}

static mp_value barrier_get_condition(mp_vm *vm, mp_value self)
{
    mp_barrier *barrier = barrier_of(vm, self);
    return barrier != NULL ? mp_incref(barrier->condition) : NULL;
}

static const mp_slots barrier_slots = {.visit = barrier_visit,
                                       .clear = barrier_clear,
                                       .repr = barrier_repr,
                                       .make = barrier_make,
                                       .init = barrier_init};

static const mp_method barrier_methods[] = {
    {"wait", barrier_wait, MP_M_METHOD},       {"reset", barrier_reset, MP_M_METHOD},
    {"abort", barrier_abort, MP_M_METHOD},     {"__aenter__", barrier_aenter, MP_M_METHOD},
    {"__aexit__", barrier_aexit, MP_M_METHOD}, {NULL, NULL, 0},
};

static const mp_getset barrier_getsets[] = {
    {"parties", barrier_get_parties, NULL},
    {"n_waiting", barrier_get_n_waiting, NULL},
    {"broken", barrier_get_broken, NULL},
    {"_cond", barrier_get_condition, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_barrier_def = {
    .name = "Barrier",
    .module = "asyncio.locks",
    .size = sizeof(mp_barrier),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
    .slots = &barrier_slots,
    .methods = barrier_methods,
    .getsets = barrier_getsets,
};
