/* disasm.c - code as text: "aiocore disasm FILE".
 *
 *     Disassembly of <module>: 2 values deep, a module
 *       3       0  CONST         0  1
 *               1  STORE_NAME    0  x
 *       4  >>   2  LOAD_NAME     0  x
 *
 * Columns    The line where it changes, ">>" where a jump or an exception may come in, the index, the
 *            operation, its argument, and what that names.  Then the exception table, then the codes among
 *            the constants.
 * Tests      tests/test_minipy_compiler.c */
#include <stdio.h>
#include <string.h>

#include "compile/compile_impl.h"

typedef struct disasm_writer {
    mp_vm *vm;
    bool (*write)(void *data, const char *text, size_t size);
    void *data;
    bool failed;
} disasm_writer;

/* What the argument of an operation is. */
typedef enum disasm_kind {
    DISASM_none,
    DISASM_number,
    DISASM_const,
    DISASM_name,
    DISASM_local,
    DISASM_cell,
    DISASM_jump,
    DISASM_op
} disasm_kind;

static const struct {
    const char *name;
    disasm_kind kind;
} disasm_opcodes[] = {
#define DISASM_ROW(name, argument) {#name, DISASM_##argument},
    MP_OPCODES(DISASM_ROW)
#undef DISASM_ROW
};

/* In the order of mp_op. */
static const char *const disasm_operators[] = {
    "+", "-", "*",   "/", "//", "%",  "**", "<<", ">>", "&",  "|",      "^",  "@",      "-",
    "+", "~", "not", "<", "<=", "==", "!=", ">",  ">=", "in", "not in", "is", "is not",
};

/* ---- Writing ---- */

static void disasm_write(disasm_writer *writer, const char *text, size_t size)
{
    if (!writer->failed && !writer->write(writer->data, text, size))
        writer->failed = true;
}

static void disasm_text(disasm_writer *writer, const char *text)
{
    disasm_write(writer, text, strlen(text));
}

static void disasm_str(disasm_writer *writer, const mp_str *str)
{
    disasm_write(writer, str->data, str->size);
}

static void disasm_repr(disasm_writer *writer, mp_value value)
{
    mp_value repr = writer->failed ? NULL : mp_repr(writer->vm, value);

    if (repr == NULL) {
        writer->failed = true;
        return;
    }
    disasm_str(writer, (const mp_str *)repr);
    mp_decref(writer->vm, repr);
}

/* ---- One instruction ---- */

/* What the argument names, after two spaces; jumps speak for themselves. */
static void disasm_meaning(disasm_writer *writer, const mp_code *code, mp_instruction instruction)
{
    uint32_t argument = mp_argument_of(instruction);

    switch (disasm_opcodes[mp_opcode_of(instruction)].kind) {
    case DISASM_const:
        disasm_text(writer, "  ");
        disasm_repr(writer, code->constants[argument]);
        return;
    case DISASM_name:
        disasm_text(writer, "  ");
        disasm_str(writer, code->names[argument]);
        return;
    case DISASM_local:
        disasm_text(writer, "  ");
        disasm_str(writer, code->locals[argument]);
        return;
    case DISASM_cell:
        disasm_text(writer, "  ");
        disasm_str(writer, code->cells[argument]);
        return;
    case DISASM_op:
        disasm_text(writer, "  ");
        disasm_text(writer, disasm_operators[argument]);
        return;
    case DISASM_jump:
    case DISASM_none:
    case DISASM_number:
        return;
    }
}

static void disasm_instruction(disasm_writer *writer, const mp_code *code, uint32_t i, bool target)
{
    mp_instruction instruction = code->instructions[i];
    mp_opcode opcode = mp_opcode_of(instruction);
    bool new_line = i == 0 || code->spans[i].line != code->spans[i - 1].line;
    char line[16] = "", argument[16] = "", text[80];

    if (new_line)
        snprintf(line, sizeof line, "%u", (unsigned)code->spans[i].line);
    if (disasm_opcodes[opcode].kind != DISASM_none)
        snprintf(argument, sizeof argument, "%u", (unsigned)mp_argument_of(instruction));
    int width = argument[0] != '\0' ? 16 : 0; /* no spaces at the end of a line */
    snprintf(text, sizeof text, "%6s  %2s %5u  %-*s%*s", line, target ? ">>" : "", (unsigned)i, width,
             disasm_opcodes[opcode].name, argument[0] != '\0' ? 7 : 0, argument);
    disasm_text(writer, text);
    disasm_meaning(writer, code, instruction);
    disasm_text(writer, "\n");
}

/* ---- One code ---- */

/* Jumps, and the handlers that exceptions go to. */
static void disasm_mark_targets(const mp_code *code, bool *targets)
{
    for (uint32_t i = 0; i < code->count; i++) {
        if (mp_opcode_jumps(mp_opcode_of(code->instructions[i])))
            targets[mp_argument_of(code->instructions[i])] = true;
    }
    for (uint32_t i = 0; i < code->handler_count; i++)
        targets[code->handlers[i].handler] = true;
}

static void disasm_head(disasm_writer *writer, const mp_code *code)
{
    static const struct {
        uint32_t flag;
        const char *text;
    } kinds[] = {{MP_C_GENERATOR, ", a generator"},
                 {MP_C_COROUTINE, ", a coroutine"},
                 {MP_C_ASYNC_GENERATOR, ", an async generator"},
                 {MP_C_CLASS, ", a class body"}};
    char text[64];

    disasm_text(writer, "Disassembly of ");
    disasm_str(writer, code->qualname);
    snprintf(text, sizeof text, ", line %u: %u values deep", (unsigned)code->first_line,
             (unsigned)code->stack_size);
    disasm_text(writer, text);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if ((code->flags & kinds[i].flag) != 0)
            disasm_text(writer, kinds[i].text);
    }
    disasm_text(writer, "\n");
}

static void disasm_handlers(disasm_writer *writer, const mp_code *code)
{
    char text[96];

    if (code->handler_count > 0)
        disasm_text(writer, "Exceptions\n");
    for (uint32_t i = 0; i < code->handler_count; i++) {
        const mp_handler *handler = &code->handlers[i];
        snprintf(text, sizeof text, "  %5u to %5u go to %5u, %u values deep\n", (unsigned)handler->start,
                 (unsigned)handler->end - 1, (unsigned)handler->handler, (unsigned)handler->depth);
        disasm_text(writer, text);
    }
}

static void disasm_code(disasm_writer *writer, const mp_code *code)
{
    bool *targets = mp_alloc(writer->vm, code->count);

    if (targets == NULL) {
        writer->failed = true;
        return;
    }
    disasm_mark_targets(code, targets);
    disasm_head(writer, code);
    for (uint32_t i = 0; i < code->count && !writer->failed; i++)
        disasm_instruction(writer, code, i, targets[i]);
    disasm_handlers(writer, code);
    mp_release(writer->vm, targets, code->count);
    for (uint32_t i = 0; i < code->constant_count && !writer->failed; i++) {
        if (!mp_is_exactly(writer->vm, code->constants[i], MP_TYPE_CODE))
            continue;
        disasm_text(writer, "\n");
        disasm_code(writer, (const mp_code *)code->constants[i]);
    }
}

bool mp_disassemble(mp_vm *vm, const mp_code *code, bool (*write)(void *data, const char *text, size_t size),
                    void *data)
{
    disasm_writer writer = {.vm = vm, .write = write, .data = data};

    disasm_code(&writer, code);
    return !writer.failed;
}
