/* gc.c - the collector of cycles: finds objects that only keep each other alive, and takes them apart.
 *
 * Idea       As CPython: copy each object's count of references, subtract those that come from other objects,
 *            and what is left over comes from outside (C code, frames that run, the machine).  From the
 *            objects with such references everything is reached that lives; the rest is garbage.
 * Then       All finalizers of the garbage run first, while it is whole; each once in a life.  They may bring
 *            objects back: the counting is done again, within the garbage.  What is garbage still is cleared,
 *            while the collector holds a reference to each, and goes with these references.
 * Quietly    In the middle of mp_new no code of the program may run, as the C code there has borrowed values
 *            in hand.  So there, whatever a waiting finalizer could see counts as alive, and collect_wanted
 *            is set.
 * Holds      No recursion and no memory of its own: the lists are made of the gc heads.  Reached objects are
 *            appended to the very list that is being walked.  Only candidates are ever moved: what finalizers
 *            make meanwhile is none.
 * Re-enters  Finalizers and clear slots run code; vm->collecting keeps a second collection out.
 * Tests      tests/test_minipy_memory.c */
#include "objects/gc_impl.h"

enum { GC_FIRST = 10000 };

static void gc_move(ac_link *list, ac_link *link)
{
    mp_gc_unlink(link);
    mp_gc_append(list, link);
}

/* The type is owned too if a class statement made it. */
static void gc_visit(mp_value object, mp_visit *visit, void *data)
{
    mp_type *type = object->type;
    if ((type->flags & MP_T_HEAP) != 0)
        visit(mp_as_value(type), data);
    if (type->slots.visit != NULL)
        type->slots.visit(object, visit, data);
}

static bool gc_tracked(mp_value value)
{
    return value != NULL && !mp_is_small(value) && (value->flags & MP_O_TRACKED) != 0;
}

static int gc_subtract(mp_value value, void *data)
{
    (void)data;
    if (gc_tracked(value))
        mp_gc_head_of(value)->spare--;
    return 0;
}

/* held: references that the collector itself has to each. */
static void gc_count_spare(ac_link *list, uint32_t held)
{
    for (ac_link *link = list->next; link != list; link = link->next) {
        mp_gc_head *head = mp_gc_of_link(link);
        head->spare = (int64_t)mp_gc_object(head)->refs - held;
        head->marks |= MP_GC_CANDIDATE;
    }
    for (ac_link *link = list->next; link != list; link = link->next)
        gc_visit(mp_gc_object(mp_gc_of_link(link)), gc_subtract, NULL);
}

static int gc_reach(mp_value value, void *data)
{
    if (!gc_tracked(value))
        return 0;
    mp_gc_head *head = mp_gc_head_of(value);
    if ((head->marks & MP_GC_CANDIDATE) != 0) {
        head->marks &= ~(uint64_t)MP_GC_CANDIDATE;
        gc_move(data, &head->link);
    }
    return 0;
}

/* From 'from' to the end of reached, which grows meanwhile. */
static void gc_spread(ac_link *reached, ac_link *from)
{
    for (ac_link *link = from; link != reached; link = link->next)
        gc_visit(mp_gc_object(mp_gc_of_link(link)), gc_reach, reached);
}

/* Moves what lives from candidates to reached. */
static void gc_part(ac_link *candidates, ac_link *reached)
{
    for (ac_link *link = candidates->next, *next; link != candidates; link = next) {
        next = link->next;
        mp_gc_head *head = mp_gc_of_link(link);
        if (head->spare != 0)
            gc_reach(mp_gc_object(head), reached);
    }
    gc_spread(reached, reached->next);
}

/* Garbage that a waiting finalizer could see lives on for now; whether there was any. */
static bool gc_spare_finalizers(ac_link *garbage, ac_link *reached)
{
    ac_link *last = reached->prev;
    for (ac_link *link = garbage->next, *next; link != garbage; link = next) {
        next = link->next;
        mp_value object = mp_gc_object(mp_gc_of_link(link));
        if (mp_finalizer_waits(object))
            gc_reach(object, reached);
    }
    bool some = reached->prev != last;
    gc_spread(reached, last->next);
    return some;
}

static void gc_hold(ac_link *garbage)
{
    for (ac_link *link = garbage->next; link != garbage; link = link->next)
        mp_gc_object(mp_gc_of_link(link))->refs++;
}

static void gc_finalize(mp_vm *vm, ac_link *garbage)
{
    for (ac_link *link = garbage->next; link != garbage; link = link->next) {
        mp_value object = mp_gc_object(mp_gc_of_link(link));
        if (mp_finalizer_waits(object))
            mp_finalize(vm, object);
    }
}

static void gc_clear(mp_vm *vm, ac_link *garbage)
{
    for (ac_link *link = garbage->next; link != garbage; link = link->next) {
        mp_value object = mp_gc_object(mp_gc_of_link(link));
        if (object->type->slots.clear != NULL)
            object->type->slots.clear(vm, object);
    }
}

/* Gives the held references back; how many there were. */
static size_t gc_let_go(mp_vm *vm, ac_link *held)
{
    size_t count = 0;
    while (held->next != held) {
        ac_link *link = held->next;
        gc_move(&vm->tracked, link);
        mp_decref(vm, mp_gc_object(mp_gc_of_link(link)));
        count++;
    }
    return count;
}

static void gc_take_all(ac_link *to, ac_link *from)
{
    mp_gc_list_init(to);
    if (from->next == from)
        return;
    *to = *from;
    to->next->prev = to->prev->next = to;
    mp_gc_list_init(from);
}

/* Leaves the living in vm->tracked and gives the rest. */
static void gc_find(mp_vm *vm, ac_link *garbage, bool quietly)
{
    ac_link reached;
    gc_take_all(garbage, &vm->tracked);
    mp_gc_list_init(&reached);
    gc_count_spare(garbage, 0);
    gc_part(garbage, &reached);
    if (quietly)
        vm->collect_wanted = gc_spare_finalizers(garbage, &reached);
    gc_take_all(&vm->tracked, &reached);
}

static size_t gc_run(mp_vm *vm, bool quietly)
{
    ac_link garbage, saved;
    if (vm->collecting || vm->tracked.next == NULL)
        return 0;
    vm->collecting = true;
    gc_find(vm, &garbage, quietly);
    gc_hold(&garbage);
    if (!quietly) {
        vm->collect_wanted = false;
        gc_finalize(vm, &garbage);
        mp_gc_list_init(&saved);
        gc_count_spare(&garbage, 1);
        gc_part(&garbage, &saved);
        gc_let_go(vm, &saved);
    }
    gc_clear(vm, &garbage);
    size_t count = gc_let_go(vm, &garbage);
    vm->collect_at = vm->tracked_count * 2 < GC_FIRST ? GC_FIRST : vm->tracked_count * 2;
    vm->collecting = false;
    return count;
}

bool mp_is_tracked(const mp_vm *vm, const void *object)
{
    for (const ac_link *link = vm->tracked.next; link != &vm->tracked; link = link->next)
        if (mp_gc_object(mp_gc_of_link((ac_link *)link)) == object)
            return true;
    return false;
}

size_t mp_collect(mp_vm *vm)
{
    return gc_run(vm, false);
}

void mp_collect_quietly(mp_vm *vm)
{
    if (!vm->closing)
        gc_run(vm, true);
}
