/* compile_constant.c - the constants of a unit: each is there once.
 *
 * Idea       A constant is known by a key of bytes: its kind, then its value.  So 1, 1.0 and True differ, and
 *            0.0 and -0.0 too; tuples are made of the keys of their items.
 * Holds      Only a minus before a number and tuples of constants are folded.
 * Tests      tests/test_minipy_compiler.c */
#include <string.h>

#include "compile/compile_impl.h"
#include "values/bytes.h"

/* ---- Which nodes are constants ---- */

/* "-1" is one constant.  There is no -INT64_MIN. */
static const mp_node *constant_negated(const mp_node *node)
{
    const mp_node *number = node->a;

    if (node->kind != MP_N_UNARY || node->op != MP_OP_NEGATIVE)
        return NULL;
    if (number->kind == MP_N_FLOAT || (number->kind == MP_N_INT && number->number.integer != INT64_MIN))
        return number;
    return NULL;
}

bool mp_all_constant(const mp_nodes *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!mp_is_constant(list->items[i]))
            return false;
    }
    return true;
}

bool mp_is_constant(const mp_node *node)
{
    switch (node->kind) {
    case MP_N_INT:
    case MP_N_FLOAT:
    case MP_N_STR:
    case MP_N_BYTES:
    case MP_N_CONSTANT:
        return true;
    case MP_N_UNARY:
        return constant_negated(node) != NULL;
    case MP_N_TUPLE:
        return mp_all_constant(&node->list);
    default:
        return false;
    }
}

/* ---- Keys ---- */

/* Counts if there is no data yet, else writes. */
typedef struct constant_key {
    char *data;
    size_t size;
} constant_key;

static void key_add(constant_key *key, const void *bytes, size_t size)
{
    if (key->data != NULL && size > 0)
        memcpy(key->data + key->size, bytes, size);
    key->size += size;
}

static void key_add_integer(constant_key *key, char kind, int64_t number)
{
    key_add(key, &kind, 1);
    key_add(key, &number, sizeof number);
}

static void key_add_real(constant_key *key, double number)
{
    key_add(key, "f", 1);
    key_add(key, &number, sizeof number);
}

static void key_add_node(constant_key *key, const mp_node *node);

static void key_add_items(constant_key *key, const mp_nodes *items)
{
    key_add_integer(key, 't', (int64_t)items->count);
    for (size_t i = 0; i < items->count; i++)
        key_add_node(key, items->items[i]);
}

/* Negative numbers have the keys of their values, so -1 from a unary minus and one from the parser are the
 * same. */
static void key_add_node(constant_key *key, const mp_node *node)
{
    const mp_node *negated;

    switch (node->kind) {
    case MP_N_INT:
        key_add_integer(key, 'i', node->number.integer);
        return;
    case MP_N_FLOAT:
        key_add_real(key, node->number.real);
        return;
    case MP_N_STR:
    case MP_N_BYTES:
        key_add_integer(key, node->kind == MP_N_STR ? 's' : 'b', (int64_t)node->text.size);
        key_add(key, node->text.data, node->text.size);
        return;
    case MP_N_CONSTANT:
        key_add_integer(key, 'k', node->number.integer);
        return;
    case MP_N_UNARY:
        negated = constant_negated(node);
        if (negated->kind == MP_N_INT)
            key_add_integer(key, 'i', -negated->number.integer);
        else
            key_add_real(key, -negated->number.real);
        return;
    default:
        key_add_items(key, &node->list);
    }
}

/* ---- Values ---- */

static mp_value constant_singleton(mp_vm *vm, int64_t which)
{
    if (which == MP_K_NONE)
        return mp_incref(vm->none);
    if (which == MP_K_ELLIPSIS)
        return mp_incref(vm->ellipsis);
    return mp_incref(which == MP_K_TRUE ? vm->true_ : vm->false_);
}

static bool constant_is_identifier(mp_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9'))
            return false;
    }
    return text.size > 0;
}

/* What looks like a name is interned, as it is likely to be one for getattr. */
static mp_value constant_str(mp_vm *vm, mp_text text)
{
    if (constant_is_identifier(text))
        return mp_as_value(mp_str_intern(vm, text.data, text.size));
    return mp_as_value(mp_str_new(vm, text.data, text.size));
}

static mp_value constant_new(mp_vm *vm, const mp_node *node);

static mp_value constant_tuple(mp_vm *vm, const mp_nodes *items)
{
    mp_tuple *tuple = mp_tuple_new(vm, items->count);

    for (size_t i = 0; tuple != NULL && i < items->count; i++) {
        tuple->items[i] = constant_new(vm, items->items[i]);
        if (tuple->items[i] == NULL) {
            mp_decref(vm, mp_as_value(tuple));
            return NULL;
        }
    }
    return mp_as_value(tuple);
}

static mp_value constant_new(mp_vm *vm, const mp_node *node)
{
    const mp_node *negated;

    switch (node->kind) {
    case MP_N_INT:
        return mp_int_new(vm, node->number.integer);
    case MP_N_FLOAT:
        return mp_float_new(vm, node->number.real);
    case MP_N_STR:
        return constant_str(vm, node->text);
    case MP_N_BYTES:
        return mp_bytes_new(vm, node->text.data, node->text.size);
    case MP_N_CONSTANT:
        return constant_singleton(vm, node->number.integer);
    case MP_N_UNARY:
        negated = constant_negated(node);
        if (negated->kind == MP_N_INT)
            return mp_int_new(vm, -negated->number.integer);
        return mp_float_new(vm, -negated->number.real);
    default:
        return constant_tuple(vm, &node->list);
    }
}

/* ---- Into the unit ---- */

/* Steals value; NULL: there was an error. */
static uint32_t constant_add(mp_compiler *compiler, mp_value value)
{
    mp_unit *unit = compiler->unit;

    if (value == NULL)
        compiler->raised = true;
    if (!mp_compile_grow(compiler, &unit->constants, unit->constant_count, &unit->constant_room,
                         sizeof *unit->constants)) {
        mp_xdecref(compiler->vm, value);
        return 0;
    }
    unit->constants[unit->constant_count] = value;
    return unit->constant_count++;
}

void mp_emit_value(mp_compiler *compiler, const mp_node *at, mp_value value)
{
    mp_emit(compiler, at, MP_I_CONST, constant_add(compiler, value));
}

/* The key is measured first, then written into the arena, where it stays as long as the unit's map. */
static constant_key constant_key_of(mp_compiler *compiler, const mp_node *constant)
{
    constant_key key = {NULL, 0};

    key_add_node(&key, constant);
    key.data = mp_arena_new(compiler->arena, key.size);
    key.size = 0;
    if (key.data != NULL)
        key_add_node(&key, constant);
    return key;
}

uint32_t mp_constant_index(mp_compiler *compiler, const mp_node *constant)
{
    mp_unit *unit = compiler->unit;
    constant_key key = constant_key_of(compiler, constant);
    mp_text text = {key.data, key.size};
    uint32_t index = 0;

    if (!mp_compile_ok(compiler) || (key.data != NULL && mp_text_map_get(&unit->constant_map, text, &index)))
        return index;
    if (key.data == NULL) {
        mp_scope_no_memory(&compiler->scopes);
        return 0;
    }
    index = constant_add(compiler, constant_new(compiler->vm, constant));
    if (mp_compile_ok(compiler) && !mp_text_map_put(&unit->constant_map, compiler->arena, text, index))
        mp_scope_no_memory(&compiler->scopes);
    return index;
}

void mp_emit_constant(mp_compiler *compiler, const mp_node *at, const mp_node *constant)
{
    if (mp_compile_ok(compiler))
        mp_emit(compiler, at, MP_I_CONST, mp_constant_index(compiler, constant));
}

void mp_emit_constants(mp_compiler *compiler, const mp_node *at, const mp_nodes *items)
{
    mp_emit_constant(compiler, at, &(mp_node){.kind = MP_N_TUPLE, .list = *items});
}

void mp_emit_none(mp_compiler *compiler, const mp_node *at)
{
    mp_emit_constant(compiler, at, &(mp_node){.kind = MP_N_CONSTANT, .number.integer = MP_K_NONE});
}

void mp_emit_text(mp_compiler *compiler, const mp_node *at, mp_text text)
{
    mp_emit_constant(compiler, at, &(mp_node){.kind = MP_N_STR, .text = text});
}
