/* test_list.c - the intrusive lists and rings of src/base/list.h. */
#include "base/list.h"

#include "host.h"

enum { COUNT = 4 };

static ac_link head, other, links[COUNT];

static void fill(ac_link *list, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        aci_list_append(list, &links[i]);
}

static void setup(void)
{
    aci_list_init(&head);
    aci_list_init(&other);
    for (size_t i = 0; i < COUNT; i++)
        links[i].prev = links[i].next = NULL;
}

/* Writes the numbers of the links, forwards, and checks that the way back is the same. */
static const char *show(const ac_link *list)
{
    static char text[COUNT + 1];
    size_t count = 0;
    for (const ac_link *link = list->next; link != list; link = link->next) {
        ck_assert_ptr_eq(link->next->prev, link);
        ck_assert_uint_lt(count, COUNT);
        text[count++] = (char)('0' + (link - links));
    }
    ck_assert_ptr_eq(list->next->prev, list);
    text[count] = '\0';
    return text;
}

START_TEST(test_a_new_list_is_empty)
{
    setup();
    ck_assert(aci_list_empty(&head));
    ck_assert_str_eq(show(&head), "");
}
END_TEST

START_TEST(test_a_link_knows_whether_it_is_on_a_list)
{
    setup();
    ck_assert(!aci_linked(&links[0]));
    aci_list_append(&head, &links[0]);
    ck_assert(aci_linked(&links[0]));
    ck_assert(!aci_list_empty(&head));
    aci_list_remove(&links[0]);
    ck_assert(!aci_linked(&links[0]));
    ck_assert(aci_list_empty(&head));
}
END_TEST

START_TEST(test_append_keeps_the_order)
{
    setup();
    fill(&head, 0, 4);
    ck_assert_str_eq(show(&head), "0123");
}
END_TEST

START_TEST(test_remove_from_the_middle_and_both_ends)
{
    setup();
    fill(&head, 0, 4);
    aci_list_remove(&links[1]);
    ck_assert_str_eq(show(&head), "023");
    aci_list_remove(&links[0]);
    ck_assert_str_eq(show(&head), "23");
    aci_list_remove(&links[3]);
    ck_assert_str_eq(show(&head), "2");
}
END_TEST

START_TEST(test_take_first_unlinks)
{
    setup();
    fill(&head, 0, 2);
    ck_assert_ptr_eq(aci_list_take_first(&head), &links[0]);
    ck_assert(!aci_linked(&links[0]));
    ck_assert_ptr_null(links[0].prev);
    ck_assert_ptr_eq(aci_list_take_first(&head), &links[1]);
    ck_assert(aci_list_empty(&head));
}
END_TEST

START_TEST(test_splice_last_moves_all_to_the_end)
{
    setup();
    fill(&head, 0, 2);
    fill(&other, 2, 4);
    aci_list_splice_last(&head, &other);
    ck_assert_str_eq(show(&head), "0123");
    ck_assert(aci_list_empty(&other));
}
END_TEST

START_TEST(test_splice_after_the_head_moves_all_to_the_front)
{
    setup();
    fill(&head, 0, 2);
    fill(&other, 2, 4);
    aci_list_splice_after(&head, &other);
    ck_assert_str_eq(show(&head), "2301");
    ck_assert(aci_list_empty(&other));
}
END_TEST

START_TEST(test_splice_of_an_empty_list_or_onto_one)
{
    setup();
    fill(&head, 0, 2);
    aci_list_splice_last(&head, &other);
    ck_assert_str_eq(show(&head), "01");
    aci_list_splice_last(&other, &head);
    ck_assert_str_eq(show(&other), "01");
    ck_assert(aci_list_empty(&head));
}
END_TEST

START_TEST(test_a_ring_moves_to_the_end_of_a_list)
{
    setup();
    fill(&head, 0, 1);
    aci_ring_start(&links[1]);
    ck_assert(aci_linked(&links[1]));
    aci_ring_insert_before(&links[1], &links[2]);
    aci_ring_insert_before(&links[1], &links[3]);
    ck_assert_ptr_eq(links[1].prev, &links[3]);
    ck_assert_ptr_eq(links[2].next, &links[3]);
    aci_list_append_ring(&head, &links[1]);
    ck_assert_str_eq(show(&head), "0123");
}
END_TEST

START_TEST(test_a_ring_of_one_moves_to_an_empty_list)
{
    setup();
    aci_ring_start(&links[0]);
    aci_list_append_ring(&head, &links[0]);
    ck_assert_str_eq(show(&head), "0");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_new_list_is_empty,
        test_a_link_knows_whether_it_is_on_a_list,
        test_append_keeps_the_order,
        test_remove_from_the_middle_and_both_ends,
        test_take_first_unlinks,
        test_splice_last_moves_all_to_the_end,
        test_splice_after_the_head_moves_all_to_the_front,
        test_splice_of_an_empty_list_or_onto_one,
        test_a_ring_moves_to_the_end_of_a_list,
        test_a_ring_of_one_moves_to_an_empty_list,
    };
    return TH_MAIN("list", tests);
}
