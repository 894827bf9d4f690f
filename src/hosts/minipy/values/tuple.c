/* tuple.c - tuples: a fixed row of items in the object itself.
 *
 * Mirrors    Objects/tupleobject.c.
 * Idea       The empty tuple exists once (vm->empty_tuple).  What a tuple does like a list is in sequence.c.
 * Holds      The items are NULL until whoever made the tuple has filled them; only the collector sees that.
 *            A tuple that the collector has cleared is an empty one.
 * Re-enters  Hashing and comparing ask the items.
 * Tests      difftests/scenarios/language: tuple_basics.py */
#include "values/containers_impl.h"

static mp_type *tuple_type(mp_vm *vm)
{
    if (vm->types[MP_TYPE_TUPLE] == NULL)
        vm->types[MP_TYPE_TUPLE] = mp_type_new(vm, &mp_tuple_def, NULL);
    return vm->types[MP_TYPE_TUPLE];
}

mp_tuple *mp_tuple_new(mp_vm *vm, size_t count)
{
    if (count == 0 && vm->empty_tuple != NULL)
        return (mp_tuple *)mp_incref(mp_as_value(vm->empty_tuple));
    if (count > SIZE_MAX / sizeof(mp_value) / 2) {
        mp_raise_too_big(vm);
        return NULL;
    }
    mp_type *type = tuple_type(vm);
    mp_tuple *tuple = type != NULL ? (mp_tuple *)mp_new(vm, type, count * sizeof(mp_value)) : NULL;
    if (tuple != NULL)
        tuple->count = count;
    return tuple;
}

mp_tuple *mp_tuple_of(mp_vm *vm, const mp_value *items, size_t count)
{
    mp_tuple *tuple = mp_tuple_new(vm, count);
    if (tuple == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        tuple->items[i] = mp_incref(items[i]);
    return tuple;
}

/* Making the tuple may run the collector, and that code of the program: the list may be shorter then. */
static mp_tuple *tuple_of_list(mp_vm *vm, mp_list *list)
{
    mp_tuple *tuple = mp_tuple_new(vm, list->count);
    if (tuple == NULL)
        return NULL;
    if (tuple->count > list->count)
        tuple->count = list->count;
    for (size_t i = 0; i < tuple->count; i++)
        tuple->items[i] = mp_incref(list->items[i]);
    return tuple;
}

mp_tuple *mp_to_tuple(mp_vm *vm, mp_value iterable)
{
    if (mp_is_exactly(vm, iterable, MP_TYPE_TUPLE))
        return (mp_tuple *)mp_incref(iterable);
    if (mp_is_exactly(vm, iterable, MP_TYPE_LIST))
        return tuple_of_list(vm, (mp_list *)iterable);
    mp_list *list = mp_to_list(vm, iterable);
    if (list == NULL)
        return NULL;
    mp_tuple *tuple = tuple_of_list(vm, list);
    mp_decref(vm, mp_as_value(list));
    return tuple;
}

/* ---- Life: the last item first, as in CPython ---- */

static int tuple_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_tuple *tuple = (mp_tuple *)self;
    for (size_t i = tuple->count; i > 0; i--) {
        int stop = tuple->items[i - 1] != NULL ? visit(tuple->items[i - 1], data) : 0;
        if (stop != 0)
            return stop;
    }
    return 0;
}

static void tuple_clear(mp_vm *vm, mp_value self)
{
    mp_tuple *tuple = (mp_tuple *)self;
    size_t count = tuple->count;
    tuple->count = 0;
    while (count > 0)
        mp_clear_slot(vm, &tuple->items[--count]);
}

/* ---- What tuples do ---- */

static mp_value tuple_repr(mp_vm *vm, mp_value self)
{
    return mp_sequence_repr(vm, self, "(", ")");
}

static bool tuple_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    const mp_tuple *tuple = (const mp_tuple *)self;
    uint64_t mix = 0x9e3779b97f4a7c15u + tuple->count;
    for (size_t i = 0; i < tuple->count; i++) {
        int64_t hash;
        if (!mp_hash(vm, tuple->items[i], &hash))
            return false;
        mix = (mix ^ (uint64_t)hash) * 0xbf58476d1ce4e5b9u;
        mix ^= mix >> 29;
    }
    *out = (int64_t)mix;
    return true;
}

static mp_value tuple_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is(vm, a, MP_TYPE_TUPLE) || !mp_is(vm, b, MP_TYPE_TUPLE))
        return mp_not_implemented(vm);
    return mp_sequence_compare(vm, op, a, b);
}

static int64_t tuple_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return (int64_t)((mp_tuple *)self)->count;
}

static mp_value tuple_slice(mp_vm *vm, mp_tuple *tuple, mp_slice *slice)
{
    int64_t start, step, count;
    if (!mp_slice_indices(vm, slice, (int64_t)tuple->count, &start, &step, &count))
        return NULL;
    if (step == 1 && (size_t)count == tuple->count)
        return mp_incref(mp_as_value(tuple));
    mp_tuple *part = mp_tuple_new(vm, (size_t)count);
    for (size_t i = 0; part != NULL && i < part->count; i++)
        part->items[i] = mp_incref(tuple->items[start + (int64_t)i * step]);
    return mp_as_value(part);
}

static mp_value tuple_get_item(mp_vm *vm, mp_value self, mp_value key)
{
    size_t place;
    int is_number = mp_sequence_place(vm, key, self, "tuple index", &place);
    if (is_number == 0)
        return tuple_slice(vm, (mp_tuple *)self, (mp_slice *)key);
    return is_number < 0 ? NULL : mp_incref(((mp_tuple *)self)->items[place]);
}

static mp_value tuple_iter(mp_vm *vm, mp_value self)
{
    return mp_index_iter_new(vm, self);
}

static mp_value tuple_add(mp_vm *vm, mp_tuple *a, mp_tuple *b)
{
    if (b->count == 0)
        return mp_incref(mp_as_value(a));
    mp_tuple *sum = mp_tuple_new(vm, a->count + b->count);
    if (sum == NULL)
        return NULL;
    for (size_t i = 0; i < a->count; i++)
        sum->items[i] = mp_incref(a->items[i]);
    for (size_t i = 0; i < b->count; i++)
        sum->items[a->count + i] = mp_incref(b->items[i]);
    return mp_as_value(sum);
}

static mp_value tuple_times(mp_vm *vm, mp_tuple *tuple, mp_value times)
{
    size_t repeats = 0;
    int known = mp_sequence_times(vm, mp_as_value(tuple), times, &repeats);
    if (known <= 0)
        return known == 0 ? mp_not_implemented(vm) : NULL;
    mp_tuple *product = mp_tuple_new(vm, tuple->count * repeats);
    for (size_t i = 0; product != NULL && i < product->count; i++)
        product->items[i] = mp_incref(tuple->items[i % tuple->count]);
    return mp_as_value(product);
}

static mp_value tuple_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    bool left = mp_is(vm, a, MP_TYPE_TUPLE);
    if (op == MP_OP_ADD && left)
        return mp_is(vm, b, MP_TYPE_TUPLE) ? tuple_add(vm, (mp_tuple *)a, (mp_tuple *)b)
                                           : mp_sequence_no_concat(vm, a, b);
    if (op == MP_OP_MUL)
        return left ? tuple_times(vm, (mp_tuple *)a, b) : tuple_times(vm, (mp_tuple *)b, a);
    return mp_not_implemented(vm);
}

static mp_value tuple_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type; /* a tuple cannot be subclassed: its items end the object */
    if (!mp_no_names(vm, args, "tuple") || !mp_positional(vm, args, "tuple", 0, 1))
        return NULL;
    return mp_as_value(args->count == 0 ? mp_tuple_new(vm, 0) : mp_to_tuple(vm, args->values[0]));
}

static mp_value tuple_count(mp_vm *vm, mp_args *args)
{
    return mp_sequence_count(vm, args, "tuple.count");
}

static mp_value tuple_index(mp_vm *vm, mp_args *args)
{
    return mp_sequence_index(vm, args, "index", "tuple.index(x): x not in tuple");
}

static const mp_slots tuple_slots = {
    .visit = tuple_visit,
    .clear = tuple_clear,
    .repr = tuple_repr,
    .hash = tuple_hash,
    .compare = tuple_compare,
    .binary = tuple_binary,
    .length = tuple_length,
    .get_item = tuple_get_item,
    .contains = mp_sequence_contains,
    .iter = tuple_iter,
    .make = tuple_make,
};

static const mp_method tuple_methods[] = {
    {"count", tuple_count, MP_M_METHOD},
    {"index", tuple_index, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_tuple_def = {
    .name = "tuple",
    .size = sizeof(mp_tuple),
    .flags = MP_T_GC,
    .slots = &tuple_slots,
    .methods = tuple_methods,
};

bool mp_init_tuples(mp_vm *vm)
{
    if (tuple_type(vm) != NULL && vm->empty_tuple == NULL)
        vm->empty_tuple = mp_tuple_new(vm, 0);
    return vm->empty_tuple != NULL;
}
