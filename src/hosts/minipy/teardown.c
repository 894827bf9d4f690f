/* teardown.c - the last step of taking a machine down: the types, which everything else needs to be freed.
 *
 * Idea       By now the program is gone.  What is left are the types, what they own (names, dicts, functions), the
 *            strings that the machine holds, and objects that only cycles through types kept.  First everything
 *            drops what it owns; a type stays a valid type of its instances while it owns nothing.  Then the types
 *            themselves are freed, in any order.
 * Holds      Nothing of the program runs: vm->closing. */
#include <stdlib.h>

#include "gc_impl.h"

static bool is_type(mp_vm *vm, mp_value object)
{
    return object->type == vm->types[MP_TYPE_TYPE];
}

/* Clears every tracked object once.  Clearing frees others, so the walk begins anew after each. */
static void clear_tracked(mp_vm *vm, ac_link *types)
{
    while (vm->tracked.next != &vm->tracked) {
        mp_value object = mp_gc_object(mp_gc_of_link(vm->tracked.next));
        (void)mp_incref(object);
        mp_gc_untrack(vm, object);
        if (is_type(vm, object)) {
            mp_gc_append(types, &mp_gc_head_of(object)->link);
            continue;
        }
        if (object->type->slots.clear != NULL)
            object->type->slots.clear(vm, object);
        mp_decref(vm, object);
    }
}

static void clear_types(mp_vm *vm, ac_link *types)
{
    for (ac_link *link = types->next; link != types; link = link->next) {
        mp_value object = mp_gc_object(mp_gc_of_link(link));
        object->type->slots.clear(vm, object);
    }
}

static void drop_values(mp_vm *vm, mp_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mp_clear_slot(vm, &values[i]);
}

/* Immortal objects are not freed by their references. */
static void drop_immortal(mp_vm *vm, mp_value *slot)
{
    mp_value object = *slot;
    *slot = NULL;
    if (object == NULL)
        return;
    object->flags &= ~(uint32_t)MP_O_IMMORTAL;
    object->refs = 1;
    mp_decref(vm, object);
}

static void drop_strings(mp_vm *vm)
{
    drop_values(vm, (mp_value *)vm->names, MP_S_COUNT);
    drop_values(vm, (mp_value *)vm->characters, sizeof vm->characters / sizeof *vm->characters);
    mp_clear_slot(vm, (mp_value *)&vm->empty_tuple);
    mp_clear_slot(vm, (mp_value *)&vm->empty);
    mp_clear_slot(vm, (mp_value *)&vm->interned);
    mp_clear_slot(vm, &vm->memory_error);
    drop_immortal(vm, &vm->true_);
    drop_immortal(vm, &vm->false_);
    drop_immortal(vm, &vm->none);
    drop_immortal(vm, &vm->not_implemented);
    drop_immortal(vm, &vm->ellipsis);
}

static void free_types(mp_vm *vm, ac_link *types)
{
    while (types->next != types) {
        mp_gc_head *head = mp_gc_of_link(types->next);
        uint64_t word = *mp_gc_word(mp_gc_object(head));
        mp_gc_unlink(&head->link);
        mp_release(vm, head, (size_t)(word >> MP_GC_SHIFT));
    }
}

void mp_vm_free_types(mp_vm *vm)
{
    ac_link types;
    mp_gc_list_init(&types);
    if (vm->types[MP_TYPE_TYPE] == NULL)
        return;
    clear_tracked(vm, &types);
    clear_types(vm, &types);
    clear_tracked(vm, &types);
    drop_strings(vm);
    free_types(vm, &types);
}
