/* compile_loop.c - loops, and the ways out of blocks: break, continue, return.
 *
 * Mirrors    CPython's codegen.c, its frame blocks.
 * Idea       Blocks form a stack while their bodies are compiled.  A way out undoes them from the inside out,
 *            each in the region around it, so an exception on the way goes where it should.  A finally body
 *            is compiled once for each way out.
 * Holds      After a way out the block and the region are what they were: dead code goes on in them.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

/* ---- Blocks ---- */

void mp_block_enter(mp_compiler *compiler, mp_block *block, mp_block_kind kind, const mp_node *node)
{
    mp_unit *unit = compiler->unit;
    uint32_t depth = unit->block == NULL ? 1 : unit->block->depth + 1;

    if (depth > MP_BLOCKS_MAX)
        mp_compile_error(compiler, node, "too many statically nested blocks");
    *block = (mp_block){
        .outer = unit->block, .kind = kind, .node = node, .region = unit->region, .depth = depth};
    unit->block = block;
}

void mp_block_leave(mp_compiler *compiler)
{
    compiler->unit->block = compiler->unit->block->outer;
}

static void swap_below(mp_compiler *compiler, const mp_node *at, bool value)
{
    if (value)
        mp_emit(compiler, at, MP_I_SWAP, 2);
}

/* The value that a return takes out lies on the stack below whatever the finally body does; if that body
 * leaves by a way of its own, the value goes. */
static void undo_finally(mp_compiler *compiler, const mp_block *block, bool value)
{
    mp_block kept;

    if (value)
        mp_block_enter(compiler, &kept, MP_B_VALUE, block->node);
    mp_compile_statements(compiler, &block->node->final);
    if (value)
        mp_block_leave(compiler);
}

/* What a way out does when it leaves a block.  value: there is one on top of the stack that stays. */
static void undo_block(mp_compiler *compiler, const mp_node *at, const mp_block *block, bool value)
{
    switch (block->kind) {
    case MP_B_WHILE:
    case MP_B_TRY:
    case MP_B_STAR:
        return;
    case MP_B_FOR:
    case MP_B_VALUE:
        swap_below(compiler, at, value);
        mp_emit(compiler, at, MP_I_POP, 0);
        return;
    case MP_B_FINALLY:
        undo_finally(compiler, block, value);
        return;
    case MP_B_ENDING:
        swap_below(compiler, at, value);
        mp_emit(compiler, at, MP_I_POP, 0);
        swap_below(compiler, at, value);
        mp_emit(compiler, at, MP_I_POP_HANDLED, 0);
        return;
    case MP_B_HANDLER:
        swap_below(compiler, at, value);
        mp_emit(compiler, at, MP_I_POP_HANDLED, 0);
        mp_emit_unbind(compiler, block->node);
        return;
    case MP_B_WITH:
        swap_below(compiler, at, value);
        mp_emit_exit(compiler, block->node, block->manager);
        return;
    }
}

static bool block_is_loop(const mp_block *block)
{
    return block->kind == MP_B_WHILE || block->kind == MP_B_FOR;
}

/* Undoes the blocks up to the innermost loop, which is the answer, or all of them: NULL. */
static mp_block *undo_blocks(mp_compiler *compiler, const mp_node *at, bool value, bool to_loop)
{
    mp_unit *unit = compiler->unit;
    mp_block *block = unit->block;

    for (; block != NULL && mp_compile_ok(compiler); block = block->outer) {
        if (to_loop && block_is_loop(block))
            return block;
        if (block->kind == MP_B_STAR)
            mp_compile_error(compiler, at,
                             "'break', 'continue' and 'return' cannot appear in an except* block");
        unit->block = block->outer;
        unit->region = block->region;
        undo_block(compiler, at, block, value);
    }
    return NULL;
}

/* ---- The ways out ---- */

/* break also undoes the loop itself; continue goes on in it. */
void mp_compile_break(mp_compiler *compiler, const mp_node *node)
{
    mp_unit *unit = compiler->unit;
    mp_block *block = unit->block, *loop;
    uint32_t region = unit->region;
    bool breaks = node->kind == MP_N_BREAK;

    loop = undo_blocks(compiler, node, false, true);
    if (loop == NULL) {
        mp_compile_error(compiler, node, breaks ? "'break' outside loop" : "'continue' not properly in loop");
    } else if (breaks) {
        unit->region = loop->region;
        undo_block(compiler, node, loop, false);
        mp_emit(compiler, node, MP_I_JUMP, loop->end);
    } else {
        mp_emit(compiler, node, MP_I_JUMP, loop->again);
    }
    unit->block = block;
    unit->region = region;
}

static void check_return(mp_compiler *compiler, const mp_node *node)
{
    const mp_scope *scope = compiler->unit->scope;

    if (scope->kind != MP_SCOPE_FUNCTION)
        mp_compile_error(compiler, node, "'return' outside function");
    if (node->a != NULL && scope->is_async && scope->yields)
        mp_compile_error(compiler, node, "'return' with value in async generator");
}

/* The value is computed before the blocks are undone; a constant needs no place on the stack meanwhile. */
void mp_compile_return(mp_compiler *compiler, const mp_node *node)
{
    mp_unit *unit = compiler->unit;
    mp_block *block = unit->block;
    uint32_t region = unit->region;
    bool computed = node->a != NULL && !mp_is_constant(node->a);

    check_return(compiler, node);
    if (computed)
        mp_compile_expression(compiler, node->a);
    undo_blocks(compiler, node, computed, false);
    if (node->a == NULL)
        mp_emit_none(compiler, node);
    else if (!computed)
        mp_emit_constant(compiler, node, node->a);
    mp_emit(compiler, node, MP_I_RETURN, 0);
    unit->block = block;
    unit->region = region;
}

/* ---- Loops ---- */

/*     again: condition, or on at otherwise
 *            body
 *            JUMP again
 * otherwise: the body of else
 *       end: where break goes */
static void compile_while(mp_compiler *compiler, const mp_node *node)
{
    uint32_t otherwise = mp_label_new(compiler);
    mp_block block;

    mp_block_enter(compiler, &block, MP_B_WHILE, node);
    block.again = mp_label_new(compiler);
    block.end = mp_label_new(compiler);
    mp_label_here(compiler, block.again);
    mp_compile_jump(compiler, node->a, otherwise, false);
    mp_compile_statements(compiler, &node->body);
    mp_emit(compiler, node->a, MP_I_JUMP, block.again);
    mp_block_leave(compiler);
    mp_label_here(compiler, otherwise);
    mp_compile_statements(compiler, &node->orelse);
    mp_label_here(compiler, block.end);
}

/* [iterator] -> [iterator, next value], or on at over with [] or, for async, [iterator, exc]. */
static void emit_for_next(mp_compiler *compiler, const mp_node *node, uint32_t over)
{
    uint32_t outer;

    if (!node->flag) {
        mp_emit(compiler, node->b, MP_I_FOR_ITER, over);
        return;
    }
    outer = mp_region_open(compiler, over, 0);
    mp_emit(compiler, node->b, MP_I_GET_ASYNC_NEXT, 0);
    mp_emit_delegate(compiler, node->b);
    mp_region_close(compiler, outer);
}

/*            iterable; GET_ITER
 *     again: FOR_ITER over        [iterator, value]; at the end []
 *            store; body
 *            JUMP again
 *      over: the body of else     after async for: END_ASYNC_FOR, which drops iterator and exception
 *       end: where break goes, which drops the iterator itself */
static void compile_for(mp_compiler *compiler, const mp_node *node)
{
    uint32_t over = mp_label_new(compiler);
    mp_block block;

    if (node->flag && !mp_is_async(compiler->unit->scope))
        mp_compile_error(compiler, node, "'async for' outside async function");
    mp_compile_expression(compiler, node->b);
    mp_emit(compiler, node->b, node->flag ? MP_I_GET_ASYNC_ITER : MP_I_GET_ITER, 0);
    mp_block_enter(compiler, &block, MP_B_FOR, node);
    block.again = mp_label_new(compiler);
    block.end = mp_label_new(compiler);
    mp_label_here(compiler, block.again);
    emit_for_next(compiler, node, over);
    mp_compile_store(compiler, node->a);
    mp_compile_statements(compiler, &node->body);
    mp_emit(compiler, node->b, MP_I_JUMP, block.again);
    mp_block_leave(compiler);
    mp_label_here(compiler, over);
    if (node->flag)
        mp_emit(compiler, node->b, MP_I_END_ASYNC_FOR, 0);
    mp_compile_statements(compiler, &node->orelse);
    mp_label_here(compiler, block.end);
}

void mp_compile_loop(mp_compiler *compiler, const mp_node *node)
{
    if (node->kind == MP_N_FOR)
        compile_for(compiler, node);
    else
        compile_while(compiler, node);
}
