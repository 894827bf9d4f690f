/* lazy_iterators.c - enumerate, zip, map, filter, and iter(callable, sentinel).
 *
 * Mirrors    Objects/enumobject.c and the classes in Python/bltinmodule.c.
 * Idea       All are mp_walkers (iterators.c): the source is an iterator, or a tuple of iterators for zip and
 *            map.  Nothing is asked for before next is.
 * Holds      zip and map ask their iterators in order and stop at the first that has ended.
 * Re-enters  Every next runs other iterators, map and filter a function.
 * Tests      difftests/scenarios/language: builtin_lazy_iterators.py */
#include "values/containers_impl.h"

/* ---- enumerate ---- */

static mp_value enumerate_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    mp_value values[2];
    int64_t start = 0;
    if (!mp_bind(vm, args, "enumerate", "iterable|start", values))
        return NULL;
    if (values[1] != NULL && !mp_to_index(vm, values[1], &start))
        return NULL;
    mp_value iterator = mp_iter(vm, values[0]);
    if (iterator == NULL)
        return NULL;
    mp_value made = mp_walker_new(vm, MP_TYPE_ENUMERATE, iterator, NULL, start);
    mp_decref(vm, iterator);
    return made;
}

static mp_value enumerate_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    mp_value item = walker->source != NULL ? mp_next(vm, walker->source) : NULL;
    return item != NULL ? mp_pair(vm, mp_int_new(vm, walker->at++), item) : NULL;
}

/* ---- Several iterators: zip and map ---- */

/* A walker over iterators of the arguments from 'first' on. */
static mp_value walk_several(mp_vm *vm, mp_type_index type, const mp_args *args, size_t first,
                             mp_value function)
{
    mp_tuple *iterators = mp_tuple_new(vm, args->count - first);
    if (iterators == NULL)
        return NULL;
    mp_value walker = NULL;
    size_t made = 0;
    while (made < iterators->count &&
           (iterators->items[made] = mp_iter(vm, args->values[first + made])) != NULL)
        made++;
    if (made == iterators->count)
        walker = mp_walker_new(vm, type, mp_as_value(iterators), function, 0);
    mp_decref(vm, mp_as_value(iterators));
    return walker;
}

/* One item of each: a new tuple; NULL at the end (then *ended says whose) or raised. */
static mp_tuple *walk_round(mp_vm *vm, mp_tuple *iterators, size_t *ended)
{
    mp_tuple *items = iterators->count > 0 ? mp_tuple_new(vm, iterators->count) : NULL;
    for (size_t i = 0; items != NULL && i < iterators->count; i++) {
        items->items[i] = mp_next(vm, iterators->items[i]);
        if (items->items[i] == NULL) {
            *ended = i;
            mp_decref(vm, mp_as_value(items));
            items = NULL;
        }
    }
    return items;
}

static mp_value zip_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    mp_args names = {args->values + args->count, 0, args->names};
    mp_value strict;
    if (!mp_bind(vm, &names, "zip", "|$strict", &strict))
        return NULL;
    int truth = strict != NULL ? mp_truth(vm, strict) : 0;
    mp_value made = truth >= 0 ? walk_several(vm, MP_TYPE_ZIP, args, 0, NULL) : NULL;
    if (made != NULL)
        ((mp_walker *)made)->strict = truth != 0;
    return made;
}

static void zip_raise_uneven(mp_vm *vm, size_t number, const char *how)
{
    if (number == 2)
        mp_raise(vm, MP_X_VALUE_ERROR, "zip() argument 2 is %s than argument 1", how);
    else
        mp_raise(vm, MP_X_VALUE_ERROR, "zip() argument %zu is %s than arguments 1-%zu", number, how,
                 number - 1);
}

/* strict, and one has ended: all must end. */
static void zip_check_rest(mp_vm *vm, mp_tuple *iterators, size_t ended)
{
    if (ended > 0) {
        zip_raise_uneven(vm, ended + 1, "shorter");
        return;
    }
    for (size_t i = 1; i < iterators->count; i++) {
        mp_value item = mp_next(vm, iterators->items[i]);
        if (item != NULL) {
            mp_decref(vm, item);
            zip_raise_uneven(vm, i + 1, "longer");
        }
        if (vm->raised != NULL)
            return;
    }
}

static mp_value zip_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    mp_tuple *iterators = (mp_tuple *)walker->source;
    if (iterators == NULL)
        return NULL;
    size_t ended = 0;
    mp_tuple *items = walk_round(vm, iterators, &ended);
    if (items == NULL && walker->strict && vm->raised == NULL)
        zip_check_rest(vm, iterators, ended);
    return mp_as_value(items);
}

static mp_value map_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    if (!mp_no_names(vm, args, "map"))
        return NULL;
    if (args->count < 2) {
        mp_raise(vm, MP_X_TYPE_ERROR, "map() must have at least two arguments.");
        return NULL;
    }
    return walk_several(vm, MP_TYPE_MAP, args, 1, args->values[0]);
}

static mp_value map_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    size_t ended;
    mp_tuple *items = walker->source != NULL ? walk_round(vm, (mp_tuple *)walker->source, &ended) : NULL;
    if (items == NULL)
        return NULL;
    mp_args args = {items->items, items->count, NULL};
    mp_value answer = mp_call(vm, walker->function, &args);
    mp_decref(vm, mp_as_value(items));
    return answer;
}

/* ---- filter ---- */

static mp_value filter_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    if (!mp_no_names(vm, args, "filter") || !mp_positional(vm, args, "filter", 2, 2))
        return NULL;
    mp_value iterator = mp_iter(vm, args->values[1]);
    if (iterator == NULL)
        return NULL;
    mp_value function = args->values[0] != vm->none ? args->values[0] : NULL;
    mp_value made = mp_walker_new(vm, MP_TYPE_FILTER, iterator, function, 0);
    mp_decref(vm, iterator);
    return made;
}

/* What the function says of an item, or the item of itself: 1, 0, -1 raised. */
static int filter_wants(mp_vm *vm, mp_value function, mp_value item)
{
    if (function == NULL)
        return mp_truth(vm, item);
    mp_value answer = mp_call_1(vm, function, item);
    if (answer == NULL)
        return -1;
    int truth = mp_truth(vm, answer);
    mp_decref(vm, answer);
    return truth;
}

static mp_value filter_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    for (mp_value item; walker->source != NULL && (item = mp_next(vm, walker->source)) != NULL;) {
        int wanted = filter_wants(vm, walker->function, item);
        if (wanted > 0)
            return item;
        mp_decref(vm, item);
        if (wanted < 0 || !mp_count_step(vm))
            return NULL;
    }
    return NULL;
}

/* ---- iter(callable, sentinel) ---- */

mp_value mp_call_iter_new(mp_vm *vm, mp_value callee, mp_value sentinel)
{
    return mp_walker_new(vm, MP_TYPE_CALL_ITERATOR, sentinel, callee, 0);
}

/* The call may iterate over this very iterator and end it. */
static mp_value call_iter_next(mp_vm *vm, mp_value self)
{
    mp_walker *walker = (mp_walker *)self;
    if (walker->source == NULL)
        return NULL;
    mp_value callee = mp_incref(walker->function), sentinel = mp_incref(walker->source);
    mp_value item = mp_call_0(vm, callee);
    int equal = item != NULL ? mp_equal(vm, item, sentinel) : -1;
    mp_decref(vm, callee);
    mp_decref(vm, sentinel);
    if (equal == 0)
        return item;
    mp_xdecref(vm, item);
    if (item == NULL && mp_raised_is(vm, MP_X_STOP_ITERATION)) {
        mp_decref(vm, mp_take_raised(vm));
        equal = 1;
    }
    if (equal > 0)
        mp_walker_end(vm, self);
    return NULL;
}

bool mp_init_lazy_iterators(mp_vm *vm)
{
    return mp_walker_type(vm, MP_TYPE_ENUMERATE, "enumerate", enumerate_next, enumerate_make) &&
           mp_walker_type(vm, MP_TYPE_ZIP, "zip", zip_next, zip_make) &&
           mp_walker_type(vm, MP_TYPE_MAP, "map", map_next, map_make) &&
           mp_walker_type(vm, MP_TYPE_FILTER, "filter", filter_next, filter_make) &&
           mp_walker_type(vm, MP_TYPE_CALL_ITERATOR, "callable_iterator", call_iter_next, NULL);
}
