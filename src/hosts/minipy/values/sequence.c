/* sequence.c - what lists and tuples have in common.
 *
 * Mirrors    list_richcompare and tuple_richcompare, list.index, list.count, the reprs, the messages of
 *            subscripts and of + and *.
 * Idea       A sequence is read item by item through mp_item_at, which looks at the length each time: a
 *            comparison may run code of the program, which may make the list shorter.
 * Holds      An item that is compared or shown is held meanwhile.
 * Tests      difftests/scenarios/language: recursive_repr.py, comparisons.py */
#include "values/containers_impl.h"

size_t mp_items_of(mp_vm *vm, mp_value sequence, mp_value **items)
{
    if (mp_is(vm, sequence, MP_TYPE_TUPLE)) {
        mp_tuple *tuple = (mp_tuple *)sequence;
        *items = tuple->items;
        return tuple->count;
    }
    mp_list *list = (mp_list *)sequence;
    *items = list->items;
    return list->count;
}

mp_value mp_item_at(mp_vm *vm, mp_value sequence, size_t at)
{
    mp_value *items;
    return at < mp_items_of(vm, sequence, &items) ? mp_incref(items[at]) : NULL;
}

/* ---- Comparison ---- */

/* The first items that differ decide. */
static mp_value sequence_compare_items(mp_vm *vm, int op, mp_value x, mp_value y)
{
    if (op == MP_OP_EQ || op == MP_OP_NE)
        return mp_bool_new(vm, op == MP_OP_NE);
    return mp_compare(vm, op, x, y);
}

static mp_value sequence_compare_counts(mp_vm *vm, int op, mp_value a, mp_value b)
{
    mp_value *items;
    size_t m = mp_items_of(vm, a, &items), n = mp_items_of(vm, b, &items);
    switch (op) {
    case MP_OP_LT:
        return mp_bool_new(vm, m < n);
    case MP_OP_LE:
        return mp_bool_new(vm, m <= n);
    case MP_OP_EQ:
        return mp_bool_new(vm, m == n);
    case MP_OP_NE:
        return mp_bool_new(vm, m != n);
    case MP_OP_GT:
        return mp_bool_new(vm, m > n);
    default:
        return mp_bool_new(vm, m >= n);
    }
}

static mp_value sequence_compare_all(mp_vm *vm, int op, mp_value a, mp_value b)
{
    for (size_t at = 0;; at++) {
        mp_value x = mp_item_at(vm, a, at), y = mp_item_at(vm, b, at);
        bool both = x != NULL && y != NULL;
        int equal = both ? mp_equal(vm, x, y) : 1;
        mp_value answer = equal == 0 ? sequence_compare_items(vm, op, x, y) : NULL;
        mp_xdecref(vm, x);
        mp_xdecref(vm, y);
        if (equal <= 0)
            return answer;
        if (!both)
            return sequence_compare_counts(vm, op, a, b);
    }
}

mp_value mp_sequence_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    mp_value *items;
    bool for_equality = op == MP_OP_EQ || op == MP_OP_NE;
    if (for_equality && mp_items_of(vm, a, &items) != mp_items_of(vm, b, &items))
        return mp_bool_new(vm, op == MP_OP_NE);
    return sequence_compare_all(vm, op, a, b);
}

/* ---- Looks ---- */

static size_t sequence_show_items(mp_builder *builder, mp_value self)
{
    size_t at = 0;
    for (mp_value item; !builder->failed && (item = mp_item_at(builder->vm, self, at)) != NULL; at++) {
        if (at > 0)
            mp_builder_text(builder, ", ");
        mp_builder_repr(builder, item);
        mp_decref(builder->vm, item);
    }
    return at;
}

mp_value mp_sequence_repr(mp_vm *vm, mp_value self, const char *open, const char *close)
{
    int active = mp_repr_enter(vm, self);
    if (active != 0)
        return active < 0 ? NULL : mp_as_value(mp_str_formatted(vm, "%s...%s", open, close));
    mp_builder builder;
    mp_builder_init(&builder, vm);
    mp_builder_text(&builder, open);
    /* (1,) */
    if (sequence_show_items(&builder, self) == 1 && mp_is(vm, self, MP_TYPE_TUPLE))
        mp_builder_text(&builder, ",");
    mp_builder_text(&builder, close);
    mp_repr_leave(vm, self);
    return mp_as_value(mp_builder_finish(&builder));
}

/* ---- Searching ---- */

/* 1 equal, 0 not, -1 raised, 2 there is no such item. */
static int sequence_item_is(mp_vm *vm, mp_value self, size_t at, mp_value wanted)
{
    mp_value item = mp_item_at(vm, self, at);
    if (item == NULL)
        return 2;
    int equal = mp_equal(vm, item, wanted);
    mp_decref(vm, item);
    return equal;
}

int64_t mp_sequence_find(mp_vm *vm, mp_value self, mp_value item, int64_t start, int64_t stop)
{
    for (int64_t at = start; at < stop; at++) {
        int found = sequence_item_is(vm, self, (size_t)at, item);
        if (found < 0)
            return -2;
        if (found == 1)
            return at;
        if (found == 2)
            return -1;
    }
    return -1;
}

int mp_sequence_contains(mp_vm *vm, mp_value self, mp_value item)
{
    int64_t at = mp_sequence_find(vm, self, item, 0, INT64_MAX);
    return at == -2 ? -1 : at >= 0;
}

mp_value mp_sequence_count(mp_vm *vm, mp_args *args, const char *method)
{
    if (!mp_exactly(vm, args, method, MP_SELF, 1))
        return NULL;
    int64_t count = 0;
    for (size_t at = 0;; at++) {
        int found = sequence_item_is(vm, args->values[0], at, args->values[1]);
        if (found < 0)
            return NULL;
        if (found == 2)
            return mp_int_new(vm, count);
        count += found;
    }
}

/* A bound of index(): from the end if negative, never before the beginning. */
static bool sequence_bound(mp_vm *vm, mp_value self, mp_value given, int64_t *bound)
{
    int is_number = mp_index_number(vm, given, bound);
    if (is_number == 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "slice indices must be integers or have an __index__ method");
    if (is_number <= 0)
        return false;
    mp_value *items;
    if (*bound < 0)
        *bound += (int64_t)mp_items_of(vm, self, &items);
    if (*bound < 0)
        *bound = 0;
    return true;
}

mp_value mp_sequence_index(mp_vm *vm, mp_args *args, const char *method, const char *missing)
{
    if (!mp_method_positional(vm, args, method, 1, 3))
        return NULL;
    mp_value self = args->values[0];
    int64_t start = 0, stop = INT64_MAX;
    if (args->count > 2 && !sequence_bound(vm, self, args->values[2], &start))
        return NULL;
    if (args->count > 3 && !sequence_bound(vm, self, args->values[3], &stop))
        return NULL;
    int64_t at = mp_sequence_find(vm, self, args->values[1], start, stop);
    if (at >= 0)
        return mp_int_new(vm, at);
    if (at == -1 && missing != NULL)
        mp_raise(vm, MP_X_VALUE_ERROR, "%s", missing);
    else if (at == -1)
        mp_raise(vm, MP_X_VALUE_ERROR, "%R is not in list", args->values[1]);
    return NULL;
}

/* ---- Subscripts, + and * ---- */

int mp_sequence_place(mp_vm *vm, mp_value key, mp_value sequence, const char *what, size_t *place)
{
    int64_t at;
    int is_number = mp_index_number(vm, key, &at);
    if (is_number < 0)
        return -1;
    if (is_number == 0) {
        if (mp_is(vm, key, MP_TYPE_SLICE))
            return 0;
        const char *name = mp_is(vm, sequence, MP_TYPE_TUPLE) ? "tuple" : "list";
        mp_raise(vm, MP_X_TYPE_ERROR, "%s indices must be integers or slices, not %T", name, key);
        return -1;
    }
    /* the length is read here: __index__ may have changed it */
    mp_value *items;
    int64_t count = (int64_t)mp_items_of(vm, sequence, &items);
    if (at < 0)
        at += count;
    if (at < 0 || at >= count) {
        mp_raise(vm, MP_X_INDEX_ERROR, "%s out of range", what);
        return -1;
    }
    *place = (size_t)at;
    return 1;
}

int mp_sequence_times(mp_vm *vm, mp_value self, mp_value times, size_t *repeats)
{
    int64_t number;
    int is_number = mp_index_number(vm, times, &number);
    if (is_number < 0)
        return -1;
    if (is_number == 0) {
        if (mp_has_dunder(vm, times, MP_S___arithmetic__))
            return 0;
        mp_raise(vm, MP_X_TYPE_ERROR, "can't multiply sequence by non-int of type '%T'", times);
        return -1;
    }
    mp_value *items;
    size_t count = mp_items_of(vm, self, &items);
    if (number > 0 && count > SIZE_MAX / sizeof(mp_value) / 4 / (uint64_t)number) {
        mp_raise_too_big(vm);
        return -1;
    }
    *repeats = number > 0 ? (size_t)number : 0;
    return 1;
}

mp_value mp_sequence_no_concat(mp_vm *vm, mp_value a, mp_value b)
{
    if (mp_has_dunder(vm, b, MP_S___arithmetic__))
        return mp_not_implemented(vm);
    const char *name = mp_is(vm, a, MP_TYPE_TUPLE) ? "tuple" : "list";
    mp_raise(vm, MP_X_TYPE_ERROR, "can only concatenate %s (not \"%T\") to %s", name, b, name);
    return NULL;
}
