/* generator_methods.c - what programs see of generators and coroutines: send, throw, close, names, reprs, and
 * what happens to one that is dropped before its end.
 *
 * Mirrors    gen_methods, coro_methods, coro_wrapper_methods, _PyGen_Finalize.
 * Re-enters  A finalizer closes the body in a loop of its own; what it raises is written as ignored. */
#include "run/frame.h"

static mp_generator *self_of(mp_vm *vm, const mp_args *args)
{
    mp_value self = args->values[0];
    bool wrapped = mp_is_exactly(vm, self, MP_TYPE_COROUTINE_WRAPPER);
    return (mp_generator *)(wrapped ? ((mp_cell *)self)->value : self);
}

/* ---- Methods ---- */

static mp_value gen_send(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "send", 2, 2))
        return NULL;
    return mp_generator_resume(vm, self_of(vm, args), MP_SEND, args->values[1], MP_D_NEXT);
}

static mp_value gen_next(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__next__", 1, 1))
        return NULL;
    return mp_generator_resume(vm, self_of(vm, args), MP_SEND, vm->none, MP_D_NEXT);
}

/* throw(exception), or the old throw(type[, value[, traceback]]). */
mp_value mp_thrown_exception(mp_vm *vm, const mp_args *args)
{
    mp_value first = args->values[1];
    if (mp_is_exception(vm, first, MP_X_BASE_EXCEPTION))
        return mp_incref(first);
    if (!mp_is(vm, first, MP_TYPE_TYPE) ||
        !mp_is_subtype((mp_type *)first, vm->exceptions[MP_X_BASE_EXCEPTION])) {
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "exceptions must be classes or instances deriving from BaseException, not %T", first);
        return NULL;
    }
    if (args->count > 2 && mp_is_exception(vm, args->values[2], MP_X_BASE_EXCEPTION))
        return mp_incref(args->values[2]);
    bool has_value = args->count > 2 && args->values[2] != vm->none;
    return has_value ? mp_call_1(vm, first, args->values[2]) : mp_call_0(vm, first);
}

static mp_value gen_throw(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "throw", 2, 4))
        return NULL;
    mp_value exception = mp_thrown_exception(vm, args);
    if (exception == NULL)
        return NULL;
    mp_value answer = mp_generator_resume(vm, self_of(vm, args), MP_THROW, exception, MP_D_NEXT);
    mp_decref(vm, exception);
    return answer;
}

/* Before 3.13 close() gave None whatever the body returned; see deliver.c for the newer rule. */
static mp_value gen_close(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "close", 1, 1))
        return NULL;
    return mp_generator_resume(vm, self_of(vm, args), MP_CLOSE, vm->none, MP_D_CLOSE);
}

static mp_value gen_self(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__iter__", 1, 1))
        return NULL;
    return mp_incref(args->values[0]);
}

/* coroutine.__await__: an iterator that drives it. */
static mp_value coroutine_await(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__await__", 1, 1))
        return NULL;
    mp_value wrapper = mp_new(vm, vm->types[MP_TYPE_COROUTINE_WRAPPER], 0);
    if (wrapper != NULL)
        ((mp_cell *)wrapper)->value = mp_incref(args->values[0]);
    return wrapper;
}

/* Since 3.13 what the driver handles becomes the context only if there is no value. */
mp_value mp_raise_stop(mp_vm *vm, mp_value value)
{
    size_t count = value == vm->none ? 0 : 1;
    mp_value stop = mp_new_exception(vm, vm->exceptions[MP_X_STOP_ITERATION], &value, count);
    mp_decref(vm, value);
    if (stop != NULL && count > 0 && vm->minor >= 13)
        mp_reraise(vm, stop);
    else
        mp_raise_value(vm, stop);
    return NULL;
}

/* What send() gave, as a slot's answer: StopIteration is the end, with its value. */
mp_progress mp_progress_of(mp_vm *vm, mp_value given, mp_value *out)
{
    *out = given;
    if (given != NULL)
        return MP_YIELDED;
    if (!mp_raised_is(vm, MP_X_STOP_ITERATION))
        return MP_FAILED;
    mp_exception *stop = (mp_exception *)mp_take_raised(vm);
    *out = mp_incref(stop->value != NULL ? stop->value : vm->none);
    mp_decref(vm, mp_as_value(stop));
    return MP_ENDED;
}

/* ---- Slots ---- */

/* Only C code asks here (list(generator)): the machine resumes generators itself. */
static mp_value gen_next_slot(mp_vm *vm, mp_value self)
{
    mp_frame *before = vm->frame;
    return mp_finish(vm, before, mp_generator_resume(vm, (mp_generator *)self, MP_SEND, vm->none, MP_D_FOR));
}

static mp_value gen_iter_slot(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

mp_value mp_generator_repr(mp_vm *vm, mp_value self)
{
    const mp_generator *generator = (const mp_generator *)self;
    return mp_as_value(
        mp_str_formatted(vm, "<%T object %S at 0x%zx>", self, generator->qualname, (size_t)(uintptr_t)self));
}

int mp_generator_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_generator *generator = (const mp_generator *)self;
    mp_value owned[] = {mp_as_value(generator->name), mp_as_value(generator->qualname),
                        mp_as_value(generator->code), generator->loop};
    int answer = 0;
    for (size_t i = 0; i < sizeof owned / sizeof *owned && answer == 0; i++)
        if (owned[i] != NULL)
            answer = visit(owned[i], data);
    if (answer == 0 && generator->frame != NULL && generator->state != MP_G_RUNNING)
        answer = mp_frame_visit(generator->frame, visit, data);
    return answer;
}

void mp_generator_clear(mp_vm *vm, mp_value self)
{
    mp_generator *generator = (mp_generator *)self;
    mp_frame *frame = generator->frame;
    if (generator->state != MP_G_RUNNING && frame != NULL) {
        mp_chain_cut(vm, generator);
        mp_generator_ended(generator);
        frame->back = NULL;
        mp_frame_free(vm, frame);
    }
    mp_async_generator_forget(vm, generator);
    mp_clear_slot(vm, (mp_value *)&generator->name);
    mp_clear_slot(vm, (mp_value *)&generator->qualname);
    mp_clear_slot(vm, (mp_value *)&generator->code);
}

static void warn_never_awaited(mp_vm *vm, mp_generator *generator)
{
    mp_str *text = mp_str_formatted(vm, "RuntimeWarning: coroutine '%S' was never awaited\n",
                                    generator->qualname);
    if (text != NULL)
        (void)mp_write(vm, true, text->data, text->size);
    else
        mp_decref(vm, mp_take_raised(vm));
    mp_xdecref(vm, mp_as_value(text));
}

static void gen_finalize(mp_vm *vm, mp_value self)
{
    mp_generator *generator = (mp_generator *)self;
    if (vm->closing)
        return;
    if (generator->state == MP_G_CREATED && mp_is_exactly(vm, self, MP_TYPE_COROUTINE))
        warn_never_awaited(vm, generator);
    if (generator->state == MP_G_DELEGATED && generator->frame->back == NULL)
        mp_chain_take_out(vm, generator); /* who awaited it is gone */
    if (generator->state != MP_G_SUSPENDED)
        return;
    mp_frame *before = vm->frame;
    mp_value closed = mp_finish(vm, before,
                                mp_generator_resume(vm, generator, MP_CLOSE, vm->none, MP_D_CLOSE));
    if (closed == NULL)
        mp_write_unraisable(vm, "Exception ignored in: ", self);
    mp_xdecref(vm, closed);
}

/* ---- Attributes ---- */

static mp_value gen_get_name(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(mp_as_value(((mp_generator *)self)->name));
}

static mp_value gen_get_qualname(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(mp_as_value(((mp_generator *)self)->qualname));
}

static bool gen_runs(mp_generator *generator)
{
    return generator->state == MP_G_RUNNING ||
           (generator->state == MP_G_DELEGATED && mp_chain_runs(generator));
}

static mp_value gen_get_running(mp_vm *vm, mp_value self)
{
    return mp_bool_new(vm, gen_runs((mp_generator *)self));
}

static mp_value gen_get_suspended(mp_vm *vm, mp_value self)
{
    mp_generator *generator = (mp_generator *)self;
    bool waits = generator->state == MP_G_SUSPENDED || generator->state == MP_G_DELEGATED;
    return mp_bool_new(vm, waits && !gen_runs(generator));
}

static mp_value gen_get_code(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(mp_as_value(((mp_generator *)self)->code));
}

static mp_value gen_get_await(mp_vm *vm, mp_value self)
{
    const mp_frame *frame = ((const mp_generator *)self)->frame;
    bool waits = frame != NULL && ((frame->flags & MP_F_WAITING) != 0 || mp_chain_above(vm, frame) != NULL);
    return mp_incref(waits ? frame->stack[frame->top - 1] : vm->none);
}

static const mp_slots generator_slots = {
    .visit = mp_generator_visit,
    .clear = mp_generator_clear,
    .finalize = gen_finalize,
    .repr = mp_generator_repr,
    .iter = gen_iter_slot,
    .next = gen_next_slot,
};

static const mp_method generator_methods[] = {
    {"send", gen_send, MP_M_METHOD},     {"throw", gen_throw, MP_M_METHOD},
    {"close", gen_close, MP_M_METHOD},   {"__next__", gen_next, MP_M_METHOD},
    {"__iter__", gen_self, MP_M_METHOD}, {NULL, NULL, 0},
};

static const mp_getset generator_getsets[] = {
    {"__name__", gen_get_name, NULL},
    {"__qualname__", gen_get_qualname, NULL},
    {"gi_running", gen_get_running, NULL},
    {"gi_suspended", gen_get_suspended, NULL},
    {"gi_code", gen_get_code, NULL},
    {"gi_yieldfrom", gen_get_await, NULL},
    {NULL, NULL, NULL},
};

static const mp_type_def generator_def = {
    .name = "generator",
    .size = sizeof(mp_generator),
    .flags = MP_T_GC,
    .slots = &generator_slots,
    .methods = generator_methods,
    .getsets = generator_getsets,
};

static mp_value coroutine_await_slot(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

static const mp_slots coroutine_slots = {
    .visit = mp_generator_visit,
    .clear = mp_generator_clear,
    .finalize = gen_finalize,
    .repr = mp_generator_repr,
    .await_iter = coroutine_await_slot,
};

static const mp_method coroutine_methods[] = {
    {"send", gen_send, MP_M_METHOD},
    {"throw", gen_throw, MP_M_METHOD},
    {"close", gen_close, MP_M_METHOD},
    {"__await__", coroutine_await, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset coroutine_getsets[] = {
    {"__name__", gen_get_name, NULL},
    {"__qualname__", gen_get_qualname, NULL},
    {"cr_running", gen_get_running, NULL},
    {"cr_suspended", gen_get_suspended, NULL},
    {"cr_code", gen_get_code, NULL},
    {"cr_await", gen_get_await, NULL},
    {NULL, NULL, NULL},
};

static const mp_type_def coroutine_def = {
    .name = "coroutine",
    .size = sizeof(mp_generator),
    .flags = MP_T_GC,
    .slots = &coroutine_slots,
    .methods = coroutine_methods,
    .getsets = coroutine_getsets,
};

/* ---- What coroutine.__await__() gives ---- */

static int wrapper_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_value inner = ((mp_cell *)self)->value;
    return inner != NULL ? visit(inner, data) : 0;
}

static void wrapper_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_cell *)self)->value);
}

static mp_value wrapper_next(mp_vm *vm, mp_value self)
{
    return gen_next_slot(vm, ((mp_cell *)self)->value);
}

/* The machine looks through the wrapper; this is for C code that drives it. */
static mp_progress wrapper_resume(mp_vm *vm, mp_value self, mp_resume how, mp_value value, mp_value *out)
{
    mp_frame *before = vm->frame;
    mp_generator *inner = (mp_generator *)((mp_cell *)self)->value;
    mp_deliver deliver = how == MP_CLOSE ? MP_D_CLOSE : MP_D_NEXT;
    return mp_progress_of(vm, mp_finish(vm, before, mp_generator_resume(vm, inner, how, value, deliver)),
                          out);
}

static const mp_slots wrapper_slots = {
    .visit = wrapper_visit,
    .clear = wrapper_clear,
    .iter = gen_iter_slot,
    .next = wrapper_next,
    .resume = wrapper_resume,
};

static const mp_method wrapper_methods[] = {
    {"send", gen_send, MP_M_METHOD},     {"throw", gen_throw, MP_M_METHOD},
    {"close", gen_close, MP_M_METHOD},   {"__next__", gen_next, MP_M_METHOD},
    {"__iter__", gen_self, MP_M_METHOD}, {NULL, NULL, 0},
};

static const mp_type_def wrapper_def = {
    .name = "coroutine_wrapper",
    .size = sizeof(mp_cell),
    .flags = MP_T_GC,
    .slots = &wrapper_slots,
    .methods = wrapper_methods,
};

static bool add_type(mp_vm *vm, mp_type_index index, const mp_type_def *def)
{
    vm->types[index] = mp_type_new(vm, def, NULL);
    return vm->types[index] != NULL;
}

bool mp_init_generators(mp_vm *vm)
{
    return add_type(vm, MP_TYPE_GENERATOR, &generator_def) &&
           add_type(vm, MP_TYPE_COROUTINE, &coroutine_def) &&
           add_type(vm, MP_TYPE_COROUTINE_WRAPPER, &wrapper_def) && mp_init_async_generators(vm);
}
