/* gather.c - asyncio.gather and asyncio.shield: the core's, with objects around them.
 *
 * Mirrors    tasks.gather, tasks._GatheringFuture, tasks.shield.
 * Idea       Arguments that are no futures become tasks, which may be made by a factory of the program or
 *            start eagerly: so both functions are native frames that wait for one task after the other.
 * Holds      A gather is made for the loop of its first child, or for the running one since 3.14.  Before
 *            ac_gather_start no program has seen the object.
 * Left out   Objects that only look like futures: the core can have no callback on them.
 * Re-enters  Making tasks runs the program, and so do __hash__ and __eq__ of the arguments. */
#include "asyncio/host.h"

/* Begins like an mp_future. */
typedef struct mp_gathering {
    mp_object head;
    mp_dict *dict;
    mp_value loop;
    ac_link callbacks;
    mp_list *awaited_by;
    bool awaited_by_several;
    ac_gather core;
} mp_gathering;

_Static_assert(offsetof(mp_future, core) == offsetof(mp_gathering, core), "a gather begins like a future");
_Static_assert(offsetof(mp_future, callbacks) == offsetof(mp_gathering, callbacks),
               "a gather begins like a future");

/* ---- _GatheringFuture ---- */

static mp_value gathering_children(mp_vm *vm, mp_value self)
{
    const ac_gather *core = &((mp_gathering *)self)->core;
    mp_list *list = mp_list_new(vm, 0);
    for (size_t i = 0; list != NULL && i < ac_gather_count(core); i++)
        if (!mp_list_append(vm, list, mp_as_value(mp_future_of(ac_gather_child(core, i)))))
            mp_clear_slot(vm, (mp_value *)&list);
    return mp_as_value(list);
}

static const mp_getset gathering_getsets[] = {
    {"_children", gathering_children, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_gathering_def = {
    .name = "_GatheringFuture",
    .module = "asyncio.tasks",
    .size = sizeof(mp_gathering),
    .flags = MP_T_GC | MP_T_DICT,
    .dict_offset = offsetof(mp_gathering, dict),
    .getsets = gathering_getsets,
};

static mp_gathering *gathering_new(mp_vm *vm, mp_loop *loop, size_t room, bool return_exceptions)
{
    mp_gathering *self = (mp_gathering *)mp_new(vm, vm->types[MP_TYPE_GATHERING], 0);
    if (self == NULL)
        return NULL;
    ac_status status = ac_gather_init(&self->core, &loop->core, room, return_exceptions);
    if (status == AC_OK) {
        self->loop = mp_incref(mp_as_value(loop));
        return self;
    }
    mp_decref(vm, mp_as_value(self));
    mp_fail(vm, &loop->core, status);
    return NULL;
}

/* ---- gather ---- */

struct gathering {
    mp_tuple *arguments; /* owned */
    mp_dict *places;     /* owned; of each argument so far: where its future is */
    mp_gathering *outer; /* owned; NULL: no child yet */
    mp_loop *loop;       /* owned; NULL: the first child's */
    size_t next;
    bool return_exceptions;
};

/* A task that was made for an argument is nobody's but the gather's: nobody is told if it is lost. */
static bool gather_is_made(const struct gathering *state, mp_value future)
{
    return future != state->arguments->items[state->next];
}

static bool gather_begin(mp_vm *vm, struct gathering *state, const mp_future *child)
{
    if (state->loop == NULL)
        state->loop = mp_as_loop(mp_incref(child->loop));
    if (state->outer == NULL)
        state->outer = gathering_new(vm, state->loop, state->arguments->count, state->return_exceptions);
    return state->outer != NULL;
}

/* The future of the next argument. */
static bool gather_take(mp_vm *vm, struct gathering *state, mp_value future)
{
    if (!mp_is_future(vm, future)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "gather() and shield() need an asyncio.Future, got %R", future);
        return false;
    }
    if (mp_future_core(vm, future) == NULL || !gather_begin(vm, state, (mp_future *)future))
        return false;
    if (gather_is_made(state, future) && mp_is_task(vm, future))
        ac_task_set_log_destroy_pending(&((mp_task *)future)->core, false);
    mp_value place = mp_int_new(vm, (int64_t)state->next);
    bool known = place != NULL && mp_dict_set(vm, state->places, state->arguments->items[state->next], place);
    mp_xdecref(vm, place);
    if (!known)
        return false;
    ac_status status = ac_gather_add(&state->outer->core, &((mp_future *)future)->core);
    if (status != AC_OK)
        mp_fail(vm, &state->loop->core, status);
    state->next++;
    return status == AC_OK;
}

static mp_value gather_start(mp_vm *vm, const struct gathering *state)
{
    ac_status status = ac_gather_start(&state->outer->core);
    if (status != AC_OK)
        return mp_fail(vm, &state->loop->core, status);
    return mp_incref(mp_as_value(state->outer));
}

/* The arguments that are left: the gather, MP_PUSHED: a task is being made, or NULL. */
static mp_value gather_go_on(mp_vm *vm, struct gathering *state)
{
    while (state->next < state->arguments->count) {
        mp_value argument = state->arguments->items[state->next];
        mp_value place = mp_dict_get(vm, state->places, argument);
        if (place == NULL && vm->raised != NULL)
            return NULL;
        if (place != NULL) {
            (void)ac_gather_add_again(&state->outer->core, (size_t)mp_int_of(place));
            state->next++;
            continue;
        }
        mp_value future = mp_ensure_begin(vm, state->loop, argument);
        if (future == MP_PUSHED)
            return MP_PUSHED;
        bool taken = future != NULL && gather_take(vm, state, future);
        mp_xdecref(vm, future);
        if (!taken)
            return NULL;
    }
    return gather_start(vm, state);
}

static mp_value gather_resume(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    struct gathering *state = mp_frame_fields(frame);
    (void)outcome;
    bool taken = value != NULL && gather_take(vm, state, value);
    mp_xdecref(vm, value);
    return taken ? gather_go_on(vm, state) : NULL;
}

static void gather_drop(mp_vm *vm, mp_frame *frame)
{
    struct gathering *state = mp_frame_fields(frame);
    mp_clear_slot(vm, (mp_value *)&state->outer);
    mp_clear_slot(vm, (mp_value *)&state->places);
    mp_clear_slot(vm, (mp_value *)&state->arguments);
    mp_clear_slot(vm, (mp_value *)&state->loop);
}

static const mp_native_ops gather_ops = {"gather", gather_resume, gather_drop,
                                         sizeof(mp_frame) + sizeof(struct gathering)};

/* The list of no results is there at once, in a plain future. */
static mp_value gather_nothing(mp_vm *vm)
{
    mp_loop *loop = mp_default_loop(vm);
    mp_value outer = loop != NULL ? mp_future_new(vm, loop) : NULL;
    mp_list *list = outer != NULL ? mp_list_new(vm, 0) : NULL;
    if (list == NULL)
        mp_clear_slot(vm, &outer);
    else
        (void)ac_future_set_result(&((mp_future *)outer)->core, mp_owned(mp_as_value(list)));
    return outer;
}

static bool gather_prepare(mp_vm *vm, struct gathering *state, const mp_args *args, bool return_exceptions)
{
    bool running = ac_semantics_has(vm->asyncio->semantics, AC_S_GATHER_USES_RUNNING_LOOP);
    state->return_exceptions = return_exceptions;
    state->loop = running && vm->running_loop != NULL ? mp_as_loop(mp_incref(vm->running_loop)) : NULL;
    state->arguments = mp_tuple_of(vm, args->values, args->count);
    state->places = state->arguments != NULL ? mp_dict_new(vm) : NULL;
    return state->places != NULL;
}

static mp_value gather_all(mp_vm *vm, const mp_args *args, bool return_exceptions)
{
    mp_frame *frame = mp_push_native(vm, &gather_ops);
    if (frame == NULL)
        return NULL;
    struct gathering *state = mp_frame_fields(frame);
    bool ready = gather_prepare(vm, state, args, return_exceptions);
    mp_value answer = ready ? gather_go_on(vm, state) : NULL;
    return answer == MP_PUSHED ? answer : mp_end_native(vm, frame, answer);
}

/* return_exceptions= is the only keyword there is. */
mp_value mp_gather(mp_vm *vm, mp_args *args)
{
    size_t count = args->names != NULL ? args->names->count : 0;
    int return_exceptions = 0;
    for (size_t i = 0; i < count; i++) {
        const mp_str *keyword = (const mp_str *)args->names->items[i];
        if (!mp_str_is(keyword, "return_exceptions")) {
            mp_raise(vm, MP_X_TYPE_ERROR, "gather() got an unexpected keyword argument '%s'", keyword->data);
            return NULL;
        }
        return_exceptions = mp_truth(vm, args->values[args->count + i]);
    }
    if (return_exceptions < 0)
        return NULL;
    return args->count > 0 ? gather_all(vm, args, return_exceptions > 0) : gather_nothing(vm);
}

/* ---- shield ---- */

/* Steals the inner future, which may be NULL (raised). */
static mp_value shield_future(mp_vm *vm, mp_value inner)
{
    if (inner == NULL)
        return NULL;
    if (!mp_is_future(vm, inner)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "gather() and shield() need an asyncio.Future, got %R", inner);
        mp_decref(vm, inner);
        return NULL;
    }
    ac_future *core = mp_future_core(vm, inner);
    if (core != NULL && ac_future_done(core))
        return inner;
    mp_loop *loop = core != NULL ? mp_as_loop(((mp_future *)inner)->loop) : NULL;
    mp_value outer = loop != NULL ? mp_future_new(vm, loop) : NULL;
    ac_status status = outer != NULL ? ac_shield(core, &((mp_future *)outer)->core) : AC_OK;
    if (status != AC_OK) {
        mp_clear_slot(vm, &outer);
        mp_fail(vm, &loop->core, status);
    }
    mp_decref(vm, inner);
    return outer;
}

static mp_value shield_resume(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    (void)frame;
    (void)outcome;
    return shield_future(vm, value);
}

static void shield_drop(mp_vm *vm, mp_frame *frame)
{
    (void)vm;
    (void)frame;
}

static const mp_native_ops shield_ops = {"shield", shield_resume, shield_drop, sizeof(mp_frame)};

mp_value mp_shield(mp_vm *vm, mp_args *args)
{
    mp_value values[1];
    if (args->count == 0 && args->names == NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "shield() missing 1 required positional argument: 'arg'");
        return NULL;
    }
    if (!mp_bind_python(vm, args, "shield", "arg", values))
        return NULL;
    mp_frame *frame = mp_push_native(vm, &shield_ops);
    if (frame == NULL)
        return NULL;
    mp_value inner = mp_ensure_begin(vm, NULL, values[0]);
    return inner == MP_PUSHED ? inner : mp_end_native(vm, frame, shield_future(vm, inner));
}
