/* list_methods.c - the methods of lists but for sort, which has a file of its own.
 *
 * Mirrors    Objects/listobject.c's methods and their messages.
 * Holds      As in list.c: the list is whole before anything is dropped.
 * Tests      difftests/scenarios/language: list_*.py, slices_steps.py */
#include "values/containers_impl.h"

static mp_list *list_self(const mp_args *args)
{
    return (mp_list *)args->values[0];
}

static mp_value list_append(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "list.append", MP_SELF, 1))
        return NULL;
    return mp_none_if(vm, mp_list_append(vm, list_self(args), args->values[1]));
}

static mp_value list_extend(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "list.extend", MP_SELF, 1))
        return NULL;
    return mp_none_if(vm, mp_list_extend(vm, list_self(args), args->values[1]));
}

static mp_value list_insert(mp_vm *vm, mp_args *args)
{
    int64_t at;
    if (!mp_exactly(vm, args, "insert", MP_SELF, 2) || !mp_to_index(vm, args->values[1], &at))
        return NULL;
    mp_list *list = list_self(args);
    int64_t count = (int64_t)list->count;
    if (at < 0)
        at = at + count < 0 ? 0 : at + count;
    if (at > count)
        at = count;
    return mp_none_if(vm, mp_list_splice(vm, list, (size_t)at, (size_t)at, &args->values[2], 1));
}

static mp_value list_remove(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "list.remove", MP_SELF, 1))
        return NULL;
    int64_t at = mp_sequence_find(vm, args->values[0], args->values[1], 0, INT64_MAX);
    if (at == -1)
        mp_raise(vm, MP_X_VALUE_ERROR, "list.remove(x): x not in list");
    if (at < 0)
        return NULL;
    mp_list *list = list_self(args);
    /* the last comparison may have changed the list */
    size_t place = (size_t)at < list->count ? (size_t)at : list->count;
    size_t after = place < list->count ? place + 1 : place;
    return mp_none_if(vm, mp_list_splice(vm, list, place, after, NULL, 0));
}

static mp_value list_pop(mp_vm *vm, mp_args *args)
{
    int64_t at = -1;
    if (!mp_no_names(vm, args, "list.pop") || !mp_method_positional(vm, args, "pop", 0, 1))
        return NULL;
    if (args->count > 1 && !mp_to_index(vm, args->values[1], &at))
        return NULL;
    mp_list *list = list_self(args);
    int64_t count = (int64_t)list->count;
    if (at < 0)
        at += count;
    if (at < 0 || at >= count) {
        mp_raise(vm, MP_X_INDEX_ERROR, count == 0 ? "pop from empty list" : "pop index out of range");
        return NULL;
    }
    mp_value item = mp_incref(list->items[at]);
    mp_list_splice(vm, list, (size_t)at, (size_t)at + 1, NULL, 0);
    return item;
}

static mp_value list_clear(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "list.clear", MP_SELF, 0))
        return NULL;
    mp_list_empty(vm, args->values[0]);
    return mp_incref(vm->none);
}

static mp_value list_copy(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "list.copy", MP_SELF, 0))
        return NULL;
    mp_list *copy = mp_list_new(vm, 0);
    if (copy == NULL)
        return NULL;
    mp_list *list = list_self(args);
    if (mp_list_splice(vm, copy, 0, 0, list->items, list->count))
        return mp_as_value(copy);
    mp_decref(vm, mp_as_value(copy));
    return NULL;
}

static mp_value list_count(mp_vm *vm, mp_args *args)
{
    return mp_sequence_count(vm, args, "list.count");
}

static mp_value list_index(mp_vm *vm, mp_args *args)
{
    return mp_sequence_index(vm, args, "index", vm->minor < 14 ? NULL : "list.index(x): x not in list");
}

static mp_value list_reverse(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "list.reverse", MP_SELF, 0))
        return NULL;
    mp_list_reverse(list_self(args));
    return mp_incref(vm->none);
}

static mp_value list_sort(mp_vm *vm, mp_args *args)
{
    mp_args rest = mp_after_self(args);
    mp_value options[2];
    if (!mp_bind(vm, &rest, "sort", "|$key reverse", options))
        return NULL;
    int reverse = options[1] != NULL ? mp_truth(vm, options[1]) : 0;
    if (reverse < 0)
        return NULL;
    return mp_none_if(vm, mp_list_sort(vm, list_self(args), options[0], reverse != 0));
}

const mp_method mp_list_methods[] = {
    {"append", list_append, MP_M_METHOD}, {"clear", list_clear, MP_M_METHOD},
    {"copy", list_copy, MP_M_METHOD},     {"count", list_count, MP_M_METHOD},
    {"extend", list_extend, MP_M_METHOD}, {"index", list_index, MP_M_METHOD},
    {"insert", list_insert, MP_M_METHOD}, {"pop", list_pop, MP_M_METHOD},
    {"remove", list_remove, MP_M_METHOD}, {"reverse", list_reverse, MP_M_METHOD},
    {"sort", list_sort, MP_M_METHOD},     {NULL, NULL, 0},
};
