/* compile_expression.c - expressions: each leaves one value on the stack.
 *
 * Mirrors    CPython's codegen.c: the order of evaluation, and that truth is asked for once.
 * Idea       A chain that leans to the left (a + b + c, a.b().c) is compiled from its innermost end outwards
 *            in a loop: the parser reads such chains in a loop too, so they may be very long.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

enum { CHAIN_SMALL = 8 };

bool mp_is_async(const mp_scope *scope)
{
    return scope->kind == MP_SCOPE_FUNCTION && scope->is_async;
}

void mp_emit_delegate(mp_compiler *compiler, const mp_node *at)
{
    mp_emit_none(compiler, at);
    mp_emit(compiler, at, MP_I_DELEGATE, 0);
}

/* ---- and, or, conditions ---- */

/* a and b and c: each but the last is the answer if it decides, and then stays on the stack:
 *
 *     a; COPY 1; JUMP_IF_FALSE end; POP; b; COPY 1; JUMP_IF_FALSE end; POP; c; end: */
static void compile_bool(mp_compiler *compiler, const mp_node *node)
{
    mp_opcode jump = node->op == MP_OP_AND ? MP_I_JUMP_IF_FALSE : MP_I_JUMP_IF_TRUE;
    uint32_t end = mp_label_new(compiler);

    for (size_t i = 0; i < node->list.count; i++) {
        mp_compile_expression(compiler, node->list.items[i]);
        if (i + 1 < node->list.count) {
            mp_emit(compiler, node, MP_I_COPY, 1);
            mp_emit(compiler, node, jump, end);
            mp_emit(compiler, node, MP_I_POP, 0);
        }
    }
    mp_label_here(compiler, end);
}

static void compile_conditional(mp_compiler *compiler, const mp_node *node)
{
    uint32_t otherwise = mp_label_new(compiler), end = mp_label_new(compiler);

    mp_compile_jump(compiler, node->b, otherwise, false);
    mp_compile_expression(compiler, node->a);
    mp_emit(compiler, node, MP_I_JUMP, end);
    mp_label_here(compiler, otherwise);
    mp_compile_expression(compiler, node->c);
    mp_label_here(compiler, end);
}

/* a < b < c: b is evaluated once and kept below its first comparison; when that is false, it must be dropped
 * from below the answer:
 *
 *     a; b           [a, b]
 *     SWAP 2; COPY 2 [b, a, b]
 *     COMPARE <      [b, a < b]
 *     COPY 1; JUMP_IF_FALSE drop
 *     POP            [b]
 *     c; COMPARE <; JUMP end
 *   drop:            [b, False]
 *     SWAP 2; POP
 *   end: */
static void compile_compare(mp_compiler *compiler, const mp_node *node)
{
    size_t last = node->list.count - 1;
    uint32_t drop, end;

    mp_compile_expression(compiler, node->a);
    if (last == 0) {
        mp_compile_expression(compiler, node->list.items[0]);
        mp_emit(compiler, node, MP_I_COMPARE, node->ops[0]);
        return;
    }
    drop = mp_label_new(compiler);
    end = mp_label_new(compiler);
    for (size_t i = 0; i < last; i++) {
        mp_compile_expression(compiler, node->list.items[i]);
        mp_emit(compiler, node, MP_I_SWAP, 2);
        mp_emit(compiler, node, MP_I_COPY, 2);
        mp_emit(compiler, node, MP_I_COMPARE, node->ops[i]);
        mp_emit(compiler, node, MP_I_COPY, 1);
        mp_emit(compiler, node, MP_I_JUMP_IF_FALSE, drop);
        mp_emit(compiler, node, MP_I_POP, 0);
    }
    mp_compile_expression(compiler, node->list.items[last]);
    mp_emit(compiler, node, MP_I_COMPARE, node->ops[last]);
    mp_emit(compiler, node, MP_I_JUMP, end);
    mp_label_here(compiler, drop);
    mp_emit(compiler, node, MP_I_SWAP, 2);
    mp_emit(compiler, node, MP_I_POP, 0);
    mp_label_here(compiler, end);
}

/* In a condition the values themselves are not wanted, so "and" and "or" are jumps only.  An item that
 * decides the whole either decides as the jump wants it (then it goes to label at once) or against it (then
 * the whole goes on behind: next). */
static void jump_on_bool(mp_compiler *compiler, const mp_node *node, uint32_t label, bool sense)
{
    bool decides = node->op == MP_OP_OR;
    uint32_t next = decides == sense ? label : mp_label_new(compiler);
    size_t last = node->list.count - 1;

    for (size_t i = 0; i < last; i++)
        mp_compile_jump(compiler, node->list.items[i], next, decides);
    mp_compile_jump(compiler, node->list.items[last], label, sense);
    if (decides != sense)
        mp_label_here(compiler, next);
}

static void jump_on_conditional(mp_compiler *compiler, const mp_node *node, uint32_t label, bool sense)
{
    uint32_t otherwise = mp_label_new(compiler), end = mp_label_new(compiler);

    mp_compile_jump(compiler, node->b, otherwise, false);
    mp_compile_jump(compiler, node->a, label, sense);
    mp_emit(compiler, node, MP_I_JUMP, end);
    mp_label_here(compiler, otherwise);
    mp_compile_jump(compiler, node->c, label, sense);
    mp_label_here(compiler, end);
}

/* "while True" asks nobody. */
static void jump_on_constant(mp_compiler *compiler, const mp_node *node, uint32_t label, bool sense)
{
    bool truth = node->kind == MP_N_CONSTANT
                     ? node->number.integer != MP_K_NONE && node->number.integer != MP_K_FALSE
                     : node->number.integer != 0;

    if (truth == sense)
        mp_emit(compiler, node, MP_I_JUMP, label);
}

/* Conditions of if, while, assert, comprehensions and "x if c else y".  "not" costs nothing here, and the
 * truth of each value is asked for once. */
void mp_compile_jump(mp_compiler *compiler, const mp_node *node, uint32_t label, bool sense)
{
    while (node->kind == MP_N_UNARY && node->op == MP_OP_NOT) {
        node = node->a;
        sense = !sense;
    }
    switch (node->kind) {
    case MP_N_BOOL:
        jump_on_bool(compiler, node, label, sense);
        return;
    case MP_N_CONDITIONAL:
        jump_on_conditional(compiler, node, label, sense);
        return;
    case MP_N_CONSTANT:
    case MP_N_INT:
        jump_on_constant(compiler, node, label, sense);
        return;
    default:
        mp_compile_expression(compiler, node);
        mp_emit(compiler, node, sense ? MP_I_JUMP_IF_TRUE : MP_I_JUMP_IF_FALSE, label);
    }
}

/* ---- f-strings ---- */

/* {a!r:spec}: the conversion is in the argument of FORMAT, a spec on the stack. */
static void compile_fvalue(mp_compiler *compiler, const mp_node *node)
{
    uint32_t argument = (uint32_t)node->number.integer;

    mp_compile_expression(compiler, node->a);
    if (node->b != NULL) {
        mp_compile_expression(compiler, node->b);
        argument |= 256;
    }
    mp_emit(compiler, node, MP_I_FORMAT, argument);
}

static void compile_fstring(mp_compiler *compiler, const mp_node *node)
{
    if (node->list.count == 0)
        mp_emit_text(compiler, node, mp_text_of(""));
    for (size_t i = 0; i < node->list.count; i++)
        mp_compile_expression(compiler, node->list.items[i]);
    if (node->list.count > 1)
        mp_emit(compiler, node, MP_I_BUILD_STRING, (uint32_t)node->list.count);
}

/* ---- await and yield ---- */

/* An await asks for the iterator of its awaitable and then delegates to it: None is the first value sent.  In
 * a comprehension it is allowed: that has been made a coroutine, and whether it may stand where it does is
 * checked there. */
static void compile_await(mp_compiler *compiler, const mp_node *node)
{
    const mp_scope *scope = compiler->unit->scope;

    if (!mp_scope_is_function(scope))
        mp_compile_error(compiler, node, "'await' outside function");
    else if (!mp_is_async(scope) && !mp_scope_is_comprehension(scope))
        mp_compile_error(compiler, node, "'await' outside async function");
    mp_compile_expression(compiler, node->a);
    mp_emit(compiler, node, MP_I_GET_AWAITABLE, 0);
    mp_emit_delegate(compiler, node);
}

static void compile_yield(mp_compiler *compiler, const mp_node *node)
{
    const mp_scope *scope = compiler->unit->scope;

    if (!mp_scope_is_function(scope))
        mp_compile_error(compiler, node, "'%s' outside function",
                         node->kind == MP_N_YIELD ? "yield" : "yield from");
    if (node->kind == MP_N_YIELD_FROM && mp_is_async(scope))
        mp_compile_error(compiler, node, "'yield from' inside async function");
    if (node->a != NULL)
        mp_compile_expression(compiler, node->a);
    else
        mp_emit_none(compiler, node);
    if (node->kind == MP_N_YIELD) {
        mp_emit(compiler, node, MP_I_YIELD, 0);
        return;
    }
    mp_emit(compiler, node, MP_I_GET_YIELD_FROM, 0);
    mp_emit_delegate(compiler, node);
}

/* ---- The rest ---- */

/* a[b:c:d]: only the key; the index itself is a link of a chain. */
static void compile_slice(mp_compiler *compiler, const mp_node *node)
{
    const mp_node *const parts[] = {node->a, node->b, node->c};

    for (size_t i = 0; i < 3; i++) {
        if (parts[i] != NULL)
            mp_compile_expression(compiler, parts[i]);
        else
            mp_emit_none(compiler, node);
    }
    mp_emit(compiler, node, MP_I_BUILD_SLICE, 0);
}

static void compile_walrus(mp_compiler *compiler, const mp_node *node)
{
    mp_compile_expression(compiler, node->a);
    mp_emit(compiler, node, MP_I_COPY, 1);
    mp_emit_variable(compiler, node, MP_STORE, node->text);
}

static void compile_unary(mp_compiler *compiler, const mp_node *node)
{
    mp_compile_expression(compiler, node->a);
    mp_emit(compiler, node, MP_I_UNARY, node->op);
}

/* Everything that does not lean to the left. */
static void compile_plain(mp_compiler *compiler, const mp_node *node)
{
    if (mp_is_constant(node)) {
        mp_emit_constant(compiler, node, node);
        return;
    }
    switch (node->kind) {
    case MP_N_NAME:
        mp_emit_variable(compiler, node, MP_LOAD, node->text);
        return;
    case MP_N_FSTRING:
        compile_fstring(compiler, node);
        return;
    case MP_N_FVALUE:
        compile_fvalue(compiler, node);
        return;
    case MP_N_TUPLE:
    case MP_N_LIST:
    case MP_N_SET:
    case MP_N_DICT:
        mp_compile_display(compiler, node);
        return;
    case MP_N_UNARY:
        compile_unary(compiler, node);
        return;
    case MP_N_BOOL:
        compile_bool(compiler, node);
        return;
    case MP_N_COMPARE:
        compile_compare(compiler, node);
        return;
    case MP_N_CONDITIONAL:
        compile_conditional(compiler, node);
        return;
    case MP_N_SLICE:
        compile_slice(compiler, node);
        return;
    case MP_N_LAMBDA:
        mp_compile_lambda(compiler, node);
        return;
    case MP_N_LIST_COMP:
    case MP_N_SET_COMP:
    case MP_N_DICT_COMP:
    case MP_N_GENERATOR:
        mp_compile_comprehension(compiler, node);
        return;
    case MP_N_AWAIT:
        compile_await(compiler, node);
        return;
    case MP_N_YIELD:
    case MP_N_YIELD_FROM:
        compile_yield(compiler, node);
        return;
    case MP_N_WALRUS:
        compile_walrus(compiler, node);
        return;
    case MP_N_STARRED:
        mp_compile_error(compiler, node, "can't use starred expression here");
        return;
    default:
        mp_compile_broken(compiler, "no expression");
    }
}

/* ---- Chains ---- */

static bool chain_goes_on(const mp_node *node)
{
    return node->kind == MP_N_BINARY || node->kind == MP_N_ATTRIBUTE || node->kind == MP_N_INDEX ||
           node->kind == MP_N_CALL;
}

/* What follows the left side of node, which is on the stack.  outer: what node is the left side of, or NULL.
 * "a.b(...)" is LOAD_METHOD and CALL, so that no bound method needs to be made; that takes two neighbours in
 * the chain. */
static void chain_link(mp_compiler *compiler, const mp_node *node, const mp_node *outer)
{
    bool called = outer != NULL && outer->kind == MP_N_CALL && !mp_is_spread(outer);

    switch (node->kind) {
    case MP_N_BINARY:
        mp_compile_expression(compiler, node->b);
        mp_emit(compiler, node, MP_I_BINARY, node->op);
        return;
    case MP_N_ATTRIBUTE:
        mp_emit_name(compiler, node, called ? MP_I_LOAD_METHOD : MP_I_LOAD_ATTR, node->text);
        return;
    case MP_N_INDEX:
        mp_compile_expression(compiler, node->b);
        mp_emit(compiler, node, MP_I_LOAD_INDEX, 0);
        return;
    default:
        mp_compile_call(compiler, node, node->a->kind == MP_N_ATTRIBUTE && !mp_is_spread(node));
    }
}

/* links: the chain from its outermost node on inwards. */
static void compile_links(mp_compiler *compiler, const mp_node **links, size_t count)
{
    for (size_t i = count; i > 0 && mp_compile_ok(compiler); i--)
        chain_link(compiler, links[i - 1], i > 1 ? links[i - 2] : NULL);
}

/* Collects the chain from the outside in, compiles what it begins with, and then links it from the inside
 * out.  Long chains are put down in the arena: the C stack only has room for the usual ones. */
void mp_compile_expression(mp_compiler *compiler, const mp_node *node)
{
    const mp_node *small[CHAIN_SMALL], **links = small, *inner = node;
    size_t count = 0;

    if (!mp_compile_ok(compiler))
        return;
    for (; chain_goes_on(inner); inner = inner->a)
        count++;
    if (count > CHAIN_SMALL)
        links = mp_arena_new(compiler->arena, sizeof(mp_node *) * count);
    if (links == NULL) {
        mp_scope_no_memory(&compiler->scopes);
        return;
    }
    for (size_t i = 0; i < count; i++, node = node->a)
        links[i] = node;
    compile_plain(compiler, inner);
    compile_links(compiler, links, count);
}
