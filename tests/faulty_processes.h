/* faulty_processes.h - of test_io_faults.c: programs with pipes and child processes. */
#ifndef AIOCORE_TESTS_FAULTY_PROCESSES_H
#define AIOCORE_TESTS_FAULTY_PROCESSES_H

#include <aiocore/process.h>
#include <fcntl.h>

/* ---- Transports over a pipe ---- */

typedef struct piper {
    ac_protocol protocol;
    ac_transport *transport; /* retained; NULL: it could not be made */
    unsigned lost, released;
    bool failed; /* it was lost by an exception */
    char got[16];
    size_t size;
} piper;

static piper *piper_of(ac_protocol *protocol)
{
    return AC_CONTAINER_OF(protocol, piper, protocol);
}

static ac_status piper_data(ac_protocol *protocol, const void *data, size_t size)
{
    piper *self = piper_of(protocol);

    ck_assert_uint_le(self->size + size, sizeof self->got);
    memcpy(self->got + self->size, data, size);
    self->size += size;
    return AC_OK;
}

static ac_status piper_lost(ac_protocol *protocol, ac_how how, ac_ref exception)
{
    piper *self = piper_of(protocol);

    self->lost++;
    self->failed = how == AC_THROW;
    if (self->failed)
        see(kit.loop, ac_is_none(exception) ? ac_none() : ac_dup(kit.loop, exception));
    return AC_OK;
}

static void piper_released(ac_protocol *protocol)
{
    piper_of(protocol)->released++;
}

static const ac_protocol_ops piper_ops = {
    .data_received = piper_data, .connection_lost = piper_lost, .released = piper_released};

typedef ac_status make_transport(ac_io *io, int descriptor, ac_protocol *protocol, ac_future *waiter,
                                 ac_transport **out);

static void connect_piper(ac_loop *loop, ac_io *io, piper *self, int descriptor, make_transport *make)
{
    *self = (piper){.protocol.ops = &piper_ops};
    if (succeeds(loop, make(io, descriptor, &self->protocol, NULL, &self->transport)))
        return;
    ck_assert_ptr_null(self->transport);
    (void)close(descriptor);
}

static void disconnect_piper(piper *self)
{
    if (self->transport == NULL)
        return;
    ac_transport_release(self->transport);
    ck_assert_uint_eq(self->released, 1);
    ck_assert_uint_le(self->lost, 1);
}

/* What is written arrives, or an end says why not; each is lost once. */
static void use_pipe(ac_loop *loop, ac_io *io, int ends[2])
{
    piper reader, writer;
    int pipe_ends[2];

    (void)ends;
    ck_assert_int_eq(pipe(pipe_ends), 0);
    (void)fcntl(pipe_ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(pipe_ends[1], F_SETFD, FD_CLOEXEC);
    connect_piper(loop, io, &reader, pipe_ends[0], ac_read_pipe_transport_new);
    connect_piper(loop, io, &writer, pipe_ends[1], ac_write_pipe_transport_new);
    for (int turns = 0; turns < 4; turns++) {
        if (turns == 2 && writer.transport != NULL) {
            (void)succeeds(loop, ac_transport_write(writer.transport, "hello", 5));
            (void)succeeds(loop, ac_transport_close(writer.transport));
        }
        if (succeeds(loop, ac_loop_poll(loop, 0)))
            kit_ok(ac_loop_turn(loop));
    }
    for (int turns = 0; turns < 20 && reader.transport != NULL && reader.lost == 0; turns++)
        if (succeeds(loop, ac_loop_poll(loop, 0.001)))
            kit_ok(ac_loop_turn(loop));
    if (reader.lost > 0 && !reader.failed && writer.transport != NULL && !writer.failed)
        ck_assert_mem_eq(reader.got, "hello", 5);
    else
        injector_saw("waits for ever");
    kit_ok(ac_loop_close(loop));
    kit_ok(ac_io_free(io));
    disconnect_piper(&reader);
    disconnect_piper(&writer);
}

/* ---- A child ---- */

/* Starts a child that uses all there is, and waits for it. */
static void start_and_wait(ac_loop *loop, ac_io *io, int ends[2])
{
    static const char *const words[] = {"true", NULL};
    static const int passed[] = {0};
    ac_child_options options = {.arguments = words,
                                .directory = "/",
                                .streams = {{AC_STDIO_PIPE, 0}, {AC_STDIO_NULL, 0}, {AC_STDIO_STDOUT, 0}},
                                .pass = passed,
                                .pass_count = 1,
                                .start_new_session = true};
    ac_child *child;
    int returncode = -1;

    (void)ends;
    if (!succeeds(loop, ac_child_start(io, &options, &child))) {
        ck_assert_ptr_null(child);
        return;
    }
    (void)succeeds(loop, ac_child_send_signal(child, 0));
    for (int i = 0; i < 100 && !ac_child_ended(child, &returncode); i++)
        if (succeeds(loop, ac_loop_poll(loop, 1)))
            kit_ok(ac_loop_turn(loop));
    ck_assert(ac_child_ended(child, &returncode));
    ck_assert(returncode == 0 || returncode == 255);
    ac_child_free(child);
}

/* What it could not do comes back by its pipe; its streams lie in each other's places. */
static void start_in_vain(ac_loop *loop, ac_io *io, int ends[2])
{
    static const char *const words[] = {"/nowhere/at/all", NULL};
    ac_child_options options = {
        .arguments = words,
        .streams = {{AC_STDIO_NULL, 0}, {AC_STDIO_DESCRIPTOR, 2}, {AC_STDIO_DESCRIPTOR, 1}},
        .set_group = true};
    ac_child *child;

    (void)ends;
    ck_assert(!succeeds(loop, ac_child_start(io, &options, &child)));
    ck_assert_ptr_null(child);
}

/* ---- A process with streams ---- */

/* Whatever has failed it ends, and the loop hears of it. */
static void end_process(ac_loop *loop, ac_process *process)
{
    (void)succeeds(loop, ac_process_close(process));
    for (int i = 0; i < 200 && !ac_process_returncode(process, NULL); i++)
        poll_and_turn(loop, 0.1);
    ck_assert(ac_process_returncode(process, NULL));
    ac_process_release(process);
}

/* Nothing that it said is lost without a word. */
static void talk_to(ac_loop *loop, ac_process *process)
{
    ac_communicate talk;

    ac_process_communicate_init(&talk, process, "hello", 5);
    if (plods(loop, &talk.co, 100, 0.01) && !injector_hit("write_quietly")) {
        ck_assert_uint_eq(talk.out.size, 5);
        ck_assert_mem_eq(talk.out.data, "hello", 5);
    }
    ac_coro_clear(loop, &talk.co);
}

static void converse(ac_loop *loop, ac_io *io, int ends[2])
{
    static const char *const words[] = {"cat", NULL};
    ac_child_options options = {.arguments = words,
                                .streams = {{AC_STDIO_PIPE, 0}, {AC_STDIO_PIPE, 0}, {AC_STDIO_PIPE, 0}}};
    ac_create_subprocess create;
    ac_process *process;

    (void)ends;
    ac_create_subprocess_exec_init(&create, io, &options, 0);
    (void)plods(loop, &create.co, 100, 0.01);
    process = ac_create_subprocess_take(&create);
    ac_coro_clear(loop, &create.co);
    if (process != NULL) {
        talk_to(loop, process);
        end_process(loop, process);
    }
}

#endif
