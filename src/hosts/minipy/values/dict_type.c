/* dict_type.c - the type dict: what operators do with dicts, and how they are filled.
 *
 * Mirrors    Objects/dictobject.c: dict_merge, PyDict_MergeFromSeq2, dict_richcompare, dict_repr.
 * Idea       A dict is filled from another dict by entries, with their hashes; from a thing that has keys()
 *            by asking it; from anything else by pairs.
 * Holds      A key and a value are held while anything else runs; the row is read again by position.
 * Re-enters  Comparing, showing, the other mapping or iterable.
 * Tests      difftests/scenarios/language: dict_*.py */
#include "values/containers_impl.h"

/* ---- Filling ---- */

static bool dict_merge(mp_vm *vm, mp_dict *into, mp_dict *from)
{
    size_t position = 0;
    uint64_t version = from->version;
    for (const mp_entry *entry; into != from && (entry = mp_table_entry(from, &position)) != NULL;
         position++) {
        mp_value key = mp_incref(entry->key), value = mp_incref(entry->value);
        bool done = mp_table_set(vm, into, key, entry->hash, value);
        mp_decref(vm, key);
        mp_decref(vm, value);
        if (!done)
            return false;
        if (from->version != version) {
            mp_raise(vm, MP_X_RUNTIME_ERROR, "dict mutated during update");
            return false;
        }
    }
    return true;
}

typedef struct dict_filling {
    mp_dict *into;
    mp_value from; /* of which the keys are */
    size_t number; /* of pairs so far */
} dict_filling;

static bool dict_fill_key(mp_vm *vm, mp_value key, void *data)
{
    dict_filling *filling = data;
    mp_value value = mp_get_item(vm, filling->from, key);
    if (value == NULL)
        return false;
    bool done = mp_dict_set(vm, filling->into, key, value);
    mp_decref(vm, value);
    return done;
}

/* From anything with keys(), which keys is the bound method of; it is stolen. */
static bool dict_fill_mapping(mp_vm *vm, mp_dict *dict, mp_value other, mp_value method)
{
    mp_value keys = mp_call_0(vm, method);
    mp_decref(vm, method);
    if (keys == NULL)
        return false;
    dict_filling filling = {dict, other, 0};
    bool done = mp_each(vm, keys, dict_fill_key, &filling);
    mp_decref(vm, keys);
    return done;
}

static mp_tuple *dict_pair_of(mp_vm *vm, mp_value item, size_t number)
{
    mp_tuple *pair = mp_to_tuple(vm, item);
    if (pair == NULL) {
        if (mp_raised_is(vm, MP_X_TYPE_ERROR)) {
            mp_decref(vm, mp_take_raised(vm));
            mp_raise(vm, MP_X_TYPE_ERROR,
                     "cannot convert dictionary update sequence element #%zu to a sequence", number);
        }
        return NULL;
    }
    if (pair->count == 2)
        return pair;
    mp_raise(vm, MP_X_VALUE_ERROR, "dictionary update sequence element #%zu has length %zu; 2 is required",
             number, pair->count);
    mp_decref(vm, mp_as_value(pair));
    return NULL;
}

static bool dict_fill_pair(mp_vm *vm, mp_value item, void *data)
{
    dict_filling *filling = data;
    mp_tuple *pair = dict_pair_of(vm, item, filling->number++);
    if (pair == NULL)
        return false;
    bool done = mp_dict_set(vm, filling->into, pair->items[0], pair->items[1]);
    mp_decref(vm, mp_as_value(pair));
    return done;
}

static bool dict_fill_names(mp_vm *vm, mp_dict *dict, const mp_args *args)
{
    size_t count = args->names != NULL ? args->names->count : 0;
    for (size_t i = 0; i < count; i++) {
        if (!mp_dict_set(vm, dict, args->names->items[i], args->values[args->count + i]))
            return false;
    }
    return true;
}

/* 1 it was one, 0 it has no keys(), -1 raised. */
static int dict_fill_if_mapping(mp_vm *vm, mp_dict *dict, mp_value other)
{
    if (mp_is(vm, other, MP_TYPE_DICT))
        return dict_merge(vm, dict, (mp_dict *)other) ? 1 : -1;
    mp_value keys = mp_find_attr(vm, other, vm->names[MP_S_keys]);
    if (keys == NULL)
        return vm->raised != NULL ? -1 : 0;
    return dict_fill_mapping(vm, dict, other, keys) ? 1 : -1;
}

bool mp_dict_fill(mp_vm *vm, mp_dict *dict, mp_value other, const mp_args *names)
{
    int filled = other != NULL ? dict_fill_if_mapping(vm, dict, other) : 1;
    if (filled < 0)
        return false;
    dict_filling filling = {dict, other, 0};
    if (filled == 0 && !mp_each(vm, other, dict_fill_pair, &filling))
        return false;
    return names == NULL || dict_fill_names(vm, dict, names);
}

bool mp_dict_update(mp_vm *vm, mp_dict *dict, mp_value mapping)
{
    int filled = dict_fill_if_mapping(vm, dict, mapping);
    if (filled == 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not a mapping", mapping);
    return filled > 0;
}

static mp_value dict_or(mp_vm *vm, mp_value a, mp_value b)
{
    if (!mp_is(vm, a, MP_TYPE_DICT) || !mp_is(vm, b, MP_TYPE_DICT))
        return mp_not_implemented(vm);
    mp_dict *both = mp_dict_copy(vm, (mp_dict *)a);
    if (both == NULL || dict_merge(vm, both, (mp_dict *)b))
        return mp_as_value(both);
    mp_decref(vm, mp_as_value(both));
    return NULL;
}

/* ---- Life ---- */

static int dict_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_dict *dict = (mp_dict *)self;
    size_t position = 0;
    for (const mp_entry *entry; (entry = mp_table_entry(dict, &position)) != NULL; position++) {
        int stop = entry->value != NULL ? visit(entry->value, data) : 0;
        if (stop == 0)
            stop = visit(entry->key, data);
        if (stop != 0)
            return stop;
    }
    return 0;
}

static void dict_clear_slot(mp_vm *vm, mp_value self)
{
    mp_dict_empty(vm, (mp_dict *)self);
}

static bool dict_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_args positional = {args->values, args->count, NULL};
    if (!mp_positional(vm, &positional, "dict", 0, 1))
        return false;
    return mp_dict_fill(vm, (mp_dict *)self, args->count > 0 ? args->values[0] : NULL, args);
}

static mp_value dict_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value dict = mp_new(vm, type, 0);
    if (dict == NULL || mp_has_dunder(vm, dict, MP_S___init__) || dict_init(vm, dict, args))
        return dict;
    mp_decref(vm, dict);
    return NULL;
}

/* ---- Looks and comparison ---- */

static void dict_show(mp_builder *builder, const mp_dict *dict)
{
    size_t position = 0;
    const char *before = "";
    for (const mp_entry *entry; !builder->failed && (entry = mp_table_entry(dict, &position)) != NULL;
         position++) {
        mp_value key = mp_incref(entry->key), value = mp_incref(entry->value);
        mp_builder_text(builder, before);
        mp_builder_repr(builder, key);
        mp_builder_text(builder, ": ");
        if (!builder->failed)
            mp_builder_repr(builder, value);
        mp_decref(builder->vm, key);
        mp_decref(builder->vm, value);
        before = ", ";
    }
}

static mp_value dict_repr(mp_vm *vm, mp_value self)
{
    int active = mp_repr_enter(vm, self);
    if (active != 0)
        return active < 0 ? NULL : mp_as_value(mp_str_from(vm, "{...}"));
    mp_builder builder;
    mp_builder_init(&builder, vm);
    mp_builder_text(&builder, "{");
    dict_show(&builder, (mp_dict *)self);
    mp_builder_text(&builder, "}");
    mp_repr_leave(vm, self);
    return mp_as_value(mp_builder_finish(&builder));
}

/* Whether a dict has an equal value for a key: 1, 0, -1 raised. */
static int dict_has_equal(mp_vm *vm, mp_dict *dict, mp_value key, uint64_t hash, mp_value value)
{
    size_t place;
    int found = mp_table_find(vm, dict, key, hash, &place);
    if (found <= 0)
        return found;
    mp_value other = mp_incref(dict->entries[place].value);
    int equal = mp_equal(vm, value, other);
    mp_decref(vm, other);
    return equal;
}

static int dict_equal(mp_vm *vm, mp_dict *a, mp_dict *b)
{
    if (a->count != b->count)
        return 0;
    size_t position = 0;
    for (const mp_entry *entry; (entry = mp_table_entry(a, &position)) != NULL; position++) {
        mp_value key = mp_incref(entry->key), value = mp_incref(entry->value);
        int equal = dict_has_equal(vm, b, key, entry->hash, value);
        mp_decref(vm, key);
        mp_decref(vm, value);
        if (equal <= 0)
            return equal;
    }
    return 1;
}

static mp_value dict_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    bool equality = op == MP_OP_EQ || op == MP_OP_NE;
    if (!equality || !mp_is(vm, a, MP_TYPE_DICT) || !mp_is(vm, b, MP_TYPE_DICT))
        return mp_not_implemented(vm);
    int equal = dict_equal(vm, (mp_dict *)a, (mp_dict *)b);
    return mp_bool_of(vm, equal < 0 || op == MP_OP_EQ ? equal : !equal);
}

/* ---- What dicts do ---- */

static int64_t dict_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return (int64_t)((mp_dict *)self)->count;
}

/* A class of the program that derives from dict may have an answer for keys that are not there. */
static mp_value dict_missing(mp_vm *vm, mp_value self, mp_value key)
{
    mp_value answer = NULL;
    bool asked = false;
    if ((self->type->flags & MP_T_HEAP) != 0) {
        mp_str *name = mp_str_intern(vm, "__missing__", 11);
        asked = name == NULL || mp_lookup(self->type, name) != NULL;
        if (asked && name != NULL)
            answer = mp_call_method(vm, self, name, &key, 1);
        mp_xdecref(vm, mp_as_value(name));
    }
    if (!asked)
        mp_raise_key(vm, key);
    return answer;
}

static mp_value dict_get_item(mp_vm *vm, mp_value self, mp_value key)
{
    mp_value value = mp_dict_get(vm, (mp_dict *)self, key);
    if (value != NULL)
        return mp_incref(value);
    return vm->raised == NULL ? dict_missing(vm, self, key) : NULL;
}

static bool dict_set_item(mp_vm *vm, mp_value self, mp_value key, mp_value value)
{
    if (value != NULL)
        return mp_dict_set(vm, (mp_dict *)self, key, value);
    int deleted = mp_dict_delete(vm, (mp_dict *)self, key);
    if (deleted == 0)
        mp_raise_key(vm, key);
    return deleted > 0;
}

static int dict_contains(mp_vm *vm, mp_value self, mp_value key)
{
    uint64_t hash;
    size_t place;
    return mp_table_hash(vm, key, "dict key", &hash) ? mp_table_find(vm, (mp_dict *)self, key, hash, &place)
                                                     : -1;
}

static mp_value dict_iter(mp_vm *vm, mp_value self)
{
    return mp_dict_iter_new(vm, (mp_dict *)self, MP_VIEW_KEYS, false);
}

static mp_value dict_binary(mp_vm *vm, int op, mp_value a, mp_value b)
{
    return op == MP_OP_OR_BITS ? dict_or(vm, a, b) : mp_not_implemented(vm);
}

static mp_value dict_inplace(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (op != MP_OP_OR_BITS)
        return mp_not_implemented(vm);
    return mp_dict_fill(vm, (mp_dict *)a, b, NULL) ? mp_incref(a) : NULL;
}

static const mp_slots dict_slots = {
    .visit = dict_visit,
    .clear = dict_clear_slot,
    .repr = dict_repr,
    .hash = mp_unhashable,
    .compare = dict_compare,
    .binary = dict_binary,
    .inplace = dict_inplace,
    .length = dict_length,
    .get_item = dict_get_item,
    .set_item = dict_set_item,
    .contains = dict_contains,
    .iter = dict_iter,
    .make = dict_make,
    .init = dict_init,
};

const mp_type_def mp_dict_def = {
    .name = "dict",
    .size = sizeof(mp_dict),
    .flags = MP_T_GC | MP_T_BASE,
    .slots = &dict_slots,
    .methods = mp_dict_methods,
};

bool mp_init_dicts(mp_vm *vm)
{
    return mp_container_type(vm, MP_TYPE_DICT, &mp_dict_def);
}
