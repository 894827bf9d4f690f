/* test_ffi.c - libraries, functions and calls at once (src/ffi/function.c). */
#include "ffi_kit.h"

#include <errno.h>
#include <string.h>

/* ---- What is called ---- */

#define SAME(name, type)                                                                                     \
    static type same_##name(type value)                                                                      \
    {                                                                                                        \
        return value;                                                                                        \
    }
SAME(bool, bool)
SAME(i8, int8_t)
SAME(u8, uint8_t)
SAME(i16, int16_t)
SAME(u16, uint16_t)
SAME(i32, int32_t)
SAME(u32, uint32_t)
SAME(i64, int64_t)
SAME(u64, uint64_t)
SAME(f32, float)
SAME(f64, double)

struct big {
    int8_t head;
    int32_t items[3];
    struct {
        double x, y;
    } point;
};
struct small {
    uint16_t count;
    float factor;
};
struct pair {
    int32_t first, second;
};
static int counted;

static struct big double_big(struct big big, struct small small)
{
    big.head = (int8_t)(big.head * 2);
    big.items[2] = big.items[2] * 2 + small.count;
    big.point.y = big.point.y * 2 + (double)small.factor;
    return big;
}

static void add_to(int32_t *number, struct pair *pair)
{
    pair->first = *number;
    *number += 2;
    pair->second = *number;
}

static void count_up(void)
{
    counted++;
}

/* ---- The tests ---- */

static ac_ffi_library *program(void)
{
    ac_ffi_library *library;
    ac_ffi_error error;

    kit_ok(ac_ffi_library_open(NULL, &library, &error));
    return library;
}

static ac_ffi_function *of_program(const char *name, const char *signature)
{
    ac_ffi_library *library = program();
    ac_ffi_function *function;
    ac_ffi_error error = {0};
    ac_status status = ac_ffi_function_new(library, name, signature, &function, &error);

    ck_assert_msg(status == AC_OK, "%s", error.text);
    ac_ffi_library_close(library); /* the function keeps it open */
    return function;
}

START_TEST(test_numbers_of_every_kind_go_there_and_back)
{
    /* Each by an identity of its own, at the ends of its range. */
#define ROUND_TRIP(name, type, low, high)                                                                    \
    do {                                                                                                     \
        ac_ffi_function *function = ffi_of(FFI_CODE(same_##name), "(" #name ") -> " #name);                  \
        const type values[] = {low, high};                                                                   \
        for (int i = 0; i < 2; i++) {                                                                        \
            struct {                                                                                         \
                type value;                                                                                  \
                unsigned char guard;                                                                         \
            } got = {0, 0xa5};                                                                               \
            type in = values[i];                                                                             \
            ck_assert_int_eq(ac_ffi_invoke(function, &got.value, (void *[]){&in}), 0);                       \
            ck_assert(got.value == values[i]);                                                               \
            ck_assert_uint_eq(got.guard, 0xa5);                                                              \
        }                                                                                                    \
        ac_ffi_function_free(function);                                                                      \
    } while (0)
    ROUND_TRIP(bool, bool, false, true);
    ROUND_TRIP(i8, int8_t, INT8_MIN, INT8_MAX);
    ROUND_TRIP(u8, uint8_t, 0, UINT8_MAX);
    ROUND_TRIP(i16, int16_t, INT16_MIN, INT16_MAX);
    ROUND_TRIP(u16, uint16_t, 0, UINT16_MAX);
    ROUND_TRIP(i32, int32_t, INT32_MIN, INT32_MAX);
    ROUND_TRIP(u32, uint32_t, 0, UINT32_MAX);
    ROUND_TRIP(i64, int64_t, INT64_MIN, INT64_MAX);
    ROUND_TRIP(u64, uint64_t, 0, UINT64_MAX);
    ROUND_TRIP(f32, float, -1.5f, 3.25f);
    ROUND_TRIP(f64, double, -1e300, 0.1);
}
END_TEST

START_TEST(test_a_string_and_an_out_parameter)
{
    ac_ffi_function *function = of_program("strtol", "(str, out ptr, int) -> long");
    const char *text = "123x";
    char *end = NULL;
    long number = 0;
    int base = 10;

    ck_assert_int_eq(ac_ffi_invoke(function, &number, (void *[]){&text, &end, &base}), 0);
    ck_assert_int_eq(number, 123);
    ck_assert_str_eq(end, "x");
    ac_ffi_function_free(function);
}
END_TEST

START_TEST(test_errno_is_captured_and_the_callers_is_kept)
{
    ac_ffi_function *function = of_program("chdir", "(str) -> int");
    const char *where = "/no/such/place";
    int result = 0;

    errno = EDOM;
    ck_assert_int_eq(ac_ffi_invoke(function, &result, (void *[]){&where}), ENOENT);
    ck_assert_int_eq(result, -1);
    ck_assert_int_eq(errno, EDOM);
    where = "/";
    ck_assert_int_eq(ac_ffi_invoke(function, &result, (void *[]){&where}), 0);
    ck_assert_int_eq(errno, EDOM);
    ac_ffi_function_free(function);
}
END_TEST

START_TEST(test_a_variadic_function_is_described_for_each_call)
{
    ac_ffi_function *function = of_program("snprintf", "(buffer, size, str, ..., int, f64, str) -> int");
    char text[40];
    void *buffer = text;
    size_t room = sizeof text;
    const char *format = "%d %.2f %s", *word = "three";
    int one = 1, length = 0;
    double two = 2.5;

    (void)ac_ffi_invoke(function, &length, (void *[]){&buffer, &room, &format, &one, &two, &word});
    ck_assert_str_eq(text, "1 2.50 three");
    ck_assert_int_eq(length, 12);
    ac_ffi_function_free(function);
}
END_TEST

START_TEST(test_structs_go_by_value)
{
    ac_ffi_function *function = of_program("div", "(int, int) -> {int, int}");
    struct big big = {1, {2, 3, 4}, {5.0, 6.0}}, doubled;
    struct small small = {7, 1.5f};
    int numerator = 17, denominator = 5;
    div_t divided;

    (void)ac_ffi_invoke(function, &divided, (void *[]){&numerator, &denominator});
    ck_assert_int_eq(divided.quot, 3);
    ck_assert_int_eq(divided.rem, 2);
    ac_ffi_function_free(function);
    function = ffi_of(FFI_CODE(double_big),
                      "({i8, [3]i32, {f64, f64}}, {u16, f32}) -> {i8, [3]i32, {f64, f64}}");
    (void)ac_ffi_invoke(function, &doubled, (void *[]){&big, &small});
    ck_assert_int_eq(doubled.head, 2);
    ck_assert_int_eq(doubled.items[2], 15);
    ck_assert(doubled.point.y == 13.5);
    ac_ffi_function_free(function);
}
END_TEST

START_TEST(test_inout_and_nothing_at_all)
{
    ac_ffi_function *function = ffi_of(FFI_CODE(add_to), "(inout i32, out {i32, i32}) -> void");
    int32_t number = 40;
    struct pair pair = {0, 0};

    (void)ac_ffi_invoke(function, NULL, (void *[]){&number, &pair});
    ck_assert_int_eq(number, 42);
    ck_assert_int_eq(pair.first, 40);
    ck_assert_int_eq(pair.second, 42);
    ac_ffi_function_free(function);
    function = ffi_of(FFI_CODE(count_up), "() -> void");
    (void)ac_ffi_invoke(function, NULL, NULL);
    ck_assert_int_eq(counted, 1);
    ac_ffi_function_free(function);
    function = ffi_of(FFI_CODE(same_u8), "(u8) -> u8"); /* a result that nobody wants */
    (void)ac_ffi_invoke(function, NULL, (void *[]){&(uint8_t){1}});
    ac_ffi_function_free(function);
    ac_ffi_function_free(NULL);
}
END_TEST

START_TEST(test_what_is_not_there_is_refused)
{
    ac_ffi_library *library;
    ac_ffi_function *function;
    ac_ffi_error error;

    ck_assert_int_eq(ac_ffi_library_open("libnowhere.so.1", &library, &error), AC_E_VALUE);
    ck_assert_ptr_null(library);
    ck_assert_ptr_nonnull(strstr(error.text, "libnowhere.so.1"));
    ck_assert_uint_eq(error.position, SIZE_MAX);
    library = program();
    ck_assert_int_eq(ac_ffi_function_new(library, "no_such_function", "() -> void", &function, &error),
                     AC_E_VALUE);
    ck_assert_str_eq(error.text, "the library has no 'no_such_function'");
    ck_assert_int_eq(ac_ffi_function_new(library, "abs", "(int) -> intt", &function, &error), AC_E_VALUE);
    ck_assert_str_eq(error.text, "position 9: there is no type 'intt'");
    ck_assert_ptr_null(function);
    ac_ffi_library_close(library);
    ac_ffi_library_close(NULL);
}
END_TEST

static ac_status open_and_call(void)
{
    ac_ffi_library *library;
    ac_ffi_function *function;
    ac_status status = ac_ffi_library_open(NULL, &library, NULL);
    int five = -5, result = 0;

    if (status != AC_OK)
        return status;
    status = ac_ffi_function_new(library, "abs", "(int) -> int", &function, NULL);
    ac_ffi_library_close(library);
    if (status != AC_OK)
        return status;
    (void)ac_ffi_invoke(function, &result, (void *[]){&five});
    ck_assert_int_eq(result, 5);
    ac_ffi_function_free(function);
    return AC_OK;
}

START_TEST(test_each_allocation_may_fail)
{
    ffi_watch_memory();
    ck_assert_int_ge(ffi_try_each_failure(open_and_call), 5);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_numbers_of_every_kind_go_there_and_back,
        test_a_string_and_an_out_parameter,
        test_errno_is_captured_and_the_callers_is_kept,
        test_a_variadic_function_is_described_for_each_call,
        test_structs_go_by_value,
        test_inout_and_nothing_at_all,
        test_what_is_not_there_is_refused,
        test_each_allocation_may_fail,
    };

    return KIT_MAIN("ffi", tests);
}
