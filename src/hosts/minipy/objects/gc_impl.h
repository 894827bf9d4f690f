/* gc_impl.h - what memory.c and gc.c share: the word or head before every object, and the collector's list.
 *
 * Before every object stands one word: the bytes of its whole block, and whether a gc head is part of it.  A
 * gc head ends with just that word, so it is found in the same place for both kinds. */
#ifndef MP_GC_IMPL_H
#define MP_GC_IMPL_H

#include "vm.h"

enum {
    MP_GC_HEAD = 1,      /* the block begins with an mp_gc_head */
    MP_GC_CANDIDATE = 2, /* while collecting: nothing is known to lead here */
    MP_GC_SHIFT = 4      /* the size of the block is above these bits */
};

static inline mp_gc_head *mp_gc_head_of(mp_value object)
{
    return (mp_gc_head *)(void *)object - 1;
}

static inline mp_value mp_gc_object(mp_gc_head *head)
{
    return (mp_value)(void *)(head + 1);
}

static inline mp_gc_head *mp_gc_of_link(ac_link *link)
{
    return AC_CONTAINER_OF(link, mp_gc_head, link);
}

static inline uint64_t *mp_gc_word(mp_value object)
{
    return (uint64_t *)(void *)object - 1;
}

static inline void mp_gc_list_init(ac_link *list)
{
    list->prev = list->next = list;
}

static inline void mp_gc_unlink(ac_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
}

static inline void mp_gc_append(ac_link *list, ac_link *link)
{
    link->prev = list->prev;
    link->next = list;
    list->prev->next = link;
    list->prev = link;
}

/* On and off the collector's list.  off: nothing if it is on none. */
static inline void mp_gc_track(mp_vm *vm, mp_value object)
{
    mp_gc_append(&vm->tracked, &mp_gc_head_of(object)->link);
    object->flags |= MP_O_TRACKED;
    vm->tracked_count++;
}

static inline void mp_gc_untrack(mp_vm *vm, mp_value object)
{
    if ((object->flags & MP_O_TRACKED) == 0)
        return;
    mp_gc_unlink(&mp_gc_head_of(object)->link);
    object->flags &= ~(uint32_t)MP_O_TRACKED;
    vm->tracked_count--;
}

/* memory.c: runs the finalize slot if it has one that has not run yet.  The caller holds a reference. */
void mp_finalize(mp_vm *vm, mp_value object);
static inline bool mp_finalizer_waits(const mp_object *object)
{
    return object->type->slots.finalize != NULL && (object->flags & MP_O_FINALIZED) == 0;
}

/* gc.c: frees garbage as far as no code of the program runs by that. */
void mp_collect_quietly(mp_vm *vm);

#endif
