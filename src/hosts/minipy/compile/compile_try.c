/* compile_try.c - try, except, finally.
 *
 * Mirrors    CPython's codegen.c.
 * Idea       A handler begins with PUSH_HANDLED, which leaves what was handled before on the stack; every way
 *            out of it gives that back with POP_HANDLED.  If the handler raises, that is done by a clean-up
 *            of its own, and the new exception goes on.
 * Holds      [previous] is on the stack in the body of an except, [previous, exc] in a finally that an
 *            exception came into.  "except ... as name" unbinds the name on all ways out.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

void mp_emit_reraise(mp_compiler *compiler, const mp_node *at)
{
    mp_emit(compiler, at, MP_I_SWAP, 2);
    mp_emit(compiler, at, MP_I_POP_HANDLED, 0);
    mp_emit(compiler, at, MP_I_RERAISE, 0);
}

void mp_emit_unbind(mp_compiler *compiler, const mp_node *handler)
{
    if (handler->text.data == NULL)
        return;
    mp_emit_none(compiler, handler);
    mp_emit_variable(compiler, handler, MP_STORE, handler->text);
    mp_emit_variable(compiler, handler, MP_DELETE, handler->text);
}

/* ---- except ---- */

/* [previous] -> [], and on at end.  region: the one around the whole try. */
static void handler_body(mp_compiler *compiler, const mp_node *handler, uint32_t end, uint32_t region)
{
    uint32_t unbind = mp_label_new(compiler), outer = 0;
    bool named = handler->text.data != NULL;
    mp_block block;

    mp_block_enter(compiler, &block, MP_B_HANDLER, handler);
    block.region = region;
    if (named)
        outer = mp_region_open(compiler, unbind, 0);
    mp_compile_statements(compiler, &handler->body);
    if (named)
        mp_region_close(compiler, outer);
    mp_block_leave(compiler);

    outer = compiler->unit->region;
    mp_region_close(compiler, region);
    mp_emit(compiler, handler, MP_I_POP_HANDLED, 0);
    mp_emit_unbind(compiler, handler);
    mp_emit(compiler, handler, MP_I_JUMP, end);
    compiler->unit->region = outer;
    if (named) {
        mp_label_here(compiler, unbind); /* [previous, exc] */
        mp_emit_unbind(compiler, handler);
        mp_emit(compiler, handler, MP_I_RERAISE, 0);
    }
}

/* [previous, exc] -> on at end with [], or the same again where the next handler begins:
 *
 *     type; MATCH; JUMP_IF_FALSE next
 *     STORE name, or POP       [previous]
 *     body
 *     POP_HANDLED              []
 *     None; STORE name; DELETE name
 *     JUMP end
 *   unbind:                    [previous, exc]: the body raised
 *     None; STORE name; DELETE name; RERAISE
 *   next: */
static void compile_handler(mp_compiler *compiler, const mp_node *handler, uint32_t end, uint32_t region)
{
    uint32_t next = mp_label_new(compiler);

    if (handler->a != NULL) {
        mp_compile_expression(compiler, handler->a);
        mp_emit(compiler, handler->a, MP_I_MATCH, 0);
        mp_emit(compiler, handler->a, MP_I_JUMP_IF_FALSE, next);
    }
    if (handler->text.data != NULL)
        mp_emit_variable(compiler, handler, MP_STORE, handler->text);
    else
        mp_emit(compiler, handler, MP_I_POP, 0);
    handler_body(compiler, handler, end, region);
    if (handler->a != NULL)
        mp_label_here(compiler, next);
}

/* [exc]: the handlers in turn.  All but the bodies' ways out is in a region whose handler gives back what was
 * handled before; an exception that nobody takes leaves through it too. */
static void compile_handlers(mp_compiler *compiler, const mp_node *node, uint32_t end)
{
    uint32_t cleanup = mp_label_new(compiler), outer;

    mp_emit(compiler, node, MP_I_PUSH_HANDLED, 0);
    outer = mp_region_open(compiler, cleanup, 1);
    for (size_t i = 0; i < node->list.count && mp_compile_ok(compiler); i++) {
        const mp_node *handler = node->list.items[i];
        if (handler->a == NULL && i + 1 < node->list.count)
            mp_compile_error(compiler, handler, "default 'except:' must be last");
        compile_handler(compiler, handler, end, outer);
    }
    if (node->list.items[node->list.count - 1]->a != NULL)
        mp_emit(compiler, node, MP_I_RERAISE, 0);
    mp_region_close(compiler, outer);
    mp_label_here(compiler, cleanup);
    mp_emit_reraise(compiler, node);
}

/*     body                     in a region of its own
 *     the body of else         not in it
 *     JUMP end
 *   handlers: ...
 *   end: */
static void compile_try_except(mp_compiler *compiler, const mp_node *node)
{
    uint32_t handlers = mp_label_new(compiler), end = mp_label_new(compiler), outer;
    mp_block block;

    mp_block_enter(compiler, &block, MP_B_TRY, node);
    outer = mp_region_open(compiler, handlers, 0);
    mp_compile_statements(compiler, &node->body);
    mp_region_close(compiler, outer);
    mp_block_leave(compiler);
    mp_compile_statements(compiler, &node->orelse);
    mp_emit(compiler, node, MP_I_JUMP, end);
    mp_label_here(compiler, handlers);
    if (node->flag)
        mp_compile_star_handlers(compiler, node, end);
    else
        compile_handlers(compiler, node, end);
    mp_label_here(compiler, end);
}

/* ---- finally ---- */

/* [exc]: runs the body and goes on with the exception. */
static void finally_after_exception(mp_compiler *compiler, const mp_node *node)
{
    uint32_t cleanup = mp_label_new(compiler), outer;
    mp_block block;

    mp_block_enter(compiler, &block, MP_B_ENDING, node);
    mp_emit(compiler, node, MP_I_PUSH_HANDLED, 0);
    outer = mp_region_open(compiler, cleanup, 1);
    mp_compile_statements(compiler, &node->final);
    mp_emit(compiler, node, MP_I_RERAISE, 0);
    mp_region_close(compiler, outer);
    mp_block_leave(compiler);
    mp_label_here(compiler, cleanup);
    mp_emit_reraise(compiler, node);
}

/* "try ... except ... finally" is a try with handlers within one with finally:
 *
 *     the inner statement      in a region
 *     final                    the way out without an exception
 *     JUMP end
 *   failed: final, then on with the exception
 *   end: */
void mp_compile_try(mp_compiler *compiler, const mp_node *node)
{
    uint32_t failed = mp_label_new(compiler), end = mp_label_new(compiler), outer;
    mp_block block;

    if (node->final.count == 0) {
        compile_try_except(compiler, node);
        return;
    }
    mp_block_enter(compiler, &block, MP_B_FINALLY, node);
    outer = mp_region_open(compiler, failed, 0);
    if (node->list.count > 0)
        compile_try_except(compiler, node);
    else
        mp_compile_statements(compiler, &node->body);
    mp_region_close(compiler, outer);
    mp_block_leave(compiler);
    mp_compile_statements(compiler, &node->final);
    mp_emit(compiler, node, MP_I_JUMP, end);
    mp_label_here(compiler, failed);
    finally_after_exception(compiler, node);
    mp_label_here(compiler, end);
}
