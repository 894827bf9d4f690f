/* test_io_stream_reader.c - readers that are fed by hand (src/io/stream_reader.c, stream_read.c). */
#include "chost_kit.h"

#include <aiocore/stream.h>
#include <stdio.h>
#include <string.h>

static ac_stream_reader reader;

static void open_reader(size_t limit)
{
    kit_loop(NULL);
    ac_stream_reader_init(&reader, kit.loop, limit);
}

static void close_reader(void)
{
    ac_stream_reader_clear(&reader);
    ac_stream_reader_clear(&reader);
}

static void feed(const char *text)
{
    kit_ok(ac_stream_reader_feed_data(&reader, text, strlen(text)));
}

/* Resumes a read: what it has read, "waits", or what it raised. */
static const char *resume(ac_stream_read *read, ac_how how, ac_ref in)
{
    static char text[256];
    ac_out out = {.value = ac_none()};
    ac_turn turn = ac_coro_resume(kit.loop, &read->co, how, in, &out);

    if (turn == AC_AWAITING)
        return "waits";
    if (turn == AC_RAISED)
        return kit_repr_of(out.value);
    ck_assert_int_eq(turn, AC_RETURNED);
    (void)snprintf(text, sizeof text, "'%.*s'", (int)read->size, (const char *)read->data);
    return text;
}

/* Begins it, or goes on with what its future says. */
static const char *step(ac_stream_read *read)
{
    ac_ref in = ac_none_ref();
    ac_how how = AC_SEND;

    if (read->co.at != 0) {
        ck_assert(ac_future_done(&read->future));
        how = ac_future_outcome(&read->future, &in);
    }
    return resume(read, how, in);
}

/* One that does not wait. */
static const char *at_once(ac_stream_read *read)
{
    static char text[256];

    (void)snprintf(text, sizeof text, "%s", step(read));
    ck_assert_str_ne(text, "waits");
    ac_coro_clear(kit.loop, &read->co);
    return text;
}

static const char *reads(ptrdiff_t size)
{
    ac_stream_read read;

    ac_stream_read_init(&read, &reader, size);
    return at_once(&read);
}

static const char *reads_exactly(size_t size)
{
    ac_stream_read read;

    ac_stream_readexactly_init(&read, &reader, size);
    return at_once(&read);
}

static const char *reads_until(const char *separator)
{
    ac_stream_read read;

    ac_stream_readuntil_init(&read, &reader, separator, strlen(separator));
    return at_once(&read);
}

static const char *reads_line(void)
{
    ac_stream_read read;

    ac_stream_readline_init(&read, &reader);
    return at_once(&read);
}

/* ---- What is there ---- */

START_TEST(test_what_is_there_is_read_without_waiting)
{
    open_reader(0);
    feed("hello, world\nand more");
    ck_assert_str_eq(reads(5), "'hello'");
    ck_assert_str_eq(reads(0), "''");
    ck_assert_str_eq(reads_exactly(2), "', '");
    ck_assert_str_eq(reads_exactly(0), "''");
    ck_assert_str_eq(reads_line(), "'world\n'");
    ck_assert_str_eq(reads_until("d m"), "'and m'");
    ck_assert_uint_eq(ac_stream_reader_size(&reader), 3);
    ck_assert_str_eq(reads(100), "'ore'");
    ck_assert(!ac_stream_reader_at_eof(&reader));
    kit_ok(ac_stream_reader_feed_eof(&reader));
    ck_assert(ac_stream_reader_at_eof(&reader));
    ck_assert_str_eq(reads(1), "''");
    ck_assert_str_eq(reads(AC_READ_ALL), "''");
    ck_assert_str_eq(reads_line(), "''");
    close_reader();
}
END_TEST

START_TEST(test_what_ends_too_early_is_an_incomplete_read_error)
{
    ac_stream_read read;

    open_reader(0);
    feed("abc");
    kit_ok(ac_stream_reader_feed_eof(&reader));
    ac_stream_readexactly_init(&read, &reader, 5);
    ck_assert_str_eq(step(&read), "IncompleteReadError('3 bytes read on a total of 5 expected bytes')");
    ck_assert_uint_eq(read.size, 3);
    ck_assert_mem_eq(read.data, "abc", 3);
    ac_coro_clear(kit.loop, &read.co);
    ck_assert_str_eq(reads_exactly(1), "IncompleteReadError('0 bytes read on a total of 1 expected bytes')");
    ck_assert_str_eq(reads_until("x"),
                     "IncompleteReadError('0 bytes read on a total of undefined expected bytes')");
    close_reader();
}
END_TEST

START_TEST(test_a_last_line_may_have_no_end)
{
    open_reader(0);
    feed("one\ntwo");
    kit_ok(ac_stream_reader_feed_eof(&reader));
    ck_assert_str_eq(reads_line(), "'one\n'");
    ck_assert_str_eq(reads_line(), "'two'");
    ck_assert_str_eq(reads_line(), "''");
    close_reader();
}
END_TEST

START_TEST(test_of_several_separators_the_first_end_counts)
{
    ac_bytes separators[] = {{"abcd", 4}, {"c", 1}, {"bc", 2}, {"zz", 2}};
    ac_stream_read read;

    open_reader(4);
    feed("xabcdzz----");
    ac_stream_readuntil_any_init(&read, &reader, separators, 4);
    ck_assert_str_eq(at_once(&read), "'xabc'");
    ac_stream_readuntil_any_init(&read, &reader, separators, 4);
    ck_assert_str_eq(at_once(&read), "'dzz'");
    /* "bc" and "c" end at the same place: the shorter one counts, which begins beyond the limit */
    ck_assert_str_eq(reads(4), "'----'");
    feed("12345bc");
    ac_stream_readuntil_any_init(&read, &reader, separators, 4);
    ck_assert_str_eq(step(&read), "LimitOverrunError('Separator is found, but chunk is longer than limit')");
    ck_assert_uint_eq(read.consumed, 6);
    ac_coro_clear(kit.loop, &read.co);
    close_reader();
}
END_TEST

START_TEST(test_separators_that_are_none_are_refused)
{
    ac_bytes separators[] = {{"a", 1}, {"", 0}};
    ac_stream_read read;

    open_reader(0);
    ck_assert_str_eq(reads_until(""), "ValueError('Separator should be at least one-byte string')");
    ac_stream_readuntil_any_init(&read, &reader, separators, 2);
    ck_assert_str_eq(at_once(&read), "ValueError('Separator should be at least one-byte string')");
    ac_stream_readuntil_any_init(&read, &reader, separators, 0);
    ck_assert_str_eq(at_once(&read), "ValueError('Separator should contain at least one element')");
    close_reader();
}
END_TEST

/* ---- The limit ---- */

START_TEST(test_what_is_longer_than_the_limit_stays_there)
{
    ac_stream_read read;

    open_reader(4);
    feed("12345\r\n");
    ac_stream_readuntil_init(&read, &reader, "\r\n", 2);
    ck_assert_str_eq(step(&read), "LimitOverrunError('Separator is found, but chunk is longer than limit')");
    ck_assert_uint_eq(read.consumed, 5);
    ac_coro_clear(kit.loop, &read.co);
    ck_assert_str_eq(reads(4), "'1234'");
    ck_assert_str_eq(reads_until("\r\n"), "'5\r\n'");
    feed("123456");
    ac_stream_readuntil_init(&read, &reader, "\r\n", 2);
    ck_assert_str_eq(step(&read), "LimitOverrunError('Separator is not found, and chunk exceed the limit')");
    ck_assert_uint_eq(read.consumed, 5); /* the last one may be the beginning of the separator */
    ac_coro_clear(kit.loop, &read.co);
    ck_assert_str_eq(reads(5), "'12345'");
    close_reader();
}
END_TEST

START_TEST(test_too_long_a_line_is_dropped)
{
    open_reader(4);
    feed("12345\nnext\n");
    ck_assert_str_eq(reads_line(), "ValueError('Separator is found, but chunk is longer than limit')");
    ck_assert_str_eq(reads_line(), "'next\n'");
    feed("12345");
    ck_assert_str_eq(reads_line(), "ValueError('Separator is not found, and chunk exceed the limit')");
    ck_assert_uint_eq(ac_stream_reader_size(&reader), 0);
    close_reader();
}
END_TEST

/* ---- Waiting ---- */

START_TEST(test_each_kind_waits_until_there_is_enough)
{
    ac_stream_read read;

    open_reader(0);
    ac_stream_read_init(&read, &reader, 10);
    ck_assert_str_eq(step(&read), "waits");
    feed("");
    ck_assert(!ac_future_done(&read.future));
    feed("ab");
    feed("c");
    ck_assert_str_eq(step(&read), "'abc'");
    ac_coro_clear(kit.loop, &read.co);
    ac_stream_readexactly_init(&read, &reader, 3);
    ck_assert_str_eq(step(&read), "waits");
    feed("ab");
    ck_assert_str_eq(step(&read), "waits");
    feed("cd");
    ck_assert_str_eq(step(&read), "'abc'");
    ac_coro_clear(kit.loop, &read.co);
    ac_stream_readuntil_init(&read, &reader, "\r\n", 2);
    ck_assert_str_eq(step(&read), "waits");
    feed("\r");
    ck_assert_str_eq(step(&read), "waits");
    feed("\n!");
    ck_assert_str_eq(step(&read), "'d\r\n'");
    ac_coro_clear(kit.loop, &read.co);
    ac_stream_read_init(&read, &reader, AC_READ_ALL);
    ck_assert_str_eq(step(&read), "waits");
    feed("more");
    ck_assert_str_eq(step(&read), "waits");
    kit_ok(ac_stream_reader_feed_eof(&reader));
    ck_assert_str_eq(step(&read), "'!more'");
    ac_coro_clear(kit.loop, &read.co);
    close_reader();
}
END_TEST

START_TEST(test_everything_until_the_end_may_be_longer_than_any_limit)
{
    ac_stream_read read;

    open_reader(3);
    ac_stream_read_init(&read, &reader, AC_READ_ALL);
    ck_assert_str_eq(step(&read), "waits");
    for (int i = 0; i < 1000; i++) {
        feed("0123456789");
        ck_assert_str_eq(step(&read), "waits");
    }
    kit_ok(ac_stream_reader_feed_eof(&reader));
    (void)step(&read);
    ck_assert_uint_eq(read.size, 10000);
    ck_assert_mem_eq((const char *)read.data + 9990, "0123456789", 10);
    ac_coro_clear(kit.loop, &read.co);
    close_reader();
}
END_TEST

START_TEST(test_two_reads_cannot_wait_at_once)
{
    ac_stream_read first, second;

    open_reader(0);
    ac_stream_read_init(&first, &reader, 1);
    ck_assert_str_eq(step(&first), "waits");
    ac_stream_readexactly_init(&second, &reader, 1);
    ck_assert_str_eq(step(&second), "RuntimeError('readexactly() called while another coroutine is already "
                                    "waiting for incoming data')");
    ac_coro_clear(kit.loop, &second.co);
    ac_stream_readline_init(&second, &reader);
    ck_assert_str_eq(step(&second), "RuntimeError('readuntil() called while another coroutine is already "
                                    "waiting for incoming data')");
    ac_coro_clear(kit.loop, &second.co);
    feed("x");
    ck_assert_str_eq(step(&first), "'x'");
    ac_coro_clear(kit.loop, &first.co);
    close_reader();
}
END_TEST

/* asyncio's finally takes away whoever is the waiter by then. */
START_TEST(test_a_read_that_begins_before_the_first_has_run_is_forgotten)
{
    ac_stream_read first, second;

    open_reader(0);
    ac_stream_read_init(&first, &reader, 1);
    ck_assert_str_eq(step(&first), "waits");
    feed("x");
    ck_assert_str_eq(reads(1), "'x'");
    ac_stream_read_init(&second, &reader, 1);
    ck_assert_str_eq(step(&second), "waits");
    ck_assert_str_eq(resume(&first, AC_THROW, ac_none_ref()), kit_repr(ac_none_ref()));
    feed("y");
    ck_assert(!ac_future_done(&second.future));
    ac_coro_clear(kit.loop, &first.co);
    ac_coro_clear(kit.loop, &second.co);
    close_reader();
}
END_TEST

START_TEST(test_an_exception_wakes_who_waits_and_meets_all_later_reads)
{
    ac_stream_read read;
    ac_value exception;
    ac_ref found;

    open_reader(0);
    exception = ac_c_error(kit.loop, &ac_c_ValueError, "gone");
    ck_assert(!ac_stream_reader_exception(&reader, &found));
    ac_stream_read_init(&read, &reader, 1);
    ck_assert_str_eq(step(&read), "waits");
    feed("left");
    kit_ok(ac_stream_reader_set_exception(&reader, ac_lend(exception)));
    ck_assert_str_eq(step(&read), "'l'"); /* it was woken before */
    ac_coro_clear(kit.loop, &read.co);
    ck_assert_str_eq(reads(1), "ValueError('gone')");
    ck_assert_str_eq(reads_exactly(0), "ValueError('gone')");
    ck_assert_str_eq(reads_line(), "ValueError('gone')");
    ck_assert(ac_stream_reader_exception(&reader, &found));
    ck_assert_str_eq(kit_repr(found), "ValueError('gone')");
    ac_drop(kit.loop, exception);
    close_reader();
    open_reader(0);
    exception = ac_c_error(kit.loop, &ac_c_ValueError, "gone");
    ac_stream_read_init(&read, &reader, AC_READ_ALL);
    feed("some");
    ck_assert_str_eq(step(&read), "waits");
    kit_ok(ac_stream_reader_set_exception(&reader, ac_lend(exception)));
    ck_assert_str_eq(step(&read), "ValueError('gone')");
    ac_coro_clear(kit.loop, &read.co);
    ac_drop(kit.loop, exception);
    close_reader();
}
END_TEST

/* ---- Every way out of a wait ---- */

typedef void prepare(ac_stream_read *read);

static void prepare_read(ac_stream_read *read)
{
    ac_stream_read_init(read, &reader, 4);
}

static void prepare_read_all(ac_stream_read *read)
{
    ac_stream_read_init(read, &reader, AC_READ_ALL);
}

static void prepare_readexactly(ac_stream_read *read)
{
    ac_stream_readexactly_init(read, &reader, 4);
}

static void prepare_readuntil(ac_stream_read *read)
{
    ac_stream_readuntil_init(read, &reader, ";", 1);
}

static void prepare_readline(ac_stream_read *read)
{
    ac_stream_readline_init(read, &reader);
}

static prepare *const kinds[] = {prepare_read, prepare_read_all, prepare_readexactly, prepare_readuntil,
                                 prepare_readline};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Before it begins; while it waits; after it was woken. */
enum { BEFORE, WAITING, WOKEN, PLACES };

static void begin_at(ac_stream_read *read, int kind, int place)
{
    kinds[kind](read);
    if (place >= WAITING)
        ck_assert_str_eq(step(read), "waits");
    if (place == WOKEN)
        feed("1234;\n");
}

START_TEST(test_each_read_is_closed_thrown_into_and_cleared_at_each_point)
{
    for (int place = BEFORE; place < PLACES; place++) {
        for (int way = 0; way < 3; way++) {
            ac_stream_read read;
            ac_value thrown;
            open_reader(0);
            thrown = ac_c_error(kit.loop, &ac_c_ValueError, "thrown");
            begin_at(&read, _i, place);
            if (way == 0)
                ac_coro_close(kit.loop, &read.co);
            if (way == 1)
                ck_assert_str_eq(resume(&read, AC_THROW, ac_lend(thrown)), "ValueError('thrown')");
            ac_coro_clear(kit.loop, &read.co);
            ac_coro_clear(kit.loop, &read.co);
            memset(&read, 0xa5, sizeof read);
            ac_drop(kit.loop, thrown);
            ck_assert_ptr_null(reader.waiter);
            feed("5");
            ck_assert_uint_eq(ac_stream_reader_size(&reader), place == WOKEN ? 7 : 1); /* nothing is lost */
            close_reader();
        }
    }
}
END_TEST

/* In a task: whose cancel comes before, during, and after the wait. */
typedef struct user {
    ac_c_task head;
    ac_stream_read read;
} user;

static ac_turn use(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    user *self = AC_C_SELF(co, user);
    ac_turn turn;

    AC_BEGIN(co);
    AC_AWAIT_CORO(1, &self->read.co, turn);
    if (turn == AC_RAISED)
        kit_log("%s", kit_repr(ac_lend(out->value)));
    else
        kit_log("%.*s", (int)self->read.size, (const char *)self->read.data);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear_user(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, user)->read.co);
}

static const ac_coro_ops user_ops = {.resume = use, .clear = clear_user};

START_TEST(test_a_cancelled_read_loses_nothing)
{
    for (int place = BEFORE; place < PLACES; place++) {
        user *self;
        bool did;
        open_reader(0);
        self = ac_c_task_new(kit.loop, sizeof *self, &user_ops);
        kinds[_i](&self->read);
        kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
        if (place >= WAITING)
            kit_turns(1);
        if (place == WOKEN)
            feed("1234;\n");
        kit_ok(ac_future_cancel(&self->head.task.future, ac_none_ref(), &did));
        ck_assert(did);
        kit_turns(2);
        if (place == BEFORE)
            kit_expect("");
        else
            kit_expect("CancelledError()");
        ac_c_release(kit.loop, &self->head.task.future);
        ck_assert_uint_eq(ac_stream_reader_size(&reader), place == WOKEN ? 6 : 0);
        close_reader();
    }
}
END_TEST

START_TEST(test_a_task_that_waits_is_woken_in_the_next_turn)
{
    user *self;

    open_reader(0);
    self = ac_c_task_new(kit.loop, sizeof *self, &user_ops);
    kinds[_i](&self->read);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    kit_turns(1);
    feed("123;\n");
    kit_ok(ac_stream_reader_feed_eof(&reader));
    kit_expect("");
    kit_turns(1);
    ck_assert_str_ne(kit.log, "");
    kit.log[0] = '\0';
    ac_c_release(kit.loop, &self->head.task.future);
    close_reader();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_what_is_there_is_read_without_waiting,
        test_what_ends_too_early_is_an_incomplete_read_error,
        test_a_last_line_may_have_no_end,
        test_of_several_separators_the_first_end_counts,
        test_separators_that_are_none_are_refused,
        test_what_is_longer_than_the_limit_stays_there,
        test_too_long_a_line_is_dropped,
        test_each_kind_waits_until_there_is_enough,
        test_everything_until_the_end_may_be_longer_than_any_limit,
        test_two_reads_cannot_wait_at_once,
        test_a_read_that_begins_before_the_first_has_run_is_forgotten,
        test_an_exception_wakes_who_waits_and_meets_all_later_reads,
        test_each_read_is_closed_thrown_into_and_cleared_at_each_point,
        test_a_cancelled_read_loses_nothing,
        test_a_task_that_waits_is_woken_in_the_next_turn,
    };
    return kit_main_times("io_stream_reader", tests, sizeof tests / sizeof *tests, KINDS);
}
