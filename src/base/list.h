/* list.h - intrusive lists: a circular one with a head, and a ring without one.
 *
 * Idea       A list has a head that is a link like any other, so that removal needs no list and no branch.  A
 *            ring has no head: its owner points at the first member (a future's callbacks: one word instead
 *            of two).
 * Holds      A link that is on no list has next == NULL.
 * Cost       Everything is O(1), also the splices. */
#ifndef AIOCORE_BASE_LIST_H
#define AIOCORE_BASE_LIST_H

#include <aiocore/base.h>

#include "base/assert.h"

static inline void aci_list_init(ac_link *head)
{
    head->prev = head->next = head;
}

static inline bool aci_list_empty(const ac_link *head)
{
    return head->next == head;
}

static inline bool aci_linked(const ac_link *link)
{
    return link->next != NULL;
}

static inline void aci_list_append(ac_link *head, ac_link *link)
{
    ac_link *last = head->prev;
    link->prev = last;
    link->next = head;
    last->next = link;
    head->prev = link;
}

static inline void aci_list_remove(ac_link *link)
{
    aci_assert(link->prev != NULL && link->next != NULL);
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = link->next = NULL;
}

/* Takes the first member off a list that is not empty. */
static inline ac_link *aci_list_take_first(ac_link *head)
{
    ac_link *first = head->next;
    head->next = first->next;
    first->next->prev = head;
    first->prev = first->next = NULL;
    return first;
}

/* Moves all members of 'from' between 'before' and its successor. */
static inline void aci_list_splice_after(ac_link *before, ac_link *from)
{
    if (aci_list_empty(from))
        return;
    ac_link *after = before->next;
    before->next = from->next;
    from->next->prev = before;
    from->prev->next = after;
    after->prev = from->prev;
    aci_list_init(from);
}

/* Moves all members of 'from' to the end of 'head'. */
static inline void aci_list_splice_last(ac_link *head, ac_link *from)
{
    aci_list_splice_after(head->prev, from);
}

/* ---- Rings ---- */

static inline void aci_ring_start(ac_link *only)
{
    only->prev = only->next = only;
}

/* Inserts before a member: before the first one that is at the end of the ring. */
static inline void aci_ring_insert_before(ac_link *member, ac_link *link)
{
    aci_list_append(member, link);
}

/* Moves a whole ring to the end of a list. */
static inline void aci_list_append_ring(ac_link *head, ac_link *first)
{
    ac_link *last = first->prev, *tail = head->prev;
    tail->next = first;
    first->prev = tail;
    last->next = head;
    head->prev = last;
}

#endif
