/* compile_call.c - calls, and displays of tuples, lists, sets and dicts.
 *
 * Idea       The values of a short display wait on the stack; a long one is filled as it is evaluated, so
 *            that frames stay small.  Stars need a list that grows, in calls as in displays.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

enum { DISPLAY_SHORT = 30, CONSTANT_LIST = 3 };

static bool has_star(const mp_nodes *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind == MP_N_STARRED)
            return true;
    }
    return false;
}

static void compile_each(mp_compiler *compiler, const mp_nodes *list)
{
    for (size_t i = 0; i < list->count && mp_compile_ok(compiler); i++)
        mp_compile_expression(compiler, list->items[i]);
}

/* ---- Displays ---- */

typedef struct display_opcodes {
    mp_opcode build, add, extend;
} display_opcodes;

static const display_opcodes display_list = {MP_I_BUILD_LIST, MP_I_LIST_APPEND, MP_I_LIST_EXTEND};
static const display_opcodes display_set = {MP_I_BUILD_SET, MP_I_SET_ADD, MP_I_SET_UPDATE};

/* Fills it bit by bit; stars may be among the items. */
static void display_fill(mp_compiler *compiler, const mp_node *at, const mp_nodes *items,
                         const display_opcodes *opcodes)
{
    mp_emit(compiler, at, opcodes->build, 0);
    for (size_t i = 0; i < items->count && mp_compile_ok(compiler); i++) {
        const mp_node *item = items->items[i];
        if (item->kind == MP_N_STARRED) {
            mp_compile_expression(compiler, item->a);
            mp_emit(compiler, item, opcodes->extend, 0);
        } else {
            mp_compile_expression(compiler, item);
            mp_emit(compiler, at, opcodes->add, 1);
        }
    }
}

static void compile_sequence(mp_compiler *compiler, const mp_node *at, const mp_nodes *items,
                             const display_opcodes *opcodes)
{
    if (items->count > DISPLAY_SHORT || has_star(items)) {
        display_fill(compiler, at, items, opcodes);
        return;
    }
    compile_each(compiler, items);
    mp_emit(compiler, at, opcodes->build, (uint32_t)items->count);
}

/* Also the positional arguments of a call with stars: those are always a tuple in the end. */
static void compile_tuple(mp_compiler *compiler, const mp_node *at, const mp_nodes *items)
{
    if (mp_all_constant(items)) {
        mp_emit_constants(compiler, at, items);
    } else if (items->count > DISPLAY_SHORT || has_star(items)) {
        display_fill(compiler, at, items, &display_list);
        mp_emit(compiler, at, MP_I_LIST_TO_TUPLE, 0);
    } else {
        compile_each(compiler, items);
        mp_emit(compiler, at, MP_I_BUILD_TUPLE, (uint32_t)items->count);
    }
}

/* [1, 2, 3]: a list of constants is extended by one constant tuple. */
static void compile_list(mp_compiler *compiler, const mp_node *node)
{
    if (node->list.count < CONSTANT_LIST || !mp_all_constant(&node->list)) {
        compile_sequence(compiler, node, &node->list, &display_list);
        return;
    }
    mp_emit(compiler, node, MP_I_BUILD_LIST, 0);
    mp_emit_constants(compiler, node, &node->list);
    mp_emit(compiler, node, MP_I_LIST_EXTEND, 0);
}

/* Keys and values in turn; a key NULL is "**value".  From the first of those on, or when there are many, the
 * rest goes into the dict one by one. */
static void compile_dict(mp_compiler *compiler, const mp_node *node)
{
    size_t i = 0, count = node->list.count;

    for (; i < count && i < DISPLAY_SHORT / 2 && node->list.items[i] != NULL; i++) {
        mp_compile_expression(compiler, node->list.items[i]);
        mp_compile_expression(compiler, node->list2.items[i]);
    }
    mp_emit(compiler, node, MP_I_BUILD_DICT, (uint32_t)i);
    for (; i < count && mp_compile_ok(compiler); i++) {
        if (node->list.items[i] != NULL)
            mp_compile_expression(compiler, node->list.items[i]);
        mp_compile_expression(compiler, node->list2.items[i]);
        if (node->list.items[i] != NULL)
            mp_emit(compiler, node, MP_I_DICT_ADD, 1);
        else
            mp_emit(compiler, node, MP_I_DICT_UPDATE, 0);
    }
}

void mp_compile_display(mp_compiler *compiler, const mp_node *node)
{
    if (node->kind == MP_N_TUPLE)
        compile_tuple(compiler, node, &node->list);
    else if (node->kind == MP_N_LIST)
        compile_list(compiler, node);
    else if (node->kind == MP_N_SET)
        compile_sequence(compiler, node, &node->list, &display_set);
    else
        compile_dict(compiler, node);
}

/* ---- Calls ---- */

bool mp_is_spread(const mp_node *call)
{
    if (has_star(&call->list))
        return true;
    for (size_t i = 0; i < call->list2.count; i++) {
        if (call->list2.items[i]->text.data == NULL)
            return true;
    }
    return false;
}

/* f(a=1, a=2) is a syntax error; a name that comes twice by way of ** is found by DICT_MERGE. */
static void check_keywords(mp_compiler *compiler, const mp_nodes *keywords)
{
    mp_text_map seen = {0};
    uint32_t ignored;

    for (size_t i = 0; i < keywords->count && keywords->count > 1 && mp_compile_ok(compiler); i++) {
        const mp_node *keyword = keywords->items[i];
        if (keyword->text.data == NULL)
            continue;
        if (mp_text_map_get(&seen, keyword->text, &ignored))
            mp_compile_error(compiler, keyword, "keyword argument repeated: %.*s",
                             mp_text_clip(keyword->text), keyword->text.data);
        else if (!mp_text_map_put(&seen, compiler->arena, keyword->text, 0))
            mp_scope_no_memory(&compiler->scopes);
    }
}

/* The tuple of the names of keyword arguments. */
static void emit_keyword_names(mp_compiler *compiler, const mp_node *at, const mp_nodes *keywords)
{
    mp_nodes names = {mp_arena_new(compiler->arena, sizeof(mp_node *) * keywords->count), keywords->count};
    mp_node *strings = mp_arena_new(compiler->arena, sizeof *strings * keywords->count);

    if (names.items == NULL || strings == NULL) {
        mp_scope_no_memory(&compiler->scopes);
        return;
    }
    for (size_t i = 0; i < keywords->count; i++) {
        strings[i] = (mp_node){.kind = MP_N_STR, .text = keywords->items[i]->text};
        names.items[i] = &strings[i];
    }
    mp_emit_constants(compiler, at, &names);
}

/* f(x=1, **m, y=2): runs of named arguments become dicts, which are merged in order, as m is, so that names
 * that come twice are found:
 *
 *     'x'; 1; BUILD_DICT 1; m; DICT_MERGE; 'y'; 2; BUILD_DICT 1; DICT_MERGE */
static void emit_spread_keywords(mp_compiler *compiler, const mp_node *node)
{
    const mp_nodes *keywords = &node->list2;
    bool begun = false;
    size_t i = 0;

    while (i < keywords->count && mp_compile_ok(compiler)) {
        uint32_t run = 0;
        for (; i < keywords->count && keywords->items[i]->text.data != NULL; i++, run++) {
            mp_emit_text(compiler, node, keywords->items[i]->text);
            mp_compile_expression(compiler, keywords->items[i]->a);
        }
        if (run > 0 || !begun)
            mp_emit(compiler, node, MP_I_BUILD_DICT, run);
        if (run > 0 && begun)
            mp_emit(compiler, node, MP_I_DICT_MERGE, 0);
        begun = true;
        if (i < keywords->count) {
            mp_compile_expression(compiler, keywords->items[i++]->a);
            mp_emit(compiler, node, MP_I_DICT_MERGE, 0);
        }
    }
}

static void compile_spread_call(mp_compiler *compiler, const mp_node *node)
{
    mp_emit(compiler, node, MP_I_PUSH_NULL, 0);
    compile_tuple(compiler, node, &node->list);
    emit_spread_keywords(compiler, node);
    mp_emit(compiler, node, MP_I_CALL_EX, node->list2.count > 0 ? 1 : 0);
}

/* Without stars the arguments lie on the stack as the callee's frame wants them; those with names come last,
 * and a constant tuple says their names.  LOAD_METHOD has already put something into the place of self. */
void mp_compile_call(mp_compiler *compiler, const mp_node *node, bool with_self)
{
    size_t count = node->list.count + node->list2.count;

    check_keywords(compiler, &node->list2);
    if (mp_is_spread(node)) {
        compile_spread_call(compiler, node);
        return;
    }
    if (count > MP_ARGUMENT_MAX)
        mp_compile_error(compiler, node, "too many arguments");
    if (!with_self)
        mp_emit(compiler, node, MP_I_PUSH_NULL, 0);
    compile_each(compiler, &node->list);
    for (size_t i = 0; i < node->list2.count && mp_compile_ok(compiler); i++)
        mp_compile_expression(compiler, node->list2.items[i]->a);
    if (node->list2.count > 0)
        emit_keyword_names(compiler, node, &node->list2);
    mp_emit(compiler, node, node->list2.count > 0 ? MP_I_CALL_NAMES : MP_I_CALL, (uint32_t)count);
}
