/* set.c - sets and frozensets: a table of keys, and what set operators make of two of them.
 *
 * Mirrors    Objects/setobject.c, but for the order: items stay in the order in which they came.
 * Idea       A set owns a table (dict.c) whose values are NULL.  Items are looked up in the other set by the
 *            hash that stands beside them, so combining sets asks no item for its hash.
 * Holds      The table is there as long as the set is, and always the same one: a search in it that runs code
 *            of the program finds it where it was, if changed.
 * Re-enters  Comparing items with equal hashes.
 * Tests      difftests/scenarios/language: set_*.py, frozenset_basics.py */
#include "values/containers_impl.h"

mp_set *mp_set_of_type(mp_vm *vm, mp_type *type)
{
    mp_set *set = (mp_set *)mp_new(vm, type, 0);
    if (set == NULL)
        return NULL;
    set->table = mp_dict_new(vm);
    if (set->table != NULL)
        return set;
    mp_decref(vm, mp_as_value(set));
    return NULL;
}

mp_set *mp_set_new(mp_vm *vm)
{
    return mp_set_of_type(vm, vm->types[MP_TYPE_SET]);
}

/* A new one of the builtin type that 'like' has; NULL: a set. */
static mp_set *set_like(mp_vm *vm, mp_value like)
{
    bool frozen = like != NULL && mp_is(vm, like, MP_TYPE_FROZENSET);
    return mp_set_of_type(vm, vm->types[frozen ? MP_TYPE_FROZENSET : MP_TYPE_SET]);
}

/* Gives a set that was filled if that went well. */
static mp_set *set_if(mp_vm *vm, mp_set *set, bool filled)
{
    if (filled)
        return set;
    mp_decref(vm, mp_as_value(set));
    return NULL;
}

mp_set *mp_set_from(mp_vm *vm, mp_value like, mp_value iterable)
{
    mp_set *set = set_like(vm, like);
    return set != NULL ? set_if(vm, set, mp_set_update(vm, set, iterable)) : NULL;
}

mp_set *mp_set_view(mp_vm *vm, mp_value iterable)
{
    return mp_is_set(vm, iterable) ? (mp_set *)mp_incref(iterable) : mp_set_from(vm, NULL, iterable);
}

/* ---- Items ---- */

bool mp_set_add(mp_vm *vm, mp_set *set, mp_value item)
{
    uint64_t hash;
    return mp_table_hash(vm, item, "set element", &hash) && mp_table_set(vm, set->table, item, hash, NULL);
}

/* All keys of a table. */
static bool set_merge(mp_vm *vm, mp_set *set, const mp_dict *from)
{
    size_t position = 0;
    for (const mp_entry *entry; (entry = mp_table_entry(from, &position)) != NULL; position++) {
        mp_value item = mp_incref(entry->key);
        bool done = mp_table_set(vm, set->table, item, entry->hash, NULL);
        mp_decref(vm, item);
        if (!done)
            return false;
    }
    return true;
}

/* What is looked for: a set, which has no hash, stands for a frozenset with its items. */
static mp_value set_sought(mp_vm *vm, mp_value item)
{
    if (!mp_is(vm, item, MP_TYPE_SET) || mp_has_dunder(vm, item, MP_S___hash__))
        return mp_incref(item);
    mp_set *frozen = mp_set_of_type(vm, vm->types[MP_TYPE_FROZENSET]);
    return frozen != NULL ? mp_as_value(set_if(vm, frozen, set_merge(vm, frozen, ((mp_set *)item)->table)))
                          : NULL;
}

int mp_set_has(mp_vm *vm, mp_set *set, mp_value item)
{
    uint64_t hash;
    size_t place;
    mp_value sought = set_sought(vm, item);
    int found = sought != NULL && mp_table_hash(vm, sought, "set element", &hash)
                    ? mp_table_find(vm, set->table, sought, hash, &place)
                    : -1;
    mp_xdecref(vm, sought);
    return found;
}

int mp_set_remove(mp_vm *vm, mp_set *set, mp_value item)
{
    uint64_t hash;
    mp_value sought = set_sought(vm, item);
    int removed = sought != NULL && mp_table_hash(vm, sought, "set element", &hash)
                      ? mp_table_remove(vm, set->table, sought, hash)
                      : -1;
    mp_xdecref(vm, sought);
    return removed;
}

static bool set_add_item(mp_vm *vm, mp_value item, void *data)
{
    return mp_set_add(vm, data, item);
}

bool mp_set_update(mp_vm *vm, mp_set *set, mp_value iterable)
{
    if (mp_is_set(vm, iterable))
        return iterable == mp_as_value(set) || set_merge(vm, set, ((mp_set *)iterable)->table);
    if (mp_is_exactly(vm, iterable, MP_TYPE_DICT))
        return set_merge(vm, set, (mp_dict *)iterable);
    return mp_each(vm, iterable, set_add_item, set);
}

/* ---- Two sets ---- */

/* Adds to 'into' the items of a that are (wanted) or are not in b. */
static bool set_filter(mp_vm *vm, mp_set *into, mp_set *a, mp_set *b, bool wanted)
{
    size_t position = 0;
    for (const mp_entry *entry; (entry = mp_table_entry(a->table, &position)) != NULL; position++) {
        mp_value item = mp_incref(entry->key);
        uint64_t hash = entry->hash;
        size_t place;
        int found = mp_table_find(vm, b->table, item, hash, &place);
        bool done = found >= 0;
        if (done && (found > 0) == wanted)
            done = mp_table_set(vm, into->table, item, hash, NULL);
        mp_decref(vm, item);
        if (!done)
            return false;
    }
    return true;
}

static bool set_combine_new(mp_vm *vm, int op, mp_set *into, mp_set *a, mp_set *b)
{
    switch (op) {
    case MP_OP_OR_BITS:
        return set_merge(vm, into, a->table) && set_merge(vm, into, b->table);
    case MP_OP_AND_BITS:
        return set_filter(vm, into, a, b, true);
    case MP_OP_SUB:
        return set_filter(vm, into, a, b, false);
    default:
        return set_filter(vm, into, a, b, false) && set_filter(vm, into, b, a, false);
    }
}

mp_value mp_set_combine(mp_vm *vm, int op, mp_set *a, mp_set *b)
{
    mp_set *set = set_like(vm, mp_as_value(a));
    return set != NULL ? mp_as_value(set_if(vm, set, set_combine_new(vm, op, set, a, b))) : NULL;
}

bool mp_set_combine_into(mp_vm *vm, int op, mp_set *a, mp_set *b)
{
    if (op == MP_OP_OR_BITS)
        return mp_set_update(vm, a, mp_as_value(b));
    mp_set *set = (mp_set *)mp_set_combine(vm, op, a, b);
    if (set == NULL)
        return false;
    mp_table_swap(a->table, set->table);
    mp_decref(vm, mp_as_value(set));
    return true;
}

int mp_set_is_subset(mp_vm *vm, mp_set *a, mp_set *b)
{
    if (a->table->count > b->table->count)
        return 0;
    size_t position = 0;
    for (const mp_entry *entry; (entry = mp_table_entry(a->table, &position)) != NULL; position++) {
        mp_value item = mp_incref(entry->key);
        size_t place;
        int found = mp_table_find(vm, b->table, item, entry->hash, &place);
        mp_decref(vm, item);
        if (found <= 0)
            return found;
    }
    return 1;
}

static int set_equal(mp_vm *vm, mp_set *a, mp_set *b)
{
    return a->table->count == b->table->count ? mp_set_is_subset(vm, a, b) : 0;
}

static int set_is_below(mp_vm *vm, mp_set *a, mp_set *b)
{
    return a->table->count < b->table->count ? mp_set_is_subset(vm, a, b) : 0;
}

mp_value mp_set_compare(mp_vm *vm, int op, mp_set *a, mp_set *b)
{
    int equal;
    switch (op) {
    case MP_OP_LT:
        return mp_bool_of(vm, set_is_below(vm, a, b));
    case MP_OP_LE:
        return mp_bool_of(vm, mp_set_is_subset(vm, a, b));
    case MP_OP_GT:
        return mp_bool_of(vm, set_is_below(vm, b, a));
    case MP_OP_GE:
        return mp_bool_of(vm, mp_set_is_subset(vm, b, a));
    case MP_OP_EQ:
        return mp_bool_of(vm, set_equal(vm, a, b));
    default:
        equal = set_equal(vm, a, b);
        return mp_bool_of(vm, equal < 0 ? equal : !equal);
    }
}

int mp_set_is_disjoint(mp_vm *vm, mp_set *a, mp_value other)
{
    mp_set *b = mp_set_view(vm, other);
    mp_set *both = b != NULL ? (mp_set *)mp_set_combine(vm, MP_OP_AND_BITS, a, b) : NULL;
    int disjoint = both != NULL ? both->table->count == 0 : -1;
    mp_xdecref(vm, mp_as_value(b));
    mp_xdecref(vm, mp_as_value(both));
    return disjoint;
}
