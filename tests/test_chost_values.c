/* test_chost_values.c - values, their reprs, and exceptions of the C host (values.c, repr.c,
 * exceptions.c). */
#include "chost_kit.h"

#include <aiocore/trace.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ac_value str(const char *text)
{
    return ac_c_str(kit.loop, text);
}

static ac_value error(const ac_c_class *kind, const char *text)
{
    return ac_c_error(kit.loop, kind, text);
}

static void drop(ac_value value)
{
    ac_drop(kit.loop, value);
}

static bool same(ac_ref value, ac_value owned)
{
    return value.bits == owned.bits;
}

static size_t live(void)
{
    return ac_c_loop_live(kit.loop);
}

/* ---- Integers ---- */

static int64_t through(int64_t number)
{
    ac_value value = ac_c_int(number);
    ck_assert_int_eq(ac_c_kind_of(ac_lend(value)), AC_C_INT);
    return ac_c_as_int(ac_lend(value));
}

START_TEST(test_integers_of_61_bits_come_back_as_they_were)
{
    const int64_t limit = INT64_C(1) << 60;
    const int64_t numbers[] = {0,         1,         -1,     7,         -8,       INT32_MAX,
                               INT32_MIN, limit - 1, -limit, limit / 2, 1 - limit};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        ck_assert_int_eq(through(numbers[i]), numbers[i]);
}
END_TEST

START_TEST(test_of_larger_integers_the_upper_bits_are_cut_off)
{
    const int64_t limit = INT64_C(1) << 60;
    ck_assert_int_eq(through(limit), -limit);
    ck_assert_int_eq(through(-limit - 1), limit - 1);
    ck_assert_int_eq(through(INT64_MAX), -1);
    ck_assert_int_eq(through(INT64_MIN), 0);
}
END_TEST

START_TEST(test_integers_are_not_counted)
{
    ac_value number = ac_c_int(7);
    ck_assert_uint_eq(live(), 0);
    ck_assert(same(ac_lend(ac_dup(kit.loop, ac_lend(number))), number));
    drop(number);
    drop(number);
}
END_TEST

/* ---- Kinds ---- */

START_TEST(test_every_value_knows_its_kind)
{
    ac_ref none = ac_none_ref();
    ac_value values[] = {
        ac_none(),
        ac_c_int(0),
        str(""),
        error(&ac_c_ValueError, "x"),
        ac_c_list(kit.loop, &none, 1),
        ac_c_copy_context(kit.loop),
        ac_c_pointer(kit.loop, NULL, NULL),
    };
    ck_assert_uint_eq(live(), 6);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        ck_assert_uint_eq(ac_c_kind_of(ac_lend(values[i])), i);
        drop(values[i]);
    }
}
END_TEST

START_TEST(test_readers_of_one_kind_give_nothing_for_another)
{
    ac_value text = str("text"), list = ac_c_list(kit.loop, NULL, 0);
    const ac_ref others[] = {ac_none_ref(), ac_lend(ac_c_int(5)), ac_lend(text), ac_lend(list)};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ck_assert_int_eq(ac_c_as_int(others[i]), i == 1 ? 5 : 0);
        ck_assert_str_eq(ac_c_as_str(others[i]), i == 2 ? "text" : "");
        ck_assert_uint_eq(ac_c_list_size(others[i]), 0);
        ck_assert(ac_is_none(ac_c_list_item(others[i], 0)));
        ck_assert_ptr_null(ac_c_as_pointer(others[i]));
        ck_assert(ac_is_none(ac_c_argument(others[i])));
        ck_assert_uint_eq(ac_c_member_count(others[i]), 0);
        ck_assert(ac_is_none(ac_c_member(others[i], 0)));
        ck_assert(ac_is_none(ac_c_cause(others[i])));
        ck_assert(ac_is_none(ac_c_context_of(others[i])));
        ac_c_set_cause(kit.loop, others[i], ac_lend(text));
        ac_c_set_context_of(kit.loop, others[i], ac_lend(text));
    }
    drop(text);
    drop(list);
}
END_TEST

/* ---- Strings ---- */

START_TEST(test_a_string_is_a_copy)
{
    char text[] = "first";
    ac_value copy = str(text);
    memcpy(text, "other", sizeof text);
    ck_assert_str_eq(ac_c_as_str(ac_lend(copy)), "first");
    drop(copy);
}
END_TEST

START_TEST(test_strings_of_every_length_are_whole)
{
    static char text[5001];
    for (size_t length = 0; length < sizeof text; length += length < 600 ? 1 : 1100) {
        memset(text, 'a', length);
        text[length] = '\0';
        ac_value copy = str(text);
        ck_assert_str_eq(ac_c_as_str(ac_lend(copy)), text);
        drop(copy);
    }
}
END_TEST

START_TEST(test_strf_formats_like_printf)
{
    ac_value text = ac_c_strf(kit.loop, "%s is %d, %.2f%%", "it", -3, 0.5);
    ck_assert_str_eq(ac_c_as_str(ac_lend(text)), "it is -3, 0.50%");
    drop(text);
    text = ac_c_strf(kit.loop, "%3000d", 1);
    ck_assert_uint_eq(strlen(ac_c_as_str(ac_lend(text))), 3000);
    drop(text);
    text = ac_c_strf(kit.loop, "%s", "");
    ck_assert_str_eq(kit_repr_of(text), "''");
}
END_TEST

/* ---- Lists ---- */

START_TEST(test_a_list_holds_references_of_its_own)
{
    ac_value text = str("a");
    const ac_ref items[] = {ac_lend(text), ac_lend(ac_c_int(2)), ac_none_ref()};
    ac_value list = ac_c_list(kit.loop, items, 3);
    drop(text);
    ck_assert_uint_eq(live(), 2);
    ck_assert_uint_eq(ac_c_list_size(ac_lend(list)), 3);
    ck_assert_str_eq(ac_c_as_str(ac_c_list_item(ac_lend(list), 0)), "a");
    ck_assert_int_eq(ac_c_as_int(ac_c_list_item(ac_lend(list), 1)), 2);
    ck_assert(ac_is_none(ac_c_list_item(ac_lend(list), 2)));
    ck_assert(ac_is_none(ac_c_list_item(ac_lend(list), 3)));
    ck_assert(ac_is_none(ac_c_list_item(ac_lend(list), SIZE_MAX)));
    drop(list);
}
END_TEST

START_TEST(test_a_list_may_be_empty)
{
    ac_value list = ac_c_list(kit.loop, NULL, 0);
    ck_assert_int_eq(ac_c_kind_of(ac_lend(list)), AC_C_LIST);
    ck_assert_uint_eq(ac_c_list_size(ac_lend(list)), 0);
    drop(list);
}
END_TEST

START_TEST(test_a_list_or_group_that_is_too_large_is_none)
{
    ac_ref item = ac_none_ref(); /* not looked at: there is no such memory */
    ck_assert(ac_is_none(ac_lend(ac_c_list(kit.loop, &item, SIZE_MAX / 8))));
    ck_assert(ac_is_none(ac_lend(ac_c_list(kit.loop, &item, UINT32_MAX / 8))));
    ck_assert_uint_eq(live(), 0);
}
END_TEST

/* ---- Pointers ---- */

static unsigned freed;

static void count_free(void *pointer)
{
    freed++;
    free(pointer);
}

START_TEST(test_a_pointer_is_freed_with_its_last_reference)
{
    void *memory = malloc(8);
    ac_value pointer = ac_c_pointer(kit.loop, memory, count_free);
    ac_value again = ac_dup(kit.loop, ac_lend(pointer));
    freed = 0;
    ck_assert_ptr_eq(ac_c_as_pointer(ac_lend(again)), memory);
    drop(pointer);
    ck_assert_uint_eq(freed, 0);
    drop(again);
    ck_assert_uint_eq(freed, 1);
}
END_TEST

START_TEST(test_pointers_are_freed_in_any_order)
{
    ac_value pointers[3];
    freed = 0;
    for (int i = 0; i < 3; i++)
        pointers[i] = ac_c_pointer(kit.loop, malloc(1), count_free);
    drop(pointers[1]);
    drop(pointers[2]);
    drop(pointers[0]);
    ck_assert_uint_eq(freed, 3);
}
END_TEST

START_TEST(test_a_pointer_without_a_function_is_left_alone)
{
    int mine = 1;
    ac_value pointer = ac_c_pointer(kit.loop, &mine, NULL);
    ck_assert_ptr_eq(ac_c_as_pointer(ac_lend(pointer)), &mine);
    drop(pointer);
    ck_assert_int_eq(mine, 1);
}
END_TEST

START_TEST(test_pointers_that_are_left_are_freed_with_the_loop)
{
    int mine = 1;
    freed = 0;
    ac_c_pointer(kit.loop, malloc(8), count_free);
    ac_c_pointer(kit.loop, malloc(8), count_free);
    ac_c_pointer(kit.loop, &mine, NULL);
    ck_assert_uint_eq(kit_free_loop(), 3);
    ck_assert_uint_eq(freed, 2);
}
END_TEST

static void drop_held(void *pointer)
{
    ac_value *held = pointer;
    freed++;
    drop(ac_take(held));
}

START_TEST(test_the_function_of_a_pointer_may_drop_another_value)
{
    ac_value inner = ac_c_pointer(kit.loop, malloc(8), count_free);
    freed = 0;
    drop(ac_c_pointer(kit.loop, &inner, drop_held));
    ck_assert_uint_eq(freed, 2);
}
END_TEST

/* ---- Counting ---- */

START_TEST(test_a_long_chain_is_dropped_without_recursion)
{
    ac_value chain = ac_none();
    for (int i = 0; i < 300000; i++) {
        ac_ref item = ac_lend(chain);
        ac_value next = ac_c_list(kit.loop, &item, 1);
        drop(chain);
        chain = next;
    }
    ck_assert_uint_eq(live(), 300000);
    drop(chain);
    ck_assert_uint_eq(live(), 0);
}
END_TEST

START_TEST(test_a_value_that_a_list_holds_twice_is_dropped_twice)
{
    ac_value text = str("x");
    const ac_ref items[] = {ac_lend(text), ac_lend(text)};
    ac_value list = ac_c_list(kit.loop, items, 2);
    drop(text);
    drop(list);
    ck_assert_uint_eq(live(), 0);
}
END_TEST

/* ---- repr ---- */

START_TEST(test_repr_of_strings_as_python_prints_them)
{
    static const struct {
        const char *text, *repr;
    } rows[] = {
        {"", "''"},
        {"text", "'text'"},
        {"it's", "\"it's\""},
        {"say \"x\"", "'say \"x\"'"},
        {"it's \"x\"", "'it\\'s \"x\"'"},
        {"a\\b", "'a\\\\b'"},
        {"\n\r\t", "'\\n\\r\\t'"},
        {"\x01\x1f\x7f\x1b[0m", "'\\x01\\x1f\\x7f\\x1b[0m'"},
        {"\a\b\f\v", "'\\x07\\x08\\x0c\\x0b'"},
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac", "'gr\xc3\xbc\xc3\x9f \xe2\x82\xac'"},
        {"%T %d", "'%T %d'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(kit_repr_of(str(rows[i].text)), rows[i].repr);
}
END_TEST

/* Only strf can make such a string. */
START_TEST(test_repr_of_a_string_goes_on_behind_a_zero_byte)
{
    ck_assert_str_eq(kit_repr_of(ac_c_strf(kit.loop, "a%cb", 0)), "'a\\x00b'");
    ck_assert_str_eq(kit_repr_of(ac_c_strf(kit.loop, "%c'", 0)), "\"\\x00'\"");
    ck_assert_str_eq(kit_repr_of(ac_c_strf(kit.loop, "'%c\"", 0)), "'\\'\\x00\"'");
}
END_TEST

START_TEST(test_repr_of_numbers_and_none)
{
    ck_assert_str_eq(kit_repr(ac_none_ref()), "None");
    ck_assert_str_eq(kit_repr_of(ac_c_int(-7)), "-7");
    ck_assert_str_eq(kit_repr_of(ac_c_int(-(INT64_C(1) << 60))), "-1152921504606846976");
    ck_assert_str_eq(kit_repr_of(ac_c_int((INT64_C(1) << 60) - 1)), "1152921504606846975");
}
END_TEST

START_TEST(test_repr_of_lists_and_of_what_python_does_not_have)
{
    ac_value text = str("x"), pointer = ac_c_pointer(kit.loop, &text, NULL),
             context = ac_c_copy_context(kit.loop);
    const ac_ref items[] = {ac_lend(ac_c_int(1)), ac_lend(text), ac_none_ref()};
    ac_value list = ac_c_list(kit.loop, items, 3);
    const ac_ref outer[] = {ac_lend(list), ac_lend(list)};
    ck_assert_str_eq(kit_repr_of(ac_c_list(kit.loop, outer, 2)), "[[1, 'x', None], [1, 'x', None]]");
    ck_assert_str_eq(kit_repr_of(ac_c_list(kit.loop, NULL, 0)), "[]");
    ck_assert_str_eq(kit_repr(ac_lend(pointer)), "<pointer>");
    ck_assert_str_eq(kit_repr(ac_lend(context)), "<Context>");
    drop(list);
    drop(text);
    drop(pointer);
    drop(context);
}
END_TEST

START_TEST(test_repr_of_exceptions_as_python_prints_them)
{
    ac_value members[3] = {error(&ac_c_ValueError, "x"),
                           ac_c_exception(kit.loop, &ac_c_TypeError, ac_none_ref()),
                           ac_c_exception(kit.loop, &ac_c_CancelledError, ac_lend(ac_c_int(7)))};
    const ac_ref refs[] = {ac_lend(members[0]), ac_lend(members[1]), ac_lend(members[2]), ac_none_ref()};
    ac_value inner = ac_c_group(kit.loop, "in", refs + 3, 1);
    const ac_ref outer[] = {ac_lend(inner), ac_lend(members[0])};
    ck_assert_str_eq(kit_repr(refs[0]), "ValueError('x')");
    ck_assert_str_eq(kit_repr(refs[1]), "TypeError()");
    ck_assert_str_eq(kit_repr(refs[2]), "CancelledError(7)");
    ck_assert_str_eq(kit_repr_of(ac_c_group(kit.loop, "m", refs, 2)),
                     "ExceptionGroup('m', [ValueError('x'), TypeError()])");
    ck_assert_str_eq(kit_repr_of(ac_c_group(kit.loop, "m", refs, 3)),
                     "BaseExceptionGroup('m', [ValueError('x'), TypeError(), CancelledError(7)])");
    ck_assert_str_eq(kit_repr_of(ac_c_group(kit.loop, "it's", outer, 2)),
                     "ExceptionGroup(\"it's\", [ExceptionGroup('in', [MemoryError()]), ValueError('x')])");
    drop(inner);
    for (int i = 0; i < 3; i++)
        drop(members[i]);
}
END_TEST

START_TEST(test_repr_writes_like_snprintf)
{
    char buffer[8];
    ac_value text = str("seven");
    for (size_t size = 0; size <= sizeof buffer; size++) {
        size_t shown = size == 0 ? 0 : size - 1 < 7 ? size - 1 : 7;
        memset(buffer, '#', sizeof buffer);
        ck_assert_uint_eq(ac_c_repr(ac_lend(text), buffer, size), 7);
        ck_assert_mem_eq(buffer, "'seven'", shown);
        for (size_t i = shown; i < sizeof buffer; i++)
            ck_assert_int_eq(buffer[i], i == shown && size > 0 ? '\0' : '#');
    }
    ck_assert_uint_eq(ac_c_repr(ac_lend(text), NULL, 0), 7);
    drop(text);
}
END_TEST

START_TEST(test_repr_shows_what_is_nested_too_deeply_as_dots)
{
    ac_value list = ac_c_int(1);
    for (int i = 0; i < 150; i++) {
        ac_ref item = ac_lend(list);
        ac_value outer = ac_c_list(kit.loop, &item, 1);
        drop(list);
        list = outer;
    }
    const char *text = kit_repr_of(list);
    ck_assert_uint_eq(strspn(text, "["), 101);
    ck_assert_int_eq(strncmp(text + 101, "...]", 4), 0);
    ck_assert_uint_eq(strlen(text), 101 + 3 + 101);
}
END_TEST

START_TEST(test_repr_of_an_exception_about_an_exception)
{
    ac_value inner = error(&ac_c_ValueError, "x");
    ac_value outer = ac_c_exception(kit.loop, &ac_c_ValueError, ac_lend(inner));
    ck_assert_str_eq(kit_repr(ac_lend(outer)), "ValueError(ValueError('x'))");
    drop(outer);
    drop(inner);
}
END_TEST

/* ---- Classes ---- */

static const ac_c_class *const classes[] = {
    &ac_c_BaseException,     &ac_c_Exception,     &ac_c_CancelledError,     &ac_c_SystemExit,
    &ac_c_KeyboardInterrupt, &ac_c_GeneratorExit, &ac_c_StopIteration,      &ac_c_RuntimeError,
    &ac_c_RecursionError,    &ac_c_TypeError,     &ac_c_InvalidStateError,  &ac_c_ValueError,
    &ac_c_TimeoutError,      &ac_c_MemoryError,   &ac_c_BaseExceptionGroup, &ac_c_ExceptionGroup,
};
enum { CLASSES = sizeof classes / sizeof classes[0] };

/* The bases of a class, in the order of the table: "BaseException Exception". */
static const char *bases(const ac_c_class *kind)
{
    static char text[256];
    ac_value exception = ac_c_exception(kit.loop, kind, ac_none_ref());
    text[0] = '\0';
    for (int i = 0; i < CLASSES; i++)
        if (classes[i] != kind && ac_c_isinstance(ac_lend(exception), classes[i]))
            snprintf(text + strlen(text), sizeof text - strlen(text), " %s", classes[i]->name);
    ck_assert(ac_c_isinstance(ac_lend(exception), kind));
    ck_assert_ptr_eq(ac_c_class_of(ac_lend(exception)), kind);
    drop(exception);
    return text;
}

START_TEST(test_classes_have_pythons_bases)
{
    ck_assert_str_eq(bases(&ac_c_BaseException), "");
    ck_assert_str_eq(bases(&ac_c_Exception), " BaseException");
    ck_assert_str_eq(bases(&ac_c_CancelledError), " BaseException");
    ck_assert_str_eq(bases(&ac_c_SystemExit), " BaseException");
    ck_assert_str_eq(bases(&ac_c_KeyboardInterrupt), " BaseException");
    ck_assert_str_eq(bases(&ac_c_GeneratorExit), " BaseException");
    ck_assert_str_eq(bases(&ac_c_StopIteration), " BaseException Exception");
    ck_assert_str_eq(bases(&ac_c_RuntimeError), " BaseException Exception");
    ck_assert_str_eq(bases(&ac_c_RecursionError), " BaseException Exception RuntimeError");
    ck_assert_str_eq(bases(&ac_c_InvalidStateError), " BaseException Exception");
    ck_assert_str_eq(bases(&ac_c_TypeError), " BaseException Exception");
    ck_assert_str_eq(bases(&ac_c_ValueError), " BaseException Exception");
    ck_assert_str_eq(bases(&ac_c_TimeoutError), " BaseException Exception");
    ck_assert_str_eq(bases(&ac_c_MemoryError), " BaseException Exception");
    ck_assert_str_eq(bases(&ac_c_BaseExceptionGroup), " BaseException");
    ck_assert_str_eq(bases(&ac_c_ExceptionGroup), " BaseException Exception BaseExceptionGroup");
}
END_TEST

static const ac_c_class my_error = {"MyError", &ac_c_ValueError}, mine = {"Mine", &my_error},
                        my_cancelled = {"MyCancelledError", &ac_c_CancelledError},
                        my_stop = {"MyStop", &ac_c_StopIteration}, my_exit = {"MyExit", &ac_c_SystemExit},
                        my_group = {"MyGroup", &ac_c_ExceptionGroup};

START_TEST(test_a_program_has_classes_of_its_own)
{
    ac_value exception = error(&mine, "x");
    ck_assert_str_eq(bases(&mine), " BaseException Exception ValueError");
    ck_assert(ac_c_isinstance(ac_lend(exception), &my_error));
    ck_assert(!ac_c_isinstance(ac_lend(exception), &my_stop));
    ck_assert_str_eq(kit_repr_of(exception), "Mine('x')");
    ck_assert_str_eq(bases(&my_group), " BaseException Exception BaseExceptionGroup ExceptionGroup");
}
END_TEST

START_TEST(test_none_is_a_memory_error_and_other_values_are_no_exceptions)
{
    ck_assert_ptr_eq(ac_c_class_of(ac_none_ref()), &ac_c_MemoryError);
    ck_assert(ac_c_isinstance(ac_none_ref(), &ac_c_MemoryError));
    ck_assert(ac_c_isinstance(ac_none_ref(), &ac_c_Exception));
    ck_assert(!ac_c_isinstance(ac_none_ref(), &ac_c_ValueError));
    ck_assert_ptr_null(ac_c_class_of(ac_lend(ac_c_int(1))));
    ck_assert(!ac_c_isinstance(ac_lend(ac_c_int(1)), &ac_c_BaseException));
    ck_assert(!ac_c_isinstance(ac_lend(ac_c_int(1)), &ac_c_BaseExceptionGroup));
}
END_TEST

static unsigned classify(const ac_c_class *kind)
{
    ac_value exception = ac_c_exception(kit.loop, kind, ac_none_ref());
    unsigned bits = ac_c_host()->classify(kit.loop, ac_lend(exception));
    drop(exception);
    return bits;
}

START_TEST(test_the_core_is_told_what_an_exception_is)
{
    ck_assert_uint_eq(classify(&ac_c_CancelledError), AC_IS_CANCELLED | AC_IS_CANCELLED_EXACT);
    ck_assert_uint_eq(classify(&my_cancelled), AC_IS_CANCELLED);
    ck_assert_uint_eq(classify(&ac_c_StopIteration), AC_IS_STOP | AC_IS_STOP_EXACT);
    ck_assert_uint_eq(classify(&my_stop), AC_IS_STOP);
    ck_assert_uint_eq(classify(&ac_c_SystemExit), AC_IS_EXIT);
    ck_assert_uint_eq(classify(&ac_c_KeyboardInterrupt), AC_IS_EXIT);
    ck_assert_uint_eq(classify(&my_exit), AC_IS_EXIT);
    ck_assert_uint_eq(classify(&ac_c_GeneratorExit), AC_IS_GENEXIT);
    ck_assert_uint_eq(classify(&ac_c_OSError), AC_IS_OS);
    ck_assert_uint_eq(classify(&ac_c_BrokenPipeError), AC_IS_OS | AC_IS_HANGUP);
    ck_assert_uint_eq(classify(&ac_c_ConnectionResetError), AC_IS_OS | AC_IS_HANGUP);
    ck_assert_uint_eq(classify(&ac_c_ConnectionRefusedError), AC_IS_OS);
    ck_assert_uint_eq(classify(&ac_c_ValueError), 0);
    ck_assert_uint_eq(classify(&ac_c_BaseException), 0);
    ck_assert_uint_eq(classify(&my_group), 0);
}
END_TEST

/* ---- Exceptions ---- */

START_TEST(test_an_exception_holds_its_argument)
{
    ac_value text = str("x");
    ac_value exception = ac_c_exception(kit.loop, &ac_c_ValueError, ac_lend(text));
    drop(text);
    ck_assert_str_eq(ac_c_as_str(ac_c_argument(ac_lend(exception))), "x");
    drop(exception);
    exception = ac_c_exception(kit.loop, &ac_c_ValueError, ac_none_ref());
    ck_assert(ac_is_none(ac_c_argument(ac_lend(exception))));
    drop(exception);
}
END_TEST

START_TEST(test_a_group_holds_its_members_and_its_text)
{
    ac_value members[2] = {error(&ac_c_ValueError, "a"), error(&ac_c_TypeError, "b")};
    const ac_ref refs[] = {ac_lend(members[0]), ac_lend(members[1])};
    ac_value group = ac_c_group(kit.loop, "text", refs, 2);
    drop(members[0]);
    drop(members[1]);
    ck_assert_uint_eq(ac_c_member_count(ac_lend(group)), 2);
    ck_assert(same(ac_c_member(ac_lend(group), 0), members[0]));
    ck_assert(same(ac_c_member(ac_lend(group), 1), members[1]));
    ck_assert(ac_is_none(ac_c_member(ac_lend(group), 2)));
    ck_assert_str_eq(ac_c_as_str(ac_c_argument(ac_lend(group))), "text");
    drop(group);
}
END_TEST

START_TEST(test_a_group_is_an_exception_group_if_all_members_are_exceptions)
{
    ac_value plain = error(&ac_c_ValueError, "a"), base = error(&ac_c_KeyboardInterrupt, "b");
    ac_value all = ac_none(), some = ac_none(), nested = ac_none();
    const ac_ref refs[] = {ac_lend(plain), ac_none_ref(), ac_lend(base)};
    all = ac_c_group(kit.loop, "", refs, 2);
    some = ac_c_group(kit.loop, "", refs, 3);
    const ac_ref groups[] = {ac_lend(all), ac_lend(some)};
    ck_assert_ptr_eq(ac_c_class_of(ac_lend(all)), &ac_c_ExceptionGroup);
    ck_assert_ptr_eq(ac_c_class_of(ac_lend(some)), &ac_c_BaseExceptionGroup);
    nested = ac_c_group(kit.loop, "", groups, 1);
    ck_assert_ptr_eq(ac_c_class_of(ac_lend(nested)), &ac_c_ExceptionGroup);
    drop(nested);
    nested = ac_c_group(kit.loop, "", groups, 2);
    ck_assert_ptr_eq(ac_c_class_of(ac_lend(nested)), &ac_c_BaseExceptionGroup);
    drop(nested);
    drop(all);
    drop(some);
    drop(plain);
    drop(base);
}
END_TEST

START_TEST(test_throw_ends_a_body)
{
    ac_out out;
    ck_assert_int_eq(ac_c_throw(kit.loop, &out, &ac_c_ValueError, "x"), AC_RAISED);
    ck_assert_str_eq(kit_repr_of(out.value), "ValueError('x')");
}
END_TEST

/* ---- Causes and contexts ---- */

static ac_value first, second, third;

static void three_exceptions(void)
{
    first = error(&ac_c_ValueError, "first");
    second = error(&ac_c_ValueError, "second");
    third = error(&ac_c_ValueError, "third");
}

static void drop_three(void)
{
    drop(first);
    drop(second);
    drop(third);
}

START_TEST(test_an_exception_has_no_cause_and_no_context_at_first)
{
    three_exceptions();
    ck_assert(ac_is_none(ac_c_cause(ac_lend(first))));
    ck_assert(ac_is_none(ac_c_context_of(ac_lend(first))));
    drop_three();
}
END_TEST

START_TEST(test_a_cause_is_the_context_too)
{
    three_exceptions();
    ac_c_set_cause(kit.loop, ac_lend(first), ac_lend(second));
    ck_assert(same(ac_c_cause(ac_lend(first)), second));
    ck_assert(same(ac_c_context_of(ac_lend(first)), second));
    ac_c_set_context_of(kit.loop, ac_lend(first), ac_lend(third));
    ck_assert(same(ac_c_cause(ac_lend(first)), second));
    ck_assert(same(ac_c_context_of(ac_lend(first)), third));
    ac_c_set_cause(kit.loop, ac_lend(first), ac_none_ref());
    ck_assert(ac_is_none(ac_c_cause(ac_lend(first))));
    ck_assert(ac_is_none(ac_c_context_of(ac_lend(first))));
    drop_three();
}
END_TEST

START_TEST(test_an_exception_keeps_its_cause_and_context_alive)
{
    three_exceptions();
    ac_c_set_cause(kit.loop, ac_lend(first), ac_lend(second));
    ac_c_set_context_of(kit.loop, ac_lend(first), ac_lend(third));
    drop(second);
    drop(third);
    ck_assert_str_eq(kit_repr(ac_c_cause(ac_lend(first))), "ValueError('second')");
    ck_assert_str_eq(kit_repr(ac_c_context_of(ac_lend(first))), "ValueError('third')");
    drop(first);
    ck_assert_uint_eq(live(), 0);
}
END_TEST

START_TEST(test_an_exception_is_not_its_own_context_or_cause)
{
    three_exceptions();
    ac_c_set_context_of(kit.loop, ac_lend(first), ac_lend(first));
    ac_c_set_cause(kit.loop, ac_lend(first), ac_lend(first));
    ck_assert(ac_is_none(ac_c_context_of(ac_lend(first))));
    ck_assert(ac_is_none(ac_c_cause(ac_lend(first))));
    drop_three();
}
END_TEST

START_TEST(test_a_ring_of_contexts_is_cut)
{
    three_exceptions();
    ac_c_set_context_of(kit.loop, ac_lend(first), ac_lend(second));
    ac_c_set_context_of(kit.loop, ac_lend(second), ac_lend(third));
    ac_c_set_context_of(kit.loop, ac_lend(third), ac_lend(first));
    ck_assert(same(ac_c_context_of(ac_lend(third)), first));
    ck_assert(same(ac_c_context_of(ac_lend(first)), second));
    ck_assert(ac_is_none(ac_c_context_of(ac_lend(second))));
    drop_three();
    ck_assert_uint_eq(live(), 0);
}
END_TEST

START_TEST(test_setting_the_same_context_again_changes_nothing)
{
    three_exceptions();
    for (int i = 0; i < 2; i++) {
        ac_c_set_context_of(kit.loop, ac_lend(first), ac_lend(second));
        ac_c_set_cause(kit.loop, ac_lend(first), ac_lend(second));
    }
    drop(second);
    ac_c_set_cause(kit.loop, ac_lend(first), ac_c_cause(ac_lend(first)));
    ck_assert_str_eq(kit_repr(ac_c_cause(ac_lend(first))), "ValueError('second')");
    drop(first);
    drop(third);
}
END_TEST

/* second is held by first alone: cutting the ring would take its last reference away in the midst of the
 * work. */
START_TEST(test_a_ring_is_cut_where_the_exception_is_held_by_the_link)
{
    three_exceptions();
    ac_c_set_context_of(kit.loop, ac_lend(first), ac_lend(second));
    drop(second);
    ac_c_set_context_of(kit.loop, ac_c_context_of(ac_lend(first)), ac_lend(first));
    ck_assert(ac_is_none(ac_c_context_of(ac_lend(first))));
    ck_assert_uint_eq(live(), 4);
    drop(first);
    drop(third);
}
END_TEST

START_TEST(test_a_long_chain_of_contexts_is_dropped_without_recursion)
{
    ac_value chain = ac_none();
    for (int i = 0; i < 100000; i++) {
        ac_error next = {.kind = AC_X_RUNTIME, .text = "link", .context = ac_lend(chain)};
        ac_value exception = ac_c_host()->error(kit.loop, &next);
        drop(chain);
        chain = exception;
    }
    ck_assert_uint_eq(live(), 200000);
    drop(chain);
    ck_assert_uint_eq(live(), 0);
}
END_TEST

/* ---- The exceptions of the core ---- */

START_TEST(test_the_cores_exceptions_have_the_class_of_their_kind)
{
    static const char *const reprs[] = {
        [AC_X_CANCELLED] = "CancelledError()",
        [AC_X_STATE] = "InvalidStateError('words')",
        [AC_X_RUNTIME] = "RuntimeError('words')",
        [AC_X_TYPE] = "TypeError('words')",
        [AC_X_VALUE] = "ValueError('words')",
        [AC_X_RECURSION] = "RecursionError('words')",
        [AC_X_ATTRIBUTE] = "AttributeError('words')",
        [AC_X_TIMEOUT] = "TimeoutError('words')",
        [AC_X_INTERRUPT] = "KeyboardInterrupt('words')",
        [AC_X_STOP_ASYNC] = "StopAsyncIteration('words')",
        [AC_X_QUEUE_EMPTY] = "QueueEmpty('words')",
        [AC_X_QUEUE_FULL] = "QueueFull('words')",
        [AC_X_QUEUE_SHUTDOWN] = "QueueShutDown('words')",
        [AC_X_BROKEN_BARRIER] = "BrokenBarrierError('words')",
        [AC_X_ASSERTION] = "AssertionError('words')",
        [AC_X_NAME] = "NameError('words')",
    };
    for (int kind = 0; kind < AC_X_GROUP; kind++) {
        ac_error what = {.kind = (ac_xkind)kind, .text = "words"};
        ck_assert_str_eq(kit_repr_of(ac_c_host()->error(kit.loop, &what)), reprs[kind]);
    }
    ac_error empty = {.kind = AC_X_CANCELLED_EMPTY, .text = ""};
    ck_assert_str_eq(kit_repr_of(ac_c_host()->error(kit.loop, &empty)), "CancelledError('')");
    ac_error message = {.kind = AC_X_CANCELLED, .value = ac_lend(ac_c_int(7))};
    ck_assert_str_eq(kit_repr_of(ac_c_host()->error(kit.loop, &message)), "CancelledError(7)");
}
END_TEST

START_TEST(test_the_cores_groups_are_chosen_by_their_members)
{
    ac_value plain = error(&ac_c_ValueError, "a"), base = error(&ac_c_SystemExit, "b");
    const ac_ref items[] = {ac_lend(plain), ac_lend(base)};
    ac_error group = {.kind = AC_X_GROUP, .text = "words", .items = items, .item_count = 1};
    ck_assert_str_eq(kit_repr_of(ac_c_host()->error(kit.loop, &group)),
                     "ExceptionGroup('words', [ValueError('a')])");
    group.item_count = 2;
    ck_assert_str_eq(kit_repr_of(ac_c_host()->error(kit.loop, &group)),
                     "BaseExceptionGroup('words', [ValueError('a'), SystemExit('b')])");
    group.kind = AC_X_EXCEPTION_GROUP;
    ck_assert_str_eq(kit_repr_of(ac_c_host()->error(kit.loop, &group)),
                     "TypeError('Cannot nest BaseExceptions in an ExceptionGroup')");
    group.item_count = 1;
    ck_assert_str_eq(kit_repr_of(ac_c_host()->error(kit.loop, &group)),
                     "ExceptionGroup('words', [ValueError('a')])");
    drop(plain);
    drop(base);
}
END_TEST

START_TEST(test_the_cores_exceptions_have_cause_and_context)
{
    three_exceptions();
    ac_error what = {.kind = AC_X_RUNTIME, .text = "x", .cause = ac_lend(first)};
    ac_value made = ac_c_host()->error(kit.loop, &what);
    ck_assert(same(ac_c_cause(ac_lend(made)), first));
    ck_assert(same(ac_c_context_of(ac_lend(made)), first));
    drop(made);
    what.context = ac_lend(second);
    made = ac_c_host()->error(kit.loop, &what);
    ck_assert(same(ac_c_cause(ac_lend(made)), first));
    ck_assert(same(ac_c_context_of(ac_lend(made)), second));
    drop(made);
    drop_three();
}
END_TEST

static const char *worded(const char *text, ac_task *task, ac_future *future, ac_group *group)
{
    ac_error what = {.kind = AC_X_RUNTIME, .text = text, .task = task, .parent = task};
    what.future = future;
    what.group = group;
    what.value = ac_lend(ac_c_int(5));
    ac_value made = ac_c_host()->error(kit.loop, &what);
    static char words[512];
    snprintf(words, sizeof words, "%s", ac_c_as_str(ac_c_argument(ac_lend(made))));
    drop(made);
    return words;
}

START_TEST(test_placeholders_stand_for_reprs)
{
    worker *task = kit_worker("w");
    ac_future *future = ac_c_future_new(kit.loop);
    ac_group group;
    ac_group_init(&group, kit.loop);
    kit_ok(ac_c_create_task(kit.loop, &task->head, AC_EAGER_NO));
    ck_assert_str_eq(worded("%T, %P!", &task->head.task, NULL, NULL),
                     "<Task pending name='Task-1'>, <Task pending name='Task-1'>!");
    ck_assert_str_eq(worded("%T %P %F", NULL, NULL, NULL), "None None None");
    ck_assert_str_eq(worded("%F", NULL, future, NULL), "<Future pending>");
    ck_assert_str_eq(worded("%F", NULL, &task->head.task.future, NULL), "<Task pending name='Task-1'>");
    ck_assert_str_eq(worded("%G", NULL, NULL, &group), "<TaskGroup>");
    ck_assert_str_eq(worded("%L", NULL, NULL, NULL), "<Loop running=False closed=False>");
    ck_assert_str_eq(worded("is %V.", NULL, NULL, NULL), "is 5.");
    ck_assert_str_eq(worded("100%% of %d %", NULL, NULL, NULL), "100%% of %d %");
    kit_ok(ac_future_set_result(future, ac_none()));
    ck_assert_str_eq(worded("%F", NULL, future, NULL), "<Future finished>");
    kit_ok(ac_task_cancel(&task->head.task, ac_none_ref(), NULL));
    ck_assert_str_eq(worded("%T", &task->head.task, NULL, NULL), "<Task cancelling name='Task-1'>");
    kit_turns(1);
    ck_assert_str_eq(worded("%T", &task->head.task, NULL, NULL), "<Task cancelled name='Task-1'>");
    kit_release(task);
    ac_c_release(kit.loop, future);
    ac_group_clear(&group);
    kit_ok(ac_loop_close(kit.loop));
    ck_assert_str_eq(worded("%L", NULL, NULL, NULL), "<Loop running=False closed=True>");
}
END_TEST

/* ---- Names for who looks ---- */

START_TEST(test_a_trace_has_names_of_tasks_and_values)
{
    const ac_trace_names *names = &ac_c_trace_names;
    worker *task = kit_worker(NULL);
    char text[20];
    kit_ok(ac_c_task_set_name(kit.loop, &task->head, "a task"));
    kit_start(task);
    ck_assert_uint_eq(names->task(names->data, &task->head.task, text, sizeof text), 6);
    ck_assert_str_eq(text, "a task");
    ck_assert_uint_eq(names->value(names->data, ac_lend(ac_c_int(7)), text, 1), 1);
    ck_assert_str_eq(text, "");
    ck_assert(names->body == NULL);
    kit_turns(2);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_integers_of_61_bits_come_back_as_they_were,
        test_of_larger_integers_the_upper_bits_are_cut_off,
        test_integers_are_not_counted,
        test_every_value_knows_its_kind,
        test_readers_of_one_kind_give_nothing_for_another,
        test_a_string_is_a_copy,
        test_strings_of_every_length_are_whole,
        test_strf_formats_like_printf,
        test_a_list_holds_references_of_its_own,
        test_a_list_may_be_empty,
        test_a_list_or_group_that_is_too_large_is_none,
        test_a_pointer_is_freed_with_its_last_reference,
        test_pointers_are_freed_in_any_order,
        test_a_pointer_without_a_function_is_left_alone,
        test_pointers_that_are_left_are_freed_with_the_loop,
        test_the_function_of_a_pointer_may_drop_another_value,
        test_a_long_chain_is_dropped_without_recursion,
        test_a_value_that_a_list_holds_twice_is_dropped_twice,
        test_repr_of_strings_as_python_prints_them,
        test_repr_of_a_string_goes_on_behind_a_zero_byte,
        test_repr_of_numbers_and_none,
        test_repr_of_lists_and_of_what_python_does_not_have,
        test_repr_of_exceptions_as_python_prints_them,
        test_repr_writes_like_snprintf,
        test_repr_shows_what_is_nested_too_deeply_as_dots,
        test_repr_of_an_exception_about_an_exception,
        test_classes_have_pythons_bases,
        test_a_program_has_classes_of_its_own,
        test_none_is_a_memory_error_and_other_values_are_no_exceptions,
        test_the_core_is_told_what_an_exception_is,
        test_an_exception_holds_its_argument,
        test_a_group_holds_its_members_and_its_text,
        test_a_group_is_an_exception_group_if_all_members_are_exceptions,
        test_throw_ends_a_body,
        test_an_exception_has_no_cause_and_no_context_at_first,
        test_a_cause_is_the_context_too,
        test_an_exception_keeps_its_cause_and_context_alive,
        test_an_exception_is_not_its_own_context_or_cause,
        test_a_ring_of_contexts_is_cut,
        test_setting_the_same_context_again_changes_nothing,
        test_a_ring_is_cut_where_the_exception_is_held_by_the_link,
        test_a_long_chain_of_contexts_is_dropped_without_recursion,
        test_the_cores_exceptions_have_the_class_of_their_kind,
        test_the_cores_groups_are_chosen_by_their_members,
        test_the_cores_exceptions_have_cause_and_context,
        test_placeholders_stand_for_reprs,
        test_a_trace_has_names_of_tasks_and_values,
    };
    return KIT_MAIN("chost_values", tests);
}
