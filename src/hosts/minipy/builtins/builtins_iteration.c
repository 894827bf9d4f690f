/* builtins_iteration.c - iter, next, aiter, anext; min, max, any, all, sorted.
 *
 * Mirrors    Python/bltinmodule.c.
 * Idea       next runs a generator, or a __next__ of the program, as a frame of the machine and not on the C
 *            stack: it pushes and gives MP_PUSHED.  With a default there is a native frame between, which
 *            turns StopIteration into the default.
 * Re-enters  Everything here runs iterators; min, max and sorted their key function.
 * Tests      difftests/scenarios/language: builtin_iter_next.py, builtin_anext.py, builtin_min_max_sum.py */
#include "run/frame.h"
#include "values/containers_impl.h"

/* ---- next ---- */

/* The only slot of its native frame is the default, owned. */
enum { NEXT_FRAME_SIZE = sizeof(mp_frame) + sizeof(mp_value) };

/* What next gives for an answer: StopIteration becomes the fallback. */
static mp_value next_or(mp_vm *vm, mp_value answer, mp_value fallback)
{
    if (answer != NULL || !mp_raised_is(vm, MP_X_STOP_ITERATION))
        return answer;
    mp_decref(vm, mp_take_raised(vm));
    return mp_incref(fallback);
}

static mp_value next_resume(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    (void)outcome;
    return next_or(vm, value, frame->slots[0]);
}

static void next_drop(mp_vm *vm, mp_frame *frame)
{
    mp_clear_slot(vm, &frame->slots[0]);
}

static const mp_native_ops next_ops = {"next", next_resume, next_drop, NEXT_FRAME_SIZE};

static void next_raise_end(mp_vm *vm)
{
    mp_value stop = mp_new_exception(vm, vm->exceptions[MP_X_STOP_ITERATION], NULL, 0);
    if (stop != NULL)
        mp_raise_value(vm, stop);
}

/* value.name() as the last act of a native function. */
static mp_value iteration_invoke(mp_vm *vm, mp_value value, mp_name name)
{
    mp_value self = NULL;
    mp_value method = mp_get_method(vm, value, vm->names[name], &self);
    if (method == NULL)
        return NULL;
    mp_args args = {&self, self != NULL ? 1 : 0, NULL};
    mp_value answer = mp_invoke(vm, method, &args);
    mp_decref(vm, method);
    return answer;
}

/* One step of an iterator: a value, MP_PUSHED, or NULL (raised, also at the end). */
static mp_value next_step(mp_vm *vm, mp_value iterator)
{
    if (mp_is_exactly(vm, iterator, MP_TYPE_GENERATOR))
        return mp_generator_resume(vm, (mp_generator *)iterator, MP_SEND, vm->none, MP_D_NEXT);
    if (mp_has_dunder(vm, iterator, MP_S___next__))
        return iteration_invoke(vm, iterator, MP_S___next__);
    mp_value (*next)(mp_vm *, mp_value) = mp_type_of(vm, iterator)->slots.next;
    if (next == NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not an iterator", iterator);
        return NULL;
    }
    if (mp_type_of(vm, iterator)->slots.resume != NULL)
        return next(vm, iterator); /* it ends with a value, which mp_next would lose */
    mp_value item = mp_next(vm, iterator);
    if (item == NULL && vm->raised == NULL)
        next_raise_end(vm);
    return item;
}

static mp_value next_with_default(mp_vm *vm, mp_value iterator, mp_value fallback)
{
    mp_frame *frame = mp_push_native(vm, &next_ops);
    if (frame == NULL)
        return NULL;
    frame->slots[0] = mp_incref(fallback);
    mp_value answer = next_step(vm, iterator);
    if (answer == MP_PUSHED)
        return MP_PUSHED;
    mp_pop_native(vm, frame);
    return next_or(vm, answer, fallback);
}

static mp_value builtin_next(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "next") || !mp_positional(vm, args, "next", 1, 2))
        return NULL;
    if (args->count == 1)
        return next_step(vm, args->values[0]);
    return next_with_default(vm, args->values[0], args->values[1]);
}

/* ---- iter, aiter, anext ---- */

static bool iteration_is_callable(mp_vm *vm, mp_value value)
{
    return mp_type_of(vm, value)->slots.call != NULL || mp_has_dunder(vm, value, MP_S___call__);
}

static mp_value builtin_iter(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "iter") || !mp_positional(vm, args, "iter", 1, 2))
        return NULL;
    if (args->count == 1)
        return mp_iter(vm, args->values[0]);
    if (iteration_is_callable(vm, args->values[0]))
        return mp_call_iter_new(vm, args->values[0], args->values[1]);
    mp_raise(vm, MP_X_TYPE_ERROR, "iter(v, w): v must be callable");
    return NULL;
}

static bool iteration_has(mp_vm *vm, mp_value value, mp_name name, const char *what)
{
    if (mp_lookup(mp_type_of(vm, value), vm->names[name]) != NULL)
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not an async %s", value, what);
    return false;
}

static mp_value builtin_aiter(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "aiter", MP_NO_SELF, 1) ||
        !iteration_has(vm, args->values[0], MP_S___aiter__, "iterable"))
        return NULL;
    return iteration_invoke(vm, args->values[0], MP_S___aiter__);
}

static mp_value builtin_anext(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "anext") || !mp_positional(vm, args, "anext", 1, 2) ||
        !iteration_has(vm, args->values[0], MP_S___anext__, "iterator"))
        return NULL;
    if (args->count == 1)
        return iteration_invoke(vm, args->values[0], MP_S___anext__);
    mp_value awaitable = mp_call_method(vm, args->values[0], vm->names[MP_S___anext__], NULL, 0);
    if (awaitable == NULL)
        return NULL;
    mp_value made = mp_anext_awaitable_new(vm, awaitable, args->values[1]);
    mp_decref(vm, awaitable);
    return made;
}

/* ---- any, all ---- */

/* Goes on until an item is as true as *data says; then *data is -1, and false without an exception. */
static bool truth_differs(mp_vm *vm, mp_value item, void *data)
{
    int *sought = data;
    int truth = mp_truth(vm, item);
    if (truth < 0)
        return false;
    if (truth != *sought)
        return true;
    *sought = -1;
    return false;
}

/* 1 an item is as true as that, 0 none is, -1 raised. */
static int truth_search(mp_vm *vm, mp_args *args, const char *function, int sought)
{
    if (!mp_exactly(vm, args, function, MP_NO_SELF, 1))
        return -1;
    bool to_the_end = mp_each(vm, args->values[0], truth_differs, &sought);
    return vm->raised != NULL ? -1 : !to_the_end;
}

static mp_value builtin_any(mp_vm *vm, mp_args *args)
{
    return mp_bool_of(vm, truth_search(vm, args, "any", 1));
}

static mp_value builtin_all(mp_vm *vm, mp_args *args)
{
    int found = truth_search(vm, args, "all", 0);
    return mp_bool_of(vm, found < 0 ? found : !found);
}

/* ---- min, max ---- */

typedef struct best_work {
    int op;                   /* MP_OP_LT or MP_OP_GT */
    mp_value key;             /* borrowed; NULL: the items themselves are compared */
    mp_value best, best_rank; /* owned; NULL: none yet */
} best_work;

/* 1 rank goes before the best one's, 0 not, -1 raised. */
static int best_beats(mp_vm *vm, best_work *work, mp_value rank)
{
    if (work->best == NULL)
        return 1;
    mp_value answer = mp_compare(vm, work->op, rank, work->best_rank);
    if (answer == NULL)
        return -1;
    int truth = mp_truth(vm, answer);
    mp_decref(vm, answer);
    return truth;
}

static bool best_visit(mp_vm *vm, mp_value item, void *data)
{
    best_work *work = data;
    mp_value rank = work->key != NULL ? mp_call_1(vm, work->key, item) : mp_incref(item);
    if (rank == NULL)
        return false;
    int better = best_beats(vm, work, rank);
    if (better <= 0) {
        mp_decref(vm, rank);
        return better == 0;
    }
    mp_set_slot(vm, &work->best_rank, rank);
    mp_set_slot(vm, &work->best, mp_incref(item));
    return true;
}

/* Among the arguments, or in the only one. */
static bool best_search(mp_vm *vm, const mp_args *args, best_work *work)
{
    if (args->count == 1)
        return mp_each(vm, args->values[0], best_visit, work);
    for (size_t i = 0; i < args->count; i++) {
        if (!best_visit(vm, args->values[i], work))
            return false;
    }
    return true;
}

static mp_value best_of(mp_vm *vm, mp_args *args, const char *function, int op)
{
    mp_args names = {args->values + args->count, 0, args->names};
    mp_value options[2];
    if (!mp_bind(vm, &names, function, "|$key default", options))
        return NULL;
    if (args->count == 0) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s expected at least 1 argument, got 0", function);
        return NULL;
    }
    if (args->count > 1 && options[1] != NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "Cannot specify a default for %s() with multiple positional arguments",
                 function);
        return NULL;
    }
    best_work work = {op, options[0] != vm->none ? options[0] : NULL, NULL, NULL};
    bool done = best_search(vm, args, &work);
    mp_clear_slot(vm, &work.best_rank);
    if (done && work.best == NULL && options[1] != NULL)
        return mp_incref(options[1]);
    if (done && work.best == NULL)
        mp_raise(vm, MP_X_VALUE_ERROR, "%s() iterable argument is empty", function);
    if (!done)
        mp_clear_slot(vm, &work.best);
    return work.best;
}

static mp_value builtin_min(mp_vm *vm, mp_args *args)
{
    return best_of(vm, args, "min", MP_OP_LT);
}

static mp_value builtin_max(mp_vm *vm, mp_args *args)
{
    return best_of(vm, args, "max", MP_OP_GT);
}

/* ---- sorted ---- */

static mp_value builtin_sorted(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    mp_args positional = {args->values, args->count, NULL};
    if (!mp_positional(vm, &positional, "sorted", 1, 1) ||
        !mp_bind(vm, args, "sort", "iterable/|$key reverse", values)) /* as that raises the errors */
        return NULL;
    mp_list *list = mp_to_list(vm, values[0]);
    if (list == NULL)
        return NULL;
    int reverse = values[2] != NULL ? mp_truth(vm, values[2]) : 0;
    if (reverse >= 0 && mp_list_sort(vm, list, values[1], reverse != 0))
        return mp_as_value(list);
    mp_decref(vm, mp_as_value(list));
    return NULL;
}

const mp_native_def mp_builtin_iterations[] = {
    {"aiter", builtin_aiter},   {"all", builtin_all}, {"anext", builtin_anext}, {"any", builtin_any},
    {"iter", builtin_iter},     {"max", builtin_max}, {"min", builtin_min},     {"next", builtin_next},
    {"sorted", builtin_sorted}, {NULL, NULL},
};
