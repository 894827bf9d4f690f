/* list_sort.c - a stable merge sort, asking nothing but "<".
 *
 * Mirrors    list.sort's contract: stable, also when reversed; the list is empty while it is sorted; a list
 *            that was changed meanwhile is a ValueError; after an error the list holds all its items in some
 *            order.
 * Idea       Pairs of key and item are sorted; without a key function the key is the item.  Runs of 8 are
 *            made by insertion, then merged from the bottom up.  What is in order already is not touched.
 *            Reversed is: turn round, sort, turn round; so equal items keep their order.
 * Holds      The pairs are a permutation of what they were at every moment in which code of the program runs.
 * Cost       O(n log n) comparisons, n of them if the list is sorted; two pairs an item as memory.
 * Re-enters  Every comparison, the key function.
 * Tests      difftests/scenarios/language: list_*.py, slices_steps.py */
#include "values/containers_impl.h"

#include <string.h>

typedef struct sort_pair {
    mp_value key, item; /* owned; key NULL: the item */
} sort_pair;

typedef struct sort_work {
    mp_vm *vm;
    sort_pair *pairs, *spare; /* spare has room for all of them */
    size_t count;
} sort_work;

enum { SORT_RUN = 8 };

static void sort_reverse_pairs(sort_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        sort_pair held = pairs[i];
        pairs[i] = pairs[count - 1 - i];
        pairs[count - 1 - i] = held;
    }
}

static int sort_less(const sort_work *work, sort_pair a, sort_pair b)
{
    mp_value x = a.key != NULL ? a.key : a.item, y = b.key != NULL ? b.key : b.item;
    if (mp_is_small(x) && mp_is_small(y))
        return mp_small(x) < mp_small(y);
    return mp_less(work->vm, x, y);
}

/* ---- Sorting ---- */

/* The place of pair 'at' among those sorted before it: after all that are not greater. */
static int sort_insertion_place(const sort_work *work, size_t start, size_t at, size_t *place)
{
    while (at > start) {
        int less = sort_less(work, work->pairs[*place], work->pairs[at - 1]);
        if (less < 0)
            return -1;
        if (less == 0)
            break;
        at--;
    }
    *place = at;
    return 0;
}

static bool sort_run(sort_work *work, size_t start, size_t stop)
{
    for (size_t at = start + 1; at < stop; at++) {
        size_t place = at;
        if (sort_insertion_place(work, start, at, &place) < 0)
            return false;
        sort_pair held = work->pairs[at];
        memmove(work->pairs + place + 1, work->pairs + place, (at - place) * sizeof(sort_pair));
        work->pairs[place] = held;
    }
    return true;
}

/* Merges [start, middle) and [middle, stop).  The left part is moved to the spare; where 'out' is, there is
 * always just as much room as pairs are left of it. */
static bool sort_merge(sort_work *work, size_t start, size_t middle, size_t stop)
{
    sort_pair *pairs = work->pairs, *left = work->spare;
    size_t left_count = middle - start, taken = 0, right = middle, out = start;
    int less = sort_less(work, pairs[middle], pairs[middle - 1]);
    if (less <= 0)
        return less == 0;
    memcpy(left, pairs + start, left_count * sizeof(sort_pair));
    while (taken < left_count && right < stop) {
        less = sort_less(work, pairs[right], left[taken]);
        if (less < 0)
            break;
        pairs[out++] = less != 0 ? pairs[right++] : left[taken++];
    }
    memcpy(pairs + out, left + taken, (left_count - taken) * sizeof(sort_pair));
    return less >= 0;
}

static bool sort_pairs(sort_work *work)
{
    size_t count = work->count;
    for (size_t start = 0; start < count; start += SORT_RUN) {
        if (!sort_run(work, start, count - start < SORT_RUN ? count : start + SORT_RUN))
            return false;
    }
    for (size_t width = SORT_RUN; width < count; width *= 2) {
        for (size_t start = 0; count - start > width; start += 2 * width) {
            size_t stop = count - start < 2 * width ? count : start + 2 * width;
            if (!sort_merge(work, start, start + width, stop))
                return false;
            if (stop == count)
                break;
        }
    }
    return true;
}

/* ---- With the list ---- */

static bool sort_ask_keys(sort_work *work, mp_value key)
{
    for (size_t i = 0; i < work->count; i++) {
        work->pairs[i].key = mp_call_1(work->vm, key, work->pairs[i].item);
        if (work->pairs[i].key == NULL)
            return false;
    }
    return true;
}

static bool sort_all(sort_work *work, mp_value key, bool reverse)
{
    if (key != NULL && !sort_ask_keys(work, key))
        return false;
    if (reverse)
        sort_reverse_pairs(work->pairs, work->count);
    bool sorted = sort_pairs(work);
    if (reverse)
        sort_reverse_pairs(work->pairs, work->count);
    return sorted;
}

/* Puts the items back into the list, in whose items there is room for them; what the program has put there
 * meanwhile goes, as in CPython. */
static bool sort_give_back(sort_work *work, mp_list *list, mp_list *taken)
{
    bool changed = list->items != NULL;
    mp_list meanwhile = *list;
    for (size_t i = 0; i < work->count; i++)
        taken->items[i] = work->pairs[i].item;
    list->items = taken->items;
    list->count = taken->count;
    list->room = taken->room;
    for (size_t i = 0; i < meanwhile.count; i++)
        mp_decref(work->vm, meanwhile.items[i]);
    if (changed)
        mp_release(work->vm, meanwhile.items, meanwhile.room * sizeof(mp_value));
    return !changed;
}

static bool sort_prepare(sort_work *work, const mp_list *list)
{
    size_t size = list->count * sizeof(sort_pair);
    work->pairs = mp_alloc(work->vm, size);
    work->spare = work->pairs != NULL ? mp_alloc(work->vm, size) : NULL;
    if (work->spare == NULL)
        return false;
    work->count = list->count;
    for (size_t i = 0; i < list->count; i++)
        work->pairs[i].item = list->items[i];
    return true;
}

static void sort_finish(sort_work *work, size_t count)
{
    for (size_t i = 0; i < work->count; i++)
        mp_xdecref(work->vm, work->pairs[i].key);
    if (work->spare != NULL)
        mp_release(work->vm, work->spare, count * sizeof(sort_pair));
    if (work->pairs != NULL)
        mp_release(work->vm, work->pairs, count * sizeof(sort_pair));
}

bool mp_list_sort(mp_vm *vm, mp_list *list, mp_value key, bool reverse)
{
    size_t count = list->count;
    if (count == 0)
        return true;
    sort_work work = {vm, NULL, NULL, 0};
    bool done = sort_prepare(&work, list);
    if (done) {
        /* the list is empty while it is sorted: code of the program finds nothing to spoil */
        mp_list taken = *list;
        list->items = NULL;
        list->count = list->room = 0;
        done = sort_all(&work, key == vm->none ? NULL : key, reverse);
        bool unchanged = sort_give_back(&work, list, &taken);
        if (done && !unchanged)
            mp_raise(vm, MP_X_VALUE_ERROR, "list modified during sort");
        done = done && unchanged;
    }
    sort_finish(&work, count);
    return done;
}

void mp_list_reverse(mp_list *list)
{
    for (size_t i = 0; i < list->count / 2; i++) {
        mp_value held = list->items[i];
        list->items[i] = list->items[list->count - 1 - i];
        list->items[list->count - 1 - i] = held;
    }
}
