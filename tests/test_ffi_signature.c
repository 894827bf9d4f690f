/* test_ffi_signature.c - the language of signatures (src/ffi/signature.c, src/ffi/types.c). */
#include "ffi_kit.h"

#include <string.h>

/* ---- What is refused, and where ---- */

static const struct refusal {
    const char *text, *words;
} refusals[] = {
    {"", "position 0: '(' is missing before the parameters"},
    {"i32", "position 0: '(' is missing before the parameters, before 'i'"},
    {"(", "position 1: a type is missing"},
    {"()", "position 2: '->' is missing before the result"},
    {"() ->", "position 5: a type is missing"},
    {"() -> i33", "position 6: there is no type 'i33'"},
    {"(i32, i33) -> i32", "position 6: there is no type 'i33'"},
    {"(i32 i32) -> i32", "position 5: ')' is missing after the parameters, before 'i'"},
    {"(i32,) -> i32", "position 5: there is no type ')'"},
    {"(,) -> i32", "position 1: there is no type ','"},
    {"(i32) -> i32 i32", "position 13: there is more after the result"},
    {"(void) -> i32", "position 1: void is no value; write () for no parameters"},
    {"(out void) -> i32", "position 1: void is no value"},
    {"([4]i32) -> i32", "position 1: C passes no arrays: write * or out before it, or put it into a struct"},
    {"() -> [4]i32", "position 6: C passes no arrays: write * or out before it, or put it into a struct"},
    {"() -> bytes", "position 6: bytes and buffer are parameters; write ptr here"},
    {"(out buffer) -> i32", "position 5: bytes and buffer are parameters; write ptr here"},
    {"({i32, bytes}) -> void", "position 7: bytes and buffer are parameters; write ptr here"},
    {"({}) -> void", "position 2: a struct has at least one member"},
    {"({i32) -> void", "position 5: '}' is missing at the end of a struct, before ')'"},
    {"({i32, void}) -> void", "position 7: void is no value; write () for no parameters"},
    {"({[0]i32}) -> void", "position 3: an array has from 1 to 4096 items"},
    {"({[x]i32}) -> void", "position 3: an array has from 1 to 4096 items"},
    {"({[99999999999999999999]i32}) -> void", "position 3: an array has from 1 to 4096 items"},
    {"({[4 i32}) -> void", "position 5: ']' is missing after the count of an array, before 'i'"},
    {"({[4096][4096]i32}) -> void", "position 1: the struct is too large"},
    {"(ptr, fn(i32, i34) -> i32) -> void", "position 14: there is no type 'i34'"},
    {"(fn(i32, ...) -> i32) -> void", "position 9: a callback is not variadic"},
    {"(fn i32) -> void", "position 4: '(' is missing before the parameters, before 'i'"},
    {"(...) -> i32", "position 1: a variadic function has a parameter before '...'"},
    {"(str, ..., ...) -> i32", "position 11: '...' is there already"},
    {"(str, ..., f32) -> i32", "position 11: C passes no f32 after '...': write f64"},
    {"(str, ..., u16) -> i32", "position 11: C passes no integer shorter than int after '...': write i32"},
    {"(out) -> i32", "position 4: there is no type ')'"},
    {"(out inout i32) -> i32", "position 5: there is no type 'inout'"},
    {"(outer) -> i32", "position 1: there is no type 'outer'"},
    {"(********************i32) -> i32", "position 17: the types are nested too deeply"},
    {"(\xc3\xa9) -> i32", "position 1: there is no type '\xc3'"},
};

START_TEST(test_a_wrong_signature_is_refused_with_its_position)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        ac_ffi_signature *signature = (ac_ffi_signature *)(void *)&signature;
        ac_ffi_error error;
        ac_status status = ac_ffi_signature_new(refusals[i].text, &signature, &error);
        ck_assert_str_eq(ac_status_name(status), "AC_E_VALUE");
        ck_assert_str_eq(error.text, refusals[i].words);
        ck_assert_ptr_null(signature);
        ck_assert_uint_eq(error.position, (size_t)atoi(error.text + strlen("position ")));
        ck_assert_int_eq(ac_ffi_signature_new(refusals[i].text, &signature, NULL), AC_E_VALUE);
    }
}
END_TEST

START_TEST(test_there_is_an_end_to_parameters_and_members)
{
    char text[1024] = "(i8";
    ac_ffi_signature *signature;
    ac_ffi_error error;

    for (int i = 1; i < AC_FFI_PARAMETERS; i++)
        strcat(text, ",i8");
    strcat(text, ") -> i8");
    ck_assert_int_eq(ac_ffi_signature_new(text, &signature, &error), AC_OK);
    ck_assert_uint_eq(ac_ffi_count(signature), AC_FFI_PARAMETERS);
    ac_ffi_signature_free(signature);
    strcpy(strchr(text, ')'), ",i8) -> i8");
    ck_assert_int_eq(ac_ffi_signature_new(text, &signature, &error), AC_E_VALUE);
    ck_assert_str_eq(error.text, "position 193: there are at most 64 parameters");
    text[0] = '{';
    strcpy(strchr(text, ')'), "}) -> i8");
    memmove(text + 1, text, strlen(text) + 1);
    text[0] = '(';
    ck_assert_int_eq(ac_ffi_signature_new(text, &signature, &error), AC_E_VALUE);
    ck_assert_str_eq(error.text, "position 194: a struct has at most 64 members");
}
END_TEST

/* ---- What is read ---- */

static ac_ffi_signature *read_it(const char *text)
{
    ac_ffi_signature *signature;
    ac_ffi_error error = {0};
    ac_status status = ac_ffi_signature_new(text, &signature, &error);

    ck_assert_msg(status == AC_OK, "%s: %s", text, error.text);
    return signature;
}

START_TEST(test_words_are_the_types_of_this_machine)
{
    static const struct {
        const char *word;
        ac_ffi_kind kind;
        size_t size;
    } words[] = {
        {"bool", AC_FFI_BOOL, sizeof(bool)},
        {"i8", AC_FFI_I8, 1},
        {"uchar", AC_FFI_U8, 1},
        {"short", AC_FFI_I16, sizeof(short)},
        {"u16", AC_FFI_U16, 2},
        {"int", AC_FFI_I32, sizeof(int)},
        {"uint", AC_FFI_U32, sizeof(unsigned)},
        {"long", sizeof(long) == 8 ? AC_FFI_I64 : AC_FFI_I32, sizeof(long)},
        {"ullong", AC_FFI_U64, sizeof(unsigned long long)},
        {"size", sizeof(size_t) == 8 ? AC_FFI_U64 : AC_FFI_U32, sizeof(size_t)},
        {"float", AC_FFI_F32, sizeof(float)},
        {"f64", AC_FFI_F64, sizeof(double)},
        {"ptr", AC_FFI_POINTER, sizeof(void *)},
        {"str", AC_FFI_STRING, sizeof(char *)},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char text[40];
        ac_ffi_signature *signature;
        (void)snprintf(text, sizeof text, " ( %s ) -> %s ", words[i].word, words[i].word);
        signature = read_it(text);
        ck_assert_uint_eq(ac_ffi_count(signature), 1);
        ck_assert_uint_eq(ac_ffi_fixed(signature), SIZE_MAX);
        ck_assert_int_eq((int)ac_ffi_parameter(signature, 0)->kind, (int)words[i].kind);
        ck_assert_uint_eq(ac_ffi_parameter(signature, 0)->size, words[i].size);
        ck_assert_ptr_eq(ac_ffi_result(signature), ac_ffi_parameter(signature, 0));
        ac_ffi_signature_free(signature);
    }
    ac_ffi_signature_free(NULL);
}
END_TEST

struct inner {
    char c;
    short s[3];
};
struct mixed {
    char c;
    double d;
    struct inner inner;
    float f;
};

START_TEST(test_structs_are_laid_out_as_the_compilers)
{
    ac_ffi_signature *signature = read_it("({i8, f64, {i8, [3]i16}, f32}, *{i8, i32}) -> void");
    const ac_ffi_type *type = ac_ffi_parameter(signature, 0);

    ck_assert_int_eq((int)type->kind, AC_FFI_STRUCT);
    ck_assert_uint_eq(type->count, 4);
    ck_assert_uint_eq(type->size, sizeof(struct mixed));
    ck_assert_uint_eq(type->offsets[1], offsetof(struct mixed, d));
    ck_assert_uint_eq(type->offsets[2], offsetof(struct mixed, inner));
    ck_assert_uint_eq(type->offsets[3], offsetof(struct mixed, f));
    ck_assert_uint_eq(type->members[2]->offsets[1], offsetof(struct inner, s));
    ck_assert_uint_eq(type->members[2]->members[1]->count, 3);
    ck_assert_uint_eq(((ffi_type *)type->native)->size, type->size); /* libffi's own layout */
    ck_assert_uint_eq(((ffi_type *)type->native)->alignment, type->alignment);
    ck_assert_uint_eq(ac_ffi_parameter(signature, 1)->of->size, 8);
    ac_ffi_signature_free(signature);
}
END_TEST

START_TEST(test_ways_callbacks_and_dots)
{
    ac_ffi_signature *signature = read_it(
        "(out i32, inout [2]u8, fn(*i32, out f64) -> bool, ..., f64, str) -> str");
    const ac_ffi_signature *callback;

    ck_assert_uint_eq(ac_ffi_count(signature), 5);
    ck_assert_uint_eq(ac_ffi_fixed(signature), 3);
    ck_assert_int_eq((int)ac_ffi_parameter_way(signature, 0), AC_FFI_OUT);
    ck_assert_int_eq((int)ac_ffi_parameter_way(signature, 1), AC_FFI_INOUT);
    ck_assert_int_eq((int)ac_ffi_parameter(signature, 1)->kind, AC_FFI_ARRAY);
    ck_assert_int_eq((int)ac_ffi_parameter_way(signature, 2), AC_FFI_IN);
    callback = ac_ffi_parameter(signature, 2)->function;
    ck_assert_int_eq((int)ac_ffi_parameter(callback, 0)->of->kind, AC_FFI_I32);
    ck_assert_int_eq((int)ac_ffi_parameter_way(callback, 1), AC_FFI_OUT);
    ck_assert_int_eq((int)ac_ffi_result(callback)->kind, AC_FFI_BOOL);
    ck_assert_int_eq((int)ac_ffi_parameter(signature, 4)->kind, AC_FFI_STRING);
    ac_ffi_signature_free(signature);
}
END_TEST

static ac_status read_once(void)
{
    ac_ffi_signature *signature;
    ac_ffi_error error;
    ac_status status = ac_ffi_signature_new("({i8, [2]{f32, *i32}}, fn(ptr) -> void) -> i32", &signature,
                                            &error);

    if (status == AC_E_MEMORY)
        ck_assert_str_eq(error.text, "no memory");
    ac_ffi_signature_free(signature);
    return status;
}

START_TEST(test_each_allocation_may_fail)
{
    ffi_watch_memory();
    ck_assert_int_ge(ffi_try_each_failure(read_once), 15);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_wrong_signature_is_refused_with_its_position,
        test_there_is_an_end_to_parameters_and_members,
        test_words_are_the_types_of_this_machine,
        test_structs_are_laid_out_as_the_compilers,
        test_ways_callbacks_and_dots,
        test_each_allocation_may_fail,
    };

    return KIT_MAIN("ffi_signature", tests);
}
