/* range.c - ranges, and the iterator over one: four numbers, no items.
 *
 * Mirrors    Objects/rangeobject.c, with numbers of 64 bits.
 * Idea       count is worked out once; the item at i is start + i * step.  Sums are done without signs, where
 *            running over is defined, and are right whenever the item exists.
 * Holds      step is not 0; count fits into 63 bits, or range() is an OverflowError.
 * Tests      difftests/scenarios/language: builtin_range.py */
#include "values/containers_impl.h"

typedef struct range_iterator {
    mp_object head;
    int64_t next, step, left;
} range_iterator;

static int64_t range_at(int64_t start, int64_t step, int64_t place)
{
    return (int64_t)((uint64_t)start + (uint64_t)step * (uint64_t)place);
}

/* How many steps lead from start to before stop. */
static bool range_count(mp_vm *vm, int64_t start, int64_t stop, int64_t step, int64_t *count)
{
    *count = 0;
    if (step > 0 ? start >= stop : start <= stop)
        return true;
    uint64_t distance = step > 0 ? (uint64_t)stop - (uint64_t)start : (uint64_t)start - (uint64_t)stop;
    uint64_t stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    uint64_t steps = (distance - 1) / stride;
    if (steps >= INT64_MAX) {
        mp_raise(vm, MP_X_OVERFLOW_ERROR, "range() result has too many items");
        return false;
    }
    *count = (int64_t)steps + 1;
    return true;
}

static mp_value range_with(mp_vm *vm, int64_t start, int64_t stop, int64_t step, int64_t count)
{
    mp_range *range = (mp_range *)mp_new(vm, vm->types[MP_TYPE_RANGE], 0);
    if (range == NULL)
        return NULL;
    range->start = start;
    range->stop = stop;
    range->step = step;
    range->count = count;
    return mp_as_value(range);
}

static mp_value range_new(mp_vm *vm, int64_t start, int64_t stop, int64_t step)
{
    int64_t count;
    return range_count(vm, start, stop, step, &count) ? range_with(vm, start, stop, step, count) : NULL;
}

static mp_value range_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    int64_t numbers[3] = {0, 0, 1};
    if (!mp_no_names(vm, args, "range") || !mp_positional(vm, args, "range", 1, 3))
        return NULL;
    size_t first = args->count == 1 ? 1 : 0; /* range(stop) */
    for (size_t i = 0; i < args->count; i++) {
        if (!mp_to_index(vm, args->values[i], &numbers[first + i]))
            return NULL;
    }
    if (numbers[2] != 0)
        return range_new(vm, numbers[0], numbers[1], numbers[2]);
    mp_raise(vm, MP_X_VALUE_ERROR, "range() arg 3 must not be zero");
    return NULL;
}

/* ---- Looks and comparison ---- */

static mp_value range_repr(mp_vm *vm, mp_value self)
{
    mp_range *range = (mp_range *)self;
    long long start = range->start, stop = range->stop, step = range->step;
    if (step == 1)
        return mp_as_value(mp_str_formatted(vm, "range(%lld, %lld)", start, stop));
    return mp_as_value(mp_str_formatted(vm, "range(%lld, %lld, %lld)", start, stop, step));
}

/* Ranges are equal where they give the same items. */
static bool range_equal(const mp_range *a, const mp_range *b)
{
    if (a->count != b->count)
        return false;
    return a->count == 0 || (a->start == b->start && (a->count == 1 || a->step == b->step));
}

static mp_value range_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    bool equality = op == MP_OP_EQ || op == MP_OP_NE;
    if (!equality || !mp_is(vm, a, MP_TYPE_RANGE) || !mp_is(vm, b, MP_TYPE_RANGE))
        return mp_not_implemented(vm);
    return mp_bool_new(vm, range_equal((mp_range *)a, (mp_range *)b) == (op == MP_OP_EQ));
}

static bool range_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    (void)vm;
    mp_range *range = (mp_range *)self;
    uint64_t mix = (uint64_t)range->count * 0x9e3779b97f4a7c15u;
    if (range->count > 0)
        mix = (mix ^ (uint64_t)range->start) * 0xbf58476d1ce4e5b9u;
    if (range->count > 1)
        mix = (mix ^ (uint64_t)range->step) * 0x94d049bb133111ebu;
    *out = (int64_t)(mix ^ mix >> 29);
    return true;
}

/* ---- Items ---- */

static int64_t range_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return ((mp_range *)self)->count;
}

static bool range_product(mp_vm *vm, int64_t a, int64_t b, int64_t *product)
{
    *product = (int64_t)((uint64_t)a * (uint64_t)b);
    if (a == -1 || *product / a == b) /* b is never the one number without an opposite */
        return true;
    mp_raise(vm, MP_X_OVERFLOW_ERROR, "range() result has a step that is too large");
    return false;
}

static mp_value range_slice(mp_vm *vm, const mp_range *range, mp_slice *slice)
{
    int64_t start, stop, step, stride, count;
    if (!mp_slice_bounds(vm, slice, range->count, &start, &stop, &step) ||
        !range_count(vm, start, stop, step, &count) || !range_product(vm, range->step, step, &stride))
        return NULL;
    return range_with(vm, range_at(range->start, range->step, start),
                      range_at(range->start, range->step, stop), stride, count);
}

static mp_value range_get_item(mp_vm *vm, mp_value self, mp_value key)
{
    mp_range *range = (mp_range *)self;
    int64_t at;
    int is_number = mp_index_number(vm, key, &at);
    if (is_number < 0)
        return NULL;
    if (is_number == 0) {
        if (mp_is(vm, key, MP_TYPE_SLICE))
            return range_slice(vm, range, (mp_slice *)key);
        mp_raise(vm, MP_X_TYPE_ERROR, "range indices must be integers or slices, not %T", key);
        return NULL;
    }
    if (at < 0)
        at += range->count;
    if (at >= 0 && at < range->count)
        return mp_int_new(vm, range_at(range->start, range->step, at));
    mp_raise(vm, MP_X_INDEX_ERROR, "range object index out of range");
    return NULL;
}

/* The place of an int; -1: it is not in the range. */
static int64_t range_place(const mp_range *range, int64_t number)
{
    bool up = range->step > 0;
    if (range->count == 0 || (up ? number < range->start : number > range->start))
        return -1;
    uint64_t distance = up ? (uint64_t)number - (uint64_t)range->start
                           : (uint64_t)range->start - (uint64_t)number;
    uint64_t stride = up ? (uint64_t)range->step : 0 - (uint64_t)range->step;
    if (distance % stride != 0 || distance / stride >= (uint64_t)range->count)
        return -1;
    return (int64_t)(distance / stride);
}

/* Where an item is: an int is reckoned, anything else is compared with all; -1 nowhere, -2 raised. */
static int64_t range_find(mp_vm *vm, const mp_range *range, mp_value item)
{
    if (mp_is_int(vm, item))
        return range_place(range, mp_int_of(item));
    for (int64_t at = 0; at < range->count; at++) {
        mp_value number = mp_int_new(vm, range_at(range->start, range->step, at));
        if (number == NULL)
            return -2;
        int equal = mp_count_step(vm) ? mp_equal(vm, number, item) : -1;
        mp_decref(vm, number);
        if (equal != 0)
            return equal > 0 ? at : -2;
    }
    return -1;
}

static int range_contains(mp_vm *vm, mp_value self, mp_value item)
{
    int64_t at = range_find(vm, (mp_range *)self, item);
    return at == -2 ? -1 : at >= 0;
}

static mp_value range_index(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "range.index", MP_SELF, 1))
        return NULL;
    int64_t at = range_find(vm, (mp_range *)args->values[0], args->values[1]);
    if (at >= 0)
        return mp_int_new(vm, at);
    if (at == -1)
        mp_raise(vm, MP_X_VALUE_ERROR, "range.index(x): x not in range");
    return NULL;
}

static mp_value range_count_method(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "range.count", MP_SELF, 1))
        return NULL;
    int64_t at = range_find(vm, (mp_range *)args->values[0], args->values[1]);
    return at == -2 ? NULL : mp_int_new(vm, at >= 0);
}

/* ---- Iterator ---- */

mp_value mp_range_iter_new(mp_vm *vm, int64_t start, int64_t step, int64_t count)
{
    range_iterator *iterator = (range_iterator *)mp_new(vm, vm->types[MP_TYPE_RANGE_ITERATOR], 0);
    if (iterator == NULL)
        return NULL;
    iterator->next = start;
    iterator->step = step;
    iterator->left = count;
    return mp_as_value(iterator);
}

static mp_value range_iter(mp_vm *vm, mp_value self)
{
    mp_range *range = (mp_range *)self;
    return mp_range_iter_new(vm, range->start, range->step, range->count);
}

/* The innermost part of many loops. */
static mp_value range_iter_next(mp_vm *vm, mp_value self)
{
    range_iterator *iterator = (range_iterator *)self;
    if (iterator->left == 0)
        return NULL;
    iterator->left--;
    int64_t number = iterator->next;
    iterator->next = range_at(number, iterator->step, 1);
    if (number >= MP_SMALL_MIN && number <= MP_SMALL_MAX)
        return mp_from_small(number);
    return mp_int_new(vm, number);
}

/* ---- Types ---- */

static mp_value range_get_start(mp_vm *vm, mp_value self)
{
    return mp_int_new(vm, ((mp_range *)self)->start);
}

static mp_value range_get_stop(mp_vm *vm, mp_value self)
{
    return mp_int_new(vm, ((mp_range *)self)->stop);
}

static mp_value range_get_step(mp_vm *vm, mp_value self)
{
    return mp_int_new(vm, ((mp_range *)self)->step);
}

static const mp_slots range_slots = {
    .repr = range_repr,
    .hash = range_hash,
    .compare = range_compare,
    .length = range_length,
    .get_item = range_get_item,
    .contains = range_contains,
    .iter = range_iter,
    .make = range_make,
};

static const mp_method range_methods[] = {
    {"count", range_count_method, MP_M_METHOD},
    {"index", range_index, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset range_getsets[] = {
    {"start", range_get_start, NULL},
    {"stop", range_get_stop, NULL},
    {"step", range_get_step, NULL},
    {NULL, NULL, NULL},
};

static const mp_type_def range_def = {
    .name = "range",
    .size = sizeof(mp_range),
    .slots = &range_slots,
    .methods = range_methods,
    .getsets = range_getsets,
};

static const mp_slots range_iterator_slots = {.iter = mp_self_iter, .next = range_iter_next};

static const mp_type_def range_iterator_def = {
    .name = "range_iterator", .size = sizeof(range_iterator), .slots = &range_iterator_slots};

bool mp_init_ranges(mp_vm *vm)
{
    return mp_container_type(vm, MP_TYPE_RANGE, &range_def) &&
           mp_container_type(vm, MP_TYPE_RANGE_ITERATOR, &range_iterator_def);
}
