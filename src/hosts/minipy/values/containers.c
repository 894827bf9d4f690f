/* containers.c - small helpers of all containers, and the guards of containers that contain themselves.
 *
 * Mirrors    Py_ReprEnter, Py_ReprLeave, Py_EnterRecursiveCall; Argument Clinic's messages.
 * Idea       Showing, comparing and hashing go down into items on the C stack, through functions of other
 *            files and perhaps through code of the program.  vm->nesting counts how deep; at the limit it is
 *            a RecursionError, long before the C stack ends.  vm->repr_guard lists the containers that are
 *            being shown, so that one that contains itself is shown as [...].
 * Holds      Every enter that succeeded is followed by its leave, in the opposite order.
 * Tests      difftests/scenarios/language: recursive_repr.py, comparisons.py */
#include "values/containers_impl.h"

enum { NESTING_LIMIT = 1000 };

typedef struct repr_guard {
    struct repr_guard *outer;
    mp_value container; /* borrowed: whoever shows it holds it */
} repr_guard;

bool mp_nest_enter(mp_vm *vm, const char *what)
{
    if (vm->nesting >= NESTING_LIMIT) {
        mp_raise(vm, MP_X_RECURSION_ERROR, "maximum recursion depth exceeded %s", what);
        return false;
    }
    vm->nesting++;
    return true;
}

void mp_nest_leave(mp_vm *vm)
{
    vm->nesting--;
}

int mp_repr_enter(mp_vm *vm, mp_value container)
{
    for (const repr_guard *guard = vm->repr_guard; guard != NULL; guard = guard->outer) {
        if (guard->container == container)
            return 1;
    }
    repr_guard *guard = mp_alloc(vm, sizeof *guard);
    if (guard == NULL)
        return -1;
    guard->outer = vm->repr_guard;
    guard->container = container;
    vm->repr_guard = guard;
    return 0;
}

/* The innermost guard is almost always the one, but a generator suspended within a __repr__ may mix them. */
void mp_repr_leave(mp_vm *vm, mp_value container)
{
    repr_guard *inner = NULL, *guard = vm->repr_guard;
    while (guard != NULL && guard->container != container) {
        inner = guard;
        guard = guard->outer;
    }
    if (guard == NULL)
        return;
    if (inner == NULL)
        vm->repr_guard = guard->outer;
    else
        inner->outer = guard->outer;
    mp_release(vm, guard, sizeof *guard);
}

/* ---- Arguments ---- */

bool mp_no_names(mp_vm *vm, const mp_args *args, const char *function)
{
    if (args->names == NULL || args->names->count == 0)
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "%s() takes no keyword arguments", function);
    return false;
}

bool mp_exactly(mp_vm *vm, const mp_args *args, const char *function, size_t self, size_t wanted)
{
    if (!mp_no_names(vm, args, function))
        return false;
    size_t given = args->count - self;
    if (given == wanted)
        return true;
    if (wanted == 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "%s() takes no arguments (%zu given)", function, given);
    else if (wanted == 1)
        mp_raise(vm, MP_X_TYPE_ERROR, "%s() takes exactly one argument (%zu given)", function, given);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "%s expected %zu arguments, got %zu", function, wanted, given);
    return false;
}

bool mp_method_positional(mp_vm *vm, const mp_args *args, const char *method, size_t least, size_t most)
{
    mp_args rest = mp_after_self(args);
    return mp_positional(vm, &rest, method, least, most);
}

/* ---- Small things ---- */

void mp_raise_key(mp_vm *vm, mp_value key)
{
    mp_value error = mp_new_exception(vm, vm->exceptions[MP_X_KEY_ERROR], &key, 1);
    if (error != NULL)
        mp_raise_value(vm, error);
}

void mp_raise_too_big(mp_vm *vm)
{
    mp_raise_value(vm, mp_incref(vm->memory_error));
}

bool mp_unhashable(mp_vm *vm, mp_value self, int64_t *out)
{
    *out = 0;
    mp_raise(vm, MP_X_TYPE_ERROR, "unhashable type: '%T'", self);
    return false;
}

mp_value mp_self_iter(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

int mp_index_number(mp_vm *vm, mp_value key, int64_t *out)
{
    if (mp_is_small(key)) {
        *out = mp_small(key);
        return 1;
    }
    if (!mp_is_int(vm, key) && !mp_has_dunder(vm, key, MP_S___index__))
        return 0;
    return mp_to_index(vm, key, out) ? 1 : -1;
}

bool mp_container_type(mp_vm *vm, mp_type_index index, const mp_type_def *def)
{
    if (vm->types[index] == NULL)
        vm->types[index] = mp_type_new(vm, def, NULL);
    return vm->types[index] != NULL;
}

mp_value mp_pair(mp_vm *vm, mp_value first, mp_value second)
{
    mp_tuple *pair = first != NULL && second != NULL ? mp_tuple_new(vm, 2) : NULL;
    if (pair == NULL) {
        mp_xdecref(vm, first);
        mp_xdecref(vm, second);
        return NULL;
    }
    pair->items[0] = first;
    pair->items[1] = second;
    return mp_as_value(pair);
}

bool mp_init_containers(mp_vm *vm)
{
    return mp_init_bytes(vm) && mp_init_tuples(vm) && mp_init_slices(vm) && mp_init_dicts(vm) &&
           mp_init_dict_views(vm) && mp_init_lists(vm) && mp_init_sets(vm) && mp_init_ranges(vm) &&
           mp_init_iterators(vm) && mp_init_lazy_iterators(vm) && mp_init_anext(vm);
}
