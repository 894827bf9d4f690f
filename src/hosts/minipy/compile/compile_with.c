/* compile_with.c - with and async with.
 *
 * Mirrors    CPython's codegen.c: several items are nested ones; __exit__ is called with three times None on
 *            every way out but an exception.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

static void with_nested(mp_compiler *compiler, const mp_node *node, size_t index);

/* [awaitable of __aexit__] -> [what it says] */
static void await_exit(mp_compiler *compiler, const mp_node *with, const mp_node *at)
{
    if (!with->flag)
        return;
    mp_emit(compiler, at, MP_I_GET_AWAITABLE, 2);
    mp_emit_delegate(compiler, at);
}

/* [exit] -> []: exit(None, None, None), whose answer does not matter. */
void mp_emit_exit(mp_compiler *compiler, const mp_node *with, const mp_node *at)
{
    mp_emit(compiler, at, MP_I_PUSH_NULL, 0);
    for (int i = 0; i < 3; i++)
        mp_emit_none(compiler, at);
    mp_emit(compiler, at, MP_I_CALL, 3);
    await_exit(compiler, with, at);
    mp_emit(compiler, at, MP_I_POP, 0);
}

/* [exit, exc] -> [] if exit's answer is true; else the exception goes on.  While exit runs, the exception is
 * the handled one.
 *
 *     PUSH_HANDLED             [exit, previous, exc]
 *     CALL_EXIT 1              [exit, previous, exc, answer]
 *     JUMP_IF_TRUE suppress
 *     RERAISE                  by way of cleanup
 *   cleanup:                   [exit, previous, exc]
 *     SWAP 2; POP_HANDLED; RERAISE
 *   suppress:
 *     POP; POP_HANDLED; POP */
static void with_failed(mp_compiler *compiler, const mp_node *node, const mp_node *at)
{
    uint32_t cleanup = mp_label_new(compiler), suppress = mp_label_new(compiler);
    uint32_t outer;

    mp_emit(compiler, at, MP_I_PUSH_HANDLED, 0);
    outer = mp_region_open(compiler, cleanup, 1);
    mp_emit(compiler, at, MP_I_CALL_EXIT, 1); /* between exit and exc: what was handled before */
    await_exit(compiler, node, at);
    mp_emit(compiler, at, MP_I_JUMP_IF_TRUE, suppress);
    mp_emit(compiler, at, MP_I_RERAISE, 0);
    mp_region_close(compiler, outer);
    mp_label_here(compiler, cleanup);
    mp_emit_reraise(compiler, at);
    mp_label_here(compiler, suppress);
    mp_emit(compiler, at, MP_I_POP, 0);
    mp_emit(compiler, at, MP_I_POP_HANDLED, 0);
    mp_emit(compiler, at, MP_I_POP, 0);
}

static void with_enter(mp_compiler *compiler, const mp_node *node, const mp_node *manager)
{
    mp_compile_expression(compiler, manager);
    mp_emit(compiler, manager, node->flag ? MP_I_ENTER_ASYNC_WITH : MP_I_ENTER_WITH, 0);
    if (node->flag) {
        mp_emit(compiler, manager, MP_I_GET_AWAITABLE, 1);
        mp_emit_delegate(compiler, manager);
    }
}

/* What is inside of an item: the next one, or the body. */
static void with_inside(mp_compiler *compiler, const mp_node *node, size_t index)
{
    const mp_node *item = node->list.items[index];

    if (item->b != NULL)
        mp_compile_store(compiler, item->b);
    else
        mp_emit(compiler, item, MP_I_POP, 0);
    if (index + 1 < node->list.count)
        with_nested(compiler, node, index + 1);
    else
        mp_compile_statements(compiler, &node->body);
}

/* One item and all that is inside of it.  The region begins when __enter__ is done, with its result still on
 * the stack, and covers the store: if that fails, __exit__ is called. */
static void with_nested(mp_compiler *compiler, const mp_node *node, size_t index)
{
    const mp_node *manager = node->list.items[index]->a;
    uint32_t failed = mp_label_new(compiler), end = mp_label_new(compiler), outer;
    mp_block block;

    /* Also the bound of this recursion: only so many blocks nest. */
    if (!mp_compile_ok(compiler))
        return;
    with_enter(compiler, node, manager);
    mp_block_enter(compiler, &block, MP_B_WITH, node);
    block.manager = manager;
    outer = mp_region_open(compiler, failed, 1); /* the result of __enter__ is not yet stored */
    with_inside(compiler, node, index);
    mp_region_close(compiler, outer);
    mp_block_leave(compiler);
    mp_emit_exit(compiler, node, manager);
    mp_emit(compiler, manager, MP_I_JUMP, end);
    mp_label_here(compiler, failed);
    with_failed(compiler, node, manager);
    mp_label_here(compiler, end);
}

void mp_compile_with(mp_compiler *compiler, const mp_node *node)
{
    if (node->flag && !mp_is_async(compiler->unit->scope))
        mp_compile_error(compiler, node, "'async with' outside async function");
    with_nested(compiler, node, 0);
}
