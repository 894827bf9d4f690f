/* compile_comprehension.c - comprehensions and generator expressions: functions of their own.
 *
 * Mirrors    CPython 3.11: the first iterable is evaluated outside, and its iterator is the argument ".0".
 * Idea       Loops are nested, but clauses are opened one after the other and closed in turn, without
 *            recursion.  One that awaits is a coroutine, which is awaited where it stands; a generator
 *            expression that awaits is an async generator.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

typedef struct clause_labels {
    uint32_t again, end;
} clause_labels;

static void clause_next(mp_compiler *compiler, const mp_node *clause, const clause_labels *labels)
{
    uint32_t outer;

    mp_label_here(compiler, labels->again);
    if (!clause->flag) {
        mp_emit(compiler, clause->b, MP_I_FOR_ITER, labels->end);
        return;
    }
    outer = mp_region_open(compiler, labels->end, 0);
    mp_emit(compiler, clause->b, MP_I_GET_ASYNC_NEXT, 0);
    mp_emit_delegate(compiler, clause->b);
    mp_region_close(compiler, outer);
}

/* [.., iterables so far] -> the same and one more iterator, with its next value stored; where a condition
 * fails it goes on with the next value. */
static void clause_open(mp_compiler *compiler, const mp_node *clause, clause_labels *labels, bool first)
{
    *labels = (clause_labels){mp_label_new(compiler), mp_label_new(compiler)};
    if (first) {
        mp_emit(compiler, clause->b, MP_I_LOAD_LOCAL, 0);
    } else {
        mp_compile_expression(compiler, clause->b);
        mp_emit(compiler, clause->b, clause->flag ? MP_I_GET_ASYNC_ITER : MP_I_GET_ITER, 0);
    }
    clause_next(compiler, clause, labels);
    mp_compile_store(compiler, clause->a);
    for (size_t i = 0; i < clause->list.count && mp_compile_ok(compiler); i++)
        mp_compile_jump(compiler, clause->list.items[i], labels->again, false);
}

static void clause_close(mp_compiler *compiler, const mp_node *clause, const clause_labels *labels)
{
    mp_emit(compiler, clause->a, MP_I_JUMP, labels->again);
    mp_label_here(compiler, labels->end);
    if (clause->flag)
        mp_emit(compiler, clause->b, MP_I_END_ASYNC_FOR, 0);
}

/* What is done with each element: the collection lies below the iterators. */
static void comprehension_element(mp_compiler *compiler, const mp_node *node)
{
    uint32_t below = (uint32_t)node->list.count + 1;

    mp_compile_expression(compiler, node->a);
    if (node->kind == MP_N_LIST_COMP) {
        mp_emit(compiler, node->a, MP_I_LIST_APPEND, below);
    } else if (node->kind == MP_N_SET_COMP) {
        mp_emit(compiler, node->a, MP_I_SET_ADD, below);
    } else if (node->kind == MP_N_DICT_COMP) {
        mp_compile_expression(compiler, node->b);
        mp_emit(compiler, node->a, MP_I_DICT_ADD, below);
    } else {
        mp_emit(compiler, node->a, MP_I_YIELD, 0);
        mp_emit(compiler, node->a, MP_I_POP, 0);
    }
}

/*     BUILD_LIST 0                       [list]; a generator expression has none
 *     LOAD_LOCAL .0                      [list, iterator]
 *     again1: FOR_ITER end1; store; conditions
 *     iterable; GET_ITER                 [list, iterator, iterator]
 *     again2: FOR_ITER end2; ...
 *     element; LIST_APPEND 3; JUMP again2
 *     end2: JUMP again1
 *     end1: RETURN */
static void comprehension_body(mp_compiler *compiler, const mp_node *node)
{
    static const mp_opcode builds[] = {MP_I_BUILD_LIST, MP_I_BUILD_SET, MP_I_BUILD_DICT};
    const mp_nodes *clauses = &node->list;
    clause_labels *labels = mp_arena_new(compiler->arena, sizeof *labels * clauses->count);

    if (labels == NULL) {
        mp_scope_no_memory(&compiler->scopes);
        return;
    }
    if (node->kind != MP_N_GENERATOR)
        mp_emit(compiler, node, builds[node->kind - MP_N_LIST_COMP], 0);
    for (size_t i = 0; i < clauses->count; i++)
        clause_open(compiler, clauses->items[i], &labels[i], i == 0);
    comprehension_element(compiler, node);
    for (size_t i = clauses->count; i > 0; i--)
        clause_close(compiler, clauses->items[i - 1], &labels[i - 1]);
    if (node->kind == MP_N_GENERATOR)
        mp_emit_none(compiler, node);
    mp_emit(compiler, node, MP_I_RETURN, 0);
}

static mp_code *comprehension_code(mp_compiler *compiler, const mp_node *node)
{
    static const char *const names[] = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"};
    mp_unit unit;

    mp_unit_enter(compiler, &unit, mp_scope_of(&compiler->scopes, node),
                  mp_text_of(names[node->kind - MP_N_LIST_COMP]));
    comprehension_body(compiler, node);
    return mp_unit_leave(compiler);
}

/* [] -> [result]: makes the function, evaluates the first iterable here, and calls it with the iterator. */
void mp_compile_comprehension(mp_compiler *compiler, const mp_node *node)
{
    const mp_scope *scope = mp_scope_of(&compiler->scopes, node), *around = compiler->unit->scope;
    const mp_node *first = node->list.items[0];
    bool coroutine = scope->awaits && node->kind != MP_N_GENERATOR;

    if (coroutine && !mp_is_async(around) && !mp_scope_is_comprehension(around))
        mp_compile_error(compiler, node, "asynchronous comprehension outside of an asynchronous function");
    mp_emit_closure(compiler, node, scope, comprehension_code(compiler, node), 0);
    mp_emit(compiler, node, MP_I_PUSH_NULL, 0);
    mp_compile_expression(compiler, first->b);
    mp_emit(compiler, first->b, first->flag ? MP_I_GET_ASYNC_ITER : MP_I_GET_ITER, 0);
    mp_emit(compiler, node, MP_I_CALL, 1);
    if (coroutine) {
        mp_emit(compiler, node, MP_I_GET_AWAITABLE, 0);
        mp_emit_delegate(compiler, node);
    }
}
