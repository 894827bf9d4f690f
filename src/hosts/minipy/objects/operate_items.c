/* operate_items.c - containers and iteration: len, items, in, iter, next.
 *
 * Idea       Methods of the program first, then slots; then what Python falls back to: iterating for 'in',
 *            __getitem__ for iter.
 * Holds      mp_next ends without an exception: the StopIteration of a __next__ of the program stops here.
 * Re-enters  All of it. */
#include "objects/types_impl.h"

/* ---- Length and items ---- */

/* What __len__ gave (stolen). */
static int64_t items_check_length(mp_vm *vm, mp_value result)
{
    int64_t length = -1;
    bool known = mp_to_index(vm, result, &length);
    mp_decref(vm, result);
    if (known && length < 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "__len__() should return >= 0");
    return known && length >= 0 ? length : -1;
}

int64_t mp_length(mp_vm *vm, mp_value value)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, MP_S___len__);
    if (method != NULL) {
        mp_value result = mp_call_dunder(vm, method, value, NULL, 0);
        return result == NULL ? -1 : items_check_length(vm, result);
    }
    if (type->slots.length != NULL)
        return type->slots.length(vm, value);
    mp_raise(vm, MP_X_TYPE_ERROR, "object of type '%T' has no len()", value);
    return -1;
}

static mp_value items_of_type(mp_vm *vm, mp_value value)
{
    if (mp_is_type(vm, value))
        mp_raise(vm, MP_X_TYPE_ERROR, "type '%S' is not subscriptable", ((mp_type *)value)->name);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not subscriptable", value);
    return NULL;
}

mp_value mp_get_item(mp_vm *vm, mp_value value, mp_value key)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, MP_S___getitem__);
    if (method != NULL)
        return mp_call_dunder(vm, method, value, &key, 1);
    if (type->slots.get_item != NULL)
        return type->slots.get_item(vm, value, key);
    return items_of_type(vm, value);
}

bool mp_set_item(mp_vm *vm, mp_value value, mp_value key, mp_value item)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, item == NULL ? MP_S___delitem__ : MP_S___setitem__);
    if (method != NULL) {
        mp_value values[] = {key, item};
        mp_value result = mp_call_dunder(vm, method, value, values, item == NULL ? 1 : 2);
        mp_xdecref(vm, result);
        return result != NULL;
    }
    if (type->slots.set_item != NULL)
        return type->slots.set_item(vm, value, key, item);
    bool sequence = mp_is_int(vm, key) && (type->slots.length != NULL || (type->flags & MP_T_HEAP) != 0);
    mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object %s", value,
             item != NULL ? "does not support item assignment"
             : sequence   ? "doesn't support item deletion"
                          : "does not support item deletion");
    return false;
}

/* ---- in ---- */

static int items_take_truth(mp_vm *vm, mp_value result)
{
    if (result == NULL)
        return -1;
    int truth = mp_truth(vm, result);
    mp_decref(vm, result);
    return truth;
}

static int items_search(mp_vm *vm, mp_value iterator, mp_value item)
{
    for (;;) {
        mp_value next = mp_next(vm, iterator);
        if (next == NULL)
            return vm->raised == NULL ? 0 : -1;
        int equal = mp_equal(vm, next, item);
        mp_decref(vm, next);
        if (equal != 0)
            return equal;
    }
}

static bool items_can_iterate(const mp_type *type)
{
    return type->slots.iter != NULL || mp_type_has(type, MP_S___iter__) ||
           mp_type_has(type, MP_S___getitem__);
}

int mp_contains(mp_vm *vm, mp_value container, mp_value item)
{
    mp_type *type = mp_type_of(vm, container);
    mp_value method = mp_find_dunder(vm, type, MP_S___contains__);
    if (method != NULL)
        return items_take_truth(vm, mp_call_dunder(vm, method, container, &item, 1));
    if (type->slots.contains != NULL)
        return type->slots.contains(vm, container, item);
    if (!items_can_iterate(type)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "argument of type '%T' is not a container or iterable", container);
        return -1;
    }
    mp_value iterator = mp_iter(vm, container);
    if (iterator == NULL)
        return -1;
    int found = items_search(vm, iterator, item);
    mp_decref(vm, iterator);
    return found;
}

/* ---- Iteration ---- */

static mp_value items_check_iterator(mp_vm *vm, mp_value iterator)
{
    if (iterator == NULL)
        return NULL;
    const mp_type *type = mp_type_of(vm, iterator);
    if (type->slots.next != NULL || mp_type_has(type, MP_S___next__))
        return iterator;
    mp_raise(vm, MP_X_TYPE_ERROR, "iter() returned non-iterator of type '%T'", iterator);
    mp_decref(vm, iterator);
    return NULL;
}

mp_value mp_iter(mp_vm *vm, mp_value value)
{
    mp_type *type = mp_type_of(vm, value);
    mp_value method = mp_find_dunder(vm, type, MP_S___iter__);
    if (method != NULL && method != vm->none)
        return items_check_iterator(vm, mp_call_dunder(vm, method, value, NULL, 0));
    if (method == NULL && type->slots.iter != NULL)
        return type->slots.iter(vm, value);
    if (method == NULL && mp_type_has(type, MP_S___getitem__))
        return mp_sequence_iterator_new(vm, value);
    mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not iterable", value);
    return NULL;
}

/* C code that asks without end runs none of the program's that would be counted; nor does an iterator over an
 * iterator over an iterator. */
static mp_value items_next_by_slot(mp_vm *vm, const mp_type *type, mp_value iterator)
{
    if (!mp_count_step(vm) || !mp_nest_enter(vm, "in an iterator"))
        return NULL;
    mp_value item = type->slots.next(vm, iterator);
    mp_nest_leave(vm);
    return item;
}

mp_value mp_next(mp_vm *vm, mp_value iterator)
{
    mp_type *type = mp_type_of(vm, iterator);
    mp_value method = mp_find_dunder(vm, type, MP_S___next__);
    if (method == NULL && type->slots.next == NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not an iterator", iterator);
        return NULL;
    }
    mp_value item = method == NULL ? items_next_by_slot(vm, type, iterator)
                                   : mp_call_dunder(vm, method, iterator, NULL, 0);
    if (item == NULL && vm->raised != NULL && mp_raised_is(vm, MP_X_STOP_ITERATION))
        mp_clear_slot(vm, &vm->raised);
    return item;
}

/* A list may change while its items are visited: its size is read anew each time. */
static bool items_each_of_list(mp_vm *vm, mp_list *list, bool (*visit)(mp_vm *vm, mp_value item, void *data),
                               void *data)
{
    for (size_t i = 0; i < list->count; i++) {
        mp_value item = mp_incref(list->items[i]);
        bool done = visit(vm, item, data);
        mp_decref(vm, item);
        if (!done)
            return false;
    }
    return true;
}

static bool items_each_of_tuple(mp_vm *vm, const mp_tuple *tuple,
                                bool (*visit)(mp_vm *vm, mp_value item, void *data), void *data)
{
    for (size_t i = 0; i < tuple->count; i++)
        if (!visit(vm, tuple->items[i], data))
            return false;
    return true;
}

static bool items_each_of_iterator(mp_vm *vm, mp_value iterator,
                                   bool (*visit)(mp_vm *vm, mp_value item, void *data), void *data)
{
    for (;;) {
        mp_value item = mp_next(vm, iterator);
        if (item == NULL)
            return vm->raised == NULL;
        bool done = visit(vm, item, data);
        mp_decref(vm, item);
        if (!done)
            return false;
    }
}

bool mp_each(mp_vm *vm, mp_value iterable, bool (*visit)(mp_vm *vm, mp_value item, void *data), void *data)
{
    mp_incref(iterable); /* its owner may drop it while code of the program runs */
    bool done = false;
    if (mp_is_exactly(vm, iterable, MP_TYPE_LIST)) {
        done = items_each_of_list(vm, (mp_list *)iterable, visit, data);
    } else if (mp_is_exactly(vm, iterable, MP_TYPE_TUPLE)) {
        done = items_each_of_tuple(vm, (mp_tuple *)iterable, visit, data);
    } else {
        mp_value iterator = mp_iter(vm, iterable);
        if (iterator != NULL)
            done = items_each_of_iterator(vm, iterator, visit, data);
        mp_xdecref(vm, iterator);
    }
    mp_decref(vm, iterable);
    return done;
}
