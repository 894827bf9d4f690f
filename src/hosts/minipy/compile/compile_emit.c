/* compile_emit.c - how instructions are written down: drafts, labels, regions, names, variables.
 *
 * Holds      Jumps name labels and drafts name regions until assemble.c knows all places.
 * Owns       The arrays of a unit, counted memory of the machine, until mp_unit_leave.
 * Tests      tests/test_minipy_compiler.c */
#include "compile/compile_impl.h"

enum { EMIT_FIRST_ROOM = 16 };

/* items: the address of the pointer to the array.  It doubles, so that n items cost O(n). */
bool mp_compile_grow(mp_compiler *compiler, void *items, uint32_t count, uint32_t *room, size_t size)
{
    uint32_t wanted = *room == 0 ? EMIT_FIRST_ROOM : *room * 2;
    void **slot = items, *memory;

    if (!mp_compile_ok(compiler))
        return false;
    if (count < *room)
        return true;
    memory = mp_resize(compiler->vm, *slot, size * *room, size * wanted);
    if (memory == NULL) {
        compiler->raised = true;
        return false;
    }
    *slot = memory;
    *room = wanted;
    return true;
}

void mp_emit(mp_compiler *compiler, const mp_node *at, mp_opcode opcode, uint32_t argument)
{
    mp_unit *unit = compiler->unit;

    /* Jumps need their 24 bits for an index; the sum bounds what repeated finally bodies may cost. */
    if (mp_compile_ok(compiler) && (compiler->total >= MP_ARGUMENT_MAX || argument > MP_ARGUMENT_MAX))
        mp_compile_error(compiler, at, "the code is too large");
    if (!mp_compile_grow(compiler, &unit->drafts, unit->count, &unit->room, sizeof *unit->drafts))
        return;
    compiler->total++;
    unit->drafts[unit->count++] = (mp_draft){opcode, argument, unit->region, at->span};
}

static uint32_t emit_name_index(mp_compiler *compiler, mp_text name)
{
    mp_unit *unit = compiler->unit;
    uint32_t index;
    mp_str *str;

    if (mp_text_map_get(&unit->name_map, name, &index))
        return index;
    if (!mp_compile_grow(compiler, &unit->names, unit->name_count, &unit->name_room, sizeof *unit->names))
        return 0;
    str = mp_str_intern(compiler->vm, name.data, name.size);
    if (str == NULL) {
        compiler->raised = true;
        return 0;
    }
    unit->names[unit->name_count] = str;
    if (!mp_text_map_put(&unit->name_map, compiler->arena, name, unit->name_count))
        mp_scope_no_memory(&compiler->scopes);
    return unit->name_count++;
}

void mp_emit_name(mp_compiler *compiler, const mp_node *at, mp_opcode opcode, mp_text name)
{
    mp_text mangled = mp_scope_mangle(&compiler->scopes, compiler->unit->scope, name);

    mp_emit(compiler, at, opcode, emit_name_index(compiler, mangled));
}

uint32_t mp_label_new(mp_compiler *compiler)
{
    mp_unit *unit = compiler->unit;

    if (!mp_compile_grow(compiler, &unit->labels, unit->label_count, &unit->label_room, sizeof *unit->labels))
        return 0;
    unit->labels[unit->label_count] = UINT32_MAX;
    return unit->label_count++;
}

void mp_label_here(mp_compiler *compiler, uint32_t label)
{
    if (mp_compile_ok(compiler))
        compiler->unit->labels[label] = compiler->unit->count;
}

uint32_t mp_region_open(mp_compiler *compiler, uint32_t handler, uint32_t less)
{
    mp_unit *unit = compiler->unit;
    uint32_t outer = unit->region;

    if (!mp_compile_grow(compiler, &unit->regions, unit->region_count + 1, &unit->region_room,
                         sizeof *unit->regions))
        return outer;
    unit->regions[++unit->region_count] = (mp_region){.start = unit->count, .less = less, .handler = handler};
    unit->region = unit->region_count;
    return outer;
}

void mp_region_close(mp_compiler *compiler, uint32_t outer)
{
    compiler->unit->region = outer;
}

/* ---- Variables ---- */

/* A class body looks for a free variable in its own namespace first: its methods' variables of the same name
 * are other ones. */
static mp_opcode emit_variable_opcode(const mp_scope *scope, mp_home home, mp_access access)
{
    static const mp_opcode local[] = {MP_I_LOAD_LOCAL, MP_I_STORE_LOCAL, MP_I_DELETE_LOCAL};
    static const mp_opcode cell[] = {MP_I_LOAD_CELL, MP_I_STORE_CELL, MP_I_DELETE_CELL};
    static const mp_opcode global[] = {MP_I_LOAD_GLOBAL, MP_I_STORE_GLOBAL, MP_I_DELETE_GLOBAL};
    static const mp_opcode name[] = {MP_I_LOAD_NAME, MP_I_STORE_NAME, MP_I_DELETE_NAME};

    switch (home) {
    case MP_H_LOCAL:
        return local[access];
    case MP_H_FREE:
        if (access == MP_LOAD && scope->kind == MP_SCOPE_CLASS)
            return MP_I_LOAD_CLASS_CELL;
        return cell[access];
    case MP_H_CELL:
        return cell[access];
    case MP_H_GLOBAL:
        return global[access];
    default:
        return name[access];
    }
}

void mp_emit_variable(mp_compiler *compiler, const mp_node *at, mp_access access, mp_text name)
{
    const mp_scope *scope = compiler->unit->scope;
    const mp_symbol *symbol = mp_scope_find(scope, mp_scope_mangle(&compiler->scopes, scope, name));
    mp_opcode opcode;

    if (symbol == NULL || symbol->home == MP_H_UNKNOWN) {
        mp_compile_broken(compiler, "a name without a home");
        return;
    }
    opcode = emit_variable_opcode(scope, symbol->home, access);
    if (symbol->home == MP_H_LOCAL)
        mp_emit(compiler, at, opcode, symbol->local);
    else if (symbol->home == MP_H_CELL || symbol->home == MP_H_FREE)
        mp_emit(compiler, at, opcode, symbol->cell);
    else
        mp_emit(compiler, at, opcode, emit_name_index(compiler, symbol->name));
}
