/* asyncgen.c - async generators, and the awaitables that drive them: anext, asend, athrow, aclose.
 *
 * Mirrors    async_gen_asend_send, async_gen_athrow_send, async_gen_unwrap_value, async_gen_init_hooks.
 * Idea       Each of the four calls gives a step, an awaitable for one go.  Awaiting it pushes the
 *            generator's frame over the awaiter's; what the body awaits suspends the whole chain like any
 *            await, and what it yields is the result of the step (deliver.c asks mp_async_step_out).
 * Holds      generator->busy from the moment that a step is begun until it has its answer; frame->instead is
 *            that step, owned, so that it lives as long as the frame runs for it. */
#include "run/frame.h"

typedef enum step_kind { STEP_ASEND, STEP_ATHROW, STEP_ACLOSE } step_kind;
enum { STEP_NEW, STEP_BEGUN, STEP_CLOSED };

struct async_step {
    mp_object head;
    mp_generator *generator; /* owned */
    mp_value value;          /* owned: what is sent or thrown */
    uint8_t kind, state;
};

const char *mp_async_step_name(mp_value step)
{
    uint8_t kind = ((struct async_step *)step)->kind;
    return kind == STEP_ASEND ? "async_generator_asend" : "async_generator_athrow";
}

/* ---- What comes out ---- */

/* aclose() ends well when the generator ended, however that was. */
static bool closed_well(mp_vm *vm, struct async_step *step, mp_generator *generator, mp_value *value)
{
    if (!mp_raised_is(vm, MP_X_STOP_ASYNC_ITERATION) && !mp_raised_is(vm, MP_X_GENERATOR_EXIT))
        return false;
    generator->closed = true;
    if (step->kind != STEP_ACLOSE)
        return false;
    mp_decref(vm, mp_take_raised(vm));
    *value = mp_incref(vm->none);
    return true;
}

bool mp_async_step_out(mp_vm *vm, mp_value self, mp_generator *generator, mp_way_out way, mp_value *value)
{
    struct async_step *step = (struct async_step *)self;
    step->state = STEP_CLOSED;
    generator->busy = false;
    if (way == MP_OUT_YIELD && step->kind != STEP_ACLOSE)
        return true;
    if (way == MP_OUT_YIELD) {
        mp_decref(vm, *value);
        mp_raise(vm, MP_X_RUNTIME_ERROR, "async generator ignored GeneratorExit");
        return false;
    }
    if (way == MP_OUT_RETURN) {
        mp_decref(vm, *value);
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_STOP_ASYNC_ITERATION], NULL, 0));
    }
    return closed_well(vm, step, generator, value);
}

/* ---- Beginning ---- */

static const char *step_word(const struct async_step *step)
{
    static const char *const words[] = {"anext()", "athrow()", "aclose()"};
    return words[step->kind];
}

static bool check_step(mp_vm *vm, struct async_step *step)
{
    if (step->state == STEP_CLOSED) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "cannot reuse already awaited %s",
                 step->kind == STEP_ASEND ? "__anext__()/asend()" : "aclose()/athrow()");
        return false;
    }
    if (step->state == STEP_NEW && step->generator->busy) {
        step->state = STEP_CLOSED;
        mp_raise(vm, MP_X_RUNTIME_ERROR, "%s: asynchronous generator is already running", step_word(step));
        return false;
    }
    return true;
}

/* The generator has ended, or was closed before it began.  True: *answer is that of the step. */
static bool answer_at_once(mp_vm *vm, struct async_step *step, mp_value *answer)
{
    mp_generator *generator = step->generator;
    bool over = generator->state == MP_G_ENDED;
    if (!over && !(generator->closed && step->kind != STEP_ASEND))
        return false;
    step->state = STEP_CLOSED;
    *answer = NULL;
    if (over && step->kind != STEP_ASEND)
        *answer = mp_incref(vm->none);
    else
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_STOP_ASYNC_ITERATION], NULL, 0));
    return true;
}

static mp_value thrown_by(mp_vm *vm, const struct async_step *step)
{
    if (step->kind == STEP_ATHROW)
        return mp_incref(step->value);
    return mp_new_exception(vm, vm->exceptions[MP_X_GENERATOR_EXIT], NULL, 0);
}

/* A body that has not begun is not run to be thrown into: it just ends. */
static mp_value throw_unbegun(mp_vm *vm, struct async_step *step, mp_value exception)
{
    mp_generator *generator = step->generator;
    mp_value answer = NULL;
    (void)mp_generator_resume(vm, generator, MP_THROW, exception, MP_D_ASYNC_HAND);
    (void)mp_async_step_out(vm, mp_as_value(step), generator, MP_OUT_RAISE, &answer);
    return answer;
}

static void begin(struct async_step *step)
{
    mp_generator *generator = step->generator;
    step->state = STEP_BEGUN;
    generator->busy = true;
    if (step->kind == STEP_ACLOSE)
        generator->closed = true;
}

/* Puts the generator's frame over the awaiter's, which has the step on its stack. */
static mp_value push_awaited(mp_vm *vm, struct async_step *step, mp_value sent, mp_value thrown)
{
    mp_generator *generator = step->generator;
    mp_frame *frame = generator->frame;
    if (generator->state == MP_G_CREATED && sent != vm->none) {
        (void)mp_generator_resume(vm, generator, MP_SEND, sent, MP_D_ASYNC_NEXT);
        return NULL;
    }
    if (!mp_generator_attach(vm, generator, sent, MP_D_ASYNC_NEXT))
        return NULL;
    mp_set_slot(vm, &frame->instead, mp_incref(mp_as_value(step)));
    if (thrown != NULL) {
        mp_decref(vm, frame->stack[--frame->top]);
        mp_reraise(vm, mp_incref(thrown));
        mp_chain_thrown(vm, frame);
    }
    return MP_PUSHED;
}

/* The generator stands at one of its own yields, or has not begun. */
static mp_value await_new(mp_vm *vm, struct async_step *step)
{
    mp_value answer = NULL, thrown = NULL;
    if (answer_at_once(vm, step, &answer))
        return answer;
    if (step->kind != STEP_ASEND && (thrown = thrown_by(vm, step)) == NULL)
        return NULL;
    begin(step);
    if (thrown != NULL && step->generator->state == MP_G_CREATED)
        answer = throw_unbegun(vm, step, thrown);
    else
        answer = push_awaited(vm, step, thrown == NULL && step->value != NULL ? step->value : vm->none,
                              thrown);
    mp_xdecref(vm, thrown);
    return answer;
}

/* One that was begun by hand, or by another awaiter, goes on where its body waits. */
mp_value mp_async_step_await(mp_vm *vm, mp_value self)
{
    struct async_step *step = (struct async_step *)self;
    mp_generator *generator = step->generator;
    if (!check_step(vm, step) || !mp_generator_ready(vm, generator))
        return NULL;
    bool begun = step->state == STEP_BEGUN && generator->state != MP_G_ENDED;
    mp_value answer = begun ? push_awaited(vm, step, vm->none, NULL) : await_new(vm, step);
    if (answer == NULL && step->state == STEP_BEGUN) {
        step->state = STEP_CLOSED;
        generator->busy = false;
    }
    return answer;
}

mp_generator *mp_async_step_generator(mp_value step)
{
    return ((struct async_step *)step)->generator;
}

/* ---- By hand: step.send(None), step.throw(...) ---- */

/* An answer that came at once, as send() gives it; NULL: raised. */
static mp_value as_stop(mp_vm *vm, mp_value answer)
{
    return answer != NULL ? mp_raise_stop(vm, answer) : NULL;
}

static mp_value resume_by_hand(mp_vm *vm, struct async_step *step, mp_resume how, mp_value value)
{
    mp_generator *generator = step->generator;
    mp_frame *frame = generator->frame;
    if (how == MP_THROW && generator->state == MP_G_CREATED)
        return as_stop(vm, throw_unbegun(vm, step, value));
    mp_value pushed = mp_generator_resume(vm, generator, how, value, MP_D_ASYNC_HAND);
    if (pushed != MP_PUSHED) {
        step->state = STEP_CLOSED;
        generator->busy = false;
        return pushed;
    }
    (void)mp_incref(mp_as_value(step));
    mp_set_slot(vm, &frame->instead, mp_as_value(step));
    return MP_PUSHED;
}

static mp_value step_by_hand(mp_vm *vm, struct async_step *step, mp_resume how, mp_value value)
{
    mp_value answer = NULL;
    if (!check_step(vm, step))
        return NULL;
    if (step->state == STEP_BEGUN)
        return resume_by_hand(vm, step, how, value);
    if (answer_at_once(vm, step, &answer))
        return as_stop(vm, answer);
    if (how == MP_THROW && step->kind != STEP_ASEND && !mp_python_has(vm, 4, 0, 0, 0))
        return resume_by_hand(vm, step, how, value); /* it has not begun even then: the next send begins it */
    begin(step);
    if (how == MP_THROW)
        return resume_by_hand(vm, step, how, value);
    if (step->kind == STEP_ASEND)
        return resume_by_hand(vm, step, MP_SEND,
                              value == vm->none && step->value != NULL ? step->value : value);
    mp_value thrown = thrown_by(vm, step);
    if (thrown == NULL)
        return NULL;
    answer = resume_by_hand(vm, step, MP_THROW, thrown);
    mp_decref(vm, thrown);
    return answer;
}

static mp_value step_send(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "send", 2, 2))
        return NULL;
    return step_by_hand(vm, (struct async_step *)args->values[0], MP_SEND, args->values[1]);
}

static mp_value step_next(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__next__", 1, 1))
        return NULL;
    return step_by_hand(vm, (struct async_step *)args->values[0], MP_SEND, vm->none);
}

static mp_value step_throw(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "throw", 2, 4))
        return NULL;
    mp_value exception = mp_thrown_exception(vm, args);
    if (exception == NULL)
        return NULL;
    mp_value answer = step_by_hand(vm, (struct async_step *)args->values[0], MP_THROW, exception);
    mp_decref(vm, exception);
    return answer;
}

/* What a throw into a step came to, in a loop of its own. */
static mp_progress throw_into(mp_vm *vm, mp_value self, mp_value exception, mp_value *out)
{
    mp_frame *before = vm->frame;
    mp_value answer = step_by_hand(vm, (struct async_step *)self, MP_THROW, exception);
    return mp_progress_of(vm, mp_finish(vm, before, answer), out);
}

/* Closing a step throws GeneratorExit into the generator; before gh-117714 it only marked the step. */
static bool close_step(mp_vm *vm, mp_value self)
{
    struct async_step *step = (struct async_step *)self;
    if (!mp_python_has(vm, 4, 0, 0, 0) && step->state != STEP_BEGUN)
        step->state = STEP_CLOSED;
    if (!mp_python_has(vm, 4, 0, 0, 0) || step->state == STEP_CLOSED)
        return true;
    mp_value given = NULL, exit = mp_new_exception(vm, vm->exceptions[MP_X_GENERATOR_EXIT], NULL, 0);
    mp_progress progress = exit != NULL ? throw_into(vm, self, exit, &given) : MP_FAILED;
    mp_xdecref(vm, exit);
    mp_xdecref(vm, given);
    if (progress == MP_YIELDED)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "coroutine ignored GeneratorExit");
    bool closed = progress == MP_ENDED ||
                  (progress == MP_FAILED &&
                   (mp_raised_is(vm, MP_X_STOP_ASYNC_ITERATION) || mp_raised_is(vm, MP_X_GENERATOR_EXIT)));
    if (closed && progress == MP_FAILED)
        mp_decref(vm, mp_take_raised(vm));
    return closed;
}

static mp_value step_close(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "close", 1, 1))
        return NULL;
    return close_step(vm, args->values[0]) ? mp_incref(vm->none) : NULL;
}

static mp_value step_self(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__await__", 1, 1))
        return NULL;
    return mp_incref(args->values[0]);
}

/* ---- Slots of a step ---- */

static int step_visit(mp_value self, mp_visit *visit, void *data)
{
    struct async_step *step = (struct async_step *)self;
    int answer = step->generator != NULL ? visit(mp_as_value(step->generator), data) : 0;
    return answer == 0 && step->value != NULL ? visit(step->value, data) : answer;
}

static void step_clear(mp_vm *vm, mp_value self)
{
    struct async_step *step = (struct async_step *)self;
    mp_clear_slot(vm, (mp_value *)&step->generator);
    mp_clear_slot(vm, &step->value);
}

static mp_value step_iter(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

static mp_progress step_resume(mp_vm *vm, mp_value self, mp_resume how, mp_value value, mp_value *out)
{
    struct async_step *step = (struct async_step *)self;
    mp_frame *before = vm->frame;
    *out = NULL;
    if (how == MP_CLOSE)
        return close_step(vm, self) ? MP_ENDED : MP_FAILED;
    return mp_progress_of(vm, mp_finish(vm, before, step_by_hand(vm, step, how, value)), out);
}

static const mp_slots step_slots = {
    .visit = step_visit,
    .clear = step_clear,
    .iter = step_iter,
    .await_iter = step_iter,
    .resume = step_resume,
};

static const mp_method step_methods[] = {
    {"send", step_send, MP_M_METHOD},
    {"throw", step_throw, MP_M_METHOD},
    {"close", step_close, MP_M_METHOD},
    {"__next__", step_next, MP_M_METHOD},
    {"__await__", step_self, MP_M_METHOD},
    {"__iter__", step_self, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_type_def step_def = {
    .name = "async_generator_asend",
    .size = sizeof(struct async_step),
    .flags = MP_T_GC,
    .slots = &step_slots,
    .methods = step_methods,
};

/* ---- The generator itself ---- */

static mp_value new_step(mp_vm *vm, mp_value self, step_kind kind, mp_value value)
{
    if (!mp_async_generator_first(vm, (mp_generator *)self))
        return NULL;
    struct async_step *step = (struct async_step *)mp_new(vm, vm->types[MP_TYPE_ASYNC_STEP], 0);
    if (step == NULL)
        return NULL;
    step->kind = (uint8_t)kind;
    step->generator = (mp_generator *)mp_incref(self);
    step->value = value != NULL ? mp_incref(value) : NULL;
    return mp_as_value(step);
}

static mp_value agen_anext(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__anext__", 1, 1) ? new_step(vm, args->values[0], STEP_ASEND, NULL)
                                                      : NULL;
}

static mp_value agen_asend(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "asend", 2, 2) ? new_step(vm, args->values[0], STEP_ASEND, args->values[1])
                                                  : NULL;
}

static mp_value agen_aclose(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "aclose", 1, 1) ? new_step(vm, args->values[0], STEP_ACLOSE, NULL) : NULL;
}

static mp_value agen_athrow(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "athrow", 2, 4))
        return NULL;
    mp_value exception = mp_thrown_exception(vm, args);
    if (exception == NULL)
        return NULL;
    mp_value step = new_step(vm, args->values[0], STEP_ATHROW, exception);
    mp_decref(vm, exception);
    return step;
}

static mp_value agen_aiter(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__aiter__", 1, 1) ? mp_incref(args->values[0]) : NULL;
}

static mp_value agen_get_running(mp_vm *vm, mp_value self)
{
    return mp_bool_new(vm, ((mp_generator *)self)->busy);
}

static mp_value agen_get_name(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(mp_as_value(((mp_generator *)self)->name));
}

/* Without a loop it is closed like a generator: what its body would wait for never comes. */
static void agen_close_at_once(mp_vm *vm, mp_value self)
{
    mp_value step = new_step(vm, self, STEP_ACLOSE, NULL), given = NULL;
    mp_progress progress = step != NULL ? step_resume(vm, step, MP_SEND, vm->none, &given) : MP_FAILED;
    if (progress == MP_YIELDED)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "async generator ignored GeneratorExit");
    mp_xdecref(vm, given);
    if (progress != MP_ENDED)
        mp_write_unraisable(vm, "Exception ignored in: ", self);
    mp_xdecref(vm, step);
}

/* One that is dropped before its end is closed by its loop. */
static void agen_finalize(mp_vm *vm, mp_value self)
{
    mp_generator *generator = (mp_generator *)self;
    if (vm->closing || generator->state != MP_G_SUSPENDED || generator->closed)
        return;
    if (generator->loop != NULL)
        mp_async_generator_lost(vm, generator);
    else
        agen_close_at_once(vm, self);
}

static const mp_slots agen_slots = {
    .visit = mp_generator_visit,
    .clear = mp_generator_clear,
    .finalize = agen_finalize,
    .repr = mp_generator_repr,
};

static const mp_method agen_methods[] = {
    {"__aiter__", agen_aiter, MP_M_METHOD}, {"__anext__", agen_anext, MP_M_METHOD},
    {"asend", agen_asend, MP_M_METHOD},     {"athrow", agen_athrow, MP_M_METHOD},
    {"aclose", agen_aclose, MP_M_METHOD},   {NULL, NULL, 0},
};

static const mp_getset agen_getsets[] = {
    {"__name__", agen_get_name, NULL},
    {"ag_running", agen_get_running, NULL},
    {NULL, NULL, NULL},
};

static const mp_type_def agen_def = {
    .name = "async_generator",
    .size = sizeof(mp_generator),
    .flags = MP_T_GC,
    .slots = &agen_slots,
    .methods = agen_methods,
    .getsets = agen_getsets,
};

bool mp_init_async_generators(mp_vm *vm)
{
    vm->types[MP_TYPE_ASYNC_GENERATOR] = mp_type_new(vm, &agen_def, NULL);
    vm->types[MP_TYPE_ASYNC_STEP] = mp_type_new(vm, &step_def, NULL);
    return vm->types[MP_TYPE_ASYNC_GENERATOR] != NULL && vm->types[MP_TYPE_ASYNC_STEP] != NULL;
}
