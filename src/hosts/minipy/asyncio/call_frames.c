/* call_frames.c - the frames that a call graph shows: those of a coroutine and of what it awaits.
 *
 * Mirrors    The walk by cr_await of graph._build_graph_for_future; frame objects, as far as a graph shows
 *            them.
 * Idea       A coroutine of the program has a frame of the machine.  One of the core has none: it is shown as
 *            the functions that asyncio has in its place, with their file and no line.
 * Differs    A frame object is how the frame was when it was made, and does not follow it.
 * Holds      The walk runs nothing and allocates nothing: a recorder may take it in the middle of anything.
 * Tests      difftests/scenarios/graph */
#include <string.h>

#include "asyncio/host.h"

/* ---- Coroutines of the core ---- */

/* Where asyncio has it, and what that awaits in its turn. */
struct native_place {
    const char *function; /* one that ends in a dot is the beginning of a name, "" of any */
    const char *file, *inner;
};

/* The first that fits. */
static const struct native_place native_places[] = {
    {"TaskGroup.__aexit__", "asyncio/taskgroups.py", "TaskGroup._aexit"},
    {"TaskGroup.", "asyncio/taskgroups.py", NULL},
    {"Barrier.__aenter__", "asyncio/locks.py", "Barrier.wait"},
    {"Barrier._block", "asyncio/locks.py", "Condition.wait_for"},
    {"Barrier._wait", "asyncio/locks.py", "Condition.wait_for"},
    {"Barrier.reset", "asyncio/locks.py", "_ContextManagerMixin.__aenter__"},
    {"Barrier.abort", "asyncio/locks.py", "_ContextManagerMixin.__aenter__"},
    {"Barrier.", "asyncio/locks.py", NULL},
    {"_ContextManagerMixin.", "asyncio/locks.py", NULL},
    {"Lock.", "asyncio/locks.py", NULL},
    {"Event.", "asyncio/locks.py", NULL},
    {"Condition.", "asyncio/locks.py", NULL},
    {"Semaphore.", "asyncio/locks.py", NULL},
    {"Queue.join", "asyncio/queues.py", "Event.wait"},
    {"Queue.", "asyncio/queues.py", NULL},
    {"_AsCompletedIterator.__anext__", "asyncio/tasks.py", "_AsCompletedIterator._wait_for_one"},
    {"_AsCompletedIterator._wait_for_one", "asyncio/tasks.py", "Queue.get"},
    {"staggered_race", "asyncio/staggered.py", NULL},
    {"staggered_race.", "asyncio/staggered.py", NULL},
    {"wait", "asyncio/tasks.py", "_wait"},
    {"", "asyncio/tasks.py", NULL},
};

static bool native_fits(const struct native_place *place, const char *function)
{
    size_t size = strlen(place->function);
    bool begins = size == 0 || place->function[size - 1] == '.';
    return begins ? strncmp(function, place->function, size) == 0 : strcmp(function, place->function) == 0;
}

static const struct native_place *native_place_of(const char *function)
{
    const struct native_place *place = native_places;
    while (!native_fits(place, function))
        place++;
    return place;
}

/* The machine of a condition's wait, which is a part of others; of wait_for, likewise. */
static const ac_condition_wait_for *wait_for_of(mp_native_coroutine *native)
{
    bool is_barrier = strncmp(native->qualname, "Barrier.", 8) == 0;
    void *frame = mp_native_frame(native);
    return is_barrier ? &((const ac_barrier_wait *)frame)->block : frame;
}

static const ac_condition_wait *condition_wait_of(mp_native_coroutine *native)
{
    bool is_alone = strcmp(native->qualname, "Condition.wait") == 0;
    return is_alone ? mp_native_frame(native) : &wait_for_of(native)->wait;
}

/* What a function that has begun awaits; NULL: a future.  "async with" takes what it is given. */
static const char *native_inner(mp_vm *vm, mp_native_coroutine *native, const char *function)
{
    if (native->co == NULL)
        return NULL;
    if (strcmp(function, "Barrier.wait") == 0)
        return ac_barrier_wait_method(mp_native_frame(native));
    if (strcmp(function, "Condition.wait_for") == 0)
        return ac_condition_wait_for_method(wait_for_of(native));
    if (strcmp(function, "Condition.wait") == 0)
        return ac_condition_wait_method(condition_wait_of(native));
    if (strcmp(function, "_ContextManagerMixin.__aenter__") == 0)
        return mp_is(vm, native->subject, MP_TYPE_SEMAPHORE) ? "Semaphore.acquire" : "Lock.acquire";
    return native_place_of(function)->inner;
}

static void native_frame(mp_value coroutine, const char *function, mp_call_frame *frame)
{
    *frame = (mp_call_frame){
        .function = function, .file = native_place_of(function)->file, .generator = coroutine};
}

/* ---- Coroutines of the program ---- */

static uint32_t line_of(const mp_frame *frame)
{
    const mp_code *code = frame->code;
    if (frame->owner != NULL && frame->owner->state == MP_G_CREATED)
        return code->first_line;
    uint32_t at = (frame->flags & MP_F_WAITING) == 0 && frame->ip > 0 ? frame->ip - 1 : frame->ip;
    return at < code->count ? code->spans[at].line : code->first_line;
}

mp_call_frame mp_call_frame_of(const mp_frame *frame)
{
    mp_call_frame shown = {
        .code = frame->code, .line = line_of(frame), .generator = mp_as_value(frame->owner)};
    return shown;
}

/* As cr_await; borrowed, NULL: nothing. */
static mp_value awaited_by(mp_vm *vm, mp_generator *generator, bool running)
{
    const mp_frame *frame = generator->frame;
    bool waits = (frame->flags & MP_F_WAITING) != 0 || mp_chain_above(vm, frame) != NULL;
    if (!running && mp_chain_runs(generator))
        return NULL;
    return waits ? frame->stack[frame->top - 1] : NULL;
}

/* An asynchronous comprehension is a coroutine here; in CPython its lines are those of the function around
 * it. */
static mp_generator *inlined(mp_vm *vm, mp_value value)
{
    if (value == NULL || mp_is_small(value) || !mp_is_exactly(vm, value, MP_TYPE_COROUTINE))
        return NULL;
    mp_generator *generator = (mp_generator *)value;
    bool is = generator->frame != NULL && (generator->code->flags & MP_C_INLINED) != 0;
    return is ? generator : NULL;
}

static bool next_of_program(mp_vm *vm, mp_call_frames *frames, mp_call_frame *frame)
{
    mp_generator *generator = (mp_generator *)frames->at;
    frames->at = NULL;
    if (generator->frame == NULL)
        return false;
    *frame = mp_call_frame_of(generator->frame);
    frames->at = awaited_by(vm, generator, frames->running);
    while ((generator = inlined(vm, frames->at)) != NULL) {
        frame->line = line_of(generator->frame);
        frames->at = awaited_by(vm, generator, frames->running);
    }
    return true;
}

/* These alone await coroutines of the program. */
static void go_into_native(mp_vm *vm, mp_call_frames *frames, const char *function)
{
    mp_native_coroutine *native = (mp_native_coroutine *)frames->at;
    mp_value awaited = NULL;
    frames->inner = native_inner(vm, native, function);
    if (strcmp(native->qualname, "staggered_race.<locals>.run_one_coro") == 0)
        awaited = mp_staggered_awaits(native, function, &frames->inner);
    else if (native->co != NULL && strcmp(function, "wait_for") == 0)
        awaited = mp_wait_for_awaits(native, &frames->inner);
    if (frames->inner == NULL)
        frames->at = awaited;
}

static bool next_of_core(mp_vm *vm, mp_call_frames *frames, mp_call_frame *frame)
{
    const mp_native_coroutine *native = (const mp_native_coroutine *)frames->at;
    const char *function = frames->inner != NULL ? frames->inner : native->qualname;
    if (mp_native_has_ended(frames->at))
        return false;
    native_frame(frames->at, function, frame);
    go_into_native(vm, frames, function);
    return true;
}

bool mp_coroutine_has_ended(mp_vm *vm, mp_value coroutine)
{
    if (coroutine == NULL || mp_is_small(coroutine))
        return false;
    if (mp_is_exactly(vm, coroutine, MP_TYPE_COROUTINE))
        return ((const mp_generator *)coroutine)->frame == NULL;
    return mp_is_exactly(vm, coroutine, MP_TYPE_NATIVE_COROUTINE) && mp_native_has_ended(coroutine);
}

bool mp_call_frames_next(mp_vm *vm, mp_call_frames *frames, mp_call_frame *frame)
{
    if (frames->at == NULL || mp_is_small(frames->at))
        return false;
    if (mp_is_exactly(vm, frames->at, MP_TYPE_COROUTINE))
        return next_of_program(vm, frames, frame);
    return mp_is_exactly(vm, frames->at, MP_TYPE_NATIVE_COROUTINE) && next_of_core(vm, frames, frame);
}

/* ---- Frame objects ---- */

typedef struct frame_object {
    mp_object head;
    mp_code *code;      /* owned */
    mp_value generator; /* owned, or NULL */
    uint32_t line;
} frame_object;

/* A frame of the core gets a code object that has nothing but names. */
static mp_code *code_of(mp_vm *vm, const mp_call_frame *frame)
{
    if (frame->code != NULL)
        return (mp_code *)mp_incref(mp_as_value(frame->code));
    mp_code *code = mp_code_new(vm);
    if (code == NULL)
        return NULL;
    const char *dot = strrchr(frame->function, '.');
    code->name = mp_str_from(vm, dot != NULL ? dot + 1 : frame->function);
    code->qualname = mp_str_from(vm, frame->function);
    code->file = mp_str_from(vm, frame->file);
    if (code->name != NULL && code->qualname != NULL && code->file != NULL)
        return code;
    mp_decref(vm, mp_as_value(code));
    return NULL;
}

mp_value mp_frame_object_new(mp_vm *vm, const mp_call_frame *frame)
{
    mp_code *code = code_of(vm, frame);
    frame_object *object = code != NULL ? (frame_object *)mp_new(vm, vm->types[MP_TYPE_FRAME], 0) : NULL;
    if (object == NULL) {
        mp_xdecref(vm, mp_as_value(code));
        return NULL;
    }
    object->code = code;
    object->generator = frame->generator != NULL ? mp_incref(frame->generator) : NULL;
    object->line = frame->line;
    return mp_as_value(object);
}

static mp_value frame_get_code(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(mp_as_value(((const frame_object *)self)->code));
}

static mp_value frame_get_line(mp_vm *vm, mp_value self)
{
    return mp_int_new(vm, ((const frame_object *)self)->line);
}

static mp_value frame_get_generator(mp_vm *vm, mp_value self)
{
    mp_value generator = ((const frame_object *)self)->generator;
    return mp_incref(generator != NULL ? generator : vm->none);
}

static mp_value frame_repr(mp_vm *vm, mp_value self)
{
    const frame_object *frame = (const frame_object *)self;
    return mp_as_value(mp_str_formatted(vm, "<frame at 0x%llx, file %R, line %u, code %S>",
                                        (unsigned long long)(uintptr_t)self, mp_as_value(frame->code->file),
                                        (unsigned)frame->line, mp_as_value(frame->code->name)));
}

static int frame_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_visit_all(&((frame_object *)self)->generator, 1, visit, data);
}

static void frame_clear(mp_vm *vm, mp_value self)
{
    frame_object *frame = (frame_object *)self;
    mp_clear_slot(vm, &frame->generator);
    mp_clear_slot(vm, (mp_value *)&frame->code);
}

static const mp_slots frame_slots = {.visit = frame_visit, .clear = frame_clear, .repr = frame_repr};

static const mp_getset frame_getsets[] = {
    {"f_code", frame_get_code, NULL},
    {"f_lineno", frame_get_line, NULL},
    {"f_generator", frame_get_generator, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_frame_object_def = {
    .name = "frame",
    .size = sizeof(frame_object),
    .flags = MP_T_GC,
    .slots = &frame_slots,
    .getsets = frame_getsets,
};
