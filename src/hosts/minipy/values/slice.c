/* slice.c - slice objects: what a[start:stop:step] is subscripted with.
 *
 * Mirrors    Objects/sliceobject.c, PySlice_AdjustIndices.
 * Holds      The three fields are NULL only after the collector has cleared the object; they read as None
 *            then.
 * Tests      difftests/scenarios/language: list_*.py, slices_steps.py */
#include "values/containers_impl.h"

mp_value mp_slice_new(mp_vm *vm, mp_value start, mp_value stop, mp_value step)
{
    mp_slice *slice = (mp_slice *)mp_new(vm, vm->types[MP_TYPE_SLICE], 0);
    if (slice == NULL)
        return NULL;
    slice->start = mp_incref(start);
    slice->stop = mp_incref(stop);
    slice->step = mp_incref(step);
    return mp_as_value(slice);
}

static mp_value slice_field(mp_vm *vm, mp_value field)
{
    return field != NULL ? field : vm->none;
}

/* ---- Clipping ---- */

/* One of the fields: *out is as it was for None. */
static bool slice_number(mp_vm *vm, mp_value field, int64_t *out)
{
    if (slice_field(vm, field) == vm->none)
        return true;
    int is_number = mp_index_number(vm, field, out);
    if (is_number == 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "slice indices must be integers or None or have an __index__ method");
    return is_number > 0;
}

/* Counted from the end if negative, and then between lowest and highest. */
static int64_t slice_clip(int64_t at, int64_t length, int64_t lowest, int64_t highest)
{
    if (at < 0)
        at += length;
    if (at < lowest)
        return lowest;
    return at > highest ? highest : at;
}

bool mp_slice_bounds(mp_vm *vm, mp_slice *slice, int64_t length, int64_t *start, int64_t *stop, int64_t *step)
{
    *step = 1;
    if (!slice_number(vm, slice->step, step))
        return false;
    if (*step == 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "slice step cannot be zero");
        return false;
    }
    if (*step == INT64_MIN)
        *step = -INT64_MAX; /* so that it has an opposite; no length tells them apart */
    bool down = *step < 0;
    int64_t lowest = down ? -1 : 0, highest = down ? length - 1 : length;
    /* what is left out is not clipped: -1 as a stop would be counted from the end */
    *start = down ? highest : lowest;
    *stop = down ? lowest : highest;
    if (slice_field(vm, slice->start) != vm->none) {
        if (!slice_number(vm, slice->start, start))
            return false;
        *start = slice_clip(*start, length, lowest, highest);
    }
    if (slice_field(vm, slice->stop) != vm->none) {
        if (!slice_number(vm, slice->stop, stop))
            return false;
        *stop = slice_clip(*stop, length, lowest, highest);
    }
    return true;
}

/* One of the fields, as a number that has no code of the program behind it. */
static mp_value slice_plain_field(mp_vm *vm, mp_value field)
{
    int64_t number;
    if (slice_field(vm, field) == vm->none)
        return mp_incref(vm->none);
    return slice_number(vm, field, &number) ? mp_int_new(vm, number) : NULL;
}

mp_slice *mp_slice_plain(mp_vm *vm, mp_slice *slice)
{
    mp_value step = slice_plain_field(vm, slice->step);
    mp_value start = step != NULL ? slice_plain_field(vm, slice->start) : NULL;
    mp_value stop = start != NULL ? slice_plain_field(vm, slice->stop) : NULL;
    mp_value plain = stop != NULL ? mp_slice_new(vm, start, stop, step) : NULL;
    mp_xdecref(vm, step);
    mp_xdecref(vm, start);
    mp_xdecref(vm, stop);
    return (mp_slice *)plain;
}

bool mp_slice_indices(mp_vm *vm, mp_slice *slice, int64_t length, int64_t *start, int64_t *step,
                      int64_t *count)
{
    int64_t stop;
    if (!mp_slice_bounds(vm, slice, length, start, &stop, step))
        return false;
    if (*step > 0)
        *count = *start < stop ? (stop - *start - 1) / *step + 1 : 0;
    else
        *count = *start > stop ? (*start - stop - 1) / -*step + 1 : 0;
    return true;
}

/* ---- Life and looks ---- */

static int slice_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_slice *slice = (mp_slice *)self;
    mp_value fields[3] = {slice->start, slice->stop, slice->step};
    for (size_t i = 0; i < 3; i++) {
        int stop = fields[i] != NULL ? visit(fields[i], data) : 0;
        if (stop != 0)
            return stop;
    }
    return 0;
}

static void slice_clear(mp_vm *vm, mp_value self)
{
    mp_slice *slice = (mp_slice *)self;
    mp_clear_slot(vm, &slice->start);
    mp_clear_slot(vm, &slice->stop);
    mp_clear_slot(vm, &slice->step);
}

static mp_tuple *slice_as_tuple(mp_vm *vm, mp_slice *slice)
{
    mp_value fields[3] = {slice_field(vm, slice->start), slice_field(vm, slice->stop),
                          slice_field(vm, slice->step)};
    return mp_tuple_of(vm, fields, 3);
}

static mp_value slice_repr(mp_vm *vm, mp_value self)
{
    mp_value fields = mp_as_value(slice_as_tuple(vm, (mp_slice *)self));
    if (fields == NULL)
        return NULL;
    mp_value text = mp_as_value(mp_str_formatted(vm, "slice%R", fields));
    mp_decref(vm, fields);
    return text;
}

/* Slices compare, and hash, as tuples of their fields. */
static mp_value slice_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is(vm, a, MP_TYPE_SLICE) || !mp_is(vm, b, MP_TYPE_SLICE))
        return mp_not_implemented(vm);
    mp_value x = mp_as_value(slice_as_tuple(vm, (mp_slice *)a));
    mp_value y = x != NULL ? mp_as_value(slice_as_tuple(vm, (mp_slice *)b)) : NULL;
    mp_value answer = y != NULL ? mp_sequence_compare(vm, op, x, y) : NULL;
    mp_xdecref(vm, x);
    mp_xdecref(vm, y);
    return answer;
}

static bool slice_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    mp_value fields = mp_as_value(slice_as_tuple(vm, (mp_slice *)self));
    if (fields == NULL)
        return false;
    bool done = mp_hash(vm, fields, out);
    mp_decref(vm, fields);
    return done;
}

static mp_value slice_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    if (!mp_no_names(vm, args, "slice") || !mp_positional(vm, args, "slice", 1, 3))
        return NULL;
    if (args->count == 1)
        return mp_slice_new(vm, vm->none, args->values[0], vm->none);
    return mp_slice_new(vm, args->values[0], args->values[1], args->count > 2 ? args->values[2] : vm->none);
}

/* ---- Attributes and methods ---- */

static mp_value slice_get_start(mp_vm *vm, mp_value self)
{
    return mp_incref(slice_field(vm, ((mp_slice *)self)->start));
}

static mp_value slice_get_stop(mp_vm *vm, mp_value self)
{
    return mp_incref(slice_field(vm, ((mp_slice *)self)->stop));
}

static mp_value slice_get_step(mp_vm *vm, mp_value self)
{
    return mp_incref(slice_field(vm, ((mp_slice *)self)->step));
}

/* slice.indices(length): what range() wants. */
static mp_value slice_indices_method(mp_vm *vm, mp_args *args)
{
    int64_t length, numbers[3];
    if (!mp_exactly(vm, args, "slice.indices", MP_SELF, 1) || !mp_to_index(vm, args->values[1], &length))
        return NULL;
    if (length < 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "length should not be negative");
        return NULL;
    }
    if (!mp_slice_bounds(vm, (mp_slice *)args->values[0], length, &numbers[0], &numbers[1], &numbers[2]))
        return NULL;
    mp_tuple *answer = mp_tuple_new(vm, 3);
    for (size_t i = 0; answer != NULL && i < 3; i++) {
        answer->items[i] = mp_int_new(vm, numbers[i]);
        if (answer->items[i] == NULL) {
            mp_decref(vm, mp_as_value(answer));
            return NULL;
        }
    }
    return mp_as_value(answer);
}

static const mp_slots slice_slots = {
    .visit = slice_visit,
    .clear = slice_clear,
    .repr = slice_repr,
    .hash = slice_hash,
    .compare = slice_compare,
    .make = slice_make,
};

static const mp_method slice_methods[] = {
    {"indices", slice_indices_method, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset slice_getsets[] = {
    {"start", slice_get_start, NULL},
    {"stop", slice_get_stop, NULL},
    {"step", slice_get_step, NULL},
    {NULL, NULL, NULL},
};

static const mp_type_def slice_def = {
    .name = "slice",
    .size = sizeof(mp_slice),
    .flags = MP_T_GC,
    .slots = &slice_slots,
    .methods = slice_methods,
    .getsets = slice_getsets,
};

bool mp_init_slices(mp_vm *vm)
{
    return mp_container_type(vm, MP_TYPE_SLICE, &slice_def);
}
