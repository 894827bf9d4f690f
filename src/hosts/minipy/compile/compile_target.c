/* compile_target.c - assignment and deletion: what may stand to the left of "=".
 *
 * Mirrors    CPython's codegen.c: the value first, then the targets from left to right; an augmented target
 *            is evaluated once.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

enum { TARGET_SIDE_MAX = 0xfff /* before and after a star: 12 bits each */ };

/* ---- Stores ---- */

/* The place of the star in a list of targets, or count. */
static size_t target_star(mp_compiler *compiler, const mp_node *node)
{
    size_t star = node->list.count;

    for (size_t i = 0; i < node->list.count; i++) {
        if (node->list.items[i]->kind != MP_N_STARRED)
            continue;
        if (star < node->list.count)
            mp_compile_error(compiler, node, "multiple starred expressions in assignment");
        star = i;
    }
    return star;
}

/* UNPACK leaves the first item on top, so the targets are stored in the order of the source. */
static void store_unpacked(mp_compiler *compiler, const mp_node *node)
{
    size_t count = node->list.count, star = target_star(compiler, node);
    size_t after = star < count ? count - star - 1 : 0;

    if (star == count)
        mp_emit(compiler, node, MP_I_UNPACK, (uint32_t)count);
    else if (star > TARGET_SIDE_MAX || after > TARGET_SIDE_MAX)
        mp_compile_error(compiler, node, "too many expressions in star-unpacking assignment");
    else
        mp_emit(compiler, node, MP_I_UNPACK_STAR, (uint32_t)(star | after << 12));
    for (size_t i = 0; i < count && mp_compile_ok(compiler); i++) {
        const mp_node *target = node->list.items[i];
        mp_compile_store(compiler, target->kind == MP_N_STARRED ? target->a : target);
    }
}

/* [value] -> []: the target's own parts are evaluated now, after the value. */
void mp_compile_store(mp_compiler *compiler, const mp_node *target)
{
    switch (target->kind) {
    case MP_N_NAME:
        mp_emit_variable(compiler, target, MP_STORE, target->text);
        return;
    case MP_N_ATTRIBUTE:
        mp_compile_expression(compiler, target->a);
        mp_emit_name(compiler, target, MP_I_STORE_ATTR, target->text);
        return;
    case MP_N_INDEX:
        mp_compile_expression(compiler, target->a);
        mp_compile_expression(compiler, target->b);
        mp_emit(compiler, target, MP_I_STORE_INDEX, 0);
        return;
    case MP_N_TUPLE:
    case MP_N_LIST:
        store_unpacked(compiler, target);
        return;
    case MP_N_STARRED:
        mp_compile_error(compiler, target, "starred assignment target must be in a list or tuple");
        return;
    default:
        mp_compile_broken(compiler, "no target");
    }
}

void mp_compile_delete(mp_compiler *compiler, const mp_node *target)
{
    switch (target->kind) {
    case MP_N_NAME:
        mp_emit_variable(compiler, target, MP_DELETE, target->text);
        return;
    case MP_N_ATTRIBUTE:
        mp_compile_expression(compiler, target->a);
        mp_emit_name(compiler, target, MP_I_DELETE_ATTR, target->text);
        return;
    case MP_N_INDEX:
        mp_compile_expression(compiler, target->a);
        mp_compile_expression(compiler, target->b);
        mp_emit(compiler, target, MP_I_DELETE_INDEX, 0);
        return;
    case MP_N_TUPLE:
    case MP_N_LIST:
        for (size_t i = 0; i < target->list.count && mp_compile_ok(compiler); i++)
            mp_compile_delete(compiler, target->list.items[i]);
        return;
    default:
        mp_compile_broken(compiler, "no target of del");
    }
}

/* ---- Assignments ---- */

static bool assign_has_star(const mp_nodes *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind == MP_N_STARRED)
            return true;
    }
    return false;
}

/* "a, b = b, a" needs no tuple: two or three values can be exchanged on the stack. */
static bool assign_is_exchange(const mp_node *node)
{
    const mp_node *target = node->list.items[0], *value = node->a;
    size_t count = value->list.count;

    return node->list.count == 1 && value->kind == MP_N_TUPLE &&
           (target->kind == MP_N_TUPLE || target->kind == MP_N_LIST) && target->list.count == count &&
           (count == 2 || count == 3) && !assign_has_star(&value->list) && !assign_has_star(&target->list);
}

static void assign_exchange(mp_compiler *compiler, const mp_node *node)
{
    const mp_nodes *values = &node->a->list, *targets = &node->list.items[0]->list;

    for (size_t i = 0; i < values->count; i++)
        mp_compile_expression(compiler, values->items[i]);
    mp_emit(compiler, node, MP_I_SWAP, (uint32_t)values->count);
    for (size_t i = 0; i < targets->count; i++)
        mp_compile_store(compiler, targets->items[i]);
}

/* a = b = value: the value is evaluated first and copied for each target but the last. */
void mp_compile_assign(mp_compiler *compiler, const mp_node *node)
{
    if (assign_is_exchange(node)) {
        assign_exchange(compiler, node);
        return;
    }
    mp_compile_expression(compiler, node->a);
    for (size_t i = 0; i < node->list.count && mp_compile_ok(compiler); i++) {
        if (i + 1 < node->list.count)
            mp_emit(compiler, node, MP_I_COPY, 1);
        mp_compile_store(compiler, node->list.items[i]);
    }
}

/* [target's parts] -> [parts, value, right side] -> [parts, new value] */
static void augment(mp_compiler *compiler, const mp_node *node)
{
    mp_compile_expression(compiler, node->b);
    mp_emit(compiler, node, MP_I_INPLACE, node->op);
}

/* o.x += v: o is evaluated once.
 *
 *     o; COPY 1; LOAD_ATTR x [o, o.x]
 *     v; INPLACE +           [o, new]
 *     SWAP 2; STORE_ATTR x */
static void augment_attribute(mp_compiler *compiler, const mp_node *node)
{
    const mp_node *target = node->a;

    mp_compile_expression(compiler, target->a);
    mp_emit(compiler, target, MP_I_COPY, 1);
    mp_emit_name(compiler, target, MP_I_LOAD_ATTR, target->text);
    augment(compiler, node);
    mp_emit(compiler, target, MP_I_SWAP, 2);
    mp_emit_name(compiler, target, MP_I_STORE_ATTR, target->text);
}

/* o[k] += v: o and k are evaluated once.
 *
 *     o; k; COPY 2; COPY 2; LOAD_INDEX [o, k, o[k]]
 *     v; INPLACE +                     [o, k, new]
 *     SWAP 3; SWAP 2; STORE_INDEX      [new, o, k] */
static void augment_index(mp_compiler *compiler, const mp_node *node)
{
    const mp_node *target = node->a;

    mp_compile_expression(compiler, target->a);
    mp_compile_expression(compiler, target->b);
    mp_emit(compiler, target, MP_I_COPY, 2);
    mp_emit(compiler, target, MP_I_COPY, 2);
    mp_emit(compiler, target, MP_I_LOAD_INDEX, 0);
    augment(compiler, node);
    mp_emit(compiler, target, MP_I_SWAP, 3);
    mp_emit(compiler, target, MP_I_SWAP, 2);
    mp_emit(compiler, target, MP_I_STORE_INDEX, 0);
}

void mp_compile_augmented(mp_compiler *compiler, const mp_node *node)
{
    const mp_node *target = node->a;

    if (target->kind == MP_N_ATTRIBUTE) {
        augment_attribute(compiler, node);
    } else if (target->kind == MP_N_INDEX) {
        augment_index(compiler, node);
    } else if (target->kind == MP_N_NAME) {
        mp_emit_variable(compiler, target, MP_LOAD, target->text);
        augment(compiler, node);
        mp_emit_variable(compiler, target, MP_STORE, target->text);
    } else {
        mp_compile_broken(compiler, "no augmented target");
    }
}

static void annotated_part(mp_compiler *compiler, const mp_node *part)
{
    mp_compile_expression(compiler, part);
    mp_emit(compiler, part, MP_I_POP, 0);
}

/* The annotation itself is not evaluated; the parts of a target without a value are, as in Python. */
void mp_compile_annotated(mp_compiler *compiler, const mp_node *node)
{
    const mp_node *target = node->a;

    if (node->c != NULL) {
        mp_compile_expression(compiler, node->c);
        mp_compile_store(compiler, target);
    } else if (target->kind == MP_N_ATTRIBUTE) {
        annotated_part(compiler, target->a);
    } else if (target->kind == MP_N_INDEX) {
        annotated_part(compiler, target->a);
        annotated_part(compiler, target->b);
    }
}
