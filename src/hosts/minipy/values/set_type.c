/* set_type.c - the types set and frozenset: their slots, and the iterator over them.
 *
 * Mirrors    Objects/setobject.c.
 * Idea       Both types share all slots but those that change (set) and hash (frozenset).
 * Holds      A set that gets larger or smaller under an iterator ends it with a RuntimeError.
 *            While the collector clears, the table is emptied; it goes only with the set itself.
 * Tests      difftests/scenarios/language: set_*.py, frozenset_basics.py */
#include "values/containers_impl.h"

typedef struct set_iterator {
    mp_object head;
    mp_set *set; /* owned; NULL when it has ended */
    size_t position, expected;
} set_iterator;

/* ---- Life ---- */

static int set_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_dict *table = ((mp_set *)self)->table;
    return table != NULL ? visit(mp_as_value(table), data) : 0;
}

static void set_clear_slot(mp_vm *vm, mp_value self)
{
    mp_set *set = (mp_set *)self;
    mp_dict *table = set->table;
    if (table == NULL)
        return;
    if ((self->flags & MP_O_DYING) == 0) {
        mp_dict_empty(vm, table);
        return;
    }
    set->table = NULL;
    mp_decref(vm, mp_as_value(table));
}

static bool set_init(mp_vm *vm, mp_value self, mp_args *args)
{
    if (!mp_no_names(vm, args, "set") || !mp_positional(vm, args, "set", 0, 1))
        return false;
    mp_dict_empty(vm, ((mp_set *)self)->table);
    return args->count == 0 || mp_set_update(vm, (mp_set *)self, args->values[0]);
}

static mp_value set_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value set = mp_as_value(mp_set_of_type(vm, type));
    if (set == NULL || mp_has_dunder(vm, set, MP_S___init__) || set_init(vm, set, args))
        return set;
    mp_decref(vm, set);
    return NULL;
}

static mp_value frozenset_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    if (!mp_no_names(vm, args, "frozenset") || !mp_positional(vm, args, "frozenset", 0, 1))
        return NULL;
    bool plain = type == vm->types[MP_TYPE_FROZENSET];
    if (plain && args->count > 0 && mp_is_exactly(vm, args->values[0], MP_TYPE_FROZENSET))
        return mp_incref(args->values[0]);
    mp_set *set = mp_set_of_type(vm, type);
    if (set == NULL || args->count == 0 || mp_set_update(vm, set, args->values[0]))
        return mp_as_value(set);
    mp_decref(vm, mp_as_value(set));
    return NULL;
}

/* ---- Looks ---- */

static void set_show(mp_builder *builder, mp_set *set)
{
    size_t position = 0;
    const char *before = "{";
    for (const mp_entry *entry; !builder->failed && (entry = mp_table_entry(set->table, &position)) != NULL;
         position++) {
        mp_value item = mp_incref(entry->key);
        mp_builder_text(builder, before);
        mp_builder_repr(builder, item);
        mp_decref(builder->vm, item);
        before = ", ";
    }
    mp_builder_text(builder, "}");
}

static mp_value set_repr(mp_vm *vm, mp_value self)
{
    if (((mp_set *)self)->table->count == 0)
        return mp_as_value(mp_str_formatted(vm, "%T()", self));
    int active = mp_repr_enter(vm, self);
    if (active != 0)
        return active < 0 ? NULL : mp_as_value(mp_str_formatted(vm, "%T(...)", self));
    bool named = !mp_is_exactly(vm, self, MP_TYPE_SET);
    mp_builder builder;
    mp_builder_init(&builder, vm);
    if (named)
        mp_builder_printf(&builder, "%T(", self);
    set_show(&builder, (mp_set *)self);
    if (named)
        mp_builder_text(&builder, ")");
    mp_repr_leave(vm, self);
    return mp_as_value(mp_builder_finish(&builder));
}

/* Equal sets have equal hashes in whatever order their items came. */
static bool frozenset_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    (void)vm;
    mp_set *set = (mp_set *)self;
    if (set->hash == 0) {
        uint64_t mix = 0x9e3779b97f4a7c15u * (set->table->count + 1);
        size_t position = 0;
        for (const mp_entry *entry; (entry = mp_table_entry(set->table, &position)) != NULL; position++) {
            uint64_t hash = (entry->hash ^ entry->hash >> 31) * 0xbf58476d1ce4e5b9u;
            mix ^= hash ^ hash >> 29;
        }
        set->hash = mix != 0 ? mix : 1;
    }
    *out = (int64_t)set->hash;
    return true;
}

/* ---- Operators ---- */

static mp_value set_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is_set(vm, a) || !mp_is_set(vm, b))
        return mp_not_implemented(vm);
    return mp_set_compare(vm, op, (mp_set *)a, (mp_set *)b);
}

static bool set_knows(mp_vm *vm, int op, mp_value a, mp_value b)
{
    bool known = op == MP_OP_OR_BITS || op == MP_OP_AND_BITS || op == MP_OP_XOR || op == MP_OP_SUB;
    return known && mp_is_set(vm, a) && mp_is_set(vm, b);
}

static mp_value set_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    return set_knows(vm, op, a, b) ? mp_set_combine(vm, op, (mp_set *)a, (mp_set *)b)
                                   : mp_not_implemented(vm);
}

static mp_value set_inplace(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!set_knows(vm, op, a, b))
        return mp_not_implemented(vm);
    return mp_set_combine_into(vm, op, (mp_set *)a, (mp_set *)b) ? mp_incref(a) : NULL;
}

static int64_t set_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return (int64_t)((mp_set *)self)->table->count;
}

static int set_contains(mp_vm *vm, mp_value self, mp_value item)
{
    return mp_set_has(vm, (mp_set *)self, item);
}

/* ---- Iterator ---- */

mp_value mp_set_iter_new(mp_vm *vm, mp_value set)
{
    set_iterator *iterator = (set_iterator *)mp_new(vm, vm->types[MP_TYPE_SET_ITERATOR], 0);
    if (iterator == NULL)
        return NULL;
    iterator->set = (mp_set *)mp_incref(set);
    iterator->expected = iterator->set->table->count;
    return mp_as_value(iterator);
}

static int set_iter_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_set *set = ((set_iterator *)self)->set;
    return set != NULL ? visit(mp_as_value(set), data) : 0;
}

static void set_iter_end(mp_vm *vm, mp_value self)
{
    mp_value set = mp_as_value(((set_iterator *)self)->set);
    ((set_iterator *)self)->set = NULL;
    mp_xdecref(vm, set);
}

static mp_value set_iter_next(mp_vm *vm, mp_value self)
{
    set_iterator *iterator = (set_iterator *)self;
    if (iterator->set == NULL)
        return NULL;
    if (iterator->expected != iterator->set->table->count) {
        iterator->expected = SIZE_MAX; /* it never goes on */
        mp_raise(vm, MP_X_RUNTIME_ERROR, "Set changed size during iteration");
        return NULL;
    }
    const mp_entry *entry = mp_table_entry(iterator->set->table, &iterator->position);
    if (entry == NULL) {
        set_iter_end(vm, self);
        return NULL;
    }
    iterator->position++;
    return mp_incref(entry->key);
}

/* ---- Types ---- */

static const mp_slots set_slots = {
    .visit = set_visit,
    .clear = set_clear_slot,
    .repr = set_repr,
    .hash = mp_unhashable,
    .compare = set_compare,
    .binary = set_binary,
    .inplace = set_inplace,
    .length = set_length,
    .contains = set_contains,
    .iter = mp_set_iter_new,
    .make = set_make,
    .init = set_init,
};

static const mp_slots frozenset_slots = {
    .visit = set_visit,
    .clear = set_clear_slot,
    .repr = set_repr,
    .hash = frozenset_hash,
    .compare = set_compare,
    .binary = set_binary,
    .length = set_length,
    .contains = set_contains,
    .iter = mp_set_iter_new,
    .make = frozenset_make,
};

static const mp_slots set_iterator_slots = {
    .visit = set_iter_visit,
    .clear = set_iter_end,
    .iter = mp_self_iter,
    .next = set_iter_next,
};

static const mp_type_def set_def = {
    .name = "set",
    .size = sizeof(mp_set),
    .flags = MP_T_GC | MP_T_BASE,
    .slots = &set_slots,
    .methods = mp_set_methods,
};

static const mp_type_def frozenset_def = {
    .name = "frozenset",
    .size = sizeof(mp_set),
    .flags = MP_T_GC | MP_T_BASE,
    .slots = &frozenset_slots,
    .methods = mp_frozenset_methods,
};

static const mp_type_def set_iterator_def = {
    .name = "set_iterator", .size = sizeof(set_iterator), .flags = MP_T_GC, .slots = &set_iterator_slots};

bool mp_init_sets(mp_vm *vm)
{
    return mp_container_type(vm, MP_TYPE_SET, &set_def) &&
           mp_container_type(vm, MP_TYPE_FROZENSET, &frozenset_def) &&
           mp_container_type(vm, MP_TYPE_SET_ITERATOR, &set_iterator_def);
}
