/* frame.c - frames: made, pushed, freed.
 *
 * A frame is one block: the head, then the slots, which are the locals, the cells and the stack.  It is on
 * top of vm->frame while it runs, below others while it waits for them, and off the machine while a generator
 * is suspended.
 *
 * Holds      frame->top is right whenever the frame does not run.  While it runs, top is 0 and the machine
 *            has the stack pointer in a register: the collector then sees only locals and cells.
 * Re-enters  Freeing drops references, which may run code of the program. */
#include "run/frame.h"

#include <string.h>

static size_t frame_slots(const mp_code *code)
{
    return (size_t)code->local_count + code->cell_count + code->stack_size;
}

/* Cells made here come first, then those of the closure. */
static bool make_cells(mp_vm *vm, mp_frame *frame, const mp_tuple *closure)
{
    const mp_code *code = frame->code;
    for (uint32_t i = 0; i < code->made_cells; i++) {
        frame->cells[i] = mp_new(vm, vm->types[MP_TYPE_CELL], 0);
        if (frame->cells[i] == NULL)
            return false;
    }
    for (uint32_t i = code->made_cells; i < code->cell_count; i++)
        frame->cells[i] = mp_incref(closure->items[i - code->made_cells]);
    return true;
}

mp_frame *mp_frame_new(mp_vm *vm, mp_code *code, mp_dict *globals, mp_tuple *closure, mp_value names)
{
    size_t size = sizeof(mp_frame) + frame_slots(code) * sizeof(mp_value);
    mp_frame *frame = mp_alloc(vm, size);
    if (frame == NULL)
        return NULL;
    frame->size = (uint32_t)size;
    frame->code = (mp_code *)mp_incref(mp_as_value(code));
    frame->globals = (mp_dict *)mp_incref(mp_as_value(globals));
    frame->builtins = vm->builtins;
    frame->names = names != NULL ? mp_incref(names) : NULL;
    frame->locals = frame->slots;
    frame->cells = frame->locals + code->local_count;
    frame->stack = frame->cells + code->cell_count;
    if (code->cell_count > 0 && !make_cells(vm, frame, closure)) {
        mp_frame_free(vm, frame);
        return NULL;
    }
    return frame;
}

void mp_frame_fill_cells(mp_frame *frame)
{
    const mp_code *code = frame->code;
    for (uint32_t i = 0; i < code->made_cells; i++) {
        int32_t local = code->cell_locals[i];
        if (local >= 0) {
            ((mp_cell *)frame->cells[i])->value = frame->locals[local];
            frame->locals[local] = NULL;
        }
    }
}

static void drop_values(mp_vm *vm, mp_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mp_clear_slot(vm, &values[i]);
}

/* Finalizers see the order: the first variable first, since CPython 3.14 the last one. */
static void drop_slots(mp_vm *vm, mp_frame *frame)
{
    size_t kept = (size_t)frame->code->local_count + frame->code->cell_count;
    if (vm->minor < 14) {
        drop_values(vm, frame->slots, kept);
        drop_values(vm, frame->stack, frame->top);
        return;
    }
    for (mp_value *slot = frame->stack + frame->top; slot > frame->slots;)
        mp_clear_slot(vm, --slot);
}

void mp_frame_free(mp_vm *vm, mp_frame *frame)
{
    if (frame->native != NULL) {
        frame->native->drop(vm, frame);
        mp_release(vm, frame, frame->size);
        return;
    }
    drop_slots(vm, frame);
    mp_clear_slot(vm, &frame->handled);
    mp_clear_slot(vm, &frame->names);
    mp_clear_slot(vm, &frame->instead);
    mp_decref(vm, mp_as_value(frame->globals));
    mp_decref(vm, mp_as_value(frame->code));
    mp_release(vm, frame, frame->size);
}

static int visit_values(mp_value *values, size_t count, mp_visit *visit, void *data)
{
    int answer = 0;
    for (size_t i = 0; i < count && answer == 0; i++)
        if (values[i] != NULL)
            answer = visit(values[i], data);
    return answer;
}

int mp_frame_visit(mp_frame *frame, mp_visit *visit, void *data)
{
    mp_value owned[] = {mp_as_value(frame->code), mp_as_value(frame->globals), frame->names, frame->handled,
                        frame->instead};
    int answer = visit_values(owned, sizeof owned / sizeof *owned, visit, data);
    if (answer == 0)
        answer = visit_values(frame->slots, (size_t)frame->code->local_count + frame->code->cell_count, visit,
                              data);
    return answer != 0 ? answer : visit_values(frame->stack, frame->top, visit, data);
}

bool mp_frame_push(mp_vm *vm, mp_frame *frame, mp_deliver deliver)
{
    frame->deliver = (uint8_t)deliver;
    if (vm->depth >= vm->options.recursion_limit) {
        if (frame->owner == NULL)
            mp_frame_free(vm, frame);
        mp_raise(vm, MP_X_RECURSION_ERROR, "maximum recursion depth exceeded");
        return false;
    }
    vm->depth++;
    frame->back = vm->frame;
    vm->frame = frame;
    return true;
}

mp_frame *mp_push_native(mp_vm *vm, const mp_native_ops *ops)
{
    mp_frame *frame = mp_alloc(vm, ops->size);
    if (frame == NULL)
        return NULL;
    frame->native = ops;
    frame->size = (uint32_t)ops->size;
    frame->back = vm->frame;
    vm->frame = frame;
    return frame;
}

void mp_pop_native(mp_vm *vm, mp_frame *frame)
{
    vm->frame = frame->back;
    mp_frame_free(vm, frame);
}

/* A generator that is driven from inside of an except block sees what is handled there, as in Python.  While
 * a chain is thrown into, CPython has only the frame that got the exception on its stack of what is handled:
 * not the ones that await it, and not that one itself while what it waits for (WAITING) is still asked. */
mp_value mp_handled_from(const mp_frame *frame)
{
    for (; frame != NULL; frame = frame->back) {
        bool runs = frame->native == NULL && (frame->flags & MP_F_WAITING) == 0;
        if (runs && frame->handled != NULL)
            return frame->handled;
        if (frame->root != NULL && frame->root->thrown == frame)
            frame = frame->root->frame;
    }
    return NULL;
}

mp_value mp_handled(mp_vm *vm)
{
    return mp_handled_from(vm->frame);
}
