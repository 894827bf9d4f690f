/* list_slices.c - l[a:b:c], read, assigned and deleted; putting in and cutting out.
 *
 * Mirrors    list_subscript, list_ass_slice, list_ass_subscript.
 * Idea       One function, mp_list_splice, does all that changes the length: it makes a copy of the block
 *            around the hole, so that a failure leaves the list as it was.  Cutting a single item or the like
 *            out needs no new block.
 * Holds      What was cut out is dropped at the very end, when the list is whole again.
 * Re-enters  Dropping items; the iterable that is assigned.
 * Tests      difftests/scenarios/language: list_*.py, slices_steps.py */
#include "values/containers_impl.h"

#include <string.h>

static bool list_is_plain_bound(mp_vm *vm, mp_value bound)
{
    return bound == NULL || bound == vm->none || mp_is_small(bound);
}

/* The length counts as it is after the __index__ methods of the bounds have run. */
static bool list_slice_indices(mp_vm *vm, mp_list *list, mp_slice *slice, int64_t *start, int64_t *step,
                               int64_t *count)
{
    if (list_is_plain_bound(vm, slice->start) && list_is_plain_bound(vm, slice->stop) &&
        list_is_plain_bound(vm, slice->step))
        return mp_slice_indices(vm, slice, (int64_t)list->count, start, step, count);
    mp_slice *plain = mp_slice_plain(vm, slice);
    bool done = plain != NULL && mp_slice_indices(vm, plain, (int64_t)list->count, start, step, count);
    mp_xdecref(vm, mp_as_value(plain));
    return done;
}

mp_value mp_list_get_slice(mp_vm *vm, mp_list *list, mp_slice *slice)
{
    int64_t start, step, count;
    if (!list_slice_indices(vm, list, slice, &start, &step, &count))
        return NULL;
    mp_list *part = mp_list_new(vm, (size_t)count);
    if (part == NULL)
        return NULL;
    for (int64_t i = 0; i < count; i++) {
        size_t at = (size_t)(start + i * step);
        if (at < list->count) /* else the collector ran code that took items away */
            part->items[part->count++] = mp_incref(list->items[at]);
    }
    return mp_as_value(part);
}

/* ---- Splicing ---- */

/* The last first. */
static void list_drop_items(mp_vm *vm, mp_value *items, size_t count)
{
    if (items == NULL)
        return;
    for (size_t i = count; i > 0; i--)
        mp_decref(vm, items[i - 1]);
    mp_release(vm, items, count * sizeof(mp_value));
}

/* Moves [start, stop) of the list to a block of its own; *removed is NULL if that is nothing. */
static bool list_save(mp_vm *vm, const mp_list *list, size_t start, size_t stop, mp_value **removed)
{
    *removed = NULL;
    if (start == stop)
        return true;
    *removed = mp_alloc(vm, (stop - start) * sizeof(mp_value));
    if (*removed != NULL)
        memcpy(*removed, list->items + start, (stop - start) * sizeof(mp_value));
    return *removed != NULL;
}

static void list_cut_one(mp_vm *vm, mp_list *list, size_t at)
{
    mp_value item = list->items[at];
    list->count--;
    memmove(list->items + at, list->items + at + 1, (list->count - at) * sizeof(mp_value));
    mp_decref(vm, item);
}

bool mp_list_splice(mp_vm *vm, mp_list *list, size_t start, size_t stop, const mp_value *items, size_t count)
{
    if (count == 0 && stop == start + 1) {
        list_cut_one(vm, list, start);
        return true;
    }
    size_t cut = stop - start, kept = list->count - stop;
    mp_value *removed;
    if (!mp_list_reserve(vm, list, list->count - cut + count) || !list_save(vm, list, start, stop, &removed))
        return false;
    if (kept > 0)
        memmove(list->items + start + count, list->items + stop, kept * sizeof(mp_value));
    for (size_t i = 0; i < count; i++)
        list->items[start + i] = mp_incref(items[i]);
    list->count = start + count + kept;
    list_drop_items(vm, removed, cut);
    return true;
}

/* ---- Assigning ---- */

/* l[start::step] = items of the same number. */
static void list_set_each(mp_list *list, int64_t start, int64_t step, mp_list *values)
{
    for (size_t i = 0; i < values->count; i++) {
        size_t at = (size_t)(start + (int64_t)i * step);
        mp_value old = list->items[at];
        list->items[at] = values->items[i];
        values->items[i] = old; /* dropped with values, when the list is whole */
    }
}

static bool list_assign(mp_vm *vm, mp_list *list, mp_slice *slice, mp_list *values)
{
    int64_t start, step, count;
    if (!list_slice_indices(vm, list, slice, &start, &step, &count))
        return false;
    if (step == 1)
        return mp_list_splice(vm, list, (size_t)start, (size_t)(start + count), values->items, values->count);
    if (values->count == (size_t)count) {
        list_set_each(list, start, step, values);
        return true;
    }
    mp_raise(vm, MP_X_VALUE_ERROR, "attempt to assign sequence of size %zu to extended slice of size %lld",
             values->count, (long long)count);
    return false;
}

/* The places that go are moved to the end, in order; then the end is cut off. */
static bool list_delete_each(mp_vm *vm, mp_list *list, int64_t start, int64_t step, int64_t count)
{
    if (count == 0)
        return true;
    if (step < 0) {
        start += (count - 1) * step;
        step = -step;
    }
    mp_value *removed = mp_alloc(vm, (size_t)count * sizeof(mp_value));
    if (removed == NULL)
        return false;
    size_t taken = 0, kept = (size_t)start;
    for (size_t at = (size_t)start; at < list->count; at++) {
        if (taken < (size_t)count && at == (size_t)start + taken * (size_t)step)
            removed[taken++] = list->items[at];
        else
            list->items[kept++] = list->items[at];
    }
    list->count = kept;
    list_drop_items(vm, removed, taken);
    return true;
}

static bool list_delete_slice(mp_vm *vm, mp_list *list, mp_slice *slice)
{
    int64_t start, step, count;
    if (!list_slice_indices(vm, list, slice, &start, &step, &count))
        return false;
    if (step == 1)
        return mp_list_splice(vm, list, (size_t)start, (size_t)(start + count), NULL, 0);
    return list_delete_each(vm, list, start, step, count);
}

/* What is assigned, as a list of its own: it may be the list itself, and may have any code behind it. */
static mp_list *list_values(mp_vm *vm, mp_value value)
{
    mp_value iterator = mp_iter(vm, value);
    if (iterator != NULL) {
        mp_list *values = mp_to_list(vm, iterator);
        mp_decref(vm, iterator);
        return values;
    }
    if (mp_raised_is(vm, MP_X_TYPE_ERROR)) {
        mp_decref(vm, mp_take_raised(vm));
        mp_raise(vm, MP_X_TYPE_ERROR,
                 vm->minor < 13 ? "can only assign an iterable" : "must assign iterable to extended slice");
    }
    return NULL;
}

bool mp_list_set_slice(mp_vm *vm, mp_list *list, mp_slice *slice, mp_value value)
{
    if (value == NULL)
        return list_delete_slice(vm, list, slice);
    mp_list *values = list_values(vm, value);
    if (values == NULL)
        return false;
    bool done = list_assign(vm, list, slice, values);
    mp_decref(vm, mp_as_value(values));
    return done;
}
