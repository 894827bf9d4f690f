/* process_impl.h - what the files of processes with streams share.
 *
 * Holds  A process is held by whoever retains it, by its child until that has ended, by each protocol of a
 *        pipe until 'released', by each call that is pending or queued, and by the task that connects its
 *        pipes. */
#ifndef AIOCORE_IO_PROCESS_IMPL_H
#define AIOCORE_IO_PROCESS_IMPL_H

#include "child_impl.h"
#include "stream_impl.h"

/* What the transport tells the protocol, by call_soon; until the pipes are connected it is pending. */
typedef struct process_call {
    ac_callback callback;
    const ac_handle_ops *ops;
    ac_process *process; /* retained while it is pending or queued */
    ac_link pending;
} process_call;

/* asyncio's WriteSubprocessPipeProto and ReadSubprocessPipeProto, and what they have told. */
typedef struct process_pipe {
    ac_protocol protocol;
    ac_process *process;
    ac_transport *transport; /* retained; NULL: not connected */
    ac_stream_reader reader; /* of stdout and stderr */
    process_call lost;
    ac_how how;         /* it was lost by */
    ac_value exception; /* owned */
    int stream;
    bool wanted, disconnected;
    bool reading; /* asyncio's _pipe_fds has it */
} process_pipe;

struct ac_process {
    ac_loop *loop;
    ac_io *io;
    ac_child *child;
    unsigned holders;
    ac_exit end;
    process_pipe pipes[3];
    ac_stream_flow flow;
    ac_link talks;          /* of communicate */
    ac_future stdin_closed; /* embedded: who waits for its end shares it */
    process_call made, exited, gone;
    ac_link pending;   /* calls */
    ac_future *waiter; /* of who creates it; NULL: nobody */
    ac_task *connects; /* the task that connects its pipes, borrowed until it is over, and */
    ac_future *awaits; /* what that waits for */
    bool connected;    /* nothing is pending any more */
    bool child_holds;
    bool closed, finished, protocol_exited;
    bool over; /* connection_lost was called */
};

/* A child, and a task that connects its pipes. */
ac_status aci_process_new(ac_io *io, const ac_child_options *options, size_t limit, ac_future *waiter,
                          ac_process **out);
/* The protocol of its pipe, for a transport; retains the process. */
ac_protocol *aci_process_protocol(process_pipe *pipe);
/* All pipes are connected: tells the protocol, then what is pending. */
ac_status aci_process_connected(ac_process *self);
/* They cannot be: what is pending is given up. */
void aci_process_give_up(ac_process *self);
/* Nothing will wake the tasks of communicate any more (process_talk.c). */
void aci_process_give_up_talks(ac_process *process);
/* A task that waits for a future in its own body, which nobody will finish: it would keep itself. */
void aci_process_give_up_task(ac_process *self, ac_task *task, ac_future *awaits);
/* The task (process_start.c). */
ac_status aci_process_connect(ac_process *process);

#endif
