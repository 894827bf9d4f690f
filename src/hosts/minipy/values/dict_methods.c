/* dict_methods.c - the methods of dicts.
 *
 * Mirrors    Objects/dictobject.c's methods and their messages.
 * Holds      What is given away or dropped is moved out of the table first.
 * Tests      difftests/scenarios/language: dict_*.py */
#include "values/containers_impl.h"

static mp_dict *dict_self(const mp_args *args)
{
    return (mp_dict *)args->values[0];
}

static mp_value dict_get(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "dict.get") || !mp_method_positional(vm, args, "get", 1, 2))
        return NULL;
    mp_value value = mp_dict_get(vm, dict_self(args), args->values[1]);
    if (value == NULL && vm->raised != NULL)
        return NULL;
    if (value == NULL)
        value = args->count > 2 ? args->values[2] : vm->none;
    return mp_incref(value);
}

static mp_value dict_setdefault(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "dict.setdefault") || !mp_method_positional(vm, args, "setdefault", 1, 2))
        return NULL;
    mp_dict *dict = dict_self(args);
    uint64_t hash;
    size_t place = 0;
    int found = mp_table_hash(vm, args->values[1], "dict key", &hash)
                    ? mp_table_find(vm, dict, args->values[1], hash, &place)
                    : -1;
    if (found < 0)
        return NULL;
    if (found > 0)
        return mp_incref(dict->entries[place].value);
    mp_value value = args->count > 2 ? args->values[2] : vm->none;
    return mp_table_set(vm, dict, args->values[1], hash, value) ? mp_incref(value) : NULL;
}

static mp_value dict_pop(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "dict.pop") || !mp_method_positional(vm, args, "pop", 1, 2))
        return NULL;
    uint64_t hash;
    size_t place = 0;
    int found = mp_table_hash(vm, args->values[1], "dict key", &hash)
                    ? mp_table_find(vm, dict_self(args), args->values[1], hash, &place)
                    : -1;
    if (found < 0)
        return NULL;
    if (found == 0 && args->count > 2)
        return mp_incref(args->values[2]);
    if (found == 0) {
        mp_raise_key(vm, args->values[1]);
        return NULL;
    }
    mp_value key, value;
    mp_table_take(dict_self(args), place, &key, &value);
    mp_decref(vm, key);
    return value;
}

static mp_value dict_popitem(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "dict.popitem", MP_SELF, 0))
        return NULL;
    mp_dict *dict = dict_self(args);
    if (dict->count == 0) {
        mp_raise(vm, MP_X_KEY_ERROR, "popitem(): dictionary is empty");
        return NULL;
    }
    mp_value key, value;
    mp_table_take(dict, dict->used - 1, &key, &value);
    return mp_pair(vm, key, value);
}

static mp_value dict_clear(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "dict.clear", MP_SELF, 0))
        return NULL;
    mp_dict_empty(vm, dict_self(args));
    return mp_incref(vm->none);
}

static mp_value dict_copy(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "dict.copy", MP_SELF, 0))
        return NULL;
    return mp_as_value(mp_dict_copy(vm, dict_self(args)));
}

static mp_value dict_update(mp_vm *vm, mp_args *args)
{
    mp_args rest = mp_after_self(args), positional = {rest.values, rest.count, NULL};
    if (!mp_positional(vm, &positional, "update", 0, 1))
        return NULL;
    return mp_none_if(vm, mp_dict_fill(vm, dict_self(args), rest.count > 0 ? rest.values[0] : NULL, &rest));
}

static mp_value dict_keys(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "dict.keys", MP_SELF, 0))
        return NULL;
    return mp_dict_view_new(vm, dict_self(args), MP_VIEW_KEYS);
}

static mp_value dict_values(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "dict.values", MP_SELF, 0))
        return NULL;
    return mp_dict_view_new(vm, dict_self(args), MP_VIEW_VALUES);
}

static mp_value dict_items(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "dict.items", MP_SELF, 0))
        return NULL;
    return mp_dict_view_new(vm, dict_self(args), MP_VIEW_ITEMS);
}

typedef struct dict_from_keys {
    mp_value into, value;
} dict_from_keys;

static bool dict_add_key(mp_vm *vm, mp_value key, void *data)
{
    dict_from_keys *work = data;
    return mp_set_item(vm, work->into, key, work->value);
}

/* A class method: the class is what self is elsewhere. */
static mp_value dict_fromkeys(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "dict.fromkeys") || !mp_method_positional(vm, args, "fromkeys", 1, 2))
        return NULL;
    dict_from_keys work = {mp_call_0(vm, args->values[0]), args->count > 2 ? args->values[2] : vm->none};
    if (work.into == NULL || mp_each(vm, args->values[1], dict_add_key, &work))
        return work.into;
    mp_decref(vm, work.into);
    return NULL;
}

const mp_method mp_dict_methods[] = {
    {"clear", dict_clear, MP_M_METHOD},
    {"copy", dict_copy, MP_M_METHOD},
    {"fromkeys", dict_fromkeys, MP_M_CLASS},
    {"get", dict_get, MP_M_METHOD},
    {"items", dict_items, MP_M_METHOD},
    {"keys", dict_keys, MP_M_METHOD},
    {"pop", dict_pop, MP_M_METHOD},
    {"popitem", dict_popitem, MP_M_METHOD},
    {"setdefault", dict_setdefault, MP_M_METHOD},
    {"update", dict_update, MP_M_METHOD},
    {"values", dict_values, MP_M_METHOD},
    {NULL, NULL, 0},
};
