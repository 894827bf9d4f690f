/* test_sizes.c - the sizes that headers and docs promise, and the places that embedding relies on. */
#include "host.h"

START_TEST(test_sizes_on_a_64_bit_machine)
{
    if (sizeof(void *) != 8)
        return;
    ck_assert_uint_eq(sizeof(ac_value), 8);
    ck_assert_uint_eq(sizeof(ac_link), 16);
    ck_assert_uint_eq(sizeof(ac_handle), 32);
    ck_assert_uint_eq(sizeof(ac_callback), 40);
    ck_assert_uint_eq(sizeof(ac_timer), 48);
    ck_assert_uint_eq(sizeof(ac_future), 32);
    ck_assert_uint_eq(sizeof(ac_task), 128);
    ck_assert_uint_eq(sizeof(ac_coro), 16);
    ck_assert_uint_eq(sizeof(ac_timer_slot), 16);
}
END_TEST

START_TEST(test_values_are_one_word_on_any_machine)
{
    ck_assert_uint_eq(sizeof(ac_value), sizeof(uint64_t));
    ck_assert_uint_eq(sizeof(ac_ref), sizeof(ac_value));
    ck_assert_uint_eq(sizeof(ac_semantics), sizeof(uint64_t));
    ck_assert_uint_le(AC_S_FLAGS, 64);
}
END_TEST

START_TEST(test_what_begins_with_what)
{
    ck_assert_uint_eq(offsetof(ac_task, future), 0);
    ck_assert_uint_eq(offsetof(ac_callback, handle), 0);
    ck_assert_uint_eq(offsetof(ac_timer, callback), 0);
    ck_assert_uint_eq(offsetof(ac_handle, link), 0);
    ck_assert_uint_eq(offsetof(ac_host, abi), 0);
}
END_TEST

START_TEST(test_none_is_all_zero_bits)
{
    ck_assert_uint_eq(ac_none().bits, 0);
    ck_assert(ac_is_none(ac_none_ref()));
    ck_assert(!ac_is_none(ac_lend(th_int(0))));
}
END_TEST

START_TEST(test_container_of_gives_the_struct_around_a_member)
{
    ac_task task;
    ck_assert_ptr_eq(AC_CONTAINER_OF(&task.step, ac_task, step), &task);
    ck_assert_ptr_eq(AC_CONTAINER_OF(&task.step.link, ac_task, step.link), &task);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_sizes_on_a_64_bit_machine,
        test_values_are_one_word_on_any_machine,
        test_what_begins_with_what,
        test_none_is_all_zero_bits,
        test_container_of_gives_the_struct_around_a_member,
    };
    return TH_MAIN("sizes", tests);
}
