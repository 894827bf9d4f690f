/* staggered.c - the module asyncio.staggered: staggered_race.
 *
 * Mirrors    staggered.staggered_race.
 * Idea       The race is an object of its own, which its tasks hold: they run on if the coroutine is closed.
 *            A task of it is a native coroutine around a run of the core, which awaits what the candidate's
 *            function gives through a delegate.
 * Holds      The subject of staggered_race is its arguments until it begins, then the race.  The argument of
 *            a run is the function, once it has one.
 * Re-enters  Factories, the iterator of the functions, and these run the program. */
#include "asyncio/host.h"

typedef struct staggered_race {
    mp_object head;
    mp_value loop, functions, delay; /* owned; functions: an iterator */
    ac_staggered core;
} staggered_race;

struct run_frame {
    ac_staggered_run run;
    mp_delegate delegate;
};

static staggered_race *race_of(ac_staggered *core)
{
    return AC_CONTAINER_OF(core, staggered_race, core);
}

static mp_native_coroutine *coroutine_of(ac_staggered_run *run)
{
    return mp_native_of_frame(AC_CONTAINER_OF(run, struct run_frame, run));
}

/* What is raised goes to the core. */
static ac_status race_raised(mp_vm *vm, ac_loop *loop)
{
    return ac_loop_raise(loop, mp_take_for_core(vm));
}

/* ---- What the core asks ---- */

/* It has its body from the beginning. */
static mp_value run_begin(mp_vm *vm, mp_native_coroutine *self)
{
    (void)vm;
    (void)self;
    return NULL;
}

/* Event.wait says True; steals the core's result. */
static mp_value run_finish_wait(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    (void)self;
    mp_decref(vm, result);
    return mp_bool_new(vm, true);
}

static mp_native_coroutine *run_new(mp_vm *vm, ac_staggered *race, ac_staggered_part part)
{
    mp_native_coroutine *self = mp_native_coroutine_new(vm, part.waits ? "wait" : "run_one_coro", NULL, NULL,
                                                        sizeof(struct run_frame));
    if (self == NULL)
        return NULL;
    struct run_frame *frame = mp_native_frame(self);
    self->qualname = ac_staggered_part_name(part);
    self->begin = run_begin;
    self->finish = part.waits ? run_finish_wait : NULL;
    ac_staggered_run_init(&frame->run, race, part);
    (void)mp_native_bind(self, mp_as_loop(race_of(race)->loop), &frame->run.co);
    return self;
}

/* An eager start runs in a loop of its own on the C stack. */
static ac_status race_make_task(ac_loop *loop, ac_staggered *race, ac_staggered_part part, ac_task **out)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_native_coroutine *self = run_new(vm, race, part);
    mp_frame *before = vm->frame;
    mp_value task = NULL;
    if (self != NULL && part.waits)
        task = mp_ensure_future(vm, NULL, mp_as_value(self));
    else if (self != NULL)
        task = mp_finish(vm, before,
                         mp_create_plain_task(vm, mp_as_loop(race_of(race)->loop), mp_as_value(self)));
    if (task != NULL && !mp_is_task(vm, task)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "a task of a staggered race must be an asyncio.Task, got %R", task);
        mp_clear_slot(vm, &task);
    }
    ac_status status = AC_OK;
    if (task != NULL)
        *out = &((mp_task *)task)->core;
    else
        status = race_raised(vm, loop);
    mp_xdecref(vm, mp_as_value(self));
    return status;
}

/* As wait_for looks at it. */
static ac_status race_delay(ac_loop *loop, ac_staggered *race, double *seconds, bool *has)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value delay = race_of(race)->delay;
    *has = delay != vm->none;
    if (!*has)
        return AC_OK;
    mp_value answer = mp_compare(vm, MP_OP_LE, delay, mp_from_small(0));
    int no_time = answer != NULL ? mp_truth(vm, answer) : -1;
    mp_xdecref(vm, answer);
    *seconds = 0;
    if (no_time < 0 || (no_time == 0 && !mp_to_double(vm, delay, seconds)))
        return race_raised(vm, loop);
    return AC_OK;
}

static ac_status race_next(ac_loop *loop, ac_staggered *race, ac_staggered_run *run, bool *more)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value function = mp_next(vm, race_of(race)->functions);
    *more = function != NULL;
    if (function == NULL && vm->raised != NULL)
        return race_raised(vm, loop);
    mp_set_slot(vm, &coroutine_of(run)->argument, function);
    return AC_OK;
}

static ac_status race_begin_candidate(ac_loop *loop, ac_staggered_run *run, ac_coro **out)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value awaitable = mp_call_0(vm, coroutine_of(run)->argument);
    if (awaitable == NULL)
        return race_raised(vm, loop);
    mp_delegate *delegate = &AC_CONTAINER_OF(run, struct run_frame, run)->delegate;
    mp_delegate_init(delegate, awaitable);
    mp_decref(vm, awaitable);
    *out = &delegate->co;
    return AC_OK;
}

static ac_ref race_message(ac_loop *loop, ac_ref exception)
{
    const mp_tuple *args = ((const mp_exception *)mp_seen(exception))->args;
    (void)loop;
    return args != NULL && args->count == 1 ? mp_lent(args->items[0]) : ac_none_ref();
}

static const ac_staggered_ops race_ops = {race_make_task, race_delay, race_next, race_begin_candidate,
                                          race_message};

/* ---- The object ---- */

static int race_visit(mp_value value, mp_visit *visit, void *data)
{
    staggered_race *self = (staggered_race *)value;
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {self->loop, self->functions, self->delay};
    int answer = mp_visit_all(owned, 3, visit, data);
    return answer == 0 ? ac_staggered_visit(&self->core, &showing.visitor) : answer;
}

static void race_clear(mp_vm *vm, mp_value value)
{
    staggered_race *self = (staggered_race *)value;
    ac_staggered_clear(&self->core);
    mp_clear_slot(vm, &self->functions);
    mp_clear_slot(vm, &self->delay);
    mp_clear_slot(vm, &self->loop);
}

static const mp_slots race_slots = {.visit = race_visit, .clear = race_clear};

const mp_type_def mp_staggered_def = {
    .name = "staggered_race",
    .module = "asyncio.staggered",
    .size = sizeof(staggered_race),
    .flags = MP_T_GC,
    .slots = &race_slots,
};

/* ---- The coroutine ---- */

/* loop or get_running_loop(); borrowed, NULL raised. */
static mp_loop *race_loop(mp_vm *vm, mp_value given)
{
    int truth = mp_truth(vm, given);
    if (truth < 0)
        return NULL;
    return truth > 0 ? mp_loop_argument(vm, given, mp_running_loop) : mp_running_loop(vm);
}

static mp_value race_begin(mp_vm *vm, mp_native_coroutine *self)
{
    mp_value *args = ((mp_tuple *)self->subject)->items;
    mp_loop *loop = race_loop(vm, args[2]);
    mp_value functions = loop != NULL ? mp_iter(vm, args[0]) : NULL;
    if (functions == NULL)
        return NULL;
    staggered_race *race = (staggered_race *)mp_new(vm, vm->types[MP_TYPE_STAGGERED], 0);
    if (race == NULL) {
        mp_decref(vm, functions);
        return NULL;
    }
    race->loop = mp_incref(mp_as_value(loop));
    race->functions = functions;
    race->delay = mp_incref(args[1]);
    ac_staggered_init(&race->core, &loop->core, &race_ops, mp_lent(mp_as_value(race)));
    mp_set_slot(vm, &self->subject, mp_as_value(race));
    self->loop = mp_incref(vm->running_loop != NULL ? vm->running_loop : mp_as_value(loop));
    self->co = &race->core.co;
    self->raises = true;
    self->passes_thrown = !mp_has(vm, AC_S_STAGGERED_RACE_LEAVES_NO_TASK);
    return NULL;
}

static mp_list *race_exceptions(mp_vm *vm, const ac_staggered *core)
{
    mp_list *list = mp_list_new(vm, 0);
    for (size_t i = 0; list != NULL && i < ac_staggered_count(core); i++) {
        mp_value error = mp_seen(ac_staggered_exception(core, i));
        if (!mp_list_append(vm, list, error != NULL ? error : vm->none))
            mp_clear_slot(vm, (mp_value *)&list);
    }
    return list;
}

/* (result, index, exceptions); steals the result. */
static mp_value race_finish(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    const ac_staggered *core = &((staggered_race *)self->subject)->core;
    size_t winner = 0;
    bool has = ac_staggered_winner(core, &winner);
    mp_value parts[3] = {result, has ? mp_int_new(vm, (int64_t)winner) : mp_incref(vm->none), NULL};
    parts[2] = parts[1] != NULL ? mp_as_value(race_exceptions(vm, core)) : NULL;
    mp_value answer = parts[2] != NULL ? mp_as_value(mp_tuple_of(vm, parts, 3)) : NULL;
    for (int i = 0; i < 3; i++)
        mp_xdecref(vm, parts[i]);
    return answer;
}

static mp_value race_function(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    if (!mp_bind_python(vm, args, "staggered_race", "coro_fns delay |$loop", values))
        return NULL;
    if (values[2] == NULL)
        values[2] = vm->none;
    mp_tuple *given = mp_tuple_of(vm, values, 3);
    mp_native_coroutine *self =
        given != NULL ? mp_native_coroutine_new(vm, "staggered_race", mp_as_value(given), NULL, 0) : NULL;
    mp_xdecref(vm, mp_as_value(given));
    if (self == NULL)
        return NULL;
    self->begin = race_begin;
    self->finish = race_finish;
    return mp_as_value(self);
}

mp_value mp_staggered_awaits(mp_native_coroutine *self, const char *function, const char **inner)
{
    const struct run_frame *frame = mp_native_frame(self);
    bool within = false, outer = function == self->qualname;
    const char *innermost = ac_staggered_run_awaits(&frame->run, &within);
    *inner = NULL;
    if (frame->run.co.at == AC_AT_END || innermost == function)
        return NULL;
    if (innermost != NULL)
        *inner = within && outer ? "wait_for" : innermost;
    return innermost == NULL && outer && frame->run.candidate != NULL ? frame->delegate.awaitable : NULL;
}

/* ---- The module ---- */

bool mp_init_staggered(mp_vm *vm, mp_dict *module)
{
    static const mp_native_def natives[] = {{"staggered_race", race_function}, {NULL, NULL}};
    mp_dict *names = mp_module_make(vm, "asyncio.staggered");
    return names != NULL && mp_define_natives(vm, names, natives) &&
           mp_give(vm, vm->modules, "asyncio.staggered", module, "staggered");
}
