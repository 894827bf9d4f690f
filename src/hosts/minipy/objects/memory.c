/* memory.c - memory that is counted, and the two ends of an object's life.
 *
 * Idea       Every byte of the interpreter comes from here, so that a limit can be held and a test can let
 *            the nth allocation fail.  MemoryError is an object made in advance: raising it allocates
 *            nothing.  The block of an object begins with its size (gc_impl.h), so freeing needs to know
 *            nothing else.
 * Dying      A last reference that goes drops others, and so on: a list nested a million deep would need as
 *            much C stack.  Beyond MEMORY_NESTING objects that own others wait in vm->dying; the outermost
 *            mp_free_object frees them one after another.
 * Holds      vm->dying is linked through the gc heads; its members are on no other list and have no
 *            references.  Their finalizers have not run, and weak pointers may lead to them: a loop knows its
 *            tasks and open generators, a handle its future.  Whoever follows one asks mp_hold_weak.
 * Owns       An instance of a class of the program owns its type: it goes after the instance.
 * Re-enters  finalize slots run code of the program; clear slots drop references, which may do the same.
 * Tests      tests/test_minipy_memory.c */
#include <stdlib.h>

#include "objects/gc_impl.h"

enum { MEMORY_NESTING = 40, MEMORY_FOREVER = 1 << 30 };

/* ---- Counted memory ---- */

/* The object is shared by all raises: what the last one left in it goes, unless the program still has it. */
static void memory_error(mp_vm *vm)
{
    mp_value error = vm->memory_error;
    if (error == NULL)
        return; /* still being set up: mp_vm_new gives up at the first failure */
    if (error->refs == 1) {
        mp_exception *exception = (mp_exception *)error;
        mp_value trace = mp_as_value(exception->trace);
        exception->trace = NULL;
        mp_xdecref(vm, trace);
    }
    mp_reraise(vm, mp_incref(error));
}

/* Whether so many more bytes may be taken now; false: MemoryError. */
static bool memory_admits(mp_vm *vm, size_t size)
{
    size_t limit = vm->options.memory_limit;
    bool fails = vm->fail_after != 0 && --vm->fail_after == 0;
    if (fails || size > SIZE_MAX / 2 || (limit != 0 && (size > limit || vm->memory_used > limit - size))) {
        memory_error(vm);
        return false;
    }
    return true;
}

void *mp_alloc(mp_vm *vm, size_t size)
{
    if (!memory_admits(vm, size))
        return NULL;
    void *memory = calloc(1, size == 0 ? 1 : size);
    if (memory == NULL)
        memory_error(vm);
    else
        vm->memory_used += size;
    return memory;
}

void *mp_resize(mp_vm *vm, void *memory, size_t old, size_t now)
{
    if (now == 0) {
        mp_release(vm, memory, old);
        return NULL;
    }
    if (now > old && !memory_admits(vm, now - old))
        return NULL;
    void *moved = realloc(memory, now);
    if (moved == NULL)
        memory_error(vm);
    else
        vm->memory_used += now - old;
    return moved;
}

void mp_release(mp_vm *vm, void *memory, size_t size)
{
    if (memory == NULL)
        return;
    vm->memory_used -= size;
    free(memory);
}

/* ---- The beginning ---- */

mp_value mp_new(mp_vm *vm, mp_type *type, size_t extra)
{
    bool owns = (type->flags & MP_T_GC) != 0;
    if (owns && vm->tracked_count >= vm->collect_at)
        mp_collect_quietly(vm);
    size_t head = owns ? sizeof(mp_gc_head) : sizeof(uint64_t);
    size_t size = head + type->size + extra;
    char *memory = extra > SIZE_MAX / 4 ? mp_alloc(vm, SIZE_MAX) : mp_alloc(vm, size);
    if (memory == NULL)
        return NULL;
    mp_value object = (mp_value)(void *)(memory + head);
    *mp_gc_word(object) = (uint64_t)size << MP_GC_SHIFT | (owns ? MP_GC_HEAD : 0);
    object->type = type;
    object->refs = 1;
    if ((type->flags & MP_T_HEAP) != 0)
        mp_incref(mp_as_value(type));
    if (owns)
        mp_gc_track(vm, object);
    return object;
}

/* ---- The end ---- */

/* An exception may be on its way while objects die: the finalizer neither sees nor changes it. */
void mp_finalize(mp_vm *vm, mp_value object)
{
    object->flags |= MP_O_FINALIZED;
    if (vm->closing)
        return;
    mp_value raised = vm->raised;
    vm->raised = NULL;
    object->type->slots.finalize(vm, object);
    mp_clear_slot(vm, &vm->raised);
    vm->raised = raised;
}

static bool memory_lives_on(mp_vm *vm, mp_value object)
{
    if (!mp_finalizer_waits(object))
        return false;
    object->refs = 1;
    mp_finalize(vm, object);
    return --object->refs > 0;
}

static void memory_free_now(mp_vm *vm, mp_value object)
{
    if (memory_lives_on(vm, object))
        return;
    mp_gc_untrack(vm, object);
    mp_type *type = object->type;
    bool owns_type = (type->flags & MP_T_HEAP) != 0;
    object->refs = 1; /* a clear slot may pass its object about */
    object->flags |= MP_O_DYING;
    if (type->slots.clear != NULL)
        type->slots.clear(vm, object);
    uint64_t word = *mp_gc_word(object);
    char *block = (word & MP_GC_HEAD) != 0 ? (char *)mp_gc_head_of(object) : (char *)mp_gc_word(object);
    mp_release(vm, block, (size_t)(word >> MP_GC_SHIFT));
    if (owns_type)
        mp_decref(vm, mp_as_value(type));
}

static void memory_wait(mp_vm *vm, mp_value object)
{
    mp_gc_untrack(vm, object);
    object->flags |= MP_O_DYING;
    mp_gc_head_of(object)->link.next = vm->dying == NULL ? NULL : &mp_gc_head_of(vm->dying)->link;
    vm->dying = object;
}

static mp_value memory_after(mp_value dying)
{
    ac_link *next = mp_gc_head_of(dying)->link.next;
    return next == NULL ? NULL : mp_gc_object(mp_gc_of_link(next));
}

/* Whole again: its finalizer may still keep it. */
static void memory_bring_back(mp_vm *vm, mp_value object)
{
    object->flags &= ~(uint32_t)MP_O_DYING;
    mp_gc_track(vm, object);
}

static mp_value memory_next_dying(mp_vm *vm)
{
    mp_value object = vm->dying;
    vm->dying = memory_after(object);
    memory_bring_back(vm, object);
    return object;
}

/* One that is being cleared has a reference: memory_free_now's. */
mp_value mp_hold_weak(mp_vm *vm, mp_value object)
{
    if ((object->flags & MP_O_DYING) == 0)
        return mp_incref(object);
    if (object->refs > 0)
        return NULL;
    mp_value before = NULL;
    for (mp_value at = vm->dying; at != object; at = memory_after(at))
        before = at;
    if (before == NULL)
        vm->dying = memory_after(object);
    else
        mp_gc_head_of(before)->link.next = mp_gc_head_of(object)->link.next;
    memory_bring_back(vm, object);
    return mp_incref(object);
}

void mp_free_object(mp_vm *vm, mp_value object)
{
    if ((object->flags & MP_O_IMMORTAL) != 0) {
        object->refs = MEMORY_FOREVER;
        return;
    }
    if (vm->free_depth >= MEMORY_NESTING && (*mp_gc_word(object) & MP_GC_HEAD) != 0) {
        memory_wait(vm, object);
        return;
    }
    vm->free_depth++;
    memory_free_now(vm, object);
    while (vm->free_depth == 1 && vm->dying != NULL)
        memory_free_now(vm, memory_next_dying(vm));
    vm->free_depth--;
}
