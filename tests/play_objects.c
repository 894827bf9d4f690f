/* play_objects.c - the locks and queues of a play.
 *
 * [ waits: 0 lock  1 event  2 condition  3 condition's wait_for (until the event is set)  4, 8 semaphores  5
 * barrier
 *          6 its reset  7 its abort  9 the barrier's lock
 * ] does:  0 release  1 set  2 notify  3 notify_all  4, 8 release of the semaphores  5 clear of the event  6
 * looks
 *          7 release of the barrier's lock  9 abandons all of them
 * { waits: 0 put  1 get  2 join   5 or more: of the second queue
 * } does:  0 put_nowait  1 get_nowait  2 task_done  3 shutdown  4 shutdown at once   5 or more: of the second
 * queue, but
 *          8 clears both, and 9 looks */
#include "play_impl.h"

/* ---- A queue with an order of its own ---- */

static ac_status order_put(ac_queue *queue, ac_ref item)
{
    ac_status status = spy_enter(queue->home, HOOK_QUEUE_PUT);
    if (status == AC_OK)
        status = ac_queue_heap_put(queue, item);
    if (status == AC_OK)
        spy_leave(queue->home, HOOK_QUEUE_PUT);
    return status;
}

static ac_status order_get(ac_queue *queue, ac_value *item)
{
    ac_status status = spy_enter(queue->home, HOOK_QUEUE_GET);
    /* What was called has perhaps taken the last one. */
    if (status == AC_OK)
        status = ac_queue_heap_get(queue, item);
    return status;
}

static ac_status order_less(ac_queue *queue, ac_ref a, ac_ref b, bool *answer)
{
    ac_status status = spy_enter(queue->home, HOOK_QUEUE_LESS);
    *answer = ac_c_as_int(a) < ac_c_as_int(b);
    return status;
}

static ac_status order_empty(ac_queue *queue, bool *answer)
{
    ac_status status = spy_enter(queue->home, HOOK_QUEUE_ASK);
    *answer = ac_queue_empty(queue);
    return status;
}

static ac_status order_full(ac_queue *queue, bool *answer)
{
    ac_status status = spy_enter(queue->home, HOOK_QUEUE_ASK);
    *answer = ac_queue_full(queue);
    return status;
}

static const ac_queue_ops order = {
    .put = order_put, .get = order_get, .less = order_less, .empty = order_empty, .full = order_full};

/* ---- Begin and end ---- */

void play_objects_begin(play *play)
{
    play_objects *all = &play->objects;
    ac_lock_init(&all->lock, ac_none_ref());
    ac_event_init(&all->event, ac_none_ref());
    ac_condition_init(&all->condition, ac_none_ref(), &all->lock);
    (void)ac_semaphore_init(&all->semaphores[0], ac_none_ref(), 1);
    (void)ac_bounded_semaphore_init(&all->semaphores[1], ac_none_ref(), 2);
    ac_lock_init(&all->barrier_lock, ac_none_ref());
    ac_condition_init(&all->barrier_condition, ac_none_ref(), &all->barrier_lock);
    (void)ac_barrier_init(&all->barrier, &all->barrier_condition, 2);
    ac_queue_init(&all->queues[0], ac_none_ref(), play->loop, 2, &ac_queue_fifo);
    ac_queue_init(&all->queues[1], ac_none_ref(), play->loop, 3, &order);
    all->thrown_away = false;
}

static void abandon(play_objects *all)
{
    ac_lock_abandon(&all->lock);
    ac_event_abandon(&all->event);
    ac_condition_abandon(&all->condition);
    ac_semaphore_abandon(&all->semaphores[0]);
    ac_semaphore_abandon(&all->semaphores[1]);
    ac_lock_abandon(&all->barrier_lock);
    ac_condition_abandon(&all->barrier_condition);
}

void play_objects_end(play *play)
{
    abandon(&play->objects);
    ac_queue_clear(&play->objects.queues[0]);
    ac_queue_clear(&play->objects.queues[1]);
}

int play_objects_visit(play *play, ac_visitor *visitor)
{
    play_objects *all = &play->objects;
    int stop = ac_lock_visit(&all->lock, visitor) + ac_event_visit(&all->event, visitor) +
               ac_condition_visit(&all->condition, visitor);
    for (int i = 0; i < 2; i++)
        stop += ac_semaphore_visit(&all->semaphores[i], visitor) + ac_queue_visit(&all->queues[i], visitor);
    return stop + ac_lock_visit(&all->barrier_lock, visitor) +
           ac_condition_visit(&all->barrier_condition, visitor);
}

/* ---- Invariants ---- */

/* Both ways round, and everyone on it has a loop. */
static bool is_whole(const ac_link *list)
{
    const ac_link *link = list;
    do {
        if (link->next == NULL || link->next->prev != link)
            return false;
        link = link->next;
        if (link != list && AC_CONTAINER_OF(link, const ac_waiter, link)->future.loop == NULL)
            return false;
    } while (link != list);
    return true;
}

static const char *check_queue(const play_objects *all, const ac_queue *queue)
{
    if (!is_whole(&queue->getters) || !is_whole(&queue->putters) || !is_whole(&queue->own_finished.waiters))
        return "the list of those who wait for a queue is broken";
    if (queue->count > queue->room || (queue->room & (queue->room - 1)) != 0)
        return "a queue has more items than room, or an odd room";
    if (!all->thrown_away && ac_event_is_set(queue->finished) != (queue->unfinished == 0))
        return "a queue is finished, or not, against its count";
    return NULL;
}

const char *play_objects_check(play *play)
{
    const play_objects *all = &play->objects;
    if (!is_whole(&all->lock.waiters) || !is_whole(&all->barrier_lock.waiters))
        return "the list of those who wait for a lock is broken";
    if (!is_whole(&all->event.waiters))
        return "the list of those who wait for an event is broken";
    if (!is_whole(&all->condition.waiters) || !is_whole(&all->barrier_condition.waiters))
        return "the list of those who wait for a condition is broken";
    if (!is_whole(&all->semaphores[0].waiters) || !is_whole(&all->semaphores[1].waiters))
        return "the list of those who wait for a semaphore is broken";
    if (all->semaphores[0].value < 0 || all->semaphores[1].value < 0)
        return "a semaphore has less than nothing";
    if (all->barrier.count < 0)
        return "fewer than nobody are inside a barrier";
    const char *wrong = check_queue(all, &all->queues[0]);
    return wrong != NULL ? wrong : check_queue(all, &all->queues[1]);
}

/* ---- What waits ---- */

static ac_status is_set(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    ac_status status = spy_enter(loop, HOOK_PREDICATE);
    *result = ac_c_str(loop, "the event");
    *holds = ac_event_is_set(data);
    return status == AC_OK ? AC_OK : (ac_drop(loop, ac_take(result)), status);
}

ac_coro *play_lock_machine(play *play, play_machine *machine, uint32_t digit)
{
    play_objects *all = &play->objects;
    switch (digit) {
    case 1:
        ac_event_wait_init(&machine->event, &all->event);
        return &machine->event.co;
    case 2:
        ac_condition_wait_init(&machine->condition, &all->condition);
        return &machine->condition.co;
    case 3:
        ac_condition_wait_for_init(&machine->condition_for, &all->condition, is_set, &all->event);
        return &machine->condition_for.co;
    case 4:
    case 8:
        ac_semaphore_acquire_init(&machine->semaphore, &all->semaphores[digit / 8]);
        return &machine->semaphore.co;
    case 5:
        ac_barrier_wait_init(&machine->barrier, &all->barrier);
        return &machine->barrier.co;
    case 6:
        ac_barrier_reset_init(&machine->barrier_change, &all->barrier);
        return &machine->barrier_change.co;
    case 7:
        ac_barrier_abort_init(&machine->barrier_change, &all->barrier);
        return &machine->barrier_change.co;
    default:
        ac_lock_acquire_init(&machine->lock, digit == 0 ? &all->lock : &all->barrier_lock);
        return &machine->lock.co;
    }
}

/* Items count down, so that the second queue has something to order. */
static ac_value item(play *play)
{
    return ac_c_int(PLAY_FUEL - (int64_t)play->fuel % 7);
}

ac_coro *play_queue_machine(play *play, play_machine *machine, uint32_t digit)
{
    ac_queue *queue = &play->objects.queues[digit / 5];
    if (digit % 5 == 0) {
        ac_queue_put_init(&machine->put, queue, digit == 0 ? ac_c_str(play->loop, "item") : item(play));
        return &machine->put.co;
    }
    if (digit % 5 == 1) {
        ac_queue_get_init(&machine->get, queue);
        return &machine->get.co;
    }
    ac_queue_join_init(&machine->join, queue);
    return &machine->join.co;
}

/* ---- What does not ---- */

static void bound_check(play *play, ac_bound *bound, ac_status status)
{
    if (status != AC_OK)
        ac_drop(play->loop, ac_bound_exception(bound, play->loop, status));
}

static void look(play_objects *all)
{
    (void)(ac_lock_locked(&all->lock) + ac_lock_waiter_count(&all->lock));
    (void)(ac_event_is_set(&all->event) + ac_event_waiter_count(&all->event));
    (void)(ac_condition_waiter_count(&all->condition) + ac_semaphore_locked(&all->semaphores[0]));
    (void)(ac_semaphore_value(&all->semaphores[1]) + (int64_t)ac_semaphore_waiter_count(&all->semaphores[1]));
    (void)(ac_barrier_n_waiting(&all->barrier) + ac_barrier_broken(&all->barrier));
    (void)*ac_barrier_state_name(ac_barrier_get_state(&all->barrier));
}

void play_on_lock(play *play, uint32_t digit)
{
    play_objects *all = &play->objects;
    switch (digit) {
    case 0:
        bound_check(play, &all->lock.bound, ac_lock_release(&all->lock));
        break;
    case 1:
        bound_check(play, &all->event.bound, ac_event_set(&all->event));
        break;
    case 2:
        bound_check(play, &all->condition.bound, ac_condition_notify(&all->condition, 1));
        break;
    case 3:
        bound_check(play, &all->condition.bound, ac_condition_notify_all(&all->condition));
        break;
    case 4:
    case 8:
        bound_check(play, &all->semaphores[digit / 8].bound,
                    ac_semaphore_release(&all->semaphores[digit / 8]));
        break;
    case 5:
        ac_event_clear(&all->event);
        break;
    case 6:
        look(all);
        break;
    case 7:
        bound_check(play, &all->barrier_lock.bound, ac_lock_release(&all->barrier_lock));
        break;
    default:
        abandon(all);
        break;
    }
}

static void put_now(play *play, ac_queue *queue, bool plain)
{
    ac_value put = plain ? ac_c_str(play->loop, "item") : item(play);
    (void)play_check(play, ac_queue_put_nowait(queue, ac_lend(put)), NULL);
    ac_drop(play->loop, put);
}

static void get_now(play *play, ac_queue *queue)
{
    ac_value got = ac_none();
    if (play_check(play, ac_queue_get_nowait(queue, &got), NULL))
        ac_drop(play->loop, got);
}

static void look_at_queue(const ac_queue *queue)
{
    (void)(ac_queue_count(queue) + ac_queue_empty(queue) + ac_queue_full(queue) +
           ac_queue_is_shut_down(queue) + ac_queue_unfinished(queue) + ac_queue_getter_count(queue) +
           ac_queue_putter_count(queue));
    if (!ac_queue_empty(queue))
        (void)ac_queue_item(queue, ac_queue_count(queue) - 1);
}

void play_on_queue(play *play, uint32_t digit)
{
    play_objects *all = &play->objects;
    ac_queue *queue = &all->queues[digit / 5];
    if (digit == 8) {
        ac_queue_clear(&all->queues[0]);
        ac_queue_clear(&all->queues[1]);
    } else if (digit == 9) {
        look_at_queue(&all->queues[0]);
        look_at_queue(&all->queues[1]);
    } else if (digit % 5 == 0) {
        put_now(play, queue, digit == 0);
    } else if (digit % 5 == 1) {
        get_now(play, queue);
    } else if (digit % 5 == 2) {
        (void)play_check(play, ac_queue_task_done(queue), NULL);
    } else {
        all->thrown_away = all->thrown_away || digit == 4;
        (void)play_check(play, ac_queue_shutdown(queue, digit == 4), NULL);
        (void)play_check(play, ac_queue_shutdown(&all->queues[1], digit == 4), NULL);
    }
}
