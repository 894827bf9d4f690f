/* flow.c - where the control can go: how deep the stack is everywhere, and what is never reached.
 *
 * Idea       A walk along all ways finds the depth of the stack before each draft.  Where ways meet, they
 *            must agree: else the compiler is broken, which is an error and no crash.  A region's depth is
 *            the one where it begins.  Then what no way has reached is taken out.
 * Holds      A jump to a jump goes where that goes, unless the machine would then miss a step: it counts
 *            steps where JUMP, JUMP_IF_FALSE and JUMP_IF_TRUE go back, and nowhere else.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

enum { FLOW_HOPS = 8 };

/* ---- What instructions do to the stack ---- */

/* Those whose effect does not depend on the argument; the others are 0 here. */
static const int8_t fixed_effects[MP_I_COUNT] = {
    [MP_I_POP] = -1,           [MP_I_COPY] = 1,
    [MP_I_CONST] = 1,          [MP_I_PUSH_NULL] = 1,
    [MP_I_LOAD_LOCAL] = 1,     [MP_I_STORE_LOCAL] = -1,
    [MP_I_LOAD_CELL] = 1,      [MP_I_STORE_CELL] = -1,
    [MP_I_PUSH_CELL] = 1,      [MP_I_LOAD_GLOBAL] = 1,
    [MP_I_STORE_GLOBAL] = -1,  [MP_I_LOAD_NAME] = 1,
    [MP_I_STORE_NAME] = -1,    [MP_I_LOAD_CLASS_CELL] = 1,
    [MP_I_LOAD_METHOD] = 1,    [MP_I_STORE_ATTR] = -2,
    [MP_I_DELETE_ATTR] = -1,   [MP_I_LOAD_INDEX] = -1,
    [MP_I_STORE_INDEX] = -3,   [MP_I_DELETE_INDEX] = -2,
    [MP_I_BUILD_SLICE] = -2,   [MP_I_BINARY] = -1,
    [MP_I_INPLACE] = -1,       [MP_I_COMPARE] = -1,
    [MP_I_LIST_APPEND] = -1,   [MP_I_SET_ADD] = -1,
    [MP_I_DICT_ADD] = -2,      [MP_I_LIST_EXTEND] = -1,
    [MP_I_SET_UPDATE] = -1,    [MP_I_DICT_UPDATE] = -1,
    [MP_I_DICT_MERGE] = -1,    [MP_I_JUMP_IF_FALSE] = -1,
    [MP_I_JUMP_IF_TRUE] = -1,  [MP_I_JUMP_IF_NONE] = -1,
    [MP_I_RETURN] = -1,        [MP_I_IMPORT] = 1,
    [MP_I_IMPORT_FROM] = 1,    [MP_I_PUSH_HANDLED] = 1,
    [MP_I_POP_HANDLED] = -1,   [MP_I_RERAISE] = -1,
    [MP_I_JOIN_STAR] = -1,     [MP_I_ASSERTION_ERROR] = 1,
    [MP_I_ENTER_WITH] = 1,     [MP_I_ENTER_ASYNC_WITH] = 1,
    [MP_I_CALL_EXIT] = 1,      [MP_I_DELEGATE] = -1,
    [MP_I_GET_ASYNC_NEXT] = 1, [MP_I_END_ASYNC_FOR] = -2,
};

int64_t mp_stack_effect(mp_opcode opcode, uint32_t argument, bool jumped)
{
    int64_t n = argument;

    switch (opcode) {
    case MP_I_BUILD_TUPLE:
    case MP_I_BUILD_LIST:
    case MP_I_BUILD_SET:
    case MP_I_BUILD_STRING:
        return 1 - n;
    case MP_I_BUILD_DICT:
        return 1 - 2 * n;
    case MP_I_UNPACK:
        return n - 1;
    case MP_I_UNPACK_STAR:
        return (n & 0xfff) + (n >> 12);
    case MP_I_FORMAT:
        return (n & 256) != 0 ? -1 : 0;
    case MP_I_FOR_ITER:
        return jumped ? -1 : 1;
    case MP_I_MAKE_FUNCTION:
        return -((n & 1) + (n >> 1 & 1) + (n >> 2 & 1));
    case MP_I_CALL:
    case MP_I_BUILD_CLASS:
        return -n - 1;
    case MP_I_CALL_NAMES:
        return -n - 2;
    case MP_I_CALL_EX:
        return -2 - n;
    case MP_I_RAISE:
        return -n;
    default:
        return fixed_effects[opcode];
    }
}

/* Whether the control never goes on behind it. */
static bool opcode_ends(mp_opcode opcode)
{
    return opcode == MP_I_JUMP || opcode == MP_I_RETURN || opcode == MP_I_RAISE || opcode == MP_I_RERAISE;
}

/* ---- The walk ---- */

typedef struct flow_walk {
    mp_compiler *compiler;
    const mp_unit *unit;
    int64_t *depths;   /* before each draft; -1: not reached */
    uint32_t *waiting; /* drafts that were reached and not yet followed: each is here once at most */
    uint32_t waiting_count;
    int64_t deepest;
} flow_walk;

static void flow_reach(flow_walk *walk, uint32_t place, int64_t depth)
{
    if (place >= walk->unit->count || depth < 0) {
        mp_compile_broken(walk->compiler, "a way leads nowhere");
        return;
    }
    if (depth > walk->deepest)
        walk->deepest = depth;
    if (walk->depths[place] < 0) {
        walk->depths[place] = depth;
        walk->waiting[walk->waiting_count++] = place;
    } else if (walk->depths[place] != depth) {
        mp_compile_broken(walk->compiler, "the stack differs where two ways meet");
    }
}

static void flow_handler(flow_walk *walk, uint32_t number)
{
    const mp_unit *unit = walk->unit;
    mp_region *region = &unit->regions[number];
    int64_t depth = walk->depths[region->start] - (int64_t)region->less;

    if (walk->depths[region->start] < 0 || depth < 0) {
        mp_compile_broken(walk->compiler, "a region without a beginning");
        return;
    }
    region->depth = (uint32_t)depth;
    flow_reach(walk, unit->labels[region->handler], depth + 1);
}

/* An exception may come at any draft of a region, so its handler is a way that the control can take. */
static void flow_follow(flow_walk *walk, uint32_t place)
{
    const mp_unit *unit = walk->unit;
    const mp_draft *draft = &unit->drafts[place];
    int64_t depth = walk->depths[place];

    if (draft->region != MP_NO_REGION)
        flow_handler(walk, draft->region);
    if (mp_opcode_jumps(draft->opcode))
        flow_reach(walk, unit->labels[draft->argument], depth + mp_stack_effect(draft->opcode, 0, true));
    if (!opcode_ends(draft->opcode))
        flow_reach(walk, place + 1, depth + mp_stack_effect(draft->opcode, draft->argument, false));
}

static void flow_run(flow_walk *walk)
{
    for (uint32_t i = 0; i < walk->unit->count; i++)
        walk->depths[i] = -1;
    flow_reach(walk, 0, 0);
    while (walk->waiting_count > 0 && mp_compile_ok(walk->compiler))
        flow_follow(walk, walk->waiting[--walk->waiting_count]);
}

/* ---- Jumps to jumps ---- */

static void flow_thread(mp_unit *unit)
{
    for (uint32_t i = 0; i < unit->count; i++) {
        mp_draft *draft = &unit->drafts[i];
        bool counts = draft->opcode == MP_I_JUMP || draft->opcode == MP_I_JUMP_IF_FALSE ||
                      draft->opcode == MP_I_JUMP_IF_TRUE;
        for (int hops = 0; counts && hops < FLOW_HOPS; hops++) {
            uint32_t place = unit->labels[draft->argument];
            if (place >= unit->count || unit->drafts[place].opcode != MP_I_JUMP)
                break;
            draft->argument = unit->drafts[place].argument;
        }
    }
}

/* ---- What is never reached ---- */

/* Closes the gaps.  depths becomes, for each old place, the new one. */
static void flow_compact(mp_unit *unit, int64_t *depths)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < unit->count; i++) {
        bool reached = depths[i] >= 0;
        depths[i] = count;
        if (reached)
            unit->drafts[count++] = unit->drafts[i];
    }
    for (uint32_t i = 0; i < unit->label_count; i++) {
        if (unit->labels[i] < unit->count)
            unit->labels[i] = (uint32_t)depths[unit->labels[i]];
    }
    unit->count = count;
}

void mp_flow(mp_compiler *compiler, mp_unit *unit)
{
    size_t count = unit->count;
    flow_walk walk = {.compiler = compiler, .unit = unit};

    walk.depths = mp_alloc(compiler->vm, sizeof *walk.depths * count);
    walk.waiting = walk.depths == NULL ? NULL : mp_alloc(compiler->vm, sizeof *walk.waiting * count);
    if (walk.waiting != NULL) {
        flow_thread(unit);
        flow_run(&walk);
        if (mp_compile_ok(compiler))
            flow_compact(unit, walk.depths);
        unit->deepest = (uint32_t)walk.deepest;
    } else {
        compiler->raised = true;
    }
    mp_release(compiler->vm, walk.waiting, sizeof *walk.waiting * count);
    mp_release(compiler->vm, walk.depths, sizeof *walk.depths * count);
}
