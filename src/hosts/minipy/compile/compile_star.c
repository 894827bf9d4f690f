/* compile_star.c - except*: each handler takes its part of an exception group.
 *
 * Mirrors    CPython's codegen.c, compiler_try_star_except.
 * Idea       While the handlers run, the stack holds [previous, original, raised, rest]: what was handled
 *            before, the exception as it came, the list of what the handlers raised, and what nobody has
 *            taken yet (None: nothing).  In a body, the part that it took is the handled exception.  At the
 *            end JOIN_STAR makes of the list, with the rest at its end, what is to be raised.
 * Holds      The list may contain None: there was no rest.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

/* [.., rest, handled before] -> [.., rest] */
static void star_body(mp_compiler *compiler, const mp_node *handler, uint32_t next)
{
    uint32_t failed = mp_label_new(compiler), outer;
    mp_block block;

    mp_block_enter(compiler, &block, MP_B_STAR, handler);
    outer = mp_region_open(compiler, failed, 0);
    mp_compile_statements(compiler, &handler->body);
    mp_region_close(compiler, outer);
    mp_block_leave(compiler);
    mp_emit(compiler, handler, MP_I_POP_HANDLED, 0);
    mp_emit_unbind(compiler, handler);
    mp_emit(compiler, handler, MP_I_JUMP, next);

    mp_label_here(compiler, failed); /* [.., raised, rest, handled before, exc] */
    mp_emit(compiler, handler, MP_I_SWAP, 2);
    mp_emit(compiler, handler, MP_I_POP_HANDLED, 0);
    mp_emit_unbind(compiler, handler);
    mp_emit(compiler, handler, MP_I_LIST_APPEND, 2);
    mp_emit(compiler, handler, MP_I_JUMP, next);
}

/* [previous, original, raised, rest] -> the same */
static void star_handler(mp_compiler *compiler, const mp_node *handler)
{
    uint32_t none = mp_label_new(compiler), next = mp_label_new(compiler);

    mp_compile_expression(compiler, handler->a);
    mp_emit(compiler, handler, MP_I_MATCH_STAR, 0);
    mp_emit(compiler, handler->a, MP_I_COPY, 1);
    mp_emit(compiler, handler->a, MP_I_JUMP_IF_NONE, none);
    mp_emit(compiler, handler, MP_I_PUSH_HANDLED, 0);
    if (handler->text.data != NULL)
        mp_emit_variable(compiler, handler, MP_STORE, handler->text);
    else
        mp_emit(compiler, handler, MP_I_POP, 0);
    star_body(compiler, handler, next);
    mp_label_here(compiler, none);
    mp_emit(compiler, handler, MP_I_POP, 0);
    mp_label_here(compiler, next);
}

/* [previous, original, raised, rest] -> [], or raises. */
static void star_end(mp_compiler *compiler, const mp_node *node, uint32_t end, uint32_t region)
{
    uint32_t nothing = mp_label_new(compiler);

    mp_emit(compiler, node, MP_I_LIST_APPEND, 1);
    mp_emit(compiler, node, MP_I_JOIN_STAR, 0);
    mp_emit(compiler, node, MP_I_COPY, 1);
    mp_emit(compiler, node, MP_I_JUMP_IF_NONE, nothing);
    mp_emit(compiler, node, MP_I_RERAISE, 0);
    mp_label_here(compiler, nothing);
    mp_emit(compiler, node, MP_I_POP, 0);
    mp_region_close(compiler, region);
    mp_emit(compiler, node, MP_I_POP_HANDLED, 0);
    mp_emit(compiler, node, MP_I_JUMP, end);
}

void mp_compile_star_handlers(mp_compiler *compiler, const mp_node *node, uint32_t end)
{
    uint32_t cleanup = mp_label_new(compiler), outer;

    mp_emit(compiler, node, MP_I_PUSH_HANDLED, 0);
    outer = mp_region_open(compiler, cleanup, 1);
    mp_emit(compiler, node, MP_I_BUILD_LIST, 0);
    mp_emit(compiler, node, MP_I_COPY, 2);
    for (size_t i = 0; i < node->list.count && mp_compile_ok(compiler); i++)
        star_handler(compiler, node->list.items[i]);
    star_end(compiler, node, end, outer);
    mp_label_here(compiler, cleanup);
    mp_emit_reraise(compiler, node);
}
