/* test_status.c - the names of statuses and turns (src/base/status.c). */
#include "host.h"

START_TEST(test_every_status_has_its_name)
{
    static const struct {
        ac_status status;
        const char *name;
    } rows[] = {
        {AC_OK, "AC_OK"},
        {AC_E_STATE, "AC_E_STATE"},
        {AC_E_RUNTIME, "AC_E_RUNTIME"},
        {AC_E_TYPE, "AC_E_TYPE"},
        {AC_E_VALUE, "AC_E_VALUE"},
        {AC_E_MEMORY, "AC_E_MEMORY"},
        {AC_E_CLOSED, "AC_E_CLOSED"},
        {AC_E_RAISED, "AC_E_RAISED"},
        {AC_E_DEADLOCK, "AC_E_DEADLOCK"},
        {AC_E_RECURSION, "AC_E_RECURSION"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_int_eq(rows[i].status, -(int)i);
        ck_assert_str_eq(ac_status_name(rows[i].status), rows[i].name);
    }
}
END_TEST

START_TEST(test_a_number_that_is_no_status_has_a_question_mark_for_a_name)
{
    ck_assert_str_eq(ac_status_name((ac_status)-10), "?");
    ck_assert_str_eq(ac_status_name((ac_status)1), "?");
}
END_TEST

START_TEST(test_every_turn_has_its_name)
{
    static const char *const names[] = {"AC_RETURNED",  "AC_RAISED",  "AC_AWAITING",
                                        "AC_YIELDED",   "AC_PARKED",  "AC_STRANGE",
                                        "AC_GENERATOR", "AC_REFUSED", "AC_STUCK"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_str_eq(ac_turn_name((ac_turn)i), names[i]);
    ck_assert_str_eq(ac_turn_name((ac_turn)9), "?");
}
END_TEST

START_TEST(test_only_returned_and_raised_do_not_suspend)
{
    ck_assert(!ac_turn_suspends(AC_RETURNED));
    ck_assert(!ac_turn_suspends(AC_RAISED));
    for (int turn = AC_AWAITING; turn <= AC_STUCK; turn++)
        ck_assert(ac_turn_suspends((ac_turn)turn));
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_every_status_has_its_name,
        test_a_number_that_is_no_status_has_a_question_mark_for_a_name,
        test_every_turn_has_its_name,
        test_only_returned_and_raised_do_not_suspend,
    };
    return TH_MAIN("status", tests);
}
