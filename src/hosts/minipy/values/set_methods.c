/* set_methods.c - the methods of sets and frozensets.
 *
 * Mirrors    Objects/setobject.c's methods: where the operators want sets, the methods take any iterable.
 * Tests      difftests/scenarios/language: set_*.py, frozenset_basics.py */
#include "values/containers_impl.h"

static mp_set *set_self(const mp_args *args)
{
    return (mp_set *)args->values[0];
}

/* ---- Items ---- */

static mp_value set_add(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "set.add", MP_SELF, 1))
        return NULL;
    return mp_none_if(vm, mp_set_add(vm, set_self(args), args->values[1]));
}

/* 1 removed, 0 was not there, -1 raised. */
static int set_take(mp_vm *vm, mp_args *args, const char *method)
{
    return mp_exactly(vm, args, method, MP_SELF, 1) ? mp_set_remove(vm, set_self(args), args->values[1]) : -1;
}

static mp_value set_discard(mp_vm *vm, mp_args *args)
{
    return mp_none_if(vm, set_take(vm, args, "set.discard") >= 0);
}

static mp_value set_remove(mp_vm *vm, mp_args *args)
{
    int taken = set_take(vm, args, "set.remove");
    if (taken == 0)
        mp_raise_key(vm, args->values[1]);
    return mp_none_if(vm, taken > 0);
}

/* The oldest item. */
static mp_value set_pop(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "set.pop", MP_SELF, 0))
        return NULL;
    mp_dict *table = set_self(args)->table;
    if (table->count == 0) {
        mp_raise(vm, MP_X_KEY_ERROR, "pop from an empty set");
        return NULL;
    }
    mp_value item, nothing;
    mp_table_take(table, table->first, &item, &nothing);
    return item;
}

static mp_value set_clear(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "set.clear", MP_SELF, 0))
        return NULL;
    mp_dict_empty(vm, set_self(args)->table);
    return mp_incref(vm->none);
}

static mp_value set_copy(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "set.copy", MP_SELF, 0))
        return NULL;
    if (mp_is_exactly(vm, args->values[0], MP_TYPE_FROZENSET))
        return mp_incref(args->values[0]);
    return mp_as_value(mp_set_from(vm, args->values[0], args->values[0]));
}

/* ---- With other iterables ---- */

/* set op= each argument. */
static bool set_combine_args(mp_vm *vm, mp_args *args, int op, mp_set *set)
{
    for (size_t i = 1; i < args->count; i++) {
        mp_set *other = mp_set_view(vm, args->values[i]);
        bool done = other != NULL && mp_set_combine_into(vm, op, set, other);
        mp_xdecref(vm, mp_as_value(other));
        if (!done)
            return false;
    }
    return true;
}

static mp_value set_combine_copy(mp_vm *vm, mp_args *args, const char *method, int op)
{
    if (!mp_no_names(vm, args, method))
        return NULL;
    mp_set *set = mp_set_from(vm, args->values[0], args->values[0]);
    if (set == NULL || set_combine_args(vm, args, op, set))
        return mp_as_value(set);
    mp_decref(vm, mp_as_value(set));
    return NULL;
}

static mp_value set_combine_self(mp_vm *vm, mp_args *args, const char *method, int op)
{
    if (!mp_no_names(vm, args, method))
        return NULL;
    return mp_none_if(vm, set_combine_args(vm, args, op, set_self(args)));
}

static mp_value set_union(mp_vm *vm, mp_args *args)
{
    return set_combine_copy(vm, args, "set.union", MP_OP_OR_BITS);
}

static mp_value set_intersection(mp_vm *vm, mp_args *args)
{
    return set_combine_copy(vm, args, "set.intersection", MP_OP_AND_BITS);
}

static mp_value set_difference(mp_vm *vm, mp_args *args)
{
    return set_combine_copy(vm, args, "set.difference", MP_OP_SUB);
}

static mp_value set_symmetric_difference(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "set.symmetric_difference", MP_SELF, 1))
        return NULL;
    return set_combine_copy(vm, args, "set.symmetric_difference", MP_OP_XOR);
}

static mp_value set_update(mp_vm *vm, mp_args *args)
{
    return set_combine_self(vm, args, "set.update", MP_OP_OR_BITS);
}

static mp_value set_intersection_update(mp_vm *vm, mp_args *args)
{
    return set_combine_self(vm, args, "set.intersection_update", MP_OP_AND_BITS);
}

static mp_value set_difference_update(mp_vm *vm, mp_args *args)
{
    return set_combine_self(vm, args, "set.difference_update", MP_OP_SUB);
}

static mp_value set_symmetric_difference_update(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "set.symmetric_difference_update", MP_SELF, 1))
        return NULL;
    return set_combine_self(vm, args, "set.symmetric_difference_update", MP_OP_XOR);
}

/* ---- Tests ---- */

static mp_value set_test_subset(mp_vm *vm, mp_args *args, const char *method, bool super)
{
    if (!mp_exactly(vm, args, method, MP_SELF, 1))
        return NULL;
    mp_set *other = mp_set_view(vm, args->values[1]);
    if (other == NULL)
        return NULL;
    mp_set *self = set_self(args);
    int answer = super ? mp_set_is_subset(vm, other, self) : mp_set_is_subset(vm, self, other);
    mp_decref(vm, mp_as_value(other));
    return mp_bool_of(vm, answer);
}

static mp_value set_issubset(mp_vm *vm, mp_args *args)
{
    return set_test_subset(vm, args, "set.issubset", false);
}

static mp_value set_issuperset(mp_vm *vm, mp_args *args)
{
    return set_test_subset(vm, args, "set.issuperset", true);
}

static mp_value set_isdisjoint(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "set.isdisjoint", MP_SELF, 1))
        return NULL;
    return mp_bool_of(vm, mp_set_is_disjoint(vm, set_self(args), args->values[1]));
}

const mp_method mp_frozenset_methods[] = {
    {"copy", set_copy, MP_M_METHOD},
    {"difference", set_difference, MP_M_METHOD},
    {"intersection", set_intersection, MP_M_METHOD},
    {"isdisjoint", set_isdisjoint, MP_M_METHOD},
    {"issubset", set_issubset, MP_M_METHOD},
    {"issuperset", set_issuperset, MP_M_METHOD},
    {"symmetric_difference", set_symmetric_difference, MP_M_METHOD},
    {"union", set_union, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_method mp_set_methods[] = {
    {"add", set_add, MP_M_METHOD},
    {"clear", set_clear, MP_M_METHOD},
    {"copy", set_copy, MP_M_METHOD},
    {"difference", set_difference, MP_M_METHOD},
    {"difference_update", set_difference_update, MP_M_METHOD},
    {"discard", set_discard, MP_M_METHOD},
    {"intersection", set_intersection, MP_M_METHOD},
    {"intersection_update", set_intersection_update, MP_M_METHOD},
    {"isdisjoint", set_isdisjoint, MP_M_METHOD},
    {"issubset", set_issubset, MP_M_METHOD},
    {"issuperset", set_issuperset, MP_M_METHOD},
    {"pop", set_pop, MP_M_METHOD},
    {"remove", set_remove, MP_M_METHOD},
    {"symmetric_difference", set_symmetric_difference, MP_M_METHOD},
    {"symmetric_difference_update", set_symmetric_difference_update, MP_M_METHOD},
    {"union", set_union, MP_M_METHOD},
    {"update", set_update, MP_M_METHOD},
    {NULL, NULL, 0},
};
