/* compile_statement.c - statements: each leaves the stack as it was.
 *
 * Holds      Never recurses along a list of statements or a chain of elif.
 * Tests      tests/test_minipy_compiler.c */
#include <string.h>

#include "compile/compile_impl.h"

/* ---- Bodies ---- */

const mp_node *mp_docstring(const mp_nodes *body)
{
    const mp_node *first = body->count > 0 ? body->items[0] : NULL;

    if (first == NULL || first->kind != MP_N_EXPRESSION || first->a->kind != MP_N_STR)
        return NULL;
    return first->a;
}

void mp_emit_docstring(mp_compiler *compiler, const mp_nodes *body)
{
    const mp_node *docstring = mp_docstring(body);

    if (docstring == NULL)
        return;
    mp_emit_constant(compiler, docstring, docstring);
    mp_emit_name(compiler, docstring, MP_I_STORE_NAME, mp_text_of("__doc__"));
}

void mp_compile_body(mp_compiler *compiler, const mp_nodes *list)
{
    mp_nodes rest = *list;

    if (mp_docstring(list) != NULL)
        rest = (mp_nodes){list->items + 1, list->count - 1};
    mp_compile_statements(compiler, &rest);
}

/* ---- Simple statements ---- */

/* A constant alone, a docstring in the middle of things, does nothing. */
static void compile_expression_statement(mp_compiler *compiler, const mp_node *node)
{
    if (mp_is_constant(node->a))
        return;
    mp_compile_expression(compiler, node->a);
    mp_emit(compiler, node, MP_I_POP, 0);
}

static void compile_raise(mp_compiler *compiler, const mp_node *node)
{
    uint32_t count = 0;

    if (node->a != NULL) {
        mp_compile_expression(compiler, node->a);
        count++;
    }
    if (node->b != NULL) {
        mp_compile_expression(compiler, node->b);
        count++;
    }
    mp_emit(compiler, node, MP_I_RAISE, count);
}

/*     condition, or on; if it is true to end
 *     ASSERTION_ERROR; if there is a message: PUSH_NULL; message; CALL 1
 *     RAISE 1
 *   end: */
static void compile_assert(mp_compiler *compiler, const mp_node *node)
{
    uint32_t end = mp_label_new(compiler);

    mp_compile_jump(compiler, node->a, end, true);
    mp_emit(compiler, node->a, MP_I_ASSERTION_ERROR, 0);
    if (node->b != NULL) {
        mp_emit(compiler, node->a, MP_I_PUSH_NULL, 0);
        mp_compile_expression(compiler, node->b);
        mp_emit(compiler, node->a, MP_I_CALL, 1);
    }
    mp_emit(compiler, node->a, MP_I_RAISE, 1);
    mp_label_here(compiler, end);
}

static void check_module_name(mp_compiler *compiler, const mp_node *at, mp_text name)
{
    if (name.size == 0)
        mp_compile_not_here(compiler, at, "this form of import is");
}

/* "import a.b" finds both and binds a, which knows b. */
static void compile_import(mp_compiler *compiler, const mp_node *node)
{
    for (size_t i = 0; i < node->list.count && mp_compile_ok(compiler); i++) {
        const mp_node *alias = node->list.items[i];
        mp_text first = mp_text_first(alias->text);
        bool named = alias->text2.data != NULL;
        check_module_name(compiler, alias, alias->text);
        mp_emit_name(compiler, node, MP_I_IMPORT, alias->text);
        if (!named && first.size < alias->text.size) {
            mp_emit(compiler, node, MP_I_POP, 0);
            mp_emit_name(compiler, node, MP_I_IMPORT, first);
        }
        mp_emit_variable(compiler, node, MP_STORE, named ? alias->text2 : first);
    }
}

static void compile_import_from(mp_compiler *compiler, const mp_node *node)
{
    check_module_name(compiler, node, node->text);
    mp_emit_name(compiler, node, MP_I_IMPORT, node->text);
    for (size_t i = 0; i < node->list.count && mp_compile_ok(compiler); i++) {
        const mp_node *alias = node->list.items[i];
        if (mp_text_is(alias->text, "*"))
            mp_compile_not_here(compiler, alias, "import * is");
        mp_emit_name(compiler, alias, MP_I_IMPORT_FROM, alias->text);
        mp_emit_variable(compiler, alias, MP_STORE, alias->text2.data != NULL ? alias->text2 : alias->text);
    }
    mp_emit(compiler, node, MP_I_POP, 0);
}

/* ---- if ---- */

/* One if or elif with its body; if nothing follows, "else" is the end. */
static void compile_branch(mp_compiler *compiler, const mp_node *node, uint32_t end)
{
    bool alone = node->orelse.count == 0;
    uint32_t next = alone ? end : mp_label_new(compiler);

    mp_compile_jump(compiler, node->a, next, false);
    mp_compile_statements(compiler, &node->body);
    if (!alone) {
        mp_emit(compiler, node, MP_I_JUMP, end);
        mp_label_here(compiler, next);
    }
}

/* All branches of a chain of elif have one end. */
static void compile_if(mp_compiler *compiler, const mp_node *node)
{
    uint32_t end = mp_label_new(compiler);

    while (mp_compile_ok(compiler)) {
        compile_branch(compiler, node, end);
        if (node->orelse.count != 1 || node->orelse.items[0]->kind != MP_N_IF)
            break;
        node = node->orelse.items[0];
    }
    mp_compile_statements(compiler, &node->orelse);
    mp_label_here(compiler, end);
}

/* ---- All ---- */

static void compile_simple(mp_compiler *compiler, const mp_node *node)
{
    switch (node->kind) {
    case MP_N_EXPRESSION:
        compile_expression_statement(compiler, node);
        return;
    case MP_N_ASSIGN:
        mp_compile_assign(compiler, node);
        return;
    case MP_N_AUGMENTED:
        mp_compile_augmented(compiler, node);
        return;
    case MP_N_ANNOTATED:
        mp_compile_annotated(compiler, node);
        return;
    case MP_N_RETURN:
        mp_compile_return(compiler, node);
        return;
    case MP_N_RAISE:
        compile_raise(compiler, node);
        return;
    case MP_N_ASSERT:
        compile_assert(compiler, node);
        return;
    case MP_N_DELETE:
        for (size_t i = 0; i < node->list.count && mp_compile_ok(compiler); i++)
            mp_compile_delete(compiler, node->list.items[i]);
        return;
    case MP_N_BREAK:
    case MP_N_CONTINUE:
        mp_compile_break(compiler, node);
        return;
    case MP_N_IMPORT:
        compile_import(compiler, node);
        return;
    case MP_N_IMPORT_FROM:
        compile_import_from(compiler, node);
        return;
    default: /* pass; global and nonlocal have done their work in scope.c */
        return;
    }
}

static void compile_statement(mp_compiler *compiler, const mp_node *node)
{
    switch (node->kind) {
    case MP_N_IF:
        compile_if(compiler, node);
        return;
    case MP_N_WHILE:
    case MP_N_FOR:
        mp_compile_loop(compiler, node);
        return;
    case MP_N_WITH:
        mp_compile_with(compiler, node);
        return;
    case MP_N_TRY:
        mp_compile_try(compiler, node);
        return;
    case MP_N_FUNCTION:
        mp_compile_function(compiler, node);
        return;
    case MP_N_CLASS:
        mp_compile_class(compiler, node);
        return;
    default:
        compile_simple(compiler, node);
    }
}

void mp_compile_statements(mp_compiler *compiler, const mp_nodes *list)
{
    for (size_t i = 0; i < list->count && mp_compile_ok(compiler); i++)
        compile_statement(compiler, list->items[i]);
}
