/* dict.c - the hash table in insertion order: dicts, namespaces, and the inside of sets.
 *
 * Mirrors    Objects/dictobject.c in what can be seen: order, errors, what a changing dict does to a search.
 * Idea       Entries stand in a row in the order in which they came; a deleted one leaves a gap.  The index
 *            is an open-addressing table of entry numbers with linear probing.  A deletion moves the
 *            followers of its index slot back, so the index has no tombstones and count says how full it is.
 *            Gaps go when the row is full and is copied.
 * Names      A search for a str compares pointers, then hashes and bytes, and runs no code: namespaces are
 *            full of interned strings, where the first comparison decides.
 * Holds      The live entries are those with a key; the last used entry is live; none is before 'first'; at
 *            most 2/3 of the index are in use.  Version differs after every change of the keys.
 * Re-enters  Comparing other keys may run code that changes this very table: the version tells, and the
 *            search begins again.  Dropping keys and values comes last everywhere.
 * Tests      difftests/scenarios/language: dict_*.py */
#include "values/containers_impl.h"

#include <string.h>

enum { TABLE_FIRST_INDEX = 8, TABLE_MAX = INT32_MAX };

/* ---- The index ---- */

/* Where a search begins.  Hashes of ints are the ints, those of floats have their bits at the top. */
static size_t table_slot(const mp_dict *table, uint64_t hash)
{
    return (size_t)(((hash ^ hash >> 32) * 0x9e3779b97f4a7c15u) >> 32) & (table->index_size - 1);
}

static size_t table_next_slot(const mp_dict *table, size_t slot)
{
    return (slot + 1) & (table->index_size - 1);
}

static void table_index_entry(mp_dict *table, size_t place)
{
    size_t slot = table_slot(table, table->entries[place].hash);
    while (table->index[slot] != 0)
        slot = table_next_slot(table, slot);
    table->index[slot] = (uint32_t)place + 1;
}

static size_t table_slot_of(const mp_dict *table, size_t place)
{
    size_t slot = table_slot(table, table->entries[place].hash);
    while (table->index[slot] != (uint32_t)place + 1)
        slot = table_next_slot(table, slot);
    return slot;
}

/* Frees a slot and moves back those behind it that had to go past it.  The entry in it is still whole. */
static void table_free_slot(mp_dict *table, size_t slot)
{
    size_t mask = table->index_size - 1;
    for (size_t at = table_next_slot(table, slot); table->index[at] != 0; at = table_next_slot(table, at)) {
        size_t home = table_slot(table, table->entries[table->index[at] - 1].hash);
        if (((at - home) & mask) >= ((at - slot) & mask)) {
            table->index[slot] = table->index[at];
            slot = at;
        }
    }
    table->index[slot] = 0;
}

/* ---- Room ---- */

static size_t table_room_of(size_t index_size)
{
    return index_size * 2 / 3;
}

static void table_release(mp_vm *vm, mp_entry *entries, size_t room, uint32_t *index, size_t index_size)
{
    if (entries != NULL)
        mp_release(vm, entries, room * sizeof *entries);
    if (index != NULL)
        mp_release(vm, index, index_size * sizeof *index);
}

/* Copies the live entries into a row with room for 'wanted', without gaps. */
static bool table_rebuild(mp_vm *vm, mp_dict *table, size_t wanted)
{
    if (wanted > TABLE_MAX) {
        mp_raise_too_big(vm);
        return false;
    }
    size_t index_size = TABLE_FIRST_INDEX;
    while (table_room_of(index_size) < wanted)
        index_size *= 2;
    size_t room = table_room_of(index_size);
    uint32_t *index = mp_alloc(vm, index_size * sizeof *index);
    mp_entry *entries = index != NULL ? mp_alloc(vm, room * sizeof *entries) : NULL;
    if (entries == NULL) {
        table_release(vm, NULL, 0, index, index_size);
        return false;
    }
    size_t count = 0;
    for (size_t at = table->first; at < table->used; at++) {
        if (table->entries[at].key != NULL)
            entries[count++] = table->entries[at];
    }
    table_release(vm, table->entries, table->room, table->index, table->index_size);
    table->entries = entries;
    table->room = room;
    table->index = index;
    table->index_size = index_size;
    table->used = count;
    table->first = 0;
    table->version++;
    for (size_t at = 0; at < count; at++)
        table_index_entry(table, at);
    return true;
}

/* Room for one more, by what is live: a row full of gaps gets no longer. */
static bool table_make_room(mp_vm *vm, mp_dict *table)
{
    return table->used < table->room || table_rebuild(vm, table, table->count + table->count / 2 + 1);
}

/* ---- Searching ---- */

/* Since 3.14 a TypeError of a hash is told with what the key was for. */
static void table_unhashable(mp_vm *vm, mp_value key, const char *what)
{
    if (vm->minor < 14 || vm->raised->type != vm->exceptions[MP_X_TYPE_ERROR])
        return;
    mp_value error = mp_take_raised(vm);
    mp_raise(vm, MP_X_TYPE_ERROR, "cannot use '%T' as a %s (%S)", key, what, error);
    mp_decref(vm, error);
}

bool mp_table_hash(mp_vm *vm, mp_value key, const char *what, uint64_t *hash)
{
    if (mp_is_exactly(vm, key, MP_TYPE_STR)) {
        *hash = mp_str_hash((mp_str *)key);
        return true;
    }
    int64_t number = 0;
    bool done = mp_hash(vm, key, &number);
    if (!done)
        table_unhashable(vm, key, what);
    *hash = (uint64_t)number;
    return done;
}

static bool table_is_same_str(mp_value known, const mp_str *key)
{
    return !mp_is_small(known) && known->type == key->head.type && mp_str_equal((const mp_str *)known, key);
}

/* Compares with the key of an entry: 1, 0, -1 raised, 2 the table is not what it was. */
static int table_compare(mp_vm *vm, const mp_dict *table, size_t place, mp_value key)
{
    mp_value known = mp_incref(table->entries[place].key);
    uint64_t version = table->version;
    int equal = mp_equal(vm, known, key);
    mp_decref(vm, known);
    return equal >= 0 && table->version != version ? 2 : equal;
}

/* One search: as mp_table_find, or 2. */
static int table_search(mp_vm *vm, const mp_dict *table, mp_value key, uint64_t hash, size_t *place)
{
    if (table->count == 0)
        return 0;
    bool by_bytes = mp_is_exactly(vm, key, MP_TYPE_STR);
    size_t slot = table_slot(table, hash);
    for (uint32_t number; (number = table->index[slot]) != 0; slot = table_next_slot(table, slot)) {
        const mp_entry *entry = &table->entries[number - 1];
        *place = number - 1;
        if (entry->key == key)
            return 1;
        if (entry->hash != hash)
            continue;
        if (by_bytes && mp_is_exactly(vm, entry->key, MP_TYPE_STR)) {
            if (mp_str_equal((mp_str *)entry->key, (mp_str *)key))
                return 1;
            continue;
        }
        int equal = table_compare(vm, table, *place, key);
        if (equal != 0)
            return equal;
    }
    return 0;
}

int mp_table_find(mp_vm *vm, mp_dict *table, mp_value key, uint64_t hash, size_t *place)
{
    int found;
    do
        found = table_search(vm, table, key, hash, place);
    while (found == 2);
    return found;
}

mp_value mp_dict_get_str(const mp_dict *dict, mp_str *key)
{
    if (dict->count == 0)
        return NULL;
    uint64_t hash = key->hash != 0 ? key->hash : mp_str_hash(key);
    size_t slot = table_slot(dict, hash);
    for (uint32_t number; (number = dict->index[slot]) != 0; slot = table_next_slot(dict, slot)) {
        const mp_entry *entry = &dict->entries[number - 1];
        if (entry->key == mp_as_value(key) || (entry->hash == hash && table_is_same_str(entry->key, key)))
            return entry->value;
    }
    return NULL;
}

const mp_entry *mp_table_entry(const mp_dict *table, size_t *position)
{
    if (*position < table->first)
        *position = table->first;
    for (; *position < table->used; (*position)++) {
        if (table->entries[*position].key != NULL)
            return &table->entries[*position];
    }
    return NULL;
}

/* ---- Changing ---- */

static bool table_add(mp_vm *vm, mp_dict *table, mp_value key, uint64_t hash, mp_value value)
{
    if (!table_make_room(vm, table))
        return false;
    mp_entry *entry = &table->entries[table->used];
    entry->key = mp_incref(key);
    entry->value = value != NULL ? mp_incref(value) : NULL;
    entry->hash = hash;
    table_index_entry(table, table->used);
    table->used++;
    table->count++;
    table->version++;
    return true;
}

bool mp_table_set(mp_vm *vm, mp_dict *table, mp_value key, uint64_t hash, mp_value value)
{
    size_t place;
    int found = mp_table_find(vm, table, key, hash, &place);
    if (found < 0)
        return false;
    if (found == 0)
        return table_add(vm, table, key, hash, value);
    if (value != NULL)
        mp_set_slot(vm, &table->entries[place].value, mp_incref(value));
    return true;
}

void mp_table_take(mp_dict *table, size_t place, mp_value *key, mp_value *value)
{
    mp_entry *entry = &table->entries[place];
    table_free_slot(table, table_slot_of(table, place));
    *key = entry->key;
    *value = entry->value;
    entry->key = entry->value = NULL;
    table->count--;
    table->version++;
    while (table->used > 0 && table->entries[table->used - 1].key == NULL)
        table->used--;
    while (table->first < table->used && table->entries[table->first].key == NULL)
        table->first++;
    if (table->used == 0)
        table->first = 0;
}

int mp_table_remove(mp_vm *vm, mp_dict *table, mp_value key, uint64_t hash)
{
    size_t place;
    int found = mp_table_find(vm, table, key, hash, &place);
    if (found <= 0)
        return found;
    mp_value old_key, old_value;
    mp_table_take(table, place, &old_key, &old_value);
    mp_decref(vm, old_key);
    mp_xdecref(vm, old_value);
    return 1;
}

void mp_dict_empty(mp_vm *vm, mp_dict *dict)
{
    mp_dict old = *dict;
    dict->count = dict->used = dict->room = dict->first = dict->index_size = 0;
    dict->entries = NULL;
    dict->index = NULL;
    dict->version++;
    for (size_t at = old.first; at < old.used; at++) {
        mp_xdecref(vm, old.entries[at].key);
        mp_xdecref(vm, old.entries[at].value);
    }
    table_release(vm, old.entries, old.room, old.index, old.index_size);
}

void mp_table_swap(mp_dict *a, mp_dict *b)
{
    mp_dict held = *a;
    uint64_t version = (a->version > b->version ? a->version : b->version) + 1;
    *a = *b;
    a->head = held.head;
    held.head = b->head;
    *b = held;
    a->version = b->version = version;
}

mp_dict *mp_table_copy(mp_vm *vm, const mp_dict *table)
{
    mp_dict *copy = mp_dict_new(vm);
    if (copy == NULL)
        return NULL;
    if (table->count > 0 && !table_rebuild(vm, copy, table->count)) {
        mp_decref(vm, mp_as_value(copy));
        return NULL;
    }
    size_t position = 0;
    for (const mp_entry *entry; (entry = mp_table_entry(table, &position)) != NULL; position++) {
        mp_entry *into = &copy->entries[copy->used];
        into->key = mp_incref(entry->key);
        into->value = entry->value != NULL ? mp_incref(entry->value) : NULL;
        into->hash = entry->hash;
        table_index_entry(copy, copy->used++);
        copy->count++;
    }
    return copy;
}

/* ---- By key ---- */

mp_dict *mp_dict_new(mp_vm *vm)
{
    return (mp_dict *)mp_new(vm, vm->types[MP_TYPE_DICT], 0);
}

mp_value mp_dict_get(mp_vm *vm, mp_dict *dict, mp_value key)
{
    uint64_t hash;
    size_t place;
    if (!mp_table_hash(vm, key, "dict key", &hash) || mp_table_find(vm, dict, key, hash, &place) <= 0)
        return NULL;
    return dict->entries[place].value;
}

bool mp_dict_set(mp_vm *vm, mp_dict *dict, mp_value key, mp_value value)
{
    uint64_t hash;
    return mp_table_hash(vm, key, "dict key", &hash) && mp_table_set(vm, dict, key, hash, value);
}

int mp_dict_delete(mp_vm *vm, mp_dict *dict, mp_value key)
{
    uint64_t hash;
    return mp_table_hash(vm, key, "dict key", &hash) ? mp_table_remove(vm, dict, key, hash) : -1;
}

mp_dict *mp_dict_copy(mp_vm *vm, mp_dict *dict)
{
    return mp_table_copy(vm, dict);
}

bool mp_dict_next(const mp_dict *dict, size_t *position, mp_value *key, mp_value *value)
{
    const mp_entry *entry = mp_table_entry(dict, position);
    if (entry == NULL)
        return false;
    *key = entry->key;
    *value = entry->value;
    (*position)++;
    return true;
}
