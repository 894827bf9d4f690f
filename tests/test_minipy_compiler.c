/* test_minipy_compiler.c - the teaching interpreter's compiler (src/hosts/minipy): scopes, code, its errors.
 *
 * Code is compared as one line: listing() writes each instruction with what its argument names, jumps as "->"
 * and the index that they go to, and then the exception table as "[start-end ->handler depth]".  What runs is
 * not tested here: scenarios under difftests do that. */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hosts/minipy/compile/compile_impl.h"

/* ---- Code as text ---- */

static char shown[64 * 1024];
static size_t shown_size;

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void put(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int size = vsnprintf(shown + shown_size, sizeof shown - shown_size, format, list);
    va_end(list);
    ck_assert_int_ge(size, 0);
    shown_size += (size_t)size;
    ck_assert_uint_lt(shown_size, sizeof shown);
}

typedef enum argument_kind {
    ARGUMENT_none,
    ARGUMENT_number,
    ARGUMENT_const,
    ARGUMENT_name,
    ARGUMENT_local,
    ARGUMENT_cell,
    ARGUMENT_jump,
    ARGUMENT_op
} argument_kind;

static const struct {
    const char *name;
    argument_kind kind;
} opcodes[] = {
#define OPCODE_ROW(name, argument) {#name, ARGUMENT_##argument},
    MP_OPCODES(OPCODE_ROW)
#undef OPCODE_ROW
};

static void put_constant(mp_vm *vm, mp_value value)
{
    if (mp_is_exactly(vm, value, MP_TYPE_CODE)) {
        put(" <%s>", ((mp_code *)value)->qualname->data);
        return;
    }
    mp_value repr = mp_repr(vm, value);
    ck_assert_ptr_nonnull(repr);
    put(" %s", ((mp_str *)repr)->data);
    mp_decref(vm, repr);
}

static void put_argument(mp_vm *vm, const mp_code *code, mp_instruction instruction)
{
    uint32_t argument = mp_argument_of(instruction);
    switch (opcodes[mp_opcode_of(instruction)].kind) {
    case ARGUMENT_none:
        return;
    case ARGUMENT_const:
        put_constant(vm, code->constants[argument]);
        return;
    case ARGUMENT_name:
        put(" %s", code->names[argument]->data);
        return;
    case ARGUMENT_local:
        put(" %s", code->locals[argument]->data);
        return;
    case ARGUMENT_cell:
        put(" %s", code->cells[argument]->data);
        return;
    case ARGUMENT_jump:
        put(" ->%u", argument);
        return;
    default:
        put(" %u", argument);
    }
}

static void put_code(mp_vm *vm, const mp_code *code)
{
    for (uint32_t i = 0; i < code->count; i++) {
        put("%s%s", i > 0 ? "; " : "", opcodes[mp_opcode_of(code->instructions[i])].name);
        put_argument(vm, code, code->instructions[i]);
    }
    for (uint32_t i = 0; i < code->handler_count; i++) {
        const mp_handler *handler = &code->handlers[i];
        put(" [%u-%u ->%u %u]", handler->start, handler->end - 1, handler->handler, handler->depth);
    }
}

/* The code of this qualified name within a code; borrowed. */
static const mp_code *code_named(mp_vm *vm, const mp_code *code, const char *qualname)
{
    const mp_code *found = mp_str_is(code->qualname, qualname) ? code : NULL;
    for (uint32_t i = 0; i < code->constant_count && found == NULL; i++)
        if (mp_is_exactly(vm, code->constants[i], MP_TYPE_CODE))
            found = code_named(vm, (const mp_code *)code->constants[i], qualname);
    return found;
}

/* ---- A machine for each test ---- */

static mp_vm *vm;

static void begin(void)
{
    const char *why = NULL;
    vm = mp_vm_new(&(mp_options){0}, &why);
    ck_assert_msg(vm != NULL, "%s", why);
}

static void end(void)
{
    mp_vm_free(vm);
}

static mp_code *compile(const char *source)
{
    mp_code *code = mp_compile(vm, source, strlen(source), "test.py");
    if (code == NULL) {
        mp_value text = mp_to_str(vm, vm->raised);
        ck_abort_msg("%s\n%s", source, text == NULL ? "?" : ((mp_str *)text)->data);
    }
    return code;
}

static const char *listing(const char *source, const char *qualname)
{
    mp_code *code = compile(source);
    const mp_code *named = code_named(vm, code, qualname);
    ck_assert_ptr_nonnull(named);
    shown_size = 0;
    put_code(vm, named);
    mp_decref(vm, mp_as_value(code));
    return shown;
}

/* The body of a function f(a, b, c), without the "return None" that may be at its end. */
static const char *body(const char *source)
{
    static const char tail[] = "; CONST None; RETURN";
    char text[4096] = "def f(a, b, c):\n ";
    size_t size = strlen(text);
    for (; *source != '\0'; source++) {
        text[size++] = *source;
        if (*source == '\n')
            text[size++] = ' ';
        ck_assert_uint_lt(size + 2, sizeof text);
    }
    text[size] = '\0';
    listing(text, "f");
    char *last = strstr(shown, tail), *next = last;
    if (last == NULL)
        return shown;
    while ((next = strstr(next + 1, tail)) != NULL)
        last = next;
    memmove(last, last + strlen(tail), strlen(last + strlen(tail)) + 1);
    return shown;
}

/* ---- What code is made of what ---- */

/* code: the qualified name of the code that is meant; NULL: the source is a body for body(). */
typedef struct listed {
    const char *source, *code, *expected;
} listed;

static void compare(const listed *cases, size_t count)
{
    begin();
    for (size_t i = 0; i < count; i++) {
        const char *source = cases[i].source;
        ck_assert_msg(strcmp(cases[i].code == NULL ? body(source) : listing(source, cases[i].code),
                             cases[i].expected) == 0,
                      "%s\n%s\n%s", source, shown, cases[i].expected);
    }
    end();
}

START_TEST(test_evaluation_goes_from_left_to_right)
{
    static const listed cases[] = {
        {"a[b] = c.x = b", NULL,
         "LOAD_LOCAL b; COPY 1; LOAD_LOCAL a; LOAD_LOCAL b; STORE_INDEX; LOAD_LOCAL c; STORE_ATTR x"},
        {"a.x = b", NULL, "LOAD_LOCAL b; LOAD_LOCAL a; STORE_ATTR x"},
        {"a[b], c.x = f(c)", NULL,
         "LOAD_GLOBAL f; PUSH_NULL; LOAD_LOCAL c; CALL 1; UNPACK 2; LOAD_LOCAL a; LOAD_LOCAL b; STORE_INDEX; "
         "LOAD_LOCAL c; STORE_ATTR x"},
        {"a += b", NULL, "LOAD_LOCAL a; LOAD_LOCAL b; INPLACE 0; STORE_LOCAL a"},
        {"a.x -= b", NULL,
         "LOAD_LOCAL a; COPY 1; LOAD_ATTR x; LOAD_LOCAL b; INPLACE 1; SWAP 2; STORE_ATTR x"},
        {"a[b] *= c", NULL,
         "LOAD_LOCAL a; LOAD_LOCAL b; COPY 2; COPY 2; LOAD_INDEX; LOAD_LOCAL c; INPLACE 2; SWAP 3; SWAP 2; "
         "STORE_INDEX"},
        {"a < b", NULL, "LOAD_LOCAL a; LOAD_LOCAL b; COMPARE 17; POP"},
        {"a < b < c", NULL,
         "LOAD_LOCAL a; LOAD_LOCAL b; SWAP 2; COPY 2; COMPARE 17; COPY 1; JUMP_IF_FALSE ->11; POP; "
         "LOAD_LOCAL c; COMPARE 17; JUMP ->13; SWAP 2; POP; POP"},
        {"x = -1, (2.0, 'y'), -b", NULL,
         "CONST -1; CONST (2.0, 'y'); LOAD_LOCAL b; UNARY 13; BUILD_TUPLE 3; STORE_LOCAL x"},
        {"{a: b, **c, b: a}", NULL,
         "LOAD_LOCAL a; LOAD_LOCAL b; BUILD_DICT 1; LOAD_LOCAL c; DICT_UPDATE; LOAD_LOCAL b; LOAD_LOCAL a; "
         "DICT_ADD 1; POP"},
        {"{a, *b}", NULL, "BUILD_SET 0; LOAD_LOCAL a; SET_ADD 1; LOAD_LOCAL b; SET_UPDATE; POP"},
        {"(*a, b)", NULL,
         "BUILD_LIST 0; LOAD_LOCAL a; LIST_EXTEND; LOAD_LOCAL b; LIST_APPEND 1; LIST_TO_TUPLE; POP"},
        {"[1, 2, 3]", NULL, "BUILD_LIST 0; CONST (1, 2, 3); LIST_EXTEND; POP"},
        {"a[1:], a[::b]", NULL,
         "LOAD_LOCAL a; CONST 1; CONST None; CONST None; BUILD_SLICE; LOAD_INDEX; LOAD_LOCAL a; CONST None; "
         "CONST None; LOAD_LOCAL b; BUILD_SLICE; LOAD_INDEX; BUILD_TUPLE 2; POP"},
        {"f'{a!r:>{b}}x', f'{c}', f''", NULL,
         "LOAD_LOCAL a; CONST '>'; LOAD_LOCAL b; FORMAT 0; BUILD_STRING 2; FORMAT 370; CONST 'x'; "
         "BUILD_STRING 2; LOAD_LOCAL c; FORMAT 0; CONST ''; BUILD_TUPLE 3; POP"},
        {"x: int = a", NULL, "LOAD_LOCAL a; STORE_LOCAL x"},
        {"x: int", NULL, "CONST None; RETURN"},
        {"a.x: int", NULL, "LOAD_LOCAL a; POP"},
        {"del a, b.x, c[0]", NULL,
         "DELETE_LOCAL a; LOAD_LOCAL b; DELETE_ATTR x; LOAD_LOCAL c; CONST 0; DELETE_INDEX"},
        {"assert a, b", NULL,
         "LOAD_LOCAL a; JUMP_IF_TRUE ->7; ASSERTION_ERROR; PUSH_NULL; LOAD_LOCAL b; CALL 1; RAISE 1"},
        {"assert not a", NULL, "LOAD_LOCAL a; JUMP_IF_FALSE ->4; ASSERTION_ERROR; RAISE 1"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_calls_know_what_they_pass)
{
    static const listed cases[] = {
        {"f()", NULL, "LOAD_GLOBAL f; PUSH_NULL; CALL 0; POP"},
        {"f(a, b)", NULL, "LOAD_GLOBAL f; PUSH_NULL; LOAD_LOCAL a; LOAD_LOCAL b; CALL 2; POP"},
        {"f(a, x=b)", NULL,
         "LOAD_GLOBAL f; PUSH_NULL; LOAD_LOCAL a; LOAD_LOCAL b; CONST ('x',); CALL_NAMES 2; POP"},
        {"a.m(b)", NULL, "LOAD_LOCAL a; LOAD_METHOD m; LOAD_LOCAL b; CALL 1; POP"},
        {"a.m().n.o()", NULL, "LOAD_LOCAL a; LOAD_METHOD m; CALL 0; LOAD_ATTR n; LOAD_METHOD o; CALL 0; POP"},
        {"f(*a, b)", NULL,
         "LOAD_GLOBAL f; PUSH_NULL; BUILD_LIST 0; LOAD_LOCAL a; LIST_EXTEND; LOAD_LOCAL b; LIST_APPEND 1; "
         "LIST_TO_TUPLE; CALL_EX 0; POP"},
        {"f(a, **b)", NULL,
         "LOAD_GLOBAL f; PUSH_NULL; LOAD_LOCAL a; BUILD_TUPLE 1; BUILD_DICT 0; LOAD_LOCAL b; DICT_MERGE; "
         "CALL_EX 1; POP"},
        {"f(x=a, **b, y=c)", NULL,
         "LOAD_GLOBAL f; PUSH_NULL; CONST (); CONST 'x'; LOAD_LOCAL a; BUILD_DICT 1; LOAD_LOCAL b; "
         "DICT_MERGE; CONST 'y'; LOAD_LOCAL c; BUILD_DICT 1; DICT_MERGE; CALL_EX 1; POP"},
        {"a.m(*b)", NULL,
         "LOAD_LOCAL a; LOAD_ATTR m; PUSH_NULL; BUILD_LIST 0; LOAD_LOCAL b; LIST_EXTEND; LIST_TO_TUPLE; "
         "CALL_EX 0; POP"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_truth_is_asked_once)
{
    static const listed cases[] = {
        {"a and b", NULL, "LOAD_LOCAL a; COPY 1; JUMP_IF_FALSE ->5; POP; LOAD_LOCAL b; POP"},
        {"a or b or c", NULL,
         "LOAD_LOCAL a; COPY 1; JUMP_IF_TRUE ->9; POP; LOAD_LOCAL b; COPY 1; JUMP_IF_TRUE ->9; POP; "
         "LOAD_LOCAL c; POP"},
        {"not a", NULL, "LOAD_LOCAL a; UNARY 16; POP"},
        {"a if b else c", NULL, "LOAD_LOCAL b; JUMP_IF_FALSE ->4; LOAD_LOCAL a; JUMP ->5; LOAD_LOCAL c; POP"},
        {"if a and not b: c\nelif a or b: a\nelse: b", NULL,
         "LOAD_LOCAL a; JUMP_IF_FALSE ->7; LOAD_LOCAL b; JUMP_IF_TRUE ->7; LOAD_LOCAL c; POP; JUMP ->16; "
         "LOAD_LOCAL a; JUMP_IF_TRUE ->11; LOAD_LOCAL b; JUMP_IF_FALSE ->14; LOAD_LOCAL a; POP; JUMP ->16; "
         "LOAD_LOCAL b; POP"},
        {"while a: pass", NULL, "LOAD_LOCAL a; JUMP_IF_FALSE ->3; JUMP ->0"},
        {"while True: break", NULL, "JUMP ->1"},
        {"while a:\n if b: continue\n break\nelse: c", NULL,
         "LOAD_LOCAL a; JUMP_IF_FALSE ->5; LOAD_LOCAL b; JUMP_IF_FALSE ->7; JUMP ->0; LOAD_LOCAL c; POP"},
        {"return a if b else c", NULL,
         "LOAD_LOCAL b; JUMP_IF_FALSE ->4; LOAD_LOCAL a; JUMP ->5; LOAD_LOCAL c; RETURN"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_assignments_unpack)
{
    static const listed cases[] = {
        {"a, b = b, a", NULL, "LOAD_LOCAL b; LOAD_LOCAL a; SWAP 2; STORE_LOCAL a; STORE_LOCAL b"},
        {"a, b, c = c, a, b", NULL,
         "LOAD_LOCAL c; LOAD_LOCAL a; LOAD_LOCAL b; SWAP 3; STORE_LOCAL a; STORE_LOCAL b; STORE_LOCAL c"},
        {"[a, b] = c", NULL, "LOAD_LOCAL c; UNPACK 2; STORE_LOCAL a; STORE_LOCAL b"},
        {"a, *b = c", NULL, "LOAD_LOCAL c; UNPACK_STAR 1; STORE_LOCAL a; STORE_LOCAL b"},
        {"(a, *b, c), d = c", NULL,
         "LOAD_LOCAL c; UNPACK 2; UNPACK_STAR 4097; STORE_LOCAL a; STORE_LOCAL b; STORE_LOCAL c; STORE_LOCAL "
         "d"},
        {"a = b = c", NULL, "LOAD_LOCAL c; COPY 1; STORE_LOCAL a; STORE_LOCAL b"},
        {"*a, = b", NULL, "LOAD_LOCAL b; UNPACK_STAR 0; STORE_LOCAL a"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_loops_drop_their_iterators)
{
    static const listed cases[] = {
        {"for x in a: b", NULL,
         "LOAD_LOCAL a; GET_ITER; FOR_ITER ->7; STORE_LOCAL x; LOAD_LOCAL b; POP; JUMP ->2"},
        {"for a in b:\n break\nelse: c", NULL,
         "LOAD_LOCAL b; GET_ITER; FOR_ITER ->6; STORE_LOCAL a; POP; JUMP ->8; LOAD_LOCAL c; POP"},
        {"for a in b:\n for b in c: continue", NULL,
         "LOAD_LOCAL b; GET_ITER; FOR_ITER ->10; STORE_LOCAL a; LOAD_LOCAL c; GET_ITER; FOR_ITER ->9; "
         "STORE_LOCAL b; JUMP ->6; JUMP ->2"},
        {"for a in b:\n return c", NULL,
         "LOAD_LOCAL b; GET_ITER; FOR_ITER ->8; STORE_LOCAL a; LOAD_LOCAL c; SWAP 2; POP; RETURN"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_every_way_out_of_try_is_undone)
{
    static const listed cases[] = {
        {"try: a\nexcept b: c", NULL,
         "LOAD_LOCAL a; POP; JUMP ->16; PUSH_HANDLED; LOAD_LOCAL b; MATCH; JUMP_IF_FALSE ->12; POP; "
         "LOAD_LOCAL c; POP; POP_HANDLED; JUMP ->16; RERAISE; SWAP 2; POP_HANDLED; RERAISE [0-1 ->3 0] [4-9 "
         "->13 1] [12-12 ->13 1]"},
        {"try: a\nexcept b as c: a\nexcept: b\nelse: c", NULL,
         "LOAD_LOCAL a; POP; LOAD_LOCAL c; POP; JUMP ->29; PUSH_HANDLED; LOAD_LOCAL b; MATCH; JUMP_IF_FALSE "
         "->21; STORE_LOCAL c; LOAD_LOCAL a; POP; POP_HANDLED; CONST None; STORE_LOCAL c; DELETE_LOCAL c; "
         "JUMP ->29; CONST None; STORE_LOCAL c; DELETE_LOCAL c; RERAISE; POP; LOAD_LOCAL b; POP; "
         "POP_HANDLED; JUMP ->29; SWAP 2; POP_HANDLED; RERAISE [0-1 ->5 0] [6-9 ->26 1] [10-11 ->17 1] "
         "[17-23 ->26 1]"},
        {"try: a\nfinally: b", NULL,
         "LOAD_LOCAL a; POP; LOAD_LOCAL b; POP; JUMP ->12; PUSH_HANDLED; LOAD_LOCAL b; POP; RERAISE; SWAP 2; "
         "POP_HANDLED; RERAISE [0-1 ->5 0] [6-8 ->9 1]"},
        {"try: return a\nfinally: b", NULL,
         "LOAD_LOCAL a; LOAD_LOCAL b; POP; RETURN; PUSH_HANDLED; LOAD_LOCAL b; POP; RERAISE; SWAP 2; "
         "POP_HANDLED; RERAISE [0-0 ->4 0] [5-7 ->8 1]"},
        {"while a:\n try: break\n finally: b", NULL,
         "LOAD_LOCAL a; JUMP_IF_FALSE ->5; LOAD_LOCAL b; POP; JUMP ->5"},
        {"try: a\nexcept b as c: return a", NULL,
         "LOAD_LOCAL a; POP; JUMP ->23; PUSH_HANDLED; LOAD_LOCAL b; MATCH; JUMP_IF_FALSE ->19; STORE_LOCAL "
         "c; LOAD_LOCAL a; SWAP 2; POP_HANDLED; CONST None; STORE_LOCAL c; DELETE_LOCAL c; RETURN; CONST "
         "None; STORE_LOCAL c; DELETE_LOCAL c; RERAISE; RERAISE; SWAP 2; POP_HANDLED; RERAISE [0-1 ->3 0] "
         "[4-7 ->20 1] [8-8 ->15 1] [15-19 ->20 1]"},
        {"try: a\nfinally: return 1", NULL,
         "LOAD_LOCAL a; POP; CONST 1; RETURN; PUSH_HANDLED; POP; POP_HANDLED; CONST 1; RETURN [0-1 ->4 0]"},
        {"for a in b:\n try: a\n except: continue", NULL,
         "LOAD_LOCAL b; GET_ITER; FOR_ITER ->14; STORE_LOCAL a; LOAD_LOCAL a; POP; JUMP ->2; PUSH_HANDLED; "
         "POP; POP_HANDLED; JUMP ->2; SWAP 2; POP_HANDLED; RERAISE [4-5 ->7 1] [8-8 ->11 2]"},
        {"try: a\nexcept* b as c: a", NULL,
         "LOAD_LOCAL a; POP; JUMP ->38; PUSH_HANDLED; BUILD_LIST 0; COPY 2; LOAD_LOCAL b; MATCH_STAR; COPY "
         "1; JUMP_IF_NONE ->26; PUSH_HANDLED; STORE_LOCAL c; LOAD_LOCAL a; POP; POP_HANDLED; CONST None; "
         "STORE_LOCAL c; DELETE_LOCAL c; JUMP ->27; SWAP 2; POP_HANDLED; CONST None; STORE_LOCAL c; "
         "DELETE_LOCAL c; LIST_APPEND 2; JUMP ->27; POP; LIST_APPEND 1; JOIN_STAR; COPY 1; JUMP_IF_NONE "
         "->32; RERAISE; POP; POP_HANDLED; JUMP ->38; SWAP 2; POP_HANDLED; RERAISE [0-1 ->3 0] [4-11 ->35 1] "
         "[12-13 ->19 5] [14-32 ->35 1]"},
        {"raise", NULL, "RAISE 0"},
        {"raise a from b", NULL, "LOAD_LOCAL a; LOAD_LOCAL b; RAISE 2"},
        {"def f(a, b):\n try: return a\n finally: b\n", "f",
         "LOAD_LOCAL a; LOAD_LOCAL b; POP; RETURN; PUSH_HANDLED; LOAD_LOCAL b; POP; RERAISE; SWAP 2; "
         "POP_HANDLED; RERAISE [0-0 ->4 0] [5-7 ->8 1]"},
        {"def f(a):\n try: a\n finally: return 1\n", "f",
         "LOAD_LOCAL a; POP; CONST 1; RETURN; PUSH_HANDLED; POP; POP_HANDLED; CONST 1; RETURN [0-1 ->4 0]"},
        {"def f(a, b):\n for x in a:\n  try:\n   try: a\n   except b as c: return x\n  finally: continue\n",
         "f",
         "LOAD_LOCAL a; GET_ITER; FOR_ITER ->32; STORE_LOCAL x; LOAD_LOCAL a; POP; JUMP ->2; PUSH_HANDLED; "
         "LOAD_LOCAL b; MATCH; JUMP_IF_FALSE ->24; STORE_LOCAL c; LOAD_LOCAL x; SWAP 2; POP_HANDLED; CONST "
         "None; STORE_LOCAL c; DELETE_LOCAL c; POP; JUMP ->2; CONST None; STORE_LOCAL c; DELETE_LOCAL c; "
         "RERAISE; RERAISE; SWAP 2; POP_HANDLED; RERAISE; PUSH_HANDLED; POP; POP_HANDLED; JUMP ->2; CONST "
         "None; RETURN [4-5 ->7 1] [6-7 ->28 1] [8-11 ->25 2] [12-12 ->20 2] [13-17 ->28 1] [20-24 ->25 2] "
         "[25-27 ->28 1]"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_every_way_out_of_with_calls_exit)
{
    static const listed cases[] = {
        {"with a: b", NULL,
         "LOAD_LOCAL a; ENTER_WITH; POP; LOAD_LOCAL b; POP; PUSH_NULL; CONST None; CONST None; CONST None; "
         "CALL 3; POP; JUMP ->22; PUSH_HANDLED; CALL_EXIT 1; JUMP_IF_TRUE ->19; RERAISE; SWAP 2; "
         "POP_HANDLED; RERAISE; POP; POP_HANDLED; POP [2-4 ->12 1] [13-15 ->16 2]"},
        {"with a as b, c: a", NULL,
         "LOAD_LOCAL a; ENTER_WITH; STORE_LOCAL b; LOAD_LOCAL c; ENTER_WITH; POP; LOAD_LOCAL a; POP; "
         "PUSH_NULL; CONST None; CONST None; CONST None; CALL 3; POP; JUMP ->25; PUSH_HANDLED; CALL_EXIT 1; "
         "JUMP_IF_TRUE ->22; RERAISE; SWAP 2; POP_HANDLED; RERAISE; POP; POP_HANDLED; POP; PUSH_NULL; CONST "
         "None; CONST None; CONST None; CALL 3; POP; JUMP ->42; PUSH_HANDLED; CALL_EXIT 1; JUMP_IF_TRUE "
         "->39; RERAISE; SWAP 2; POP_HANDLED; RERAISE; POP; POP_HANDLED; POP [2-4 ->32 1] [5-7 ->15 2] [8-15 "
         "->32 1] [16-18 ->19 3] [19-24 ->32 1] [33-35 ->36 2]"},
        {"with a: return b", NULL,
         "LOAD_LOCAL a; ENTER_WITH; POP; LOAD_LOCAL b; SWAP 2; PUSH_NULL; CONST None; CONST None; CONST "
         "None; CALL 3; POP; RETURN; PUSH_HANDLED; CALL_EXIT 1; JUMP_IF_TRUE ->19; RERAISE; SWAP 2; "
         "POP_HANDLED; RERAISE; POP; POP_HANDLED; POP [2-3 ->12 1] [13-15 ->16 2]"},
        {"for x in a:\n with b: break", NULL,
         "LOAD_LOCAL a; GET_ITER; FOR_ITER ->26; STORE_LOCAL x; LOAD_LOCAL b; ENTER_WITH; POP; PUSH_NULL; "
         "CONST None; CONST None; CONST None; CALL 3; POP; POP; JUMP ->26; PUSH_HANDLED; CALL_EXIT 1; "
         "JUMP_IF_TRUE ->22; RERAISE; SWAP 2; POP_HANDLED; RERAISE; POP; POP_HANDLED; POP; JUMP ->2 [6-6 "
         "->15 2] [16-18 ->19 3]"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_names_have_their_homes)
{
    static const listed cases[] = {
        {"def f(a):\n def g(): return a\n return g", "f",
         "PUSH_CELL a; BUILD_TUPLE 1; CONST <f.<locals>.g>; MAKE_FUNCTION 4; STORE_LOCAL g; LOAD_LOCAL g; "
         "RETURN"},
        {"def f(a):\n def g(): return a\n return g", "f.<locals>.g", "LOAD_CELL a; RETURN"},
        {"def f():\n x = 1\n class A:\n  y = x\n  def m(self): return x\n", "f.<locals>.A",
         "LOAD_CLASS_CELL x; STORE_NAME y; PUSH_CELL x; BUILD_TUPLE 1; CONST <f.<locals>.A.m>; MAKE_FUNCTION "
         "4; STORE_NAME m; CONST None; RETURN"},
        {"def f(x):\n class A:\n  x = x\n  def m(self): return x\n", "f.<locals>.A",
         "LOAD_NAME x; STORE_NAME x; PUSH_CELL x; BUILD_TUPLE 1; CONST <f.<locals>.A.m>; MAKE_FUNCTION 4; "
         "STORE_NAME m; CONST None; RETURN"},
        {"class A:\n 'doc'\n def m(self): return super().m()\n", "A",
         "CONST 'doc'; STORE_NAME __doc__; PUSH_CELL __class__; BUILD_TUPLE 1; CONST <A.m>; MAKE_FUNCTION 4; "
         "STORE_NAME m; PUSH_CELL __class__; RETURN"},
        {"class A:\n def m(self): return super().m()\n", "A.m",
         "LOAD_GLOBAL super; PUSH_NULL; CALL 0; LOAD_METHOD m; CALL 0; RETURN"},
        {"class A:\n x = 1\n y = [x for x in x]\n", "A",
         "CONST 1; STORE_NAME x; CONST <A.<listcomp>>; MAKE_FUNCTION 0; PUSH_NULL; LOAD_NAME x; GET_ITER; "
         "CALL 1; STORE_NAME y; CONST None; RETURN"},
        {"def f():\n def g():\n  nonlocal x\n  x += 1\n x = 0\n", "f.<locals>.g",
         "LOAD_CELL x; CONST 1; INPLACE 0; STORE_CELL x; CONST None; RETURN"},
        {"def f():\n global x\n x = y\n", "f", "LOAD_GLOBAL y; STORE_GLOBAL x; CONST None; RETURN"},
        {"def f(y):\n return [x := z for z in y], x\n", "f.<locals>.<listcomp>",
         "BUILD_LIST 0; LOAD_LOCAL .0; FOR_ITER ->9; STORE_LOCAL z; LOAD_LOCAL z; COPY 1; STORE_CELL x; "
         "LIST_APPEND 2; JUMP ->2; RETURN"},
        {"[x := z for z in y]\n", "<listcomp>",
         "BUILD_LIST 0; LOAD_LOCAL .0; FOR_ITER ->9; STORE_LOCAL z; LOAD_LOCAL z; COPY 1; STORE_GLOBAL x; "
         "LIST_APPEND 2; JUMP ->2; RETURN"},
        {"class __A:\n def m(self, __x): self.__y = __x.__z__\n", "__A.m",
         "LOAD_LOCAL _A__x; LOAD_ATTR __z__; LOAD_LOCAL self; STORE_ATTR _A__y; CONST None; RETURN"},
        {"@d(1)\n@e\ndef f(a, b=1, *c, d=2, **e): pass\n", "<module>",
         "LOAD_NAME d; PUSH_NULL; CONST 1; CALL 1; PUSH_NULL; LOAD_NAME e; PUSH_NULL; CONST (1,); CONST 'd'; "
         "CONST 2; BUILD_DICT 1; CONST <f>; MAKE_FUNCTION 3; CALL 1; CALL 1; STORE_NAME f; CONST None; "
         "RETURN"},
        {"@d\nclass A(B): pass\n", "<module>",
         "LOAD_NAME d; PUSH_NULL; CONST <A>; MAKE_FUNCTION 0; CONST 'A'; LOAD_NAME B; BUILD_CLASS 1; CALL 1; "
         "STORE_NAME A; CONST None; RETURN"},
        {"x = lambda a=y: (yield a)\n", "<lambda>", "LOAD_LOCAL a; YIELD; RETURN"},
        {"'doc'\nimport a as b, c\nfrom d import e as f, g\n", "<module>",
         "CONST 'doc'; STORE_NAME __doc__; IMPORT a; STORE_NAME b; IMPORT c; STORE_NAME c; IMPORT d; "
         "IMPORT_FROM e; STORE_NAME f; IMPORT_FROM g; STORE_NAME g; POP; CONST None; RETURN"},
        {"def f(a): 'doc'\n", "f", "CONST None; RETURN"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_what_awaits_and_yields)
{
    static const listed cases[] = {
        {"async def f(a):\n async for x in a: await x\n", "f",
         "LOAD_LOCAL a; GET_ASYNC_ITER; GET_ASYNC_NEXT; CONST None; DELEGATE; STORE_LOCAL x; LOAD_LOCAL x; "
         "GET_AWAITABLE 0; CONST None; DELEGATE; POP; JUMP ->2; END_ASYNC_FOR; CONST None; RETURN [2-4 ->12 "
         "1]"},
        {"async def f(a):\n async with a as b: return b\n", "f",
         "LOAD_LOCAL a; ENTER_ASYNC_WITH; GET_AWAITABLE 1; CONST None; DELEGATE; STORE_LOCAL b; LOAD_LOCAL "
         "b; SWAP 2; PUSH_NULL; CONST None; CONST None; CONST None; CALL 3; GET_AWAITABLE 2; CONST None; "
         "DELEGATE; POP; RETURN; PUSH_HANDLED; CALL_EXIT 1; GET_AWAITABLE 2; CONST None; DELEGATE; "
         "JUMP_IF_TRUE ->28; RERAISE; SWAP 2; POP_HANDLED; RERAISE; POP; POP_HANDLED; POP; CONST None; "
         "RETURN [5-6 ->18 1] [19-24 ->25 2]"},
        {"async def f(a):\n return [x async for x in a if x]\n", "f",
         "CONST <f.<locals>.<listcomp>>; MAKE_FUNCTION 0; PUSH_NULL; LOAD_LOCAL a; GET_ASYNC_ITER; CALL 1; "
         "GET_AWAITABLE 0; CONST None; DELEGATE; RETURN"},
        {"async def f(a):\n return [x async for x in a if x]\n", "f.<locals>.<listcomp>",
         "BUILD_LIST 0; LOAD_LOCAL .0; GET_ASYNC_NEXT; CONST None; DELEGATE; STORE_LOCAL x; LOAD_LOCAL x; "
         "JUMP_IF_FALSE ->2; LOAD_LOCAL x; LIST_APPEND 2; JUMP ->2; END_ASYNC_FOR; RETURN [2-4 ->11 2]"},
        {"async def f(a):\n return (await x for x in a)\n", "f.<locals>.<genexpr>",
         "LOAD_LOCAL .0; FOR_ITER ->10; STORE_LOCAL x; LOAD_LOCAL x; GET_AWAITABLE 0; CONST None; DELEGATE; "
         "YIELD; POP; JUMP ->1; CONST None; RETURN"},
        {"def f(a):\n x = yield\n return (yield from a)\n", "f",
         "CONST None; YIELD; STORE_LOCAL x; LOAD_LOCAL a; GET_YIELD_FROM; CONST None; DELEGATE; RETURN"},
        {"def f(a):\n return {x: y for x in a if x for y in x}\n", "f.<locals>.<dictcomp>",
         "BUILD_DICT 0; LOAD_LOCAL .0; FOR_ITER ->15; STORE_LOCAL x; LOAD_LOCAL x; JUMP_IF_FALSE ->2; "
         "LOAD_LOCAL x; GET_ITER; FOR_ITER ->14; STORE_LOCAL y; LOAD_LOCAL x; LOAD_LOCAL y; DICT_ADD 3; JUMP "
         "->8; JUMP ->2; RETURN"},
    };
    compare(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

/* ---- Errors ---- */

typedef struct refused {
    const char *source, *message;
    unsigned line, column; /* from 1 */
} refused;

static void refuse(const refused *cases, size_t count)
{
    begin();
    for (size_t i = 0; i < count; i++) {
        mp_syntax_error error;
        ck_assert_msg(!mp_check_syntax(vm, cases[i].source, strlen(cases[i].source), &error), "%s",
                      cases[i].source);
        ck_assert_str_eq(error.message, cases[i].message);
        ck_assert_msg(error.span.line == cases[i].line && error.span.column + 1 == cases[i].column,
                      "%s: %u:%u", cases[i].source, error.span.line, error.span.column + 1);
    }
    end();
}

START_TEST(test_names_that_are_declared_wrongly)
{
    static const refused cases[] = {
        {"def f():\n x = 1\n global x", "name 'x' is assigned to before global declaration", 3, 2},
        {"def f():\n print(x)\n global x", "name 'x' is used prior to global declaration", 3, 2},
        {"def f(x):\n global x", "name 'x' is parameter and global", 2, 2},
        {"def f():\n x: int\n global x", "annotated name 'x' can't be global", 3, 2},
        {"def f():\n global x\n x: int", "annotated name 'x' can't be global", 3, 2},
        {"def f(x):\n nonlocal x", "name 'x' is parameter and nonlocal", 2, 2},
        {"def f():\n x = 1\n nonlocal x", "name 'x' is assigned to before nonlocal declaration", 3, 2},
        {"nonlocal x", "nonlocal declaration not allowed at module level", 1, 1},
        {"def f():\n nonlocal x", "no binding for nonlocal 'x' found", 2, 2},
        {"class A:\n nonlocal x", "no binding for nonlocal 'x' found", 2, 2},
        {"x = 1\ndef f():\n global x\n nonlocal x", "name 'x' is nonlocal and global", 3, 2},
        {"x = 1\ndef f():\n global x, y\n def g():\n  nonlocal y", "no binding for nonlocal 'y' found", 5, 3},
        {"def f(a, a): pass", "duplicate argument 'a' in function definition", 1, 10},
        {"def f(a, *, a): pass", "duplicate argument 'a' in function definition", 1, 13},
        {"lambda a, a: 0", "duplicate argument 'a' in function definition", 1, 11},
        {"[(x := 1) for x in y]", "assignment expression cannot rebind comprehension iteration variable 'x'",
         1, 3},
        {"[i for i in x if (j := 0) for j in y]",
         "comprehension inner loop cannot rebind assignment expression target 'j'", 1, 31},
        {"class A:\n [(x := 1) for i in y]",
         "assignment expression within a comprehension cannot be used in a class body", 2, 4},
        {"[i for i in (x := [1])]",
         "assignment expression cannot be used in a comprehension iterable expression", 1, 14},
        {"[i for i in (lambda: (x := 1))]",
         "assignment expression cannot be used in a comprehension iterable expression", 1, 23},
    };
    refuse(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_what_stands_in_the_wrong_place)
{
    static const refused cases[] = {
        {"return 1", "'return' outside function", 1, 1},
        {"class A:\n return", "'return' outside function", 2, 2},
        {"yield 1", "'yield' outside function", 1, 1},
        {"class A: x = yield", "'yield' outside function", 1, 14},
        {"[(yield) for i in x]", "'yield' inside list comprehension", 1, 3},
        {"{(yield): 1 for i in x}", "'yield' inside dict comprehension", 1, 3},
        {"def f(): (i for i in (yield) if (yield))", "'yield' inside generator expression", 1, 34},
        {"async def f():\n yield from x", "'yield from' inside async function", 2, 2},
        {"async def f():\n yield\n return 1", "'return' with value in async generator", 3, 2},
        {"await x", "'await' outside function", 1, 1},
        {"class A:\n await x", "'await' outside function", 2, 2},
        {"def f(): await x", "'await' outside async function", 1, 10},
        {"lambda: await x", "'await' outside async function", 1, 9},
        {"def f():\n [await x for x in y]", "asynchronous comprehension outside of an asynchronous function",
         2, 2},
        {"[x async for x in y]", "asynchronous comprehension outside of an asynchronous function", 1, 1},
        {"async def f():\n (lambda: [await x for x in y])",
         "asynchronous comprehension outside of an asynchronous function", 2, 11},
        {"def f():\n return [[x async for x in y] for z in w]",
         "asynchronous comprehension outside of an asynchronous function", 2, 9},
        {"async with a: pass", "'async with' outside async function", 1, 1},
        {"def f():\n async for x in y: pass", "'async for' outside async function", 2, 2},
        {"break", "'break' outside loop", 1, 1},
        {"if 1:\n continue", "'continue' not properly in loop", 2, 2},
        {"for x in y:\n def f(): break", "'break' outside loop", 2, 11},
        {"while 1: pass\nelse: break", "'break' outside loop", 2, 7},
        {"for x in y:\n class A: continue", "'continue' not properly in loop", 2, 11},
        {"for x in y:\n try: a\n except* A:\n  break",
         "'break', 'continue' and 'return' cannot appear in an except* block", 4, 3},
        {"def f():\n try: a\n except* A:\n  return",
         "'break', 'continue' and 'return' cannot appear in an except* block", 4, 3},
        {"*a", "can't use starred expression here", 1, 1},
        {"x = *a", "can't use starred expression here", 1, 5},
        {"*a = x", "starred assignment target must be in a list or tuple", 1, 1},
        {"a, *b, *c = x", "multiple starred expressions in assignment", 1, 1},
        {"for *a in b: pass", "starred assignment target must be in a list or tuple", 1, 5},
        {"f(a=1, b=2, a=3)", "keyword argument repeated: a", 1, 13},
        {"try: a\nexcept: b\nexcept A: c", "default 'except:' must be last", 2, 1},
        {"for x in y:\n for x in y:\n  for x in y:\n   for x in y:\n    for x in y:\n     for x in y:\n      "
         "for x in y:\n       for x in y:\n        for x in y:\n         for x in y:\n          for x in "
         "y:\n           for x in y:\n            for x in y:\n             for x in y:\n              for x "
         "in y:\n               for x in y:\n                for x in y:\n                 for x in y:\n     "
         "             for x in y:\n                   for x in y:\n                    for x in y:\n        "
         "             pass",
         "too many statically nested blocks", 21, 21},
    };
    refuse(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(test_what_is_not_in_the_scenario_language)
{
    static const char *const cases[] = {"class A(metaclass=B): pass", "class A(*b): pass"};
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mp_syntax_error error;
        ck_assert(!mp_check_syntax(vm, cases[i], strlen(cases[i]), &error));
        ck_assert_int_eq(error.kind, MP_SYNTAX_NOT_HERE);
        ck_assert_ptr_nonnull(strstr(error.message, "not in the scenario language"));
    }
    end();
}
END_TEST

/* The repr of what a source raises. */
static const char *raised(const char *source, size_t size)
{
    static char text[512];
    ck_assert_ptr_null(mp_compile(vm, source, size, "a\xff.py"));
    mp_value exception = mp_take_raised(vm), repr = mp_repr(vm, exception);
    ck_assert_ptr_nonnull(repr);
    snprintf(text, sizeof text, "%s", ((mp_str *)repr)->data);
    mp_decref(vm, repr);
    mp_decref(vm, exception);
    return text;
}

START_TEST(test_a_syntax_error_says_where)
{
    begin();
    ck_assert_str_eq(
        raised("x = 1\n'\xc3\xa9'; break\n", 18),
        "SyntaxError(\"'break' outside loop\", ('a?.py', 2, 6, \"'\xc3\xa9'; break\\n\", 2, 11))");
    ck_assert_str_eq(raised("\xef\xbb\xbf return", 10),
                     "IndentationError('unexpected indent', ('a?.py', 1, 2, ' return', 1, 2))");
    ck_assert_msg(strstr(raised("x\n\xff\n", 4), "(unicode error)") != NULL, "%s", raised("x\n\xff\n", 4));
    end();
}
END_TEST

/* ---- Values ---- */

START_TEST(test_constants_differ_by_kind_and_value)
{
    begin();
    mp_code *code = compile(
        "[1, 1.0, True, 'x', x, 1, 0.0, -0.0, -0.0, (1, 'x'), (1, 'x'), (1.0, 'x'), (True,)]"
        ", -1, -1, 'y', 'y'");
    /* the list, -1, 'y' and None */
    ck_assert_uint_eq(code->constant_count, 4 + 8);
    mp_decref(vm, mp_as_value(code));
    end();
}
END_TEST

START_TEST(test_what_a_code_knows_of_itself)
{
    begin();
    mp_code *module = compile(
        "class A:\n async def m(a, /, b, *c, d, **e):\n  'doc'\n  def g(): return b, c, x\n"
        "  x = yield\n");
    const mp_code *code = code_named(vm, module, "A.m");
    ck_assert_uint_eq(code->flags, MP_C_ASYNC_GENERATOR | MP_C_REST | MP_C_KEYWORDS | MP_C_METHOD);
    ck_assert_uint_eq(code->positional_only, 1);
    ck_assert_uint_eq(code->positional, 2);
    ck_assert_uint_eq(code->keyword_only, 1);
    static const char *const locals[] = {"a", "b", "d", "c", "e", "g"};
    ck_assert_uint_eq(code->local_count, 6);
    for (size_t i = 0; i < 6; i++)
        ck_assert_str_eq(code->locals[i]->data, locals[i]);
    ck_assert_uint_eq(code->made_cells, 3);
    ck_assert_uint_eq(code->cell_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        int32_t local = code->cell_locals[i];
        const char *cell = code->cells[i]->data;
        ck_assert(local == (strcmp(cell, "b") == 0 ? 1 : strcmp(cell, "c") == 0 ? 3 : -1));
    }
    ck_assert_uint_eq(code->first_line, 2);
    ck_assert_str_eq(((mp_str *)code->constants[0])->data, "doc");
    ck_assert_uint_eq(code_named(vm, module, "A")->flags, MP_C_NAMESPACE | MP_C_CLASS);
    ck_assert_uint_eq(module->flags, MP_C_NAMESPACE);
    mp_decref(vm, mp_as_value(module));
    end();
}
END_TEST

START_TEST(test_instructions_know_their_places)
{
    begin();
    mp_code *code = compile("x = (a\n + b.c(\n  d))\n");
    for (uint32_t i = 0; i < code->count; i++) {
        mp_span span = code->spans[i];
        mp_opcode opcode = mp_opcode_of(code->instructions[i]);
        if (opcode == MP_I_BINARY)
            ck_assert(span.line == 1 && span.column == 5 && span.end_line == 3 && span.end_column == 4);
        if (opcode == MP_I_CALL)
            ck_assert(span.line == 2 && span.column == 3 && span.end_line == 3 && span.end_column == 4);
        if (opcode == MP_I_LOAD_METHOD)
            ck_assert(span.line == 2 && span.column == 3 && span.end_line == 2 && span.end_column == 6);
    }
    mp_decref(vm, mp_as_value(code));
    end();
}
END_TEST

/* ---- Extremes ---- */

/* first, then part times count, then last. */
static char *repeated(const char *first, const char *part, size_t count, const char *last, size_t *size)
{
    size_t before = strlen(first), each = strlen(part), after = strlen(last);
    char *text = malloc(before + each * count + after + 1);
    ck_assert_ptr_nonnull(text);
    memcpy(text, first, before);
    for (size_t i = 0; i < count; i++)
        memcpy(text + before + each * i, part, each);
    memcpy(text + before + each * count, last, after + 1);
    *size = before + each * count + after;
    return text;
}

START_TEST(test_what_is_long_does_not_nest)
{
    static const struct {
        const char *first, *part, *last;
        uint32_t deepest;
    } cases[] = {
        {"x = a", " + a", "", 2},     {"x = a", ".b", "", 1},   {"x = a", "()", "", 2},
        {"x = a", "[0]", "", 2},      {"x = a", ".b()", "", 2}, {"if a: b\n", "elif c: d\n", "", 1},
        {"x = a", " and a", "", 2},   {"x = a", " < a", "", 3}, {"x = [", "a, ", "]", 2},
        {"x = {", "a: b, ", "}", 30}, {"x = ", "y = ", "a", 2}, {"", "a\n", "", 1},
        {"x = (", "a, ", "*b)", 2},   {"x = {", "a, ", "}", 2}, {"x = [", "1, ", "]", 2},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size;
        char *source = repeated(cases[i].first, cases[i].part, 20000, cases[i].last, &size);
        mp_code *code = mp_compile(vm, source, size, "test.py");
        ck_assert_msg(code != NULL, "%s", cases[i].part);
        ck_assert_msg(code->stack_size == cases[i].deepest, "%s: %u", cases[i].part, code->stack_size);
        mp_decref(vm, mp_as_value(code));
        free(source);
    }
    end();
}
END_TEST

/* Each finally body is there several times, so n of them inside of each other are 2**n: but not without
 * end. */
START_TEST(test_finally_in_finally_has_an_end)
{
    char source[20 * 1024] = "def f(a):\n";
    size_t size = strlen(source);
    for (int depth = 1; depth < 19; depth++)
        size += (size_t)sprintf(source + size, "%*stry: return a\n%*sfinally:\n", depth, "", depth, "");
    sprintf(source + size, "%*sa\n", 19, "");
    begin();
    mp_syntax_error error;
    ck_assert(!mp_check_syntax(vm, source, strlen(source), &error));
    ck_assert_str_eq(error.message, "the code is too large");
    end();
}
END_TEST

START_TEST(test_every_allocation_may_fail)
{
    static const char source[] =
        "'doc'\nclass A(B):\n def m(self, *, k=(1, -2.5)):\n"
        "  try: return [super().x + self.y for self.z in k if k]\n"
        "  except E as e: f'{e!r}'\n  finally: x = lambda: (e, 'a b', {1: 2, **k})\n";
    static const char wrong[] = "def f():\n while a: pass\n else: break\n";
    bool failed = true;
    begin();
    for (uint64_t i = 1; failed; i++) {
        vm->fail_after = i;
        mp_code *code = mp_compile(vm, source, sizeof source - 1, "test.py");
        failed = vm->fail_after == 0;
        ck_assert(failed == (code == NULL));
        vm->fail_after = 0;
        mp_xdecref(vm, mp_as_value(code));
        ck_assert(!failed || mp_raised_is(vm, MP_X_MEMORY_ERROR));
        mp_clear_slot(vm, &vm->raised);
    }
    failed = true;
    for (uint64_t i = 1; failed; i++) {
        mp_syntax_error error;
        vm->fail_after = i;
        ck_assert(!mp_check_syntax(vm, wrong, sizeof wrong - 1, &error));
        failed = vm->fail_after == 0;
        vm->fail_after = 0;
        ck_assert_int_eq(error.kind, failed ? MP_SYNTAX_MEMORY : MP_SYNTAX_ERROR);
        ck_assert_ptr_null(vm->raised);
    }
    end();
}
END_TEST

/* ---- The disassembler ---- */

static bool append(void *data, const char *text, size_t size)
{
    (void)data;
    put("%.*s", (int)size, text);
    return true;
}

static bool refuse_text(void *data, const char *text, size_t size)
{
    (void)data;
    (void)text;
    (void)size;
    return false;
}

START_TEST(test_code_is_shown_in_columns)
{
    begin();
    mp_code *code = compile("while x:\n  x = -y\n");
    shown_size = 0;
    ck_assert(mp_disassemble(vm, code, append, NULL));
    ck_assert_str_eq(shown, "Disassembly of <module>, line 1: 1 values deep\n"
                            "     1  >>     0  LOAD_NAME             0  x\n"
                            "               1  JUMP_IF_FALSE         6\n"
                            "     2         2  LOAD_NAME             1  y\n"
                            "               3  UNARY                13  -\n"
                            "               4  STORE_NAME            0  x\n"
                            "     1         5  JUMP                  0\n"
                            "        >>     6  CONST                 0  None\n"
                            "               7  RETURN\n");
    ck_assert(!mp_disassemble(vm, code, refuse_text, NULL));
    mp_decref(vm, mp_as_value(code));
    end();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_evaluation_goes_from_left_to_right,
        test_calls_know_what_they_pass,
        test_truth_is_asked_once,
        test_assignments_unpack,
        test_loops_drop_their_iterators,
        test_every_way_out_of_try_is_undone,
        test_every_way_out_of_with_calls_exit,
        test_names_have_their_homes,
        test_what_awaits_and_yields,
        test_names_that_are_declared_wrongly,
        test_what_stands_in_the_wrong_place,
        test_what_is_not_in_the_scenario_language,
        test_a_syntax_error_says_where,
        test_constants_differ_by_kind_and_value,
        test_what_a_code_knows_of_itself,
        test_instructions_know_their_places,
        test_what_is_long_does_not_nest,
        test_finally_in_finally_has_an_end,
        test_every_allocation_may_fail,
        test_code_is_shown_in_columns,
    };
    Suite *suite = suite_create("minipy_compiler");
    TCase *tcase = tcase_create("minipy_compiler");
    tcase_set_timeout(tcase, 60);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
